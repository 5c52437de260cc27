//! The only door to a device's commands.

use std::sync::{Arc, Mutex, PoisonError};

use core::future::ready;
use core::time::Duration;

use skyhelm_units::{DeviceId, LeaseId, Mono, RequestId, StationClock};
use tokio::sync::{broadcast, watch};

use crate::authority::{Lease, LeaseBook, Take};
use crate::command::{
    CameraAction, CameraCommand, Envelope, FocuserCommand, Lens, MountCommand, StackerCommand,
};
use crate::device::{
    Accepted, Capabilities, Device, DeviceEvent, Library, LiveView, Reply, Submit,
};
use crate::error::{DeviceError, ErrorKind};
use crate::state::DeviceState;
use crate::sun_guard::{SolarFilter, SunGuard};

/// How long a person's word about the solar filter counts.
const FILTER_CONFIRMED_FOR: Duration = Duration::from_hours(4);

/// How long the guard's own stop may take.
const GUARD_STOP_TIME: Duration = Duration::from_secs(5);

/// Longer names of targets are refused: they become file names on a device.
const LONGEST_NAME: usize = 80;

mod sealed {
    pub trait Sealed {}
}

/// A kind of command that passes a gate.
pub trait Gated: sealed::Sealed + Clone + core::fmt::Debug + Send + Sized + 'static {
    /// The capability that takes it.
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>>;

    /// Whether only the holder of the lease may give it. Ending a motion is everybody's right.
    fn needs_lease(&self) -> bool;

    /// The control it belongs to, as [`DeviceState::blocked`] names it.
    fn control(&self) -> String;

    /// Whether its numbers make sense at all.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`], in a sentence.
    fn validate(&self) -> Result<(), DeviceError> {
        Ok(())
    }

    /// The mount command it is, for the Sun guard.
    fn motion(&self) -> Option<&MountCommand> {
        None
    }
}

impl sealed::Sealed for MountCommand {}
impl Gated for MountCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.mount.clone()
    }

    fn needs_lease(&self) -> bool {
        !matches!(
            self,
            Self::StopAll | Self::StopGoto | Self::StopCalibration | Self::StopJoystick
        )
    }

    fn control(&self) -> String {
        String::from(match self {
            Self::Goto { .. } => "mount.goto",
            Self::StopGoto => "mount.stop_goto",
            Self::Calibrate => "mount.calibrate",
            Self::StopCalibration => "mount.stop_calibration",
            Self::Joystick { .. } => "mount.joystick",
            Self::StopJoystick => "mount.stop_joystick",
            Self::CentreOnWide { .. } => "mount.centre",
            Self::Park => "mount.park",
            Self::StopAll => "mount.stop_all",
        })
    }

    fn validate(&self) -> Result<(), DeviceError> {
        let part = |number: &f64| (0.0..=1.0).contains(number);
        let sensible = match self {
            Self::Joystick {
                direction,
                deflection,
            } => direction.is_finite() && part(deflection),
            Self::CentreOnWide { x, y } => part(x) && part(y),
            Self::Goto { name, .. } => name.chars().count() <= LONGEST_NAME,
            _ => true,
        };
        if sensible {
            return Ok(());
        }
        Err(DeviceError::new(
            ErrorKind::Invalid,
            format!("The numbers of {} are out of range.", self.control()),
        ))
    }

    fn motion(&self) -> Option<&MountCommand> {
        Some(self)
    }
}

impl sealed::Sealed for CameraCommand {}
impl Gated for CameraCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.camera.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        let action = match self.action {
            CameraAction::Open => "open",
            CameraAction::Close => "close",
            CameraAction::SetExposure(_) => "exposure",
            CameraAction::SetGain(_) => "gain",
            CameraAction::SetFilter(_) => "filter",
            CameraAction::Photo => "photo",
            CameraAction::RawPhoto => "raw_photo",
        };
        format!("camera.{}.{action}", self.lens)
    }
}

impl sealed::Sealed for FocuserCommand {}
impl Gated for FocuserCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.focuser.clone()
    }

    fn needs_lease(&self) -> bool {
        !matches!(self, Self::Stop)
    }

    fn control(&self) -> String {
        String::from(match self {
            Self::Step(_) | Self::Run(_) => "focuser",
            Self::Stop => "focuser.stop",
        })
    }
}

impl sealed::Sealed for StackerCommand {}
impl Gated for StackerCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.stacker.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        let (action, lens) = match self {
            Self::Start { lens, .. } => ("start", lens),
            Self::Stop { lens } => ("stop", lens),
            Self::GoLive { lens } => ("go_live", lens),
        };
        match lens {
            Lens::Tele => format!("stack.{action}"),
            Lens::Wide => format!("stack.wide.{action}"),
        }
    }
}

#[derive(Debug, Default)]
struct Authority {
    leases: LeaseBook,
    filter_until: Option<Mono>,
}

/// A device behind its door: every command is checked for lease, deadline, blocked control and Sun
/// before the driver sees it.
///
/// A face holds gates and never the [`Device`] within.
#[derive(Debug)]
pub struct Gate {
    device: Arc<dyn Device>,
    clock: StationClock,
    guard: SunGuard,
    authority: Mutex<Authority>,
}

impl Gate {
    /// Puts a device behind a door. The Sun is computed for the guard's site at the station's time.
    pub fn new(device: Arc<dyn Device>, clock: StationClock, guard: SunGuard) -> Self {
        Self {
            device,
            clock,
            guard,
            authority: Mutex::default(),
        }
    }

    /// Stable over restarts.
    pub fn id(&self) -> DeviceId {
        self.device.id()
    }

