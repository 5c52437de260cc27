use std::time::Duration;

use skyhelm_units::{Angle, Mono};

/// What a motor can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AxisConfig {
    /// Lowest angle, at a mechanical stop.
    pub lowest: Angle,
    /// Highest angle, at a mechanical stop.
    pub highest: Angle,
    /// Greatest speed, in angle a second.
    pub top_speed: Angle,
    /// Acceleration and braking, in angle a second a second.
    pub acceleration: Angle,
    /// Where it rests when parked.
    pub park: Angle,
}

/// Which stop an axis ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitEnd {
    /// The stop at the lowest angle.
    Lowest,
    /// The stop at the highest angle.
    Highest,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Segment {
    start_s: f64,
    seconds: f64,
    position: f64,
    velocity: f64,
    acceleration: f64,
}

impl Segment {
    fn at(&self, t: f64) -> (f64, f64) {
        let dt = (t - self.start_s).clamp(0.0, self.seconds);
        let velocity = self.velocity + self.acceleration * dt;
        let position = self.position + (self.velocity + 0.5 * self.acceleration * dt) * dt;
        (position, velocity)
    }
}

/// One motor: a plan of stretches of constant acceleration.
///
/// # Units
/// Inside, radians and seconds of the monotonic clock it is given.
#[derive(Clone, Debug)]
pub struct Axis {
    config: AxisConfig,
    plan: Vec<Segment>,
    limit: Option<LimitEnd>,
}

impl Axis {
    /// An axis at rest.
    pub fn at_rest(config: AxisConfig, position: Angle) -> Self {
        let mut axis = Self {
            config,
            plan: Vec::new(),
            limit: None,
        };
        axis.rest_at(Mono::ZERO, position);
        axis
    }

    /// What it can do.
    pub const fn config(&self) -> &AxisConfig {
        &self.config
    }

    /// Its angle at a time.
    pub fn position(&self, at: Mono) -> Angle {
        Angle::from_radians(self.state(at).0)
    }

    /// Its speed at a time, in angle a second, signed.
    pub fn velocity(&self, at: Mono) -> Angle {
        let (_, velocity) = self.state(at);
        if self.is_moving(at) {
            Angle::from_radians(velocity)
        } else {
            Angle::ZERO
        }
    }

    /// Whether it still moves.
    pub fn is_moving(&self, at: Mono) -> bool {
        seconds(at) < self.end_s()
    }

    /// When it will have come to rest.
    pub fn rest_time(&self) -> Mono {
        Mono::from_elapsed(Duration::from_secs_f64(self.end_s().max(0.0)))
    }

    /// The stop it stands at after running into it.
    pub fn limit(&self, at: Mono) -> Option<LimitEnd> {
        self.limit.filter(|_| !self.is_moving(at))
    }

    /// Puts it somewhere at once: for set-up and for the hand-over from tracking.
    pub fn rest_at(&mut self, now: Mono, position: Angle) {
        self.limit = None;
        self.plan = vec![Segment {
            start_s: seconds(now),
            position: self.clamp(position.radians()),
            ..Segment::default()
        }];
    }

    /// Takes it over in motion, as when tracking ends.
    pub fn coast_from(&mut self, now: Mono, position: Angle, velocity: Angle) {
        self.rest_at(now, position);
        let top = self.config.top_speed.radians();
        if let Some(segment) = self.plan.first_mut() {
            segment.velocity = velocity.radians().clamp(-top, top);
        }
        self.stop(now);
    }

    /// Goes to an angle (clamped to the limits) and rests there.
    pub fn move_to(&mut self, now: Mono, target: Angle, speed: Angle) {
        let (position, velocity) = self.state(now);
        let target = self.clamp(target.radians());
        self.plan.clear();
        self.limit = None;
        self.start(now, position, velocity);
        self.plan_to(target, self.usable(speed));
    }

