//! Smaller pictures.

use rayon::prelude::*;

use crate::{ImagingError, RawFrame, RgbFrame, Sample};

/// The picture shrunk, in proportion, to fit into a box; as it is when it fits already.
///
/// Each new pixel is the mean of the area it covers, so that single bright pixels do not flicker.
pub fn shrink_to_fit<T: Sample>(image: &RgbFrame<T>, widest: usize, highest: usize) -> RgbFrame<T> {
    T::shrink_to_fit(image, widest, highest)
}

pub(crate) fn shrunk_to_fit<T: Sample>(
    image: &RgbFrame<T>,
    widest: usize,
    highest: usize,
) -> RgbFrame<T> {
    let (width, height) = (image.width(), image.height());
    let factor = (widest.max(1) as f64 / width as f64).min(highest.max(1) as f64 / height as f64);
    if factor >= 1.0 {
        return image.clone();
    }
    let shrunk = |length: usize| ((length as f64 * factor).round() as usize).max(1);
    let (new_width, new_height) = (shrunk(width), shrunk(height));
    let columns = covers(width, new_width);
    let rows = covers(height, new_height);
    let mut pixels = vec![[T::default(); 3]; new_width * new_height];
    pixels
        .par_chunks_mut(new_width)
        .zip(&rows)
        .for_each(|(out, cover)| {
            let mut sums = vec![[0.0_f32; 3]; width];
            for (y, weight) in cover.weights() {
                for (sum, pixel) in sums.iter_mut().zip(image.row(y)) {
                    for channel in 0..3 {
                        sum[channel] += weight * pixel[channel].to_f32();
                    }
                }
            }
            for (out, cover) in out.iter_mut().zip(&columns) {
                let mut mean = [0.0_f32; 3];
                for (x, weight) in cover.weights() {
                    for channel in 0..3 {
                        mean[channel] += weight * sums[x][channel];
                    }
                }
                *out = mean.map(T::from_f32);
            }
        });
    RgbFrame::made(new_width, new_height, pixels)
}

/// The stretch of old pixels that one new pixel covers.
struct Cover {
    start: f64,
    end: f64,
}

impl Cover {
    /// Old pixels and their shares; the shares add up to one.
    fn weights(&self) -> impl Iterator<Item = (usize, f32)> + '_ {
        let (first, last) = (self.start as usize, self.end.ceil() as usize);
        (first..last).map(|index| {
            let from = self.start.max(index as f64);
            let to = self.end.min(index as f64 + 1.0);
            (index, ((to - from) / (self.end - self.start)) as f32)
        })
    }
}

fn covers(old: usize, new: usize) -> Vec<Cover> {
    let edge = |index: usize| (index * old) as f64 / new as f64;
    (0..new)
        .map(|index| Cover {
            start: edge(index),
            end: edge(index + 1).min(old as f64),
        })
        .collect()
}

/// Four pixels of one colour to one: a mosaic of half the width and height.
///
/// # Errors
/// When the frame is smaller than four pixels a side.
pub fn binned(frame: &RawFrame) -> Result<RawFrame, ImagingError> {
    let (width, height) = (frame.width() / 4 * 2, frame.height() / 4 * 2);
    let mut counts = Vec::with_capacity(width * height);
    for y in 0..height {
        let top = (y / 2) * 4 + y % 2;
        let (upper, lower) = (frame.mosaic.row(top), frame.mosaic.row(top + 2));
        for x in 0..width {
            let left = (x / 2) * 4 + x % 2;
            let sum = [upper[left], upper[left + 2], lower[left], lower[left + 2]]
                .map(u32::from)
                .iter()
                .sum::<u32>();
            counts.push(u16::try_from((sum + 2) / 4).unwrap_or(u16::MAX));
        }
    }
    RawFrame::new(width, height, frame.pattern, counts)
}

/// The middle of a picture, so wide and high; a picture that is no larger stays as it is.
pub fn middle<T: Sample>(frame: RgbFrame<T>, width: usize, height: usize) -> RgbFrame<T> {
    if frame.width() <= width || frame.height() <= height {
        return frame;
    }
    let (left, top) = ((frame.width() - width) / 2, (frame.height() - height) / 2);
    let mut pixels = Vec::with_capacity(width * height);
    for y in top..top + height {
        pixels.extend_from_slice(&frame.row(y)[left..left + width]);
    }
    RgbFrame::made(width, height, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BayerPattern;
    use proptest::prelude::*;

    #[test]
    fn a_small_picture_stays_as_it_is() {
        let image = RgbFrame::new(2, 1, vec![[1_u8, 2, 3], [4, 5, 6]]).unwrap();
        assert_eq!(shrink_to_fit(&image, 10, 10), image);
    }

    #[test]
    fn light_is_neither_lost_nor_made() {
        let mut pixels = vec![[0.0_f32; 3]; 70 * 50];
        pixels[70 * 20 + 33] = [100.0, 50.0, 10.0];
        let image = RgbFrame::new(70, 50, pixels).unwrap();
        let small = shrink_to_fit(&image, 30, 30);
        assert_eq!((small.width(), small.height()), (30, 21));
        let red: f32 = small.pixels().iter().map(|p| p[0]).sum();
        let expected = 100.0 * (30.0 * 21.0) / (70.0 * 50.0);
        assert!((red - expected).abs() < 0.01, "{red} {expected}");
    }

    #[test]
    fn binning_keeps_the_mosaic_and_the_mean() {
        let counts = (0..64)
            .map(|i| {
                if (i / 8) % 2 == 0 && i % 2 == 0 {
                    400
                } else {
                    100
                }
            })
            .collect();
        let frame = RawFrame::new(8, 8, BayerPattern::Rggb, counts).unwrap();
        let half = binned(&frame).unwrap();
        assert_eq!((half.width(), half.height()), (4, 4));
        assert_eq!(half.data()[0], 400);
        assert_eq!(half.data()[1], 100);
    }

    proptest! {
        #[test]
        fn an_even_picture_stays_even(
            width in 1..90_usize, height in 1..90_usize, widest in 0..60_usize, highest in 0..60_usize,
        ) {
            let image = RgbFrame::new(width, height, vec![[7_u8, 77, 177]; width * height]).unwrap();
            let small = shrink_to_fit(&image, widest, highest);
            prop_assert!(small.width() <= widest.max(1) && small.height() <= highest.max(1));
            prop_assert!(small.pixels().iter().all(|p| *p == [7, 77, 177]));
        }
    }
}
