//! Live flight control: the session, frames, heart-beats, pushes.

use std::time::Duration;

use serde_json::json;
use skyhelm_dji_proto::drc::{DrcDown, DrcUp, HeartBeat};
use skyhelm_dji_proto::numbers::{ControlSource, DrcState, JoystickInvalidReason, ModeCode};
use skyhelm_dji_proto::profile::FrameReplies;
use skyhelm_dji_proto::service::DrcModeEnter;
use skyhelm_dji_proto::stick::{StickFrame, StickSequence};
use skyhelm_dji_proto::topic::TopicKind;
use skyhelm_dji_proto::{Envelope, ErrorCode};
use skyhelm_sim::flight::{Command, Phase};
use skyhelm_units::Mono;

use super::handlers::{Answer, find_drc};
use super::{GatewayMachine, LinkId, Output};

/// How long it tries to reach the broker it was given.
const CONNECTS_WITHIN: Duration = Duration::from_secs(15);
/// How often the delay of the link is pushed.
const DELAY_EVERY: Duration = Duration::from_secs(1);
/// How often camera values are pushed after a subscription.
const CAMERA_EVERY: Duration = Duration::from_secs(1);

/// One push and its rhythm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    every: Duration,
    next: Mono,
}

impl Rhythm {
    pub(super) fn starting(every: Duration, now: Mono) -> Self {
        Self {
            every,
            next: now + every,
        }
    }

    /// Whether it is time; what was missed is not made up for.
    pub(super) fn is_due(&mut self, now: Mono) -> bool {
        let due = self.next <= now;
        if due {
            let next = self.next + self.every;
            self.next = if next <= now { now + self.every } else { next };
        }
        due
    }
}

#[derive(Clone, Copy, Debug)]
struct Pushes {
    osd: Rhythm,
    hsi: Rhythm,
    delay: Rhythm,
    camera: Rhythm,
}

/// The session of live flight control.
#[derive(Clone, Debug)]
pub(super) struct Drc {
    pub(super) state: DrcState,
    bid: String,
    since: Mono,
    last_beat: Mono,
    rates: (u32, u32),
    pushes: Option<Pushes>,
    frames: StickSequence,
    /// False after the sticks were taken away, until the authority is grabbed again.
    pub(super) sticks_valid: bool,
    subscribed: bool,
    told_state: Option<(i64, i64)>,
    up_seq: i64,
    pub(super) taken: u64,
    pub(super) refused: u64,
    pub(super) last_refusal: Option<i64>,
}

impl Default for Drc {
    fn default() -> Self {
        Self {
            state: DrcState::NotConnected,
            bid: String::new(),
            since: Mono::ZERO,
            last_beat: Mono::ZERO,
            rates: (10, 1),
            pushes: None,
            frames: StickSequence::new(),
            sticks_valid: false,
            subscribed: false,
            told_state: None,
            up_seq: 0,
            taken: 0,
            refused: 0,
            last_refusal: None,
        }
    }
}

impl Drc {
    pub(super) fn is_on(&self) -> bool {
        self.state != DrcState::NotConnected
    }

    pub(super) fn subscribe(&mut self) {
        self.subscribed = true;
        self.told_state = None;
    }
}

impl GatewayMachine {
    pub(super) fn enter_drc(&mut self, wanted: &DrcModeEnter, bid: String) {
        let now = self.now.mono;
        let rate = |hertz: i64| u32::try_from(hertz).unwrap_or(1).max(1);
        self.drc.rates = (rate(wanted.osd_frequency), rate(wanted.hsi_frequency));
        self.drc.bid = bid;
        self.drc.since = now;
        self.drc.state = DrcState::Connecting;
        self.drc.sticks_valid = true;
        self.drc.frames = StickSequence::new();
        self.drc.pushes = None;
        self.drc.subscribed = false;
        self.tell_drc(ErrorCode::OK);
    }

    pub(super) fn drc_connected(&mut self) {
        if self.drc.state != DrcState::Connecting {
            return;
        }
        let now = self.now.mono;
        let hertz = |rate: u32| Duration::from_secs(1) / rate;
        self.drc.state = DrcState::Connected;
        self.drc.last_beat = now;
        self.drc.pushes = Some(Pushes {
            osd: Rhythm::starting(hertz(self.drc.rates.0), now),
            hsi: Rhythm::starting(hertz(self.drc.rates.1), now),
            delay: Rhythm::starting(DELAY_EVERY, now),
            camera: Rhythm::starting(CAMERA_EVERY, now),
        });
        self.tell_drc(ErrorCode::OK);
    }

