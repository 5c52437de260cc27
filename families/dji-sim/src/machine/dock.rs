//! The dock around the aircraft.

use std::time::Duration;

use super::GatewayMachine;

/// How long the cover takes from end to end.
const COVER_TIME: f64 = 4.0;

/// Cover, light, charger and power of a dock.
#[derive(Clone, Copy, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent switches of one cabinet"
)]
pub(super) struct Dock {
    pub(super) debug: bool,
    pub(super) aircraft_on: bool,
    pub(super) charging: bool,
    pub(super) light: bool,
    /// How far the cover is open, 0 to 1.
    cover: f64,
    wants_open: bool,
    was_flying: bool,
    pub(super) flights: u32,
}

impl Default for Dock {
    fn default() -> Self {
        Self {
            debug: false,
            aircraft_on: true,
            charging: false,
            light: false,
            cover: 0.0,
            wants_open: false,
            was_flying: false,
            flights: 0,
        }
    }
}

impl Dock {
    pub(super) fn open_for_flight(&mut self) {
        self.wants_open = true;
        self.charging = false;
        self.flights += 1;
    }

    pub(super) fn move_cover(&mut self, open: bool) {
        self.wants_open = open;
    }

    pub(super) fn live(&mut self, flying: bool, passed: Duration) {
        if self.was_flying && !flying {
            // It has landed: the dock closes over it and charges it.
            self.wants_open = false;
            self.charging = true;
        }
        self.was_flying = flying;
        let step = passed.as_secs_f64() / COVER_TIME;
        let target = if self.wants_open || flying { 1.0 } else { 0.0 };
        self.cover += (target - self.cover).clamp(-step, step);
    }

    /// 0 closed, 1 open, 2 in between.
    pub(super) fn cover_state(&self) -> i64 {
        if self.cover <= 0.0 {
            0
        } else if self.cover >= 1.0 {
            1
        } else {
            2
        }
    }
}

impl GatewayMachine {
    /// Switches the aircraft on or off; the topology tells the cloud.
    pub(super) fn switch_aircraft(&mut self, on: bool) {
        if self.dock.aircraft_on != on {
            self.dock.aircraft_on = on;
            self.tell_topology();
        }
    }

    pub(super) fn charge(&mut self, passed: Duration) {
        let stands = !self.aircraft.is_flying();
        if self.kind.is_dock() && self.dock.charging && stands {
            // From 20 to 90 percent in half an hour, as its maker says of the first dock.
            let watts = 1.4 * self.aircraft.battery.config().capacity_wh;
            self.aircraft.battery.charge(watts, passed.as_secs_f64());
            if self.aircraft.battery.percent() >= 99.9 {
                self.dock.charging = false;
            }
        }
    }
}
