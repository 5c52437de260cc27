use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_units::Angle;

use super::{Kind, Subject, Texel, Texture, texture};
use crate::random::{mix, uniform};
use crate::sky_camera::FaintStar;
use crate::vector;

/// A member may be this much fainter than the whole cluster; the rest is the cluster's glow.
const GLOBULAR_DEPTH: f32 = 12.0;
/// And its brightest giants are this much fainter.
const BRIGHTEST_MEMBER: f32 = 6.1;

/// The stars of a cluster, down to a magnitude.
pub(crate) fn members(subject: &Subject, limit: f32) -> Vec<FaintStar> {
    match subject.kind {
        Kind::GlobularCluster => globular_members(subject, limit),
        Kind::OpenCluster => open_members(subject, limit),
        _ => Vec::new(),
    }
}

fn globular_members(subject: &Subject, limit: f32) -> Vec<FaintStar> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(&[u64::from(subject.seed), 1]));
    let core = core_radius(subject);
    let count = (5200.0 * 10.0_f32.powf(-0.11 * (subject.magnitude - 5.8)).min(2.0)) as usize;
    let brightest = subject.magnitude + BRIGHTEST_MEMBER;
    let mut stars = Vec::with_capacity(count);
    for _ in 0..count {
        let r = king_radius(uniform(&mut rng), core, subject.major.radians() / 2.0);
        let turn = Angle::from_degrees(360.0 * uniform(&mut rng));
        // Red giants first, then a rapid rise toward the turn-off.
        let depth = (uniform(&mut rng) as f32).powf(0.34);
        let magnitude = brightest + depth * (GLOBULAR_DEPTH - BRIGHTEST_MEMBER);
        let horizontal_branch = (0.35..0.5).contains(&depth) && uniform(&mut rng) < 0.35;
        let b_minus_v = if horizontal_branch {
            0.05 + 0.2 * uniform(&mut rng) as f32
        } else {
            1.35 - 0.7 * depth + 0.15 * uniform(&mut rng) as f32
        };
        if magnitude <= limit {
            stars.push(place(subject, r, turn, magnitude, b_minus_v));
        }
    }
    stars
}

fn core_radius(subject: &Subject) -> f64 {
    subject.major.radians() / 2.0 * 0.09
}

/// Radius within which a share of a King-like cluster's stars lies: density ~ (1 + (r/rc)^2)^-1.6.
fn king_radius(share: f64, core: f64, tidal: f64) -> f64 {
    let exponent = 0.6;
    let edge = 1.0 - (1.0 + (tidal / core).powi(2)).powf(-exponent);
    core * ((1.0 - share * edge).powf(-1.0 / exponent) - 1.0)
        .max(0.0)
        .sqrt()
}

fn open_members(subject: &Subject, limit: f32) -> Vec<FaintStar> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(&[u64::from(subject.seed), 2]));
    let degrees = subject.major.degrees().clamp(0.02, 2.0);
    let count = (60.0 + 160.0 * degrees.sqrt()) as usize;
    let radius = subject.major.radians() / 2.0;
    let brightest = (subject.magnitude + 2.5).max(10.0);
    (0..count)
        .map(|_| {
            let r = radius * 0.55 * (-2.0 * (1.0 - uniform(&mut rng)).ln()).sqrt();
            let turn = Angle::from_degrees(360.0 * uniform(&mut rng));
            let magnitude = brightest + 5.5 * (uniform(&mut rng) as f32).powf(0.45);
            let b_minus_v = if uniform(&mut rng) < 0.08 {
                1.3
            } else {
                0.12 * (magnitude - brightest) + 0.25 * uniform(&mut rng) as f32
            };
            place(subject, r, turn, magnitude, b_minus_v)
        })
        .filter(|star| star.magnitude <= limit)
        .collect()
}

fn place(subject: &Subject, r: f64, turn: Angle, magnitude: f32, b_minus_v: f32) -> FaintStar {
    let [north, east, outward] = texture::axes(subject, Angle::ZERO);
    let (sin, cos) = turn.sin_cos();
    let off = vector::add_scaled(north.map(|c| c * r * cos), east, r * sin);
    FaintStar {
        direction: vector::normalize(vector::add_scaled(off, outward, 1.0)),
        magnitude,
        b_minus_v,
    }
}

/// What stays unresolved of a globular cluster: a smooth warm glow.
pub(super) fn paint_glow(subject: &Subject, texel: Angle) -> Texture {
    let core = core_radius(subject) as f32;
    let reach = subject.major * 0.5;
    Texture::painted(subject, Angle::ZERO, (reach, reach), texel, |u, v| {
        let r2 = (u * u + v * v) / (core * core);
        let glow = (1.0 + r2).powf(-1.6);
        Texel {
            continuum: [1.12 * glow, glow, 0.80 * glow],
            ..Texel::default()
        }
    })
    .with_soft_edge()
    // The members drawn one by one hold somewhat more than half of the light.
    .with_magnitude(subject.magnitude + 1.1)
}
