//! The broker within the program, on a runtime of its own: whatever blocks the station's runtime
//! does not keep a stick's frame from its gateway.

use core::time::Duration;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use mqtt5::broker::config::{StorageConfig, TlsConfig, WebSocketConfig};
use mqtt5::broker::server::BrokerShutdownHandle;
use mqtt5::broker::{BrokerConfig, MqttBroker};
use skyhelm_device::{HostClock, Reply};
use skyhelm_units::{Redacted, UtcMillis};
use tokio::sync::watch;

use super::address::Told;
use super::files::open_all_files;
use super::gatekeeper::Gatekeeper;
use super::{Account, Broker, BrokerError, Door, DrcCredentials, Protocol, Rights};

/// Where the broker listens.
#[derive(Clone, Debug)]
pub struct Listen {
    /// MQTT over TCP.
    pub tcp: SocketAddr,
    /// MQTT over WebSocket, at path `/mqtt`.
    pub websocket: Option<SocketAddr>,
    /// MQTT over TLS: where, the certificate chain and its key (PEM).
    pub tls: Option<(SocketAddr, PathBuf, PathBuf)>,
    /// The address gateways are told for their stick connection, when it is not where it listens:
    /// `host:port`, or with `mqtts://`, `ws://` before it. Else it is the encrypted one, if there is one.
    pub advertised: Option<String>,
}

/// What one account may take at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at a time.
    pub clients: usize,
    /// Bytes of one message.
    pub message_bytes: usize,
    /// Messages a second; more are dropped.
    pub messages_per_second: u32,
    /// Bytes a second; more are dropped.
    pub bytes_per_second: u64,
    /// Messages waiting for one slow reader.
    pub waiting: usize,
}

impl Default for Bounds {
    /// A dock's fullest telemetry is about 20 kB; two streams at 30 Hz and all else stay under 100
    /// messages a second.
    fn default() -> Self {
        Self {
            clients: 4096,
            message_bytes: 256 * 1024,
            messages_per_second: 300,
            bytes_per_second: 4 * 1024 * 1024,
            waiting: 10_000,
        }
    }
}

/// Credentials for sticks are good for so long.
const DRC_LIFE: Duration = Duration::from_mins(10);

/// Threads of the broker: measured on two cores, four carry a twelfth more than two.
const THREADS: usize = 4;

/// How long the broker may take to end.
const STOP_TIME: Duration = Duration::from_secs(3);

