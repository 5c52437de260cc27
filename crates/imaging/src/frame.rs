//! Images in memory: one plane, three colours, or a sensor's mosaic.

use rayon::prelude::*;

use crate::ImagingError;
use crate::kernels::Kernels;

/// A number a pixel can hold.
pub trait Sample: Kernels + Copy + Send + Sync + PartialOrd + Default + 'static {
    /// The value a saturated pixel has: 255, 65535, or 65535 for `f32`, which carries sensor counts.
    const FULL_SCALE: f32;
    /// How many values the type has, when a table of all of them is worth making; otherwise 0.
    const VALUES: usize;

    /// As a float, in the same counts.
    fn to_f32(self) -> f32;

    /// From a float in the same counts: rounded and clamped to what the type holds.
    fn from_f32(value: f32) -> Self;

    /// Place in a table of all [`Self::VALUES`].
    fn index(self) -> usize;
}

impl Sample for u8 {
    const FULL_SCALE: f32 = 255.0;
    const VALUES: usize = 1 << 8;
    fn to_f32(self) -> f32 {
        f32::from(self)
    }
    fn from_f32(value: f32) -> Self {
        // `as` saturates and turns NaN into 0, both of which suit a pixel.
        (value + 0.5) as Self
    }
    fn index(self) -> usize {
        usize::from(self)
    }
}

impl Sample for u16 {
    const FULL_SCALE: f32 = 65535.0;
    const VALUES: usize = 1 << 16;
    fn to_f32(self) -> f32 {
        f32::from(self)
    }
    fn from_f32(value: f32) -> Self {
        (value + 0.5) as Self
    }
    fn index(self) -> usize {
        usize::from(self)
    }
}

impl Sample for f32 {
    const FULL_SCALE: f32 = 65535.0;
    const VALUES: usize = 0;
    fn to_f32(self) -> f32 {
        self
    }
    fn from_f32(value: f32) -> Self {
        value
    }
    fn index(self) -> usize {
        0
    }
}

/// Pixels a task works on at a time.
const CHUNK: usize = 1 << 15;

fn checked_shape(width: usize, height: usize, samples: usize) -> Result<(), ImagingError> {
    if width > 0 && height > 0 && width.checked_mul(height) == Some(samples) {
        Ok(())
    } else {
        Err(ImagingError::Shape {
            width,
            height,
            samples,
        })
    }
}

/// One value per pixel, rows from the top, each from the left.
///
/// # Shape
/// `samples[y * width + x]`; neither side is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane<T> {
    width: usize,
    height: usize,
    samples: Vec<T>,
}

impl<T: Sample> Plane<T> {
    /// From its samples, row by row.
    ///
    /// # Errors
    /// [`ImagingError::Shape`] when the number of samples is not width times height, or is zero.
    pub fn new(width: usize, height: usize, samples: Vec<T>) -> Result<Self, ImagingError> {
        checked_shape(width, height, samples.len())?;
        Ok(Self {
            width,
            height,
            samples,
        })
    }

    /// From samples this crate made to measure.
    pub(crate) fn made(width: usize, height: usize, samples: Vec<T>) -> Self {
        debug_assert_eq!(width * height, samples.len());
        Self {
            width,
            height,
            samples,
        }
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All samples, row by row.
    pub fn samples(&self) -> &[T] {
        &self.samples
    }

    /// All samples, to change.
    pub fn samples_mut(&mut self) -> &mut [T] {
        &mut self.samples
    }

    /// Gives the samples up.
    pub fn into_samples(self) -> Vec<T> {
        self.samples
    }

    /// One row. Panics, like a slice, when there is no such row.
    pub fn row(&self, y: usize) -> &[T] {
        &self.samples[y * self.width..][..self.width]
    }
}

/// Red, green and blue per pixel, rows from the top, each from the left.
///
/// # Shape
/// `pixels[y * width + x]` is `[red, green, blue]`; neither side is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct RgbFrame<T> {
    width: usize,
    height: usize,
    pixels: Vec<[T; 3]>,
}

/// Three colours of 16 bits: sensor counts.
pub type RgbFrame16 = RgbFrame<u16>;
/// Three colours of floats: sensor counts, unclamped, as a stack needs them.
pub type RgbFrameF32 = RgbFrame<f32>;
/// Three colours of 8 bits: a picture for the eye.
pub type RgbImage8 = RgbFrame<u8>;

