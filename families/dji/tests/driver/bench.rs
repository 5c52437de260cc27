//! A station with one gateway: the gateway lives on a runtime of its own, so that blocking the
//! station's blocks nothing of it.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skyhelm_device::stick::{Ended, Ignored, StickInput};
use skyhelm_device::{
    Accepted, DeviceError, DeviceState, Envelope, FamilyContext, FamilyEvent, FlightCommand, Gate,
    Gated, GatedHand, HostClock, Memory, Reply, RunningFamily, SunGuard, Take,
};
use skyhelm_dji_proto::Profile;
use skyhelm_dji_proto::stick::AxisConvention;
use skyhelm_dji_sim::{
    Fault, GatewayKind, RunningGateway, VirtualGateway, VirtualGatewayConfig, WorldState,
};
use skyhelm_units::{
    BodyMotion, LeaseId, Mono, Now, Redacted, RequestId, Site, StationClock, UtcMillis,
};
use tokio::sync::mpsc;

use crate::own_broker::{OwnBroker, PASSWORD};

pub(crate) const AHEAD: BodyMotion = BodyMotion {
    forward: 5.0,
    ..BodyMotion::STILL
};

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// In which a thread of its own has its turn.
const MOMENT: Duration = Duration::from_secs(1);

/// What a family keeps, outliving its station.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notebook(Arc<Mutex<BTreeMap<String, Value>>>);

impl Notebook {
    /// Writes something else wherever something stands.
    pub(crate) fn rewrite(&self, from: &str, to: &str) {
        for value in self.0.lock().unwrap().values_mut() {
            *value = serde_json::from_str(&value.to_string().replace(from, to)).unwrap();
        }
    }
}

impl Memory for Notebook {
    fn recall(&self, name: &str) -> Reply<Option<Value>> {
        let kept = self.0.lock().unwrap().get(name).cloned();
        Box::pin(ready(Ok(kept)))
    }

    fn keep(&self, name: &str, value: Option<Value>) -> Reply<()> {
        let mut all = self.0.lock().unwrap();
        match value {
            Some(value) => all.insert(name.to_owned(), value),
            None => all.remove(name),
        };
        Box::pin(ready(Ok(())))
    }
}

/// How a bench is set up.
pub(crate) struct Setup {
    pub(crate) kind: GatewayKind,
    /// Another product than the kind's own.
    pub(crate) profile: Option<Profile>,
    /// Already in the air.
    pub(crate) airborne: bool,
    /// Seconds of flight in a second.
    pub(crate) speed: f64,
    /// The station is told that it is virtual.
    pub(crate) simulated: bool,
    /// How the aircraft takes `drone_control`.
    pub(crate) wired: AxisConvention,
    /// How the station is told that it does.
    pub(crate) told: Option<&'static str>,
    /// On a broker of somebody else.
    pub(crate) own_broker: bool,
    pub(crate) memory: Notebook,
}

impl Setup {
    pub(crate) fn of(kind: GatewayKind) -> Self {
        Self {
            kind,
            profile: None,
            airborne: true,
            speed: 1.0,
            simulated: true,
            wired: AxisConvention::ForwardRight,
            told: None,
            own_broker: false,
            memory: Notebook::default(),
        }
    }

    /// As the station takes a real one.
    pub(crate) fn real(kind: GatewayKind) -> Self {
        Self {
            simulated: false,
            ..Self::of(kind)
        }
    }
}

pub(crate) struct Bench {
    pub(crate) gate: Gate,
    pub(crate) family: Box<dyn RunningFamily>,
    pub(crate) host: HostClock,
    pub(crate) serial: String,
    pub(crate) broker: Option<OwnBroker>,
    pub(crate) reports: mpsc::Receiver<FamilyEvent>,
    pub(crate) gateway: Option<RunningGateway>,
    table: Value,
    pub(crate) memory: Notebook,
    site: Site,
    runtime: Option<tokio::runtime::Runtime>,
    sequence: u64,
}

pub(crate) fn clock() -> HostClock {
    let start = Instant::now();
    HostClock::new(move || Now {
        mono: Mono::from_elapsed(Duration::from_secs(1) + start.elapsed()),
        utc: UtcMillis::new(1_800_000_000_000 + start.elapsed().as_millis() as i64),
    })
}

