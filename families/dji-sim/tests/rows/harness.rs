//! A cloud in virtual time, and a gateway for it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_dji_proto::Envelope;
use skyhelm_dji_sim::machine::{GatewayMachine, LinkId, LiveNews, Output, PhotoOrder};
use skyhelm_dji_sim::{GatewayKind, VirtualGatewayConfig, WorldState};
use skyhelm_sim::clock::{HostClock, ManualHostClock};
use skyhelm_sim::land::Land;
use skyhelm_streams::rtmp::Target;
use skyhelm_units::{Site, UtcMillis};

pub(crate) const SITE: Site = Site::from_degrees(47.0, 8.5, 450.0);
const STEP: Duration = Duration::from_millis(20);
/// 2026-06-21, 11:30 UTC.
const NOON: UtcMillis = UtcMillis::from_seconds(1_782_041_400);

/// A message the gateway published.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) topic: String,
    pub(crate) message: Envelope,
    pub(crate) at: f64,
}

pub(crate) struct Story {
    pub(crate) machine: GatewayMachine,
    clock: ManualHostClock,
    pub(crate) heard: Vec<Heard>,
    pub(crate) photos: Vec<PhotoOrder>,
    /// Whether the cloud answers events.
    pub(crate) answers_events: bool,
    /// Whether the broker for live flight control can be reached.
    pub(crate) drc_broker_works: bool,
    /// The pushes it began, and how many it ended.
    pub(crate) pushes: Vec<(u64, Target)>,
    pub(crate) pushes_ended: usize,
    /// What becomes of a push, and whether nothing is ever heard of it.
    pub(crate) live_news: LiveNews,
    pub(crate) live_is_silent: bool,
    sent: u64,
    seq: i64,
}

pub(crate) fn config(kind: GatewayKind) -> VirtualGatewayConfig {
    let mut config = VirtualGatewayConfig::new(kind, SITE, "mqtt://127.0.0.1:1");
    config.land = Some(Arc::new(Land::bare(SITE)));
    config.mutate = std::env::var("SKYHELM_MUTATE").ok();
    config
}

impl Story {
    /// A gateway of a kind that is online, its aircraft on the ground (a pilot's: in the air).
    pub(crate) fn of(kind: GatewayKind) -> Self {
        Self::with(&config(kind))
    }

    /// The same with its aircraft in the air.
    pub(crate) fn airborne(kind: GatewayKind) -> Self {
        let mut config = config(kind);
        config.airborne = true;
        Self::with(&config)
    }

    pub(crate) fn with(config: &VirtualGatewayConfig) -> Self {
        let mut story = Self::silent(config);
        story
            .machine
            .handle_connected(story.clock.now(), LinkId::Main);
        story.run(3.0);
        assert_eq!(story.world().step, "online");
        story
    }

    /// One that has not connected yet.
    pub(crate) fn silent(config: &VirtualGatewayConfig) -> Self {
        let clock = ManualHostClock::new(NOON);
        Self {
            machine: GatewayMachine::new(config, clock.now()).unwrap(),
            clock,
            heard: Vec::new(),
            photos: Vec::new(),
            answers_events: true,
            drc_broker_works: true,
            pushes: Vec::new(),
            pushes_ended: 0,
            live_news: LiveNews::Up,
            live_is_silent: false,
            sent: 0,
            seq: 0,
        }
    }

    pub(crate) fn world(&self) -> WorldState {
        self.machine.world()
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.clock.now().mono.elapsed().as_secs_f64()
    }

    pub(crate) fn run(&mut self, seconds: f64) {
        for _ in 0..(seconds / STEP.as_secs_f64()).round() as u32 {
            self.clock.advance(STEP);
            self.machine.handle_time(self.clock.now());
            self.drain();
        }
    }

    pub(crate) fn run_until(&mut self, most: f64, done: impl Fn(&WorldState) -> bool) -> f64 {
        let start = self.seconds();
        while self.seconds() - start < most && !done(&self.world()) {
            self.run(0.1);
        }
        self.seconds() - start
    }

