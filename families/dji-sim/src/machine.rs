//! A gateway without I/O: messages and time in, messages out.
//!
//! The driver around it feeds [`GatewayMachine::handle_message`] and [`GatewayMachine::handle_time`],
//! and carries out what [`GatewayMachine::poll_output`] gives. In tests the driver is a loop in virtual
//! time.

mod authority;
mod braking;
mod camera;
mod dock;
mod drc;
mod exchange;
mod faults;
mod handlers;
mod live;
mod mission;
mod onboarding;
mod osd;
mod outbox;
mod reports;
mod settings;
mod storage;
mod truth;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_dji_proto::service::DrcBroker;
use skyhelm_dji_proto::topic::{Topic, TopicKind};
use skyhelm_dji_proto::{Envelope, IdSource, PayloadIndex, Profile, SerialNumber};
use skyhelm_sim::flight::{Aircraft, AircraftConfig, Command, Enu, FlightEvent};
use skyhelm_sim::land::Land;
use skyhelm_streams::rtmp::Target;
use skyhelm_units::{AboveTakeoff, Mono, Now, UtcMillis};

use crate::config::{GatewayKind, VirtualGatewayConfig};
use crate::error::SimError;
use authority::Authority;
pub use braking::Braking;
use braking::BrakingWatch;
use camera::Camera;
pub use camera::{Lens, PhotoOrder};
use dock::Dock;
use drc::Drc;
pub use faults::{Fault, FaultKind};
use faults::{Faults, Mangler};
pub use handlers::implemented;
use live::Live;
pub use live::{LiveNews, LiveShot};
use mission::Mission;
use onboarding::Onboarding;
use outbox::Outbox;
use reports::Reports;
use settings::Settings;
pub use truth::WorldState;

/// Which of the gateway's connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkId {
    /// The one it has always.
    Main,
    /// The one of live flight control.
    Drc,
}

/// What the driver is to do.
#[derive(Clone, Debug)]
pub enum Output {
    /// Publish a message.
    Publish {
        /// On which connection.
        link: LinkId,
        /// Its topic.
        topic: String,
        /// Its payload.
        payload: Vec<u8>,
        /// 0 for what is pushed often, else 1.
        qos: u8,
    },
    /// Connect for live flight control, and listen on `drc/down` there.
    DrcConnect(Box<DrcBroker>),
    /// End that connection.
    DrcDisconnect,
    /// Cut all connections, and do not connect for a while.
    Offline(Duration),
    /// Take a photograph and put it on the card.
    Photo(Box<PhotoOrder>),
    /// Push the live picture there, for as long as [`GatewayMachine::live_shot`] of this number gives one.
    LiveStart(u64, Box<Target>),
    /// End that.
    LiveStop,
}

/// Where the land's origin lies against the pad: the pad is in its middle.
const PAD: Enu = Enu::ZERO;
/// Height of a pilot's aircraft over its ground when the story begins, metres.
const AIRBORNE: f64 = 40.0;

/// A virtual gateway's mind.
#[derive(Debug)]
pub struct GatewayMachine {
    kind: GatewayKind,
    profile: Profile,
    gateway: SerialNumber,
    aircraft_sn: SerialNumber,
    organization: (String, String),
    pilot: crate::config::Pilot,
    speed: f64,
    mutate: Option<String>,
    land: Arc<Land>,
    aircraft: Aircraft,
    ids: IdSource,
    now: Now,
    /// How far the aircraft has lived: messages come between two steps.
    lived: Mono,
    connected: bool,
    onboarding: Onboarding,
    storage: storage::Storage,
    authority: Authority,
    drc: Drc,
    braking: BrakingWatch,
    camera: Camera,
    live: Live,
    dock: Dock,
    mission: Option<Mission>,
    settings: Settings,
    outbox: Outbox,
    reports: Reports,
    faults: Faults,
    mangler: Mangler,
    outputs: VecDeque<(Mono, Output)>,
    inputs: VecDeque<(Mono, LinkId, String, Vec<u8>)>,
}

