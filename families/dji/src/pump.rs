//! The stick pump: a thread with its own runtime and its own MQTT connection for each gateway that is flown.
//!
//! The thread begins when a person first wants to fly: a station may look after a thousand gateways, and each thread
//! holds three files open.
//!
//! It owns the [`StickGuard`], gives the nonces and sends the frames. Whatever blocks the station's
//! runtime only makes pushes come late, and late pushes do not count.

mod hand;
mod thread;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread as threads;

use skyhelm_device::fence::Aircraft;
use skyhelm_device::stick::{
    Ended, HandId, Release, Shut, StickGuard, StickLimits, StickPhase, Unsteered,
};
use skyhelm_device::{Fence, HostClock};
use skyhelm_dji_proto::{Profile, SerialNumber, TopicKind};
use skyhelm_units::BodyMotion;
use tokio::sync::{Notify, watch};

use crate::broker::Door;
use crate::ledger::Ledger;
use thread::Pumping;

pub(crate) use hand::PumpSticks;

/// What a hand sees.
#[derive(Debug)]
struct Seen {
    nonce: watch::Sender<u64>,
    ended: watch::Sender<Option<Ended>>,
}

#[derive(Debug)]
struct Core {
    guard: StickGuard,
    hands: BTreeMap<u64, Seen>,
    holder: Option<String>,
    profile: Profile,
    /// The connection is wanted.
    wanted: bool,
    /// Stops to send, beside the guard's frames.
    stops: u32,
    held_back: bool,
    frames: u64,
    quit: bool,
}

#[derive(Debug)]
struct Shared {
    core: Mutex<Core>,
    wake: Notify,
    host: HostClock,
    ledger: Ledger,
    /// Whether frames can be sent now.
    up: watch::Sender<bool>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the guard, and wakes the thread for what follows from it.
    fn with<T>(&self, act: impl FnOnce(&mut Core) -> T) -> T {
        let done = act(&mut self.lock());
        self.wake.notify_one();
        done
    }
}

/// How the sticks stand, for the state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PumpView {
    pub(crate) phase: Option<StickPhase>,
    pub(crate) holder: Option<String>,
    pub(crate) held_back: bool,
    /// Frames sent since the start.
    pub(crate) frames: u64,
}

/// How fast sticks may move an aircraft of a profile whose axes were seen to be right, or were not.
pub(crate) fn stick_limits(profile: &Profile, axes_known: bool) -> StickLimits {
    if !axes_known {
        return StickLimits::UNCONFIRMED;
    }
    let limits = profile.limits;
    StickLimits {
        level_m_s: limits.horizontal,
        up_m_s: limits.up,
        down_m_s: limits.down,
        turn_deg_s: limits.clockwise,
    }
}

/// The pump of one gateway.
#[derive(Debug)]
pub(crate) struct Pump {
    shared: Arc<Shared>,
    gateway: SerialNumber,
    door: Door,
    seed: u64,
    thread: Mutex<Option<threads::JoinHandle<()>>>,
}

impl Pump {
    /// Without a thread, until it is wanted.
    pub(crate) fn new(gateway: SerialNumber, door: Door, host: HostClock, seed: u64) -> Self {
        let shared = Arc::new(Shared {
            core: Mutex::new(Core {
                guard: StickGuard::new(seed, StickLimits::default()),
                hands: BTreeMap::new(),
                holder: None,
                profile: Profile::DOCK3_M4TD,
                wanted: false,
                stops: 0,
                held_back: false,
                frames: 0,
                quit: false,
            }),
            wake: Notify::new(),
            host,
            ledger: Ledger::default(),
            up: watch::Sender::new(false),
        });
        Self {
            shared,
            gateway,
            door,
            seed,
            thread: Mutex::new(None),
        }
    }

    /// Starts the thread, unless it runs.
    fn begin(&self) -> std::io::Result<()> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_some() {
            return Ok(());
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let pumping = Pumping::new(
            Arc::clone(&self.shared),
            self.door.clone(),
            format!("sticks-{}-{:x}", self.gateway, self.seed),
            TopicKind::DrcDown.text(self.gateway.as_str()),
        );
        let began = threads::Builder::new()
            .name(format!("sticks-{}", self.gateway))
            .spawn(move || runtime.block_on(pumping.run()))?;
        *thread = Some(began);
        Ok(())
    }

    /// Connects, if it has not; by this product's rules from now on.
    pub(crate) fn want(&self, profile: Profile) {
        self.shared.with(|core| {
            core.wanted = true;
            core.profile = profile;
        });
        if let Err(error) = self.begin() {
            tracing::error!(gateway = %self.gateway, %error, "the stick pump cannot start");
        }
    }

    /// Whether somebody wants to fly.
    pub(crate) fn is_wanted(&self) -> bool {
        self.shared.lock().wanted
    }

    /// How fast hands may fly it from now on.
    pub(crate) fn limit(&self, limits: StickLimits) {
        self.shared.lock().guard.set_limits(limits);
    }

