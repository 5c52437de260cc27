//! An aircraft that is only a state and a stick: it flies nowhere, and writes down what it is told.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use skyhelm_device::state::{
    About, AircraftAbout, Authority, FlightBattery, FlightState, Heights, Holder, Link, LinkStatus,
    LiveLink, LiveStatus, PlaceState,
};
use skyhelm_device::stick::{
    Ended, HandId, Ignored, Release, Shut, StickFrame, StickGuard, StickInput, StickLimits,
    StickOutput,
};
use skyhelm_device::{
    Accepted, Capabilities, Device, DeviceError, DeviceEvent, DeviceState, Envelope, ErrorKind,
    Family, FamilyContext, FamilyEvent, FlightCommand, Found, GimbalCommand, Land, Pairing,
    PayloadCommand, RawAnswer, RawDoor, RawMessage, Reply, RunningFamily, SignOn, StickHand,
    Sticks, Submit,
};
use skyhelm_units::{DeviceId, Mono, Redacted};
use tokio::sync::{broadcast, watch};

/// A hand on the sticks, with what it is told.
#[derive(Clone, Debug)]
struct Held {
    id: HandId,
    nonces: Arc<watch::Sender<u64>>,
    ended: Arc<watch::Sender<Option<Ended>>>,
}

/// The sticks with a thread of their own, as a driver has them.
#[derive(Debug)]
struct Pump {
    start: Instant,
    guard: Mutex<StickGuard>,
    hands: Mutex<Vec<Held>>,
    frames: Mutex<Vec<(Instant, StickFrame)>>,
}

