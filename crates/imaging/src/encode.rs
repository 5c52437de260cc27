//! Pictures as files: JPEG and PNG.

use crate::{ImagingError, RgbFrame16, RgbImage8};

/// A JPEG of a picture.
///
/// `quality` goes from 1 to 100 and is clamped into that range. 80 suits a live view.
///
/// # Errors
/// [`ImagingError::Encode`] when a side is longer than the 65535 pixels JPEG can say.
pub fn jpeg(image: &RgbImage8, quality: u8) -> Result<Vec<u8>, ImagingError> {
    let side = |length: usize| {
        u16::try_from(length).map_err(|_| ImagingError::Encode("too large for JPEG".to_owned()))
    };
    let (width, height) = (side(image.width())?, side(image.height())?);
    let mut out = Vec::with_capacity(image.pixels().len() / 4);
    let bytes = image.pixels().as_flattened();
    jpeg_encoder::Encoder::new(&mut out, quality.clamp(1, 100))
        .encode(bytes, width, height, jpeg_encoder::ColorType::Rgb)
        .map_err(|error| ImagingError::Encode(error.to_string()))?;
    // A dark sky needs a tenth of what was asked for, and many a picture is kept for a while.
    out.shrink_to_fit();
    Ok(out)
}

/// A PNG of 8 bits per colour.
///
/// # Errors
/// [`ImagingError::Encode`] when a side is longer than PNG can say.
pub fn png(image: &RgbImage8) -> Result<Vec<u8>, ImagingError> {
    let bytes = image.pixels().as_flattened();
    encode_png(image.width(), image.height(), png::BitDepth::Eight, bytes)
}

/// A PNG of 16 bits per colour.
///
/// # Errors
/// [`ImagingError::Encode`] when a side is longer than PNG can say.
pub fn png16(image: &RgbFrame16) -> Result<Vec<u8>, ImagingError> {
    let samples = image.pixels().as_flattened();
    let bytes: Vec<u8> = samples
        .iter()
        .flat_map(|sample| sample.to_be_bytes())
        .collect();
    encode_png(
        image.width(),
        image.height(),
        png::BitDepth::Sixteen,
        &bytes,
    )
}

fn encode_png(
    width: usize,
    height: usize,
    depth: png::BitDepth,
    bytes: &[u8],
) -> Result<Vec<u8>, ImagingError> {
    let failed = |error: png::EncodingError| ImagingError::Encode(error.to_string());
    let side = |length: usize| {
        u32::try_from(length).map_err(|_| ImagingError::Encode("too large for PNG".to_owned()))
    };
    let mut out = Vec::with_capacity(bytes.len() / 2);
    let mut encoder = png::Encoder::new(&mut out, side(width)?, side(height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(depth);
    // Noise does not compress: a better search costs seconds and gains a few per cent.
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(bytes).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RgbFrame;

    #[test]
    fn a_jpeg_begins_and_ends_as_one_and_says_its_size() {
        let image = RgbFrame::new(40, 30, vec![[200_u8, 100, 50]; 1200]).unwrap();
        let bytes = jpeg(&image, 200).unwrap();
        assert!(bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && bytes.ends_with(&[0xFF, 0xD9]));
        let frame = bytes.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        assert_eq!(bytes[frame + 5..][..4], [0, 30, 0, 40]);
        let long = RgbFrame::new(70_000, 1, vec![[0_u8; 3]; 70_000]).unwrap();
        assert!(jpeg(&long, 80).is_err());
    }

    #[test]
    fn a_png_of_sixteen_bits_reads_back_exactly() {
        let pixels = (0..600_u16).map(|i| [i * 100, 65535 - i, i]).collect();
        let image = RgbFrame::new(30, 20, pixels).unwrap();
        let bytes = png16(&image).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut decoded).unwrap();
        let expected: Vec<u8> = image
            .pixels()
            .as_flattened()
            .iter()
            .flat_map(|sample| sample.to_be_bytes())
            .collect();
        assert_eq!(decoded, expected);
    }
}
