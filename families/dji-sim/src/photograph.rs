//! Pictures as JPEG, with their place in the header.

use jpeg_encoder::{ColorType, Encoder, EncodingError};
use skyhelm_sim::land::{Frame, Painter, sun_over};
use skyhelm_units::{EllipsoidHeight, GroundPoint, Site};

use crate::machine::PhotoOrder;

/// Pixels of a photograph.
const PHOTO: (usize, usize) = (1280, 720);
const QUALITY: u8 = 88;

/// Paints a photograph.
pub(crate) fn photograph(
    painter: &Painter,
    order: &PhotoOrder,
    site: &Site,
) -> Result<Vec<u8>, EncodingError> {
    let sun = sun_over(site, order.utc);
    let frame = painter.paint(&order.view, PHOTO, order.band, sun);
    jpeg(&frame, Some((order.place, order.height)))
}

/// A picture as JPEG.
pub(crate) fn jpeg(
    frame: &Frame,
    place: Option<(GroundPoint, EllipsoidHeight)>,
) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    if let Some((place, height)) = place {
        encoder.add_app_segment(1, exif(place, height))?;
    }
    encoder.encode(
        &frame.rgb,
        frame.width as u16,
        frame.height as u16,
        ColorType::Rgb,
    )?;
    Ok(bytes)
}

/// An EXIF segment that holds a position only: a TIFF header, one directory, and in it the one of GPS.
fn exif(place: GroundPoint, height: EllipsoidHeight) -> Vec<u8> {
    const ENTRIES: u16 = 6;
    let gps_at: u32 = 8 + 2 + 12 + 4;
    let data_at = gps_at + 2 + 12 * u32::from(ENTRIES) + 4;
    let (latitude, longitude) = (place.latitude.degrees(), place.longitude.degrees());
    let mut tiff = Vec::from(*b"MM\0\x2a\0\0\0\x08");
    tiff.extend(1_u16.to_be_bytes());
    entry(&mut tiff, (0x8825, 4, 1), gps_at.to_be_bytes());
    tiff.extend(0_u32.to_be_bytes());
    tiff.extend(ENTRIES.to_be_bytes());
    let hemisphere = |negative: bool, signs: [u8; 2]| [signs[usize::from(negative)], 0, 0, 0];
    entry(&mut tiff, (1, 2, 2), hemisphere(latitude < 0.0, *b"NS"));
    entry(&mut tiff, (2, 5, 3), data_at.to_be_bytes());
    entry(&mut tiff, (3, 2, 2), hemisphere(longitude < 0.0, *b"EW"));
    entry(&mut tiff, (4, 5, 3), (data_at + 24).to_be_bytes());
    entry(
        &mut tiff,
        (5, 1, 1),
        [u8::from(height.metres < 0.0), 0, 0, 0],
    );
    entry(&mut tiff, (6, 5, 1), (data_at + 48).to_be_bytes());
    tiff.extend(0_u32.to_be_bytes());
    for degrees in [latitude.abs(), longitude.abs()] {
        let minutes = degrees.fract() * 60.0;
        rational(&mut tiff, degrees.trunc(), 1);
        rational(&mut tiff, minutes.trunc(), 1);
        rational(&mut tiff, minutes.fract() * 60.0, 100_000);
    }
    rational(&mut tiff, height.metres.abs(), 1000);
    let mut segment = Vec::from(*b"Exif\0\0");
    segment.extend(tiff);
    segment
}

fn entry(tiff: &mut Vec<u8>, (tag, kind, count): (u16, u16, u32), value: [u8; 4]) {
    tiff.extend(tag.to_be_bytes());
    tiff.extend(kind.to_be_bytes());
    tiff.extend(count.to_be_bytes());
    tiff.extend(value);
}

fn rational(tiff: &mut Vec<u8>, value: f64, over: u32) {
    tiff.extend(((value * f64::from(over)).round() as u32).to_be_bytes());
    tiff.extend(over.to_be_bytes());
}
