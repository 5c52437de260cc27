//! Bright nebulae of the southern sky. x is east, y north, in minutes of arc.

use crate::deep_sky::Texel;
use crate::grain;

/// NGC 3372: a wide glow parted by a dark V, brightest around Eta Carinae and its keyhole.
pub(super) fn carina(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 6.0 * grain::layered(x / 18.0, y / 18.0, 5, seed);
    let warp_y = 6.0 * grain::layered(x / 18.0 + 3.0, y / 18.0, 5, seed ^ 1);
    let (wx, wy) = (x + warp, y + warp_y);
    // Eta Carinae lies some minutes north-west of the catalogue's place.
    let (ex, ey) = (x + 3.0, y - 8.0);
    let heart = 2.6 * (-(ex * ex + ey * ey).sqrt() / 5.5).exp();
    let body = 1.25 * grain::step(44.0, 3.0, (wx + 2.0).hypot((wy - 5.0) * 1.05));
    let outer = 0.42 * grain::step(72.0, 22.0, wx.hypot(wy));
    let threads = (0.42
        + 0.55 * grain::layered(wx / 12.0, wy / 12.0, 6, seed ^ 2)
        + 0.60 * grain::ridged(wx / 13.0, wy / 13.0, 5, seed ^ 3))
    .max(0.04);
    // Two lanes meet south of the heart: one from the east, one from the north-west.
    let lane = |toward: f32, width: f32| {
        let (sin, cos) = toward.sin_cos();
        let (px, py) = (wx + 1.0, wy + 3.0);
        let (along, across) = (px * cos + py * sin, py * cos - px * sin);
        let reach = grain::step(-3.0, 5.0, along) * grain::step(60.0, 34.0, along);
        reach * (-(across / (width + 0.10 * along.max(0.0))).powi(2)).exp()
    };
    let dark = lane(-0.35, 3.2).max(lane(2.25, 2.2));
    let keyhole = (-((ex + 1.6).powi(2) / 1.6 + (ey - 1.0).powi(2) / 9.0)).exp();
    let clear = (-2.0 * dark - 1.3 * keyhole).exp()
        * (-grain::ridged(wx / 20.0 + 5.0, wy / 20.0, 5, seed ^ 4).powi(3)).exp();
    let glow = (heart + (body + outer) * threads) * clear;
    let oxygen = (0.45 * heart + 0.30 * body * threads) * clear;
    Texel {
        hydrogen: glow,
        oxygen,
        continuum: [0.03 * glow; 3],
    }
}

/// NGC 2070: loops of gas like the legs of a spider around a blazing cluster.
pub(super) fn tarantula(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 2.2 * grain::layered(x / 6.0, y / 6.0, 5, seed);
    let warp_y = 2.2 * grain::layered(x / 6.0 + 8.0, y / 6.0, 5, seed ^ 1);
    let (wx, wy) = (x + warp, y + warp_y);
    let r = wx.hypot(wy);
    let heart = 3.2 * (-x.hypot(y) / 1.6).exp();
    let legs = grain::ridged(wx / 4.6, wy / 4.6, 5, seed ^ 2).powi(2);
    let loops = [
        (1.5, 3.0, 3.2),
        (-4.0, 1.0, 3.8),
        (3.5, -4.5, 4.4),
        (-1.5, -4.0, 3.0),
    ]
    .iter()
    .map(|&(cx, cy, radius): &(f32, f32, f32)| {
        let d = (wx - cx).hypot(wy - cy) - radius;
        (-(d / 0.55).powi(2)).exp()
    })
    .fold(0.0_f32, f32::max);
    let fade = grain::step(17.0, 2.0, r);
    let haze = 0.22 * grain::step(23.0, 4.0, r);
    let glow = heart + fade * fade * (1.7 * legs + 0.9 * loops) + haze * (0.4 + legs);
    Texel {
        hydrogen: 0.8 * glow,
        oxygen: glow * (0.35 + 0.35 * grain::step(8.0, 1.0, r)),
        continuum: [0.05 * glow; 3],
    }
}
