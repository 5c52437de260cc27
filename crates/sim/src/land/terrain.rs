//! The height of the ground: long waves, flat around the middle and at the edge.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::random::uniform;

/// Metres between two posts of the grid.
pub(super) const POST: f64 = 32.0;
/// Posts along one side.
pub(super) const POSTS: usize = 129;
/// Half the side, metres.
pub(super) const HALF: f64 = POST * (POSTS - 1) as f64 / 2.0;
/// Level ground around the middle, metres.
const PAD: (f64, f64) = (90.0, 420.0);

/// A grid of heights.
#[derive(Debug)]
pub(super) struct Terrain {
    posts: Vec<f32>,
}

impl Terrain {
    pub(super) fn flat() -> Self {
        Self {
            posts: vec![0.0; POSTS * POSTS],
        }
    }

    pub(super) fn seeded(seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x6869_6c6c);
        let waves: Vec<[f64; 4]> = (0..7)
            .map(|i| {
                let length = 1500.0 / (1.0 + 0.55 * f64::from(i));
                let heading = uniform(&mut random) * std::f64::consts::TAU;
                let wave = std::f64::consts::TAU / length;
                let height = 16.0 / (1.0 + 0.8 * f64::from(i));
                [
                    wave * heading.cos(),
                    wave * heading.sin(),
                    uniform(&mut random) * 6.3,
                    height,
                ]
            })
            .collect();
        let raw = |e: f64, n: f64| -> f64 {
            waves
                .iter()
                .map(|[ke, kn, phase, height]| height * (ke * e + kn * n + phase).sin())
                .sum()
        };
        let posts = (0..POSTS * POSTS).map(|i| {
            let (e, n) = Self::post(i % POSTS, i / POSTS);
            let out = e.hypot(n);
            let edge = e.abs().max(n.abs());
            let share = smooth(PAD.0, PAD.1, out) * (1.0 - smooth(HALF - 500.0, HALF, edge));
            (raw(e, n) * share) as f32
        });
        Self {
            posts: posts.collect(),
        }
    }

    /// East and north of a post.
    pub(super) fn post(column: usize, row: usize) -> (f64, f64) {
        (column as f64 * POST - HALF, row as f64 * POST - HALF)
    }

    /// Height of a post.
    pub(super) fn post_height(&self, column: usize, row: usize) -> f64 {
        f64::from(self.posts[row * POSTS + column])
    }

    pub(super) fn height(&self, east: f64, north: f64) -> f64 {
        let (x, y) = ((east + HALF) / POST, (north + HALF) / POST);
        let last = (POSTS - 1) as f64;
        if !(x >= 0.0 && y >= 0.0 && x < last && y < last) {
            return 0.0;
        }
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = (x - column as f64, y - row as f64);
        let at = |c: usize, r: usize| self.post_height(column + c, row + r);
        // The two triangles the painter draws, so that what stands on the ground is seen to.
        if fx + fy <= 1.0 {
            at(0, 0) + fx * (at(1, 0) - at(0, 0)) + fy * (at(0, 1) - at(0, 0))
        } else {
            at(1, 1) + (1.0 - fx) * (at(0, 1) - at(1, 1)) + (1.0 - fy) * (at(1, 0) - at(1, 1))
        }
    }
}

/// 0 below `from`, 1 above `to`, smooth between.
fn smooth(from: f64, to: f64, x: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
