//! Makes the density grid from the stars; only the generator calls it.

use core::f64::consts::PI;

use skyhelm_units::{Angle, Equatorial, J2000, UnitVector};

use super::format::{DENSITY_HEIGHT, DENSITY_WIDTH};
use crate::vector::dot;

/// Width of the smoothing, as the standard deviation of a Gaussian.
const SIGMA: f64 = 1.5;
/// How far the Gaussian is followed.
const REACH: f64 = 3.5 * SIGMA;

/// Stars per square degree on the density grid, smoothed by a Gaussian of 1.5 degrees on the sphere.
pub fn smoothed_density(stars: impl Iterator<Item = Equatorial<J2000>>) -> Vec<f32> {
    let counts = counted(stars);
    let cells: Vec<(UnitVector, f64)> = (0..counts.len()).map(cell_at).collect();
    (0..counts.len())
        .map(|at| smoothed_at(at, &counts, &cells) as f32)
        .collect()
}

fn counted(stars: impl Iterator<Item = Equatorial<J2000>>) -> Vec<f64> {
    let mut counts = vec![0.0; DENSITY_WIDTH * DENSITY_HEIGHT];
    for star in stars {
        let column = (star.ra.angle().degrees() / 360.0 * DENSITY_WIDTH as f64) as usize;
        let row = ((star.dec.angle().degrees() + 90.0) / 180.0 * DENSITY_HEIGHT as f64) as usize;
        counts[row.min(DENSITY_HEIGHT - 1) * DENSITY_WIDTH + column.min(DENSITY_WIDTH - 1)] += 1.0;
    }
    counts
}

/// A cell's middle, and its area in square degrees.
fn cell_at(at: usize) -> (UnitVector, f64) {
    let (row, column) = (at / DENSITY_WIDTH, at % DENSITY_WIDTH);
    let dec = declination(row);
    let ra = Angle::from_degrees((column as f64 + 0.5) * 360.0 / DENSITY_WIDTH as f64);
    let (sin, cos) = dec.sin_cos();
    ([cos * ra.cos(), cos * ra.sin(), sin], cos)
}

fn declination(row: usize) -> Angle {
    Angle::from_degrees((row as f64 + 0.5) * 180.0 / DENSITY_HEIGHT as f64 - 90.0)
}

fn smoothed_at(at: usize, counts: &[f64], cells: &[(UnitVector, f64)]) -> f64 {
    let (row, column) = (at / DENSITY_WIDTH, at % DENSITY_WIDTH);
    let reach_rows = REACH.ceil() as usize;
    let from = row.saturating_sub(reach_rows);
    let to = (row + reach_rows).min(DENSITY_HEIGHT - 1);
    let sigma = SIGMA * PI / 180.0;
    let (mut stars, mut area) = (0.0, 0.0);
    for near_row in from..=to {
        let cos = declination(near_row).cos().max(1e-3);
        let reach = ((REACH / cos).ceil() as usize).min(DENSITY_WIDTH / 2);
        for step in 0..(2 * reach + 1).min(DENSITY_WIDTH) {
            let near_column = (column + DENSITY_WIDTH + step - reach) % DENSITY_WIDTH;
            let near = near_row * DENSITY_WIDTH + near_column;
            let chord = 2.0 - 2.0 * dot(&cells[at].0, &cells[near].0);
            let weight = (-chord / (2.0 * sigma * sigma)).exp();
            stars += counts[near] * weight;
            area += cells[near].1 * weight;
        }
    }
    stars / area
}
