//! The device's end: a dock or a remote controller, for virtual ones.
//!
//! A [`DeviceSession`] comes online by the steps of a real one, hands each command out once,
//! resends events until they are answered, echoes heart-beats, leaves live flight control when
//! none come, and pushes its properties at their rate. What a command does is the caller's matter.
//!
//! ```text
//!  broker ── Input ──────────────►┌───────────────┐── Publish ──► broker
//!  virtual aircraft ── reply,     │ DeviceSession │── Event ──► virtual aircraft
//!            event, osd, push ───►└───────────────┘
//! ```

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};
use skyhelm_units::{Mono, Now};

use crate::drc::DrcUp;
use crate::envelope::{Envelope, IdSource};
use crate::error_code::ErrorCode;
use crate::event::DeviceEvent;
use crate::numbers::{ControlSource, DrcState, PropertyResult};
use crate::profile::Profile;
use crate::property::PropertySet;
use crate::publish::{Publish, Qos};
use crate::request::DeviceRequest;
use crate::serial::SerialNumber;
use crate::state::AuthorityState;
use crate::topic::{Topic, TopicKind};
use crate::topo::Topology;

mod commands;
mod drc;
mod online;
mod outbox;
mod pushes;
mod types;

pub use online::Step;
pub use types::{DeviceConfig, Event, Input, Output, PushKind, Ticket, Wakeup};

use crate::cloud::Of;
use commands::Commands;
use drc::Drc;
use online::Onboarding;
use outbox::Outbox;
use pushes::Osd;

/// How many questions may be unanswered; the oldest is forgotten.
const MAX_ASKED: usize = 16;

/// One gateway and its aircraft.
#[derive(Debug)]
pub struct DeviceSession {
    config: DeviceConfig,
    aircraft_online: bool,
    ids: IdSource,
    connected: bool,
    onboarding: Onboarding,
    commands: Commands,
    outbox: Outbox,
    osd: Osd,
    drc: Drc,
    control: AuthorityState,
    consent: bool,
    asked: VecDeque<(String, String)>,
    outputs: VecDeque<Output>,
}

impl DeviceSession {
    /// Switched on, not connected yet.
    pub fn new(config: DeviceConfig) -> Self {
        Self {
            ids: IdSource::seeded(config.id_seed),
            aircraft_online: config.aircraft.is_some(),
            connected: false,
            onboarding: Onboarding::default(),
            commands: Commands::default(),
            outbox: Outbox::default(),
            osd: Osd::default(),
            drc: Drc::default(),
            control: AuthorityState::default(),
            consent: false,
            asked: VecDeque::new(),
            outputs: VecDeque::new(),
            config,
        }
    }

    /// The profile it speaks by.
    pub const fn profile(&self) -> &Profile {
        &self.config.profile
    }

    /// Whose session it is.
    pub const fn gateway(&self) -> &SerialNumber {
        &self.config.gateway
    }

    /// How far it has come online.
    pub const fn step(&self) -> Step {
        self.onboarding.step()
    }

    /// The state of its link for live flight control.
    pub const fn drc_state(&self) -> DrcState {
        self.drc.state()
    }

    /// Who has the authority, as it last said.
    pub const fn control(&self) -> &AuthorityState {
        &self.control
    }

