use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_units::{Angle, Horizontal, Mono};
use thiserror::Error;

use super::{Axis, AxisConfig, LimitEnd, MotorAngles, SetUp, Trajectory};
use crate::optics::Orientation;
use crate::random::{mix, uniform};

/// One of the two motors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisId {
    /// The rotating base.
    Rotation,
    /// The arm.
    Pitch,
}

/// The two motors and the seed of their small errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MountConfig {
    /// The rotating base.
    pub rotation: AxisConfig,
    /// The arm.
    pub pitch: AxisConfig,
    /// Seed of the slack each slew ends with.
    pub seed: u64,
}

impl MountConfig {
    /// A small smart telescope: the base turns a bit more than once, the arm from below the horizon
    /// (folded) to past the zenith.
    pub fn smart_telescope(seed: u64) -> Self {
        let axis = |lowest, highest, park| AxisConfig {
            lowest: Angle::from_degrees(lowest),
            highest: Angle::from_degrees(highest),
            top_speed: Angle::from_degrees(20.0),
            acceleration: Angle::from_degrees(25.0),
            park: Angle::from_degrees(park),
        };
        Self {
            rotation: axis(-200.0, 400.0, 158.0),
            pitch: axis(-75.0, 115.0, -43.0),
            seed,
        }
    }
}

/// How a slew ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approach {
    /// At full pace: the gears' slack leaves 1 to 1.5 arcminutes.
    Quick,
    /// Slowly and always from the same side, as calibration and re-centring do: 6 to 9 arcseconds.
    Careful,
}

/// Why a slew cannot begin.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum MountError {
    /// An axis does not reach there.
    #[error("a motor would have to stand at {0:.1}, beyond its stops")]
    OutOfReach(Angle),
    /// An angle is not a number.
    #[error("the target is not a number")]
    NotANumber,
}

/// What the mount does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Stands still.
    Rest,
    /// Slews, runs or brakes.
    Moving,
    /// Follows its trajectory.
    Following,
    /// Would follow, but stands at a stop.
    Blocked(AxisId, LimitEnd),
}

#[derive(Clone, Debug)]
struct Following {
    trajectory: Arc<dyn Trajectory>,
    since: Mono,
    start: MotorAngles,
    lag: MotorAngles,
}

/// What the gears give way: turned and lifted, blended in while a slew runs.
#[derive(Clone, Copy, Debug, Default)]
struct Slack {
    from: MotorAngles,
    to: MotorAngles,
    start: Mono,
    end: Mono,
}

/// A two-axis alt-azimuth mount as it really stands.
#[derive(Clone, Debug)]
pub struct Mount {
    set_up: SetUp,
    rotation: Axis,
    pitch: Axis,
    following: Option<Following>,
    slack: Slack,
    own_stops: [AxisConfig; 2],
    seed: u64,
    slews: u64,
}

impl Mount {
    /// A parked mount.
    pub fn parked(config: MountConfig, set_up: SetUp) -> Self {
        Self {
            set_up,
            rotation: Axis::at_rest(config.rotation, config.rotation.park),
            pitch: Axis::at_rest(config.pitch, config.pitch.park),
            following: None,
            slack: Slack::default(),
            own_stops: [config.rotation, config.pitch],
            seed: config.seed,
            slews: 0,
        }
    }

    /// What the encoders read.
    pub fn motors(&self, at: Mono) -> MotorAngles {
        if let Some(following) = self.following.as_ref().filter(|f| at >= f.since) {
            let wanted = Self::wanted(following, at);
            return MotorAngles {
                rotation: clamp(wanted.rotation, self.rotation.config()),
                pitch: clamp(wanted.pitch, self.pitch.config()),
            };
        }
        MotorAngles {
            rotation: self.rotation.position(at),
            pitch: self.pitch.position(at),
        }
    }

    /// Where the tube really looks and how it is rolled: the sky camera's business, never the device's.
    pub fn true_orientation(&self, at: Mono) -> Orientation {
        let motors = self.motors(at);
        let slack = self.slack.at(at);
        self.set_up.orientation(MotorAngles {
            rotation: motors.rotation + slack.rotation,
            pitch: motors.pitch + slack.pitch,
        })
    }

    /// Where the tube really looks.
    pub fn true_direction(&self, at: Mono) -> Horizontal {
        self.true_orientation(at).direction()
    }

    /// What it does at a time.
    pub fn motion(&self, at: Mono) -> Motion {
        if let Some(following) = self.following.as_ref().filter(|f| at >= f.since) {
            let wanted = Self::wanted(following, at);
            let blocked = beyond(wanted.rotation, self.rotation.config())
                .map(|end| Motion::Blocked(AxisId::Rotation, end))
                .or_else(|| {
                    beyond(wanted.pitch, self.pitch.config())
                        .map(|end| Motion::Blocked(AxisId::Pitch, end))
                });
            return blocked.unwrap_or(Motion::Following);
        }
        if self.rotation.is_moving(at) || self.pitch.is_moving(at) {
            Motion::Moving
        } else {
            Motion::Rest
        }
    }