    pub(super) fn drc_disconnected(&mut self, refused: bool) {
        if !self.drc.is_on() {
            return;
        }
        let code = match (refused, self.drc.state) {
            (true, _) | (false, DrcState::Connecting) => ErrorCode::DRC_BROKER,
            _ => ErrorCode::DRC_NETWORK,
        };
        self.end_drc(code);
    }

    /// Leaves live flight control. The aircraft keeps its last set-point for its time and then brakes.
    pub(super) fn leave_drc(&mut self, code: ErrorCode) {
        if self.drc.is_on() {
            self.order(Output::DrcDisconnect);
            self.end_drc(code);
        }
    }

    fn end_drc(&mut self, code: ErrorCode) {
        self.drc.state = DrcState::NotConnected;
        self.drc.pushes = None;
        self.drc.sticks_valid = false;
        self.tell_drc(code);
    }

    fn tell_drc(&mut self, code: ErrorCode) {
        let data = json!({ "result": code.number(), "drc_state": self.drc.state.number() });
        let bid = Some(self.drc.bid.clone());
        self.tell_event("drc_status_notify", data, bid, true);
        self.reports.dock_changed = true;
    }

    /// The sticks of the cloud no longer count: said once, and they stay dead until it grabs again.
    pub(super) fn invalidate_sticks(&mut self, reason: JoystickInvalidReason) {
        if self.drc.is_on() && self.drc.sticks_valid {
            self.drc.sticks_valid = false;
            let data = json!({ "reason": reason.number() });
            self.tell_event("joystick_invalid_notify", data, None, true);
        }
    }

    pub(super) fn run_drc(&mut self) {
        let now = self.now.mono;
        match self.drc.state {
            DrcState::Connecting if now.since(self.drc.since) > CONNECTS_WITHIN => {
                self.leave_drc(ErrorCode::DRC_BROKER);
            }
            DrcState::Connected if now.since(self.drc.last_beat) > self.profile.idle_exit => {
                self.leave_drc(ErrorCode::DRC_HEARTBEAT);
            }
            DrcState::Connected => self.push(now),
            _ => {}
        }
    }

    fn push(&mut self, now: Mono) {
        let Some(mut pushes) = self.drc.pushes else {
            return;
        };
        let due = (
            pushes.osd.is_due(now),
            pushes.hsi.is_due(now),
            pushes.delay.is_due(now),
            pushes.camera.is_due(now),
        );
        self.drc.pushes = Some(pushes);
        if !self.has_aircraft() {
            return;
        }
        if due.0 {
            self.send_up(&DrcUp::Osd(self.osd_info()));
        }
        if due.1 {
            self.send_up(&DrcUp::Hsi(Box::new(self.hsi_info())));
        }
        if due.2 {
            self.send_up(&DrcUp::Delay(self.delay_info()));
        }
        if self.drc.subscribed {
            self.push_states(due.3);
        }
    }

    /// The drone's state when it changes, the camera's values at their rate.
    fn push_states(&mut self, camera_due: bool) {
        let state = self.drone_state();
        let told = (
            state.mode_code.map_or(0, ModeCode::number),
            state.night_lights_state.unwrap_or(0),
        );
        let is_first = self.drc.told_state.is_none();
        if self.drc.told_state != Some(told) {
            self.drc.told_state = Some(told);
            self.send_up(&DrcUp::DroneState(state));
        }
        if camera_due || is_first {
            let data = self.camera_osd_push();
            self.drc.up_seq += 1;
            let envelope = Envelope::drc("drc_camera_osd_info_push", data, Some(self.drc.up_seq));
            let topic = self.topic(TopicKind::DrcUp);
            self.publish(LinkId::Drc, &topic, &envelope, 0);
        }
    }