    /// Takes what the broker did.
    pub fn handle_input(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::Connected => {
                self.connected = true;
                self.come_online(now);
            }
            Input::Disconnected => {
                self.connected = false;
                self.onboarding = Onboarding::default();
                self.end_drc(now, ErrorCode::DRC_NETWORK);
            }
            Input::Message { topic, payload } => self.message(now, topic, payload),
        }
    }

    fn message(&mut self, now: Now, topic: &Topic, payload: &[u8]) {
        let aircraft = self.config.aircraft.as_ref().map(|(serial, _)| serial);
        if topic.serial != self.config.gateway && Some(&topic.serial) != aircraft {
            return;
        }
        let Ok(envelope) = Envelope::parse(payload) else {
            return self.event(Event::Malformed);
        };
        match topic.kind {
            TopicKind::StatusReply => self.step_answered(now, &envelope),
            TopicKind::RequestsReply => {
                self.step_answered(now, &envelope);
                self.question_answered(&envelope);
            }
            TopicKind::EventsReply | TopicKind::StateReply => {
                if let Some(tid) = &envelope.tid {
                    self.outbox.answered(tid);
                }
            }
            TopicKind::Services => self.service(now, &envelope),
            TopicKind::PropertySet => self.property_set(now, &envelope),
            TopicKind::DrcDown => self.drc_down(now, &envelope),
            _ => {}
        }
    }

    /// Tells it that the time of [`DeviceSession::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Now) {
        self.step_due(now);
        self.resend_due(now);
        self.osd_due(now);
        self.drc_due(now);
    }

    /// When to call [`DeviceSession::handle_timeout`], and why.
    pub fn poll_timeout(&self) -> Option<(Mono, Wakeup)> {
        if !self.connected {
            return None;
        }
        let online = self.step() == Step::Online;
        [
            self.onboarding.next().map(|at| (at, Wakeup::Step)),
            self.outbox.next().map(|at| (at, Wakeup::Resend)),
            online
                .then(|| self.osd.next().map(|at| (at, Wakeup::Osd)))
                .flatten(),
            self.drc
                .next(&self.config.profile)
                .map(|at| (at, Wakeup::Drc)),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
    }

    /// The next thing to do. Call it until it returns `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The aircraft is switched on or off: the topology is told anew.
    pub fn set_aircraft_online(&mut self, now: Now, online: bool) {
        let online = online && self.config.aircraft.is_some();
        if core::mem::replace(&mut self.aircraft_online, online) != online && self.connected {
            if !online {
                self.end_drc(now, ErrorCode::DRC_NETWORK);
            }
            if self.step() == Step::Online {
                self.go(now, Step::Topology);
            }
        }
    }

    /// Who has the authority now: told as `state` of the aircraft. Frames count only while the
    /// cloud has it.
    pub fn set_control(&mut self, now: Now, control: AuthorityState) {
        if control == self.control {
            return;
        }
        let properties = control.properties();
        self.control = control;
        self.state(now, Of::Aircraft, properties, false);
    }

    /// Whether the pilot lets the cloud command: told as `state` of the controller.
    pub fn set_consent(&mut self, now: Now, consent: bool) {
        if core::mem::replace(&mut self.consent, consent) == consent {
            return;
        }
        let keys: &[&str] = if consent { &["flight"] } else { &[] };
        let mut properties = Map::new();
        properties.insert("cloud_control_auth".to_owned(), keys.into());
        self.state(now, Of::Gateway, properties, false);
    }

    /// Tells properties that changed.
    pub fn state(&mut self, now: Now, of: Of, properties: Map<String, Value>, need_reply: bool) {
        let ids = self.ids.exchange();
        let envelope = Envelope::properties(ids, now.utc, Value::Object(properties))
            .through(&self.config.gateway)
            .asking_reply(need_reply);
        let topic = Topic::new(TopicKind::State, self.serial_of(of));
        self.post(now, topic, envelope);
    }

    /// Gives notice. With `need_reply` it is sent again until it is answered. `bid` is that of the
    /// command it belongs to, if it belongs to one.
    pub fn notice(&mut self, now: Now, event: &DeviceEvent, bid: Option<&str>, need_reply: bool) {
        let ids = match bid {
            Some(bid) => self.ids.exchange_of(bid),
            None => self.ids.exchange(),
        };
        let envelope = Envelope::message(ids, now.utc, event.method(), event.data())
            .through(&self.config.gateway)
            .asking_reply(need_reply);
        let topic = Topic::new(TopicKind::Events, self.config.gateway.clone());
        self.post(now, topic, envelope);
    }

    /// Says it, and keeps it to say again when it wants an answer. What is said while the broker
    /// is away, and wants none, is lost, as on a real device.
    fn post(&mut self, now: Now, topic: Topic, envelope: Envelope) {
        if self.connected {
            self.publish(topic.clone(), &envelope);
        }
        if envelope.need_reply {
            self.outbox.keep(now.mono, topic, envelope);
        }
    }

    fn resend_due(&mut self, now: Now) {
        if !self.connected {
            return;
        }
        while let Some((topic, envelope)) = self.outbox.due(now) {
            self.publish(topic, &envelope);
        }
    }

    /// Asks the cloud something besides the steps of coming online; the answer comes as an event.
    pub fn ask_cloud(&mut self, now: Now, request: &DeviceRequest) {
        let ids = self.ids.exchange();
        if self.asked.len() >= MAX_ASKED {
            self.asked.pop_front();
        }
        self.asked
            .push_back((ids.tid.clone(), request.method().to_owned()));
        let envelope = Envelope::message(ids, now.utc, request.method(), request.data());
        self.publish(self.to(TopicKind::Requests), &envelope);
    }

    fn question_answered(&mut self, envelope: &Envelope) {
        let tid = envelope.tid.as_deref();
        let found = self
            .asked
            .iter()
            .position(|(known, _)| Some(known.as_str()) == tid);
        if let Some((_, method)) = found.and_then(|at| self.asked.remove(at)) {
            let data = envelope.data.clone();
            self.event(Event::Answered { method, data });
        }
    }

    fn serial_of(&self, of: Of) -> SerialNumber {
        match (of, &self.config.aircraft) {
            (Of::Aircraft, Some((serial, _))) => serial.clone(),
            _ => self.config.gateway.clone(),
        }
    }

    fn to(&self, kind: TopicKind) -> Topic {
        Topic::new(kind, self.config.gateway.clone())
    }

    fn publish(&mut self, topic: Topic, envelope: &Envelope) {
        let often = matches!(topic.kind, TopicKind::Osd | TopicKind::DrcUp);
        let qos = if often {
            Qos::AtMostOnce
        } else {
            Qos::AtLeastOnce
        };
        self.outputs.push_back(Output::Publish(Publish {
            topic,
            payload: envelope.to_bytes(),
            qos,
        }));
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
