//! What may not be flown: walls, trees, the ground, fences, height, distance.

use super::{AircraftConfig, Enu, FlightSettings};
use crate::land::Land;

/// What kept an aircraft from going where it was told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restraint {
    /// A wall, a tree or a roof.
    Obstacle,
    /// The edge of its fence, or of a forbidden zone.
    Fence,
    /// The height limit.
    Height,
    /// The distance limit.
    Distance,
}

/// A polygon on the ground, in the local frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Fence {
    corners: Vec<(f64, f64)>,
}

impl Fence {
    /// From its corners (east, north); fewer than three make none.
    pub fn polygon(corners: Vec<(f64, f64)>) -> Option<Self> {
        let finite = corners.iter().all(|(e, n)| e.is_finite() && n.is_finite());
        (corners.len() >= 3 && finite).then_some(Self { corners })
    }

    /// A circle about a point, as a polygon of 36 corners.
    pub fn circle(east: f64, north: f64, radius: f64) -> Self {
        let corner = |i: i32| {
            let at = Enu::along(f64::from(i) * 10.0, radius);
            (east + at.east, north + at.north)
        };
        Self {
            corners: (0..36).map(corner).collect(),
        }
    }

    /// Whether a point lies inside.
    pub fn contains(&self, at: Enu) -> bool {
        let mut inside = false;
        for ((e1, n1), (e2, n2)) in self.edges() {
            if (n1 > at.north) != (n2 > at.north) {
                let crossing = e1 + (at.north - n1) / (n2 - n1) * (e2 - e1);
                inside ^= at.east < crossing;
            }
        }
        inside
    }

    /// The nearest point of each edge.
    fn nearest_points(&self, at: Enu) -> impl Iterator<Item = Enu> + '_ {
        self.edges().map(move |((e1, n1), (e2, n2))| {
            let (de, dn) = (e2 - e1, n2 - n1);
            let length2 = (de * de + dn * dn).max(1e-12);
            let share = ((at.east - e1) * de + (at.north - n1) * dn) / length2;
            let share = share.clamp(0.0, 1.0);
            Enu::new(e1 + share * de, n1 + share * dn, at.up)
        })
    }

    /// How far a point is from its edge.
    pub fn distance_to_edge(&self, at: Enu) -> f64 {
        self.nearest_points(at)
            .map(|point| (point - at).level_length())
            .fold(f64::INFINITY, f64::min)
    }

    fn edges(&self) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
        let next = self.corners.iter().cycle().skip(1);
        self.corners.iter().copied().zip(next.copied())
    }
}

/// One aircraft's guard for one step.
pub(super) struct Guard<'a> {
    pub(super) config: &'a AircraftConfig,
    pub(super) settings: &'a FlightSettings,
    pub(super) land: &'a Land,
    pub(super) home: Enu,
    pub(super) position: Enu,
    pub(super) velocity: Enu,
    /// Whether it has leave to touch what is below.
    pub(super) landing: bool,
}

/// Kept from the very edge of a fence or limit.
const EDGE: f64 = 1.5;
/// A creep along an edge is not a crossing of it, m/s.
const CREEP: f64 = 0.02;

