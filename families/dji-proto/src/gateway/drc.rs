use core::time::Duration;

use super::{
    ControlSource, DeviceEvent, DeviceSession, DrcState, DrcUp, Envelope, ErrorCode, Event, Mono,
    Now, Profile, PushKind, TopicKind,
};
use crate::drc::{DrcDown, HeartBeat};
use crate::event::DrcStatus;
use crate::profile::{AuthorityKind, FrameReplies};
use crate::service::DrcModeEnter;
use crate::stick::{StickFrame, StickSequence};

/// Live flight control, as the device has it.
#[derive(Debug)]
pub(super) struct Drc {
    state: DrcState,
    bid: String,
    heard: Mono,
    sequence: StickSequence,
    osd: Option<(Duration, Mono)>,
    hsi: Option<(Duration, Mono)>,
    push_seq: i64,
}

impl Default for Drc {
    fn default() -> Self {
        Self {
            state: DrcState::NotConnected,
            bid: String::new(),
            heard: Mono::ZERO,
            sequence: StickSequence::new(),
            osd: None,
            hsi: None,
            push_seq: 0,
        }
    }
}

impl Drc {
    pub(super) const fn state(&self) -> DrcState {
        self.state
    }

    fn pushes(&self) -> impl Iterator<Item = Mono> {
        [self.osd, self.hsi].into_iter().flatten().map(|(_, at)| at)
    }

    pub(super) fn next(&self, profile: &Profile) -> Option<Mono> {
        (self.state == DrcState::Connected).then(|| {
            let idle = self.heard + profile.idle_exit;
            self.pushes().fold(idle, Mono::min)
        })
    }
}

impl DeviceSession {
    /// Entering was granted. While connected already it only renews the account.
    pub(super) fn enter_drc(&mut self, now: Now, bid: String, enter: DrcModeEnter) {
        self.drc.bid = bid;
        let rate = |hertz: i64| Duration::from_secs(1) / hertz.clamp(1, 30) as u32;
        let (osd, hsi) = (rate(enter.osd_frequency), rate(enter.hsi_frequency));
        self.drc.osd = Some((osd, now.mono + osd));
        self.drc.hsi = Some((hsi, now.mono + hsi));
        if self.drc.state == DrcState::Connected {
            return self.tell_drc(now, DrcState::Connected, ErrorCode::OK);
        }
        self.tell_drc(now, DrcState::Connecting, ErrorCode::OK);
        self.event(Event::DrcConnect(enter));
    }

    /// The virtual device connected to the broker for live flight control, or could not, by this number.
    pub fn drc_linked(&mut self, now: Now, result: ErrorCode) {
        if self.drc.state != DrcState::Connecting {
            return;
        }
        if !result.is_ok() {
            return self.end_drc(now, result);
        }
        self.drc.heard = now.mono;
        self.drc.sequence = StickSequence::new();
        self.drc.push_seq = 0;
        self.tell_drc(now, DrcState::Connected, ErrorCode::OK);
    }

    /// Live flight control ends, by this number.
    pub fn end_drc(&mut self, now: Now, result: ErrorCode) {
        if self.drc.state != DrcState::NotConnected {
            self.drc.osd = None;
            self.drc.hsi = None;
            self.tell_drc(now, DrcState::NotConnected, result);
        }
    }

    /// Told as event, with the business id of the entering; the property follows with the next OSD.
    fn tell_drc(&mut self, now: Now, state: DrcState, result: ErrorCode) {
        self.drc.state = state;
        self.event(Event::Drc(state, result));
        let status = DeviceEvent::DrcStatus(DrcStatus {
            result,
            drc_state: state,
        });
        let bid = self.drc.bid.clone();
        self.notice(now, &status, Some(&bid), true);
    }

    pub(super) fn drc_down(&mut self, now: Now, envelope: &Envelope) {
        if self.drc.state != DrcState::Connected {
            return;
        }
        match DrcDown::parse(envelope) {
            Ok(DrcDown::HeartBeat(beat)) => self.echo(now, beat),
            Ok(DrcDown::Frame { frame, seq }) => self.frame(now, frame, seq),
            Ok(DrcDown::Command { command, seq }) => {
                self.event(Event::DrcCommand { command, seq });
            }
            Err(error) => {
                let method = error.method.clone();
                self.event(Event::BadPayload(error));
                if !method.is_empty() {
                    self.drc_reply(now, &method, ErrorCode::BAD_PARAMETER, None);
                }
            }
        }
    }

