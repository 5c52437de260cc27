//! The only door to a device's commands.

mod flight;
mod gated;
mod raw;
mod sticks;

use std::sync::{Arc, Mutex, PoisonError};

use core::future::ready;
use core::time::Duration;

use skyhelm_units::{DeviceId, LeaseId, Mono, RequestId, StationClock};
use tokio::sync::{broadcast, watch};

use crate::authority::{Lease, LeaseBook, Take};
use crate::command::{Envelope, MountCommand};
use crate::device::{
    Accepted, Device, DeviceEvent, Land, Library, LiveView, Reply, StickHand, Submit,
};
use crate::error::{DeviceError, ErrorKind};
use crate::horizon_guard::HorizonGuard;
use crate::state::DeviceState;
use crate::stick::Release;
use crate::sun_guard::{SolarFilter, SunGuard};
use crate::video::VideoView;

pub use gated::Gated;
pub use sticks::GatedHand;

/// How long a person's word about the solar filter counts.
const FILTER_CONFIRMED_FOR: Duration = Duration::from_hours(4);

/// How long the guard's own stop may take.
const GUARD_STOP_TIME: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Authority {
    leases: LeaseBook,
    filter_until: Option<Mono>,
    horizon: Option<HorizonGuard>,
    /// Whoever holds the sticks, under which lease.
    hand: Option<(LeaseId, Arc<dyn StickHand>)>,
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

    /// Its moving picture as browsers play it: looking needs no lease.
    pub fn video(&self) -> Option<Arc<dyn VideoView>> {
        self.device.capabilities().video
    }

    /// Its files: reading needs no lease.
    pub fn library(&self) -> Option<Arc<dyn Library>> {
        self.device.capabilities().library
    }

    /// The land it flies over: looking needs no lease.
    pub fn land(&self) -> Option<Arc<dyn Land>> {
        self.device.capabilities().land
    }

    /// The names of what it can do, as faces list them.
    pub fn capability_names(&self) -> Vec<&'static str> {
        let all = self.device.capabilities();
        [
            ("mount", all.mount.is_some()),
            ("camera", all.camera.is_some()),
            ("focuser", all.focuser.is_some()),
            ("stacker", all.stacker.is_some()),
            ("darks", all.darks.is_some()),
            ("lights", all.lights.is_some()),
            ("power", all.power.is_some()),
            ("control", all.control.is_some()),
            ("album", all.album.is_some()),
            ("aircraft", all.aircraft.is_some()),
            ("gimbal", all.gimbal.is_some()),
            ("payload", all.payload.is_some()),
            ("sticks", all.sticks.is_some()),
            ("live", all.live.is_some()),
            ("video", all.video.is_some()),
            ("library", all.library.is_some()),
            ("land", all.land.is_some()),
            ("raw", all.raw.is_some()),
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
        let taken = self.with(|authority| authority.leases.take(now, id, holder, how));
        self.watch_sticks(now);
        taken
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
        let given = self.with(|authority| authority.leases.hand_over(now, from, to, holder));
        self.watch_sticks(now);
        given
    }

    /// Ends a lease; false when it was not in force.
    pub fn release_lease(&self, id: &LeaseId) -> bool {
        let (released, hand) = self.with(|authority| {
            let hand = authority.hand.take_if(|(lease, _)| lease == id);
            (authority.leases.release(id), hand)
        });
        if let Some((_, hand)) = hand {
            hand.release(Release::LeaseLost);
        }
        released
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

    /// Says what hides the sky from now on; `None` for a free horizon.
    pub fn set_horizon(&self, horizon: Option<HorizonGuard>) {
        self.with(|authority| authority.horizon = horizon);
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
        let state = Arc::clone(&self.device.state().borrow());
        if !command.needs_lease() {
            command.check_state(&state)?;
            return Ok(taker);
        }
        self.with(|authority| authority.leases.check(now, envelope.lease.as_ref()))?;
        command.check_state(&state)?;
        if let Some(motion) = command.motion() {
            let utc = self.clock.utc(now);
            self.guard.check(motion, &state, utc, self.filter(now))?;
            if let Some(horizon) = self.with(|authority| authority.horizon.clone()) {
                horizon.check(motion, utc)?;
            }
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
