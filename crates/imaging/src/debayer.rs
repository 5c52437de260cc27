//! From a sensor's mosaic to three colours.

use rayon::prelude::*;

use crate::cosmetic::skies;
use crate::statistics::Spread;
use crate::{BayerPattern, ImagingError, RawFrame, RgbFrame, Sample};

/// How the two colours a pixel does not see are estimated from its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demosaic {
    /// The mean of the nearest pixels of that colour: quick, never overshoots.
    Bilinear,
    /// Linear filters over 5 x 5 pixels that follow the colour the pixel does see: sharper. The dark rings
    /// they would leave around bright stars are cut off where they leave the noise.
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
    T::superpixels(frame)
}

pub(crate) fn superpixels_of<T: Sample>(frame: &RawFrame) -> Result<RgbFrame<T>, ImagingError> {
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
    let (width, height) = (frame.width(), frame.height());
    let mut colours = RgbFrame::made(width, height, vec![[T::default(); 3]; width * height]);
    T::demosaic_into(frame, method, &mut colours);
    colours
}

/// Like [`demosaic`], into a frame that was there before: for one frame after another, when fresh memory would cost
/// as much as the work.
///
/// # Errors
/// [`ImagingError::SizeMismatch`] when it has another size than the mosaic.
pub fn demosaic_into<T: Sample>(
    frame: &RawFrame,
    method: Demosaic,
    colours: &mut RgbFrame<T>,
) -> Result<(), ImagingError> {
    let expected = (frame.width(), frame.height());
    let found = (colours.width(), colours.height());
    if expected != found {
        return Err(ImagingError::SizeMismatch { expected, found });
    }
    T::demosaic_into(frame, method, colours);
    Ok(())
}

pub(crate) fn demosaic_by<T: Sample>(
    frame: &RawFrame,
    method: Demosaic,
    colours: &mut RgbFrame<T>,
) {
    match method {
        Demosaic::Bilinear => demosaic_with::<T, Bilinear>(frame, colours),
        Demosaic::Malvar => demosaic_with::<T, Malvar>(frame, colours),
    }
}

/// Rows of output made by one task: enough to amortise its first four padded rows of input.
const BAND: usize = 32;

fn demosaic_with<T: Sample, F: Filter>(frame: &RawFrame, colours: &mut RgbFrame<T>) {
    let width = frame.width();
    let noise = skies(frame)
        .as_flattened()
        .iter()
        .map(Spread::sigma)
        .fold(0.0, f32::max);
    colours
        .pixels_mut()
        .par_chunks_mut(width * BAND)
        .enumerate()
        .for_each(|(band, rows)| {
            let first = band * BAND;
            // The row `dy` below the current one lives in slot (index + 2 + dy) % 5, so that each row
            // is unpacked once per band.
            let mut window: [Columns; 5] = Default::default();
            for (slot, columns) in window[..4].iter_mut().enumerate() {
                columns.unpack(frame, (first + slot) as isize - 2);
            }
            let mut estimates = Estimates {
                margin: 2.0 * noise,
                ..Estimates::default()
            };
            for (index, row) in rows.chunks_mut(width).enumerate() {
                let y = first + index;
                window[(index + 4) % 5].unpack(frame, y as isize + 2);
                let lines = core::array::from_fn(|slot| &window[(index + slot) % 5]);
                fill_row::<T, F>(lines, &mut estimates, (frame.pattern, y), row);
            }
        });
}

/// A row of the mosaic, mirrored beyond its ends, even and odd columns apart: the pixels of one colour
/// then lie side by side, and a vector instruction meets only one kind.
#[derive(Default)]
struct Columns {
    /// Columns -2, 0, 2, 4 and so on.
    even: Vec<f32>,
    /// Columns -1, 1, 3, 5 and so on.
    odd: Vec<f32>,
}

