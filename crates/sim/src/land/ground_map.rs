//! The colour and warmth of the ground from above, in four sizes of texel, with shadows for a sun.

use rayon::prelude::*;

use super::{Building, Field, Land, Road, Tree};
use crate::flight::Enu;

/// Red, green, blue and warmth, eight bits each.
pub(super) type Texel = u32;

/// One size of texel.
#[derive(Clone, Debug)]
pub(super) struct Level {
    texels: Vec<Texel>,
    size: usize,
    half: f32,
    per_metre: f32,
}

/// All sizes, the finest first.
#[derive(Clone, Debug)]
pub(super) struct GroundMap {
    levels: [Level; 4],
}

/// Texels along a side and metres a texel.
const SIZES: [(usize, f32); 4] = [(2048, 0.5), (2048, 2.0), (512, 8.0), (128, 32.0)];
/// Colour and warmth of crops: meadow, wheat, rape, maize, earth, barley.
const CROPS: [[u8; 4]; 6] = [
    [96, 128, 62, 92],
    [186, 164, 92, 104],
    [172, 172, 60, 96],
    [78, 112, 50, 88],
    [128, 104, 80, 122],
    [164, 156, 98, 102],
];
const MEADOW: [u8; 4] = [88, 118, 60, 90];
const ASPHALT: [u8; 4] = [92, 92, 96, 150];
const CONCRETE: [u8; 4] = [176, 174, 168, 128];

pub(super) fn pack([r, g, b, t]: [u8; 4]) -> Texel {
    u32::from_le_bytes([r, g, b, t])
}

/// A well-spread number from two whole numbers.
pub(super) fn hash(x: i32, y: i32) -> u32 {
    let mut h = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h ^ (h >> 13)
}

/// A texel made lighter or darker by up to some parts in 256.
fn speckled(texel: [u8; 4], x: i32, y: i32, strength: u32) -> Texel {
    let h = hash(x, y) & 0xff;
    let gain = 256 - strength + (2 * strength * h) / 255;
    let scale = |c: u8| ((u32::from(c) * gain) >> 8).min(255) as u8;
    pack([scale(texel[0]), scale(texel[1]), scale(texel[2]), texel[3]])
}

impl Level {
    fn new(size: usize, metres: f32) -> Self {
        let mut level = Self {
            texels: vec![0; size * size],
            size,
            half: size as f32 * metres / 2.0,
            per_metre: 1.0 / metres,
        };
        let patch = (24.0 / metres).max(1.0) as i32;
        level
            .texels
            .par_chunks_mut(size)
            .enumerate()
            .for_each(|(y, row)| {
                for (x, texel) in row.iter_mut().enumerate() {
                    let (x, y) = (x as i32, y as i32);
                    let broad = (hash(x / patch, y / patch) & 7) as u8 + 4;
                    let base = [
                        MEADOW[0] - 8 + broad,
                        MEADOW[1] - 8 + broad,
                        MEADOW[2],
                        MEADOW[3],
                    ];
                    *texel = speckled(base, x, y, 26);
                }
            });
        level
    }

    /// Calls `paint` for each texel whose middle lies in a polygon.
    fn fill(&mut self, corners: &[(f64, f64)], mut paint: impl FnMut(i32, i32, &mut Texel)) {
        let to = |metres: f64| (metres as f32 + self.half) * self.per_metre - 0.5;
        let points: Vec<(f32, f32)> = corners.iter().map(|&(e, n)| (to(e), to(n))).collect();
        let (low, high) = points.iter().fold((f32::MAX, f32::MIN), |(low, high), p| {
            (low.min(p.1), high.max(p.1))
        });
        let last = (self.size - 1) as f32;
        for y in low.max(0.0).ceil() as i32..=high.min(last).floor() as i32 {
            let mut span = (f32::MAX, f32::MIN);
            for (i, a) in points.iter().enumerate() {
                let b = points[(i + 1) % points.len()];
                let (ya, yb) = (a.1 - y as f32, b.1 - y as f32);
                if (ya > 0.0) != (yb > 0.0) {
                    let x = a.0 + (b.0 - a.0) * ya / (ya - yb);
                    span = (span.0.min(x), span.1.max(x));
                }
            }
            for x in span.0.max(0.0).ceil() as i32..=span.1.min(last).floor() as i32 {
                paint(x, y, &mut self.texels[y as usize * self.size + x as usize]);
            }
        }
    }

