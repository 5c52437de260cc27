use std::f32::consts::TAU;

use skyhelm_units::Angle;

use super::{Kind, Subject, Texel, Texture};
use crate::grain;

/// What makes one galaxy look unlike another.
#[derive(Clone, Copy, Debug)]
struct Look {
    /// Apparent flattening of the disc: minor over major axis.
    flattening: f32,
    /// Part of the light in the bulge, and its size in radii of the disc.
    bulge: f32,
    bulge_radius: f32,
    /// Number of arms, their pitch, and how much they stand out (0 to 1).
    arms: f32,
    pitch_degrees: f32,
    arm_contrast: f32,
    /// How much the dust takes away.
    dust: f32,
    /// Pink knots of hydrogen along the arms.
    knots: f32,
    /// A bright ring at this radius, as M31 has one (0 for none).
    ring: f32,
    /// Which way the arms wind.
    winding: f32,
}

const SPIRAL: Look = Look {
    flattening: 0.6,
    bulge: 0.16,
    bulge_radius: 0.09,
    arms: 2.0,
    pitch_degrees: 16.0,
    arm_contrast: 0.75,
    dust: 0.55,
    knots: 0.5,
    ring: 0.0,
    winding: 1.0,
};

const WARM: [f32; 3] = [1.22, 1.0, 0.70];
const NEUTRAL: [f32; 3] = [1.06, 1.0, 0.90];
const BLUE: [f32; 3] = [0.80, 0.98, 1.32];

impl Look {
    fn of(subject: &Subject) -> Self {
        let ratio = (subject.minor / subject.major) as f32;
        let base = Self {
            flattening: ratio.clamp(0.1, 1.0),
            winding: if subject.seed & 1 == 0 { 1.0 } else { -1.0 },
            arms: if subject.seed.is_multiple_of(5) {
                3.0
            } else {
                2.0
            },
            pitch_degrees: 13.0 + (subject.seed >> 8 & 7) as f32,
            ..SPIRAL
        };
        match subject.designation.as_str() {
            "M31" => Self {
                flattening: 0.27,
                bulge: 0.24,
                bulge_radius: 0.062,
                pitch_degrees: 8.0,
                arm_contrast: 0.50,
                dust: 1.25,
                knots: 0.25,
                ring: 0.50,
                winding: -1.0,
                ..base
            },
            "M33" => Self {
                bulge: 0.008,
                bulge_radius: 0.03,
                arms: 4.0,
                pitch_degrees: 33.0,
                arm_contrast: 0.78,
                dust: 0.4,
                knots: 1.6,
                winding: 1.0,
                ..base
            },
            "M51" | "NGC5194" => Self {
                flattening: 0.85,
                bulge: 0.13,
                arms: 2.0,
                pitch_degrees: 19.0,
                arm_contrast: 1.0,
                dust: 0.9,
                knots: 1.2,
                ..base
            },
            name => Self::farther(name, base),
        }
    }

    /// Those beyond our nearest neighbours that have a look of their own.
    fn farther(name: &str, base: Self) -> Self {
        match name {
            "M101" => Self {
                bulge: 0.05,
                arms: 4.0,
                pitch_degrees: 24.0,
                arm_contrast: 0.95,
                knots: 1.4,
                ..base
            },
            "M81" => Self {
                bulge: 0.33,
                bulge_radius: 0.10,
                pitch_degrees: 14.0,
                arm_contrast: 0.7,
                knots: 0.5,
                ..base
            },
            "M104" => Self {
                flattening: 0.16,
                bulge: 0.62,
                bulge_radius: 0.20,
                dust: 2.4,
                arm_contrast: 0.1,
                knots: 0.0,
                ..base
            },
            "M64" => Self {
                bulge: 0.3,
                dust: 1.5,
                arm_contrast: 0.3,
                knots: 0.1,
                ..base
            },
            "NGC253" => Self {
                bulge: 0.08,
                dust: 1.5,
                arm_contrast: 0.8,
                ..base
            },
            "NGC891" | "NGC4565" => Self {
                flattening: 0.12,
                bulge: 0.22,
                bulge_radius: 0.07,
                dust: 2.2,
                ..base
            },
            _ => base,
        }
    }
}

pub(super) fn paint(subject: &Subject, texel: Angle) -> Texture {
    match subject.kind {
        Kind::Elliptical => paint_elliptical(subject, texel),
        Kind::Irregular => paint_irregular(subject, texel),
        _ => paint_spiral(subject, texel),
    }
}

