//! The world a virtual telescope stands in, for whoever tests with it: what is really so, and what is
//! to go wrong. No client of the telescope can see it, and the telescope itself does not look.

pub(crate) mod door;
mod fault;
mod state;

use std::sync::Arc;
use std::time::Duration;

use skyhelm_units::Angle;

use crate::power::Power;
use crate::truth::Truth;
pub use fault::{Fault, FaultKind};
pub use state::{BatteryState, CardState, FocusState, Motors, Pointing, Sky, WorldState};

/// A hand in the world of a running device.
#[derive(Clone, Debug)]
pub struct World {
    power: Arc<Power>,
}

impl World {
    pub(crate) fn new(power: Arc<Power>) -> Self {
        Self { power }
    }

    /// What is really so.
    pub fn state(&self) -> WorldState {
        WorldState::of(&self.power.core())
    }

    /// The truth for judges of a test, in typed quantities.
    pub fn truth(&self) -> Truth {
        Truth::new(Arc::clone(&self.power))
    }

    /// Makes something go wrong; says whether its numbers made sense.
    pub fn put(&self, fault: Fault) -> bool {
        if !fault.is_possible() {
            return false;
        }
        let core = self.power.core();
        let now = core.pace.now();
        tracing::info!(fault = %fault.kind(), "something goes wrong");
        let mut state = core.state();
        if fault != Fault::Reboot {
            state.faults.note(fault);
        }
        match fault {
            Fault::CloudBank { cover } => state.weather.cloud_over(now, cover),
            Fault::SolveFailure => state.weather.set_dew(true),
            Fault::LowBattery { percent } => state.battery.neglect(now, percent),
            Fault::MotorLimit { free_degrees } => {
                state.mount.obstruct(now, Angle::from_degrees(free_degrees));
            }
            Fault::WifiDrop { seconds } => {
                let lasts = Duration::from_secs_f64(seconds);
                drop(state);
                self.power.drop_network(lasts);
                return true;
            }
            Fault::Reboot => core.stopping.cancel(),
            Fault::NoCard => core.card.pull(),
            Fault::CardFull { free_bytes } => core.card.fill(free_bytes),
        }
        drop(state);
        self.tell(fault.kind());
        true
    }

    /// Takes a cause away.
    pub fn clear(&self, kind: FaultKind) {
        let core = self.power.core();
        let now = core.pace.now();
        tracing::info!(fault = %kind, "it is well again");
        let mut state = core.state();
        state.faults.forget(kind);
        match kind {
            FaultKind::CloudBank => state.weather.clear_up(now),
            FaultKind::SolveFailure => state.weather.set_dew(false),
            FaultKind::LowBattery => state.battery.plug_in(now),
            FaultKind::MotorLimit => state.mount.clear(now),
            FaultKind::NoCard => core.card.put_back(),
            FaultKind::CardFull => core.card.make_room(),
            FaultKind::WifiDrop => {
                core.network.send_replace(true);
            }
            FaultKind::Reboot => {}
        }
        drop(state);
        self.tell(kind);
    }

    /// Takes all causes away.
    pub fn clear_all(&self) {
        for fault in self.state().faults {
            self.clear(fault.kind());
        }
    }

    /// What the device notices of it at once.
    fn tell(&self, kind: FaultKind) {
        let core = self.power.core();
        match kind {
            FaultKind::NoCard | FaultKind::CardFull => core.notify_card(),
            FaultKind::LowBattery => crate::handlers::vitals(&core),
            _ => {}
        }
    }
}
