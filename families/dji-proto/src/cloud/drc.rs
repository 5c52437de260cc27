use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use skyhelm_units::{BodyMotion, Mono, Now};

use super::Wakeup;
use crate::drc::{DrcCommand, DrcDown, DrcUp};
use crate::error_code::ErrorCode;
use crate::numbers::DrcState;
use crate::profile::Profile;
use crate::publish::Qos;
use crate::stick::StickSequence;

mod beat;
mod commands;
mod types;

pub use types::{DrcEvent, DrcOutput, DrcPhase, StickRefused};

use beat::{Beat, Echo};
use commands::Waiting;

/// How long a device may take to connect to the broker it was given. One was seen to take 1.2 s.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// How long after entering a property may still be from before.
const STALE_FOR: Duration = Duration::from_secs(5);
/// A property that denies a link over which something came this lately is old.
const ALIVE_WITHIN: Duration = Duration::from_secs(1);
/// How many frames that stand still go out when the sticks are let go, and how far apart.
const STILL_FRAMES: u32 = 3;
const STILL_EVERY: Duration = Duration::from_millis(100);
/// How long before the account ends it is told.
const RENEW_BEFORE: Duration = Duration::from_mins(1);
/// How many earlier sessions are remembered, so that late word of their end does not end this one.
const PAST_SESSIONS: usize = 16;

/// Live flight control of one gateway, after a person asked for it.
///
/// It beats, numbers frames, and stops them the moment the link is bad, the device is gone or the
/// sticks were let go. It never enters, and never takes the sticks, by itself.
#[derive(Debug)]
pub struct DrcSession {
    profile: Profile,
    phase: DrcPhase,
    since: Mono,
    bid: Option<String>,
    past: VecDeque<String>,
    beat: Beat,
    heard: Option<Mono>,
    sequence: StickSequence,
    command_seq: i64,
    sticks: bool,
    still: Option<(u32, Mono)>,
    commands: BTreeMap<String, Waiting>,
    renew_at: Option<Mono>,
    outputs: VecDeque<DrcOutput>,
}

impl DrcSession {
    /// Not entered.
    pub const fn new(profile: Profile) -> Self {
        Self {
            profile,
            phase: DrcPhase::Idle,
            since: Mono::ZERO,
            bid: None,
            past: VecDeque::new(),
            beat: Beat::new(),
            heard: None,
            sequence: StickSequence::new(),
            command_seq: 0,
            sticks: false,
            still: None,
            commands: BTreeMap::new(),
            renew_at: None,
            outputs: VecDeque::new(),
        }
    }

    /// How far it has come.
    pub const fn phase(&self) -> DrcPhase {
        self.phase
    }

    /// Whether the sticks are taken.
    pub const fn has_sticks(&self) -> bool {
        self.sticks
    }

    /// How long the last heart-beat took there and back.
    pub const fn round_trip(&self) -> Option<Duration> {
        self.beat.round_trip()
    }

    /// Another product came online.
    pub(super) const fn set_profile(&mut self, profile: Profile) {
        self.profile = profile;
    }

    /// `drc_mode_enter` is being sent: its business id, and when the account it carries ends.
    ///
    /// Entering anew while connected renews the account and keeps the link.
    pub fn entering(&mut self, now: Now, bid: &str, expire_time: i64) {
        let left = expire_time.saturating_sub(now.utc.millis().div_euclid(1000));
        let left = Duration::from_secs(u64::try_from(left).unwrap_or(0));
        self.renew_at = Some(now.mono + left.saturating_sub(RENEW_BEFORE));
        if let Some(old) = self.bid.replace(bid.to_owned()) {
            self.past.push_back(old);
            if self.past.len() > PAST_SESSIONS {
                self.past.pop_front();
            }
        }
        if self.phase == DrcPhase::Idle {
            self.go(now, DrcPhase::Entering);
        }
    }

    /// The answer to `drc_mode_enter`.
    pub fn entered(&mut self, now: Now, result: ErrorCode) {
        if self.phase != DrcPhase::Entering {
            return;
        }
        if result.is_ok() {
            self.heard = None;
            self.sequence = StickSequence::new();
            self.beat.start(now.mono);
            self.go(now, DrcPhase::Connecting);
        } else {
            self.end(result);
        }
    }

