use std::time::Duration;

use skyhelm_units::Mono;

/// How long a full battery lasts.
const LASTS: Duration = Duration::from_hours(5);
/// How long the charger takes from empty to full.
const CHARGES_IN: Duration = Duration::from_hours(2);
/// Below this somebody plugs the charger in, and pulls it out when the battery is full: a telescope
/// that runs sixty nights an hour would otherwise be empty most of the time.
const PLUG_IN_AT: f64 = 15.0;

/// The battery and its charger, in closed form between two changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Battery {
    percent: f64,
    at: Mono,
    charging: bool,
    /// Nobody plugs the charger in.
    is_neglected: bool,
}

/// Below this it has no power to spare for motors and long work.
const LOW: f64 = 5.0;
/// Below this it shuts down by itself, to keep what lithium needs to live.
const EMPTY: f64 = 2.0;

impl Battery {
    pub(crate) const fn new(percent: f64) -> Self {
        Self {
            percent,
            at: Mono::ZERO,
            charging: false,
            is_neglected: false,
        }
    }

    /// Brings it up to a time; says whether the charger was plugged in or pulled out.
    pub(crate) fn advance(&mut self, now: Mono) -> bool {
        let hours = now.since(self.at).as_secs_f64() / 3600.0;
        let rate = if self.charging {
            100.0 / (CHARGES_IN.as_secs_f64() / 3600.0)
        } else {
            -100.0 / (LASTS.as_secs_f64() / 3600.0)
        };
        self.percent = (self.percent + rate * hours).clamp(0.0, 100.0);
        self.at = now;
        let before = self.charging;
        if self.percent < PLUG_IN_AT && !self.is_neglected {
            self.charging = true;
        } else if self.percent >= 100.0 {
            self.charging = false;
        }
        before != self.charging
    }

    /// So much is left, and nobody cares.
    pub(crate) fn neglect(&mut self, now: Mono, percent: f64) {
        self.advance(now);
        self.percent = percent;
        self.charging = false;
        self.is_neglected = true;
    }

    /// Somebody plugs the charger in.
    pub(crate) fn plug_in(&mut self, now: Mono) {
        self.advance(now);
        self.charging = true;
        self.is_neglected = false;
    }

    /// Too little to begin anything.
    pub(crate) fn is_low(&self) -> bool {
        self.percent < LOW && !self.charging
    }

    /// Too little to stay on.
    pub(crate) fn is_empty(&self) -> bool {
        self.percent < EMPTY && !self.charging
    }

    pub(crate) fn exact_percent(&self) -> f64 {
        self.percent
    }

    /// The whole percent a client is told.
    pub(crate) fn percent(&self) -> i32 {
        self.percent.round() as i32
    }

    /// 0 not charging, 1 slow charging (API 2.0 §4.16.5).
    pub(crate) fn charge_state(&self) -> i32 {
        i32::from(self.charging)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_drains_and_is_plugged_in_before_it_is_empty() {
        let mut battery = Battery::new(90.0);
        let at = |hours: u64| Mono::from_elapsed(Duration::from_secs(hours * 3600));
        assert!(!battery.advance(at(1)));
        assert_eq!(battery.percent(), 70);
        assert!(battery.advance(at(4)));
        assert_eq!((battery.percent(), battery.charge_state()), (10, 1));
        assert!(battery.advance(at(6)));
        assert_eq!((battery.percent(), battery.charge_state()), (100, 0));
    }

    #[test]
    fn a_neglected_one_runs_empty_until_somebody_plugs_it_in() {
        let at = |minutes: u64| Mono::from_elapsed(Duration::from_secs(minutes * 60));
        let mut battery = Battery::new(90.0);
        battery.neglect(at(0), 4.0);
        assert!(battery.is_low() && !battery.is_empty());
        battery.advance(at(10));
        assert!(battery.is_empty());
        battery.plug_in(at(10));
        assert!(!battery.is_low() && !battery.is_empty());
        battery.advance(at(20));
        assert!(battery.exact_percent() > 5.0);
    }
}
