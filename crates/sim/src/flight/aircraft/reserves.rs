//! Whether the battery still brings it home.

use super::{Aircraft, EndReason, Enu, FlightEvent, ReturnCause, Task};

/// Steps between two looks at the way home.
const LOOK: u64 = 25;

impl Aircraft {
    /// Percent that flying to a point and home from there takes, reserve included.
    pub(super) fn percent_for(&self, target: Enu, speed: f64) -> f64 {
        let out = self.flight_wh(self.position, target, speed);
        let home = self.home_wh(target);
        self.battery.percent_of(out + home) + self.config.battery.return_reserve_percent
    }

    fn flight_wh(&self, from: Enu, to: Enu, speed: f64) -> f64 {
        let way = to - from;
        let distance = way.length();
        let speed = speed.max(1.0);
        let velocity = way.unit().map_or(Enu::ZERO, |unit| unit * speed);
        // Gusts are flown too: two of them on top of the steady wind would be rare.
        let air = velocity - self.wind.steady();
        let watts = self.battery.flying_w(air, velocity.up.max(0.0));
        watts * (distance / speed + 4.0) / 3600.0
    }

    /// Energy to climb to the return height, fly home and descend.
    fn home_wh(&self, from: Enu) -> f64 {
        let height = self.home.up + self.settings.return_height.min(self.settings.height_limit);
        let up = Enu {
            up: from.up.max(height),
            ..from
        };
        let over_home = Enu {
            up: up.up,
            ..self.home
        };
        let climb = self.flight_wh(from, up, self.config.vertical.speed);
        let way = self.flight_wh(up, over_home, self.settings.return_speed);
        let descent = self.flight_wh(over_home, self.home, self.config.sink * 0.6);
        climb + way + descent
    }

    pub(super) fn watch_reserves(&mut self) {
        if !self.steps.is_multiple_of(LOOK) {
            return;
        }
        let config = self.config.battery;
        let home = self.battery.percent_of(self.home_wh(self.position));
        self.return_percent = home + config.return_reserve_percent;
        let percent = self.battery.percent();
        let down = matches!(self.task, Task::Land { .. } | Task::ForcedLanding { .. });
        if percent <= config.landing_percent && !down {
            if self.journey().is_some() {
                self.end_journey(EndReason::LowBatteryLanding);
            }
            self.events.push_back(FlightEvent::ForcedDown);
            self.task = Task::ForcedLanding {
                over: self.position,
                stoppable: false,
            };
            return;
        }
        let coming = matches!(self.task, Task::Return { .. }) || down;
        let low = percent <= self.return_percent;
        if low && !coming && !self.refuses_low_return && self.gnss.fixed {
            if self.journey().is_some() {
                self.end_journey(EndReason::LowBatteryReturn);
            }
            self.begin_return(ReturnCause::LowBattery);
        }
    }
}
