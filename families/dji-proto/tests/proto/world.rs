//! Both ends with a wire between them, in virtual time.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use skyhelm_dji_proto::cloud::{self, Of};
use skyhelm_dji_proto::gateway::{self, DeviceConfig};
use skyhelm_dji_proto::numbers::ControlSource;
use skyhelm_dji_proto::request::{BindStatus, ConfigAnswer};
use skyhelm_dji_proto::service::{DrcBroker, DrcModeEnter};
use skyhelm_dji_proto::state::AuthorityState;
use skyhelm_dji_proto::stick::StickFrame;
use skyhelm_dji_proto::{
    DeviceRequest, DeviceSession, Envelope, ErrorCode, GatewaySession, Profile, Publish,
    RequestAnswer, SerialNumber, Service, TopicKind,
};
use skyhelm_units::{BodyMotion, Mono, Now, Redacted, UtcMillis};

pub(crate) const EPOCH: i64 = 1_760_000_000_000;

pub(crate) fn serial(text: &str) -> SerialNumber {
    SerialNumber::new(text).unwrap()
}

pub(crate) fn now(ms: u64) -> Now {
    Now {
        mono: Mono::from_elapsed(Duration::from_millis(ms)),
        utc: UtcMillis::new(EPOCH + ms as i64),
    }
}

/// Dice with a seed.
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    pub(crate) fn chance(&mut self, per_cent: u64) -> bool {
        self.roll(100) < per_cent
    }
}

/// What the wire does to messages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    pub(crate) loss: u64,
    pub(crate) twice: u64,
    pub(crate) delay_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Cloud,
    Device,
}

/// What the world saw, in order.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    /// The cloud published this.
    CloudSent(Publish),
    /// The cloud told this.
    CloudEvent(cloud::Event),
    /// A message reached the cloud.
    Delivered(Envelope, TopicKind),
    /// The device published this.
    DeviceSent(Publish),
    /// The device told this.
    DeviceEvent(gateway::Event),
    /// The authority is in these hands from now on; nobody's after a restart.
    Holder(Option<ControlSource>),
    /// A person did this.
    Act(Act),
}

/// What a person does that no machine may do for him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Takes the authority.
    Grab,
    /// Enters live flight control.
    Enter,
    /// Sends something that moves.
    Motion,
}

/// A rule that the world breaks on purpose, to see whether it is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Bug {
    #[default]
    None,
    /// What moves is sent again when no answer came.
    ResendsMotion,
    /// Frames go on after the link is bad.
    FramesAfterBadLink,
    /// Frames go on after the authority is lost.
    FramesAfterLoss,
    /// A delivery is answered twice.
    AnswersTwice,
    /// A delivery that came before is not answered.
    AnswersOnlyTheFirst,
    /// The aircraft flies frames of the cloud while the controller has it.
    TwoHolders,
    /// The authority is taken back by a machine.
    GrabsByItself,
    /// Live flight control is entered anew by a machine.
    EntersByItself,
    /// A frame that was under way follows the stop.
    FrameAfterStop,
}

pub(crate) struct World {
    pub(crate) ms: u64,
    pub(crate) cloud: GatewaySession,
    pub(crate) device: DeviceSession,
    pub(crate) dice: Dice,
    pub(crate) faults: Faults,
    pub(crate) wire: BTreeMap<(u64, u64), (To, Publish)>,
    sent: u64,
    pub(crate) profile: Profile,
    /// Connecting to the broker for live flight control takes this long.
    pub(crate) drc_delay_ms: u64,
    drc_link_at: Option<u64>,
    pub(crate) log: Vec<Seen>,
    pub(crate) bug: Bug,
    last_frame: Option<Publish>,
    last_motion: Option<Publish>,
    answered: std::collections::BTreeSet<String>,
    runs: u64,
}

impl World {
    pub(crate) fn new(profile: Profile, seed: u64) -> Self {
        let dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut world = Self {
            ms: 0,
            cloud: cloud_session(profile, seed),
            device: device_session(profile, seed + 1),
            dice,
            faults: Faults::default(),
            wire: BTreeMap::new(),
            sent: 0,
            profile,
            drc_delay_ms: 300,
            drc_link_at: None,
            log: Vec::new(),
            bug: Bug::None,
            last_frame: None,
            last_motion: None,
            answered: std::collections::BTreeSet::new(),
            runs: 1,
        };
        world.cloud.handle_input(now(0), cloud::Input::Connected);
        world.device.handle_input(now(0), gateway::Input::Connected);
        world.settle();
        world
    }

