//! Dark frames: what the sensor adds to each exposure by itself, measured with the lid on and taken
//! off again.
//!
//! ```text
//!  darks ─ DarkFrames ─ MasterDark ─┬─ subtract_from(sub)
//!                                   └─ hot_pixels(sigmas) ─ HotPixelMap ─ repair(sub)
//! ```

mod hot_pixels;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use crate::statistics::{Spread, middle};
use crate::{BayerPattern, ImagingError, Plane, RawFrame};

pub use hot_pixels::HotPixelMap;

/// Frames that are held until their median is taken: few enough for the memory of a small computer.
const GROUP: usize = 7;

/// Dark frames while they come in.
///
/// Each pixel becomes the median of its counts, in groups of up to seven frames, and the mean of the
/// groups: a cosmic ray in one frame leaves no trace, the noise falls with the number of frames, and
/// no more than seven frames are held, whatever their number.
#[derive(Clone, Debug)]
pub struct DarkFrames {
    waiting: Vec<RawFrame>,
    /// Sum of the groups' medians, each times its frames.
    sum: Plane<f32>,
    pattern: BayerPattern,
    frames: u32,
}

impl DarkFrames {
    /// From the first one.
    pub fn new(first: RawFrame) -> Self {
        let (width, height) = (first.width(), first.height());
        Self {
            sum: Plane::made(width, height, vec![0.0; width * height]),
            pattern: first.pattern,
            waiting: vec![first],
            frames: 1,
        }
    }

    /// Adds another one.
    ///
    /// # Errors
    /// [`ImagingError::SizeMismatch`] when it has another size than the first.
    pub fn add(&mut self, frame: RawFrame) -> Result<(), ImagingError> {
        fits(&self.sum, &frame)?;
        if self.waiting.len() == GROUP {
            self.take_median();
        }
        self.waiting.push(frame);
        self.frames += 1;
        Ok(())
    }

    /// How many came in.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// The master.
    pub fn finish(mut self) -> MasterDark {
        self.take_median();
        let share = 1.0 / self.frames as f32;
        self.sum
            .samples_mut()
            .par_iter_mut()
            .for_each(|sum| *sum *= share);
        MasterDark::of(self.sum, self.pattern, self.frames)
    }

    fn take_median(&mut self) {
        let width = self.sum.width();
        let waiting = std::mem::take(&mut self.waiting);
        let weight = waiting.len() as f32;
        self.sum
            .samples_mut()
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(y, sums)| {
                let rows: Vec<&[u16]> = waiting.iter().map(|frame| frame.mosaic.row(y)).collect();
                for (x, sum) in sums.iter_mut().enumerate() {
                    let mut values = [0.0_f32; GROUP];
                    for (value, row) in values.iter_mut().zip(&rows) {
                        *value = f32::from(row[x]);
                    }
                    *sum += weight * median(&mut values[..rows.len()]);
                }
            });
    }
}

/// The median, of an even number the mean of the middle two.
fn median(values: &mut [f32]) -> f32 {
    let low = middle(values).unwrap_or_default();
    if values.len() % 2 == 1 {
        return low;
    }
    let half = values.len() / 2;
    let high = values[half..].iter().copied().fold(f32::INFINITY, f32::min);
    f32::midpoint(low, high)
}

/// The mean dark frame of one exposure time, gain and temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct MasterDark {
    counts: Plane<f32>,
    pattern: BayerPattern,
    frames: u32,
    level: f32,
}

impl MasterDark {
    fn of(counts: Plane<f32>, pattern: BayerPattern, frames: u32) -> Self {
        let step = (counts.samples().len() / 100_000).max(1) | 1;
        let mut sampled: Vec<f32> = counts.samples().iter().copied().step_by(step).collect();
        Self {
            level: Spread::of(&mut sampled).median,
            counts,
            pattern,
            frames,
        }
    }

    /// From a file's frame, which was made of so many.
    pub fn from_frame(frame: &RawFrame, frames: u32) -> Self {
        let counts = frame.data().iter().map(|&count| f32::from(count)).collect();
        let plane = Plane::made(frame.width(), frame.height(), counts);
        Self::of(plane, frame.pattern, frames.max(1))
    }

    /// As a frame for a file, rounded to whole counts.
    pub fn to_frame(&self) -> RawFrame {
        let counts = self.counts.samples().iter();
        let data = counts.map(|count| (count + 0.5) as u16).collect();
        RawFrame {
            mosaic: Plane::made(self.counts.width(), self.counts.height(), data),
            pattern: self.pattern,
        }
    }

    /// Of how many frames it was made.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// Its middle count: the sensor's offset and the dark current of an ordinary pixel.
    pub fn level(&self) -> f32 {
        self.level
    }

    /// Its counts.
    pub fn counts(&self) -> &Plane<f32> {
        &self.counts
    }

    /// Takes what each pixel adds by itself off a sub and leaves every pixel at the same `pedestal`: the
    /// dark's own level keeps the sub's offset, so that no noise falls below nought. Full counts stay full.
    ///
    /// # Errors
    /// [`ImagingError::SizeMismatch`] when the sub has another size.
    pub fn subtract_from(&self, sub: &mut RawFrame, pedestal: f32) -> Result<(), ImagingError> {
        fits(&self.counts, sub)?;
        let chunk = 1 << 15;
        sub.mosaic
            .samples_mut()
            .par_chunks_mut(chunk)
            .zip(self.counts.samples().par_chunks(chunk))
            .for_each(|(counts, darks)| {
                for (count, dark) in counts.iter_mut().zip(darks) {
                    if *count < u16::MAX {
                        // `as` saturates at both ends.
                        *count = (f32::from(*count) - dark + pedestal + 0.5) as u16;
                    }
                }
            });
        Ok(())
    }

    /// The pixels that stand so many standard deviations above the others of the dark: they are as noisy
    /// as they are bright, which no subtraction mends.
    pub fn hot_pixels(&self, sigmas: f32) -> HotPixelMap {
        HotPixelMap::of(&self.counts, sigmas)
    }
}

fn fits<T: crate::Sample>(plane: &Plane<T>, frame: &RawFrame) -> Result<(), ImagingError> {
    let expected = (plane.width(), plane.height());
    let found = (frame.width(), frame.height());
    if expected == found {
        Ok(())
    } else {
        Err(ImagingError::SizeMismatch { expected, found })
    }
}