/// The broker within the program.
pub struct EmbeddedBroker {
    gatekeeper: Arc<Gatekeeper>,
    tcp: SocketAddr,
    websocket: Option<SocketAddr>,
    tls: Option<SocketAddr>,
    told: Told,
    own_name: String,
    own_token: String,
    shutdown: BrokerShutdownHandle,
    ended: watch::Receiver<bool>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

impl core::fmt::Debug for EmbeddedBroker {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EmbeddedBroker")
            .field("tcp", &self.tcp)
            .field("websocket", &self.websocket)
            .field("tls", &self.tls)
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}

/// What the broker's thread says once it listens.
struct Started {
    shutdown: BrokerShutdownHandle,
    tcp: SocketAddr,
    websocket: Option<SocketAddr>,
    tls: Option<SocketAddr>,
}

impl EmbeddedBroker {
    /// Listens, and lets the accounts in. Blocks until the ports are open.
    ///
    /// # Errors
    /// When a port is taken, a certificate cannot be read or the system refuses.
    pub fn start(
        listen: &Listen,
        accounts: Vec<Account>,
        bounds: Bounds,
        host: HostClock,
    ) -> Result<Self, BrokerError> {
        open_all_files();
        let advertised = listen.advertised.as_deref();
        let advertised = advertised.map(Told::from_operator).transpose()?;
        let gatekeeper = Arc::new(Gatekeeper::new(host, accounts, bounds));
        let own_name = format!("skyhelm-{}", random_word(6)?);
        let own_token = random_word(24)?;
        gatekeeper.add_token(&own_name, &own_token, Rights::Station, None);
        let config = config(listen, bounds, Arc::clone(&gatekeeper));
        let asked = (listen.websocket, listen.tls.as_ref().map(|(at, ..)| *at));
        let (says, hears) = mpsc::sync_channel(1);
        let (ending, ended) = watch::channel(false);
        let keeper = Arc::clone(&gatekeeper);
        let thread = thread::Builder::new()
            .name(String::from("mqtt-broker"))
            .spawn(move || {
                serve(config, asked, keeper, &says);
                ending.send_replace(true);
            })
            .map_err(|error| BrokerError::System(error.to_string()))?;
        let started: Started = hears
            .recv()
            .unwrap_or_else(|_| Err(String::from("its thread ended")))
            .map_err(|cause| BrokerError::Listen {
                at: listen.tcp.to_string(),
                cause,
            })?;
        let told = advertised.unwrap_or_else(|| {
            let at = started.tls.unwrap_or(started.tcp);
            Told {
                address: SocketAddr::new(reachable(at.ip()), at.port()).to_string(),
                tls: started.tls.is_some(),
            }
        });
        Ok(Self {
            gatekeeper,
            tcp: started.tcp,
            websocket: started.websocket,
            tls: started.tls,
            told,
            own_name,
            own_token,
            shutdown: started.shutdown,
            ended,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Where it listens for MQTT over TCP.
    pub fn tcp_address(&self) -> SocketAddr {
        self.tcp
    }

    /// Where it listens for MQTT over WebSocket.
    pub fn websocket_address(&self) -> Option<SocketAddr> {
        self.websocket
    }

    /// Where it listens for MQTT over TLS.
    pub fn tls_address(&self) -> Option<SocketAddr> {
        self.tls
    }

    /// The address gateways are told.
    pub fn advertised(&self) -> &str {
        &self.told.address
    }
}

impl Drop for EmbeddedBroker {
    fn drop(&mut self) {
        self.shutdown.shutdown();
    }
}

impl Broker for EmbeddedBroker {
    fn own_door(&self) -> Door {
        let ip = match self.tcp.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        Door {
            url: format!("mqtt://{}", SocketAddr::new(ip, self.tcp.port())),
            username: self.own_name.clone(),
            password: Redacted::new(self.own_token.clone()),
            trusted: None,
            protocol: Protocol::V5,
        }
    }

    fn set_aircraft(&self, gateway: &str, aircraft: &[String]) {
        self.gatekeeper.set_aircraft(gateway, aircraft);
    }

    fn drc_credentials(
        &self,
        gateway: &str,
        now: UtcMillis,
    ) -> Result<DrcCredentials, BrokerError> {
        self.gatekeeper.end_drc(gateway);
        let username = format!("drc-{gateway}-{}", random_word(4)?);
        let password = random_word(24)?;
        // Wire clocks count whole seconds; the account lives as long as the wire says.
        let expires = UtcMillis::from_seconds((now + DRC_LIFE).millis() / 1000);
        let rights = Rights::Drc {
            gateway: gateway.to_owned(),
        };
        self.gatekeeper
            .add_token(&username, &password, rights, Some(expires));
        Ok(DrcCredentials {
            address: self.told.address.clone(),
            client_id: username.clone(),
            username,
            password: Redacted::new(password),
            expires,
            tls: self.told.tls,
        })
    }

    fn knows(&self, username: &str) -> Option<bool> {
        Some(self.gatekeeper.knows(username))
    }

    fn refused(&self) -> Option<Vec<String>> {
        Some(self.gatekeeper.refused())
    }

    fn stop(&self) -> Reply<()> {
        self.shutdown.shutdown();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let mut ended = self.ended.clone();
        Box::pin(async move {
            let over = tokio::time::timeout(STOP_TIME, ended.wait_for(|ended| *ended)).await;
            if let (Ok(_), Some(thread)) = (over, thread) {
                // It has said that it ends, so this does not wait.
                drop(thread.join());
            }
            Ok(())
        })
    }
}

/// A WebSocket and a TLS listener that were asked for.
type Asked = (Option<SocketAddr>, Option<SocketAddr>);

/// Where it listens. `mqtt5` goes on without a listener whose port is taken; an operator who asked for
/// encryption must not get a broker without.
fn started(broker: &MqttBroker, (websocket, tls): Asked) -> Result<Started, String> {
    let missing = |what: &str, at: SocketAddr| format!("its {what} listener cannot use {at}");
    let started = Started {
        shutdown: broker.shutdown_handle(),
        tcp: broker.local_addr().ok_or("it has no address")?,
        websocket: broker.ws_local_addr(),
        tls: broker.tls_local_addr(),
    };
    match (websocket, tls) {
        (Some(at), _) if started.websocket.is_none() => Err(missing("WebSocket", at)),
        (_, Some(at)) if started.tls.is_none() => Err(missing("TLS", at)),
        _ => Ok(started),
    }
}

/// Runs the broker until it is shut down.
fn serve(
    config: BrokerConfig,
    asked: Asked,
    keeper: Arc<Gatekeeper>,
    says: &mpsc::SyncSender<Result<Started, String>>,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("mqtt-broker")
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            // Whoever started us waits for this one word.
            let _ = says.send(Err(error.to_string()));
            return;
        }
    };
    runtime.block_on(async {
        let broker = MqttBroker::with_config(config).await;
        let mut broker = match broker {
            Ok(broker) => broker.with_auth_provider(keeper),
            Err(error) => {
                let _ = says.send(Err(error.to_string()));
                return;
            }
        };
        let started = started(&broker, asked);
        let _ = says.send(started);
        if let Err(error) = broker.run().await {
            tracing::error!(%error, "the MQTT broker ended");
        }
    });
    // A client that does not let go must not hold the program.
    runtime.shutdown_timeout(Duration::from_secs(1));
}

fn config(listen: &Listen, bounds: Bounds, keeper: Arc<Gatekeeper>) -> BrokerConfig {
    BrokerConfig {
        bind_addresses: vec![listen.tcp],
        websocket_config: listen
            .websocket
            .map(|at| WebSocketConfig::new().with_bind_addresses(vec![at])),
        tls_config: listen.tls.as_ref().map(|(at, cert, key)| {
            TlsConfig::new(cert.clone(), key.clone()).with_bind_addresses(vec![*at])
        }),
        max_clients: bounds.clients,
        max_packet_size: bounds.message_bytes,
        // The gatekeeper counts by account; by connection the station, which answers all, would be slowed,
        // and a gateway with many connections would not.
        max_message_rate_per_client: 0,
        max_bandwidth_per_client: 0,
        client_channel_capacity: bounds.waiting,
        max_subscriptions_per_client: 64,
        shared_subscription_available: false,
        topic_alias_maximum: 64,
        sys_topics_enabled: false,
        // Nothing outlives a connection: no message waits for a client that is away.
        storage_config: StorageConfig {
            enable_persistence: false,
            ..StorageConfig::default()
        },
        session_expiry_interval: Duration::ZERO,
        event_handler: Some(keeper),
        ..BrokerConfig::default()
    }
}

/// An address of this machine that others reach, when it listens at all of them.
fn reachable(listens: IpAddr) -> IpAddr {
    if !listens.is_unspecified() {
        return listens;
    }
    // No packet is sent: the system only says which of its addresses it would send from. The target
    // belongs to the documentation's network.
    let probe = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    probe.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |at| at.ip())
}

/// A word nobody guesses, of so many random bytes.
pub(crate) fn random_word(bytes: usize) -> Result<String, BrokerError> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| BrokerError::System(error.to_string()))?;
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let word = random
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    Ok(word.collect())
}
