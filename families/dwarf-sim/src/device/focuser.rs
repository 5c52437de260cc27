use std::time::Duration;

use skyhelm_units::Mono;

/// Steps a second while it runs.
const STEPS_PER_SECOND: f64 = 40.0;
/// How far the sensor leaves the focal plane with one step, in micrometres.
const MICROMETRES_PER_STEP: f64 = 3.0;
/// Its travel, in steps.
const TRAVEL: std::ops::RangeInclusive<i32> = 0..=1500;

/// The focus motor of the tele lens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Focuser {
    position: i32,
    /// Where the picture is sharp: known to nobody but the lens.
    sharp_at: i32,
    found: Option<i32>,
    run: Option<Run>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    since: Mono,
    steps_per_second: f64,
    /// Where it ends by itself.
    to: Option<i32>,
}

/// Where the lens is sharp for the stars, as the factory set it: each one is off by some steps.
pub(crate) const INFINITY: i32 = 715;

/// Which way the focuser goes (API 2.0 §4.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toward {
    Far,
    Near,
}

impl Toward {
    /// From the wire: 0 far, 1 near.
    pub(crate) const fn from_wire(direction: u32) -> Option<Self> {
        match direction {
            0 => Some(Self::Far),
            1 => Some(Self::Near),
            _ => None,
        }
    }

    const fn sign(self) -> i32 {
        match self {
            Self::Far => 1,
            Self::Near => -1,
        }
    }
}

impl Focuser {
    pub(crate) fn new(sharp_at: i32, off_by: i32) -> Self {
        Self {
            position: clamp(sharp_at + off_by),
            sharp_at,
            found: None,
            run: None,
        }
    }

    pub(crate) fn position(&self, now: Mono) -> i32 {
        let Some(run) = self.run else {
            return self.position;
        };
        let steps = now.since(run.since).as_secs_f64() * run.steps_per_second;
        let position = clamp(self.position.saturating_add(steps as i32));
        match run.to {
            Some(to) if to >= self.position => position.min(to),
            Some(to) => position.max(to),
            None => position,
        }
    }

    /// One step.
    pub(crate) fn step(&mut self, now: Mono, toward: Toward) {
        self.stop(now);
        self.position = clamp(self.position + toward.sign());
    }

    /// Runs until stopped or at the end of its travel; `pace` is steps of a person's hand per step of
    /// the device's time, because a hand does not hurry with a scaled clock.
    pub(crate) fn run(&mut self, now: Mono, toward: Toward, pace: f64) {
        self.stop(now);
        self.run = Some(Run {
            since: now,
            steps_per_second: f64::from(toward.sign()) * STEPS_PER_SECOND / pace,
            to: None,
        });
    }

    /// Goes to a position by itself, at its own pace; says when it will be there.
    pub(crate) fn go_to(&mut self, now: Mono, to: i32) -> Mono {
        self.stop(now);
        let to = clamp(to);
        let way = f64::from(to - self.position);
        self.run = Some(Run {
            since: now,
            steps_per_second: STEPS_PER_SECOND.copysign(way),
            to: Some(to),
        });
        // One more for the rounding of steps.
        now + Duration::from_secs_f64((way.abs() + 1.0) / STEPS_PER_SECOND)
    }

    /// An autofocus has found the stars sharp here.
    pub(crate) fn note_sharp(&mut self, position: i32) {
        self.found = Some(position);
    }

    /// Where the last autofocus found them sharp.
    pub(crate) fn found_sharp(&self) -> Option<i32> {
        self.found
    }

    pub(crate) fn stop(&mut self, now: Mono) {
        self.position = self.position(now);
        self.run = None;
    }

    pub(crate) fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Whether a run has reached the end of the travel.
    pub(crate) fn is_at_end(&self, now: Mono) -> bool {
        let position = self.position(now);
        position == *TRAVEL.start() || position == *TRAVEL.end()
    }

    /// How far the sensor is from the focal plane, in micrometres.
    pub(crate) fn defocus_um(&self, now: Mono) -> f64 {
        f64::from(self.position(now) - self.sharp_at) * MICROMETRES_PER_STEP
    }

    /// The seeded place of sharpness.
    pub(crate) fn seeded_sharpness(seed: u64) -> i32 {
        700 + i32::try_from(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 59).unwrap_or(0)
    }
}

/// How often a running focuser tells its position.
pub(crate) const TELLS_EVERY: Duration = Duration::from_millis(150);

fn clamp(position: i32) -> i32 {
    position.clamp(*TRAVEL.start(), *TRAVEL.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Mono {
        Mono::from_elapsed(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn far_counts_up_and_near_counts_down() {
        let mut focuser = Focuser::new(700, 0);
        focuser.step(at(0.0), Toward::Far);
        focuser.step(at(0.0), Toward::Far);
        focuser.step(at(0.0), Toward::Near);
        assert_eq!(focuser.position(at(1.0)), 701);
        assert!((focuser.defocus_um(at(1.0)) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn it_goes_to_a_position_and_rests_there() {
        let mut focuser = Focuser::new(700, 0);
        let arrival = focuser.go_to(at(5.0), 640);
        assert_eq!(focuser.position(at(6.0)), 660);
        assert!(arrival < at(6.6));
        assert_eq!(focuser.position(arrival), 640);
        assert_eq!(focuser.position(at(900.0)), 640);
        focuser.go_to(at(1000.0), 9_999);
        assert_eq!(focuser.position(at(2000.0)), 1500);
    }

    #[test]
    fn a_run_ends_at_the_end_of_the_travel() {
        let mut focuser = Focuser::new(700, 0);
        focuser.run(at(0.0), Toward::Near, 1.0);
        assert_eq!(focuser.position(at(10.0)), 300);
        assert_eq!(focuser.position(at(100.0)), 0);
        assert!(focuser.is_at_end(at(100.0)));
        focuser.stop(at(10.0));
        assert_eq!(focuser.position(at(100.0)), 300);
    }
}
