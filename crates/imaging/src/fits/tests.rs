use core::time::Duration;

use proptest::prelude::*;
use skyhelm_units::{Equatorial, Site, UtcMillis};

use super::*;
use crate::wcs::{Framing, Wcs};
use crate::{BayerPattern, ErrorKind, Plane, RawFrame, RgbFrame};

fn observation() -> Observation {
    let centre = Equatorial::from_degrees(10.684_708_333, 41.268_75).unwrap();
    Observation {
        object: Some("M 31 \"Andromeda's\" great one".to_owned()),
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
        site: Some(Site::from_degrees(47.5, -8.25, 430.0)),
        binning: Some(1),
        software: Some("Skyhelm".to_owned()),
        wcs: Some(Wcs::centred(&Framing {
            width: 20,
            height: 10,
            centre,
            pixel_scale: skyhelm_units::Angle::from_arcseconds(2.75),
            up: skyhelm_units::Angle::from_degrees(12.0),
            parity: crate::wcs::Parity::AsSeen,
        })),
        stacked: Some(Stacked {
            subs: 7,
            total_exposure: Duration::from_secs(105),
        }),
        history: vec!["demosaiced".to_owned(), "stacked".to_owned()],
        ..Observation::default()
    }
}

fn mosaic(width: usize, height: usize) -> RawFrame {
    let counts = (0..width * height).map(|i| (i * 331) as u16).collect();
    RawFrame::new(width, height, BayerPattern::Rggb, counts).unwrap()
}

