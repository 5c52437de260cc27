//! What a task wants the aircraft to do next.

use super::frame::turn_deg;
use super::{AircraftConfig, Enu, Journey};

/// A wanted movement: velocity, and turning in degrees a second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    pub(super) velocity: Enu,
    pub(super) turn: f64,
}

/// How close is there, metres.
pub(super) const THERE: f64 = 0.5;
/// How slow is standing, m/s.
pub(super) const STANDING: f64 = 0.3;
/// Below this above the ground a landing is slow, metres.
const FLARE: f64 = 8.0;

impl AircraftConfig {
    /// Towards a point along a straight line, slow enough to stop there.
    pub(super) fn toward(&self, from: Enu, target: Enu, speed: f64) -> Enu {
        let way = target - from;
        let Some(direction) = way.unit() else {
            return Enu::ZERO;
        };
        let distance = way.length();
        let level = self.level.eased(0.7).speed_to_stop_in(distance);
        let mut fastest = speed.min(level).min(distance);
        let climb_limit = if direction.up > 0.0 {
            self.vertical.speed
        } else {
            self.sink
        };
        let slope = direction.up.abs();
        if slope > 1e-3 {
            let vertical = self.vertical.eased(0.7).speed_to_stop_in(slope * distance);
            fastest = fastest.min(climb_limit.min(vertical) / slope);
        }
        direction * fastest
    }

    /// Up or down to a height, staying over the same point.
    pub(super) fn reach_height(&self, from: Enu, over: Enu, height: f64) -> Enu {
        let rest = height - from.up;
        let limit = if rest > 0.0 {
            self.vertical.speed
        } else {
            self.sink
        };
        let up = self.vertical.eased(0.7).speed_to_stop_in(rest.abs());
        let up = up.min(limit).min(rest.abs() * 1.5).copysign(rest);
        Enu {
            up,
            ..hold(from, over)
        }
    }

    /// Turning to face a heading.
    pub(super) fn facing(&self, heading: f64, wanted: f64) -> f64 {
        let rest = turn_deg(heading, wanted);
        // Slow enough to stop turning in time.
        let fastest = (2.0 * 0.6 * self.turn_deg_s2 * rest.abs()).sqrt();
        let fastest = fastest.min(self.turn_deg_s).min(rest.abs() * 3.0);
        fastest.copysign(rest)
    }

    /// A step of a journey: climb first, then go.
    pub(super) fn travel(
        &self,
        from: Enu,
        heading: f64,
        journey: &Journey,
        left_at: Option<Enu>,
    ) -> Wish {
        if let Some((over, height)) = left_at.map(|over| (over, over.up)) {
            return Wish {
                velocity: self.reach_height(from, over, height),
                turn: 0.0,
            };
        }
        let way = (journey.target - from).level();
        let turn = if way.length() > 3.0 {
            self.facing(heading, way.heading_deg())
        } else {
            0.0
        };
        Wish {
            velocity: self.toward(from, journey.target, journey.speed),
            turn,
        }
    }

    /// Down to what is below.
    pub(super) fn descend(&self, from: Enu, over: Enu, ground: f64) -> Enu {
        let height = from.up - ground;
        let down = if height > FLARE {
            (0.8 + (height - FLARE) * 0.8).min(self.sink)
        } else {
            0.8
        };
        Enu {
            up: -down,
            ..hold(from, over)
        }
    }
}

/// Back to a point it was pushed from.
pub(super) fn hold(from: Enu, over: Enu) -> Enu {
    ((over - from).level() * 0.9).capped(2.0)
}