/// What the dust band across Centaurus A lets through: u along the galaxy, v across.
fn dust_band(u: f32, v: f32) -> f32 {
    let ragged = 0.035 * grain::layered(u * 9.0, v * 9.0, 5, 0x5128);
    let width = 0.055 + 0.05 * v.abs();
    let off = (u + 0.25 * v * v + ragged) / width;
    let holes = 0.65 + 0.6 * grain::layered(u * 14.0, v * 14.0, 4, 0x5129).abs();
    (-2.6 * holes * (-off * off).exp() * grain::step(0.75, 0.45, v.abs())).exp()
}

fn paint_elliptical(subject: &Subject, texel: Angle) -> Texture {
    let radius = (subject.major.radians() / 2.0) as f32;
    let flattening = ((subject.minor / subject.major) as f32).clamp(0.3, 1.0);
    let banded = subject.designation == "NGC5128";
    let band = |u: f32, v: f32| if banded { dust_band(u, v) } else { 1.0 };
    let reach = subject.major * 0.95;
    Texture::painted(
        subject,
        subject.position_angle,
        (reach, reach),
        texel,
        |u, v| {
            let r = (u / radius).hypot(v / radius / flattening);
            lit(WARM, sersic(r, 0.28, 3.2) * band(u / radius, v / radius))
        },
    )
    .with_soft_edge()
    .with_magnitude(subject.magnitude)
}

/// A profile that falls as exp(-b (r/re)^(1/n)), its peak softened so that it is not a point.
fn sersic(r: f32, effective: f32, n: f32) -> f32 {
    let b = 2.0 * n - 0.33;
    let r = (r * r + 0.0004).sqrt();
    (-b * ((r / effective).powf(1.0 / n) - 1.0)).exp()
}

fn lit(colour: [f32; 3], brightness: f32) -> Texel {
    Texel {
        continuum: colour.map(|c| c * brightness),
        ..Texel::default()
    }
}

fn paint_irregular(subject: &Subject, texel: Angle) -> Texture {
    let radius = (subject.major.radians() / 2.0) as f32;
    let flattening = ((subject.minor / subject.major) as f32).clamp(0.2, 1.0);
    let seed = subject.seed;
    let starburst = subject.designation == "M82";
    let reach = (subject.major * 0.8, subject.major * 0.7);
    Texture::painted(subject, subject.position_angle, reach, texel, |u, v| {
        let (x, y) = (u / radius, v / radius);
        let bend = 0.10 * grain::layered(x * 2.0, y * 2.0, 3, seed);
        let r = (x + bend).hypot((y + bend) / flattening);
        let patches = 1.0 + 0.8 * grain::layered(x * 5.0, y * 5.0, 5, seed ^ 1);
        let lanes =
            (-1.6 * grain::ridged(x * 3.0 + 0.4, y * 6.0, 4, seed ^ 2) * grain::step(0.9, 0.1, r))
                .exp();
        let body = (-3.3 * r).exp() * patches.max(0.1) * lanes;
        let mut texel = lit(if starburst { NEUTRAL } else { BLUE }, body);
        if starburst {
            // Hydrogen blown out of the middle along the short axis.
            let cone = (-(x / (0.10 + 0.25 * y.abs())).powi(2)).exp() * (-3.5 * y.abs()).exp();
            texel.hydrogen = 0.5 * cone * grain::ridged(x * 7.0, y * 5.0, 4, seed ^ 3);
        }
        texel
    })
    .with_soft_edge()
    .with_magnitude(subject.magnitude)
}

fn paint_spiral(subject: &Subject, texel: Angle) -> Texture {
    let look = Look::of(subject);
    let radius = (subject.major.radians() / 2.0) as f32;
    // Seen edge on, the bulge and the thickness reach beyond the disc's own outline.
    let across = f64::from(
        (look.flattening * 1.25)
            .max(look.bulge_radius * 5.0)
            .min(1.3),
    );
    let reach = (subject.major * 0.75, subject.major * (0.6 * across));
    let seed = subject.seed;
    Texture::painted(subject, subject.position_angle, reach, texel, |u, v| {
        spiral_at(u / radius, v / radius, &look, seed)
    })
    .with_soft_edge()
    .with_magnitude(subject.magnitude)
}

