//! Many short exposures into one deep picture, while they arrive.
//!
//! ```text
//!  sub ─ demosaic ─ stars ─ register (against the first sub) ─ Motion ─┐
//!        └──────────────────────────────────────── resample ──────────┴► running mean, coverage
//! ```
//!
//! [`LiveStack`] does all of it; [`register`](fn@register) and [`Stack`] are its parts.

mod live;
mod motion;
mod register;
mod resample;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

pub use live::{LiveStack, LiveStackConfig, SubOutcome};
pub use motion::Motion;
pub use register::{RegisterConfig, Registration, register};
pub use resample::Resampling;

use crate::{ImagingError, Plane, RgbFrame, RgbFrameF32, Sample};
use resample::Sampler;

/// Wishes for a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StackConfig {
    /// How a sub is read between its pixels.
    pub resampling: Resampling,
    /// Leave a pixel of a sub out when a colour of it lies this many standard deviations from the mean so
    /// far: satellites, aircraft, cosmic rays. Begins with the ninth sub; costs one more frame of memory.
    pub reject_sigmas: Option<f32>,
}

/// Subs a pixel must have before its spread is trusted to reject others.
const LEAST_FOR_REJECTION: u16 = 8;

/// A running mean of registered subs.
///
/// # Shape
/// On the grid of the reference sub. The memory is fixed: 14 bytes per pixel, 26 with rejection.
#[derive(Clone, Debug)]
pub struct Stack {
    mean: RgbFrameF32,
    coverage: Plane<u16>,
    /// Sums of squared deviations from the mean, for rejection.
    squares: Option<Vec<[f32; 3]>>,
    config: StackConfig,
    subs: u32,
}

impl Stack {
    /// An empty stack for subs of a given size.
    ///
    /// # Errors
    /// [`ImagingError::Shape`] when a side is zero or the number of pixels cannot be.
    pub fn new(width: usize, height: usize, config: StackConfig) -> Result<Self, ImagingError> {
        let pixels = width.checked_mul(height).unwrap_or(0);
        Ok(Self {
            mean: RgbFrame::new(width, height, vec![[0.0; 3]; pixels])?,
            coverage: Plane::new(width, height, vec![0; pixels])?,
            squares: config.reject_sigmas.map(|_| vec![[0.0; 3]; pixels]),
            config,
            subs: 0,
        })
    }

    /// Adds a sub that lies on the reference by a given motion.
    ///
    /// # Errors
    /// [`ImagingError::SizeMismatch`] when it has another size than the stack.
    pub fn add(&mut self, sub: &RgbFrameF32, motion: &Motion) -> Result<(), ImagingError> {
        let width = self.mean.width();
        let expected = (width, self.mean.height());
        let found = (sub.width(), sub.height());
        if expected != found {
            return Err(ImagingError::SizeMismatch { expected, found });
        }
        let sampler = Sampler::new(sub, *motion, self.config.resampling);
        let limit = self.config.reject_sigmas.unwrap_or(f32::INFINITY);
        let means = self.mean.pixels_mut().par_chunks_mut(width);
        let counts = self.coverage.samples_mut().par_chunks_mut(width);
        match &mut self.squares {
            None => means
                .zip(counts)
                .enumerate()
                .for_each(|(y, (means, counts))| {
                    sampler.row(y, width, |x, value| {
                        merge(value, &mut means[x], &mut counts[x]);
                    });
                }),
            Some(squares) => means
                .zip(counts)
                .zip(squares.par_chunks_mut(width))
                .enumerate()
                .for_each(|(y, ((means, counts), squares))| {
                    sampler.row(y, width, |x, value| {
                        merge_unless_far(
                            value,
                            &mut means[x],
                            &mut counts[x],
                            &mut squares[x],
                            limit,
                        );
                    });
                }),
        }
        self.subs += 1;
        Ok(())
    }

    /// How many subs were added.
    pub fn subs(&self) -> u32 {
        self.subs
    }

    /// The mean so far, in the counts of one sub. Where no sub reached it is zero.
    pub fn mean(&self) -> &RgbFrameF32 {
        &self.mean
    }

    /// The mean as another type of sample, rounded and clamped.
    pub fn to_frame<T: Sample>(&self) -> RgbFrame<T> {
        self.mean.convert()
    }

    /// How many subs each pixel holds.
    pub fn coverage(&self) -> &Plane<u16> {
        &self.coverage
    }
}

fn merge(value: [f32; 3], mean: &mut [f32; 3], count: &mut u16) {
    *count = count.saturating_add(1);
    let share = 1.0 / f32::from(*count);
    for channel in 0..3 {
        mean[channel] += (value[channel] - mean[channel]) * share;
    }
}

fn merge_unless_far(
    value: [f32; 3],
    mean: &mut [f32; 3],
    count: &mut u16,
    squares: &mut [f32; 3],
    sigmas: f32,
) {
    if *count >= LEAST_FOR_REJECTION {
        let limit = sigmas * sigmas / f32::from(*count - 1);
        let far = |channel: usize| {
            let deviation = value[channel] - mean[channel];
            // Counts are whole numbers in the raw frame: below half of one nothing is an outlier.
            deviation * deviation > (limit * squares[channel]).max(0.25)
        };
        if far(0) || far(1) || far(2) {
            return;
        }
    }
    let before = *mean;
    merge(value, mean, count);
    for channel in 0..3 {
        squares[channel] += (value[channel] - before[channel]) * (value[channel] - mean[channel]);
    }
}