impl Columns {
    /// Mirroring about the edge pixel keeps the colours of the mosaic in step.
    fn unpack(&mut self, frame: &RawFrame, y: isize) {
        let row = frame.mosaic.row(mirrored(y, frame.height()));
        let at = |x: isize| f32::from(row[mirrored(x, row.len())]);
        let (pairs, last) = row.as_chunks::<2>();
        self.even.clear();
        self.odd.clear();
        self.even.push(at(-2));
        self.odd.push(at(-1));
        self.even
            .extend(pairs.iter().map(|pair| f32::from(pair[0])));
        self.odd.extend(pairs.iter().map(|pair| f32::from(pair[1])));
        // Both get two more behind the last pair: an odd last column and the mirrored ones.
        let end = (row.len() - last.len()) as isize;
        self.even.extend([at(end), at(end + 2)]);
        self.odd.extend([at(end + 1), at(end + 3)]);
    }
}

fn mirrored(index: isize, length: usize) -> usize {
    let last = length as isize - 1;
    if last == 0 {
        return 0;
    }
    let mut index = index;
    // A frame of two pixels is narrower than the mirror reaches.
    while !(0..=last).contains(&index) {
        index = if index < 0 { -index } else { 2 * last - index };
    }
    index as usize
}

/// The two colours estimated for every other pixel of a row.
#[derive(Default)]
struct Estimates {
    first: Vec<f32>,
    second: Vec<f32>,
    /// How far an estimate may lie below all its neighbours.
    margin: f32,
}

fn fill_row<T: Sample, F: Filter>(
    lines: [&Columns; 5],
    estimates: &mut Estimates,
    (pattern, y): (BayerPattern, usize),
    row: &mut [[T; 3]],
) {
    let (red_x, red_y) = pattern.red();
    let red_row = (y ^ red_y) & 1 == 0;
    // In a red row, colour sites are red; in a blue row, blue, one column aside.
    let colour_column = if red_row { red_x } else { 1 - red_x };
    let (own, other) = if red_row { (0, 2) } else { (2, 0) };
    for column in [0, 1] {
        let near = Near::new(lines, column, row.len().div_ceil(2));
        // Which colour is seen, and which two the estimates are of.
        let colours = if column == colour_column {
            near.estimate(F::at_colour, estimates);
            [own, 1, other]
        } else {
            near.estimate(F::at_green, estimates);
            [1, own, other]
        };
        let estimates = estimates.first.iter().zip(&estimates.second);
        let values = near.rows[2].iter().zip(estimates);
        for (pixel, (&seen, (&first, &second))) in
            row.iter_mut().skip(column).step_by(2).zip(values)
        {
            pixel[colours[0]] = T::from_f32(seen);
            pixel[colours[1]] = T::from_f32(first);
            pixel[colours[2]] = T::from_f32(second);
        }
    }
}

