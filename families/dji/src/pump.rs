//! The stick pump: a thread with its own runtime and its own MQTT connection for each gateway.
//!
//! It owns the [`StickGuard`], gives the nonces and sends the frames. Whatever blocks the station's
//! runtime only makes pushes come late, and late pushes do not count.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use skyhelm_device::fence::Aircraft;
use skyhelm_device::stick::{
    Ended, HandId, Ignored, Release, Shut, StickFrame, StickGuard, StickInput, StickLimits,
    StickOutput, StickPhase,
};
use skyhelm_device::{Fence, HostClock, StickHand, Sticks};
use skyhelm_dji_proto::drc::{DrcCommand, DrcDown};
use skyhelm_dji_proto::stick::StickSequence;
use skyhelm_dji_proto::{Profile, SerialNumber, TopicKind};
use tokio::sync::{Notify, mpsc, watch};

use crate::broker::Door;
use crate::link::Link;

/// Between two tries to connect.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A frame that is not written within this time is too old to be written.
const WRITE_TIME: Duration = Duration::from_millis(80);

/// Longest sleep: the guard is asked again at least so often.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

/// Longest sleep while nobody wants the connection: whoever does wakes the thread.
const IDLE_SLEEP: Duration = Duration::from_mins(1);

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
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

impl Pump {
    /// Starts the thread; it connects once it is wanted.
    pub(crate) fn start(
        gateway: &SerialNumber,
        door: Door,
        host: HostClock,
        seed: u64,
    ) -> std::io::Result<Self> {
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
            up: watch::Sender::new(false),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let pumping = Pumping {
            shared: Arc::clone(&shared),
            door,
            client_id: format!("sticks-{gateway}-{seed:x}"),
            topic: TopicKind::DrcDown.text(gateway.as_str()),
            sequence: StickSequence::new(),
            link: None,
        };
        let thread = thread::Builder::new()
            .name(format!("sticks-{gateway}"))
            .spawn(move || runtime.block_on(pumping.run()))?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Connects, if it has not; by this product's rules, and within these limits, from now on.
    pub(crate) fn want(&self, profile: Profile, limits: StickLimits) {
        self.shared.with(|core| {
            core.wanted = true;
            core.profile = profile;
            core.guard.set_limits(limits);
        });
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

    /// Ends the thread; zero frames first.
    pub(crate) fn quit(&self) -> Option<thread::JoinHandle<()>> {
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

/// The sticks as the waist sees them.
#[derive(Clone, Debug)]
pub(crate) struct PumpSticks(pub(crate) Arc<Pump>);

impl Sticks for PumpSticks {
    fn take(&self, holder: &str) -> Result<Arc<dyn StickHand>, Shut> {
        let shared = &self.0.shared;
        let now = shared.host.now().mono;
        shared.with(|core| {
            let id = core.guard.take(now)?;
            let (nonce, nonces) = watch::channel(0);
            let (ended, ends) = watch::channel(None);
            core.hands.insert(id.0, Seen { nonce, ended });
            core.holder = Some(holder.to_owned());
            Ok(Arc::new(PumpHand {
                shared: Arc::clone(shared),
                id,
                nonces,
                ends,
            }) as Arc<dyn StickHand>)
        })
    }
}

#[derive(Debug)]
struct PumpHand {
    shared: Arc<Shared>,
    id: HandId,
    nonces: watch::Receiver<u64>,
    ends: watch::Receiver<Option<Ended>>,
}

impl StickHand for PumpHand {
    fn nonces(&self) -> watch::Receiver<u64> {
        self.nonces.clone()
    }

    fn push(&self, input: StickInput) -> Result<(), Ignored> {
        let now = self.shared.host.now().mono;
        self.shared
            .with(|core| core.guard.push(now, self.id, input))
    }

    fn release(&self, why: Release) {
        let now = self.shared.host.now().mono;
        self.shared
            .with(|core| core.guard.release(now, self.id, why));
    }

    fn ended(&self) -> watch::Receiver<Option<Ended>> {
        self.ends.clone()
    }
}

impl Drop for PumpHand {
    fn drop(&mut self) {
        self.release(Release::SocketClosed);
    }
}

/// The thread's own side.
struct Pumping {
    shared: Arc<Shared>,
    door: Door,
    client_id: String,
    topic: String,
    sequence: StickSequence,
    link: Option<Link>,
}

/// What one turn found to do.
struct Turn {
    frames: Vec<StickFrame>,
    stops: u32,
    profile: Profile,
    wanted: bool,
    quit: bool,
    sleep: Duration,
}

impl Pumping {
    async fn run(mut self) {
        loop {
            let turn = self.turn();
            self.send(&turn).await;
            if turn.quit {
                break;
            }
            self.connect_as_wanted(turn.wanted).await;
            tokio::select! {
                () = self.shared.wake.notified() => {}
                () = tokio::time::sleep(turn.sleep) => {}
                () = lost(self.link.as_ref()), if self.link.is_some() => self.drop_link(),
            }
        }
        if let Some(link) = self.link.take() {
            link.close().await;
        }
    }

    fn turn(&self) -> Turn {
        let now = self.shared.host.now().mono;
        let mut core = self.shared.lock();
        core.guard.handle_timeout(now);
        let mut frames = Vec::new();
        while let Some(output) = core.guard.poll_output() {
            match output {
                StickOutput::Nonce { hand, nonce } => {
                    if let Some(seen) = core.hands.get(&hand.0) {
                        seen.nonce.send_replace(nonce);
                    }
                }
                StickOutput::Frame(frame) => frames.push(frame),
                StickOutput::Ended { hand, why } => {
                    if let Some(seen) = core.hands.remove(&hand.0) {
                        seen.ended.send_replace(Some(why));
                    }
                    if core.hands.is_empty() {
                        core.holder = None;
                    }
                }
            }
        }
        if let Some(last) = frames.last() {
            core.held_back = last.held_back;
        }
        core.frames += frames.len() as u64;
        let idle = !core.wanted && core.hands.is_empty() && self.link.is_none();
        let longest = if idle { IDLE_SLEEP } else { LONGEST_SLEEP };
        let sleep = core
            .guard
            .poll_timeout()
            .map_or(longest, |(at, _)| at.since(now).min(longest));
        Turn {
            frames,
            stops: core::mem::take(&mut core.stops),
            profile: core.profile,
            wanted: core.wanted,
            quit: core.quit,
            sleep,
        }
    }

    async fn send(&mut self, turn: &Turn) {
        if turn.frames.is_empty() && turn.stops == 0 {
            return;
        }
        let Some(link) = self.link.clone() else {
            return;
        };
        let mut messages: Vec<Vec<u8>> = Vec::new();
        if turn.stops > 0 {
            let command = DrcCommand::EmergencyStop;
            let stop = DrcDown::Command { command, seq: None };
            messages.push(stop.envelope(&turn.profile).to_bytes());
        }
        for frame in &turn.frames {
            let Some(frame) = turn.profile.frame(frame.motion) else {
                continue;
            };
            let seq = Some(self.sequence.next(turn.profile.seq_rule, &frame));
            messages.push(
                DrcDown::Frame { frame, seq }
                    .envelope(&turn.profile)
                    .to_bytes(),
            );
        }
        for message in messages {
            let sent = tokio::time::timeout(WRITE_TIME, link.send(&self.topic, message)).await;
            if !matches!(sent, Ok(true)) {
                // A frame that could not be written now is never written.
                self.drop_link();
                return;
            }
        }
    }

    async fn connect_as_wanted(&mut self, wanted: bool) {
        if !wanted {
            if let Some(link) = self.link.take() {
                link.close().await;
                self.shared.up.send_replace(false);
            }
            return;
        }
        if self.link.is_some() {
            return;
        }
        // Nothing is heard on this connection.
        let (inbox, _) = mpsc::channel(1);
        match Link::open(&self.door, &self.client_id, &[], inbox).await {
            Ok(link) => {
                self.link = Some(link);
                self.sequence = StickSequence::new();
                self.shared.up.send_replace(true);
            }
            Err(error) => {
                tracing::warn!(%error, "the stick pump has no connection");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    }

    fn drop_link(&mut self) {
        self.link = None;
        self.shared.up.send_replace(false);
        self.shared.lock().guard.shut(Shut::LinkBad);
    }
}

async fn lost(link: Option<&Link>) {
    match link {
        Some(link) => link.lost().await,
        None => core::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use skyhelm_units::BodyMotion;

    use super::*;

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