impl<T: Sample> RgbFrame<T> {
    /// From its pixels, row by row.
    ///
    /// # Errors
    /// [`ImagingError::Shape`] when the number of pixels is not width times height, or is zero.
    pub fn new(width: usize, height: usize, pixels: Vec<[T; 3]>) -> Result<Self, ImagingError> {
        checked_shape(width, height, pixels.len())?;
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// From pixels this crate made to measure.
    pub(crate) fn made(width: usize, height: usize, pixels: Vec<[T; 3]>) -> Self {
        debug_assert_eq!(width * height, pixels.len());
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[[T; 3]] {
        &self.pixels
    }

    /// All pixels, to change.
    pub fn pixels_mut(&mut self) -> &mut [[T; 3]] {
        &mut self.pixels
    }

    /// Gives the pixels up.
    pub fn into_pixels(self) -> Vec<[T; 3]> {
        self.pixels
    }

    /// One row. Panics, like a slice, when there is no such row.
    pub fn row(&self, y: usize) -> &[[T; 3]] {
        &self.pixels[y * self.width..][..self.width]
    }

    /// The mean of the three colours: what star detection looks at.
    pub fn luminance(&self) -> Plane<f32> {
        let mut samples = vec![0.0; self.pixels.len()];
        samples
            .par_chunks_mut(CHUNK)
            .zip(self.pixels.par_chunks(CHUNK))
            .for_each(|(out, pixels)| {
                for (out, [r, g, b]) in out.iter_mut().zip(pixels) {
                    *out = (r.to_f32() + g.to_f32() + b.to_f32()) * (1.0 / 3.0);
                }
            });
        Plane::made(self.width, self.height, samples)
    }

    /// The same picture in another type of sample; counts are kept, rounded and clamped, not rescaled.
    pub fn convert<U: Sample>(&self) -> RgbFrame<U> {
        let mut pixels = vec![[U::default(); 3]; self.pixels.len()];
        pixels
            .par_chunks_mut(CHUNK)
            .zip(self.pixels.par_chunks(CHUNK))
            .for_each(|(out, pixels)| {
                let samples = pixels.as_flattened();
                for (out, sample) in out.as_flattened_mut().iter_mut().zip(samples) {
                    *out = U::from_f32(sample.to_f32());
                }
            });
        RgbFrame::made(self.width, self.height, pixels)
    }
}

/// A colour of the sensor's mosaic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Red.
    Red,
    /// Green.
    Green,
    /// Blue.
    Blue,
}

/// Which colours the four corners of a mosaic's cell have: first row, then second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BayerPattern {
    /// Red, green / green, blue: all DWARF sensors say so in their headers.
    #[default]
    Rggb,
    /// Blue, green / green, red.
    Bggr,
    /// Green, red / blue, green.
    Grbg,
    /// Green, blue / red, green.
    Gbrg,
}

impl BayerPattern {
    /// The four letters of FITS' `BAYERPAT`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rggb => "RGGB",
            Self::Bggr => "BGGR",
            Self::Grbg => "GRBG",
            Self::Gbrg => "GBRG",
        }
    }

    /// From the four letters, whatever their case.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Rggb, Self::Bggr, Self::Grbg, Self::Gbrg]
            .into_iter()
            .find(|pattern| pattern.as_str().eq_ignore_ascii_case(name.trim()))
    }

    /// Where red lies in the cell: column and row, each 0 or 1. Blue lies at the opposite corner.
    pub fn red(self) -> (usize, usize) {
        match self {
            Self::Rggb => (0, 0),
            Self::Grbg => (1, 0),
            Self::Gbrg => (0, 1),
            Self::Bggr => (1, 1),
        }
    }

    /// The colour of a pixel.
    pub fn channel(self, x: usize, y: usize) -> Channel {
        let (red_x, red_y) = self.red();
        match ((x ^ red_x) & 1, (y ^ red_y) & 1) {
            (0, 0) => Channel::Red,
            (1, 1) => Channel::Blue,
            _ => Channel::Green,
        }
    }

    /// The pattern seen when `x` columns and `y` rows are cut away.
    #[must_use]
    pub fn shifted(self, x: usize, y: usize) -> Self {
        let (red_x, red_y) = self.red();
        match ((red_x + x) & 1, (red_y + y) & 1) {
            (0, 0) => Self::Rggb,
            (1, 0) => Self::Grbg,
            (0, 1) => Self::Gbrg,
            _ => Self::Bggr,
        }
    }
}

/// What the sensor gave: one 16-bit count per pixel behind a colour mosaic.
#[derive(Clone, Debug, PartialEq)]
pub struct RawFrame {
    /// The counts.
    pub mosaic: Plane<u16>,
    /// The colours above them.
    pub pattern: BayerPattern,
}

impl RawFrame {
    /// From its counts, row by row.
    ///
    /// # Errors
    /// [`ImagingError::Shape`] when the number of counts is not width times height, or is zero.
    pub fn new(
        width: usize,
        height: usize,
        pattern: BayerPattern,
        data: Vec<u16>,
    ) -> Result<Self, ImagingError> {
        Ok(Self {
            mosaic: Plane::new(width, height, data)?,
            pattern,
        })
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.mosaic.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.mosaic.height
    }

    /// The counts, row by row.
    pub fn data(&self) -> &[u16] {
        &self.mosaic.samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_number_of_samples_is_refused() {
        assert!(Plane::new(3, 2, vec![0_u8; 5]).is_err());
        assert!(Plane::<u8>::new(0, 2, vec![]).is_err());
        assert!(RgbFrame::new(usize::MAX, 2, vec![[0_u8; 3]; 4]).is_err());
    }

    #[test]
    fn each_pattern_has_its_letters_at_its_corners() {
        for pattern in [
            BayerPattern::Rggb,
            BayerPattern::Bggr,
            BayerPattern::Grbg,
            BayerPattern::Gbrg,
        ] {
            let letters: String = [(0, 0), (1, 0), (0, 1), (1, 1)]
                .map(|(x, y)| match pattern.channel(x, y) {
                    Channel::Red => 'R',
                    Channel::Green => 'G',
                    Channel::Blue => 'B',
                })
                .iter()
                .collect();
            assert_eq!(letters, pattern.as_str());
            assert_eq!(BayerPattern::from_name(&letters), Some(pattern));
            let cut = pattern.shifted(1, 1);
            assert_eq!(cut.channel(0, 0), pattern.channel(1, 1));
            assert_eq!(pattern.shifted(1, 0).channel(0, 0), pattern.channel(1, 0));
        }
    }

    #[test]
    fn floats_round_and_clamp_into_counts() {
        assert_eq!(u16::from_f32(70000.0), 65535);
        assert_eq!(u16::from_f32(-3.0), 0);
        assert_eq!(u16::from_f32(f32::NAN), 0);
        assert_eq!(u8::from_f32(1.5), 2);
    }
}
