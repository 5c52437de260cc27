//! A station with one gateway: the gateway lives on a runtime of its own, so that blocking the
//! station's blocks nothing of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use skyhelm_device::stick::{Ignored, StickInput};
use skyhelm_device::{
    DeviceError, DeviceState, Envelope, FamilyContext, FamilyEvent, FlightCommand, Gate, Gated,
    GatedHand, HostClock, RunningFamily, SunGuard, Take,
};
use skyhelm_dji_sim::{
    GatewayKind, RunningGateway, VirtualGateway, VirtualGatewayConfig, WorldState,
};
use skyhelm_units::{
    BodyMotion, LeaseId, Mono, Now, Redacted, RequestId, Site, StationClock, UtcMillis,
};
use tokio::sync::mpsc;

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Bench {
    pub(crate) gate: Gate,
    pub(crate) family: Box<dyn RunningFamily>,
    pub(crate) host: HostClock,
    pub(crate) serial: String,
    gateway: Option<RunningGateway>,
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

impl Bench {
    /// A gateway of a kind whose aircraft already flies, come online.
    pub(crate) async fn flying(kind: GatewayKind) -> Self {
        let host = clock();
        let site = Site::from_degrees(47.0, 8.5, 450.0);
        let (serial, _) = kind.serials(1);
        let (events, mut reports) = mpsc::channel(16);
        let station = StationClock::new(host.now().mono, host.now().utc, 1.0);
        let family = skyhelm_dji::family()
            .start(FamilyContext {
                config: json!({
                    "listen": "127.0.0.1:0",
                    "gateways": [{"serial": serial, "password": "pass word", "simulated": true}],
                }),
                events,
                host: host.clone(),
                clock: station,
                site,
            })
            .unwrap();
        let (mut broker, mut device) = (None, None);
        while broker.is_none() || device.is_none() {
            match reports.recv().await.unwrap() {
                FamilyEvent::Health(words) => broker = words.rsplit(' ').next().map(str::to_owned),
                FamilyEvent::Appeared(appeared) => device = Some(appeared),
                FamilyEvent::Gone(..) => panic!("nothing goes"),
            }
        }
        let mut config =
            VirtualGatewayConfig::new(kind, site, format!("mqtt://{}", broker.unwrap()));
        config.username.clone_from(&serial);
        config.password = Redacted::new(String::from("pass word"));
        config.airborne = true;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let started = runtime.spawn(VirtualGateway::start(config));
        let bench = Self {
            gate: Gate::new(device.unwrap(), station, SunGuard::new(site)),
            family,
            host,
            serial,
            gateway: Some(started.await.unwrap().unwrap()),
            runtime: Some(runtime),
            sequence: 0,
        };
        bench
            .until("in the air", |state| flight(state).in_air == Some(true))
            .await;
        bench
    }

    pub(crate) fn gateway(&self) -> &RunningGateway {
        self.gateway.as_ref().unwrap()
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
        self.gate.submit(now, envelope).await.map(|_| ())
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
