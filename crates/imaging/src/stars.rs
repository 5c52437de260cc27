//! Stars in an image: where, how bright, how sharp.
//!
//! ```text
//!  image ─ Background (mesh, clipped) ─ residual ─ matched filter ─ peaks (flooded, deblended)
//!                                          └────────── windowed centroids, widths, flux ─► Star
//! ```
//!
//! Made for frames with a sky between the stars. Run it on the full-size luminance
//! ([`RgbFrame::luminance`](crate::RgbFrame::luminance)) of a frame whose hot pixels were taken out first
//! ([`cosmetic`](crate::cosmetic)): after debayering a hot pixel looks like a star.

mod background;
mod filter;
mod measure;
mod peaks;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

pub use background::Background;

use crate::Plane;
use crate::statistics::Spread;
use crate::wcs::ImagePoint;
use measure::Field;

/// One star.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Star {
    /// Its centre, from zero at the centre of the first pixel.
    pub centre: ImagePoint,
    /// Counts above the sky, within 1.6 widths of the centre.
    pub flux: f32,
    /// Highest count above the sky in a single pixel.
    pub peak: f32,
    /// Signal to noise of the detection, with the noise of the sky alone.
    pub snr: f32,
    /// Full width at half maximum in pixels, the pixel's own width included.
    pub fwhm: f32,
    /// Long axis over short axis; 1 is round.
    pub elongation: f32,
    /// Whether a pixel of it reached the limit of the sensor.
    pub saturated: bool,
}

/// Wishes for a detection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetectConfig {
    /// Least signal to noise.
    pub min_snr: f32,
    /// Width the filter is matched to, in pixels. Stars from half to three times as wide are found too.
    pub fwhm: f32,
    /// Count from which a pixel is saturated.
    pub saturation: f32,
    /// Side of the cells in which the sky is measured, in pixels.
    pub cell: usize,
    /// At most so many stars, the brightest.
    pub most: usize,
}

impl Default for DetectConfig {
    fn default() -> Self {
        Self {
            min_snr: 5.0,
            fwhm: 2.5,
            saturation: 64_000.0,
            cell: 64,
            most: 2000,
        }
    }
}

/// What was found in an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// The stars, brightest first.
    pub stars: Vec<Star>,
    /// The median width of the well-exposed ones in pixels; `None` when there are none.
    pub fwhm: Option<f32>,
    /// The sky's median level in counts.
    pub sky: f32,
    /// The sky's noise in counts.
    pub noise: f32,
}

/// Finds the stars of an image.
pub fn detect(image: &Plane<f32>, config: &DetectConfig) -> Detection {
    let (background, residual) = Background::measure(image, config.cell);
    let filtered = filter::smooth(&residual, config.fwhm);
    let noise = FilteredNoise::measure(&background, &residual, &filtered, config.fwhm);
    let threshold = |x, y| config.min_snr * noise.at(x, y);
    let mut peaks = peaks::find(&filtered, threshold, |x, y| 3.0 * noise.at(x, y));
    peaks.sort_unstable_by(|a, b| b.height.total_cmp(&a.height));
    peaks.truncate(config.most);

    let field = Field {
        image,
        residual: &residual,
        saturation: config.saturation,
    };
    let width = field.typical_width(&peaks, config.fwhm);
    let mut stars: Vec<Star> = peaks
        .par_iter()
        .filter_map(|peak| field.measure(peak, width, noise.effective_at(peak.x, peak.y)))
        .filter(|star| star.snr >= config.min_snr)
        .collect();
    stars.sort_unstable_by(|a, b| b.flux.total_cmp(&a.flux));
    let fwhm = median_width(&stars);
    Detection {
        stars,
        fwhm,
        sky: background.level(),
        noise: background.noise(),
    }
}

fn median_width(stars: &[Star]) -> Option<f32> {
    let exposed = |star: &&Star| !star.saturated && star.snr > 10.0;
    let mut widths: Vec<f32> = stars.iter().filter(exposed).map(|star| star.fwhm).collect();
    (!widths.is_empty()).then(|| Spread::of(&mut widths).median)
}

/// The noise after the filter. How much the filter lessens it is measured, not derived: the noise of
/// a debayered frame is not independent from pixel to pixel.
struct FilteredNoise<'a> {
    background: &'a Background,
    /// Noise after the filter over noise before it.
    factor: f32,
    /// The same over what it would be for independent pixels.
    correlation: f32,
}

impl<'a> FilteredNoise<'a> {
    fn measure(
        background: &'a Background,
        residual: &Plane<f32>,
        filtered: &Plane<f32>,
        fwhm: f32,
    ) -> Self {
        let step = (residual.samples().len() / 100_000).max(1) | 1;
        let sigma = |plane: &Plane<f32>| {
            let mut values = plane.samples().iter().step_by(step).copied().collect();
            Spread::of(&mut values).sigma()
        };
        let (before, after) = (sigma(residual), sigma(filtered));
        let independent = filter::noise_factor(fwhm);
        let factor = if before > 0.0 && after > 0.0 {
            after / before
        } else {
            independent
        };
        Self {
            background,
            factor,
            correlation: factor / independent,
        }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.background.noise_at(x, y) * self.factor
    }

    /// The noise independent pixels would have to show the same noise over the area of a star.
    fn effective_at(&self, x: usize, y: usize) -> f32 {
        self.background.noise_at(x, y) * self.correlation
    }
}
