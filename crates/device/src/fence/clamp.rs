use skyhelm_units::{AboveTakeoff, Angle, BodyMotion, GroundPoint};

use super::plane::outside_m;
use super::{Fence, distance_m, moved};

/// How an aircraft brakes: the cautious side of what its maker promises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Braking {
    /// From the stick to the motors, seconds: the way of a frame and the aircraft's own patience.
    pub reaction_s: f64,
    /// Along the ground, metres a second squared.
    pub level_m_s2: f64,
    /// Up and down, metres a second squared.
    pub upright_m_s2: f64,
}

impl Default for Braking {
    fn default() -> Self {
        Self {
            reaction_s: 1.0,
            level_m_s2: 3.0,
            upright_m_s2: 2.0,
        }
    }
}

/// Where an aircraft is and how it moves, as far as a fence asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aircraft {
    /// Above which place.
    pub place: GroundPoint,
    /// How high.
    pub height: AboveTakeoff,
    /// Where its nose points, clockwise from north.
    pub heading: Angle,
    /// Speed, metres a second: east, north, up.
    pub speed_m_s: [f64; 3],
    /// Where it would return to.
    pub home: Option<GroundPoint>,
}

/// Where it stands once it has braked from a speed (east, north, up).
pub fn stopping_point(
    aircraft: &Aircraft,
    [east, north, up]: [f64; 3],
    braking: &Braking,
) -> (GroundPoint, AboveTakeoff) {
    let way = |speed: f64, brake: f64| speed * braking.reaction_s + speed * speed / (2.0 * brake);
    let level = east.hypot(north);
    let ahead = if level > 0.0 {
        way(level, braking.level_m_s2) / level
    } else {
        0.0
    };
    let rise = way(up.abs(), braking.upright_m_s2) * up.signum();
    (
        moved(aircraft.place, [east * ahead, north * ahead]),
        AboveTakeoff::from_metres(aircraft.height.metres + rise),
    )
}

/// A motion as a fence lets it pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clamped {
    /// What may be flown.
    pub motion: BodyMotion,
    /// Whether the fence took something of what was asked.
    pub held_back: bool,
}

/// Tries between nothing and all of a motion.
const TRIES: u32 = 7;

impl Fence {
    /// As much of a motion as leaves the stopping point inside. An aircraft that is outside already
    /// may only come nearer.
    pub fn clamp(&self, motion: BodyMotion, aircraft: &Aircraft, braking: &Braking) -> Clamped {
        let level = most(|part| {
            let try_out = BodyMotion {
                forward: motion.forward * part,
                right: motion.right * part,
                up: 0.0,
                clockwise: 0.0,
            };
            self.level_passes(try_out, aircraft, braking)
        });
        let up = most(|part| self.rise_passes(motion.up * part, aircraft, braking));
        let clamped = BodyMotion {
            forward: motion.forward * level,
            right: motion.right * level,
            up: motion.up * up,
            clockwise: motion.clockwise,
        };
        Clamped {
            held_back: level < 1.0 || up < 1.0,
            motion: clamped,
        }
    }

    /// How far outside a place is, along the ground.
    fn outside(&self, place: GroundPoint, home: Option<GroundPoint>) -> f64 {
        let beyond = match (self.distance_m, home) {
            (Some(limit), Some(home)) => (distance_m(home, place) - limit).max(0.0),
            (Some(_), None) => f64::INFINITY,
            (None, _) => 0.0,
        };
        outside_m(&self.polygon, place).max(beyond)
    }

    fn level_passes(&self, motion: BodyMotion, aircraft: &Aircraft, braking: &Braking) -> bool {
        if motion.is_still() {
            return true;
        }
        let (stop, _) = stopping_point(aircraft, over_ground(motion, aircraft.heading), braking);
        let (now, then) = (
            self.outside(aircraft.place, aircraft.home),
            self.outside(stop, aircraft.home),
        );
        then <= 0.0 || then < now
    }

    fn rise_passes(&self, up: f64, aircraft: &Aircraft, braking: &Braking) -> bool {
        let Some(ceiling) = self.ceiling else {
            return true;
        };
        let (_, top) = stopping_point(aircraft, [0.0, 0.0, up], braking);
        up <= 0.0 || top <= ceiling
    }
}

/// The speed over ground (east, north, up) of a motion at a heading.
pub(crate) fn over_ground(motion: BodyMotion, heading: Angle) -> [f64; 3] {
    let (sin, cos) = heading.sin_cos();
    [
        motion.forward * sin + motion.right * cos,
        motion.forward * cos - motion.right * sin,
        motion.up,
    ]
}

/// The greatest part that passes, all or nothing first, then by halves.
fn most(passes: impl Fn(f64) -> bool) -> f64 {
    if passes(1.0) {
        return 1.0;
    }
    let (mut good, mut bad) = (0.0, 1.0);
    for _ in 0..TRIES {
        let middle = f64::midpoint(good, bad);
        if passes(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}
