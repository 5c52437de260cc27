use skyhelm_units::Angle;

use super::{Kind, Subject, Texel, Texture};
use crate::grain;

mod orion;
mod portraits;
mod remnant;
mod southern;

/// A painter of one nebula: x minutes of arc to the east, y to the north.
pub(super) type Portrait = fn(x: f32, y: f32, seed: u32) -> Texel;

/// A portrait, and how far it reaches from its centre: in minutes of arc, eastward and northward.
struct Known {
    portrait: Portrait,
    reach: (f32, f32),
}

fn known(designation: &str) -> Option<Known> {
    let (portrait, reach): (Portrait, _) = match designation {
        "M42" => (orion::great_nebula, (52.0, 56.0)),
        "IC434" => (orion::horsehead, (42.0, 52.0)),
        "NGC2024" => (orion::flame, (20.0, 20.0)),
        "M45" => (portraits::pleiades, (75.0, 65.0)),
        "NGC7000" => (portraits::north_america, (85.0, 85.0)),
        "IC5070" => (portraits::pelican, (50.0, 50.0)),
        "NGC2237" => (portraits::rosette, (62.0, 62.0)),
        "M8" => (portraits::lagoon, (60.0, 45.0)),
        "M20" => (portraits::trifid, (20.0, 22.0)),
        "M16" => (portraits::eagle, (28.0, 28.0)),
        "M17" => (portraits::swan, (26.0, 24.0)),
        "M1" => (remnant::crab, (5.5, 5.5)),
        "NGC6960" => (remnant::veil_west, (28.0, 48.0)),
        "NGC6992" => (remnant::veil_east, (34.0, 52.0)),
        "NGC3372" => (southern::carina, (75.0, 72.0)),
        "NGC2070" => (southern::tarantula, (24.0, 24.0)),
        "NGC6888" => (portraits::crescent, (14.0, 14.0)),
        _ => return None,
    };
    Some(Known { portrait, reach })
}

pub(super) fn paint(subject: &Subject, texel: Angle) -> Texture {
    if let Some(known) = known(&subject.designation) {
        return paint_known(subject, &known, texel);
    }
    let radius = (subject.major.radians() / 2.0) as f32;
    let ratio = ((subject.minor / subject.major) as f32).clamp(0.35, 1.0);
    let seed = subject.seed;
    let texel = Angle::from_radians(texel.radians().max(subject.major.radians() / 350.0));
    let reflection = subject.kind == Kind::ReflectionNebula;
    let reach = (subject.major * 0.85, subject.major * 0.85);
    Texture::painted(subject, subject.position_angle, reach, texel, |u, v| {
        cloud(u / radius, v / radius / ratio, reflection, seed)
    })
    .with_soft_edge()
    .with_magnitude(subject.magnitude - 0.4)
}

/// The reflection nebula some open clusters lie in.
pub(super) fn around_cluster(subject: &Subject, texel: Angle) -> Option<Texture> {
    known(&subject.designation).map(|known| paint_known(subject, &known, texel))
}

fn paint_known(subject: &Subject, known: &Known, texel: Angle) -> Texture {
    let minutes = |m: f32| Angle::from_arcminutes(f64::from(m));
    let (east, north) = known.reach;
    let to_minutes = 60.0_f32 * 57.295_78;
    let seed = subject.seed;
    // Gas is soft: finer texels would only cost time.
    let texel = Angle::from_radians(
        texel
            .radians()
            .max(minutes(east.max(north)).radians() / 420.0),
    );
    let texture = Texture::painted(
        subject,
        Angle::ZERO,
        (minutes(north), minutes(east)),
        texel,
        |u, v| (known.portrait)(v * to_minutes, u * to_minutes, seed),
    )
    .with_soft_edge();
    match total_magnitude(&subject.designation) {
        Some(magnitude) => texture.with_magnitude(magnitude),
        None => texture.with_magnitude(subject.magnitude - 0.4),
    }
}

/// Light of the gas alone where catalogues give that of the stars in it, or nothing.
pub(super) fn total_magnitude(designation: &str) -> Option<f32> {
    Some(match designation {
        "M42" => 3.3,
        "IC434" => 5.6,
        "NGC2024" => 6.0,
        "M45" => 3.9,
        "NGC7000" => 3.1,
        "IC5070" => 4.6,
        "NGC2237" => 3.6,
        "M8" => 3.5,
        "M20" => 5.4,
        "M16" | "M17" => 4.8,
        "NGC6960" => 5.3,
        "NGC6992" => 4.9,
        "NGC3372" => 1.9,
        "NGC2070" => 5.2,
        "NGC6888" => 6.7,
        _ => return None,
    })
}

/// A cloud of gas without a portrait: patches and lanes inside a soft outline.
fn cloud(x: f32, y: f32, reflection: bool, seed: u32) -> Texel {
    let warp_x = 0.35 * grain::layered(x * 1.6, y * 1.6, 4, seed);
    let warp_y = 0.35 * grain::layered(x * 1.6, y * 1.6, 4, seed ^ 0x51);
    let (wx, wy) = (x + warp_x, y + warp_y);
    let r = wx.hypot(wy);
    let body = grain::step(1.15, 0.05, r);
    let patches = (0.55 + 0.75 * grain::layered(wx * 2.6, wy * 2.6, 6, seed ^ 0x52)).max(0.03);
    let lanes = (-1.7 * grain::ridged(wx * 1.9 + 3.0, wy * 1.9, 4, seed ^ 0x53).powi(2)).exp();
    let threads = 0.6 + 0.8 * grain::ridged(wx * 3.7, wy * 3.7, 4, seed ^ 0x54);
    let glow = body * body * patches * lanes * threads;
    if reflection {
        return Texel {
            continuum: [0.62 * glow, 0.92 * glow, 1.45 * glow],
            ..Texel::default()
        };
    }
    Texel {
        hydrogen: glow,
        oxygen: 0.35 * glow * grain::step(0.75, 0.1, r),
        continuum: [0.03 * glow; 3],
    }
}

/// Distance from a polygon's outline, positive inside.
fn inside(outline: &[[f32; 2]], x: f32, y: f32) -> f32 {
    let mut nearest = f32::MAX;
    let mut is_inside = false;
    let Some(mut from) = outline.last().copied() else {
        return -nearest;
    };
    for &to in outline {
        let (ex, ey) = (to[0] - from[0], to[1] - from[1]);
        let (px, py) = (x - from[0], y - from[1]);
        let along = ((px * ex + py * ey) / (ex * ex + ey * ey)).clamp(0.0, 1.0);
        nearest = nearest.min((px - ex * along).hypot(py - ey * along));
        if (from[1] > y) != (to[1] > y) && x < from[0] + ex * (y - from[1]) / ey {
            is_inside = !is_inside;
        }
        from = to;
    }
    if is_inside { nearest } else { -nearest }
}
