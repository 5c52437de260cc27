//! What a telescope has beside cameras and mount: lights, a clock, a switch.

use skyhelm_device::state::{DeviceClock, LightState};
use skyhelm_device::{PowerCommand, Severity, Switch};
use skyhelm_units::Now;

use super::Known;

/// Names of the lights.
pub(crate) mod light {
    /// The ring about the lens.
    pub(crate) const RING: &str = "ring";
    /// The small ones that show the battery.
    pub(crate) const INDICATOR: &str = "indicator";
}

/// The lights of a telescope that has not told anything yet.
pub(super) fn lights() -> Vec<LightState> {
    [
        (light::RING, "Ring light"),
        (light::INDICATOR, "Power indicator"),
    ]
    .into_iter()
    .map(|(name, title)| LightState {
        name: name.to_owned(),
        title: title.to_owned(),
        on: None,
    })
    .collect()
}

impl Known {
    pub(super) fn light(&mut self, name: &str, switch: Switch) {
        let found = self
            .state
            .lights
            .iter_mut()
            .find(|light| light.name == name);
        if let Some(light) = found {
            light.on = Some(switch == Switch::On);
        }
    }

    /// The telescope took our time: from now on its clock is ours.
    pub(crate) fn clock_set(&mut self, zone: String) {
        self.state.clock = Some(DeviceClock {
            ahead_s: 0.0,
            zone: Some(zone),
        });
    }

    /// It is told to switch itself off, and perhaps on again.
    pub(crate) fn switches_off(&mut self, now: Now, command: PowerCommand) {
        let message = match command {
            PowerCommand::Reboot => "The telescope switches itself off and on again.",
            PowerCommand::PowerDown => "The telescope switches itself off.",
        };
        self.going_off = Some(command);
        self.event(now, Severity::Info, "power.off", message.to_owned());
    }
}