    /// Runs at a signed speed until `until`, then brakes; a stop in the way ends it earlier and is
    /// reported by [`Axis::limit`].
    pub fn run(&mut self, now: Mono, velocity: Angle, until: Mono) {
        let (position, old_velocity) = self.state(now);
        let speed = self.usable(velocity.abs());
        let wanted = speed.copysign(velocity.radians());
        self.plan.clear();
        self.limit = None;
        self.start(now, position, old_velocity);
        if velocity.radians() == 0.0 {
            self.brake();
            return;
        }
        let acceleration = self.config.acceleration.radians();
        let ramp = (wanted - old_velocity).abs() / acceleration;
        let cruise = (seconds(until) - seconds(now) - ramp).max(0.0);
        self.push(ramp, acceleration.copysign(wanted - old_velocity));
        self.push(cruise, 0.0);
        self.brake();
        let (end, _) = self.final_state();
        let (lowest, highest) = self.range();
        if end < lowest || end > highest {
            let (stop, limit) = if end < lowest {
                (lowest, LimitEnd::Lowest)
            } else {
                (highest, LimitEnd::Highest)
            };
            self.plan.clear();
            self.start(now, position, old_velocity);
            self.plan_to(stop, speed);
            self.limit = Some(limit);
        }
    }

    /// Moves the stops: something stands in the way, or no longer does. What is in motion runs on into
    /// the new stop; what stands beyond it stays where it is.
    pub fn set_stops(&mut self, now: Mono, lowest: Angle, highest: Angle) {
        self.config.lowest = lowest;
        self.config.highest = highest;
        let (end, _) = self.final_state();
        if self.is_moving(now) && (self.clamp(end) - end).abs() > f64::EPSILON {
            self.run(now, self.velocity(now), self.rest_time());
        }
    }

    /// Brakes.
    pub fn stop(&mut self, now: Mono) {
        let (position, velocity) = self.state(now);
        self.plan.clear();
        self.start(now, position, velocity);
        self.brake();
        // Too late to brake before the stop: the stop does it.
        let (end, _) = self.final_state();
        let (lowest, highest) = self.range();
        if end < lowest || end > highest {
            self.rest_at(now, Angle::from_radians(end));
        }
    }

    fn state(&self, at: Mono) -> (f64, f64) {
        let t = seconds(at);
        let current = self
            .plan
            .iter()
            .rev()
            .find(|segment| segment.start_s <= t)
            .or(self.plan.first());
        current.map_or((0.0, 0.0), |segment| segment.at(t))
    }

    fn final_state(&self) -> (f64, f64) {
        self.plan
            .last()
            .map_or((0.0, 0.0), |last| last.at(last.start_s + last.seconds))
    }

    fn end_s(&self) -> f64 {
        self.plan
            .last()
            .map_or(0.0, |last| last.start_s + last.seconds)
    }

    fn range(&self) -> (f64, f64) {
        (self.config.lowest.radians(), self.config.highest.radians())
    }

    fn clamp(&self, position: f64) -> f64 {
        let (lowest, highest) = self.range();
        position.clamp(lowest, highest)
    }

    fn usable(&self, speed: Angle) -> f64 {
        let top = self.config.top_speed.radians();
        let asked = speed.radians().abs();
        if asked.is_finite() {
            asked.clamp(top * 1e-6, top)
        } else {
            top
        }
    }

    fn start(&mut self, now: Mono, position: f64, velocity: f64) {
        self.plan.push(Segment {
            start_s: seconds(now),
            seconds: 0.0,
            position,
            velocity,
            acceleration: 0.0,
        });
    }

    fn push(&mut self, seconds: f64, acceleration: f64) {
        if seconds <= 0.0 {
            return;
        }
        let (position, velocity) = self.final_state();
        let start_s = self.end_s();
        self.plan.push(Segment {
            start_s,
            seconds,
            position,
            velocity,
            acceleration,
        });
    }

    fn brake(&mut self) {
        let (_, velocity) = self.final_state();
        let acceleration = self.config.acceleration.radians();
        self.push(
            velocity.abs() / acceleration,
            -acceleration.copysign(velocity),
        );
    }

