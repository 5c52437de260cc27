//! The family: one broker, one connection to it, one task per gateway.

use core::time::Duration;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use skyhelm_device::state::LinkStatus;
use skyhelm_device::{
    DeviceError, DeviceState, ErrorKind, Family, FamilyContext, FamilyEvent, Found, Pairing, Reply,
    RunningFamily, SignOn,
};
use skyhelm_dji_proto::topic::cloud_filters;
use skyhelm_dji_proto::{SerialNumber, Topic};
use skyhelm_units::DeviceId;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::broker::{
    Account, Bounds, Broker, Door, EmbeddedBroker, ExternalBroker, ExternalConfig, Listen, Rights,
    hashed,
};
use crate::config::{BrokerConfig, DjiConfig, GatewayConfig, wrong};
use crate::device::{DjiGateway, Orders};
use crate::gateway::{Gateway, Start, Told, WAITING_ORDERS};
use crate::land::World;
use crate::ledger::COMMANDING;
use crate::link::{Incoming, Link};
use crate::pump::Pump;
use crate::sign_on;
use crate::video::{LINGER, Screen, Upstream, VideoDoor};

/// Messages that wait for the dispatcher; a second of a thousand gateways.
const WAITING_MESSAGES: usize = 8192;

/// Messages that wait for one gateway's task: more is a flood, and is dropped.
const WAITING_FOR_ONE: usize = 256;

const EVENTS_KEPT: usize = 64;

/// Between two tries to reach the broker.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// The family of DJI docks and remote controllers.
pub fn family() -> Arc<dyn Family> {
    Arc::new(DjiFamily)
}

#[derive(Debug)]
struct DjiFamily;

impl Family for DjiFamily {
    fn name(&self) -> &'static str {
        "dji"
    }

    fn start(&self, context: FamilyContext) -> Result<Box<dyn RunningFamily>, DeviceError> {
        let running = Running {
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
            broker: None,
            config: None,
            members: Arc::default(),
            events: context.events.clone(),
        };
        let Some(config) = DjiConfig::parse(&context.config)? else {
            return Ok(Box::new(running));
        };
        start(running, &Arc::new(config), &context)
    }
}

fn system(error: impl core::fmt::Display) -> DeviceError {
    DeviceError::new(ErrorKind::Internal, error.to_string())
        .remedy("Check the address in the table [dji], and that no other program uses it.")
}

fn start(
    mut running: Running,
    config: &Arc<DjiConfig>,
    context: &FamilyContext,
) -> Result<Box<dyn RunningFamily>, DeviceError> {
    let broker = broker(config, context)?;
    let door = broker.own_door();
    let (video, pictures) = VideoDoor::open(config).map_err(system)?;
    let serving = Arc::clone(&video).serve(pictures, running.cancel.clone());
    running.tasks.spawn(serving);
    for gateway in &config.gateways {
        let member = begin(&running, gateway, config, (&broker, &video), context)?;
        running
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .gateways
            .insert(gateway.serial.clone(), member);
    }
    let dispatch = dispatch(door, Arc::clone(&running.members), running.cancel.clone());
    running.tasks.spawn(dispatch);
    running.broker = Some(broker);
    running.config = Some(Arc::clone(config));
    Ok(Box::new(running))
}

fn broker(config: &DjiConfig, context: &FamilyContext) -> Result<Arc<dyn Broker>, DeviceError> {
    if let Some(other) = &config.broker {
        return external(other);
    }
    let tls = match (
        config.listen_tls,
        &config.certificate_file,
        &config.key_file,
    ) {
        (None, _, _) => None,
        (Some(at), Some(cert), Some(key)) => Some((at, cert.clone(), key.clone())),
        _ => return Err(wrong("listen_tls needs certificate_file and key_file")),
    };
    let listen = Listen {
        tcp: config.listen,
        websocket: config.listen_websocket,
        tls,
        advertised: config.advertise.clone(),
    };
    let accounts: Result<Vec<Account>, DeviceError> = config.gateways.iter().map(account).collect();
    let embedded =
        EmbeddedBroker::start(&listen, accounts?, Bounds::default(), context.host.clone());
    let embedded = embedded.map_err(system)?;
    tracing::info!(address = %embedded.tcp_address(), told = %embedded.advertised(), "the MQTT broker listens");
    // Without a listener nobody needs to know.
    let health = format!("the MQTT broker listens at {}", embedded.tcp_address());
    let _ = context.events.try_send(FamilyEvent::Health(health));
    Ok(Arc::new(embedded))
}

