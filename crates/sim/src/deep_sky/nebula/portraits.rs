//! Bright nebulae with a look of their own. x is east, y north, in minutes of arc.

use super::inside;
use crate::deep_sky::Texel;
use crate::grain;

fn gas(hydrogen: f32, oxygen: f32) -> Texel {
    let (hydrogen, oxygen) = (hydrogen.max(0.0), oxygen.max(0.0));
    Texel {
        hydrogen,
        oxygen,
        continuum: [0.02 * (hydrogen + oxygen); 3],
    }
}

/// M45: dust that drifts past the Seven Sisters and shines in their blue light.
pub(super) fn pleiades(x: f32, y: f32, seed: u32) -> Texel {
    // East and north of the centre, brightness of the nebula around, its size.
    const SISTERS: [[f32; 4]; 7] = [
        [-9.2, -10.6, 1.55, 7.5],
        [6.6, -0.9, 1.15, 6.5],
        [-16.1, 15.0, 1.25, 6.0],
        [-29.1, -0.3, 0.85, 5.5],
        [-24.5, 20.9, 0.55, 4.5],
        [29.6, -3.9, 0.60, 5.5],
        [-4.0, 4.0, 0.35, 16.0],
    ];
    // The dust is combed by starlight: streaks toward the south-west.
    let (along, across) = (0.80 * x + 0.60 * y, -0.60 * x + 0.80 * y);
    let bend = 2.2 * grain::layered(along / 14.0, across / 9.0, 4, seed);
    let streak = 0.30
        + 0.75
            * grain::ridged(
                along / 26.0 + 0.04 * bend,
                (across + bend) / 3.4,
                5,
                seed ^ 1,
            )
        + 0.35 * grain::layered(along / 9.0, (across + bend) / 2.6, 4, seed ^ 2);
    let mut glow = 0.0;
    for [sx, sy, strength, size] in SISTERS {
        // Merope's nebula hangs to the south.
        let d = (x - sx).hypot((y - sy) * if y < sy { 0.8 } else { 1.15 });
        glow += strength * (-(d / size)).exp();
    }
    let haze = 0.05 * grain::step(62.0, 10.0, x.hypot(y));
    let glow = (glow * streak.max(0.05) + haze * streak.max(0.2)).max(0.0);
    Texel {
        continuum: [0.55 * glow, 0.90 * glow, 1.65 * glow],
        ..Texel::default()
    }
}

/// NGC 7000: a continent of hydrogen with its dark gulf, brightest along the wall in the south.
pub(super) fn north_america(x: f32, y: f32, seed: u32) -> Texel {
    const LAND: [[f32; 2]; 19] = [
        [60.0, 38.0],
        [52.0, 54.0],
        [22.0, 60.0],
        [-8.0, 54.0],
        [-34.0, 46.0],
        [-38.0, 30.0],
        [-26.0, 17.0],
        [-16.0, 6.0],
        [-10.0, -9.0],
        [-2.0, -3.0],
        [3.0, -9.0],
        [1.0, -25.0],
        [-6.0, -38.0],
        [-15.0, -50.0],
        [-4.0, -56.0],
        [17.0, -40.0],
        [31.0, -20.0],
        [40.0, 0.0],
        [56.0, 20.0],
    ];
    let warp = 6.5 * grain::layered(x / 22.0, y / 22.0, 5, seed);
    let warp_y = 6.5 * grain::layered(x / 22.0 + 5.0, y / 22.0, 5, seed ^ 1);
    let (wx, wy) = (x + warp, y + warp_y);
    let depth = inside(&LAND, wx, wy);
    let land = grain::step(-5.0, 8.0, depth);
    let relief = (0.50
        + 0.65 * grain::layered(wx / 17.0, wy / 17.0, 6, seed ^ 2)
        + 0.55 * grain::ridged(wx / 15.0, wy / 15.0, 5, seed ^ 3))
    .max(0.05);
    let coast = 0.55 * (-((depth - 4.0) / 5.0).powi(2)).exp() * grain::step(25.0, -10.0, x);
    let wall_off = (wx - 0.75 * (wy + 42.0) + 1.0) / 7.5;
    let wall = 0.40 * (-wall_off * wall_off).exp() * grain::step(-12.0, -26.0, wy) * land;
    let lanes = (-1.5 * grain::ridged(wx / 26.0 + 1.7, wy / 26.0, 5, seed ^ 4).powi(3)).exp();
    let haze = 0.06 * grain::step(82.0, 30.0, x.hypot(y));
    let glow = (land * (relief + coast) + wall * relief * 1.5) * lanes + haze;
    gas(
        glow,
        0.16 * land * relief * grain::step(-20.0, 40.0, y + 0.4 * x),
    )
}

