//! What sensors measure: the nearest things, rays, what lies below.

use super::{Building, Land, Tree};
use crate::flight::Enu;

/// Something that stands on the ground, as seen from a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearThing {
    /// Its nearest point, on the level (its `up` is zero).
    pub nearest: Enu,
    /// How far that is on the level; zero inside it.
    pub distance: f64,
    /// Its top in the local frame.
    pub top: f64,
}

/// Where a ray meets the land.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// How far along the ray.
    pub distance: f64,
    /// Where.
    pub at: Enu,
}

impl Building {
    /// East and north of a point in its own axes: along its length and across it.
    fn own_axes(&self, at: Enu) -> (f64, f64) {
        let rest = at - self.middle;
        let long = Enu::along(self.heading_deg, 1.0);
        let wide = Enu::along(self.heading_deg + 90.0, 1.0);
        (rest.dot(long), rest.dot(wide))
    }

    fn nearest(&self, at: Enu) -> Enu {
        let (x, y) = self.own_axes(at.level());
        let (x, y) = (
            x.clamp(-self.half.0, self.half.0),
            y.clamp(-self.half.1, self.half.1),
        );
        (self.middle + Enu::along(self.heading_deg, x) + Enu::along(self.heading_deg + 90.0, y))
            .level()
    }

    /// Where a ray enters it: the slab method in its own axes.
    fn ray(&self, from: Enu, direction: Enu, farthest: f64) -> Option<f64> {
        let (x, y) = self.own_axes(from.level());
        let long = Enu::along(self.heading_deg, 1.0);
        let wide = Enu::along(self.heading_deg + 90.0, 1.0);
        let slabs = [
            (x, direction.dot(long), -self.half.0, self.half.0),
            (y, direction.dot(wide), -self.half.1, self.half.1),
            (from.up, direction.up, self.middle.up - 30.0, self.top()),
        ];
        let (mut near, mut far) = (0.0_f64, farthest);
        for (start, speed, low, high) in slabs {
            if speed.abs() < 1e-12 {
                if start < low || start > high {
                    return None;
                }
                continue;
            }
            let (a, b) = ((low - start) / speed, (high - start) / speed);
            near = near.max(a.min(b));
            far = far.min(a.max(b));
        }
        (near <= far && near > 0.0).then_some(near)
    }
}

impl Tree {
    /// Where a ray enters the upright cylinder that its crown and stem are measured as.
    fn ray(&self, from: Enu, direction: Enu, farthest: f64) -> Option<f64> {
        let rest = (from - self.foot).level();
        let level = direction.level();
        let a = level.dot(level);
        let b = rest.dot(level);
        let c = rest.dot(rest) - self.radius * self.radius;
        let root = b * b - a * c;
        if a < 1e-12 || root < 0.0 || b >= 0.0 {
            return None;
        }
        let distance = (-b - root.sqrt()) / a;
        let up = from.up + direction.up * distance;
        let inside = up > self.foot.up && up < self.foot.up + self.height;
        (distance > 0.0 && distance < farthest && inside).then_some(distance)
    }
}

impl Land {
    /// Things whose nearest point lies within a reach on the level.
    pub fn things_near(&self, at: Enu, reach: f64) -> impl Iterator<Item = NearThing> + '_ {
        let houses = self.buildings.iter().filter_map(move |building| {
            let size = building.half.0 + building.half.1;
            let far = (building.middle.east - at.east)
                .abs()
                .max((building.middle.north - at.north).abs());
            if far > reach + size {
                return None;
            }
            let nearest = building.nearest(at);
            let distance = (nearest - at).level_length();
            (distance <= reach).then(|| NearThing {
                nearest,
                distance,
                top: building.top(),
            })
        });
        let trees = self.trees.iter().filter_map(move |tree| {
            let way = (tree.foot - at).level();
            let far = way.east.abs().max(way.north.abs());
            if far > reach + tree.radius {
                return None;
            }
            let distance = (way.length() - tree.radius).max(0.0);
            let nearest = at.level() + way * (distance / way.length().max(1e-9));
            (distance <= reach).then_some(NearThing {
                nearest,
                distance,
                top: tree.foot.up + tree.height,
            })
        });
        houses.chain(trees)
    }

    /// The highest surface below a body of a radius that is not above it already: ground or roof.
    pub fn surface(&self, at: Enu, radius: f64) -> f64 {
        let ground = self.height(at);
        self.things_near(at, radius)
            .map(|thing| thing.top)
            // What reaches higher than its feet stands beside it, not below.
            .filter(|top| *top <= at.up + 0.3)
            .fold(ground, f64::max)
    }

    /// Distances all round on the level, one a degree clockwise from a heading; farther than `range`
    /// is infinite.
    pub fn ranges(&self, at: Enu, heading_deg: f64, range: f64) -> Vec<f64> {
        let near: Vec<&Building> = self
            .buildings
            .iter()
            .filter(|b| {
                (b.middle - at).level_length() < range + b.half.0 + b.half.1 && b.top() > at.up
            })
            .collect();
        let trees: Vec<&Tree> = self
            .trees
            .iter()
            .filter(|t| {
                (t.foot - at).level_length() < range + t.radius && t.foot.up + t.height > at.up
            })
            .collect();
        (0..360)
            .map(|degree| {
                let direction = Enu::along(heading_deg + f64::from(degree), 1.0);
                let houses = near.iter().filter_map(|b| b.ray(at, direction, range));
                let woods = trees.iter().filter_map(|t| t.ray(at, direction, range));
                houses.chain(woods).fold(f64::INFINITY, f64::min)
            })
            .collect()
    }

    /// How far below the ground or a roof is, as a downward sensor measures it.
    pub fn below(&self, at: Enu) -> f64 {
        at.up - self.surface(at, 0.3)
    }

    /// Where a ray first meets ground, wall, roof or tree.
    pub fn hit(&self, from: Enu, direction: Enu, farthest: f64) -> Option<Hit> {
        let direction = direction.unit()?;
        let mut distance = self
            .ground_hit(from, direction, farthest)
            .unwrap_or(f64::INFINITY);
        for building in &self.buildings {
            if let Some(at) = building.ray(from, direction, distance.min(farthest)) {
                distance = distance.min(at);
            }
        }
        for tree in &self.trees {
            if let Some(at) = tree.ray(from, direction, distance.min(farthest)) {
                distance = distance.min(at);
            }
        }
        (distance <= farthest).then(|| Hit {
            distance,
            at: from + direction * distance,
        })
    }

    fn ground_hit(&self, from: Enu, direction: Enu, farthest: f64) -> Option<f64> {
        let above = |distance: f64| {
            let at = from + direction * distance;
            at.up - self.height(at)
        };
        let (mut low, mut high) = (0.0, 0.0);
        while above(high) > 0.0 {
            if high >= farthest || (direction.up > 0.0 && (from + direction * high).up > 120.0) {
                return None;
            }
            low = high;
            // Hills are gentle: a step of a part of the height cannot leap through one.
            high += (above(high) * 0.7).clamp(0.2, 40.0);
        }
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if above(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}
