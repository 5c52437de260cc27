use core::time::Duration;

use skyhelm_units::{Equatorial, J2000, Site, UtcMillis};

use super::card::Card;
use super::date;
use super::header::Header;
use crate::wcs::Wcs;

/// What kind of exposure a frame is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FrameType {
    /// The sky.
    #[default]
    Light,
    /// Shutter closed, same exposure.
    Dark,
    /// Evenly lit.
    Flat,
    /// Shutter closed, shortest exposure.
    Bias,
}

impl FrameType {
    /// The text of `IMAGETYP`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "Light Frame",
            Self::Dark => "Dark Frame",
            Self::Flat => "Flat Frame",
            Self::Bias => "Bias Frame",
        }
    }

    /// From the texts programs write: "Light Frame", "LIGHT", "light"...
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        [
            ("light", Self::Light),
            ("dark", Self::Dark),
            ("flat", Self::Flat),
            ("bias", Self::Bias),
        ]
        .into_iter()
        .find(|(word, _)| name.starts_with(word))
        .map(|(_, kind)| kind)
    }
}

/// How many subs a stack holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stacked {
    /// Number of subs.
    pub subs: u32,
    /// Their exposures together.
    pub total_exposure: Duration,
}

/// What a frame's header tells about how it was taken. Fields that are `None` are not written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// What was aimed at.
    pub object: Option<String>,
    /// Where the middle of the frame points.
    pub pointing: Option<Equatorial<J2000>>,
    /// When the exposure began.
    pub started: Option<UtcMillis>,
    /// Length of one exposure.
    pub exposure: Option<Duration>,
    /// The camera's gain setting.
    pub gain: Option<u32>,
    /// Name of the filter.
    pub filter: Option<String>,
    /// Name of the telescope.
    pub telescope: Option<String>,
    /// Name of the camera.
    pub instrument: Option<String>,
    /// Side of one unbinned sensor pixel in micrometres.
    pub pixel_size_um: Option<f64>,
    /// Focal length in millimetres.
    pub focal_length_mm: Option<f64>,
    /// Diameter of the lens in millimetres.
    pub aperture_mm: Option<f64>,
    /// Temperature of the sensor in degrees Celsius.
    pub sensor_celsius: Option<f64>,
    /// Position of the focuser in its own steps.
    pub focuser_position: Option<i64>,
    /// Where the telescope stands.
    pub site: Option<Site>,
    /// Light, dark, flat or bias.
    pub frame_type: FrameType,
    /// Sensor pixels per image pixel along a side; `None` means one.
    pub binning: Option<u32>,
    /// The program that wrote the file.
    pub software: Option<String>,
    /// Where each pixel points.
    pub wcs: Option<Wcs>,
    /// Set when the frame is a stack.
    pub stacked: Option<Stacked>,
    /// What was done to the pixels, oldest first.
    pub history: Vec<String>,
}

impl Observation {
    /// As header cards.
    pub fn to_header(&self) -> Header {
        let mut cards = self.target_cards();
        cards.extend(self.exposure_cards());
        cards.extend(self.equipment_cards());
        cards.extend(self.site_cards());
        cards.extend(self.wcs.iter().flat_map(Wcs::to_cards));
        let mut header = Header::default();
        for card in cards {
            header.push(card);
        }
        for line in &self.history {
            header.history(line);
        }
        header
    }

    /// From a header: what it says in the keywords this crate writes, and their common synonyms.
    pub fn from_header(header: &Header) -> Self {
        let text = |keyword| header.text(keyword).map(str::to_owned);
        let count = |keyword| header.integer(keyword).and_then(|n| u32::try_from(n).ok());
        let either = |first, second| header.float(first).or_else(|| header.float(second));
        let exposure = either("EXPTIME", "EXPOSURE").and_then(seconds);
        Self {
            object: text("OBJECT"),
            pointing: header
                .float("RA")
                .zip(header.float("DEC"))
                .and_then(|(ra, dec)| Equatorial::from_degrees(ra, dec).ok()),
            started: header.text("DATE-OBS").and_then(date::parse),
            exposure,
            gain: count("GAIN"),
            filter: text("FILTER"),
            telescope: text("TELESCOP"),
            instrument: text("INSTRUME"),
            pixel_size_um: header
                .float("XPIXSZ")
                .map(|size| size / f64::from(count("XBINNING").unwrap_or(1).max(1))),
            focal_length_mm: header.float("FOCALLEN"),
            aperture_mm: header.float("APTDIA"),
            sensor_celsius: either("CCD-TEMP", "DET-TEMP"),
            focuser_position: header.integer("FOCUSPOS"),
            site: header
                .float("SITELAT")
                .zip(header.float("SITELONG"))
                .filter(|(latitude, longitude)| latitude.abs() <= 90.0 && longitude.abs() <= 360.0)
                .map(|(latitude, longitude)| {
                    let height = header.float("SITEELEV").unwrap_or(0.0);
                    Site::from_degrees(latitude, longitude, height)
                }),
            frame_type: header
                .text("IMAGETYP")
                .and_then(FrameType::from_name)
                .unwrap_or_default(),
            binning: count("XBINNING"),
            software: text("SWCREATE"),
            wcs: Wcs::from_header(header).ok().flatten(),
            stacked: count("STACKCNT").or_else(|| count("NCOMBINE")).map(|subs| {
                let total = header.float("LIVETIME").and_then(seconds);
                Stacked {
                    subs,
                    total_exposure: total
                        .or_else(|| exposure?.checked_mul(subs))
                        .unwrap_or_default(),
                }
            }),
            history: header
                .cards()
                .iter()
                .filter(|card| card.keyword == "HISTORY")
                .map(|card| card.comment.clone())
                .collect(),
        }
    }