    pub(crate) fn now(&self) -> Now {
        now(self.ms)
    }

    /// Runs until all is online, and forgets what was seen.
    pub(crate) fn online(profile: Profile, seed: u64) -> Self {
        let mut world = Self::new(profile, seed);
        world.run_for(3000);
        assert_eq!(world.device.step(), gateway::Step::Online);
        world.log.clear();
        world
    }

    /// Runs until the cloud has the authority, is in live flight control and holds the sticks.
    pub(crate) fn flying(profile: Profile, seed: u64) -> Self {
        let mut world = Self::online(profile, seed);
        world.take_control();
        world.run_for(500);
        world.enter();
        world.run_for(2000);
        world.cloud.take_sticks(world.now()).unwrap();
        world.run_for(10);
        world.log.clear();
        world
    }

    pub(crate) fn take_control(&mut self) {
        self.act(Act::Grab);
        self.ask_control();
    }

    fn ask_control(&mut self) {
        let service = match self.profile.authority {
            skyhelm_dji_proto::profile::AuthorityKind::Grab => Service::FlightAuthorityGrab,
            skyhelm_dji_proto::profile::AuthorityKind::CloudControl => {
                Service::CloudControlAuthRequest(skyhelm_dji_proto::service::CloudControlRequest {
                    user_id: "u1".into(),
                    user_callsign: "operator".into(),
                    control_keys: vec!["flight".into()],
                })
            }
        };
        let _ = self
            .cloud
            .request(self.now(), &cloud::Call::Service(service));
        self.settle();
    }

    pub(crate) fn enter(&mut self) {
        self.act(Act::Enter);
        self.ask_entering();
    }

    fn ask_entering(&mut self) {
        let enter = Service::DrcModeEnter(DrcModeEnter {
            mqtt_broker: DrcBroker {
                address: "192.0.2.1:8883".into(),
                client_id: "drc-4J4R101".into(),
                username: "u".into(),
                password: Redacted::new("p".into()),
                expire_time: (EPOCH / 1000) + 3600,
                enable_tls: true,
            },
            osd_frequency: 1,
            hsi_frequency: 1,
        });
        let _ = self.cloud.request(self.now(), &cloud::Call::Service(enter));
        self.settle();
    }

    pub(crate) fn stick(&mut self, motion: BodyMotion) -> bool {
        let sent = self.cloud.stick(self.now(), motion);
        self.settle();
        let goes_on = matches!(
            (self.bug, sent),
            (Bug::FramesAfterBadLink, Err(cloud::StickRefused::LinkBad))
                | (Bug::FramesAfterLoss, Err(cloud::StickRefused::NoControl))
        );
        if goes_on && let Some(frame) = self.last_frame.clone() {
            self.cloud_sends(&frame);
        }
        sent.is_ok()
    }

    fn act(&mut self, act: Act) {
        self.log.push(Seen::Act(act));
    }

    /// A person asks for something that moves.
    pub(crate) fn motion(&mut self, service: Service) {
        if self
            .cloud
            .request(self.now(), &cloud::Call::Service(service))
            .is_ok()
        {
            self.act(Act::Motion);
        }
        self.settle();
    }

    fn cloud_sends(&mut self, publish: &Publish) {
        self.log.push(Seen::CloudSent(publish.clone()));
        self.put(To::Device, publish);
    }

    /// Takes what both ends say, and has the virtual device do what it is told.
    pub(crate) fn settle(&mut self) {
        loop {
            if let Some(output) = self.cloud.poll_output() {
                self.cloud_said(output);
            } else if let Some(output) = self.device.poll_output() {
                self.device_said(output);
            } else {
                return;
            }
        }
    }