    fn echo(&mut self, now: Now, beat: HeartBeat) {
        self.drc.heard = now.mono;
        self.send_up(now, &DrcUp::HeartBeat(beat), None);
    }

    fn frame(&mut self, now: Now, frame: StickFrame, seq: Option<i64>) {
        let profile = self.config.profile;
        let refused = if !profile.can_fly() {
            Some(ErrorCode::UNSUPPORTED)
        } else if !self.cloud_has_flight() {
            Some(ErrorCode::NO_AUTHORITY)
        } else if !is_sound(&frame) {
            Some(ErrorCode::BAD_PARAMETER)
        } else {
            let checked = seq.map_or(Ok(()), |seq| {
                self.drc.sequence.check(profile.seq_rule, &frame, seq)
            });
            checked.err().map(|_| ErrorCode::BAD_PARAMETER)
        };
        let replies = match (profile.frame_replies, &frame) {
            (FrameReplies::Never, _) | (_, StickFrame::Sticks(_)) => false,
            (FrameReplies::Each, _) => true,
            (FrameReplies::OnError, _) => refused.is_some(),
        };
        if replies {
            self.drc_reply(now, frame.method(), refused.unwrap_or_default(), seq);
        }
        match refused {
            Some(result) => self.event(Event::FrameRefused(result)),
            None => self.event(Event::Frame {
                motion: profile.motion(&frame),
                frame,
                seq,
            }),
        }
    }

    /// Whether frames of the cloud count.
    pub fn cloud_has_flight(&self) -> bool {
        match self.config.profile.authority {
            AuthorityKind::Grab => self.control.flight == Some(ControlSource::A),
            AuthorityKind::CloudControl => self.consent,
        }
    }

    /// Answers a command of live flight control.
    pub fn drc_reply(&mut self, now: Now, method: &str, result: ErrorCode, seq: Option<i64>) {
        let reply = DrcUp::Reply {
            method: method.to_owned(),
            result,
            seq,
        };
        self.send_up(now, &reply, None);
    }

    /// Pushes something, while connected; pushes beside the documents of the first Dock are numbered.
    pub fn drc_push(&mut self, now: Now, push: &DrcUp) {
        let numbered = matches!(push, DrcUp::DroneState(_) | DrcUp::CameraOsd(_));
        let seq = numbered.then(|| {
            self.drc.push_seq += 1;
            self.drc.push_seq
        });
        self.send_up(now, push, seq);
    }

    fn send_up(&mut self, now: Now, up: &DrcUp, seq: Option<i64>) {
        if self.connected && self.drc.state == DrcState::Connected {
            let envelope = up.envelope(&self.config.profile, now.utc, seq);
            self.publish(self.to(TopicKind::DrcUp), &envelope);
        }
    }

    pub(super) fn drc_due(&mut self, now: Now) {
        if self.drc.state != DrcState::Connected {
            return;
        }
        if now.mono >= self.drc.heard + self.config.profile.idle_exit {
            return self.end_drc(now, ErrorCode::DRC_HEARTBEAT);
        }
        let due = |push: &mut Option<(Duration, Mono)>| match push {
            Some((every, at)) if *at <= now.mono => {
                *at = now.mono + *every;
                true
            }
            _ => false,
        };
        let (osd, hsi) = (due(&mut self.drc.osd), due(&mut self.drc.hsi));
        if osd {
            self.event(Event::PushDue(PushKind::Osd));
        }
        if hsi {
            self.event(Event::PushDue(PushKind::Hsi));
        }
    }
}

/// Within the documents' bounds, a hundredth beyond them for the sake of rounding.
fn is_sound(frame: &StickFrame) -> bool {
    match frame {
        StickFrame::Velocity(v) => {
            v.x.abs() <= 17.01
                && v.y.abs() <= 17.01
                && (-4.01..=5.01).contains(&v.h)
                && v.w.abs() <= 90.01
        }
        StickFrame::Sticks(sticks) => sticks.is_in_range(),
    }
}