    /// When the present slew will have ended.
    pub fn settled_at(&self) -> Mono {
        match &self.following {
            Some(following) => following.since,
            None => self.rotation.rest_time().max(self.pitch.rest_time()),
        }
    }

    /// The stop an axis ran into, if it stands at one.
    pub fn limit(&self, at: Mono) -> Option<(AxisId, LimitEnd)> {
        if let Motion::Blocked(axis, end) = self.motion(at) {
            return Some((axis, end));
        }
        let rotation = self.rotation.limit(at).map(|end| (AxisId::Rotation, end));
        rotation.or_else(|| self.pitch.limit(at).map(|end| (AxisId::Pitch, end)))
    }

    /// Whether it rests in its park position.
    pub fn is_parked(&self, at: Mono) -> bool {
        let near = |axis: &Axis| (axis.position(at) - axis.config().park).abs().degrees() < 0.05;
        self.motion(at) == Motion::Rest && near(&self.rotation) && near(&self.pitch)
    }

    /// Slews to motor angles and rests there; the rotation goes the nearest way the stops allow.
    ///
    /// # Errors
    /// [`MountError`] when the arm does not reach there; the mount then goes on as before.
    pub fn slew_to(
        &mut self,
        now: Mono,
        target: MotorAngles,
        speed: Angle,
        approach: Approach,
    ) -> Result<(), MountError> {
        let target = self.reachable(now, target)?;
        self.release(now);
        self.rotation.move_to(now, target.rotation, speed);
        self.pitch.move_to(now, target.pitch, speed);
        self.take_up_slack(now, approach);
        Ok(())
    }

    /// Slews to where a trajectory will be, and follows it from then on.
    ///
    /// # Errors
    /// [`MountError`] when the arm does not reach there; the mount then goes on as before.
    pub fn slew_and_follow(
        &mut self,
        now: Mono,
        trajectory: Arc<dyn Trajectory>,
        speed: Angle,
        approach: Approach,
    ) -> Result<(), MountError> {
        self.reachable(now, trajectory.angles(now))?;
        let mut trial = self.clone();
        trial.release(now);
        let mut arrival = now;
        // The target moves on while the mount slews; three rounds meet it within milliseconds.
        for _ in 0..3 {
            let target = self.reachable(now, trajectory.angles(arrival))?;
            let mut round = trial.clone();
            round.rotation.move_to(now, target.rotation, speed);
            round.pitch.move_to(now, target.pitch, speed);
            arrival = round.settled_at();
            self.rotation = round.rotation;
            self.pitch = round.pitch;
        }
        self.following = None;
        self.take_up_slack(now, approach);
        self.follow_from(arrival, trajectory);
        Ok(())
    }

    /// Follows a trajectory from where it stands, catching up within a second or two.
    pub fn follow(&mut self, now: Mono, trajectory: Arc<dyn Trajectory>) {
        let motors = self.motors(now);
        self.following = None;
        self.rotation.rest_at(now, motors.rotation);
        self.pitch.rest_at(now, motors.pitch);
        self.follow_from(now, trajectory);
    }

    /// Runs both axes at signed speeds until `until`, then brakes: renewed by each joystick message,
    /// so that a stick that falls silent stops the mount.
    pub fn run(&mut self, now: Mono, rotation: Angle, pitch: Angle, until: Mono) {
        self.release(now);
        self.rotation.run(now, rotation, until);
        self.pitch.run(now, pitch, until);
    }

    /// Runs one axis and leaves the other alone.
    pub fn run_axis(&mut self, now: Mono, axis: AxisId, velocity: Angle, until: Mono) {
        self.release(now);
        match axis {
            AxisId::Rotation => self.rotation.run(now, velocity, until),
            AxisId::Pitch => self.pitch.run(now, velocity, until),
        }
    }

    /// Something stands in the way: neither axis turns further than `free` from where it is now.
    pub fn obstruct(&mut self, now: Mono, free: Angle) {
        self.clear(now);
        let motors = self.motors(now);
        for (axis, angle) in [
            (&mut self.rotation, motors.rotation),
            (&mut self.pitch, motors.pitch),
        ] {
            let (lowest, highest) = (axis.config().lowest, axis.config().highest);
            let nearer = |a: Angle, b: Angle| if a < b { a } else { b };
            let further = |a: Angle, b: Angle| if a < b { b } else { a };
            axis.set_stops(
                now,
                further(lowest, angle - free),
                nearer(highest, angle + free),
            );
        }
    }

    /// Nothing stands in the way any more: the axes have their own stops.
    pub fn clear(&mut self, now: Mono) {
        let [rotation, pitch] = self.own_stops;
        self.rotation
            .set_stops(now, rotation.lowest, rotation.highest);
        self.pitch.set_stops(now, pitch.lowest, pitch.highest);
    }

    /// Brakes both axes and follows nothing.
    pub fn stop(&mut self, now: Mono) {
        self.release(now);
        self.rotation.stop(now);
        self.pitch.stop(now);
    }

