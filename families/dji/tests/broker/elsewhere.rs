//! A station at a broker that somebody else runs, with one virtual dock and accounts for others.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use skyhelm_device::{Device, FamilyContext, FamilyEvent, HostClock, Reply, RunningFamily};
use skyhelm_device_contract::World;
use skyhelm_dji::broker::{Account, Bounds, Broker, EmbeddedBroker, Listen, Rights, hashed};
use skyhelm_dji_sim::{GatewayKind, RunningGateway, VirtualGateway, VirtualGatewayConfig};
use skyhelm_units::{Mono, Now, Redacted, Site, StationClock, UtcMillis};
use tokio::sync::mpsc;

pub(crate) const PASSWORD: &str = "pass word";

/// A broker that somebody else runs, as far as the driver knows.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    broker: Arc<Mutex<EmbeddedBroker>>,
    pub(crate) listen: Listen,
    accounts: Vec<Account>,
    host: HostClock,
}

impl Elsewhere {
    fn start(accounts: Vec<Account>, host: HostClock) -> Self {
        let mut listen = Listen {
            tcp: "127.0.0.1:0".parse().unwrap(),
            websocket: None,
            tls: None,
            advertised: None,
        };
        let broker = EmbeddedBroker::start(&listen, accounts.clone(), bounds(), host.clone());
        let broker = broker.unwrap();
        listen.tcp = broker.tcp_address();
        Self {
            broker: Arc::new(Mutex::new(broker)),
            listen,
            accounts,
            host,
        }
    }
}

impl World for Elsewhere {
    /// Everybody is cut; half a second later it listens again at the same address.
    fn break_connection(&self) -> Reply<bool> {
        let stopped = self.broker.lock().unwrap().stop();
        let (listen, accounts) = (self.listen.clone(), self.accounts.clone());
        let (host, place) = (self.host.clone(), Arc::clone(&self.broker));
        Box::pin(async move {
            stopped.await?;
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(500)).await;
                let again = EmbeddedBroker::start(&listen, accounts, bounds(), host);
                *place.lock().unwrap() = again.unwrap();
            });
            Ok(true)
        })
    }
}

/// A broker that slows nobody.
fn bounds() -> Bounds {
    Bounds {
        messages_per_second: u32::MAX,
        bytes_per_second: u64::MAX,
        message_bytes: 1024 * 1024,
        ..Bounds::default()
    }
}

fn account(username: &str, password_hash: &str, rights: Rights) -> Account {
    Account {
        username: username.to_owned(),
        password_hash: password_hash.to_owned(),
        rights,
    }
}

/// The station, and its dock on the ground.
pub(crate) struct Station {
    pub(crate) device: Arc<dyn Device>,
    pub(crate) family: Box<dyn RunningFamily>,
    pub(crate) world: Elsewhere,
    pub(crate) host: HostClock,
    pub(crate) clock: StationClock,
    pub(crate) site: Site,
    pub(crate) serial: String,
    pub(crate) dock: RunningGateway,
}

fn clock() -> HostClock {
    let start = Instant::now();
    // A night at the site: the Sun is down.
    HostClock::new(move || Now {
        mono: Mono::from_elapsed(Duration::from_secs(1) + start.elapsed()),
        utc: UtcMillis::new(1_799_970_000_000 + start.elapsed().as_millis() as i64),
    })
}

impl Station {
    /// The dock has come online; the other gateways have accounts.
    pub(crate) async fn start(others: &[&str]) -> Self {
        Self::speaking("5", others).await
    }

    /// By a version of MQTT.
    pub(crate) async fn speaking(protocol: &str, others: &[&str]) -> Self {
        let host = clock();
        let site = Site::from_degrees(47.0, 8.5, 450.0);
        let (serial, aircraft) = GatewayKind::Dock3M4td.serials(1);
        let hash = hashed(PASSWORD).unwrap();
        let rights = |serial: &str, aircraft: &[String]| Rights::Gateway {
            serial: serial.to_owned(),
            aircraft: aircraft.iter().cloned().collect(),
        };
        let mut accounts = vec![
            account("hub", &hash, Rights::Station),
            account(&serial, &hash, rights(&serial, &[aircraft])),
        ];
        accounts.extend(
            others
                .iter()
                .map(|other| account(other, &hash, rights(other, &[]))),
        );
        let world = Elsewhere::start(accounts, host.clone());
        let url = format!("mqtt://{}", world.listen.tcp);
        let (events, mut reports) = mpsc::channel(16);
        let clock = StationClock::new(host.now().mono, host.now().utc, 1.0);
        let known = others.iter().copied().chain([serial.as_str()]);
        let known: Vec<_> = known
            .map(|serial| json!({"serial": serial, "simulated": true}))
            .collect();
        let family = skyhelm_dji::family()
            .start(FamilyContext {
                config: json!({
                    "broker": {"url": url, "username": "hub", "password": PASSWORD,
                        "protocol": protocol},
                    "gateways": known,
                }),
                events,
                host: host.clone(),
                clock,
                site,
                memory: Arc::new(skyhelm_device::Unkept),
            })
            .unwrap();
        let device = loop {
            let Some(FamilyEvent::Appeared(device)) = reports.recv().await else {
                panic!("no device");
            };
            if device.id().as_str().ends_with(&serial) {
                break device;
            }
        };
        let mut config = VirtualGatewayConfig::new(GatewayKind::Dock3M4td, site, url);
        config.username.clone_from(&serial);
        config.password = Redacted::new(String::from(PASSWORD));
        let dock = VirtualGateway::start(config).await.unwrap();
        let mut state = device.state();
        let online = state.wait_for(|state| {
            let flight = state.flight.as_ref();
            flight.is_some_and(|flight| flight.position.is_some())
        });
        // What it gives must not be held: the driver could not write the next state.
        let came = tokio::time::timeout(Duration::from_secs(20), online)
            .await
            .is_ok();
        assert!(came, "{:#?}", device.state().borrow());
        Self {
            device,
            family,
            world,
            host,
            clock,
            site,
            serial,
            dock,
        }
    }
}