fn external(other: &BrokerConfig) -> Result<Arc<dyn Broker>, DeviceError> {
    let trusted = other.ca_file.as_deref().map(certificates).transpose()?;
    let door = Door {
        url: other.url.clone(),
        username: other.username.clone(),
        password: other.password.clone(),
        trusted,
        protocol: other.protocol,
    };
    let drc = other.drc_username.as_ref().map(|name| Door {
        url: other.drc_url.as_ref().unwrap_or(&other.url).clone(),
        username: name.clone(),
        password: other.drc_password.clone(),
        trusted: None,
        protocol: other.protocol,
    });
    let broker = ExternalBroker::new(ExternalConfig { door, drc });
    Ok(Arc::new(broker.map_err(|error| wrong(&error.to_string()))?))
}

/// A file of certificates: one that has none would leave us with the public ones, silently.
fn certificates(file: &Path) -> Result<Arc<str>, DeviceError> {
    let pem = std::fs::read_to_string(file)
        .map_err(|error| wrong(&format!("{}: {error}", file.display())))?;
    if pem.contains("-----BEGIN CERTIFICATE-----") {
        return Ok(pem.into());
    }
    Err(wrong(&format!("{} has no certificate", file.display())))
}

fn account(gateway: &GatewayConfig) -> Result<Account, DeviceError> {
    let password_hash = if let Some(hash) = &gateway.password_hash {
        hash.clone()
    } else {
        let password = match (&gateway.password, &gateway.password_file) {
            (Some(password), _) => password.expose().clone(),
            (None, Some(file)) => std::fs::read_to_string(file)
                .map_err(|error| wrong(&format!("{}: {error}", file.display())))?
                .trim()
                .to_owned(),
            (None, None) => return Err(wrong("a gateway has no password")),
        };
        hashed(&password).map_err(|error| wrong(&error.to_string()))?
    };
    Ok(Account {
        username: gateway.serial.clone(),
        password_hash,
        rights: Rights::Gateway {
            serial: gateway.serial.clone(),
            aircraft: std::collections::BTreeSet::new(),
        },
    })
}

/// What the dispatcher and the family know of a gateway's task.
#[derive(Debug)]
struct Member {
    told: mpsc::Sender<Told>,
    aircraft: watch::Receiver<Option<String>>,
    state: watch::Receiver<Arc<DeviceState>>,
    cancel: CancellationToken,
    dropped: u64,
}

/// The gateways, and whose each aircraft was when it was last heard.
#[derive(Debug, Default)]
struct Book {
    gateways: BTreeMap<String, Member>,
    flown_by: BTreeMap<String, String>,
}

impl Book {
    /// Whose a serial number is. A gateway says itself which aircraft it has: the first that has one keeps
    /// it until it lets go, or is gone itself.
    fn owner(&mut self, serial: &str) -> Option<&mut Member> {
        if self.gateways.contains_key(serial) {
            return self.gateways.get_mut(serial);
        }
        let says = |member: &Member| member.aircraft.borrow().as_deref() == Some(serial);
        let has =
            |member: &Member| says(member) && member.state.borrow().link.status == LinkStatus::Up;
        let known = self.flown_by.get(serial).cloned();
        let known = known.filter(|gateway| self.gateways.get(gateway).is_some_and(has));
        let gateway = if let Some(gateway) = known {
            gateway
        } else {
            // One that was not heard lately may just be coming back.
            let mut there = self.gateways.iter().filter(|(_, member)| says(member));
            let found = there.clone().find(|(_, member)| has(member));
            let gateway = found.or_else(|| there.next())?.0.clone();
            self.flown_by.insert(serial.to_owned(), gateway.clone());
            gateway
        };
        self.gateways.get_mut(&gateway)
    }
}