/// A station that is being started: its family, the device that appeared, where its broker listens.
struct Station {
    family: Box<dyn RunningFamily>,
    gate: Gate,
    reports: mpsc::Receiver<FamilyEvent>,
    broker: Option<String>,
}

impl Station {
    async fn start(table: &Value, host: &HostClock, site: Site, memory: &Notebook) -> Self {
        let (events, mut reports) = mpsc::channel(16);
        let clock = StationClock::new(host.now().mono, host.now().utc, 1.0);
        let family = skyhelm_dji::family()
            .start(FamilyContext {
                config: table.clone(),
                events,
                host: host.clone(),
                clock,
                site,
                memory: Arc::new(memory.clone()),
            })
            .unwrap();
        let external = !table["broker"].is_null();
        let (mut broker, mut device) = (None, None);
        while (broker.is_none() && !external) || device.is_none() {
            match reports.recv().await.unwrap() {
                FamilyEvent::Health(words) => broker = words.rsplit(' ').next().map(str::to_owned),
                FamilyEvent::Appeared(appeared) => device = Some(appeared),
                FamilyEvent::Gone(..) => panic!("nothing goes"),
            }
        }
        Self {
            family,
            gate: Gate::new(device.unwrap(), clock, SunGuard::new(site)),
            reports,
            broker: broker.map(|at| format!("mqtt://{at}")),
        }
    }
}

impl Bench {
    /// A gateway of a kind whose aircraft already flies, come online.
    pub(crate) async fn flying(kind: GatewayKind) -> Self {
        Self::start(Setup::of(kind)).await
    }

    /// As it was set up, and come online.
    pub(crate) async fn start(setup: Setup) -> Self {
        let host = clock();
        let site = Site::from_degrees(47.0, 8.5, 450.0);
        let (serial, _) = setup.kind.serials(1);
        let broker = setup
            .own_broker
            .then(|| OwnBroker::start(&serial, host.clone()));
        let mut account = json!({"serial": serial, "password": PASSWORD,
            "simulated": setup.simulated});
        if let Some(told) = setup.told {
            account["axes"] = json!(told);
        }
        let mut table = json!({"listen": "127.0.0.1:0", "gateways": [account]});
        if let Some(broker) = &broker {
            table["broker"] = broker.table();
        }
        let station = Station::start(&table, &host, site, &setup.memory).await;
        let url = broker.as_ref().map(OwnBroker::url);
        let mut config =
            VirtualGatewayConfig::new(setup.kind, site, url.or(station.broker).unwrap());
        config.username.clone_from(&serial);
        config.password = Redacted::new(String::from(PASSWORD));
        config.airborne = setup.airborne;
        config.speed = setup.speed;
        config.profile = setup.profile.unwrap_or(config.profile);
        config.profile = config.profile.with_axes(setup.wired);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let started = runtime.spawn(VirtualGateway::start(config));
        let bench = Self {
            gate: station.gate,
            family: station.family,
            reports: station.reports,
            host,
            serial,
            broker,
            gateway: Some(started.await.unwrap().unwrap()),
            table,
            memory: setup.memory,
            site,
            runtime: Some(runtime),
            sequence: 0,
        };
        let airborne = setup.airborne;
        bench
            .until("online", |state| flight(state).in_air == Some(airborne))
            .await;
        bench
    }

    pub(crate) fn gateway(&self) -> &RunningGateway {
        self.gateway.as_ref().unwrap()
    }

    /// Ends the station and starts another; the gateway and its broker live on.
    pub(crate) async fn restart_station(&mut self) {
        assert!(self.broker.is_some(), "its own broker would end with it");
        self.family.stop().await.unwrap();
        let station = Station::start(&self.table, &self.host, self.site, &self.memory).await;
        self.gate = station.gate;
        self.family = station.family;
        self.reports = station.reports;
        self.until("heard again", |state| flight(state).in_air.is_some())
            .await;
    }

    pub(crate) fn put(&self, fault: Fault) {
        assert!(self.gateway.as_ref().unwrap().put(fault));
    }

