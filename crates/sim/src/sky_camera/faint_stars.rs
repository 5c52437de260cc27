use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_units::{Angle, UnitVector};

use crate::random::{mix, uniform};
use crate::vector;

/// A star no catalogue here lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FaintStar {
    pub(crate) direction: UnitVector,
    pub(crate) magnitude: f32,
    pub(crate) b_minus_v: f32,
}

/// The faintest magnitude the embedded catalogue is complete to.
pub(crate) const CATALOGUE_LIMIT: f32 = 10.0;
const DEEPEST: f32 = 17.5;

/// The sky is cut into cells, each with its own seed: the same place always has the same stars, and
/// bright ones do not depend on how deep one looks.
struct Tier {
    cell: Angle,
    brightest: f32,
    faintest: f32,
    salt: u64,
}

const TIERS: [Tier; 2] = [
    Tier {
        cell: Angle::from_degrees(2.0),
        brightest: CATALOGUE_LIMIT,
        faintest: 13.0,
        salt: 1,
    },
    Tier {
        cell: Angle::from_degrees(0.5),
        brightest: 13.0,
        faintest: DEEPEST,
        salt: 2,
    },
];

/// Tells all seeded stars within `radius` of `center` down to `limit`, one by one: a wide field has too many
/// to be put down first.
///
/// `density` tells how many stars a square degree has down to the catalogue's limit.
pub(crate) fn each_in_cone(
    center: UnitVector,
    radius: Angle,
    limit: f32,
    seed: u64,
    density: &dyn Fn(UnitVector) -> f32,
    mut tell: impl FnMut(FaintStar),
) {
    let edge = radius.cos();
    let mut within = |star: FaintStar| {
        if vector::dot(star.direction, center) >= edge {
            tell(star);
        }
    };
    for tier in TIERS.iter().filter(|tier| limit > tier.brightest) {
        let bands = (180.0 / tier.cell.degrees()).round() as usize;
        // Half of a cell's diagonal, and a hair.
        let reach = (radius + tier.cell * 0.75)
            .radians()
            .min(std::f64::consts::PI)
            .cos();
        for band in 0..bands {
            let dec = cell_edge(band, bands) + tier.cell * 0.5;
            let nearest = (dec.radians() - center[2].clamp(-1.0, 1.0).asin()).abs();
            if nearest.cos() < reach {
                continue;
            }
            let columns = cells_in_band(dec, tier.cell);
            for column in 0..columns {
                let ra = Angle::from_degrees(360.0 * (column as f64 + 0.5) / columns as f64);
                let middle = direction(ra, dec.sin());
                if vector::dot(middle, center) >= reach {
                    let seed = mix(&[seed, tier.salt, band as u64, column as u64]);
                    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                    let place = (band, bands, column, columns);
                    fill(tier, place, density(middle), limit, &mut rng, &mut within);
                }
            }
        }
    }
}

fn cell_edge(band: usize, bands: usize) -> Angle {
    Angle::from_degrees(180.0 * band as f64 / bands as f64 - 90.0)
}

fn cells_in_band(dec: Angle, cell: Angle) -> usize {
    ((360.0 * dec.cos() / cell.degrees()).round() as usize).max(1)
}

fn direction(ra: Angle, sin_dec: f64) -> UnitVector {
    let cos_dec = (1.0 - sin_dec * sin_dec).max(0.0).sqrt();
    let (sin, cos) = ra.sin_cos();
    [cos_dec * cos, cos_dec * sin, sin_dec]
}

/// Stars a square degree down to a magnitude, relative to those of the catalogue.
///
/// The counts rise by a factor of 2.5 a magnitude at 10 and by 1.9 at 16, as in the real sky.
fn relative_count(magnitude: f32) -> f32 {
    let x = magnitude - CATALOGUE_LIMIT;
    10.0_f32.powf(x * (0.40 - 0.012 * x))
}

fn magnitude_of(relative: f32) -> f32 {
    let root = (0.16 - 0.048 * relative.log10()).max(0.0).sqrt();
    CATALOGUE_LIMIT + (0.40 - root) / 0.024
}

fn fill(
    tier: &Tier,
    (band, bands, column, columns): (usize, usize, usize, usize),
    density: f32,
    limit: f32,
    rng: &mut Xoshiro256PlusPlus,
    tell: &mut impl FnMut(FaintStar),
) {
    let (south, north) = (
        cell_edge(band, bands).sin(),
        cell_edge(band + 1, bands).sin(),
    );
    let square_degrees = (north - south) * 360.0 / columns as f64 * 57.295_78;
    let (few, many) = (
        relative_count(tier.brightest),
        relative_count(tier.faintest),
    );
    let expected = f64::from(density.max(0.0) * (many - few)) * square_degrees;
    let spread = expected.sqrt() * (uniform(rng) + uniform(rng) + uniform(rng) - 1.5) * 2.0;
    let count = (expected + spread).max(0.0) as usize;
    for _ in 0..count.min(1 << 16) {
        let ra = Angle::from_degrees(360.0 * (column as f64 + uniform(rng)) / columns as f64);
        let sin_dec = south + (north - south) * uniform(rng);
        let magnitude = magnitude_of(few + (many - few) * uniform(rng) as f32);
        let b_minus_v = random_colour(rng);
        if magnitude <= limit {
            tell(FaintStar {
                direction: direction(ra, sin_dec),
                magnitude,
                b_minus_v,
            });
        }
    }
}

/// Hot main sequence, Sun-like, and red giants in about the shares a magnitude-limited count has.
fn random_colour(rng: &mut impl Rng) -> f32 {
    let kind = uniform(rng);
    let spread = (uniform(rng) + uniform(rng) - 1.0) as f32;
    if kind < 0.22 {
        0.18 + 0.35 * spread
    } else if kind < 0.72 {
        0.66 + 0.35 * spread
    } else {
        1.22 + 0.4 * spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_units::{Equatorial, J2000};

    fn cone(ra_hours: f64, dec: f64, radius: f64, limit: f32) -> Vec<FaintStar> {
        let center = Equatorial::<J2000>::from_hours_degrees(ra_hours, dec).unwrap();
        let radius = Angle::from_degrees(radius);
        let mut stars = Vec::new();
        let (center, density) = (center.to_vector(), |_| 12.0);
        each_in_cone(center, radius, limit, 5, &density, |star| stars.push(star));
        stars
    }

    #[test]
    fn the_same_place_always_has_the_same_stars() {
        let inner = cone(5.0, 40.0, 0.4, 16.0);
        let outer = cone(5.02, 40.1, 1.5, 16.0);
        assert!(inner.len() > 200);
        assert!(inner.iter().all(|star| outer.contains(star)));
        let shallow = cone(5.0, 40.0, 0.4, 14.0);
        assert!(shallow.iter().all(|star| inner.contains(star)));
    }

    #[test]
    fn fainter_stars_are_more_numerous_at_the_real_rate() {
        let stars = cone(5.0, 40.0, 2.0, 17.5);
        let count = |m: f32| stars.iter().filter(|s| s.magnitude < m).count() as f64;
        assert!((1.7..2.7).contains(&(count(14.0) / count(13.0))));
        assert!((1.5..2.4).contains(&(count(17.0) / count(16.0))));
        assert!(stars.iter().all(|s| s.magnitude >= 9.99));
    }

    #[test]
    fn the_poles_are_covered_without_gaps() {
        for dec in [-90.0, -89.6, 89.9, 90.0] {
            let stars = cone(3.0, dec, 0.5, 17.0);
            assert!(stars.len() > 500, "{dec}: {}", stars.len());
        }
    }
}