impl Pump {
    fn begin() -> Arc<Self> {
        let start = Instant::now();
        let mut guard = StickGuard::new(7, StickLimits::default());
        guard.open(Mono::ZERO);
        let pump = Arc::new(Self {
            start,
            guard: Mutex::new(guard),
            hands: Mutex::default(),
            frames: Mutex::default(),
        });
        let turning = Arc::downgrade(&pump);
        std::thread::spawn(move || {
            while let Some(pump) = Weak::upgrade(&turning) {
                pump.with(|guard, now| {
                    guard.heard(now);
                    guard.handle_timeout(now);
                });
                drop(pump);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        pump
    }

    fn with<T>(&self, act: impl FnOnce(&mut StickGuard, Mono) -> T) -> T {
        let mut guard = self.guard.lock().unwrap();
        let done = act(&mut guard, Mono::from_elapsed(self.start.elapsed()));
        while let Some(output) = guard.poll_output() {
            let hands = self.hands.lock().unwrap();
            let of = |id| hands.iter().find(|held| held.id == id);
            match output {
                StickOutput::Nonce { hand, nonce } => {
                    of(hand).map(|held| held.nonces.send_replace(nonce));
                }
                StickOutput::Frame(frame) => {
                    self.frames.lock().unwrap().push((Instant::now(), frame));
                }
                StickOutput::Ended { hand, why } => {
                    of(hand).map(|held| held.ended.send_replace(Some(why)));
                }
            }
        }
        done
    }
}

#[derive(Debug)]
struct Hand {
    pump: Arc<Pump>,
    held: Held,
}

impl StickHand for Hand {
    fn nonces(&self) -> watch::Receiver<u64> {
        self.held.nonces.subscribe()
    }

    fn push(&self, input: StickInput) -> Result<(), Ignored> {
        self.pump
            .with(|guard, now| guard.push(now, self.held.id, input))
    }

    fn release(&self, why: Release) {
        self.pump
            .with(|guard, now| guard.release(now, self.held.id, why));
    }

    fn ended(&self) -> watch::Receiver<Option<Ended>> {
        self.held.ended.subscribe()
    }
}

/// The aircraft.
#[derive(Clone, Debug)]
pub(crate) struct Drone {
    pub(crate) state: Arc<watch::Sender<Arc<DeviceState>>>,
    asked: Arc<Mutex<Vec<String>>>,
    events: broadcast::Sender<DeviceEvent>,
    pump: Arc<Pump>,
}

impl Default for Drone {
    fn default() -> Self {
        let ours = Authority {
            holder: Holder::Station,
            ours: true,
            ..Authority::default()
        };
        let flight = FlightState {
            aircraft: Some(AircraftAbout {
                model: String::from("Paper <1>"),
                serial: String::from("P1"),
                firmware: None,
            }),
            armed: true,
            authority: ours,
            live: LiveLink {
                status: LiveStatus::Up,
                ..LiveLink::default()
            },
            in_air: Some(true),
            home: Some(PlaceState {
                latitude_deg: 48.0,
                longitude_deg: 11.5,
            }),
            battery: Some(FlightBattery {
                percent: Some(80.0),
                remaining_s: Some(1_200.0),
                ..FlightBattery::default()
            }),
            ..FlightState::default()
        };
        let state = DeviceState {
            about: About {
                family: String::from("paper"),
                name: String::from("Paper"),
                model: String::from("Paper 1"),
                address: String::from("the desk"),
                serial: Some(String::from("GATEWAY1")),
                ..About::default()
            },
            link: Link {
                status: LinkStatus::Up,
                ..Link::default()
            },
            flight: Some(flight),
            ..DeviceState::default()
        };
        Self {
            state: Arc::new(watch::Sender::new(Arc::new(state))),
            asked: Arc::default(),
            events: broadcast::Sender::new(8),
            pump: Pump::begin(),
        }
    }
}

impl Drone {
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Changes what it says of its flight.
    pub(crate) fn flies(&self, change: impl FnOnce(&mut FlightState)) {
        self.state.send_modify(|state| {
            change(Arc::make_mut(state).flight.get_or_insert_default());
        });
    }

    /// It is somewhere in the air, so many metres above the place of take-off.
    pub(crate) fn is_at(&self, north_deg: f64, above_takeoff_m: f64) {
        self.flies(|flight| {
            flight.in_air = Some(true);
            flight.position = Some(PlaceState {
                latitude_deg: 48.0 + north_deg,
                longitude_deg: 11.5,
            });
            flight.heights = Heights {
                above_takeoff_m: Some(above_takeoff_m),
                ellipsoid_m: Some(560.0 + above_takeoff_m),
                amsl_m: None,
            };
        });
    }

    /// The frames sent so far, each with its moment.
    pub(crate) fn frames(&self) -> Vec<(Instant, StickFrame)> {
        self.pump.frames.lock().unwrap().clone()
    }

    /// Whether the last frame moves it.
    pub(crate) fn moves(&self) -> bool {
        let frames = self.frames();
        frames
            .last()
            .is_some_and(|(_, frame)| !frame.motion.is_still())
    }

    fn hear(&self, what: String) -> Reply<Accepted> {
        self.asked.lock().unwrap().push(what);
        ready(Ok(Accepted::default()))
    }
}

fn ready<T: Send + 'static>(answer: Result<T, DeviceError>) -> Reply<T> {
    Box::pin(std::future::ready(answer))
}

/// The land it knows.
pub(crate) const LAND: &str = r#"{"type":"FeatureCollection","features":[]}"#;

impl Land for Drone {
    fn geo_json(&self) -> Reply<String> {
        ready(Ok(String::from(LAND)))
    }
}

/// Says yes to everything but one.
impl RawDoor for Drone {
    fn send(&self, message: RawMessage) -> Reply<RawAnswer> {
        let RawMessage {
            method, may_move, ..
        } = &message;
        self.asked
            .lock()
            .unwrap()
            .push(format!("raw {method} {may_move}"));
        let result = if method == "never" { 314_000 } else { 0 };
        ready(Ok(RawAnswer {
            result,
            words: String::from("told"),
            advice: (result != 0).then(|| String::from("Ask otherwise.")),
            output: message.data,
        }))
    }
}

impl Sticks for Drone {
    fn take(&self, _: &str) -> Result<Arc<dyn StickHand>, Shut> {
        let id = self.pump.with(StickGuard::take)?;
        let held = Held {
            id,
            nonces: Arc::new(watch::Sender::new(0)),
            ended: Arc::new(watch::Sender::new(None)),
        };
        self.pump.hands.lock().unwrap().push(held.clone());
        let pump = Arc::clone(&self.pump);
        Ok(Arc::new(Hand { pump, held }))
    }
}

macro_rules! heard {
    ($($command:ty),*) => {$(
        impl Submit<$command> for Drone {
            fn submit(&self, envelope: Envelope<$command>) -> Reply<Accepted> {
                self.hear(format!("{:?}", envelope.command))
            }
        }
    )*};
}
heard!(FlightCommand, GimbalCommand, PayloadCommand);

impl Device for Drone {
    fn id(&self) -> DeviceId {
        DeviceId::new("paper-1")
    }

    fn capabilities(&self) -> Capabilities {
        let drone = Arc::new(self.clone());
        Capabilities {
            aircraft: Some(drone.clone()),
            gimbal: Some(drone.clone()),
            payload: Some(drone.clone()),
            sticks: Some(drone.clone()),
            land: Some(drone.clone()),
            raw: Some(drone),
            ..Capabilities::default()
        }
    }

    fn state(&self) -> watch::Receiver<Arc<DeviceState>> {
        self.state.subscribe()
    }

    fn events(&self) -> broadcast::Receiver<DeviceEvent> {
        self.events.subscribe()
    }
}

/// A family of one aircraft, which comes by itself.
#[derive(Clone, Debug)]
pub(crate) struct PaperFamily(pub(crate) Drone);

impl Family for PaperFamily {
    fn name(&self) -> &'static str {
        "paper"
    }

    fn start(&self, context: FamilyContext) -> Result<Box<dyn RunningFamily>, DeviceError> {
        let appeared = FamilyEvent::Appeared(Arc::new(self.0.clone()));
        context.events.try_send(appeared).unwrap();
        Ok(Box::new(self.clone()))
    }
}

impl RunningFamily for PaperFamily {
    fn probe(&self, _: &str) -> Reply<Found> {
        ready(Ok(Found {
            device: String::from("paper-1"),
            model: String::from("Paper 1"),
            firmware: None,
            name: None,
        }))
    }

    fn add(&self, address: &str) -> Reply<Found> {
        self.probe(address)
    }

    fn remove(&self, _: &DeviceId) -> Reply<()> {
        ready(Ok(()))
    }

    fn pairing(&self) -> Option<Pairing> {
        Some(Pairing {
            port: 1883,
            organization_id: String::from("home"),
            binding_code: Some(Redacted::new(String::from("7788"))),
            ..Pairing::default()
        })
    }

    fn sign_on(&self, serial: &str) -> Result<SignOn, DeviceError> {
        if serial != "5RC" {
            return Err(DeviceError::new(ErrorKind::NotFound, "It has no account."));
        }
        let secret = |word: &str| Redacted::new(String::from(word));
        Ok(SignOn {
            app_id: secret("1"),
            app_key: secret("key"),
            app_license: secret("licence"),
            username: String::from("5RC"),
            password: Some(secret("hunter2")),
            workspace_id: String::from("e3dea0f5-37f2-8d79-ae58-490af3228069"),
            pairing: self.pairing().unwrap_or_default(),
        })
    }

    fn stop(&self) -> Reply<()> {
        ready(Ok(()))
    }
}
