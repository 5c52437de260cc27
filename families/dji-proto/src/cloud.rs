//! The cloud's end: one gateway, and the aircraft it brings.
//!
//! A [`GatewaySession`] does what the documents ask of a cloud and nothing a person did not ask
//! for: it answers what must be answered, keeps what the devices tell, sends commands once and
//! pairs their answers, and never takes the authority or enters live flight control by itself.
//!
//! ```text
//!  person ── request, stick ──►┌────────────────┐── Publish ──► broker
//!  broker ── Input ───────────►│ GatewaySession │
//!                              │  └ DrcSession  │── Event ──► driver
//!                              └────────────────┘
//! ```

use std::collections::{BTreeMap, VecDeque};

use skyhelm_session::Deadlines;
use skyhelm_units::{BodyMotion, Mono, Now};

use crate::drc::DrcCommand;
use crate::envelope::{Envelope, IdSource};
use crate::numbers::DrcState;
use crate::osd::Properties;
use crate::profile::Profile;
use crate::publish::{Publish, Qos};
use crate::request::RequestAnswer;
use crate::serial::SerialNumber;
use crate::service::Service;
use crate::topic::{Topic, TopicKind};
use crate::topo::Topology;

mod calls;
mod control;
mod drc;
mod inbox;
mod pushes;
mod ranges;
mod seen;
mod types;

pub use control::{Consent, Control, LostBecause};
pub use drc::{DrcEvent, DrcOutput, DrcPhase, DrcSession, StickRefused};
pub use types::{
    Ask, Call, Event, Input, Oddity, Of, Output, RequestError, SessionConfig, Ticket, Wakeup,
};

use calls::Pending;
use seen::Seen;

/// One gateway.
#[derive(Debug)]
pub struct GatewaySession {
    gateway: SerialNumber,
    fixed_profile: bool,
    profile: Profile,
    ids: IdSource,
    connected: bool,
    topology: Option<Topology>,
    last_heard: Option<Mono>,
    gateway_properties: Properties,
    aircraft_properties: Properties,
    control: Control,
    drc: DrcSession,
    pending: BTreeMap<String, Pending>,
    deadlines: Deadlines<String>,
    tickets: u64,
    asks: VecDeque<(Ask, Envelope)>,
    seen: Seen,
    sent: Seen,
    outputs: VecDeque<Output>,
}

impl GatewaySession {
    /// Not connected to the broker yet; nothing is known of the gateway.
    pub fn new(config: SessionConfig) -> Self {
        let profile = config.profile.unwrap_or(Profile::DOCK3_M4TD);
        Self {
            gateway: config.gateway,
            fixed_profile: config.profile.is_some(),
            profile,
            ids: IdSource::seeded(config.id_seed),
            connected: false,
            topology: None,
            last_heard: None,
            gateway_properties: Properties::default(),
            aircraft_properties: Properties::default(),
            control: Control::default(),
            drc: DrcSession::new(profile),
            pending: BTreeMap::new(),
            deadlines: Deadlines::new(),
            tickets: 0,
            asks: VecDeque::new(),
            seen: Seen::new(),
            sent: Seen::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Whose session it is.
    pub const fn gateway(&self) -> &SerialNumber {
        &self.gateway
    }

    /// The profile it speaks by: the one configured, or the one of the products that came online.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What came online. `None` before it did.
    pub const fn topology(&self) -> Option<&Topology> {
        self.topology.as_ref()
    }

    /// The aircraft's serial number, while it is online.
    pub fn aircraft(&self) -> Option<&SerialNumber> {
        let topology = self.topology.as_ref()?;
        topology.aircraft.as_ref().map(|(serial, _)| serial)
    }

    /// What the gateway told of itself.
    pub const fn gateway_properties(&self) -> &Properties {
        &self.gateway_properties
    }

    /// What the aircraft told of itself.
    pub const fn aircraft_properties(&self) -> &Properties {
        &self.aircraft_properties
    }

    /// Who may command.
    pub const fn control(&self) -> &Control {
        &self.control
    }

    /// Live flight control.
    pub const fn drc(&self) -> &DrcSession {
        &self.drc
    }

    /// When the gateway was last heard.
    pub const fn last_heard(&self) -> Option<Mono> {
        self.last_heard
    }

    /// Takes for true, until the gateway says so itself, what an earlier run of the program knew: so that
    /// the messages of its aircraft are read. Nothing is ours by it.
    pub fn presume(&mut self, topology: Topology) {
        if self.topology.is_none() {
            if !self.fixed_profile {
                let model = topology.aircraft.as_ref().map(|(_, model)| *model);
                self.profile = *Profile::of(topology.gateway, model);
                self.drc.set_profile(self.profile);
            }
            self.topology = Some(topology);
        }
    }

    /// Takes what the broker did.
    pub fn handle_input(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::Connected => self.connected = true,
            Input::Disconnected => self.disconnected(),
            Input::Message { topic, payload } => self.message(now, topic, payload),
        }
        self.drain_drc();
    }

    /// Tells it that the time of [`GatewaySession::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Now) {
        self.drc.handle_timeout(now);
        while let Some(tid) = self.deadlines.pop_due(now.mono) {
            self.call_due(now, &tid);
        }
        self.drain_drc();
    }