    fn drain(&mut self) {
        while let Some(output) = self.machine.poll_output() {
            match output {
                Output::Publish { topic, payload, .. } => self.hear(topic, &payload),
                Output::DrcConnect(_) if self.drc_broker_works => {
                    self.machine.handle_connected(self.clock.now(), LinkId::Drc);
                }
                Output::DrcConnect(_) => {
                    self.machine
                        .handle_disconnected(self.clock.now(), LinkId::Drc, true);
                }
                Output::Photo(order) => self.photos.push(*order),
                Output::LiveStart(number, target) => {
                    self.pushes.push((number, *target));
                    if !self.live_is_silent {
                        let now = self.clock.now();
                        self.machine.handle_live(now, number, self.live_news);
                    }
                }
                Output::LiveStop => self.pushes_ended += 1,
                Output::DrcDisconnect | Output::Offline(_) => {}
            }
        }
    }

    /// The cloud's part: what must be answered is.
    fn hear(&mut self, topic: String, payload: &[u8]) {
        let message = Envelope::parse(payload).unwrap();
        let answer = if topic.ends_with("/requests") {
            Some(answer_to(message.method.as_deref().unwrap_or_default()))
        } else {
            let wanted = message.need_reply && self.answers_events;
            let answered = topic.ends_with("/status") || (topic.ends_with("/events") && wanted);
            answered.then(|| json!({ "result": 0 }))
        };
        if let Some(data) = answer {
            let reply = message.reply(self.clock.now().utc, data).to_bytes();
            let reply_topic = format!("{topic}_reply");
            self.machine
                .handle_message(self.clock.now(), LinkId::Main, &reply_topic, &reply);
        }
        let at = self.seconds();
        self.heard.push(Heard { topic, message, at });
    }

    fn topic(&self, tail: &str) -> String {
        format!("thing/product/{}/{tail}", self.machine.gateway_sn())
    }

    /// Sends a service and gives its result.
    pub(crate) fn serve(&mut self, method: &str, data: Value) -> i64 {
        let tid = self.send(method, data);
        let reply = self.heard.iter().rev().find(|heard| {
            heard.topic.ends_with("/services_reply") && heard.message.tid.as_ref() == Some(&tid)
        });
        reply.unwrap().message.result().unwrap()
    }

    /// Sends a service; how it is named.
    pub(crate) fn send(&mut self, method: &str, data: Value) -> String {
        self.sent += 1;
        let tid = format!("t{}", self.sent);
        let message = Envelope {
            tid: Some(tid.clone()),
            bid: Some(format!("b{}", self.sent)),
            method: Some(method.to_owned()),
            timestamp: Some(self.clock.now().utc.millis()),
            data,
            ..Envelope::default()
        };
        let (topic, bytes) = (self.topic("services"), message.to_bytes());
        self.machine
            .handle_message(self.clock.now(), LinkId::Main, &topic, &bytes);
        self.drain();
        tid
    }

    /// Sends something on `drc/down`.
    pub(crate) fn down(&mut self, method: &str, data: Value, seq: Option<i64>) {
        let bytes = Envelope::drc(method, data, seq).to_bytes();
        let topic = self.topic("drc/down");
        self.machine
            .handle_message(self.clock.now(), LinkId::Drc, &topic, &bytes);
        self.drain();
    }

    /// Sends a frame of speeds (today's axes) ten times a second, and heart-beats.
    pub(crate) fn fly(&mut self, forward: f64, right: f64, up: f64, clockwise: f64, seconds: f64) {
        for _ in 0..(seconds * 10.0).round() as u32 {
            self.seq += 1;
            let data =
                json!({ "seq": self.seq, "x": forward, "y": right, "h": up, "w": clockwise });
            self.down("drone_control", data, None);
            self.run(0.1);
        }
    }

    /// Sends stick positions ten times a second.
    pub(crate) fn sticks(&mut self, roll: i64, pitch: i64, throttle: i64, yaw: i64, seconds: f64) {
        for _ in 0..(seconds * 10.0).round() as u32 {
            self.seq += 1;
            let data = json!({ "roll": roll, "pitch": pitch, "throttle": throttle, "yaw": yaw });
            self.down("stick_control", data, Some(self.seq));
            self.run(0.1);
        }
    }

