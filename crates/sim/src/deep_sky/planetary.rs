use skyhelm_units::Angle;

use super::{Subject, Texel, Texture};
use crate::grain;

/// Planetary nebulae: rings, dumbbells and small discs, teal within and red at the rim.
pub(super) fn paint(subject: &Subject, texel: Angle) -> Texture {
    let radius = (subject.major.radians() / 2.0) as f32;
    let ratio = ((subject.minor / subject.major) as f32).clamp(0.4, 1.0);
    let seed = subject.seed;
    let (turn, reach) = match subject.designation.as_str() {
        // The dumbbell's axis of symmetry, and the faint wings beyond it.
        "M27" => (Angle::from_degrees(125.0), subject.major * 0.95),
        "M57" => (Angle::from_degrees(60.0), subject.major * 1.1),
        _ => (subject.position_angle, subject.major * 1.1),
    };
    let texel = Angle::from_radians(texel.radians().min(subject.major.radians() / 24.0));
    Texture::painted(subject, turn, (reach, reach), texel, |u, v| {
        let (x, y) = (u / radius, v / radius);
        match subject.designation.as_str() {
            "M27" => dumbbell(x, y, seed),
            "M57" => ring(x, y / 0.78, 0.62, 0.20, seed),
            _ => ring(
                x,
                y / ratio,
                0.55 + 0.2 * (seed & 7) as f32 / 8.0,
                0.35,
                seed,
            ),
        }
    })
    .with_magnitude(subject.magnitude)
}

fn ring(x: f32, y: f32, radius: f32, thickness: f32, seed: u32) -> Texel {
    let r = x.hypot(y) * (1.0 + 0.05 * grain::layered(x * 2.5, y * 2.5, 3, seed));
    let mottle = (1.0 + 0.55 * grain::layered(x * 5.0, y * 5.0, 4, seed ^ 1)).max(0.15);
    let shell = |center: f32, width: f32| {
        let off = (r - center) / width;
        (-off * off).exp()
    };
    // Ends of the long axis are fainter: the ring is a barrel seen nearly end on.
    let ends = 1.0 - 0.35 * (x * x / (x * x + y * y + 0.01));
    Texel {
        oxygen: mottle * ends * (shell(radius, thickness) + 0.42 * grain::step(radius, 0.0, r)),
        hydrogen: mottle
            * (0.75 * shell(radius + 0.55 * thickness, thickness * 0.75)
                + 0.02 * shell(radius, 0.8)),
        continuum: [0.0; 3],
    }
}

fn dumbbell(x: f32, y: f32, seed: u32) -> Texel {
    // x along the waist's long axis; the two bright fans open toward +x and -x.
    let warp = 0.10 * grain::layered(x * 2.2, y * 2.2, 4, seed);
    let (x, y) = (x + warp, y + 0.7 * warp);
    let r = x.hypot(y);
    let angle = y.atan2(x.abs());
    let streaks = (1.0 + 0.7 * grain::layered(x * 4.0, y * 4.0, 5, seed ^ 1)).max(0.1);
    let fan = (-(angle / 0.62).powi(4)).exp() * grain::step(1.02, 0.80, r);
    let core = (-(y / 0.52).powi(2) - (x / 0.45).powi(2)).exp();
    let rim = (-((r - 0.86) / 0.10).powi(2)).exp() * (-(angle / 0.75).powi(4)).exp();
    let bubble = grain::step(1.35, 0.55, x.hypot(y / 1.05)) * (1.0 - 0.4 * fan);
    let bar = (-((y - 0.35 * x) / 0.13).powi(2)).exp() * grain::step(0.8, 0.2, r);
    Texel {
        oxygen: streaks * (0.95 * fan + 0.75 * core + 0.22 * bubble),
        hydrogen: streaks * (1.5 * rim + 0.75 * fan + 0.5 * core + 0.5 * bar + 0.07 * bubble),
        continuum: [0.0; 3],
    }
}