/// The neighbourhoods of every other pixel of a row. Each slice holds one neighbour of them all.
struct Near<'a> {
    /// The pixel's column, two rows above to two below.
    rows: [&'a [f32]; 5],
    /// The columns beside it, one row above to one below.
    left: [&'a [f32]; 3],
    right: [&'a [f32]; 3],
    /// The pixels two columns away.
    far_left: &'a [f32],
    far_right: &'a [f32],
}

/// What surrounds one pixel.
struct Around {
    own: f32,
    left: f32,
    right: f32,
    above: f32,
    below: f32,
    corners: [f32; 4],
    /// Sums of the pixels two columns and two rows away.
    far_x: f32,
    far_y: f32,
    margin: f32,
}

impl Around {
    #[inline]
    fn beside(&self) -> f32 {
        self.left + self.right
    }

    #[inline]
    fn above_below(&self) -> f32 {
        self.above + self.below
    }

    #[inline]
    fn corner_sum(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        a + b + c + d
    }

    /// An estimate kept near the pixels of its colour. Below them only noise is allowed: the margin is so
    /// wide that it leaves the mean of a noisy sky alone. Above them the tip of a star is.
    #[inline]
    fn held<const N: usize>(&self, estimate: f32, neighbours: [f32; N]) -> f32 {
        let (mut low, mut high) = (neighbours[0], neighbours[0]);
        for value in neighbours {
            // Unlike `f32::min` a plain comparison is one instruction.
            low = if value < low { value } else { low };
            high = if value > high { value } else { high };
        }
        let floor = low - self.margin;
        let ceiling = high + (high - low) + self.margin;
        let raised = if estimate < floor { floor } else { estimate };
        if raised > ceiling { ceiling } else { raised }
    }
}

impl<'a> Near<'a> {
    /// Of the even or the odd columns, so many of them.
    fn new(lines: [&'a Columns; 5], column: usize, count: usize) -> Self {
        let same = lines.map(|line| if column == 0 { &line.even } else { &line.odd });
        // Left of an even pixel lies the odd one before it; left of an odd pixel, the even one of its pair.
        let beside = [1, 2, 3].map(|index: usize| {
            let line = lines[index];
            if column == 0 {
                &line.odd[..]
            } else {
                &line.even[1..]
            }
        });
        Self {
            rows: same.map(|line| &line[1..=count]),
            left: beside.map(|line| &line[..count]),
            right: beside.map(|line| &line[1..=count]),
            far_left: &same[2][..count],
            far_right: &same[2][2..count + 2],
        }
    }

    fn estimate(&self, filter: impl Fn(Around) -> (f32, f32), out: &mut Estimates) {
        out.first.resize(self.far_left.len(), 0.0);
        out.second.resize(self.far_left.len(), 0.0);
        self.estimate_into(filter, out.margin, &mut out.first, &mut out.second);
    }

    /// Kept a function of its own: only as parameters are the outputs known to overlap nothing, and only
    /// then is the loop vectorised.
    #[inline(never)]
    fn estimate_into(
        &self,
        filter: impl Fn(Around) -> (f32, f32),
        margin: f32,
        first: &mut [f32],
        second: &mut [f32],
    ) {
        let count = first.len();
        let second = &mut second[..count];
        let rows = self.rows.map(|row| &row[..count]);
        let left = self.left.map(|row| &row[..count]);
        let right = self.right.map(|row| &row[..count]);
        let (far_left, far_right) = (&self.far_left[..count], &self.far_right[..count]);
        for i in 0..count {
            (first[i], second[i]) = filter(Around {
                own: rows[2][i],
                left: left[1][i],
                right: right[1][i],
                above: rows[1][i],
                below: rows[3][i],
                corners: [left[0][i], right[0][i], left[2][i], right[2][i]],
                far_x: far_left[i] + far_right[i],
                far_y: rows[0][i] + rows[4][i],
                margin,
            });
        }
    }
}

/// Estimates of the two colours a pixel does not see. All weights are whole sixteenths, so that in `f32`
/// no count is rounded.
trait Filter {
    /// Green and the opposite colour where red or blue was seen.
    fn at_colour(around: Around) -> (f32, f32);
    /// The colour of the row and the colour of the column where green was seen.
    fn at_green(around: Around) -> (f32, f32);
}

struct Bilinear;

impl Filter for Bilinear {
    #[inline]
    fn at_colour(around: Around) -> (f32, f32) {
        (
            0.25 * (around.beside() + around.above_below()),
            0.25 * around.corner_sum(),
        )
    }

    #[inline]
    fn at_green(around: Around) -> (f32, f32) {
        (0.5 * around.beside(), 0.5 * around.above_below())
    }
}

struct Malvar;

impl Filter for Malvar {
    #[inline]
    fn at_colour(around: Around) -> (f32, f32) {
        let far = around.far_x + around.far_y;
        let cross = around.beside() + around.above_below();
        let green = 0.5 * around.own + 0.25 * cross - 0.125 * far;
        let opposite = 0.75 * around.own + 0.25 * around.corner_sum() - 0.1875 * far;
        let greens = [around.left, around.right, around.above, around.below];
        (
            around.held(green, greens),
            around.held(opposite, around.corners),
        )
    }

    #[inline]
    fn at_green(around: Around) -> (f32, f32) {
        let common = 0.625 * around.own - 0.125 * around.corner_sum();
        let (far_x, far_y) = (around.far_x, around.far_y);
        let of_row = common + 0.5 * around.beside() - 0.125 * far_x + 0.0625 * far_y;
        let of_column = common + 0.5 * around.above_below() - 0.125 * far_y + 0.0625 * far_x;
        (
            around.held(of_row, [around.left, around.right]),
            around.held(of_column, [around.above, around.below]),
        )
    }
}

#[cfg(test)]
mod tests;
