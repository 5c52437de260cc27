//! A station of one: the driver, the gate with its Sun guard, and one person's lease.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use skyhelm_device::gate::{Gate, Gated};
use skyhelm_device::state::LinkStatus;
use skyhelm_device::{
    Accepted, DeviceError, DeviceState, Envelope, ErrorKind, FamilyContext, FamilyEvent, HostClock,
    MountCommand, RunningFamily, SolarFilter, SunGuard, Take,
};
use skyhelm_units::{LeaseId, Mono, Now, RequestId, Site, StationClock, UtcMillis};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Telescope;
use crate::failure::Failure;
use crate::place;

/// How long a telescope may take to connect and to tell its state.
const CONNECTS: Duration = Duration::from_secs(15);
/// How long it may take to say that it took a command.
const TAKES: Duration = Duration::from_secs(20);
/// After its first word a telescope tells the rest of its state within this.
const TELLS: Duration = Duration::from_millis(700);

/// One telescope and the right to command it.
pub(super) struct Session {
    family: Box<dyn RunningFamily>,
    gate: Gate,
    host: HostClock,
    lease: LeaseId,
}

impl Session {
    /// Connects.
    pub(super) async fn open(telescope: &Telescope) -> Result<Self, Failure> {
        let site = match (telescope.latitude, telescope.longitude) {
            (Some(latitude), Some(longitude)) => Site::from_degrees(latitude, longitude, 0.0),
            _ => place::of_this_machine().site,
        };
        let host = host_clock();
        let now = host.now();
        let clock = StationClock::new(now.mono, now.utc, 1.0);
        let (events, mut reported) = mpsc::channel(8);
        let family = skyhelm_families::dwarf::family().start(FamilyContext {
            config: serde_json::Value::Null,
            events,
            host: host.clone(),
            clock,
            site,
        })?;
        family.add(&telescope.address).await?;
        let appeared = timeout(CONNECTS, reported.recv()).await;
        let Ok(Some(FamilyEvent::Appeared(device))) = appeared else {
            return Err(not_connected().into());
        };
        let session = Self {
            family,
            gate: Gate::new(device, clock, SunGuard::new(site)),
            host,
            lease: LeaseId::new("terminal"),
        };
        session
            .until(CONNECTS, |s| s.link.status == LinkStatus::Up)
            .await?;
        session.settle().await;
        Ok(session)
    }

    /// The newest state.
    pub(super) fn state(&self) -> Arc<DeviceState> {
        Arc::clone(&self.gate.state().borrow())
    }

    /// The gate.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Waits for a state.
    pub(super) async fn until(
        &self,
        time: Duration,
        wanted: impl Fn(&DeviceState) -> bool,
    ) -> Result<Arc<DeviceState>, Failure> {
        let mut states = self.gate.state();
        match timeout(time, states.wait_for(|state| wanted(state))).await {
            Ok(Ok(state)) => Ok(Arc::clone(&state)),
            _ => Err(not_connected().into()),
        }
    }

    /// Gives a command under this terminal's lease.
    pub(super) async fn give<C: Gated>(&self, command: C) -> Result<Accepted, Failure> {
        let now = self.host.now().mono;
        self.gate
            .take_lease(now, self.lease.clone(), "this terminal", Take::IfFree)?;
        let envelope = Envelope {
            lease: Some(self.lease.clone()),
            request_id: RequestId::new("terminal"),
            deadline: now + TAKES,
            command,
        };
        Ok(self.gate.submit(now, envelope).await?)
    }

    /// A person says that the solar filter is on the lens.
    pub(super) fn confirm_solar_filter(&self) -> Result<(), Failure> {
        let now = self.host.now().mono;
        self.gate
            .take_lease(now, self.lease.clone(), "this terminal", Take::IfFree)?;
        Ok(self
            .gate
            .confirm_solar_filter(now, &self.lease, SolarFilter::Confirmed)?)
    }

    /// Ends a motion by hand that comes near the Sun.
    pub(super) async fn watch_sun(&self) -> Result<(), Failure> {
        match self.gate.watch_sun(self.host.now().mono) {
            None => Ok(()),
            Some((why, stop)) => {
                stop.await?;
                Err(why.into())
            }
        }
    }

    /// Ctrl-C: whatever this terminal moves shall stop.
    pub(super) async fn interrupted(&self) -> Result<(), Failure> {
        let moving = self
            .state()
            .jobs
            .iter()
            .any(skyhelm_device::Job::is_running);
        if moving {
            self.give(MountCommand::StopAll).await?;
        }
        Err(DeviceError::new(ErrorKind::Cancelled, "Ended on request.").into())
    }

    /// Gives the role back and ends every task.
    pub(super) async fn close(self) {
        if let Err(error) = self.family.stop().await {
            tracing::debug!(%error, "the driver did not stop in order");
        }
    }

    /// A state is told in many messages; it is complete when nothing comes for a moment.
    async fn settle(&self) {
        let mut states = self.gate.state();
        let end = tokio::time::Instant::now() + TELLS;
        while let Ok(Ok(())) = tokio::time::timeout_at(end, states.changed()).await {}
    }
}

fn not_connected() -> DeviceError {
    let message = "The telescope did not tell its state in time.";
    DeviceError::new(ErrorKind::TimedOut, message)
        .remedy("Check its address, and whether another program keeps it.")
}

fn host_clock() -> HostClock {
    let start = Instant::now();
    HostClock::new(move || Now {
        mono: Mono::from_elapsed(start.elapsed()),
        utc: UtcMillis::new(
            SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| {
                    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
                }),
        ),
    })
}
