//! The device's plate solve, modelled on the frame it would look at.
//!
//! No pattern is matched: the simulation knows where it looks. But the stars must really be found in
//! the pixels, blindly, where a catalogue has them; under cloud, by day, out of focus or trailed they
//! are not, and the solve fails as a real one does.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_imaging::debayer::superpixels;
use skyhelm_imaging::stars::{DetectConfig, Star, detect};
use skyhelm_imaging::wcs::ImagePoint;
use skyhelm_imaging::{Plane, RawFrame};
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

/// How far from its place a star of the catalogue is looked for, in cells of 2 x 2 pixels.
const NEAR: f64 = 2.0;
/// What is wider is no point: out of focus, dewed, or a nebula's knot.
const WIDEST_FWHM: f32 = 4.5;
/// What is longer is a trail.
const LONGEST: f32 = 1.7;

/// Solves a frame; another `seed` gives another error.
///
/// # Errors
/// [`SolveFailure`] when too few stars are seen sharply in the pixels.
pub fn solve(exposure: &Exposure, seed: u64) -> Result<Solution, SolveFailure> {
    let found = stars_in(&exposure.raw);
    let (mut seen, mut blurred) = (0, 0);
    for star in found.iter().filter(|star| is_listed(star, exposure)) {
        if is_smeared(star) {
            blurred += 1;
        } else {
            seen += 1;
        }
    }
    // Among hundreds of trails the faintest look round by chance.
    if blurred >= STARS_NEEDED && blurred > seen {
        return Err(SolveFailure::Blurred);
    }
    if seen < STARS_NEEDED {
        return Err(SolveFailure::TooFewStars(seen));
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

/// The stars that stand out of a frame's noise, in cells of 2 x 2 pixels.
fn stars_in(raw: &RawFrame) -> Vec<Star> {
    let config = DetectConfig {
        min_snr: SIGNAL_TO_NOISE_NEEDED as f32,
        most: 600,
        ..DetectConfig::default()
    };
    star_field(raw).map_or_else(Vec::new, |field| detect(&field, &config).stars)
}

/// What stars are looked for in: the light of each cell of 2 x 2 pixels, which has all colours, with a
/// little blur (1 2 1 in both directions). The finest stars are narrower than a cell and would be taken
/// for hot pixels. `None` when the frame is less than a cell.
pub fn star_field(raw: &RawFrame) -> Option<Plane<f32>> {
    let cells = superpixels::<f32>(raw).ok()?.luminance();
    let (width, height) = (cells.width(), cells.height());
    let mut soft = cells.clone();
    for (y, line) in soft.samples_mut().chunks_mut(width).enumerate() {
        let rows = [y.saturating_sub(1), y, (y + 1).min(height - 1)].map(|row| cells.row(row));
        let column = |x: usize| rows[0][x] + 2.0 * rows[1][x] + rows[2][x];
        for (x, value) in line.iter_mut().enumerate() {
            let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
            *value = (column(left) + 2.0 * column(x) + column(right)) / 16.0;
        }
    }
    Some(soft)
}

fn is_smeared(star: &Star) -> bool {
    // A saturated star blooms; it is as good a point as any.
    !star.saturated && (star.fwhm > WIDEST_FWHM || star.elongation > LONGEST)
}

/// Whether it is a star at all, as a catalogue would tell: noise, hot pixels and the edges of clouds
/// are not where a star is.
fn is_listed(star: &Star, exposure: &Exposure) -> bool {
    exposure.stars.iter().any(|listed| {
        let [x, y] = listed.middle().map(|pixel| (pixel - 0.5) / 2.0);
        (star.centre.x - x).hypot(star.centre.y - y) < NEAR
    })
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
