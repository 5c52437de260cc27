//! How often each brightness occurs, per colour.

use rayon::prelude::*;

use crate::{Plane, RawFrame, RgbFrame, Sample};

/// How bins divide the range of counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BinScale {
    /// Equal width.
    #[default]
    Linear,
    /// Equal ratio, from one count to full scale: shows a dark sky and its stars together.
    Logarithmic,
}

/// Pixels per bin and colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Red, green, blue; each of the number of bins asked for.
    pub channels: [Vec<u32>; 3],
    /// How the bins divide 0 to full scale.
    pub scale: BinScale,
}

const LEVELS: usize = 1 << 16;
type Counts = [Vec<u32>; 3];

impl Histogram {
    /// Of a colour frame. At least one bin is made, and at most one per 16-bit count.
    pub fn of_rgb<T: Sample>(frame: &RgbFrame<T>, bins: usize, scale: BinScale) -> Self {
        let counts = frame
            .pixels()
            .par_chunks(1 << 18)
            .fold(no_counts, |mut counts, pixels| {
                for pixel in pixels {
                    for (channel, sample) in counts.iter_mut().zip(pixel) {
                        channel[level(*sample)] += 1;
                    }
                }
                counts
            })
            .reduce(no_counts, |a, b| sum(a, &b));
        Self::folded(&counts, bins, scale)
    }

    /// Of a mosaic, each pixel counted under the colour it sees.
    pub fn of_raw(frame: &RawFrame, bins: usize, scale: BinScale) -> Self {
        let mosaic: &Plane<u16> = &frame.mosaic;
        let counts = (0..mosaic.height())
            .into_par_iter()
            .with_min_len(64)
            .fold(no_counts, |mut counts, y| {
                let colours = [0, 1].map(|x| frame.pattern.channel(x, y) as usize);
                for (x, &sample) in mosaic.row(y).iter().enumerate() {
                    counts[colours[x & 1]][usize::from(sample)] += 1;
                }
                counts
            })
            .reduce(no_counts, |a, b| sum(a, &b));
        Self::folded(&counts, bins, scale)
    }

    fn folded(counts: &Counts, bins: usize, scale: BinScale) -> Self {
        let bins = bins.clamp(1, LEVELS);
        let bin_of: Vec<usize> = (0..LEVELS)
            .map(|level| match scale {
                BinScale::Linear => level * bins / LEVELS,
                BinScale::Logarithmic => {
                    let share = (level as f64 + 1.0).ln() / (LEVELS as f64).ln();
                    ((share * bins as f64) as usize).min(bins - 1)
                }
            })
            .collect();
        let channels = [0, 1, 2].map(|channel: usize| {
            let mut folded = vec![0; bins];
            for (count, &bin) in counts[channel].iter().zip(&bin_of) {
                folded[bin] += count;
            }
            folded
        });
        Self { channels, scale }
    }
}

fn level<T: Sample>(sample: T) -> usize {
    usize::from(u16::from_f32(sample.to_f32() * (65535.0 / T::FULL_SCALE)))
}

fn no_counts() -> Counts {
    core::array::from_fn(|_| vec![0; LEVELS])
}

fn sum(mut a: Counts, b: &Counts) -> Counts {
    for (a, b) in a.iter_mut().flatten().zip(b.iter().flatten()) {
        *a += b;
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BayerPattern;

    #[test]
    fn every_pixel_is_counted_once_under_its_colour() {
        let counts = (0..30 * 20).map(|i| i as u16 * 100).collect();
        let frame = RawFrame::new(30, 20, BayerPattern::Grbg, counts).unwrap();
        for scale in [BinScale::Linear, BinScale::Logarithmic] {
            let histogram = Histogram::of_raw(&frame, 64, scale);
            let totals = histogram.channels.map(|bins| bins.iter().sum::<u32>());
            assert_eq!(totals, [150, 300, 150]);
        }
    }

    #[test]
    fn darkness_and_full_scale_fall_into_the_outer_bins() {
        let frame = RgbFrame::new(2, 1, vec![[0_u8, 255, 0], [255, 255, 0]]).unwrap();
        for scale in [BinScale::Linear, BinScale::Logarithmic] {
            let [red, green, blue] = Histogram::of_rgb(&frame, 10, scale).channels;
            assert_eq!((red[0], red[9]), (1, 1));
            assert_eq!((green[0], green[9]), (0, 2));
            assert_eq!((blue[0], blue[9]), (2, 0));
        }
    }
}