    fn target_cards(&self) -> Vec<Card> {
        let mut cards = vec![Card::known("IMAGETYP", self.frame_type.as_str(), "")];
        if let Some(object) = &self.object {
            cards.push(Card::known("OBJECT", object.as_str(), "what was aimed at"));
        }
        if let Some(place) = self.pointing {
            let (ra, dec) = (place.ra.angle(), place.dec.angle());
            cards.push(Card::known("RA", ra.degrees(), "[deg] J2000, frame centre"));
            cards.push(Card::known(
                "DEC",
                dec.degrees(),
                "[deg] J2000, frame centre",
            ));
            let text = sexagesimal(ra.hours(), 3);
            cards.push(Card::known("OBJCTRA", text, "[h m s] J2000"));
            let sign = if dec.degrees() < 0.0 { '-' } else { '+' };
            let text = format!("{sign}{}", sexagesimal(dec.degrees().abs(), 2));
            cards.push(Card::known("OBJCTDEC", text, "[d m s] J2000"));
        }
        cards
    }

    fn exposure_cards(&self) -> Vec<Card> {
        let mut cards = Vec::new();
        if let Some(started) = self.started {
            let text = date::format(started);
            cards.push(Card::known("DATE-OBS", text, "UTC, start of exposure"));
            cards.push(Card::known("TIMESYS", "UTC", ""));
            cards.push(Card::known(
                "MJD-OBS",
                date::mjd(started),
                "[d] start of exposure",
            ));
        }
        if let Some(exposure) = self.exposure {
            cards.push(Card::known(
                "EXPTIME",
                exposure.as_secs_f64(),
                "[s] of one exposure",
            ));
        }
        if let Some(stacked) = self.stacked {
            let total = stacked.total_exposure.as_secs_f64();
            cards.push(Card::known("STACKCNT", stacked.subs, "subs in this stack"));
            cards.push(Card::known("NCOMBINE", stacked.subs, "subs in this stack"));
            cards.push(Card::known("LIVETIME", total, "[s] exposure of all subs"));
        }
        if let Some(gain) = self.gain {
            cards.push(Card::known("GAIN", gain, "camera's gain setting"));
        }
        if let Some(filter) = &self.filter {
            cards.push(Card::known("FILTER", filter.as_str(), ""));
        }
        cards
    }

    fn equipment_cards(&self) -> Vec<Card> {
        let mut cards = Vec::new();
        let texts = [
            ("TELESCOP", &self.telescope),
            ("INSTRUME", &self.instrument),
            ("SWCREATE", &self.software),
        ];
        for (keyword, text) in texts {
            if let Some(text) = text {
                cards.push(Card::known(keyword, text.as_str(), ""));
            }
        }
        let binning = self.binning.unwrap_or(1);
        cards.push(Card::known("XBINNING", binning, ""));
        cards.push(Card::known("YBINNING", binning, ""));
        // Other programs take XPIXSZ for the pixel of the image, not of the sensor.
        let pixel = self.pixel_size_um.map(|size| size * f64::from(binning));
        let numbers = [
            ("XPIXSZ", pixel, "[um] pixel with binning"),
            ("YPIXSZ", pixel, "[um] pixel with binning"),
            ("FOCALLEN", self.focal_length_mm, "[mm]"),
            ("APTDIA", self.aperture_mm, "[mm] aperture"),
            ("CCD-TEMP", self.sensor_celsius, "[Celsius] sensor"),
            ("DET-TEMP", self.sensor_celsius, "[Celsius] sensor"),
        ];
        for (keyword, number, comment) in numbers {
            if let Some(number) = number {
                cards.push(Card::known(keyword, number, comment));
            }
        }
        if let Some(position) = self.focuser_position {
            cards.push(Card::known("FOCUSPOS", position, "focuser steps"));
        }
        cards
    }

    fn site_cards(&self) -> Vec<Card> {
        let Some(site) = self.site else {
            return Vec::new();
        };
        // A tenth of a millimetre: further digits are rounding noise.
        let rounded = |degrees: f64| (degrees * 1e9).round() / 1e9;
        let latitude = rounded(site.latitude.degrees());
        let longitude = rounded(site.longitude.normalized_signed().degrees());
        vec![
            Card::known("SITELAT", latitude, "[deg] north positive"),
            Card::known("SITELONG", longitude, "[deg] east positive"),
            Card::known("SITEELEV", site.height.metres, "[m] above the ellipsoid"),
        ]
    }
}

fn seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

/// "HH MM SS.sss" of a value that is not negative.
fn sexagesimal(value: f64, decimals: u32) -> String {
    let unit = 10_u64.pow(decimals);
    // Rounding first keeps 59.9996 seconds from being written as 60.000.
    let total = (value * 3600.0 * unit as f64).round() as u64;
    let (seconds, fraction) = (total / unit, total % unit);
    let width = decimals as usize;
    format!(
        "{:02} {:02} {:02}.{fraction:0width$}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}