    fn field(&mut self, field: &Field) {
        let crop = CROPS[usize::from(field.crop) % CROPS.len()];
        let rows = (self.per_metre * 3.0).max(1.0) as i32;
        self.fill(&field.corners, |x, y, texel| {
            let stripe = if (x / rows) % 2 == 0 { 10 } else { 0 };
            let lit = crop.map(|c| c.saturating_add(stripe));
            *texel = speckled([lit[0], lit[1], lit[2], crop[3]], x, y, 18);
        });
    }

    fn road(&mut self, road: &Road) {
        let strip = |from: Enu, to: Enu, half: f64| {
            let side = Enu::along((to - from).heading_deg() + 90.0, half);
            let on = Enu::along((to - from).heading_deg(), half.min(2.0));
            let (from, to) = (from - on, to + on);
            [from + side, to + side, to - side, from - side].map(|p| (p.east, p.north))
        };
        for pair in road.line.windows(2) {
            let half = road.width / 2.0;
            self.fill(&strip(pair[0], pair[1], half), |x, y, texel| {
                *texel = speckled(ASPHALT, x, y, 14);
            });
        }
        if road.width < 6.0 {
            return;
        }
        for (i, pair) in road.line.windows(2).enumerate() {
            if i % 2 == 0 {
                self.fill(&strip(pair[0], pair[1], 0.3), |_, _, texel| {
                    *texel = pack([210, 208, 200, ASPHALT[3]]);
                });
            }
        }
    }

    /// The landing pad in the middle: a square with a ring.
    fn pad(&mut self) {
        let square = |half: f64| [(-half, -half), (half, -half), (half, half), (-half, half)];
        self.fill(&square(6.0), |x, y, texel| {
            *texel = speckled(CONCRETE, x, y, 8);
        });
        let ring: Vec<(f64, f64)> = ring(2.6);
        self.fill(&ring, |_, _, texel| *texel = pack([222, 120, 40, 130]));
        let inner: Vec<(f64, f64)> = self::ring(2.0);
        self.fill(&inner, |x, y, texel| *texel = speckled(CONCRETE, x, y, 8));
    }

    /// The mean of four texels of a finer level.
    fn shrunk(&self, times: usize) -> Self {
        let size = self.size / times;
        let mut texels = vec![0; size * size];
        texels
            .par_chunks_mut(size)
            .enumerate()
            .for_each(|(y, row)| {
                for (x, texel) in row.iter_mut().enumerate() {
                    let mut sums = [0_u32; 4];
                    for dy in 0..times {
                        let start = (y * times + dy) * self.size + x * times;
                        for fine in &self.texels[start..start + times] {
                            for (sum, part) in sums.iter_mut().zip(fine.to_le_bytes()) {
                                *sum += u32::from(part);
                            }
                        }
                    }
                    let count = (times * times) as u32;
                    *texel = pack(sums.map(|sum| (sum / count) as u8));
                }
            });
        Self {
            texels,
            size,
            half: self.half,
            per_metre: self.per_metre / times as f32,
        }
    }

    /// Between the four texels about a place.
    #[inline]
    fn sample(&self, east: f32, north: f32) -> Texel {
        let x = ((east + self.half) * self.per_metre - 0.5).max(0.0);
        let y = ((north + self.half) * self.per_metre - 0.5).max(0.0);
        let (column, row) = (
            (x as usize).min(self.size - 2),
            (y as usize).min(self.size - 2),
        );
        let fx = ((x - column as f32) * 256.0).min(256.0) as u32;
        let fy = ((y - row as f32) * 256.0).min(256.0) as u32;
        let at = row * self.size + column;
        let (Some(top), Some(below)) = (
            self.texels.get(at..at + 2),
            self.texels.get(at + self.size..at + self.size + 2),
        ) else {
            return 0;
        };
        let upper = blend(top[0], top[1], fx);
        let lower = blend(below[0], below[1], fx);
        blend(upper, lower, fy)
    }
}

/// Two texels mixed, `share` of 256 of the second: two channels at a time.
#[inline]
fn blend(a: Texel, b: Texel, share: u32) -> Texel {
    const EVEN: u32 = 0x00ff_00ff;
    let even = ((a & EVEN) * (256 - share) + (b & EVEN) * share) >> 8;
    let odd = ((a >> 8) & EVEN) * (256 - share) + ((b >> 8) & EVEN) * share;
    (even & EVEN) | (odd & !EVEN)
}

