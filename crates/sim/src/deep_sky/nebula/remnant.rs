//! What exploded stars left. x is east, y north, in minutes of arc.

use crate::deep_sky::Texel;
use crate::grain;

/// M1: a cage of filaments around a pale blue glow.
pub(super) fn crab(x: f32, y: f32, seed: u32) -> Texel {
    // Its long axis points to the north-west.
    let (along, across) = (-0.70 * x + 0.71 * y, 0.71 * x + 0.70 * y);
    let warp = 0.35 * grain::layered(x, y, 4, seed);
    let r = (along / 3.2).hypot(across / 2.15) + 0.16 * warp;
    let glow = grain::step(1.05, 0.1, r);
    let threads = grain::ridged(x * 0.9 + warp, y * 0.9, 5, seed ^ 1).powi(2);
    let cage = grain::step(1.12, 0.7, r) * threads;
    Texel {
        continuum: [0.36 * glow, 0.46 * glow, 0.58 * glow],
        hydrogen: 1.7 * cage,
        oxygen: 0.75 * cage * grain::step(0.2, 0.9, r),
    }
}

/// NGC 6960: the western veil past 52 Cygni: a broom in the north, a braid in the south.
pub(super) fn veil_west(x: f32, y: f32, seed: u32) -> Texel {
    // Bulges to the west.
    let line = -3.0 + 0.0042 * y * y;
    let width = 1.2 + 0.055 * (y.abs()) + 0.03 * (y + 36.0).max(0.0);
    braid(x - line, y, width, 40.0, seed)
}

/// NGC 6992 and 6995: the eastern veil, an arc that bulges to the north-east.
pub(super) fn veil_east(x: f32, y: f32, seed: u32) -> Texel {
    let line = 7.0 - 0.0080 * (y - 4.0) * (y - 4.0);
    let width = 2.4 + 0.07 * (26.0 - y).max(0.0);
    braid(-(x - line), y, width, 42.0, seed)
}

/// Filaments that run along y and wander across it, `d` being the distance from their middle line.
fn braid(d: f32, y: f32, width: f32, half_length: f32, seed: u32) -> Texel {
    let mut texel = Texel::default();
    for strand in 0..9_u32 {
        let salt = seed.wrapping_add(strand * 977);
        let lane = (strand as f32 / 8.0 - 0.45) * 2.0;
        let wander = grain::layered(y / 13.0 + strand as f32 * 3.7, strand as f32, 4, salt);
        let off = d - width * (lane + 1.1 * wander);
        let fine = 0.22 + 0.10 * grain::plane(y / 5.0, strand as f32 * 7.7, salt ^ 1).abs() * width;
        let presence = grain::step(
            -0.15,
            0.55,
            grain::layered(y / 16.0, strand as f32 * 5.0, 3, salt ^ 2),
        );
        // A sharp front and a soft wake.
        let wake = if off > 0.0 { fine * 5.0 } else { fine };
        let glow = presence * (-(off / wake).powi(2)).exp()
            + 0.25 * presence * (-(off / fine).powi(2)).exp();
        if strand % 3 == 0 {
            texel.hydrogen += 1.1 * glow;
            texel.oxygen += 0.2 * glow;
        } else {
            texel.hydrogen += 0.45 * glow;
            texel.oxygen += 0.85 * glow;
        }
    }
    let haze = 0.10
        * (-(d / (2.2 * width)).powi(2)).exp()
        * (0.6 + 0.8 * grain::layered(d / 4.0, y / 4.0, 4, seed ^ 3)).max(0.0);
    let ends = grain::step(half_length, half_length * 0.55, y.abs());
    texel.hydrogen += haze;
    texel.oxygen += 0.7 * haze;
    texel.scaled(ends)
}