    /// When to call [`GatewaySession::handle_timeout`], and why.
    pub fn poll_timeout(&self) -> Option<(Mono, Wakeup)> {
        let call = self
            .deadlines
            .next()
            .map(|(at, tid)| (at, Wakeup::Call(tid.clone())));
        let drc = self.drc.poll_timeout();
        [call, drc].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// The next thing to do. Call it until it returns `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Takes the sticks: a person's act. A frame that stands still goes first.
    ///
    /// # Errors
    /// When they cannot be had now.
    pub fn take_sticks(&mut self, now: Now) -> Result<(), StickRefused> {
        if !self.control.has_flight() {
            return Err(StickRefused::NoControl);
        }
        let taken = self.drc.take_sticks(now);
        self.drain_drc();
        taken
    }

    /// Lets the sticks go: three frames that stand still, while the link is good.
    pub fn release_sticks(&mut self, now: Now) {
        self.drc.release_sticks(now);
        self.drain_drc();
    }

    /// Sends one frame. It is never repeated by the session.
    ///
    /// # Errors
    /// When the sticks are not taken, or may not move the aircraft any more. Nothing is sent then.
    pub fn stick(&mut self, now: Now, motion: BodyMotion) -> Result<(), StickRefused> {
        if !self.control.has_flight() {
            return Err(StickRefused::NoControl);
        }
        let sent = self.drc.stick(now, motion);
        self.drain_drc();
        sent
    }

    /// Sends a command of live flight control. A stop needs no authority.
    ///
    /// # Errors
    /// When the device is not in live flight control, or the authority is needed and not ours.
    pub fn drc_command(&mut self, now: Now, command: DrcCommand) -> Result<(), RequestError> {
        let free = command.is_stop() || matches!(command, DrcCommand::InitialStateSubscribe);
        let allowed = if command.is_landing() {
            self.control.has_flight()
        } else {
            free || self.control.has_any()
        };
        if !allowed {
            return Err(RequestError::NoControl);
        }
        let sent = self.drc.command(now, command);
        self.drain_drc();
        sent.map_err(|_| RequestError::NotInDrc)
    }

    /// Answers a question of the device.
    ///
    /// Returns whether the question still stood.
    pub fn answer(&mut self, now: Now, ask: Ask, answer: &RequestAnswer) -> bool {
        let Some(at) = self.asks.iter().position(|(known, _)| *known == ask) else {
            return false;
        };
        if let Some((_, question)) = self.asks.remove(at) {
            let reply = question.reply(now.utc, answer.data());
            self.publish(TopicKind::RequestsReply, &reply, Qos::AtLeastOnce);
        }
        true
    }

    fn disconnected(&mut self) {
        self.connected = false;
        self.last_heard = None;
        self.asks.clear();
        self.drop_calls();
        self.drc.link_down();
        self.lose_control(LostBecause::Disconnected);
    }

    fn lose_control(&mut self, because: LostBecause) {
        self.drc.drop_sticks();
        if self.control.lose(because.clone()) {
            self.event(Event::ControlLost(because));
        }
    }

    /// What the property or the event says of the link for live flight control.
    fn drc_told(&mut self, now: Now, state: DrcState, result: crate::ErrorCode, sure: bool) {
        self.drc.state_told(now, state, result, sure);
    }

    fn drain_drc(&mut self) {
        while let Some(output) = self.drc.poll_output() {
            match output {
                DrcOutput::Send(down, qos) => {
                    let envelope = down.envelope(&self.profile);
                    self.publish(TopicKind::DrcDown, &envelope, qos);
                }
                DrcOutput::Event(event) => self.event(Event::Drc(event)),
            }
        }
    }

    fn publish(&mut self, kind: TopicKind, envelope: &Envelope, qos: Qos) {
        let topic = Topic::new(kind, self.gateway.clone());
        self.publish_to(topic, envelope, qos);
    }

    fn publish_to(&mut self, topic: Topic, envelope: &Envelope, qos: Qos) {
        self.outputs.push_back(Output::Publish(Publish {
            topic,
            payload: envelope.to_bytes(),
            qos,
        }));
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }
}