    /// `drc_mode_exit` is about to be sent: the sticks are let go first.
    pub fn exiting(&mut self, now: Now) {
        self.release_sticks(now);
    }

    /// Whether a business id belongs to an earlier session.
    pub fn is_past(&self, bid: Option<&str>) -> bool {
        bid.is_some_and(|bid| self.past.iter().any(|past| past == bid))
    }

    /// What the device tells of the link: `sure` when it is word of a change, not a property that may be old.
    pub fn state_told(&mut self, now: Now, state: DrcState, result: ErrorCode, sure: bool) {
        match (self.phase, state) {
            (DrcPhase::Idle | DrcPhase::Entering, _) => {}
            (DrcPhase::Connecting, DrcState::Connected) if sure => self.connected(now),
            (_, DrcState::NotConnected) if sure || !self.may_be_old(now) => self.end(result),
            _ => {}
        }
    }

    fn may_be_old(&self, now: Now) -> bool {
        let lately = self
            .heard
            .is_some_and(|heard| now.mono.since(heard) < ALIVE_WITHIN);
        lately || now.mono.since(self.since) < STALE_FOR
    }

    /// Takes a message of `drc/up`.
    pub fn handle_input(&mut self, now: Now, up: DrcUp) {
        if matches!(self.phase, DrcPhase::Idle | DrcPhase::Entering) {
            if !matches!(up, DrcUp::HeartBeat(_)) {
                self.event(DrcEvent::Push(up));
            }
            return;
        }
        self.heard = Some(now.mono);
        match up {
            DrcUp::HeartBeat(beat) => self.echoed(now, beat.timestamp),
            DrcUp::Reply { method, result, .. } if is_frame(&method) => {
                if !result.is_ok() {
                    self.event(DrcEvent::FrameRefused(result));
                }
            }
            DrcUp::Reply { method, result, .. } => {
                if self.commands.remove(&method).is_some() {
                    self.event(DrcEvent::Replied { method, result });
                }
            }
            push => {
                if self.phase == DrcPhase::Connecting {
                    self.connected(now);
                }
                self.event(DrcEvent::Push(push));
            }
        }
    }

    fn echoed(&mut self, now: Now, timestamp: Option<i64>) {
        match self.beat.echo(now.mono, timestamp) {
            Echo::Ours(round_trip) => {
                if self.phase == DrcPhase::Connecting {
                    self.connected(now);
                } else if self.phase == DrcPhase::Bad {
                    self.go(now, DrcPhase::Connected);
                }
                self.event(DrcEvent::RoundTrip(round_trip));
            }
            Echo::Old => {}
            Echo::Foreign => self.event(DrcEvent::ForeignController),
        }
    }

    fn connected(&mut self, now: Now) {
        self.beat.forgive();
        self.go(now, DrcPhase::Connected);
        if self.profile.has_initial_state {
            // Sent again after each entering, as the device forgets it.
            let _ = self.command(now, DrcCommand::InitialStateSubscribe);
        }
    }

    /// Takes the sticks: a person's act. A frame that stands still goes first.
    ///
    /// # Errors
    /// When they cannot be had now.
    pub fn take_sticks(&mut self, _now: Now) -> Result<(), StickRefused> {
        self.may_fly()?;
        self.sticks = true;
        self.still = None;
        self.event(DrcEvent::Sticks(true));
        self.send_frame(BodyMotion::STILL);
        Ok(())
    }

    /// Lets the sticks go: three frames that stand still, the first at once.
    pub fn release_sticks(&mut self, now: Now) {
        if !self.sticks {
            return;
        }
        self.sticks = false;
        self.event(DrcEvent::Sticks(false));
        if self.may_fly().is_ok() {
            self.send_frame(BodyMotion::STILL);
            self.still = Some((STILL_FRAMES - 1, now.mono + STILL_EVERY));
        }
    }

    /// The sticks are gone: no frame follows, not even one that stands still.
    pub fn drop_sticks(&mut self) {
        self.still = None;
        if self.sticks {
            self.sticks = false;
            self.event(DrcEvent::Sticks(false));
        }
    }