    /// What was said on this gateway's topics.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    /// See [`StickGuard::begin_steering`].
    pub(crate) fn begin_steering(&self) -> Result<HandId, Unsteered> {
        let now = self.shared.host.now().mono;
        self.shared.with(|core| core.guard.begin_steering(now))
    }

    /// See [`StickGuard::steer`].
    pub(crate) fn steer(&self, hand: HandId, motion: BodyMotion) -> Result<(), Unsteered> {
        let now = self.shared.host.now().mono;
        self.shared.with(|core| core.guard.steer(now, hand, motion))
    }

    /// See [`StickGuard::end_steering`].
    pub(crate) fn end_steering(&self) {
        let now = self.shared.host.now().mono;
        self.shared.with(|core| core.guard.end_steering(now));
    }

    /// The live link is up and the aircraft ours: a hand may take the sticks. False while the pump's
    /// own connection is not up.
    pub(crate) fn open(&self) -> bool {
        let up = *self.shared.up.borrow();
        if up {
            let now = self.shared.host.now().mono;
            self.shared.with(|core| {
                if matches!(core.guard.phase(), StickPhase::Shut { .. }) {
                    core.guard.open(now);
                }
            });
        }
        up
    }

    /// No hand may hold the sticks from now on.
    pub(crate) fn shut(&self, why: Shut) {
        let now = self.shared.host.now().mono;
        self.shared.with(|core| {
            if why == Shut::NotLive {
                // On request: the aircraft gets its zero frames like after any release.
                core.guard.release_all(now, Release::Stopped);
            }
            core.guard.shut(why);
        });
    }

    /// Closes the connection.
    pub(crate) fn unwant(&self) {
        self.shared.with(|core| core.wanted = false);
    }

    /// Brakes: zero frames and a stop of its own, ahead of everything.
    pub(crate) fn stop(&self) {
        let now = self.shared.host.now().mono;
        self.shared.with(|core| {
            core.guard.release_all(now, Release::Stopped);
            core.stops += 1;
        });
    }

    /// The gateway was heard, and this is where its aircraft is.
    pub(crate) fn heard(&self, aircraft: Option<Aircraft>) {
        let now = self.shared.host.now().mono;
        // Wakes nobody: with a hand on the sticks the thread looks by itself many times a second, and
        // without one a thousand threads would wake for nothing.
        let mut core = self.shared.lock();
        match aircraft {
            Some(aircraft) => core.guard.observe(now, aircraft),
            None => core.guard.heard(now),
        }
    }

    pub(crate) fn set_fence(&self, fence: Option<Fence>) {
        self.shared.with(|core| core.guard.set_fence(fence));
    }

    pub(crate) fn view(&self) -> PumpView {
        let core = self.shared.lock();
        PumpView {
            phase: Some(core.guard.phase()),
            holder: core.holder.clone(),
            held_back: core.held_back,
            frames: core.frames,
        }
    }

    /// Ends the thread, where there is one; zero frames first.
    pub(crate) fn quit(&self) -> Option<threads::JoinHandle<()>> {
        let now = self.shared.host.now().mono;
        self.shared.with(|core| {
            core.guard.release_all(now, Release::Exit);
            core.quit = true;
        });
        self.thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        drop(self.quit());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_units::{Mono, Now, Redacted, UtcMillis};

    #[test]
    fn a_gateway_that_nobody_flies_has_no_thread() {
        let now = Now {
            mono: Mono::ZERO,
            utc: UtcMillis::new(0),
        };
        let door = Door {
            url: String::from("mqtt://127.0.0.1:1"),
            username: String::new(),
            password: Redacted::new(String::new()),
            trusted: None,
            protocol: crate::broker::Protocol::V5,
        };
        let gateway = SerialNumber::new("GATEWAY").unwrap();
        let pump = Pump::new(gateway, door, HostClock::new(move || now), 1);
        pump.stop();
        pump.shut(Shut::NotArmed);
        assert!(!pump.is_wanted() && pump.thread.lock().unwrap().is_none());
        pump.want(Profile::DOCK_M30T);
        assert!(pump.is_wanted() && pump.thread.lock().unwrap().is_some());
        assert!(pump.quit().is_some() && pump.quit().is_none());
    }

    #[test]
    fn an_aircraft_whose_axes_nobody_confirmed_creeps_at_full_stick() {
        let full = BodyMotion {
            forward: 15.0,
            right: -15.0,
            up: 6.0,
            clockwise: 90.0,
        };
        let crept = stick_limits(&Profile::DOCK_M30T, false).clamp(full);
        assert!(crept.forward.hypot(crept.right) <= 0.5 + 1e-9);
        assert!(crept.up <= 0.5 && crept.clockwise <= 10.0);
        let flown = stick_limits(&Profile::DOCK_M30T, true).clamp(full);
        assert!(flown.forward > 5.0 && flown.up > 3.0);
    }
}