    /// Brakes one axis; ends following.
    pub fn stop_axis(&mut self, now: Mono, axis: AxisId) {
        self.release(now);
        match axis {
            AxisId::Rotation => self.rotation.stop(now),
            AxisId::Pitch => self.pitch.stop(now),
        }
    }

    /// Goes to the park position.
    pub fn park(&mut self, now: Mono, speed: Angle) {
        self.release(now);
        let (rotation, pitch) = (self.rotation.config().park, self.pitch.config().park);
        self.rotation.move_to(now, rotation, speed);
        self.pitch.move_to(now, pitch, speed);
    }

    fn follow_from(&mut self, since: Mono, trajectory: Arc<dyn Trajectory>) {
        let start = MotorAngles {
            rotation: self.rotation.position(since),
            pitch: self.pitch.position(since),
        };
        let first = trajectory.angles(since);
        self.following = Some(Following {
            trajectory,
            since,
            start,
            lag: MotorAngles {
                rotation: (start.rotation - first.rotation).normalized_signed(),
                pitch: start.pitch - first.pitch,
            },
        });
    }

    fn wanted(following: &Following, at: Mono) -> MotorAngles {
        let angles = following.trajectory.angles(at);
        let elapsed = at.since(following.since).as_secs_f64();
        // The servo closes what is left at hand-over with a time constant of 0.4 s.
        let lag = (-elapsed / 0.4).exp();
        let ahead = (angles.rotation - following.start.rotation).normalized_signed();
        MotorAngles {
            rotation: following.start.rotation + ahead + following.lag.rotation * lag,
            pitch: angles.pitch + following.lag.pitch * lag,
        }
    }

    /// Ends following, leaving the axes in the motion they are in.
    fn release(&mut self, now: Mono) {
        let Some(following) = self.following.take() else {
            return;
        };
        if now < following.since {
            return;
        }
        let step = Duration::from_millis(50);
        self.following = Some(following);
        let (here, soon) = (self.motors(now), self.motors(now + step));
        self.following = None;
        let per_second = 1.0 / step.as_secs_f64();
        let (rotation, pitch) = (soon.rotation - here.rotation, soon.pitch - here.pitch);
        self.rotation
            .coast_from(now, here.rotation, rotation * per_second);
        self.pitch.coast_from(now, here.pitch, pitch * per_second);
    }

    fn reachable(&self, now: Mono, target: MotorAngles) -> Result<MotorAngles, MountError> {
        if !target.rotation.is_finite() || !target.pitch.is_finite() {
            return Err(MountError::NotANumber);
        }
        if beyond(target.pitch, self.pitch.config()).is_some() {
            return Err(MountError::OutOfReach(target.pitch));
        }
        let here = self.motors(now).rotation;
        let nearest = here + (target.rotation - here).normalized_signed();
        let turn = Angle::from_degrees(360.0);
        let rotation = [nearest, nearest - turn, nearest + turn]
            .into_iter()
            .find(|&candidate| beyond(candidate, self.rotation.config()).is_none())
            .ok_or(MountError::OutOfReach(nearest))?;
        Ok(MotorAngles { rotation, ..target })
    }

    fn take_up_slack(&mut self, now: Mono, approach: Approach) {
        self.slews += 1;
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(&[self.seed, self.slews]));
        let size = Angle::from_arcminutes(1.0 + 0.5 * uniform(&mut rng))
            * match approach {
                Approach::Quick => 1.0,
                Approach::Careful => 0.1,
            };
        let (sin, cos) = Angle::from_degrees(360.0 * uniform(&mut rng)).sin_cos();
        // Slack on the sky: the base's counts by the cosine of the altitude.
        let cos_pitch = self
            .pitch
            .position(self.pitch.rest_time())
            .cos()
            .abs()
            .max(0.1);
        self.slack = Slack {
            from: self.slack.at(now),
            to: MotorAngles {
                rotation: size * (sin / cos_pitch),
                pitch: size * cos,
            },
            start: now,
            end: self.rotation.rest_time().max(self.pitch.rest_time()),
        };
    }
}

impl Slack {
    fn at(&self, at: Mono) -> MotorAngles {
        let whole = self.end.since(self.start).as_secs_f64();
        let part = if whole > 0.0 {
            (at.since(self.start).as_secs_f64() / whole).min(1.0)
        } else {
            1.0
        };
        MotorAngles {
            rotation: self.from.rotation * (1.0 - part) + self.to.rotation * part,
            pitch: self.from.pitch * (1.0 - part) + self.to.pitch * part,
        }
    }
}

fn clamp(angle: Angle, config: &AxisConfig) -> Angle {
    let (lowest, highest) = (config.lowest.radians(), config.highest.radians());
    Angle::from_radians(angle.radians().clamp(lowest, highest))
}

fn beyond(angle: Angle, config: &AxisConfig) -> Option<LimitEnd> {
    // A hair past the stop is rounding.
    let hair = Angle::from_arcseconds(1.0);
    if angle + hair < config.lowest {
        Some(LimitEnd::Lowest)
    } else if angle - hair > config.highest {
        Some(LimitEnd::Highest)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
