//! A station of one: the driver, the gate with its Sun guard, and one person's lease.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use skyhelm_device::gate::{Gate, Gated};
use skyhelm_device::state::{LinkStatus, Motion};
use skyhelm_device::{
    Accepted, DeviceError, DeviceState, Envelope, ErrorKind, FamilyEvent, FocuserCommand,
    HostClock, Job, JobKind, Lens, MountCommand, RunningFamily, SolarFilter, StackerCommand,
    SunGuard, Take,
};
use skyhelm_units::{JobId, LeaseId, RequestId, Site};
use tokio::time::timeout;

use super::Telescope;
use crate::failure::Failure;
use crate::{alone, place};

/// How long a telescope may take to connect and to tell its state.
const CONNECTS: Duration = Duration::from_secs(15);
/// How long it may take to say that it took a command.
const TAKES: Duration = Duration::from_secs(20);
/// How long an ended job may take to end.
const ENDS: Duration = Duration::from_secs(20);
/// After its first word a telescope tells the rest of its state within this.
const TELLS: Duration = Duration::from_millis(700);

/// One telescope and the right to command it.
pub(super) struct Session {
    family: Box<dyn RunningFamily>,
    gate: Gate,
    host: HostClock,
    lease: LeaseId,
    /// Jobs this terminal has begun.
    started: Mutex<Vec<JobId>>,
}

impl Session {
    /// Connects.
    pub(super) async fn open(telescope: &Telescope) -> Result<Self, Failure> {
        let site = match (telescope.latitude, telescope.longitude) {
            (Some(latitude), Some(longitude)) => Site::from_degrees(latitude, longitude, 0.0),
            _ => place::of_this_machine().site,
        };
        let (context, mut reported) = alone::context(site);
        let (host, clock) = (context.host.clone(), context.clock);
        let family = skyhelm_families::dwarf::family().start(context)?;
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
            started: Mutex::default(),
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
        let accepted = self.gate.submit(now, envelope).await?;
        if let Some(job) = &accepted.job {
            self.started().push(job.clone());
        }
        Ok(accepted)
    }

    fn started(&self) -> MutexGuard<'_, Vec<JobId>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Ctrl-C: what this terminal has begun shall end, and nothing else.
    pub(super) async fn interrupted(&self) -> Result<(), Failure> {
        let state = self.state();
        for job in state.jobs.iter().filter(|job| self.is_ours(job)) {
            self.cancel(job).await?;
        }
        if state.mount.as_ref().map(|mount| mount.motion) == Some(Motion::Joystick) {
            self.give(MountCommand::StopJoystick).await?;
        }
        let ended = |state: &DeviceState| !state.jobs.iter().any(|job| self.is_ours(job));
        if !ended(&self.state()) {
            eprintln!("Ending it; Ctrl-C again does not wait.");
            tokio::select! {
                done = self.until(ENDS, ended) => drop(done?),
                () = crate::station::until_interrupted() => {}
            }
        }
        Err(DeviceError::new(ErrorKind::Cancelled, "Ended on request.").into())
    }

    fn is_ours(&self, job: &Job) -> bool {
        job.is_running() && self.started().iter().any(|id| id.as_str() == job.id)
    }

    /// Each kind of job is ended by a command of its own; a photograph ends by itself.
    async fn cancel(&self, job: &Job) -> Result<(), Failure> {
        match job.kind {
            JobKind::Goto => self.give(MountCommand::StopGoto).await.map(drop),
            JobKind::Calibrate => self.give(MountCommand::StopCalibration).await.map(drop),
            JobKind::Focus => self.give(FocuserCommand::Stop).await.map(drop),
            JobKind::Stack => {
                let stacker = self.state().stacker.clone().unwrap_or_default();
                let lens = stacker.lens.unwrap_or(Lens::Tele);
                self.give(StackerCommand::Stop { lens }).await.map(drop)
            }
            _ => Ok(()),
        }
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
