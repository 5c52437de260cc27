//! The device's plate solve, modelled on the frame it would look at.
//!
//! No pattern is matched: the simulation knows where it looks. But the stars must really be there in
//! the pixels; under cloud, by day, out of focus or trailed they are not, and the solve fails as a
//! real one does.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_imaging::RawFrame;
use skyhelm_imaging::wcs::ImagePoint;
use skyhelm_units::{Angle, Equatorial, J2000};
use thiserror::Error;

use crate::random::{mix, uniform};
use crate::sky_camera::Exposure;
use crate::vector;

/// How many stars a solve needs.
pub const STARS_NEEDED: usize = 8;
/// How far each must stand out of the noise.
pub const SIGNAL_TO_NOISE_NEEDED: f64 = 5.0;

/// What a plate solve says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Solution {
    /// Where the frame's centre points: the truth, and some five seconds of arc of noise.
    pub center: Equatorial<J2000>,
    /// How many stars it used.
    pub stars: usize,
}

/// Why a frame could not be solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SolveFailure {
    /// Not enough stars stand out: cloud, daylight, haze, or too short an exposure.
    #[error("only {0} stars stand out, {STARS_NEEDED} are needed")]
    TooFewStars(usize),
    /// Stars are there but smeared: out of focus, or the mount moved.
    #[error("the stars are blurred or trailed")]
    Blurred,
}

/// Solves a frame; another `seed` gives another error.
///
/// # Errors
/// [`SolveFailure`] when too few stars are seen sharply in the pixels.
pub fn solve(exposure: &Exposure, seed: u64) -> Result<Solution, SolveFailure> {
    let (mut seen, mut blurred) = (0, 0);
    for star in &exposure.stars {
        match measure(&exposure.raw, star.middle()) {
            Some(Sight::Sharp) => seen += 1,
            Some(Sight::Blurred) => blurred += 1,
            None => {}
        }
    }
    if seen < STARS_NEEDED {
        return Err(if blurred >= STARS_NEEDED {
            SolveFailure::Blurred
        } else {
            SolveFailure::TooFewStars(seen)
        });
    }
    let middle = ImagePoint {
        x: (exposure.raw.width() as f64 - 1.0) / 2.0,
        y: (exposure.raw.height() as f64 - 1.0) / 2.0,
    };
    let truth = exposure.wcs.pixel_to_sky(middle.into());
    Ok(Solution {
        center: displaced(truth, seed),
        stars: seen,
    })
}

enum Sight {
    Sharp,
    Blurred,
}

/// How far around a star its background is measured, in cells.
const REACH: i64 = 14;

/// Looks for a star at a place of the mosaic, in cells of 2 x 2 pixels.
fn measure(raw: &RawFrame, [x, y]: [f64; 2]) -> Option<Sight> {
    let (cx, cy) = ((x - 0.5) / 2.0, (y - 0.5) / 2.0);
    let (mut core, mut core_cells, mut wide, mut wide_cells) = (0.0, 0.0, 0.0, 0.0);
    let mut around = Vec::with_capacity(300);
    for row in cy.round() as i64 - REACH..=cy.round() as i64 + REACH {
        for column in cx.round() as i64 - REACH..=cx.round() as i64 + REACH {
            let value = cell(raw, column, row)?;
            let r = (column as f64 - cx).hypot(row as f64 - cy);
            if r <= 2.0 {
                core += value;
                core_cells += 1.0;
            }
            if r <= 7.0 {
                wide += value;
                wide_cells += 1.0;
            } else if r >= 9.0 && r <= REACH as f64 {
                around.push(value);
            }
        }
    }
    around.sort_unstable_by(f64::total_cmp);
    let quantile = |part: f64| around.get((around.len() as f64 * part) as usize).copied();
    let background = quantile(0.5)?;
    // Half of the values lie within 0.6745 standard deviations.
    let noise = ((quantile(0.75)? - quantile(0.25)?) / 1.349).max(1.0);
    let in_core = core - background * core_cells;
    let in_wide = wide - background * wide_cells;
    if in_core / (noise * f64::sqrt(core_cells)) >= SIGNAL_TO_NOISE_NEEDED {
        let sharp = in_core > 0.5 * in_wide;
        return Some(if sharp { Sight::Sharp } else { Sight::Blurred });
    }
    let spread = in_wide / (noise * f64::sqrt(wide_cells));
    (spread >= 1.5 * SIGNAL_TO_NOISE_NEEDED).then_some(Sight::Blurred)
}

/// Sum of the four pixels of a cell; `None` beyond the frame's edge.
fn cell(raw: &RawFrame, column: i64, row: i64) -> Option<f64> {
    let (x, y) = (
        usize::try_from(column).ok()? * 2,
        usize::try_from(row).ok()? * 2,
    );
    if x + 1 >= raw.width() || y + 1 >= raw.height() {
        return None;
    }
    let at = |x: usize, y: usize| f64::from(raw.data()[y * raw.width() + x]);
    Some(at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1))
}

fn displaced(truth: Equatorial<J2000>, seed: u64) -> Equatorial<J2000> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(&[seed, 0x0005_017E]));
    // Normal in both directions, 5 seconds of arc together in the root mean square.
    let size = Angle::from_arcseconds(5.0 * (-(1.0 - uniform(&mut rng)).ln()).sqrt());
    let turn = Angle::from_degrees(360.0 * uniform(&mut rng));
    let outward = truth.to_vector();
    let across = vector::any_across(outward);
    let other = vector::cross(outward, across);
    let moved = vector::add_scaled(outward, across, size.radians() * turn.cos());
    Equatorial::from_vector(vector::add_scaled(
        moved,
        other,
        size.radians() * turn.sin(),
    ))
}
