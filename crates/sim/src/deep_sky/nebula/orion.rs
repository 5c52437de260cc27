//! The nebulae of Orion. Comments name the features by their usual names.

use super::inside;
use crate::deep_sky::Texel;
use crate::grain;

/// M42 with M43 to its north; the origin is the Trapezium.
pub(super) fn great_nebula(x: f32, y: f32, seed: u32) -> Texel {
    let swirl = 3.2 * grain::layered(x / 11.0, y / 11.0, 5, seed);
    let swirl_y = 3.2 * grain::layered(x / 11.0 + 9.0, y / 11.0, 5, seed ^ 1);
    let (wx, wy) = (x + swirl, y + swirl_y);
    let r = wx.hypot(wy);

    // The bright heart, a fan of some 4 minutes open to the south-west.
    let fan = 1.0 + 0.6 * grain::step(-2.5, 2.5, -(wy + 0.6 * wx)) * (1.0 - (-r / 3.0).exp());
    let grainy = 0.72 + 0.55 * grain::ridged(wx / 3.1, wy / 3.1, 4, seed ^ 5);
    let heart = grainy * 62.0 * (-(x * x + y * y).sqrt() / 1.9).exp() * fan
        + 10.0 * (-((wx + 0.8).powi(2) + (wy + 2.2).powi(2)) / 26.0).exp();

    // The two wings: arcs that leave the heart to the east and west and bend south.
    let wing = |cx: f32, cy: f32, radius: f32, width: f32| {
        let d = (wx - cx).hypot(wy - cy) - radius;
        (-(d / width).powi(2)).exp()
    };
    let south = grain::step(7.0, -6.0, wy);
    let threads = 0.35 + 1.25 * grain::ridged(wx / 7.0, wy / 7.0, 5, seed ^ 2);
    let east_wing = wing(-1.0, -14.0, 15.5, 3.4) * grain::step(-6.0, 8.0, wx);
    let west_wing = wing(0.5, -17.0, 17.5, 4.2) * grain::step(5.0, -9.0, wx);
    let wings = (3.6 * east_wing + 2.3 * west_wing) * threads * grain::step(-34.0, -10.0, wy);
    let sheet = 2.4 * grain::step(24.0, 3.0, wx.hypot(wy + 11.0)) * (0.35 + 0.65 * south) * threads;
    let veil = 0.55
        * grain::step(44.0, 8.0, wx.hypot(wy + 9.0))
        * (0.5 + 0.6 * grain::layered(wx / 13.0, wy / 13.0, 5, seed ^ 3)).max(0.05);

    // The fish's mouth: a dark bay from the north-east up to the Trapezium.
    let mouth = wedge(wx, wy);
    let bay = (-1.9 * mouth).exp();
    let wisps = (-0.9 * grain::ridged(wx / 9.0 + 2.0, wy / 9.0, 4, seed ^ 4).powi(2)).exp();

    // M43: a comma around its own star, cut by a dark lane.
    let (mx, my) = (x - 3.4, y - 7.6);
    let comma_r = (mx + 0.15 * swirl).hypot(my + 0.15 * swirl_y);
    let lane = grain::step(-1.6, 0.6, mx + 0.35 * my + 0.4 * swirl + 0.9);
    let comma = 2.6 * grain::step(4.6, 0.6, comma_r) * (0.25 + 0.75 * lane);

    let lit = ((heart + wings + sheet) * bay + veil) * wisps;
    // The heart is hot: oxygen; the wings are hydrogen; dust reflects blue around.
    let hot = grain::step(9.0, 0.5, r);
    Texel {
        hydrogen: lit * (1.0 - 0.15 * hot) + comma,
        oxygen: lit * (0.17 + 0.36 * hot) + 0.1 * comma,
        continuum: {
            let scattered = 0.16 * (sheet + veil) * wisps + 0.02 * heart + 0.12 * comma;
            [0.72 * scattered, 0.85 * scattered, 1.45 * scattered]
        },
    }
}

/// How deep a place lies in the dark bay north-east of the Trapezium, 0 to 1.
fn wedge(x: f32, y: f32) -> f32 {
    let (along, across) = ((x + y) * 0.707, (y - x) * 0.707);
    let width = 0.9 + 0.45 * (along - 0.7).max(0.0);
    let depth = (-(across / width).powi(2)).exp();
    depth * grain::step(0.0, 5.0, along) * grain::step(21.0, 8.0, along)
}

/// Neck from the east, head bent to the north, muzzle to the north-west.
const HORSE: [[f32; 2]; 13] = [
    [6.0, -3.4],
    [2.6, -2.9],
    [0.9, -1.6],
    [-0.1, -0.6],
    [-1.6, -0.9],
    [-2.5, 0.1],
    [-2.1, 1.1],
    [-1.0, 1.5],
    [-0.2, 2.3],
    [0.9, 2.5],
    [1.7, 1.4],
    [3.0, 0.9],
    [6.0, 1.2],
];

/// IC 434 with the Horsehead (Barnard 33) before it; the origin is the horse's.
pub(super) fn horsehead(x: f32, y: f32, seed: u32) -> Texel {
    let wobble = 1.5 * grain::layered(x / 10.0, y / 10.0, 5, seed);
    // The bright rim runs north and south; all to its east is a dark cloud.
    let rim = x - 1.8 + wobble + 0.05 * y;
    let west = -rim;
    let curtain = (-west.max(0.0) / 15.0).exp();
    let rays = 0.55
        + 0.65 * grain::layered(x / 22.0, y / 3.2, 4, seed ^ 1).abs()
        + 0.35 * grain::ridged(x / 14.0, y / 6.0, 4, seed ^ 2);
    let lit = grain::step(-1.2, 1.0, west);
    let length = grain::step(46.0, 20.0, (y + 3.0).abs());
    let edge = 0.8 * (-(west - 0.8).powi(2) / 2.5).exp();
    let behind = 0.04 * (0.6 + 0.5 * grain::layered(x / 8.0, y / 8.0, 5, seed ^ 3)).max(0.0);

    let soft = 0.3 * grain::layered(x / 1.7, y / 1.7, 4, seed ^ 4);
    let horse = grain::step(-0.35, 0.35, inside(&HORSE, x, y) + soft);
    let glow = (lit * curtain * rays + edge * lit) * length * (1.0 - 0.97 * horse) + behind;
    Texel {
        hydrogen: glow,
        oxygen: 0.04 * glow,
        continuum: [0.05 * glow; 3],
    }
}

/// NGC 2024: a flame parted by a dark trunk with branches.
pub(super) fn flame(x: f32, y: f32, seed: u32) -> Texel {
    let warp = 1.6 * grain::layered(x / 6.0, y / 6.0, 5, seed);
    let (wx, wy) = (x + warp, y + 0.6 * warp);
    let body = grain::step(15.0, 2.0, wx.hypot(wy * 0.95));
    let trunk = (-((wx - 0.15 * wy) / (1.1 + 0.09 * (wy + 9.0).max(0.0))).powi(2)).exp();
    let branches = grain::ridged(wx / 6.5, wy / 8.5, 5, seed ^ 1);
    let clear = (-2.9 * trunk - 2.2 * branches * branches).exp();
    let glow = body * clear * (0.8 + 0.5 * grain::layered(wx / 4.0, wy / 4.0, 4, seed ^ 2));
    let glow = glow.max(0.0);
    Texel {
        hydrogen: 0.8 * glow,
        oxygen: 0.05 * glow,
        continuum: [0.42 * glow, 0.28 * glow, 0.16 * glow],
    }
}