    /// Appends the quickest way to rest at `target`: brake first when the speed leads away or past it,
    /// then a trapezoid.
    fn plan_to(&mut self, target: f64, speed: f64) {
        let acceleration = self.config.acceleration.radians();
        let (position, velocity) = self.final_state();
        let way = target - position;
        let braking_way = velocity * velocity / (2.0 * acceleration);
        if velocity != 0.0 && (way * velocity < 0.0 || way.abs() < braking_way) {
            self.brake();
        }
        let (position, velocity) = self.final_state();
        let way = target - position;
        let distance = way.abs();
        if distance < 1e-12 {
            return;
        }
        let initial = velocity.abs();
        // Speed at which accelerating meets braking, if cruising speed is never reached.
        let peak = (acceleration * distance + initial * initial / 2.0)
            .max(0.0)
            .sqrt()
            .min(speed.max(initial));
        let toward = acceleration.copysign(way);
        let ramp = (peak - initial).max(0.0);
        let ramp_way = f64::midpoint(initial, peak) * ramp / acceleration;
        let cruise_way = distance - ramp_way - peak * peak / (2.0 * acceleration);
        self.push(ramp / acceleration, toward);
        self.push((cruise_way / peak).max(0.0), 0.0);
        self.brake();
    }
}

fn seconds(at: Mono) -> f64 {
    at.elapsed().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn axis() -> Axis {
        let config = AxisConfig {
            lowest: Angle::from_degrees(-100.0),
            highest: Angle::from_degrees(250.0),
            top_speed: Angle::from_degrees(10.0),
            acceleration: Angle::from_degrees(20.0),
            park: Angle::ZERO,
        };
        Axis::at_rest(config, Angle::ZERO)
    }

    fn at(seconds: f64) -> Mono {
        Mono::from_elapsed(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn a_long_move_takes_the_time_of_its_trapezoid() {
        let mut axis = axis();
        axis.move_to(
            at(5.0),
            Angle::from_degrees(100.0),
            Angle::from_degrees(10.0),
        );
        let expected = 100.0 / 10.0 + 10.0 / 20.0;
        let taken = axis.rest_time().elapsed().as_secs_f64() - 5.0;
        assert!((taken - expected).abs() < 1e-6, "{taken}");
        assert!((axis.position(at(5.25)).degrees() - 20.0 * 0.25 * 0.25 / 2.0).abs() < 1e-6);
    }

    #[test]
    fn running_into_a_stop_is_said() {
        let mut axis = axis();
        axis.run(at(0.0), Angle::from_degrees(-5.0), at(1000.0));
        assert_eq!(axis.limit(at(3.0)), None);
        assert_eq!(axis.limit(at(60.0)), Some(LimitEnd::Lowest));
        assert!((axis.position(at(60.0)).degrees() + 100.0).abs() < 1e-6);
    }

    #[test]
    fn a_joystick_let_go_of_stops_by_itself() {
        let mut axis = axis();
        axis.run(at(0.0), Angle::from_degrees(4.0), at(1.0));
        assert!(axis.is_moving(at(1.1)));
        assert!(!axis.is_moving(at(1.3)));
        assert_eq!(axis.limit(at(2.0)), None);
        assert!(axis.position(at(9.0)).degrees() < 4.5);
    }

    proptest! {
        #[test]
        fn any_interrupted_move_ends_at_its_target_without_jumps(
            first in -150.0..300.0f64, second in -90.0..240.0f64, cut in 0.0..20.0f64, speed in 0.1..30.0f64
        ) {
            let mut axis = axis();
            axis.move_to(at(0.0), Angle::from_degrees(first), Angle::from_degrees(speed));
            let before = axis.position(at(cut));
            axis.move_to(at(cut), Angle::from_degrees(second), Angle::from_degrees(speed));
            prop_assert!((axis.position(at(cut)) - before).abs().degrees() < 1e-6);
            let end = axis.rest_time();
            prop_assert!((axis.position(end).degrees() - second).abs() < 1e-6);
            let mut last = axis.position(at(cut));
            for step in 1..200 {
                let t = cut + (end.elapsed().as_secs_f64() - cut) * f64::from(step) / 199.0;
                let next = axis.position(at(t));
                let dt = (end.elapsed().as_secs_f64() - cut) / 199.0;
                prop_assert!((next - last).abs().degrees() <= 10.0 * dt + 1e-6);
                last = next;
            }
        }
    }
}
