use skyhelm_units::{Angle, Equatorial, J2000};

use crate::deep_sky::{Kind, Subject, Texel, Texture};
use crate::grain;
use crate::pictures::MoonMap;
use crate::random::mix;

mod moon_face;
mod planet;

pub(crate) use planet::planet;

/// What the Moon's look depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MoonLook {
    pub(crate) center: Equatorial<J2000>,
    pub(crate) radius: Angle,
    /// Lit part of the disc, 0 to 1.
    pub(crate) lit: f64,
    /// Position angle of the bright limb's middle.
    pub(crate) bright_limb: Angle,
}

/// The Moon as it looks: seas, rays, craters, and the shadow line; drawn, or from maps of its ground.
pub(crate) fn moon(look: &MoonLook, texel: Angle, map: Option<&MoonMap>) -> Texture {
    let radius = look.radius.radians() as f32;
    // Sunlight's direction seen from the Moon: x east on the sky, y north, z toward us.
    let cos_phase = (2.0 * look.lit - 1.0).clamp(-1.0, 1.0) as f32;
    let sin_phase = (1.0 - cos_phase * cos_phase).sqrt();
    let (limb_sin, limb_cos) = look.bright_limb.sin_cos();
    let sun = [
        sin_phase * limb_sin as f32,
        sin_phase * limb_cos as f32,
        cos_phase,
    ];
    // The Moon's axis stands nearly upright on the ecliptic.
    let turn = axis_turn(look.center);
    let surface = 10.0_f32.powf(-0.4 * 3.35);
    let phase = cos_phase.acos().to_degrees();
    // A rough surface is brightest when the Sun is behind us.
    let opposition = 0.42 + 0.58 * (-phase / 32.0).exp();
    let reach = look.radius * 1.03;
    let edge = (texel / look.radius).max(0.002) as f32;
    Texture::painted(
        &subject(look.center),
        Angle::ZERO,
        (reach, reach),
        texel,
        |u, v| {
            let (x, y) = (v / radius, u / radius);
            let r2 = x * x + y * y;
            let inside = grain::step(1.0 + edge, 1.0 - edge, r2.sqrt());
            if inside <= 0.0 {
                return Texel::default();
            }
            let z = (1.0 - r2).max(0.0).sqrt();
            let face = moon_face::look([x, y, z], turn, sun, map);
            let earthshine = 6.0e-5 * face.albedo;
            let light = surface * inside * (face.albedo * face.light * opposition + earthshine);
            Texel {
                continuum: [1.06 * light, light, 0.90 * light],
                ..Texel::default()
            }
        },
    )
}

/// The Sun: limb darkening and a few spots.
pub(crate) fn sun(center: Equatorial<J2000>, radius: Angle, texel: Angle, day: i64) -> Texture {
    let size = radius.radians() as f32;
    let surface = 10.0_f32.powf(0.4 * 10.7);
    let seed = mix(&[day.unsigned_abs() / 5, 0x5041]) as u32;
    let reach = radius * 1.03;
    let edge = (texel / radius).max(0.002) as f32;
    Texture::painted(
        &subject(center),
        Angle::ZERO,
        (reach, reach),
        texel,
        |u, v| {
            let (x, y) = (v / size, u / size);
            let r = x.hypot(y);
            let inside = grain::step(1.0 + edge, 1.0 - edge, r);
            let mu = (1.0 - r * r).max(0.0).sqrt();
            let mut light = surface * inside * (0.36 + 0.84 * mu - 0.20 * mu * mu);
            for spot in 0..5_u32 {
                let place =
                    |salt: u32| grain::plane(spot as f32 * 7.31 + 0.5, salt as f32 + 0.5, seed);
                let (sx, sy) = (0.75 * place(1), 0.35 * place(2) + 0.25 * place(3).signum());
                let spot_size = 0.012 + 0.022 * place(4).abs();
                let d = (x - sx).hypot(y - sy) / spot_size
                    * (1.0 + 0.3 * grain::layered(x * 60.0, y * 60.0, 3, seed));
                light *= 1.0 - 0.45 * grain::step(1.9, 1.3, d) - 0.40 * grain::step(1.0, 0.7, d);
            }
            Texel {
                continuum: [1.04 * light, light, 0.93 * light],
                ..Texel::default()
            }
        },
    )
}

/// A subject of which only the place matters.
pub(crate) fn subject(center: Equatorial<J2000>) -> Subject {
    Subject {
        seed: 0,
        designation: String::new(),
        kind: Kind::Nothing,
        center,
        major: Angle::ZERO,
        minor: Angle::ZERO,
        position_angle: Angle::ZERO,
        magnitude: 0.0,
    }
}

/// Position angle of the ecliptic's pole as seen from a place.
fn axis_turn(center: Equatorial<J2000>) -> f32 {
    let pole = [0.0, -0.397_777, 0.917_482];
    let (sin_ra, cos_ra) = center.ra.angle().sin_cos();
    let (sin_dec, cos_dec) = center.dec.angle().sin_cos();
    let east = crate::vector::dot(pole, [-sin_ra, cos_ra, 0.0]);
    let north = crate::vector::dot(pole, [-sin_dec * cos_ra, -sin_dec * sin_ra, cos_dec]);
    east.atan2(north) as f32
}