type Members = Arc<Mutex<Book>>;

fn begin(
    running: &Running,
    gateway: &GatewayConfig,
    config: &Arc<DjiConfig>,
    (broker, video): (&Arc<dyn Broker>, &Arc<VideoDoor>),
    context: &FamilyContext,
) -> Result<Member, DeviceError> {
    let serial = SerialNumber::new(&gateway.serial).map_err(|error| wrong(&error.to_string()))?;
    let mut seed = [0; 8];
    getrandom::fill(&mut seed).map_err(system)?;
    let seed = u64::from_le_bytes(seed);
    let pump = Pump::new(
        serial.clone(),
        broker.own_door(),
        context.host.clone(),
        seed,
    );
    let pump = Arc::new(pump);
    let (told, tells) = mpsc::channel(WAITING_FOR_ONE);
    let (asks, asked) = mpsc::channel(WAITING_ORDERS);
    let (stops, stop_asks) = mpsc::channel(WAITING_ORDERS);
    let (state, states) = watch::channel(Arc::default());
    let (aircraft, aircraft_reader) = watch::channel(None);
    let events = broadcast::Sender::new(EVENTS_KEPT);
    let task = Gateway::new(Start {
        serial,
        name: gateway.name.clone(),
        simulated: gateway.simulated,
        seed: seed.rotate_left(32),
        config: Arc::clone(config),
        broker: Arc::clone(broker),
        pump: Arc::clone(&pump),
        host: context.host.clone(),
        told: tells,
        asked,
        stops: stop_asks,
        state,
        events: events.clone(),
        aircraft,
        memory: Arc::clone(&context.memory),
    });
    let screen = Screen::new();
    let upstream = Upstream {
        screen: Arc::clone(&screen),
        door: Arc::clone(video),
        asks: asks.clone(),
        linger: LINGER,
        seed,
    };
    let device = DjiGateway {
        id: DeviceId::new(format!("dji-{}", gateway.serial)),
        orders: Orders {
            asks,
            stops,
            pump,
            host: context.host.clone(),
        },
        state: states.clone(),
        events,
        told: told.clone(),
        land: gateway.world.map(World::new).transpose()?,
        screen,
    };
    let cancel = running.cancel.child_token();
    running.tasks.spawn(upstream.run(cancel.clone()));
    running.tasks.spawn(task.run(cancel.clone()));
    let events = context.events.clone();
    running.tasks.spawn(async move {
        // A hub that listens no more is going down and cancels us next.
        drop(events.send(FamilyEvent::Appeared(Arc::new(device))).await);
    });
    Ok(Member {
        told,
        aircraft: aircraft_reader,
        state: states,
        cancel,
        dropped: 0,
    })
}

/// Keeps the connection to the broker, and gives each message to its gateway's task.
async fn dispatch(door: Door, members: Members, cancel: CancellationToken) {
    let mut serial: u64 = 0;
    let filters = cloud_filters();
    loop {
        let (inbox, mut incoming) = mpsc::channel(WAITING_MESSAGES);
        let listener = inbox.clone();
        serial += 1;
        let id = format!("{}-{}-{serial}", door.username, std::process::id());
        let opened = tokio::select! {
            () = cancel.cancelled() => return,
            opened = Link::open(&door, &id, &filters, inbox) => opened,
        };
        match opened {
            Ok(link) => {
                watch_others(&link, &listener).await;
                tell_all(&members, || Told::Up(link.clone()));
                loop {
                    tokio::select! {
                        () = cancel.cancelled() => {
                            link.close().await;
                            return;
                        }
                        () = link.lost() => break,
                        Some(message) = incoming.recv() => route(&members, message),
                    }
                }
                tell_all(&members, || Told::Down);
            }
            Err(error) => tracing::warn!(%error, "tried again"),
        }
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(TRY_AGAIN) => {}
        }
    }
}

/// Listens to what is said to the gateways as well: whoever says it besides us is found out.
async fn watch_others(link: &Link, inbox: &mpsc::Sender<Incoming>) {
    for kind in COMMANDING {
        let filter = kind.text("+");
        if let Err(error) = link.also(&filter, inbox.clone()).await {
            tracing::warn!(%filter, %error, "the broker does not let the station see who else commands");
        }
    }
}