    /// The device's state, always the newest.
    pub fn state(&self) -> watch::Receiver<Arc<DeviceState>> {
        self.device.state()
    }

    /// What happens to the device.
    pub fn events(&self) -> broadcast::Receiver<DeviceEvent> {
        self.device.events()
    }

    /// Its moving pictures: looking needs no lease.
    pub fn live(&self) -> Option<Arc<dyn LiveView>> {
        self.device.capabilities().live
    }

    /// Its files: reading needs no lease.
    pub fn library(&self) -> Option<Arc<dyn Library>> {
        self.device.capabilities().library
    }

    /// The names of what it can do, as faces list them.
    pub fn capability_names(&self) -> Vec<&'static str> {
        let all = self.device.capabilities();
        [
            ("mount", all.mount.is_some()),
            ("camera", all.camera.is_some()),
            ("focuser", all.focuser.is_some()),
            ("stacker", all.stacker.is_some()),
            ("live", all.live.is_some()),
            ("library", all.library.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, there)| there.then_some(name))
        .collect()
    }

    /// The lease in force.
    pub fn lease(&self, now: Mono) -> Option<Lease> {
        self.with(|authority| authority.leases.current(now).cloned())
    }

    /// Takes or renews the lease.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when another holds it and it is not forced.
    pub fn take_lease(
        &self,
        now: Mono,
        id: LeaseId,
        holder: &str,
        how: Take,
    ) -> Result<Lease, DeviceError> {
        self.with(|authority| authority.leases.take(now, id, holder, how))
    }

    /// Lets the holder's lease live on.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when it has ended.
    pub fn renew_lease(&self, now: Mono, id: &LeaseId) -> Result<Lease, DeviceError> {
        self.with(|authority| authority.leases.renew(now, id))
    }

    /// Gives the lease to another person.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when the giver does not hold it.
    pub fn hand_over_lease(
        &self,
        now: Mono,
        from: &LeaseId,
        to: LeaseId,
        holder: &str,
    ) -> Result<Lease, DeviceError> {
        self.with(|authority| authority.leases.hand_over(now, from, to, holder))
    }

    /// Ends a lease; false when it was not in force.
    pub fn release_lease(&self, id: &LeaseId) -> bool {
        self.with(|authority| authority.leases.release(id))
    }

    /// A person says that the solar filter is (or is no longer) on the lens. The word counts for
    /// four hours.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when that person does not hold the lease.
    pub fn confirm_solar_filter(
        &self,
        now: Mono,
        lease: &LeaseId,
        filter: SolarFilter,
    ) -> Result<(), DeviceError> {
        self.with(|authority| {
            authority.leases.check(now, Some(lease))?;
            authority.filter_until = match filter {
                SolarFilter::Confirmed => Some(now + FILTER_CONFIRMED_FOR),
                SolarFilter::Unknown => None,
            };
            Ok(())
        })
    }

    /// Gives a command, when it may pass.
    ///
    /// # Errors
    /// Why it may not pass, or what the device says; by the envelope's deadline.
    pub fn submit<C: Gated>(&self, now: Mono, envelope: Envelope<C>) -> Reply<Accepted> {
        match self.admit(now, &envelope) {
            Ok(taker) => taker.submit(envelope),
            Err(refusal) => Box::pin(ready(Err(refusal))),
        }
    }

    /// Ends a motion by hand that comes near the Sun: `None` when all is well, else why, and the
    /// stop on its way. Asked a few times a second while [`DeviceState`] shows a joystick motion.
    pub fn watch_sun(&self, now: Mono) -> Option<(DeviceError, Reply<Accepted>)> {
        let state = Arc::clone(&self.device.state().borrow());
        let why = self
            .guard
            .must_stop(&state, self.clock.utc(now), self.filter(now))?;
        let mount = self.device.capabilities().mount?;
        let stop = mount.submit(Envelope {
            lease: None,
            request_id: RequestId::new("sun-guard"),
            deadline: now + GUARD_STOP_TIME,
            command: MountCommand::StopAll,
        });
        Some((why, stop))
    }

    fn admit<C: Gated>(
        &self,
        now: Mono,
        envelope: &Envelope<C>,
    ) -> Result<Arc<dyn Submit<C>>, DeviceError> {
        let command = &envelope.command;
        let taker = C::taker(&self.device.capabilities()).ok_or_else(|| {
            DeviceError::new(
                ErrorKind::NotFound,
                format!("This device has no {}.", command.control()),
            )
        })?;
        command.validate()?;
        if envelope.deadline <= now {
            return Err(DeviceError::new(
                ErrorKind::TimedOut,
                "The time for this command was over before it was given.",
            ));
        }
        if !command.needs_lease() {
            return Ok(taker);
        }
        self.with(|authority| authority.leases.check(now, envelope.lease.as_ref()))?;
        let state = Arc::clone(&self.device.state().borrow());
        if let Some(motion) = command.motion() {
            let utc = self.clock.utc(now);
            self.guard.check(motion, &state, utc, self.filter(now))?;
        }
        match state.blocked.get(&command.control()) {
            Some(blocked) => Err(DeviceError {
                remedy: blocked.remedy.clone(),
                ..DeviceError::new(ErrorKind::Blocked, blocked.reason.clone())
            }),
            None => Ok(taker),
        }
    }

    fn filter(&self, now: Mono) -> SolarFilter {
        let until = self.with(|authority| authority.filter_until);
        match until {
            Some(until) if now < until => SolarFilter::Confirmed,
            _ => SolarFilter::Unknown,
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Authority) -> T) -> T {
        act(&mut self
            .authority
            .lock()
            .unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests;