/// IC 5070: the pelican's head and neck, its rim toward the dark sea in the east.
pub(super) fn pelican(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 5.0 * grain::layered(x / 16.0, y / 16.0, 5, seed);
    let (wx, wy) = (x + warp, y - warp);
    let shore = -(wx - 9.0 + 0.25 * wy);
    let body = grain::step(-3.0, 4.0, shore) * grain::step(42.0, 8.0, (wx + 6.0).hypot(wy));
    let rim = 0.8 * (-((shore - 2.5) / 3.0).powi(2)).exp() * grain::step(30.0, 12.0, wy.abs());
    let relief = (0.5 + 0.7 * grain::layered(wx / 11.0, wy / 11.0, 6, seed ^ 1)).max(0.04);
    let lanes = (-1.6 * grain::ridged(wx / 16.0, wy / 16.0, 4, seed ^ 2).powi(2)).exp();
    let glow = (body * relief + rim) * lanes;
    gas(glow, 0.12 * glow)
}

/// NGC 2237: a wreath around a hollow that its stars have blown.
pub(super) fn rosette(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 5.5 * grain::layered(x / 15.0, y / 15.0, 5, seed);
    let warp_y = 5.5 * grain::layered(x / 15.0 + 3.0, y / 15.0, 5, seed ^ 1);
    let (wx, wy) = (x + warp, y + warp_y);
    let r = wx.hypot(wy * 1.06);
    let wreath = grain::step(7.0, 17.0, r) * grain::step(46.0, 21.0, r);
    let petals = 0.45
        + 0.75 * grain::layered(wx / 10.0, wy / 10.0, 6, seed ^ 2)
        + 0.35 * grain::ridged(wx / 12.0, wy / 12.0, 4, seed ^ 3);
    // Dark globules string along the north-west.
    let globules = grain::step(0.62, 0.85, grain::ridged(wx / 13.0, wy / 13.0, 5, seed ^ 4));
    let lanes = 1.0 - 0.75 * globules * grain::step(-12.0, 14.0, wy - wx);
    let inner = grain::step(24.0, 4.0, r);
    let glow =
        wreath * petals.max(0.06) * lanes * (1.0 + 0.9 * (-((r - 19.0) / 8.0).powi(2)).exp());
    gas(
        glow + 0.05 * grain::step(60.0, 30.0, r),
        glow * 0.25 * grain::step(34.0, 14.0, r) + 0.13 * inner,
    )
}

/// M8: a bright heart with its hourglass, parted by the dark lagoon.
pub(super) fn lagoon(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 3.2 * grain::layered(x / 10.0, y / 10.0, 5, seed);
    let warp_y = 3.2 * grain::layered(x / 10.0 + 4.0, y / 10.0, 5, seed ^ 1);
    let (wx, wy) = (x + warp, y + warp_y);
    // The heart lies west of the cluster that the catalogue's place is near.
    let heart = 8.5 * (-((x + 3.5).powi(2) + y * y).sqrt() / 2.2).exp();
    let body = 1.5 * grain::step(21.0, 2.0, (wx + 1.0).hypot(wy * 1.35));
    let outer = 0.5 * grain::step(46.0, 8.0, (wx * 0.8).hypot(wy * 1.1));
    let lagoon_off = (wx - 2.8 - 0.55 * wy) / (1.4 + 0.03 * wx.abs());
    let lane =
        (-2.3 * (-lagoon_off * lagoon_off).exp() * grain::step(17.0, 6.0, wx.hypot(wy))).exp();
    let relief = (0.5
        + 0.5 * grain::layered(wx / 8.0, wy / 8.0, 6, seed ^ 2)
        + 0.5 * grain::ridged(wx / 9.0, wy / 9.0, 4, seed ^ 3))
    .max(0.05);
    let dark = (-1.3 * grain::ridged(wx / 14.0 + 8.0, wy / 14.0, 5, seed ^ 4).powi(3)).exp();
    let glow = (heart + (body + outer) * relief) * lane * dark;
    gas(glow, 0.32 * (heart + 0.6 * body * relief) * lane)
}

/// M20: red, in three by dark lanes; a blue reflection to the north.
pub(super) fn trifid(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 1.1 * grain::layered(x / 3.6, y / 3.6, 5, seed);
    let warp_y = 1.1 * grain::layered(x / 3.6 + 2.0, y / 3.6, 5, seed ^ 1);
    let (wx, wy) = (x + warp, y + warp_y);
    let (r, angle) = (wx.hypot(wy), wy.atan2(wx));
    // Three lanes that meet near the middle: one to the west, one north-east, one south-east.
    let lane = [2.9_f32, 0.75, -1.15]
        .iter()
        .map(|toward| {
            let off = (angle - toward).sin() * r;
            let ahead = grain::step(-0.5, 1.0, (angle - toward).cos() * r);
            ahead * (-(off / 0.75).powi(2)).exp()
        })
        .fold(0.0_f32, f32::max);
    let relief = (0.6 + 0.6 * grain::layered(wx / 3.5, wy / 3.5, 5, seed ^ 2)).max(0.05);
    let red = 1.6 * grain::step(9.0, 1.5, r) * relief * (-2.4 * lane).exp();
    let blue_r = (wx * 0.9).hypot(wy - 9.5);
    let blue = 0.75 * grain::step(9.5, 1.0, blue_r) * (0.7 + 0.5 * relief);
    let hood = 0.14 * grain::step(17.0, 6.0, r);
    Texel {
        hydrogen: red,
        oxygen: 0.22 * red * grain::step(6.0, 1.0, r),
        continuum: [
            0.45 * (blue + hood),
            0.75 * (blue + hood),
            1.45 * (blue + hood),
        ],
    }
}

