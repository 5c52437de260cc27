//! Writes one FITS file of each kind this crate makes into a directory, for other programs to judge:
//!
//! ```text
//! cargo run -p skyhelm-imaging --example fits_samples -- /tmp/fits
//! fitsverify /tmp/fits/*.fits
//! ```
//!
//! Sample `i` (counted through the file) holds `i * 331` modulo 65536, so that a reader can check each.

use core::time::Duration;
use std::fs;
use std::path::PathBuf;

use skyhelm_imaging::fits::{self, FitsData, Header, Observation, Stacked};
use skyhelm_imaging::wcs::{Framing, Parity, Wcs};
use skyhelm_imaging::{BayerPattern, Plane, RawFrame, RgbFrame};
use skyhelm_units::{Angle, Equatorial, Site, UtcMillis};

const WIDTH: usize = 386;
const HEIGHT: usize = 218;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("name a directory")?);
    fs::create_dir_all(&directory)?;
    let save = |name: &str, data: FitsData, header: &Header| {
        fs::write(directory.join(name), fits::to_bytes(data, header))
    };
    let observation = observation()?;
    let header = observation.to_header();
    let sample = |i: usize| (i * 331) as u16;
    let area = WIDTH * HEIGHT;
    let counts: Vec<u16> = (0..area).map(sample).collect();
    let colours: Vec<[u16; 3]> = (0..area)
        .map(|i| [sample(i), sample(i + area), sample(i + 2 * area)])
        .collect();

    let raw = RawFrame::new(WIDTH, HEIGHT, BayerPattern::Rggb, counts.clone())?;
    save("raw.fits", (&raw).into(), &header)?;
    let gray = Plane::new(WIDTH, HEIGHT, counts)?;
    save("gray16.fits", (&gray).into(), &header)?;
    let floats = gray.samples().iter().copied().map(f32::from).collect();
    let floats = Plane::<f32>::new(WIDTH, HEIGHT, floats)?;
    save("gray_f32.fits", (&floats).into(), &header)?;

    let stacked = Observation {
        stacked: Some(Stacked {
            subs: 12,
            total_exposure: Duration::from_mins(3),
        }),
        history: vec!["Malvar demosaic".to_owned(), "mean of 12 subs ".repeat(12)],
        ..observation
    };
    let header = stacked.to_header();
    let rgb = RgbFrame::new(WIDTH, HEIGHT, colours)?;
    save("rgb16.fits", (&rgb).into(), &header)?;
    save("rgb_f32.fits", (&rgb.convert::<f32>()).into(), &header)?;
    save("bare.fits", (&raw).into(), &Header::default())?;
    let mut long = Header::default();
    long.set("OBJECT", "it's a long 'name' ".repeat(12), "not cut off")?;
    long.set("AIRMASS", f64::NAN, "not known")?;
    long.set("TINY", -1.234_567_890_123_456_7e-300, "")?;
    save("long.fits", (&raw).into(), &long)?;
    Ok(())
}

fn observation() -> Result<Observation, Box<dyn std::error::Error>> {
    let centre = Equatorial::from_degrees(10.684_708_333, -41.268_75)?;
    Ok(Observation {
        object: Some("M 31, \"Andromeda's\" galaxy".to_owned()),
        pointing: Some(centre),
        started: Some(UtcMillis::new(1_766_000_000_250)),
        exposure: Some(Duration::from_secs(15)),
        gain: Some(60),
        filter: Some("Astro".to_owned()),
        telescope: Some("DWARFIII".to_owned()),
        instrument: Some("DWARFIII".to_owned()),
        pixel_size_um: Some(2.0),
        focal_length_mm: Some(150.0),
        aperture_mm: Some(35.0),
        sensor_celsius: Some(-3.25),
        focuser_position: Some(812),
        site: Some(Site::from_degrees(47.5, 351.75, 430.0)),
        software: Some("Skyhelm".to_owned()),
        wcs: Some(Wcs::centred(&Framing {
            width: WIDTH,
            height: HEIGHT,
            centre,
            pixel_scale: Angle::from_arcseconds(2.75),
            up: Angle::from_degrees(33.0),
            parity: Parity::AsSeen,
        })),
        ..Observation::default()
    })
}
