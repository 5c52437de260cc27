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
}

impl Battery {
    pub(crate) const fn new(percent: f64) -> Self {
        Self {
            percent,
            at: Mono::ZERO,
            charging: false,
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
        self.percent = (self.percent + rate * hours).clamp(1.0, 100.0);
        self.at = now;
        let before = self.charging;
        if self.percent < PLUG_IN_AT {
            self.charging = true;
        } else if self.percent >= 100.0 {
            self.charging = false;
        }
        before != self.charging
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
}