/// M16: the eagle's wings of hydrogen, and the dark pillars in its middle.
pub(super) fn eagle(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 2.3 * grain::layered(x / 7.0, y / 7.0, 5, seed);
    let warp_y = 2.3 * grain::layered(x / 7.0 + 6.0, y / 7.0, 5, seed ^ 1);
    let (wx, wy) = (x + warp, y + warp_y);
    let body = 1.3 * grain::step(19.0, 1.0, wx.hypot(wy * 1.1));
    let heart = 1.5 * (-((x - 0.5).powi(2) + (y + 1.0).powi(2)) / 26.0).exp();
    let relief = (0.45
        + 0.65 * grain::layered(wx / 5.5, wy / 5.5, 6, seed ^ 2)
        + 0.4 * grain::ridged(wx / 7.0, wy / 7.0, 4, seed ^ 3))
    .max(0.04);
    // Three fingers rise from the south-east toward the cluster in the north-west.
    let pillars: f32 = [(-0.4, 2.6, 0.42), (0.8, 2.0, 0.36), (1.8, 1.4, 0.30)]
        .iter()
        .map(|&(start, length, width): &(f32, f32, f32)| {
            let along = (-(x - 1.2) + (y + 3.4)) * 0.707;
            let across = ((x - 1.2) + (y + 3.4)) * 0.707 + start - 0.6;
            let body = grain::step(-2.0, -0.6, along) * grain::step(length, length - 0.6, along);
            body * (-(across / width).powi(2)).exp()
        })
        .sum();
    let notch = grain::step(4.0, 1.0, (x - 5.0).hypot(y + 6.5));
    let glow = (body * relief + heart) * (-2.2 * pillars - 1.2 * notch).exp();
    gas(glow, 0.24 * heart + 0.1 * body * relief)
}

/// M17: the swan's bright bar and its curved neck.
pub(super) fn swan(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 1.3 * grain::layered(x / 5.0, y / 5.0, 5, seed);
    let (wx, wy) = (x + warp, y - 0.8 * warp);
    // The bar runs from the east-south-east to the west-north-west.
    let (along, across) = (0.92 * wx - 0.38 * wy, 0.38 * wx + 0.92 * wy);
    let bar = 3.6 * (-(across / 1.5).powi(2)).exp() * grain::step(7.5, 2.0, along.abs());
    let neck_d = (wx + 5.6).hypot(wy + 1.0) - 3.0;
    let neck = 2.4 * (-(neck_d / 0.9).powi(2)).exp() * grain::step(2.0, -2.5, wy + 0.4 * wx + 2.4);
    let shroud = 0.75 * grain::step(20.0, 2.0, wx.hypot(wy));
    let relief = (0.5
        + 0.6 * grain::layered(wx / 5.0, wy / 5.0, 6, seed ^ 1)
        + 0.4 * grain::ridged(wx / 6.0, wy / 6.0, 4, seed ^ 2))
    .max(0.05);
    let dark = (-2.0 * (-((wx + 6.0).powi(2) + (wy - 3.5).powi(2)) / 9.0).exp()).exp();
    let glow = (bar * (0.6 + 0.6 * relief) + neck + shroud * relief) * dark;
    gas(glow, 0.28 * (bar + neck))
}

/// NGC 6888: an oval shell blown into filaments.
pub(super) fn crescent(x: f32, y: f32, seed: u32) -> Texel {
    let (along, across) = (0.64 * x + 0.77 * y, -0.77 * x + 0.64 * y);
    let warp = 0.7 * grain::layered(x / 3.0, y / 3.0, 4, seed);
    let r = (along / 9.0).hypot(across / 5.8) + 0.08 * warp;
    let shell = (-((r - 0.86) / 0.10).powi(2)).exp();
    let threads = grain::ridged(x / 2.6 + warp, y / 2.6, 5, seed ^ 1);
    let fill = grain::step(0.95, 0.6, r) * threads * threads;
    let bright_side = 0.35 + 0.65 * grain::step(4.0, -4.0, x - y);
    gas(
        (shell * (0.4 + threads) + 0.5 * fill) * bright_side,
        0.35 * (-((r - 0.95) / 0.12).powi(2)).exp() + 0.1 * grain::step(1.0, 0.8, r),
    )
}
