use std::io::Write;

use super::card::Card;
use super::header::{BLOCK, Header};
use crate::ImagingError;
use crate::frame::{Plane, RawFrame, RgbFrame};

/// The array of a FITS file to be written.
#[derive(Clone, Copy, Debug)]
pub enum FitsData<'a> {
    /// A mosaic: 16 bits, two axes, `BAYERPAT`.
    Raw(&'a RawFrame),
    /// One plane of 16 bits.
    Gray16(&'a Plane<u16>),
    /// One plane of floats.
    GrayF32(&'a Plane<f32>),
    /// Three planes of 16 bits: red, green, blue.
    Rgb16(&'a RgbFrame<u16>),
    /// Three planes of floats: red, green, blue.
    RgbF32(&'a RgbFrame<f32>),
}

impl<'a> From<&'a RawFrame> for FitsData<'a> {
    fn from(frame: &'a RawFrame) -> Self {
        Self::Raw(frame)
    }
}

impl<'a> From<&'a Plane<u16>> for FitsData<'a> {
    fn from(frame: &'a Plane<u16>) -> Self {
        Self::Gray16(frame)
    }
}

impl<'a> From<&'a Plane<f32>> for FitsData<'a> {
    fn from(frame: &'a Plane<f32>) -> Self {
        Self::GrayF32(frame)
    }
}

impl<'a> From<&'a RgbFrame<u16>> for FitsData<'a> {
    fn from(frame: &'a RgbFrame<u16>) -> Self {
        Self::Rgb16(frame)
    }
}

impl<'a> From<&'a RgbFrame<f32>> for FitsData<'a> {
    fn from(frame: &'a RgbFrame<f32>) -> Self {
        Self::RgbF32(frame)
    }
}

/// The shape of an array as FITS sees it.
#[derive(Clone, Copy, Debug)]
struct Shape {
    width: usize,
    height: usize,
    planes: usize,
    sample_bytes: usize,
}

impl Shape {
    fn data_bytes(self) -> usize {
        self.width * self.height * self.planes * self.sample_bytes
    }
}

impl FitsData<'_> {
    fn shape(&self) -> Shape {
        let (width, height, planes, sample_bytes) = match self {
            Self::Raw(frame) => (frame.width(), frame.height(), 1, 2),
            Self::Gray16(plane) => (plane.width(), plane.height(), 1, 2),
            Self::GrayF32(plane) => (plane.width(), plane.height(), 1, 4),
            Self::Rgb16(frame) => (frame.width(), frame.height(), 3, 2),
            Self::RgbF32(frame) => (frame.width(), frame.height(), 3, 4),
        };
        Shape {
            width,
            height,
            planes,
            sample_bytes,
        }
    }

    fn structural_cards(&self) -> Vec<Card> {
        let shape = self.shape();
        let integer = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
        let float = shape.sample_bytes == 4;
        let bitpix = if float { -32_i64 } else { 16 };
        let naxis = if shape.planes == 1 { 2_i64 } else { 3 };
        let mut cards = vec![
            Card::known("SIMPLE", true, "conforms to the FITS standard"),
            Card::known("BITPIX", bitpix, "bits per sample, negative for floats"),
            Card::known("NAXIS", naxis, "number of axes"),
            Card::known("NAXIS1", integer(shape.width), "width"),
            Card::known("NAXIS2", integer(shape.height), "height"),
        ];
        if shape.planes > 1 {
            let planes = Card::known("NAXIS3", integer(shape.planes), "red, green, blue");
            cards.push(planes);
        }
        if !float {
            cards.push(Card::known("BZERO", 32768_i64, "unsigned 16 bits"));
            cards.push(Card::known("BSCALE", 1_i64, ""));
        }
        cards.push(Card::known("ROWORDER", "TOP-DOWN", "first row is the top"));
        if let Self::Raw(frame) = self {
            let pattern = frame.pattern.as_str();
            cards.push(Card::known(
                "BAYERPAT",
                pattern,
                "mosaic from the first row",
            ));
            cards.push(Card::known("XBAYROFF", 0_i64, ""));
            cards.push(Card::known("YBAYROFF", 0_i64, ""));
        }
        cards
    }
}

/// Writes a FITS file with one array, row by row, without a second copy of the image in memory.
///
/// Flushing, and making the file appear whole or not at all, are the caller's.
///
/// # Errors
/// [`ImagingError::Write`] when `out` fails.
pub fn write<'a>(
    out: &mut impl Write,
    data: impl Into<FitsData<'a>>,
    header: &Header,
) -> Result<(), ImagingError> {
    let data = data.into();
    let mut head = Vec::with_capacity(4 * BLOCK);
    Header::write(&data.structural_cards(), header, &mut head);
    out.write_all(&head)?;
    match data {
        FitsData::Raw(frame) => write_plane(out, &frame.mosaic, unsigned)?,
        FitsData::Gray16(plane) => write_plane(out, plane, unsigned)?,
        FitsData::GrayF32(plane) => write_plane(out, plane, f32::to_be_bytes)?,
        FitsData::Rgb16(frame) => write_colours(out, frame, unsigned)?,
        FitsData::RgbF32(frame) => write_colours(out, frame, f32::to_be_bytes)?,
    }
    let written = data.shape().data_bytes();
    let padding = written.next_multiple_of(BLOCK) - written;
    out.write_all(&[0; BLOCK][..padding])?;
    Ok(())
}

/// The bytes of a FITS file with one array.
#[expect(clippy::missing_panics_doc, reason = "a vector takes all bytes")]
pub fn to_bytes<'a>(data: impl Into<FitsData<'a>>, header: &Header) -> Vec<u8> {
    let data = data.into();
    let mut out = Vec::with_capacity(data.shape().data_bytes() + 6 * BLOCK);
    write(&mut out, data, header).expect("a vector takes all bytes");
    out
}

/// FITS has no unsigned 16 bits: they are written with an offset of 32768.
fn unsigned(sample: u16) -> [u8; 2] {
    (sample ^ 0x8000).to_be_bytes()
}

fn write_plane<T: crate::Sample, const N: usize>(
    out: &mut impl Write,
    plane: &Plane<T>,
    encode: impl Fn(T) -> [u8; N],
) -> Result<(), ImagingError> {
    let mut bytes = vec![[0_u8; N]; plane.width()];
    for y in 0..plane.height() {
        for (encoded, &sample) in bytes.iter_mut().zip(plane.row(y)) {
            *encoded = encode(sample);
        }
        out.write_all(bytes.as_flattened())?;
    }
    Ok(())
}

fn write_colours<T: crate::Sample, const N: usize>(
    out: &mut impl Write,
    frame: &RgbFrame<T>,
    encode: impl Fn(T) -> [u8; N],
) -> Result<(), ImagingError> {
    let mut bytes = vec![[0_u8; N]; frame.width()];
    for colour in 0..3 {
        for y in 0..frame.height() {
            for (encoded, pixel) in bytes.iter_mut().zip(frame.row(y)) {
                *encoded = encode(pixel[colour]);
            }
            out.write_all(bytes.as_flattened())?;
        }
    }
    Ok(())
}