    /// Sends one frame.
    ///
    /// # Errors
    /// When the sticks are not taken, or the link does not carry them. Nothing is sent then.
    pub fn stick(&mut self, _now: Now, motion: BodyMotion) -> Result<(), StickRefused> {
        self.may_fly()?;
        if !self.sticks {
            return Err(StickRefused::NotTaken);
        }
        self.send_frame(motion);
        Ok(())
    }

    fn may_fly(&self) -> Result<(), StickRefused> {
        if !self.profile.can_fly() {
            return Err(StickRefused::NotFlyable);
        }
        match self.phase {
            DrcPhase::Connected => Ok(()),
            DrcPhase::Bad => Err(StickRefused::LinkBad),
            _ => Err(StickRefused::NotConnected),
        }
    }

    fn send_frame(&mut self, motion: BodyMotion) {
        let Some(frame) = self.profile.frame(motion) else {
            return;
        };
        let seq = self.sequence.next(self.profile.seq_rule, &frame);
        self.send(
            DrcDown::Frame {
                frame,
                seq: Some(seq),
            },
            Qos::AtMostOnce,
        );
    }

    /// Tells it that the time of [`DrcSession::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Now) {
        if let Some((left, at)) = self.still
            && at <= now.mono
        {
            self.still = (left > 1).then(|| (left - 1, at + STILL_EVERY));
            self.send_frame(BodyMotion::STILL);
        }
        if self.renew_at.is_some_and(|at| at <= now.mono) {
            self.renew_at = None;
            self.event(DrcEvent::CredentialsExpire);
        }
        self.commands_due(now);
        if self.phase == DrcPhase::Connecting && now.mono >= self.since + CONNECT_WITHIN {
            return self.end(ErrorCode::DRC_NETWORK);
        }
        self.beat_due(now);
    }

    fn beat_due(&mut self, now: Now) {
        if !self.beats() || self.beat.next_at() > now.mono {
            return;
        }
        if self.beat.is_bad() && self.phase == DrcPhase::Connected {
            self.drop_sticks();
            self.go(now, DrcPhase::Bad);
        }
        let beat = self.beat.send(now);
        self.send(DrcDown::HeartBeat(beat), Qos::AtMostOnce);
    }

    /// When to call [`DrcSession::handle_timeout`], and why.
    pub fn poll_timeout(&self) -> Option<(Mono, Wakeup)> {
        let commands = self.commands.values().map(Waiting::next).min();
        let connecting = self.phase == DrcPhase::Connecting;
        [
            self.still.map(|(_, at)| (at, Wakeup::StandStill)),
            self.beats()
                .then(|| (self.beat.next_at(), Wakeup::HeartBeat)),
            connecting.then(|| (self.since + CONNECT_WITHIN, Wakeup::DrcConnect)),
            commands.map(|at| (at, Wakeup::DrcCommand)),
            self.renew_at.map(|at| (at, Wakeup::Credentials)),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
    }

    /// The next thing to do. Call it until it returns `None`.
    pub fn poll_output(&mut self) -> Option<DrcOutput> {
        self.outputs.pop_front()
    }

    /// The connection to the broker is lost: whatever was under way ended.
    pub fn link_down(&mut self) {
        if self.phase != DrcPhase::Idle {
            self.end(ErrorCode::DRC_NETWORK);
        }
    }

    const fn beats(&self) -> bool {
        matches!(
            self.phase,
            DrcPhase::Connecting | DrcPhase::Connected | DrcPhase::Bad
        )
    }

    fn end(&mut self, result: ErrorCode) {
        self.drop_sticks();
        self.commands.clear();
        self.renew_at = None;
        self.phase = DrcPhase::Idle;
        self.event(DrcEvent::Ended(result));
    }

    fn go(&mut self, now: Now, phase: DrcPhase) {
        self.phase = phase;
        self.since = now.mono;
        self.event(DrcEvent::Phase(phase));
    }

    fn send(&mut self, down: DrcDown, qos: Qos) {
        self.outputs.push_back(DrcOutput::Send(down, qos));
    }

    fn event(&mut self, event: DrcEvent) {
        self.outputs.push_back(DrcOutput::Event(event));
    }
}

fn is_frame(method: &str) -> bool {
    matches!(method, "drone_control" | "stick_control")
}