fn ring(radius: f64) -> Vec<(f64, f64)> {
    let corner = |i: i32| {
        let at = Enu::along(f64::from(i) * 15.0, radius);
        (at.east, at.north)
    };
    (0..24).map(corner).collect()
}

impl GroundMap {
    /// The ground without shadows.
    pub(super) fn of(land: &Land) -> Self {
        let mut fine = Level::new(SIZES[0].0, SIZES[0].1);
        let mut wide = Level::new(SIZES[1].0, SIZES[1].1);
        for level in [&mut fine, &mut wide] {
            for field in &land.fields {
                level.field(field);
            }
            for road in &land.roads {
                level.road(road);
            }
            level.pad();
        }
        let (coarse, coarsest) = (wide.shrunk(4), wide.shrunk(16));
        Self {
            levels: [fine, wide, coarse, coarsest],
        }
    }

    /// The same with the shadows of a sun; `per_height` is how far and which way a shadow reaches for
    /// each metre of height.
    pub(super) fn shaded(&self, land: &Land, per_height: Option<Enu>) -> Self {
        let Some(reach) = per_height else {
            return self.clone();
        };
        let mut map = self.clone();
        for level in &mut map.levels[..2] {
            let mut dark = vec![false; level.texels.len()];
            let size = level.size;
            for building in &land.buildings {
                level.fill(&building_shadow(building, reach), |x, y, _| {
                    dark[y as usize * size + x as usize] = true;
                });
            }
            for tree in &land.trees {
                level.fill(&tree_shadow(tree, reach), |x, y, _| {
                    dark[y as usize * size + x as usize] = true;
                });
            }
            for (texel, _) in level
                .texels
                .iter_mut()
                .zip(&dark)
                .filter(|(_, dark)| **dark)
            {
                let [r, g, b, t] = texel.to_le_bytes();
                // Lit by the blue sky only, and a little cooler.
                let lit = |c: u8, share: u32| ((u32::from(c) * share) >> 8) as u8;
                *texel = pack([lit(r, 96), lit(g, 104), lit(b, 124), t.saturating_sub(14)]);
            }
        }
        map.levels[2] = map.levels[1].shrunk(4);
        map.levels[3] = map.levels[1].shrunk(16);
        map
    }

    /// The ground at a place, for a pixel that covers some metres of it.
    #[inline]
    pub(super) fn sample(&self, east: f32, north: f32, pixel: f32) -> Texel {
        let inside = east.abs().max(north.abs());
        let level = if pixel < 1.2 && inside < self.levels[0].half - 1.0 {
            0
        } else if pixel < 5.0 {
            1
        } else if pixel < 20.0 {
            2
        } else {
            3
        };
        if inside < self.levels[1].half {
            self.levels[level].sample(east, north)
        } else {
            pack(MEADOW)
        }
    }
}

fn building_shadow(building: &Building, reach: Enu) -> Vec<(f64, f64)> {
    let feet = building.corners();
    let tops = feet.map(|foot| foot + reach * building.height);
    hull(
        feet.into_iter()
            .chain(tops)
            .map(|p| (p.east, p.north))
            .collect(),
    )
}

fn tree_shadow(tree: &Tree, reach: Enu) -> Vec<(f64, f64)> {
    let circle = |share: f64, radius: f64| {
        (0..8).map(move |i| {
            let at =
                tree.foot + reach * (tree.height * share) + Enu::along(f64::from(i) * 45.0, radius);
            (at.east, at.north)
        })
    };
    hull(circle(0.3, tree.radius).chain(circle(0.95, 0.3)).collect())
}

/// The convex hull, in order round it.
fn hull(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let turn = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| {
        (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
    };
    let half = |points: &mut dyn Iterator<Item = (f64, f64)>| {
        let mut chain: Vec<(f64, f64)> = Vec::new();
        for point in points {
            while chain.len() >= 2
                && turn(chain[chain.len() - 2], chain[chain.len() - 1], point) <= 0.0
            {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut lower = half(&mut points.iter().copied());
    lower.extend(half(&mut points.iter().rev().copied()));
    lower
}
