//! From a sensor's mosaic to three colours.

use rayon::prelude::*;

use crate::{BayerPattern, ImagingError, RawFrame, RgbFrame, Sample};

/// How the two colours a pixel does not see are estimated from its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demosaic {
    /// The mean of the nearest pixels of that colour: quick, never overshoots.
    Bilinear,
    /// Linear filters over 5 x 5 pixels that follow the colour the pixel does see: sharper, with slight
    /// overshoot beside bright stars.
    ///
    /// # Source
    /// Malvar, He and Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned
    /// color images", ICASSP 2004.
    #[default]
    Malvar,
}

/// One colour pixel per 2 x 2 cell, greens averaged: half the width and height, no interpolation.
///
/// An odd last row or column is left out. Made for previews and for measuring.
///
/// # Errors
/// [`ImagingError::Shape`] when the frame is less than one cell.
pub fn superpixels<T: Sample>(frame: &RawFrame) -> Result<RgbFrame<T>, ImagingError> {
    let (width, height) = (frame.width() / 2, frame.height() / 2);
    let (red_x, red_y) = frame.pattern.red();
    let mut pixels = vec![[T::default(); 3]; width * height];
    if !pixels.is_empty() {
        pixels
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(y, row)| {
                let red_row = frame.mosaic.row(2 * y + red_y);
                let blue_row = frame.mosaic.row(2 * y + 1 - red_y);
                let cells = red_row
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .zip(blue_row.as_chunks::<2>().0);
                for (pixel, (reds, blues)) in row.iter_mut().zip(cells) {
                    let green = f32::midpoint(reds[1 - red_x].into(), blues[red_x].into());
                    *pixel = [
                        T::from_f32(f32::from(reds[red_x])),
                        T::from_f32(green),
                        T::from_f32(f32::from(blues[1 - red_x])),
                    ];
                }
            });
    }
    RgbFrame::new(width, height, pixels)
}

/// Three colours for every pixel of the sensor.
///
/// Counts a pixel saw are kept exactly. In `f32` the estimates are neither rounded nor clamped, so
/// that noise around zero stays unbiased in a stack.
pub fn demosaic<T: Sample>(frame: &RawFrame, method: Demosaic) -> RgbFrame<T> {
    match method {
        Demosaic::Bilinear => demosaic_with::<T, Bilinear>(frame),
        Demosaic::Malvar => demosaic_with::<T, Malvar>(frame),
    }
}

/// Rows of output made by one task: enough to amortise its five padded rows of input.
const BAND: usize = 32;
/// Columns mirrored on to each side of a padded row.
const MARGIN: usize = 2;

fn demosaic_with<T: Sample, F: Filter>(frame: &RawFrame) -> RgbFrame<T> {
    let (width, height) = (frame.width(), frame.height());
    let mut pixels = vec![[T::default(); 3]; width * height];
    pixels
        .par_chunks_mut(width * BAND)
        .enumerate()
        .for_each(|(band, rows)| {
            let first = band * BAND;
            // Row y lives in slot (y + MARGIN) % 5, so each is padded once per band.
            let mut window: [Vec<i32>; 5] = core::array::from_fn(|_| Vec::new());
            for y in 0..4 {
                pad(frame, first as isize + y - 2, &mut window[y as usize]);
            }
            for (index, row) in rows.chunks_mut(width).enumerate() {
                let y = first + index;
                pad(frame, y as isize + 2, &mut window[(index + 4) % 5]);
                let lines = core::array::from_fn(|i| window[(index + i) % 5].as_slice());
                fill_row::<T, F>(lines, frame.pattern, y, row);
            }
        });
    RgbFrame::made(width, height, pixels)
}

/// Copies row `y`, mirrored beyond the frame, with a mirrored margin at each side. Mirroring about the
/// edge pixel keeps the colours of the mosaic in step.
fn pad(frame: &RawFrame, y: isize, out: &mut Vec<i32>) {
    let row = frame.mosaic.row(mirrored(y, frame.height()));
    let at = |x: isize| i32::from(row[mirrored(x, row.len())]);
    let end = row.len() as isize;
    out.clear();
    out.extend([at(-2), at(-1)]);
    out.extend(row.iter().map(|&count| i32::from(count)));
    out.extend([at(end), at(end + 1)]);
}