fn tell_all(members: &Members, told: impl Fn() -> Told) {
    let waiting: Vec<_> = {
        let members = members.lock().unwrap_or_else(PoisonError::into_inner);
        let gateways = members.gateways.values();
        gateways.map(|member| member.told.clone()).collect()
    };
    for sender in waiting {
        let news = told();
        // Its queue may be full of a flood; this news is not to be lost.
        tokio::spawn(async move { drop(sender.send(news).await) });
    }
}

fn route(members: &Members, message: Incoming) {
    let Ok(topic) = message.topic.parse::<Topic>() else {
        return;
    };
    let serial = topic.serial.as_str();
    let mut members = members.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(member) = members.owner(serial) else {
        tracing::debug!(%serial, "a message of nobody known");
        return;
    };
    if member.told.try_send(Told::Message(message)).is_err() {
        member.dropped += 1;
        if member.dropped.is_power_of_two() {
            tracing::warn!(%topic, dropped = member.dropped, "the gateway floods; its messages are dropped");
        }
    }
}

#[derive(Debug)]
struct Running {
    cancel: CancellationToken,
    tasks: TaskTracker,
    broker: Option<Arc<dyn Broker>>,
    config: Option<Arc<DjiConfig>>,
    members: Members,
    events: mpsc::Sender<FamilyEvent>,
}

impl RunningFamily for Running {
    fn probe(&self, address: &str) -> Reply<Found> {
        let found = self.found(address.trim());
        Box::pin(core::future::ready(found))
    }

    fn add(&self, address: &str) -> Reply<Found> {
        self.probe(address)
    }

    fn remove(&self, device: &DeviceId) -> Reply<()> {
        let serial = device.as_str().strip_prefix("dji-").unwrap_or_default();
        let removed = {
            let members = self.members.lock();
            members
                .unwrap_or_else(PoisonError::into_inner)
                .gateways
                .remove(serial)
        };
        let done = removed.map_or_else(
            || {
                Err(DeviceError::new(
                    ErrorKind::NotFound,
                    "There is no such gateway.",
                ))
            },
            |member| {
                member.cancel.cancel();
                let why = String::from("It was removed.");
                let gone = FamilyEvent::Gone(device.clone(), why);
                let events = self.events.clone();
                // A hub that listens no more needs not be told.
                self.tasks
                    .spawn(async move { drop(events.send(gone).await) });
                Ok(())
            },
        );
        Box::pin(core::future::ready(done))
    }

    fn pairing(&self) -> Option<Pairing> {
        Some(sign_on::pairing(
            self.config.as_ref()?,
            self.broker.as_ref()?.as_ref(),
        ))
    }

    fn sign_on(&self, serial: &str) -> Result<SignOn, DeviceError> {
        let known = self.config.as_ref().zip(self.broker.as_ref());
        let (config, broker) = known.ok_or_else(|| wrong("there is none"))?;
        sign_on::of(config, broker.as_ref(), serial)
    }

    fn stop(&self) -> Reply<()> {
        self.cancel.cancel();
        self.tasks.close();
        let tasks = self.tasks.clone();
        let broker = self.broker.clone();
        Box::pin(async move {
            // The pumps send their zero frames before the broker ends.
            tasks.wait().await;
            match broker {
                Some(broker) => broker.stop().await,
                None => Ok(()),
            }
        })
    }
}

impl Running {
    fn found(&self, serial: &str) -> Result<Found, DeviceError> {
        let members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        let member = members.gateways.get(serial).ok_or_else(|| {
            DeviceError::new(
                ErrorKind::NotFound,
                format!("No gateway {serial:?} has an account here."),
            )
            .remedy("Gateways dial the station: give it an account in the table [dji], then set this station up in DJI Pilot 2.")
        })?;
        let about = member.state.borrow().about.clone();
        Ok(Found {
            device: format!("dji-{serial}"),
            model: about.model,
            firmware: about.firmware,
            name: Some(about.name),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever forgets to stop the family still ends its tasks.
        self.cancel.cancel();
    }
}