/// Light of a disc galaxy at a place, in radii of the disc along its long and short axes.
fn spiral_at(x: f32, y: f32, look: &Look, seed: u32) -> Texel {
    let thin = look.flattening;
    // In the plane of the disc, gently warped so that nothing is a perfect ellipse.
    let warp = 0.05 * grain::layered(x * 2.1, y / thin * 2.1, 4, seed ^ 0x11);
    let (px, py) = (x + warp, (y + 0.5 * warp * thin) / thin);
    let r = px.hypot(py);
    let angle = py.atan2(px);

    let (arm, lane) = arms(r, angle, px, py, look, seed);
    let edge_on = grain::step(0.30, 0.14, thin);
    let clumps = 1.0
        + 0.55 * grain::layered(px * 9.0, py * 9.0, 4, seed ^ 0x22)
        + 0.25 * grain::layered(px * 30.0, py * 30.0, 3, seed ^ 0x23);
    let profile = (-3.9 * r).exp() + 0.05 * (-2.0 * r * r).exp();
    let begin = 0.02 + 0.5 * look.bulge.min(0.3);
    let reach = grain::step(begin, 3.5 * begin, r) * look.arm_contrast * (1.0 - 0.7 * edge_on);
    let waves = (1.0 - reach) + reach * (0.18 + 1.9 * arm);
    let ring = if look.ring > 0.0 {
        let near = (r - look.ring) / 0.085;
        0.6 * (-near * near).exp() + 0.25 * (-((r - 1.55 * look.ring) / 0.10).powi(2)).exp()
    } else {
        0.0
    };
    let texture = 1.0 - reach + reach * clumps;
    let disc = profile * (waves + ring * (0.5 + arm)) * texture.max(0.05);

    let bulge_flat = thin.max(0.62);
    let bulge_r = x.hypot(y / bulge_flat);
    let bulge = look.bulge / (1.0 - look.bulge) * 0.42 / (look.bulge_radius * look.bulge_radius)
        * 0.152
        * (thin / bulge_flat)
        * sersic(bulge_r, look.bulge_radius, 1.9);

    // The near side's dust lies before the bulge, the far side's behind it.
    let near_side = grain::step(-0.25, 0.25, py * look.winding);
    let depth = look.dust * lane * grain::step(0.05, 0.16, r) * grain::step(1.25, 0.6, r);
    let plane_lane = if edge_on > 0.0 {
        let ragged = 0.25 + 0.75 * grain::ridged(x * 6.0, y * 14.0, 4, seed ^ 0x33);
        let off = (y + 0.006) / (0.014 + 0.010 * (1.0 - x.abs()).max(0.0));
        edge_on * look.dust * 0.9 * ragged * (-off * off).exp() * grain::step(1.0, 0.6, x.abs())
    } else {
        0.0
    };
    let before_disc = (-(depth + plane_lane)).exp();
    let before_bulge = (-(depth * near_side * 0.8 + plane_lane)).exp();

    let young = (reach * arm * 1.6 + grain::step(0.2, 0.9, r) * 0.45).clamp(0.0, 1.0);
    let tint: [f32; 3] = std::array::from_fn(|c| NEUTRAL[c] + (BLUE[c] - NEUTRAL[c]) * young);
    // Dust reddens what it dims.
    let redden = |dimming: f32| [dimming.powf(0.8), dimming, dimming.powf(1.22)];
    let (disc_dim, bulge_dim) = (redden(before_disc), redden(before_bulge));
    let continuum =
        std::array::from_fn(|c| disc * tint[c] * disc_dim[c] + bulge * WARM[c] * bulge_dim[c]);
    Texel {
        continuum,
        hydrogen: knots(px, py, arm, r, look, seed) * profile,
        oxygen: 0.0,
    }
}

/// How much arm and how much dust lane there is at a place of the disc, both about 0 to 1.
fn arms(r: f32, angle: f32, px: f32, py: f32, look: &Look, seed: u32) -> (f32, f32) {
    let winding = look.winding / look.pitch_degrees.to_radians().tan();
    let wander = 1.5 * grain::layered(px * 2.1, py * 2.1, 4, seed ^ 0x44);
    let phase = look.arms * (angle - winding * (r + 0.03).ln()) + wander;
    let crest = |phase: f32| {
        let wave = 0.5 + 0.5 * phase.cos();
        wave * wave
    };
    let feather = 0.5 + 0.7 * grain::layered(px * 6.0, py * 6.0, 5, seed ^ 0x55).abs();
    let patchy = (0.72 + 0.85 * grain::layered(px * 3.3, py * 3.3, 5, seed ^ 0x66)).max(0.0);
    let arm = crest(phase) * patchy;
    // Dust gathers on the inner edge of an arm.
    let lane = crest(phase + 0.25 * TAU * look.winding) * feather * 1.3
        + 0.25 * grain::ridged(px * 7.0, py * 7.0, 3, seed ^ 0x77);
    (arm, lane)
}

fn knots(px: f32, py: f32, arm: f32, r: f32, look: &Look, seed: u32) -> f32 {
    if look.knots <= 0.0 || r > 1.2 {
        return 0.0;
    }
    let spot = grain::plane(px * 26.0, py * 26.0, seed ^ 0x88)
        + 0.5 * grain::plane(px * 55.0, py * 55.0, seed ^ 0x99);
    look.knots * 2.2 * grain::step(0.62, 1.15, spot) * arm * grain::step(0.08, 0.25, r)
}