    pub(crate) fn enter_drc(&mut self) -> i64 {
        let broker = json!({
            "address": "127.0.0.1:1", "client_id": "drc-1", "username": "u", "password": "p",
            "expire_time": NOON.millis() / 1000 + 3600, "enable_tls": false,
        });
        let data = json!({ "mqtt_broker": broker, "osd_frequency": 10, "hsi_frequency": 1 });
        self.serve("drc_mode_enter", data)
    }

    /// Authority over aircraft and payload, and live flight control.
    pub(crate) fn take_control(&mut self) {
        if self.world().profile.contains("RC") {
            let data =
                json!({ "user_id": "u", "user_callsign": "Ann", "control_keys": ["flight"] });
            assert_eq!(self.serve("cloud_control_auth_request", data), 0);
            self.run(3.0);
        } else {
            assert_eq!(self.serve("flight_authority_grab", json!({})), 0);
            let data = json!({ "payload_index": self.camera() });
            assert_eq!(self.serve("payload_authority_grab", data), 0);
        }
        assert_eq!(self.enter_drc(), 0);
        self.run(0.2);
    }

    pub(crate) fn camera(&self) -> String {
        self.machine.profile().camera.to_string()
    }

    /// Data of the messages of a method.
    pub(crate) fn told(&self, method: &str) -> Vec<Value> {
        let of = |heard: &&Heard| heard.message.method.as_deref() == Some(method);
        self.heard
            .iter()
            .filter(of)
            .map(|heard| heard.message.data.clone())
            .collect()
    }

    /// The last of a member of these messages' data.
    pub(crate) fn last(&self, method: &str, member: &str) -> Value {
        let told = self.told(method);
        told.last().map_or(Value::Null, |data| data[member].clone())
    }

    /// The last value a property was told with, by OSD or state.
    pub(crate) fn property(&self, name: &str) -> Value {
        let of = |heard: &&Heard| heard.topic.ends_with("/osd") || heard.topic.ends_with("/state");
        let mut values = self.heard.iter().rev().filter(of);
        values
            .find_map(|heard| heard.message.data.get(name).cloned())
            .unwrap_or(Value::Null)
    }

    /// The same, of the aircraft's own topics.
    pub(crate) fn aircraft(&self, name: &str) -> Value {
        self.property_of(&self.world().aircraft_sn, name)
    }

    /// The same, of the gateway's own topics.
    pub(crate) fn gateway(&self, name: &str) -> Value {
        self.property_of(self.machine.gateway_sn(), name)
    }

    fn property_of(&self, serial: &str, name: &str) -> Value {
        let topics = ["osd", "state"].map(|tail| format!("thing/product/{serial}/{tail}"));
        let mut values = self
            .heard
            .iter()
            .rev()
            .filter(|heard| topics.contains(&heard.topic));
        values
            .find_map(|heard| heard.message.data.get(name).cloned())
            .unwrap_or(Value::Null)
    }

    /// A target east and north of the pad, metres, and so high above it.
    pub(crate) fn target(&self, east: f64, north: f64, up: f64) -> Value {
        let at = skyhelm_sim::flight::Enu::new(east, north, up);
        let (place, height) = self.machine.land().frame().place(at);
        json!({
            "latitude": place.latitude.degrees(),
            "longitude": place.longitude.degrees(),
            "height": height.metres,
        })
    }

    pub(crate) fn fly_to(&mut self, id: &str, target: &Value) -> i64 {
        self.serve(
            "fly_to_point",
            json!({ "fly_to_id": id, "max_speed": 12, "points": [target] }),
        )
    }
}

fn answer_to(request: &str) -> Value {
    match request {
        "config" => {
            json!({ "app_id": "1", "app_key": "k", "app_license": "l", "ntp_server_host": "h" })
        }
        "airport_bind_status" => json!({ "result": 0, "output": { "bind_status": [] } }),
        "airport_organization_get" => {
            json!({ "result": 0, "output": { "organization_name": "o" } })
        }
        _ => json!({ "result": 0, "output": { "err_infos": [] } }),
    }
}

/// How far apart two places of the world are on the level.
pub(crate) fn level(a: [f64; 3], b: [f64; 3]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}
