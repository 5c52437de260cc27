use std::io::Cursor;

use crate::vector;

/// A decoded picture of three colours, rows from the top.
#[derive(Clone, Debug)]
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<[u8; 3]>,
}

impl Raster {
    /// A PNG or JPEG neither side of which is longer than allowed.
    pub(super) fn decode(bytes: &[u8], longest_side: usize) -> Option<Self> {
        let raster = if bytes.starts_with(&[0xff, 0xd8]) {
            Self::jpeg(bytes, longest_side)?
        } else {
            Self::png(bytes, longest_side)?
        };
        let whole = raster.width * raster.height == raster.pixels.len();
        (whole && !raster.pixels.is_empty()).then_some(raster)
    }

    fn jpeg(bytes: &[u8], longest_side: usize) -> Option<Self> {
        let options = zune_jpeg::zune_core::options::DecoderOptions::default()
            .set_max_width(longest_side)
            .set_max_height(longest_side)
            .jpeg_set_out_colorspace(zune_jpeg::zune_core::colorspace::ColorSpace::RGB);
        let cursor = zune_jpeg::zune_core::bytestream::ZCursor::new(bytes);
        let mut decoder = zune_jpeg::JpegDecoder::new_with_options(cursor, options);
        let bytes = decoder.decode().ok()?;
        let (width, height) = decoder.dimensions()?;
        Some(Self {
            width,
            height,
            pixels: bytes.as_chunks::<3>().0.to_vec(),
        })
    }

    fn png(bytes: &[u8], longest_side: usize) -> Option<Self> {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let size = reader.output_buffer_size()?;
        if size > longest_side * longest_side * 4 {
            return None;
        }
        let mut buffer = vec![0; size];
        let info = reader.next_frame(&mut buffer).ok()?;
        let (width, height) = (info.width as usize, info.height as usize);
        let pixels = buffer
            .chunks_exact(info.color_type.samples())
            .take(width * height)
            .map(|pixel| match *pixel {
                [r, g, b] | [r, g, b, _] => [r, g, b],
                [grey] | [grey, _] => [grey; 3],
                _ => [0; 3],
            })
            .collect();
        Some(Self {
            width,
            height,
            pixels,
        })
    }

    /// Smoothly between pixels, at parts of the width and of the height; it goes on at the other side.
    pub(super) fn around(&self, across: f32, down: f32) -> [f32; 3] {
        let x = across.rem_euclid(1.0) * self.width as f32 - 0.5;
        let y = (down * self.height as f32 - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (column, row) = (x.floor(), y.floor());
        let (fx, fy) = (x - column, y - row);
        let at = |right: i64, below: usize| {
            let x = (column as i64 + right).rem_euclid(self.width as i64) as usize;
            let y = (row as usize + below).min(self.height - 1);
            let pixel = self.pixels.get(y * self.width + x);
            pixel.copied().unwrap_or_default().map(f32::from)
        };
        vector::between([at(0, 0), at(1, 0), at(0, 1), at(1, 1)], fx, fy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_the_whole_sky_has_no_seam() {
        let raster = Raster {
            width: 4,
            height: 2,
            pixels: (0..8).map(|i| [i * 10, 0, 0]).collect(),
        };
        let at = |x: f32, y: f32| raster.around(x, y)[0];
        assert!((at(0.125, 0.25) - 0.0).abs() < 1e-4);
        assert!((at(0.0, 0.25) - 15.0).abs() < 1e-3 && (at(1.0, 0.25) - 15.0).abs() < 1e-3);
        assert!((at(0.375, 0.5) - 30.0).abs() < 1e-3);
        assert!((at(0.125, -3.0) - 0.0).abs() < 1e-4 && (at(0.125, 9.0) - 40.0).abs() < 1e-3);
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        assert!(Raster::decode(b"", 100).is_none());
        assert!(Raster::decode(&[0xff, 0xd8, 0xff, 0xe0, 0, 1], 100).is_none());
        let image = skyhelm_imaging::RgbImage8::new(20, 20, vec![[1, 2, 3]; 400]).unwrap();
        let bytes = skyhelm_imaging::encode::png(&image).unwrap();
        assert!(Raster::decode(&bytes, 20).is_some_and(|r| r.pixels[399] == [1, 2, 3]));
        assert!(Raster::decode(&bytes, 15).is_none());
    }
}