impl GatewayMachine {
    /// A gateway that is switched on but not connected.
    ///
    /// # Errors
    /// [`SimError::Config`] when a serial number or the speed is not one.
    pub fn new(config: &VirtualGatewayConfig, now: Now) -> Result<Self, SimError> {
        let serial = |text: &str| {
            SerialNumber::new(text).map_err(|error| SimError::Config(format!("{text}: {error}")))
        };
        if !(config.speed.is_finite() && config.speed > 0.0 && config.speed <= 100.0) {
            return Err(SimError::Config(String::from(
                "the speed must be above 0 and at most 100",
            )));
        }
        let land = config
            .land
            .clone()
            .unwrap_or_else(|| Arc::new(Land::seeded(config.seed, config.site)));
        let mut machine = Self {
            kind: config.kind,
            profile: config.profile,
            gateway: serial(&config.gateway_sn)?,
            aircraft_sn: serial(&config.aircraft_sn)?,
            organization: (config.organization_id.clone(), config.binding_code.clone()),
            pilot: config.pilot,
            speed: config.speed,
            mutate: config.mutate.clone(),
            aircraft: standing(config, &land),
            land,
            ids: IdSource::seeded(config.seed ^ 0x646a_6973),
            now,
            lived: now.mono,
            connected: false,
            onboarding: Onboarding::new(config.kind.is_dock()),
            storage: storage::Storage::default(),
            authority: Authority::new(&config.profile),
            drc: Drc::default(),
            braking: BrakingWatch::default(),
            camera: Camera::new(config.profile.camera, config.card_kb),
            live: Live::default(),
            dock: Dock::default(),
            mission: None,
            settings: Settings::default(),
            outbox: Outbox::default(),
            reports: Reports::starting(now.mono),
            faults: Faults::default(),
            mangler: Mangler::seeded(config.seed),
            outputs: VecDeque::new(),
            inputs: VecDeque::new(),
        };
        if config.airborne {
            machine.hang();
        }
        Ok(machine)
    }

    /// Lets the pilot's take-off be over.
    fn hang(&mut self) {
        let height = AboveTakeoff::from_metres(AIRBORNE);
        if self
            .aircraft
            .command(Command::TakeOff { height }, &self.land)
            .is_ok()
        {
            self.aircraft.advance(Duration::from_secs(30), &self.land);
            while self.aircraft.poll_event().is_some() {}
        }
    }

    /// Serial number of the dock or controller.
    pub fn gateway_sn(&self) -> &str {
        self.gateway.as_str()
    }

    /// What it says on the wire.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The land it stands in.
    pub fn land(&self) -> &Arc<Land> {
        &self.land
    }

    /// Its aircraft, as it really is.
    pub fn aircraft(&self) -> &Aircraft {
        &self.aircraft
    }

    /// Filters to subscribe to on a connection.
    pub fn filters(&self, link: LinkId) -> Vec<String> {
        let kinds: &[TopicKind] = match link {
            LinkId::Main => &[
                TopicKind::StatusReply,
                TopicKind::StateReply,
                TopicKind::Services,
                TopicKind::EventsReply,
                TopicKind::RequestsReply,
                TopicKind::PropertySet,
            ],
            LinkId::Drc => &[TopicKind::DrcDown],
        };
        kinds
            .iter()
            .map(|kind| kind.text(self.gateway.as_str()))
            .collect()
    }

    /// A connection stands and its subscriptions with it.
    pub fn handle_connected(&mut self, now: Now, link: LinkId) {
        self.set_now(now);
        match link {
            LinkId::Main => {
                self.connected = true;
                self.begin_onboarding();
            }
            LinkId::Drc => self.drc_connected(),
        }
    }

    /// A connection ended, or could not be made; `refused` when the broker did not want it.
    pub fn handle_disconnected(&mut self, now: Now, link: LinkId, refused: bool) {
        self.set_now(now);
        match link {
            LinkId::Main => {
                self.connected = false;
                self.onboarding.forget();
            }
            LinkId::Drc => self.drc_disconnected(refused),
        }
    }

    /// A message came.
    pub fn handle_message(&mut self, now: Now, link: LinkId, topic: &str, payload: &[u8]) {
        self.set_now(now);
        for due in self.mangler.deliveries(&self.faults, now.mono) {
            if due <= now.mono {
                self.take(link, topic, payload);
            } else if self.inputs.len() < 1024 {
                self.inputs
                    .push_back((due, link, topic.to_owned(), payload.to_vec()));
            }
        }
    }

    /// Time has passed.
    pub fn handle_time(&mut self, now: Now) {
        let passed = now.mono.since(self.lived).min(Duration::from_secs(5));
        self.lived = now.mono;
        self.set_now(now);
        let mut waiting = std::mem::take(&mut self.inputs);
        waiting.retain(|(due, link, topic, payload)| {
            let is_due = *due <= now.mono;
            if is_due {
                self.take(*link, topic, payload);
            }
            !is_due
        });
        waiting.extend(std::mem::take(&mut self.inputs));
        self.inputs = waiting;
        self.age(passed.mul_f64(self.speed));
        self.run_onboarding();
        self.run_drc();
        self.run_mission();
        self.run_live();
        self.run_reports();
        self.resend_events();
        self.run_faults();
    }

    /// The next thing for the driver to do now.
    pub fn poll_output(&mut self) -> Option<Output> {
        let due = self
            .outputs
            .iter()
            .position(|(due, _)| *due <= self.now.mono)?;
        self.outputs.remove(due).map(|(_, output)| output)
    }