impl Guard<'_> {
    /// The wanted velocity, slowed so that it can still stop before whatever is in its way. It is
    /// slowed as a whole: an aircraft that is held up stops on its line and does not slide along.
    pub(super) fn restrain(&self, wanted: Enu) -> (Enu, Option<Restraint>) {
        let mut share = 1.0_f64;
        let mut cause = None;
        let mut limit = |direction: Enu, room: f64, restraint: Restraint| {
            let level = &self.config.level;
            let closing = wanted.dot(direction);
            let asked = wanted.level_length();
            // It brakes along its line, and a line that meets an edge at a slant is longer than the room before the
            // edge, but flown faster.
            let line = (room - self.reaction()) * asked / closing;
            let fastest = level.eased(0.7).speed_to_stop_in(line);
            // What it still flies counts as much as what it is asked to: a turn on the spot would
            // spend on the new way what stopping on the old one needs.
            let drift = self.velocity.dot(direction);
            let speed = self.velocity.level_length();
            let line_flown = (room - 0.5 * self.reaction()) * speed / drift;
            let stoppable = level.eased(0.85).speed_to_stop_in(line_flown);
            if drift > 4.0 * CREEP && speed > stoppable + 4.0 * CREEP {
                share = 0.0;
                cause = Some(restraint);
            } else if closing > CREEP && fastest < asked * share {
                share = fastest / asked;
                cause = Some(restraint);
            }
        };
        self.obstacles(&mut limit, wanted);
        self.fences(&mut limit);
        if let Some(farthest) = self.settings.distance_limit {
            let out = (self.position - self.home).level();
            if let Some(direction) = out.unit() {
                limit(
                    direction,
                    farthest - EDGE - out.length(),
                    Restraint::Distance,
                );
            }
        }
        let level = wanted.level() * share;
        let (up, held) = self.restrain_height(wanted.up * if share < 1.0 { share } else { 1.0 });
        (Enu { up, ..level }, cause.or(held))
    }

    /// What it goes on before the braking bites.
    fn reaction(&self) -> f64 {
        0.16 * self.velocity.level_length()
    }

    fn obstacles(&self, limit: &mut impl FnMut(Enu, f64, Restraint), wanted: Enu) {
        if !self.settings.avoidance.horizontal {
            return;
        }
        let speed = self.velocity.level_length().max(wanted.level_length());
        let reach = self.config.level.braking_distance(speed) * 1.3 + 10.0;
        let reach = reach.min(self.config.sensor_range.max(reach * 0.8));
        let keep = self.config.stand_off + self.config.radius;
        let sinking = (-self.velocity.up).max(0.0);
        let lowest = self.position.up - self.config.vertical.braking_distance(sinking);
        for thing in self.land.things_near(self.position, reach) {
            if lowest > thing.top + self.config.stand_off || thing.distance < 1e-6 {
                continue;
            }
            let direction = thing.nearest - self.position.level();
            let direction = direction * (1.0 / thing.distance);
            limit(direction, thing.distance - keep, Restraint::Obstacle);
        }
        if let Some(direction) = wanted.level().unit() {
            for step in 1..=8 {
                let ahead = reach * f64::from(step) / 8.0;
                let ground = self.land.height(self.position + direction * ahead);
                if ground + self.config.stand_off > self.position.up {
                    limit(direction, ahead - keep, Restraint::Obstacle);
                    break;
                }
            }
        }
    }

    fn fences(&self, limit: &mut impl FnMut(Enu, f64, Restraint)) {
        let inside = self
            .settings
            .fence
            .iter()
            .filter(|fence| fence.contains(self.position));
        let outside = self
            .settings
            .zones
            .iter()
            .filter(|zone| !zone.contains(self.position));
        for fence in inside.chain(outside) {
            for point in fence.nearest_points(self.position) {
                let way = (point - self.position).level();
                if let Some(direction) = way.unit() {
                    limit(direction, way.length() - EDGE, Restraint::Fence);
                }
            }
        }
    }

    fn restrain_height(&self, up: f64) -> (f64, Option<Restraint>) {
        let vertical = self.config.vertical.eased(0.8);
        let reaction = 0.12 * self.velocity.up.abs();
        if up > 0.0 {
            let room = self.home.up + self.settings.height_limit - self.position.up;
            let fastest = vertical.speed_to_stop_in(room - reaction);
            if up > fastest {
                return (fastest, Some(Restraint::Height));
            }
        } else if !self.landing && self.settings.avoidance.downward {
            let below = self.land.surface(self.position, self.config.radius + 1.0);
            let room = self.position.up - below - self.config.stand_off;
            let fastest = vertical.speed_to_stop_in(room - reaction);
            if -up > fastest + CREEP {
                return (-fastest, Some(Restraint::Obstacle));
            }
        }
        (up, None)
    }
}