    fn cloud_said(&mut self, output: cloud::Output) {
        match output {
            cloud::Output::Publish(publish) => {
                if publish.topic.kind == TopicKind::EventsReply
                    && self.bug == Bug::AnswersOnlyTheFirst
                {
                    let tid = Envelope::parse(&publish.payload)
                        .unwrap()
                        .tid
                        .unwrap_or_default();
                    if !self.answered.insert(tid) {
                        return;
                    }
                }
                self.cloud_sends(&publish);
                self.remember(&publish);
            }
            cloud::Output::Event(event) => {
                if let cloud::Event::Asked { ask, request } = &event {
                    let answer = answer(request);
                    self.cloud.answer(self.now(), *ask, &answer);
                }
                let bug = self.bug;
                let lost = matches!(event, cloud::Event::ControlLost(_));
                let ended = matches!(event, cloud::Event::Drc(cloud::DrcEvent::Ended(_)));
                let timed_out = matches!(&event, cloud::Event::TimedOut { method, .. } if method == "fly_to_point");
                self.log.push(Seen::CloudEvent(event));
                if lost && bug == Bug::GrabsByItself {
                    self.ask_control();
                }
                if ended && bug == Bug::EntersByItself {
                    self.ask_entering();
                }
                if timed_out
                    && bug == Bug::ResendsMotion
                    && let Some(motion) = self.last_motion.clone()
                {
                    self.cloud_sends(&motion);
                }
            }
        }
    }

    /// What a bug sends again later.
    fn remember(&mut self, publish: &Publish) {
        let says = |word: &[u8]| publish.payload.windows(word.len()).any(|part| part == word);
        match publish.topic.kind {
            TopicKind::EventsReply if self.bug == Bug::AnswersTwice => self.cloud_sends(publish),
            TopicKind::Services if says(b"fly_to_point\"") => {
                self.last_motion = Some(publish.clone());
            }
            TopicKind::DrcDown if says(b"drone_control") || says(b"stick_control") => {
                // The last one that did not stand still.
                let still = is_still(&Envelope::parse(&publish.payload).unwrap());
                let moving = (!still).then(|| publish.clone());
                self.last_frame = moving.or_else(|| self.last_frame.take());
            }
            TopicKind::DrcDown
                if self.bug == Bug::FrameAfterStop && says(b"drone_emergency_stop") =>
            {
                if let Some(frame) = self.last_frame.clone() {
                    self.cloud_sends(&frame);
                }
            }
            _ => {}
        }
    }

    fn device_said(&mut self, output: gateway::Output) {
        match output {
            gateway::Output::Publish(publish) => {
                self.log.push(Seen::DeviceSent(publish.clone()));
                self.put(To::Cloud, &publish);
            }
            gateway::Output::Event(event) => {
                self.device_does(&event);
                let refused =
                    matches!(event, gateway::Event::FrameRefused(ErrorCode::NO_AUTHORITY));
                self.log.push(Seen::DeviceEvent(event));
                if refused && self.bug == Bug::TwoHolders {
                    let frame = StickFrame::Sticks(skyhelm_dji_proto::stick::Sticks::CENTRED);
                    let flown = gateway::Event::Frame {
                        motion: BodyMotion::STILL,
                        frame,
                        seq: None,
                    };
                    self.log.push(Seen::DeviceEvent(flown));
                }
            }
        }
    }

    fn device_does(&mut self, event: &gateway::Event) {
        let now = self.now();
        match event {
            gateway::Event::Service {
                ticket, service, ..
            } => {
                let locked = self.device.control().locked == Some(true);
                let result = match service {
                    Service::FlightAuthorityGrab if locked => ErrorCode::AUTHORITY_LOCKED,
                    Service::FlightAuthorityGrab => {
                        self.give(ControlSource::A);
                        ErrorCode::OK
                    }
                    Service::DrcModeEnter(_) if !self.device.cloud_has_flight() => {
                        ErrorCode::NO_AUTHORITY
                    }
                    _ => ErrorCode::OK,
                };
                self.device.reply(now, *ticket, result, None);
                if matches!(service, Service::CloudControlAuthRequest(_)) {
                    self.log.push(Seen::Holder(Some(ControlSource::A)));
                    self.device.set_consent(now, true);
                    let yes = skyhelm_dji_proto::DeviceEvent::parse(
                        "cloud_control_auth_notify",
                        &serde_json::json!({ "result": 0, "output": { "status": "ok" } }),
                    );
                    self.device.notice(now, &yes.unwrap(), None, false);
                }
            }
            gateway::Event::Set { ticket, property } => {
                let result = skyhelm_dji_proto::numbers::PropertyResult::Ok;
                self.device
                    .reply_property(now, *ticket, &property.name, result);
            }
            gateway::Event::DrcConnect(_) => self.drc_link_at = Some(self.ms + self.drc_delay_ms),
            gateway::Event::DrcCommand { command, seq } => {
                self.device
                    .drc_reply(now, command.method(), ErrorCode::OK, *seq);
            }
            _ => {}
        }
    }

