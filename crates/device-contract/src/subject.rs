//! The device under test, and the world around it.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use skyhelm_device::gate::{Gate, Gated};
use skyhelm_device::{
    Accepted, Device, DeviceError, DeviceState, Envelope, HostClock, MountCommand, Reply, SunGuard,
    Take,
};
use skyhelm_units::{LeaseId, RequestId, Site, StationClock};
use tokio::time::timeout;

use crate::breach::Breach;

/// What no command can do to a device.
pub trait World: fmt::Debug + Send + Sync {
    /// Breaks the connection; the device comes back by itself. `false` when this world cannot.
    fn break_connection(&self) -> Reply<bool>;
}

/// A device, and all that the contract needs to know of where it is.
#[derive(Debug)]
pub struct Subject {
    /// The device, connected and at rest.
    pub device: Arc<dyn Device>,
    /// Its world.
    pub world: Box<dyn World>,
    /// The host's clock, as the family was given it.
    pub host: HostClock,
    /// The station's clock.
    pub clock: StationClock,
    /// Where it stands; the Sun is down there by the station's clock.
    pub site: Site,
    /// A target it can reach now; `None` for what does not point.
    pub target: Option<MountCommand>,
    /// How long any check may wait for any one thing.
    pub patience: Duration,
}

impl Subject {
    /// A gate of its own, with nobody's lease.
    pub(crate) fn gate(&self) -> Gate {
        self.gate_at(self.clock)
    }

    /// A gate in another light.
    pub(crate) fn gate_at(&self, clock: StationClock) -> Gate {
        let device = Arc::clone(&self.device);
        Gate::new(device, clock, SunGuard::new(self.site))
    }

    /// A gate with the lease that comes with it.
    pub(crate) fn commanding(&self) -> Result<(Gate, LeaseId), Breach> {
        let (gate, lease) = (self.gate(), LeaseId::new("contract"));
        self.take(&gate, &lease)?;
        Ok((gate, lease))
    }

    pub(crate) fn take(&self, gate: &Gate, lease: &LeaseId) -> Result<(), Breach> {
        let now = self.host.now().mono;
        gate.take_lease(now, lease.clone(), "the contract", Take::IfFree)
            .map(drop)
            .map_err(|error| Breach::new(format!("a free lease was refused: {error}")))
    }

    pub(crate) fn envelope<C>(&self, lease: Option<&LeaseId>, command: C) -> Envelope<C> {
        Envelope {
            lease: lease.cloned(),
            request_id: RequestId::new("contract"),
            deadline: self.host.now().mono + self.patience,
            command,
        }
    }

    /// Gives a command; an answer that does not come by its deadline is a breach.
    pub(crate) async fn give<C: Gated>(
        &self,
        gate: &Gate,
        lease: Option<&LeaseId>,
        command: C,
    ) -> Result<Result<Accepted, DeviceError>, Breach> {
        let control = command.control();
        let reply = gate.submit(self.host.now().mono, self.envelope(lease, command));
        let answered = timeout(self.patience + self.patience / 2, reply).await;
        answered.map_err(|_| Breach::new(format!("{control} was not answered by its deadline")))
    }

    /// Waits for a state.
    pub(crate) async fn until(
        &self,
        what: &str,
        wanted: impl Fn(&DeviceState) -> bool,
    ) -> Result<Arc<DeviceState>, Breach> {
        let mut states = self.device.state();
        match timeout(self.patience, states.wait_for(|state| wanted(state))).await {
            Ok(Ok(state)) => Ok(Arc::clone(&state)),
            _ => Err(Breach::new(format!("{what}: it never came to that"))),
        }
    }

    pub(crate) fn state(&self) -> Arc<DeviceState> {
        Arc::clone(&self.device.state().borrow())
    }
}