    /// How long the driver may wait before it calls [`Self::handle_time`] again.
    pub fn tick(&self) -> Duration {
        if self.aircraft.is_flying()
            || self.drc.is_on()
            || self.camera.is_busy()
            || !self.live.is_off()
        {
            Duration::from_millis(20)
        } else {
            Duration::from_millis(100)
        }
    }

    fn set_now(&mut self, now: Now) {
        self.now = now;
    }

    /// What the gateway believes the time to be.
    fn utc(&self) -> UtcMillis {
        self.now.utc.plus_seconds(self.faults.clock_skew_s)
    }

    /// Whether the aircraft is switched on and reached by radio.
    fn has_aircraft(&self) -> bool {
        self.dock.aircraft_on && !self.faults.link_lost(self.now.mono)
    }

    fn age(&mut self, passed: Duration) {
        self.dock.live(self.aircraft.is_flying(), passed);
        if !self.dock.aircraft_on {
            return;
        }
        self.aircraft.advance(passed, &self.land);
        let speed = self.aircraft.velocity().length();
        self.braking.look(self.now.utc, speed);
        self.drain_flight();
        self.charge(passed);
        self.live_camera(passed);
    }

    fn drain_flight(&mut self) {
        while let Some(event) = self.aircraft.poll_event() {
            self.note_flight(event);
        }
    }

    fn note_flight(&mut self, event: FlightEvent) {
        use skyhelm_dji_proto::numbers::JoystickInvalidReason as Reason;
        use skyhelm_sim::flight::{Restraint, ReturnCause};
        match event {
            FlightEvent::JourneyEnded(reason) => self.end_mission(reason),
            FlightEvent::ReturnBegan(ReturnCause::LowBattery) => {
                self.invalidate_sticks(Reason::LowBatteryReturn);
            }
            FlightEvent::ForcedDown => self.invalidate_sticks(Reason::LowBatteryLanding),
            FlightEvent::Restrained(Restraint::Fence) if self.near_zone() => {
                self.invalidate_sticks(Reason::NearNoFlyZone);
            }
            _ => {}
        }
    }

    fn near_zone(&self) -> bool {
        let at = self.aircraft.position();
        let zones = &self.aircraft.settings.zones;
        zones.iter().any(|zone| zone.distance_to_edge(at) < 60.0)
    }

    fn take(&mut self, link: LinkId, topic: &str, payload: &[u8]) {
        let Ok(topic) = topic.parse::<Topic>() else {
            return;
        };
        if topic.serial != self.gateway {
            return;
        }
        let Ok(envelope) = Envelope::parse(payload) else {
            tracing::debug!(topic = %topic, "a payload that is no message");
            return;
        };
        match (topic.kind, link) {
            (TopicKind::Services, LinkId::Main) => self.serve(&envelope),
            (TopicKind::DrcDown, LinkId::Drc) => self.take_drc(&envelope),
            (TopicKind::EventsReply, LinkId::Main) => self.outbox.settle(&envelope),
            (TopicKind::StatusReply | TopicKind::RequestsReply, LinkId::Main) => {
                self.onboarding_answer(&envelope);
            }
            (TopicKind::PropertySet, LinkId::Main) => self.set_properties(&envelope),
            _ => {}
        }
    }

    fn publish(&mut self, link: LinkId, topic: &str, envelope: &Envelope, qos: u8) {
        if link == LinkId::Main && !self.connected {
            return;
        }
        let payload = envelope.to_bytes();
        for due in self.mangler.deliveries(&self.faults, self.now.mono) {
            let output = Output::Publish {
                link,
                topic: topic.to_owned(),
                payload: payload.clone(),
                qos,
            };
            self.order_at(due, output);
        }
    }

    fn order(&mut self, output: Output) {
        self.order_at(self.now.mono, output);
    }

    fn order_at(&mut self, due: Mono, output: Output) {
        // A driver that stalls loses the oldest pushes, as a full modem does.
        if self.outputs.len() >= 4096 {
            self.outputs.pop_front();
        }
        self.outputs.push_back((due, output));
    }

    fn topic(&self, kind: TopicKind) -> String {
        kind.text(self.gateway.as_str())
    }

    fn camera_index(&self) -> PayloadIndex {
        self.profile.camera
    }
}

fn standing(config: &VirtualGatewayConfig, land: &Land) -> Aircraft {
    let frame = match config.kind {
        GatewayKind::DockM30t => AircraftConfig::enterprise(),
        GatewayKind::RcProM3t | GatewayKind::Dock3M4td => AircraftConfig::compact(),
    };
    let mut aircraft = Aircraft::standing(frame, land, PAD, 0.0);
    aircraft.wind = skyhelm_sim::flight::Wind::from_heading(270.0, 3.0, 0.6, config.seed);
    aircraft
}

/// A body without members.
fn nothing() -> Value {
    json!({})
}