    /// Who has the authority from now on.
    pub(crate) fn give(&mut self, source: ControlSource) {
        let control = AuthorityState {
            flight: Some(source),
            locked: Some(false),
            payloads: BTreeMap::new(),
        };
        self.log.push(Seen::Holder(control.flight.clone()));
        self.device.set_control(self.now(), control);
    }

    fn put(&mut self, to: To, publish: &Publish) {
        let copies = 1 + u64::from(self.dice.chance(self.faults.twice));
        for _ in 0..copies {
            if self.dice.chance(self.faults.loss) {
                continue;
            }
            let delay = 5 + self.dice.roll(self.faults.delay_ms + 1);
            self.sent += 1;
            self.wire
                .insert((self.ms + delay, self.sent), (to, publish.clone()));
        }
    }

    fn next_at(&self) -> Option<u64> {
        let wire = self.wire.keys().next().map(|(at, _)| *at);
        let timer = |at: Option<Mono>| at.map(|at| at.elapsed().as_micros().div_ceil(1000) as u64);
        let cloud = timer(self.cloud.poll_timeout().map(|(at, _)| at));
        let device = timer(self.device.poll_timeout().map(|(at, _)| at));
        [wire, cloud, device, self.drc_link_at]
            .into_iter()
            .flatten()
            .min()
    }

    pub(crate) fn run_for(&mut self, ms: u64) {
        let end = self.ms + ms;
        let mut spins = 0;
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            spins = if at > self.ms { 0 } else { spins + 1 };
            assert!(spins < 10_000, "a timer that never moves");
            self.ms = at.max(self.ms);
            self.step();
        }
        self.ms = end;
    }

    fn step(&mut self) {
        let now = self.now();
        if self.drc_link_at.is_some_and(|at| at <= self.ms) {
            self.drc_link_at = None;
            self.device.drc_linked(now, ErrorCode::OK);
            self.settle();
        }
        while let Some(first) = self
            .wire
            .first_entry()
            .filter(|entry| entry.key().0 <= self.ms)
        {
            let (to, publish) = first.remove();
            self.deliver(to, &publish);
            self.settle();
        }
        self.cloud.handle_timeout(now);
        self.device.handle_timeout(now);
        self.settle();
    }

    fn deliver(&mut self, to: To, publish: &Publish) {
        let (topic, payload) = (&publish.topic, publish.payload.as_slice());
        match to {
            To::Cloud => {
                let envelope = Envelope::parse(payload).unwrap();
                self.log.push(Seen::Delivered(envelope, topic.kind));
                self.cloud
                    .handle_input(self.now(), cloud::Input::Message { topic, payload });
            }
            To::Device => self
                .device
                .handle_input(self.now(), gateway::Input::Message { topic, payload }),
        }
    }

    /// The broker goes away for both, and what is on the wire with it.
    pub(crate) fn break_broker(&mut self) {
        self.wire.clear();
        self.drc_link_at = None;
        self.cloud
            .handle_input(self.now(), cloud::Input::Disconnected);
        self.device
            .handle_input(self.now(), gateway::Input::Disconnected);
        self.settle();
    }

    pub(crate) fn mend_broker(&mut self) {
        self.cloud.handle_input(self.now(), cloud::Input::Connected);
        self.device
            .handle_input(self.now(), gateway::Input::Connected);
        self.settle();
    }

    pub(crate) fn restart_cloud(&mut self, seed: u64) {
        self.runs += 1;
        self.wire.clear();
        self.cloud = cloud_session(self.profile, seed ^ (self.runs << 32));
        self.cloud.handle_input(self.now(), cloud::Input::Connected);
        self.settle();
    }

    pub(crate) fn restart_device(&mut self, seed: u64) {
        self.runs += 1;
        self.wire.clear();
        self.drc_link_at = None;
        self.log.push(Seen::Holder(None));
        self.device = device_session(self.profile, seed ^ (self.runs << 32) ^ 0x55);
        self.device
            .handle_input(self.now(), gateway::Input::Connected);
        self.settle();
    }

    pub(crate) fn cloud_events(&self) -> impl Iterator<Item = &cloud::Event> {
        self.log.iter().filter_map(|seen| match seen {
            Seen::CloudEvent(event) => Some(event),
            _ => None,
        })
    }

    pub(crate) fn cloud_sent(&self, kind: TopicKind) -> Vec<Envelope> {
        self.log
            .iter()
            .filter_map(|seen| match seen {
                Seen::CloudSent(publish) if publish.topic.kind == kind => {
                    Envelope::parse(&publish.payload).ok()
                }
                _ => None,
            })
            .collect()
    }

    pub(crate) fn flown(&self) -> Vec<(BodyMotion, StickFrame)> {
        self.log
            .iter()
            .filter_map(|seen| match seen {
                Seen::DeviceEvent(gateway::Event::Frame { motion, frame, .. }) => {
                    Some((*motion, *frame))
                }
                _ => None,
            })
            .collect()
    }
}