    fn send_up(&mut self, message: &DrcUp) {
        // Numbered are the pushes of the products that number everything.
        self.drc.up_seq += 1;
        let seq = self.profile.numbered_commands.then_some(self.drc.up_seq);
        let envelope = message.envelope(&self.profile, self.utc(), seq);
        let topic = self.topic(TopicKind::DrcUp);
        self.publish(LinkId::Drc, &topic, &envelope, 0);
    }

    pub(super) fn take_drc(&mut self, envelope: &Envelope) {
        if self.drc.state != DrcState::Connected {
            return;
        }
        let mutant = self.mutate.is_some() && self.mutate == envelope.method;
        match DrcDown::parse(envelope) {
            Ok(DrcDown::HeartBeat(beat)) if !mutant => self.beat(beat),
            Ok(DrcDown::HeartBeat(_)) => {}
            Ok(DrcDown::Frame { frame, seq }) => {
                let answer = if mutant {
                    Ok(())
                } else {
                    self.fly(&frame, seq)
                };
                self.answer_frame(&frame, seq, answer);
            }
            Ok(DrcDown::Command { command, seq }) => {
                let answer = match find_drc(command.method()) {
                    Some(_) if mutant => Ok(()),
                    Some(handler) => handler(self, envelope),
                    None => Err(ErrorCode::UNSUPPORTED),
                };
                self.reply_up(command.method(), answer, seq);
                self.after_serving();
            }
            Err(error) => {
                self.reply_up(
                    &error.method,
                    Err(ErrorCode::BAD_PARAMETER),
                    envelope.any_seq(),
                );
            }
        }
    }

    fn beat(&mut self, beat: HeartBeat) {
        self.drc.last_beat = self.now.mono;
        let echo = DrcUp::HeartBeat(beat).envelope(&self.profile, self.utc(), None);
        let topic = self.topic(TopicKind::DrcUp);
        self.publish(LinkId::Drc, &topic, &echo, 0);
    }

    fn fly(&mut self, frame: &StickFrame, seq: Option<i64>) -> Answer {
        if !self.profile.can_fly() {
            return Err(ErrorCode::UNSUPPORTED);
        }
        if !self.has_aircraft() {
            return Err(ErrorCode::NO_AIRCRAFT);
        }
        if self.authority.flight() != ControlSource::A || !self.drc.sticks_valid {
            return Err(ErrorCode::NO_AUTHORITY);
        }
        if let Some(seq) = seq {
            let rule = self.profile.seq_rule;
            let in_order = self.drc.frames.check(rule, frame, seq);
            in_order.map_err(|_| ErrorCode::BAD_PARAMETER)?;
        }
        let motion = self.profile.motion(frame);
        // Centred sticks end no journey: only a stick that moves does.
        let busy = matches!(
            self.aircraft.phase(),
            Phase::FlyingTo | Phase::TakingOff | Phase::Returning | Phase::Landing
        );
        if motion.is_still() && busy {
            return Ok(());
        }
        let speed = self.aircraft.velocity().length();
        self.braking.frame(self.now.utc, motion.is_still(), speed);
        let hold_s = self.profile.hold_last_frame.as_secs_f64();
        let told = self
            .aircraft
            .command(Command::Sticks { motion, hold_s }, &self.land);
        self.drain_flight();
        told.map_err(|_| ErrorCode::UNSUPPORTED)
    }

    fn answer_frame(&mut self, frame: &StickFrame, seq: Option<i64>, answer: Answer) {
        match answer {
            Ok(()) => self.drc.taken += 1,
            Err(code) => {
                self.drc.refused += 1;
                self.drc.last_refusal = Some(code.number());
            }
        }
        let speaks = match self.profile.frame_replies {
            FrameReplies::Each => true,
            FrameReplies::OnError => answer.is_err(),
            FrameReplies::Never => false,
        };
        if speaks {
            self.reply_up(frame.method(), answer, seq);
        }
    }

    fn reply_up(&mut self, method: &str, answer: Answer, seq: Option<i64>) {
        let reply = DrcUp::Reply {
            method: method.to_owned(),
            result: answer.err().unwrap_or(ErrorCode::OK),
            seq,
        };
        let envelope = reply.envelope(&self.profile, self.utc(), seq);
        let topic = self.topic(TopicKind::DrcUp);
        self.publish(LinkId::Drc, &topic, &envelope, 0);
    }
}