fn card_text(card: &Card) -> String {
    let mut bytes = Vec::new();
    card.write(&mut bytes);
    assert_eq!(bytes.len() % 80, 0);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn cards_stand_in_the_columns_of_the_standard() {
    let card = Card::new("EXPTIME", 15.0, "[s]").unwrap();
    assert_eq!(
        card_text(&card).trim_end(),
        "EXPTIME =                 15.0 / [s]"
    );
    let card = Card::new("OBJECT", "Barnard's", "").unwrap();
    assert_eq!(card_text(&card).trim_end(), "OBJECT  = 'Barnard''s'");
    let card = Card::new("FILTER", "L", "light").unwrap();
    assert_eq!(
        card_text(&card).trim_end(),
        "FILTER  = 'L       '           / light"
    );
    let card = Card::new("SMALL", 1e-9, "").unwrap();
    assert_eq!(
        card_text(&card).trim_end(),
        "SMALL   =               1.0E-9"
    );
}

#[test]
fn a_keyword_outside_the_standard_is_refused() {
    for wrong in ["", "lower", "TOOLONGKEY", "SP CE", "ÄÖ"] {
        let error = Card::new(wrong, 1_i64, "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput);
    }
    assert!(Card::commentary("COMMENT", "fine").is_ok());
}

#[test]
fn what_is_not_a_number_is_not_written() {
    let card = Card::new("CCD-TEMP", f64::NAN, "").unwrap();
    assert_eq!(card_text(&card), "");
    let card = Card::new("CCD-TEMP", Value::Undefined, "").unwrap();
    assert_eq!(card_text(&card).trim_end(), "CCD-TEMP=");
}

#[test]
fn sizes_of_binned_pixels_are_written_as_others_write_them() {
    let observation = Observation {
        pixel_size_um: Some(2.0),
        binning: Some(2),
        ..Observation::default()
    };
    let header = observation.to_header();
    assert_eq!(header.float("XPIXSZ"), Some(4.0));
    assert_eq!(Observation::from_header(&header), observation);
}

#[test]
fn a_raw_frame_reads_back_pixel_for_pixel_with_its_story() {
    let frame = mosaic(20, 10);
    let observation = observation();
    let bytes = to_bytes(&frame, &observation.to_header());
    assert_eq!(bytes.len() % 2880, 0);
    let image = FitsImage::read(&bytes).unwrap();
    assert_eq!(image.to_raw().unwrap(), frame);
    let back = Observation::from_header(&image.header);
    assert_eq!(back.wcs.unwrap().cd, observation.wcs.unwrap().cd);
    let same_but_rounded = Observation {
        wcs: observation.wcs,
        pointing: observation.pointing,
        site: observation.site,
        ..back
    };
    assert_eq!(same_but_rounded, observation);
}

#[test]
fn a_header_that_was_read_can_be_written_again() {
    let first = to_bytes(&mosaic(6, 4), &observation().to_header());
    let image = FitsImage::read(&first).unwrap();
    let again = to_bytes(&image.to_raw().unwrap(), &image.header);
    assert_eq!(again, first);
}

#[test]
fn colours_are_written_as_three_planes() {
    let pixels = (0..35_u16).map(|i| [i, 1000 + i, 65535 - i]).collect();
    let frame = RgbFrame::new(7, 5, pixels).unwrap();
    let image = FitsImage::read(&to_bytes(&frame, &Header::default())).unwrap();
    assert_eq!((image.width, image.height, image.planes), (7, 5, 3));
    assert_eq!(image.to_rgb().unwrap(), frame.convert());
    let floats = frame.convert::<f32>();
    let image = FitsImage::read(&to_bytes(&floats, &Header::default())).unwrap();
    assert_eq!(image.to_rgb().unwrap(), floats);
    assert_eq!(image.to_raw(), None);
}

#[test]
fn midnight_minutes_are_never_sixty() {
    let place = Equatorial::from_degrees(15.0 - 1e-10, -0.000_001).unwrap();
    let header = Observation {
        pointing: Some(place),
        ..Observation::default()
    }
    .to_header();
    assert_eq!(header.text("OBJCTRA"), Some("01 00 00.000"));
    assert_eq!(header.text("OBJCTDEC"), Some("-00 00 00.00"));
}

/// Splices one card into a valid file in place of another of the same keyword.
fn with_card(keyword: &str, line: &str) -> Vec<u8> {
    let mut bytes = to_bytes(&mosaic(6, 4), &Header::default());
    let at = bytes
        .chunks(80)
        .position(|card| card.starts_with(keyword.as_bytes()))
        .unwrap();
    bytes[at * 80..][..80].copy_from_slice(format!("{line:<80}").as_bytes());
    bytes
}

#[test]
fn absurd_sizes_are_refused_before_memory_is_taken() {
    for line in [
        "NAXIS1  = 9223372036854775807",
        "NAXIS1  = 4000000000",
        "NAXIS1  = -5",
        "NAXIS1  = 'six'",
    ] {
        assert!(
            FitsImage::read(&with_card("NAXIS1", line)).is_err(),
            "{line}"
        );
    }
    assert!(FitsImage::read(&with_card("NAXIS ", "NAXIS   = 2000000")).is_err());
    assert!(FitsImage::read(&with_card("BITPIX", "BITPIX  = 17")).is_err());
    let short = &to_bytes(&mosaic(60, 40), &Header::default())[..2880 + 100];
    assert!(FitsImage::read(short).is_err());
}

#[test]
fn a_card_without_sense_is_kept_as_it_is() {
    let image = FitsImage::read(&with_card("BSCALE", "BSCALE  = 12ab34 / ?")).unwrap();
    assert_eq!(image.header.value("BSCALE"), None);
    assert!(
        image
            .header
            .cards()
            .iter()
            .any(|card| card.comment.contains("12ab34"))
    );
}

#[test]
fn an_image_behind_an_empty_primary_is_found() {
    let mut bytes = Vec::new();
    let line = |bytes: &mut Vec<u8>, text: &str| bytes.extend(format!("{text:<80}").bytes());
    line(&mut bytes, "SIMPLE  =                    T");
    line(&mut bytes, "BITPIX  =                    8");
    line(&mut bytes, "NAXIS   =                    0");
    line(&mut bytes, "END");
    bytes.resize(2880, b' ');
    line(&mut bytes, "XTENSION= 'IMAGE   '");
    line(&mut bytes, "BITPIX  =                  -64");
    line(&mut bytes, "NAXIS   =                    2");
    line(&mut bytes, "NAXIS1  =                    2");
    line(&mut bytes, "NAXIS2  =                    1");
    line(&mut bytes, "PCOUNT  =                    0");
    line(&mut bytes, "GCOUNT  =                    1");
    line(&mut bytes, "BZERO   =               1.0D+1");
    line(&mut bytes, "END");
    bytes.resize(2 * 2880, b' ');
    bytes.extend(1.5_f64.to_be_bytes());
    bytes.extend((-2.0_f64).to_be_bytes());
    let image = FitsImage::read(&bytes).unwrap();
    assert_eq!(image.plane(0).unwrap().samples(), [11.5, 8.0]);
    assert_eq!(image.plane(1), None);
    let table = String::from_utf8_lossy(&bytes).replace("'IMAGE   '", "'BINTABLE'");
    assert!(FitsImage::read(table.as_bytes()).is_err());
}

#[test]
fn a_bottom_up_mosaic_names_its_pattern_from_the_first_row_of_the_array() {
    let image = FitsImage::read(&with_card("ROWORDER", "ROWORDER= 'BOTTOM-UP'")).unwrap();
    assert_eq!(image.to_raw().unwrap().pattern, BayerPattern::Gbrg);
}

proptest! {
    #[test]
    fn any_text_value_reads_back(text in "[ -~]{0,300}", comment in "[ -~]{0,30}") {
        let mut header = Header::default();
        header.set("LONGTEXT", text.as_str(), &comment).unwrap();
        let image = FitsImage::read(&to_bytes(&mosaic(2, 2), &header)).unwrap();
        prop_assert_eq!(image.header.text("LONGTEXT"), Some(text.trim_end()));
    }

    #[test]
    fn any_number_reads_back(real in proptest::num::f64::NORMAL, whole: i64) {
        let mut header = Header::default();
        header.set("REAL", real, "").unwrap();
        header.set("WHOLE", whole, "").unwrap();
        let image = FitsImage::read(&to_bytes(&mosaic(2, 2), &header)).unwrap();
        prop_assert_eq!(image.header.float("REAL"), Some(real));
        prop_assert_eq!(image.header.integer("WHOLE"), Some(whole));
    }

    #[test]
    fn any_counts_read_back(counts in proptest::collection::vec(any::<u16>(), 12)) {
        let plane = Plane::new(4, 3, counts).unwrap();
        let image = FitsImage::read(&to_bytes(&plane, &Header::default())).unwrap();
        let back: Vec<u16> = image.plane(0).unwrap().samples().iter().map(|&v| v as u16).collect();
        prop_assert_eq!(back, plane.into_samples());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        at in 0..2880_usize, junk in proptest::collection::vec(any::<u8>(), 1..200),
    ) {
        let mut bytes = to_bytes(&mosaic(6, 4), &observation().to_header());
        bytes[at..][..junk.len()].copy_from_slice(&junk);
        if let Ok(image) = FitsImage::read(&bytes) {
            let _ = (image.plane(0), image.to_rgb(), image.to_raw());
            let _ = Observation::from_header(&image.header);
        }
        let _ = FitsImage::read(&junk);
    }
}