    /// Waits for what is really so.
    pub(crate) async fn until_really(&self, what: &str, so: impl Fn(&WorldState) -> bool) {
        let begun = Instant::now();
        while !so(&self.world()) {
            assert!(begun.elapsed() < PATIENCE, "not {what}: {:?}", self.world());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn world(&self) -> WorldState {
        self.gateway.as_ref().unwrap().world()
    }

    pub(crate) fn speed(&self) -> f64 {
        let [east, north, _] = self.world().velocity;
        east.hypot(north)
    }

    pub(crate) async fn until(&self, what: &str, ready: impl Fn(&DeviceState) -> bool) {
        let mut state = self.gate.state();
        let waited = tokio::time::timeout(PATIENCE, state.wait_for(|state| ready(state))).await;
        assert!(
            waited.is_ok(),
            "not {what}: {:#?}\n{:?}",
            self.gate.state().borrow(),
            self.world()
        );
    }

    pub(crate) async fn give<C: Gated>(&self, command: C) -> Result<(), DeviceError> {
        self.asked(command).await.map(drop)
    }

    /// With the job it began.
    pub(crate) async fn asked<C: Gated>(&self, command: C) -> Result<Accepted, DeviceError> {
        let now = self.host.now().mono;
        let lease = LeaseId::new("ada");
        if command.needs_lease() {
            self.gate
                .take_lease(now, lease.clone(), "Ada", Take::IfFree)?;
        }
        let envelope = Envelope {
            lease: Some(lease),
            request_id: RequestId::new("r"),
            deadline: now + Duration::from_secs(15),
            command,
        };
        self.gate.submit(now, envelope).await
    }

    pub(crate) async fn arm(&self) {
        let serial = self.serial.clone();
        self.give(FlightCommand::Arm { serial }).await.unwrap();
        self.until("armed", |state| flight(state).armed).await;
    }

    /// Armed, ours, live, sticks free.
    pub(crate) async fn live(&self) {
        self.arm().await;
        self.give(FlightCommand::RequestControl).await.unwrap();
        self.until("ours", |state| flight(state).authority.ours)
            .await;
        self.give(FlightCommand::EnterLive).await.unwrap();
        self.until("live", |state| !state.blocked.contains_key("flight.sticks"))
            .await;
    }

    pub(crate) async fn hand(&self) -> GatedHand {
        let now = self.host.now().mono;
        let lease = LeaseId::new("ada");
        self.gate
            .take_lease(now, lease.clone(), "Ada", Take::IfFree)
            .unwrap();
        for _ in 0..200 {
            if let Ok(hand) = self.gate.take_sticks(self.host.now().mono, &lease, "Ada") {
                return hand;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no sticks: {:#?}", self.gate.state().borrow().flight);
    }

    pub(crate) fn push(&mut self, hand: &GatedHand, motion: BodyMotion) -> Result<(), Ignored> {
        self.sequence += 1;
        let input = StickInput {
            nonce: *hand.nonces().borrow(),
            sequence: self.sequence,
            motion,
        };
        self.gate.push_stick(self.host.now().mono, hand, input)
    }

    /// Pushes as a page does, each 50 ms.
    pub(crate) async fn hold(&mut self, hand: &GatedHand, motion: BodyMotion, millis: u64) {
        for _ in 0..millis / 50 {
            let _ = self.push(hand, motion);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Holds the stick until it flies so fast, as a person does who centres a stick that fell asleep.
    pub(crate) async fn fly(&mut self, hand: &GatedHand, motion: BodyMotion, m_s: f64) {
        let begun = Instant::now();
        while self.speed() < m_s {
            if self.push(hand, motion) == Err(Ignored::CentreFirst) {
                let _ = self.push(hand, BodyMotion::STILL);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(begun.elapsed() < PATIENCE, "too slow: {:?}", self.world());
        }
    }

    /// Why a hand has lost the sticks. No push counts any more; the pump's thread says why a moment later.
    pub(crate) async fn lost(&mut self, hand: &GatedHand) -> Ended {
        assert_eq!(self.push(hand, AHEAD), Err(Ignored::NotHeld));
        let mut ended = hand.ended();
        let told = tokio::time::timeout(MOMENT, ended.wait_for(Option::is_some)).await;
        told.expect("told in a moment").unwrap().unwrap()
    }

    pub(crate) async fn end(mut self) {
        self.family.stop().await.unwrap();
        drop(self.gateway.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub(crate) fn flight(state: &DeviceState) -> skyhelm_device::state::FlightState {
    state.flight.clone().unwrap_or_default()
}

/// What a person sees.
pub(crate) fn seen(bench: &Bench) -> Arc<DeviceState> {
    Arc::clone(&bench.gate.state().borrow())
}