fn mirrored(index: isize, length: usize) -> usize {
    let last = length as isize - 1;
    let mut index = index;
    // A frame of one or two pixels is narrower than the mirror reaches.
    while !(0..=last).contains(&index) {
        index = if index < 0 { -index } else { 2 * last - index };
        if last == 0 {
            return 0;
        }
    }
    index as usize
}

fn fill_row<T: Sample, F: Filter>(
    lines: [&[i32]; 5],
    pattern: BayerPattern,
    y: usize,
    row: &mut [[T; 3]],
) {
    let (red_x, red_y) = pattern.red();
    let red_row = (y ^ red_y) & 1 == 0;
    // In a red row, colour sites are red; in a blue row, blue, one column aside.
    let first_colour = if red_row { red_x } else { 1 - red_x };
    let (own, other) = if red_row { (0, 2) } else { (2, 0) };
    // Equal lengths let the compiler drop the bounds checks.
    let length = row.len() + 2 * MARGIN;
    let lines = lines.map(|line| &line[..length]);
    for (x, pixel) in row.iter_mut().enumerate() {
        let near = Near { lines, x };
        let mut sixteenths = [0; 3];
        if (x ^ first_colour) & 1 == 0 {
            let (green, opposite) = F::at_colour(near);
            sixteenths[own] = 16 * near.at(0, 0);
            sixteenths[1] = green;
            sixteenths[other] = opposite;
        } else {
            let (horizontal, vertical) = F::at_green(near);
            sixteenths[own] = horizontal;
            sixteenths[1] = 16 * near.at(0, 0);
            sixteenths[other] = vertical;
        }
        *pixel = sixteenths.map(|value| T::from_f32(value as f32 / 16.0));
    }
}

/// The 5 x 5 pixels around one.
#[derive(Clone, Copy)]
struct Near<'a> {
    lines: [&'a [i32]; 5],
    x: usize,
}

impl Near<'_> {
    #[inline]
    fn at(&self, dx: isize, dy: isize) -> i32 {
        self.lines[(dy + 2) as usize][(self.x as isize + MARGIN as isize + dx) as usize]
    }

    #[inline]
    fn beside(&self, step: isize) -> i32 {
        self.at(-step, 0) + self.at(step, 0)
    }

    #[inline]
    fn above_below(&self, step: isize) -> i32 {
        self.at(0, -step) + self.at(0, step)
    }

    #[inline]
    fn corners(&self) -> i32 {
        self.at(-1, -1) + self.at(1, -1) + self.at(-1, 1) + self.at(1, 1)
    }
}

/// Estimates in sixteenths of a count.
trait Filter {
    /// Green and the opposite colour where red or blue was seen.
    fn at_colour(near: Near) -> (i32, i32);
    /// The colour of the row and the colour of the column where green was seen.
    fn at_green(near: Near) -> (i32, i32);
}

struct Bilinear;

impl Filter for Bilinear {
    #[inline]
    fn at_colour(near: Near) -> (i32, i32) {
        (
            4 * (near.beside(1) + near.above_below(1)),
            4 * near.corners(),
        )
    }

    #[inline]
    fn at_green(near: Near) -> (i32, i32) {
        (8 * near.beside(1), 8 * near.above_below(1))
    }
}

struct Malvar;

impl Filter for Malvar {
    #[inline]
    fn at_colour(near: Near) -> (i32, i32) {
        let own = near.at(0, 0);
        let far = near.beside(2) + near.above_below(2);
        (
            8 * own + 4 * (near.beside(1) + near.above_below(1)) - 2 * far,
            12 * own + 4 * near.corners() - 3 * far,
        )
    }

