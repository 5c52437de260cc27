//! What a pixel of a surface looks like.

use super::ground_map::{GroundMap, Texel, hash, pack};

/// What a face is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    Ground,
    /// A wall with windows: where it begins, which way it runs, the height of its foot.
    Wall {
        begin: (f32, f32),
        along: (f32, f32),
        foot: f32,
        tint: u8,
    },
    Roof {
        tint: u8,
    },
    Leaf {
        seed: u32,
    },
}

/// Where on the surface, and how much of it one pixel covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) east: f32,
    pub(super) north: f32,
    pub(super) up: f32,
    pub(super) pixel: f32,
}

/// Walls and roofs: white plaster, brick, sandstone, grey, yellow plaster, concrete.
const WALLS: [[u8; 4]; 6] = [
    [214, 208, 198, 122],
    [150, 88, 70, 130],
    [196, 176, 140, 126],
    [148, 150, 154, 124],
    [216, 190, 130, 126],
    [170, 168, 162, 124],
];
const ROOFS: [[u8; 4]; 6] = [
    [150, 74, 54, 152],
    [108, 60, 48, 156],
    [82, 82, 90, 164],
    [120, 122, 128, 146],
    [164, 92, 62, 150],
    [96, 100, 110, 160],
];
const GLASS: [u8; 4] = [58, 70, 84, 150];

/// Colours of rooms with a lamp, and with a screen.
const LAMP: [f32; 3] = [255.0, 206.0, 138.0];
const SCREEN: [f32; 3] = [120.0, 160.0, 220.0];

/// The window of a wall that a spot lies in, as a number that is the window's own; from afar there are none.
fn window(begin: (f32, f32), along: (f32, f32), foot: f32, spot: Spot) -> Option<u32> {
    let u = ((spot.east - begin.0) * along.0 + (spot.north - begin.1) * along.1) / 2.8;
    let v = (spot.up - foot) / 2.9;
    let is_window = (0.3..0.7).contains(&u.fract()) && (0.35..0.78).contains(&v.fract());
    (is_window && v > 0.0 && spot.pixel < 1.0).then(|| {
        let wall = hash(begin.0 as i32, begin.1 as i32) as i32;
        hash(wall ^ u as i32, v as i32)
    })
}

impl Paint {
    /// The light it gives by itself at night: behind some windows somebody is still up.
    #[inline]
    pub(super) fn glow(&self, spot: Spot) -> Option<[f32; 3]> {
        let Self::Wall {
            begin, along, foot, ..
        } = *self
        else {
            return None;
        };
        match window(begin, along, foot, spot)? & 15 {
            0..=3 => Some(LAMP),
            4 => Some(SCREEN),
            _ => None,
        }
    }

    /// The texel before light.
    #[inline]
    pub(super) fn texel(&self, map: &GroundMap, spot: Spot) -> Texel {
        match *self {
            Self::Ground => map.sample(spot.east, spot.north, spot.pixel),
            Self::Wall {
                begin,
                along,
                foot,
                tint,
            } => {
                if window(begin, along, foot, spot).is_some() {
                    pack(GLASS)
                } else {
                    pack(WALLS[usize::from(tint) % WALLS.len()])
                }
            }
            Self::Roof { tint } => {
                let grain = if spot.pixel < 0.5 {
                    hash((spot.east * 2.0) as i32, (spot.north * 2.0) as i32) & 15
                } else {
                    8
                };
                let [r, g, b, t] = ROOFS[usize::from(tint) % ROOFS.len()];
                let shift = |c: u8| c.saturating_sub(8) + grain as u8;
                pack([shift(r), shift(g), shift(b), t])
            }
            Self::Leaf { seed } => {
                let grain = hash(
                    (spot.east * 1.5 + spot.up) as i32 ^ seed as i32,
                    (spot.north * 1.5 - spot.up) as i32,
                ) & 31;
                let base = (seed & 15) as u8;
                pack([
                    44 + base + grain as u8 / 2,
                    74 + base + grain as u8,
                    34 + base / 2,
                    78,
                ])
            }
        }
    }
}
