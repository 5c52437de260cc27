use rayon::prelude::*;

use crate::Plane;
use crate::statistics::{Spread, middle};

/// A sky without noise (a drawn picture) would make every ripple a star.
const LEAST_NOISE: f32 = 1e-3;

/// The sky's level and noise over an image, measured in cells that stars were clipped from.
#[derive(Clone, Debug, PartialEq)]
pub struct Background {
    width: usize,
    height: usize,
    columns: usize,
    rows: usize,
    levels: Vec<f32>,
    noises: Vec<f32>,
}

impl Background {
    /// Measures the sky in square cells of about this side, which should be well above a star's size.
    /// Also gives the image without its sky.
    pub fn measure(image: &Plane<f32>, cell: usize) -> (Self, Plane<f32>) {
        let cells = |length: usize| (length / cell.max(8)).max(1);
        let (columns, rows) = (cells(image.width()), cells(image.height()));
        let spreads = |image: &Plane<f32>| -> Vec<Spread> {
            (0..columns * rows)
                .into_par_iter()
                .map(|index| {
                    let (column, row) = (index % columns, index / columns);
                    let across = edges(column, columns, image.width());
                    sky_of(image, across, edges(row, rows, image.height()))
                })
                .collect()
        };
        let levels: Vec<f32> = spreads(image).iter().map(|spread| spread.median).collect();
        let mut background = Self {
            width: image.width(),
            height: image.height(),
            columns,
            rows,
            levels: without_outliers(&levels, columns, rows),
            noises: Vec::new(),
        };
        let residual = background.subtract(image);
        // Noise is measured when the sky's slope is gone; within a cell it would count as noise.
        let noise = |spread: &Spread| spread.sigma().max(LEAST_NOISE);
        let noises: Vec<f32> = spreads(&residual).iter().map(noise).collect();
        background.noises = without_outliers(&noises, columns, rows);
        (background, residual)
    }

    /// The median level.
    pub fn level(&self) -> f32 {
        middle(&mut self.levels.clone()).unwrap_or_default()
    }

    /// The median noise.
    pub fn noise(&self) -> f32 {
        middle(&mut self.noises.clone()).unwrap_or_default()
    }

    /// The noise around a pixel.
    pub fn noise_at(&self, x: usize, y: usize) -> f32 {
        let column = (x * self.columns / self.width).min(self.columns - 1);
        let row = (y * self.rows / self.height).min(self.rows - 1);
        self.noises[row * self.columns + column]
    }

    /// The image without its sky. The image must be the one that was measured, or one of its size.
    pub fn subtract(&self, image: &Plane<f32>) -> Plane<f32> {
        let mut samples = image.samples().to_vec();
        samples
            .par_chunks_mut(image.width())
            .enumerate()
            .for_each(|(y, row)| {
                let mesh = self.mesh_row(y);
                let step = self.columns as f32 / self.width as f32;
                for (x, sample) in row.iter_mut().enumerate() {
                    *sample -= between(&mesh, (x as f32 + 0.5) * step - 0.5);
                }
            });
        Plane::made(image.width(), image.height(), samples)
    }

    /// The cells' levels interpolated to one row of the image.
    fn mesh_row(&self, y: usize) -> Vec<f32> {
        let place = (y as f32 + 0.5) * self.rows as f32 / self.height as f32 - 0.5;
        let (upper, lower, share) = bracket(place, self.rows);
        let row = |row: usize| &self.levels[row * self.columns..][..self.columns];
        row(upper)
            .iter()
            .zip(row(lower))
            .map(|(a, b)| a + share * (b - a))
            .collect()
    }
}

fn between(values: &[f32], place: f32) -> f32 {
    let (left, right, share) = bracket(place, values.len());
    values[left] + share * (values[right] - values[left])
}

/// The two cells a place lies between and its share of the second. Outside the outer cells' centres the
/// slope goes on: a flat end would leave half a cell of it in the frame's margin.
fn bracket(place: f32, cells: usize) -> (usize, usize, f32) {
    let first = (place.max(0.0) as usize).min(cells.saturating_sub(2));
    (first, (first + 1).min(cells - 1), place - first as f32)
}

fn edges(index: usize, cells: usize, length: usize) -> core::ops::Range<usize> {
    index * length / cells..(index + 1) * length / cells
}

/// Level and spread of a cell, stars clipped away.
fn sky_of(
    image: &Plane<f32>,
    columns: core::ops::Range<usize>,
    rows: core::ops::Range<usize>,
) -> Spread {
    // Every other column and row gives a quarter of the work and half of the noise of a good estimate.
    // Odd steps would do no better: neighbours in a debayered frame are not independent anyway.
    let step = if columns.len() >= 32 { 2 } else { 1 };
    let most = rows.len().div_ceil(step) * columns.len().div_ceil(step);
    let mut values = Vec::with_capacity(most);
    for (index, y) in rows.step_by(step).enumerate() {
        // Shifted in every second row, so that all colours of a mosaic's offspring are met.
        let first = (columns.start + index % step).min(columns.end);
        let row = image.row(y)[first..columns.end].iter().step_by(step);
        values.extend(row.copied().filter(|value| value.is_finite()));
    }
    let mut scratch = Vec::with_capacity(values.len());
    let mut spread = Spread::default();
    for _ in 0..3 {
        scratch.clear();
        scratch.extend_from_slice(&values);
        spread = Spread::of(&mut scratch);
        let reach = 3.0 * spread.sigma();
        let before = values.len();
        values.retain(|value| (value - spread.median).abs() <= reach);
        if values.len() == before || values.is_empty() {
            break;
        }
    }
    spread
}

/// Cells far off all their neighbours, as one filled by a bright star is, take the neighbours' median.
/// Cells that only lie on a slope stay as they are.
fn without_outliers(cells: &[f32], columns: usize, rows: usize) -> Vec<f32> {
    (0..cells.len())
        .map(|index| {
            let (column, row) = (index % columns, index / columns);
            let mut near = Vec::with_capacity(9);
            for y in row.saturating_sub(1)..(row + 2).min(rows) {
                for x in column.saturating_sub(1)..(column + 2).min(columns) {
                    near.push(cells[y * columns + x]);
                }
            }
            let around = Spread::of(&mut near);
            if (cells[index] - around.median).abs() <= 3.0 * around.sigma() {
                cells[index]
            } else {
                around.median
            }
        })
        .collect()
}