    #[inline]
    fn at_green(near: Near) -> (i32, i32) {
        let common = 10 * near.at(0, 0) - 2 * near.corners();
        let (far_x, far_y) = (near.beside(2), near.above_below(2));
        (
            common + 8 * near.beside(1) - 2 * far_x + far_y,
            common + 8 * near.above_below(1) - 2 * far_y + far_x,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channel;
    use proptest::prelude::*;

    const PATTERNS: [BayerPattern; 4] = [
        BayerPattern::Rggb,
        BayerPattern::Bggr,
        BayerPattern::Grbg,
        BayerPattern::Gbrg,
    ];

    /// What a sensor sees of a scene given as a function of place.
    fn seen(
        pattern: BayerPattern,
        width: usize,
        height: usize,
        scene: impl Fn(usize, usize) -> [u16; 3],
    ) -> RawFrame {
        let counts = (0..width * height)
            .map(|i| {
                let (x, y) = (i % width, i / width);
                scene(x, y)[pattern.channel(x, y) as usize]
            })
            .collect();
        RawFrame::new(width, height, pattern, counts).unwrap()
    }

    #[test]
    fn an_even_colour_comes_out_even_up_to_the_edges() {
        for pattern in PATTERNS {
            let frame = seen(pattern, 13, 9, |_, _| [100, 2000, 30000]);
            for method in [Demosaic::Bilinear, Demosaic::Malvar] {
                let colours = demosaic::<u16>(&frame, method);
                assert!(colours.pixels().iter().all(|p| *p == [100, 2000, 30000]));
            }
            let half = superpixels::<u16>(&frame).unwrap();
            assert_eq!((half.width(), half.height()), (6, 4));
            assert!(half.pixels().iter().all(|p| *p == [100, 2000, 30000]));
        }
    }

    #[test]
    fn a_gray_slope_is_followed_exactly_inside() {
        for pattern in PATTERNS {
            let gray = |x: usize, y: usize| [(1000 + 16 * x + 32 * y) as u16; 3];
            let frame = seen(pattern, 80, 70, gray);
            for method in [Demosaic::Bilinear, Demosaic::Malvar] {
                let colours = demosaic::<u16>(&frame, method);
                for y in 2..68 {
                    for x in 2..78 {
                        assert_eq!(colours.row(y)[x], gray(x, y), "{pattern:?} {x} {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_sharper_filter_is_closer_to_a_fine_gray_pattern() {
        let gray = |x: usize, y: usize| {
            let wave = (x as f64 * 1.1).sin() + (y as f64 * 0.9).sin();
            [(10_000.0 + 3000.0 * wave) as u16; 3]
        };
        let frame = seen(BayerPattern::Rggb, 64, 64, gray);
        let error = |method| {
            let colours = demosaic::<f32>(&frame, method);
            (8..56)
                .flat_map(|y| (8..56).map(move |x| (x, y)))
                .flat_map(|(x, y)| colours.row(y)[x].map(|v| (v - f32::from(gray(x, y)[0])).abs()))
                .sum::<f32>()
        };
        let (plain, sharp) = (error(Demosaic::Bilinear), error(Demosaic::Malvar));
        assert!(sharp < 0.7 * plain, "{sharp} {plain}");
    }

    #[test]
    fn floats_keep_what_sixteen_bits_would_clamp() {
        // A dark pixel beside bright ones undershoots zero with the sharper filter.
        let mut counts = vec![60_000_u16; 81];
        counts[40] = 0;
        let frame = RawFrame::new(9, 9, BayerPattern::Rggb, counts).unwrap();
        let floats = demosaic::<f32>(&frame, Demosaic::Malvar);
        assert!(floats.pixels().iter().flatten().any(|&v| v > 65535.0));
        let clamped = demosaic::<u16>(&frame, Demosaic::Malvar);
        assert!(clamped.pixels().iter().flatten().any(|&v| v == 65535));
    }

    proptest! {
        #[test]
        fn what_a_pixel_saw_is_kept_for_any_size(
            width in 1..12_usize, height in 1..70_usize, seed: u32, which in 0..4_usize,
        ) {
            let pattern = PATTERNS[which];
            let counts: Vec<u16> = (0..width * height)
                .map(|i| (i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) as u16)
                .collect();
            let frame = RawFrame::new(width, height, pattern, counts).unwrap();
            for method in [Demosaic::Bilinear, Demosaic::Malvar] {
                let colours = demosaic::<u16>(&frame, method);
                for y in 0..height {
                    for x in 0..width {
                        let channel = match pattern.channel(x, y) {
                            Channel::Red => 0,
                            Channel::Green => 1,
                            Channel::Blue => 2,
                        };
                        prop_assert_eq!(colours.row(y)[x][channel], frame.mosaic.row(y)[x]);
                    }
                }
            }
            let _ = superpixels::<f32>(&frame);
        }
    }
}