/// Whether a frame stands still.
pub(crate) fn is_still(frame: &Envelope) -> bool {
    let number = |name: &str| {
        frame
            .field(name)
            .and_then(skyhelm_dji_proto::tolerant::as_float)
    };
    ["x", "y", "h", "w"]
        .iter()
        .all(|axis| number(axis).unwrap_or(0.0) == 0.0)
        && ["roll", "pitch", "throttle", "yaw"]
            .iter()
            .all(|stick| number(stick).unwrap_or(1024.0) == 1024.0)
}

fn cloud_session(profile: Profile, seed: u64) -> GatewaySession {
    GatewaySession::new(cloud::SessionConfig {
        gateway: serial("4TADL1E0010015"),
        profile: Some(profile),
        id_seed: seed,
    })
}

pub(crate) fn device_session(profile: Profile, seed: u64) -> DeviceSession {
    let mut device = DeviceSession::new(DeviceConfig {
        gateway: serial("4TADL1E0010015"),
        aircraft: Some((serial("1581F5BMD228Q00A82XX"), profile.aircraft)),
        profile,
        id_seed: seed,
        organization_id: "org".into(),
        binding_code: "code".into(),
        callsign: "dock".into(),
    });
    let fields = |value: Value| value.as_object().cloned().unwrap();
    device.set_osd(
        Of::Gateway,
        fields(serde_json::json!({ "mode_code": 0, "cover_state": 1, "latitude": 48.1, "longitude": 11.5, "height": 560.0 })),
    );
    device.set_osd(
        Of::Aircraft,
        fields(serde_json::json!({ "mode_code": 3, "height": 600.0, "elevation": 40.0 })),
    );
    device
}

fn answer(request: &DeviceRequest) -> RequestAnswer {
    match request {
        DeviceRequest::Config(_) => RequestAnswer::Config(ConfigAnswer {
            app_id: "1".into(),
            app_key: Redacted::new("k".into()),
            app_license: Redacted::new("l".into()),
            ntp_server_host: "ntp.example".into(),
            ntp_server_port: 123,
        }),
        DeviceRequest::BindStatus(status) => RequestAnswer::BindStatus(
            status
                .devices
                .iter()
                .map(|device| BindStatus {
                    sn: device.sn.clone(),
                    is_device_bind_organization: false,
                    organization_id: String::new(),
                    organization_name: String::new(),
                    device_callsign: String::new(),
                })
                .collect(),
        ),
        DeviceRequest::OrganizationGet(_) => RequestAnswer::Organization("Sky".into()),
        DeviceRequest::OrganizationBind(bind) => RequestAnswer::Bound(
            bind.bind_devices
                .iter()
                .map(|device| (device.sn.clone(), 0))
                .collect(),
        ),
        _ => RequestAnswer::Refused(ErrorCode::UNSUPPORTED),
    }
}
