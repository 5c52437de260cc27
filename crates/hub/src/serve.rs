//! Starting a hub, and stopping it.

mod accept;
mod io;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use skyhelm_device::{
    Accepted, DeviceError, DeviceState, Family, Found, Gated, HostClock, Severity,
};
use skyhelm_units::{DeviceId, Redacted, RequestId, StationClock};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clocks, system_clock};
use crate::config::HubConfig;
use crate::events::HubEvent;
use crate::hub::{EVENTS_KEPT, Hub, Station};
use crate::library::{Renderer, Shelf};
use crate::maps::Maps;
use crate::names::Names;
use crate::order::Order;
use crate::presence::Presence;
use crate::pushes::Pushes;
use crate::registry::{self, Registry};
use crate::settings::Settings;
use crate::sign_in::{PasswordCost, Passwords, Pauses, Session, Sessions, Tokens};
use crate::store::Store;
use crate::{HubError, families, secret, web};

/// Ports tried after the one asked for.
const PORTS_TRIED: u16 = 50;
/// How often sessions are looked at.
const EXPIRY_WATCH: Duration = Duration::from_secs(1);
/// How long each part of the hub may take to stop.
const STOP_TIME: Duration = Duration::from_secs(5);

/// What a hub is started with.
#[derive(Clone, Debug)]
pub struct HubOptions {
    /// The configuration file.
    pub config: HubConfig,
    /// The families of devices this station knows.
    pub families: Vec<Arc<dyn Family>>,
    /// The host's clock.
    pub host: HostClock,
    /// The station's clock, on the host's count.
    pub clock: StationClock,
    /// Whether the station shows virtual devices only, and says so.
    pub simulated: bool,
    /// What it costs to try a password.
    pub passwords: PasswordCost,
    /// Whether the next free port is taken when the configured one is not to be had.
    pub next_free_port: bool,
}

impl HubOptions {
    /// A hub by its configuration, living in the world's own time.
    pub fn new(config: HubConfig) -> Self {
        let host = system_clock(Instant::now());
        let now = host.now();
        Self {
            config,
            families: Vec::new(),
            host,
            clock: StationClock::new(now.mono, now.utc, 1.0),
            simulated: false,
            passwords: PasswordCost::default(),
            next_free_port: false,
        }
    }
}

/// A hub that runs.
#[derive(Debug)]
pub struct RunningHub {
    /// Where it listens.
    pub address: SocketAddr,
    hub: Arc<Hub>,
    program: Session,
}

impl RunningHub {
    /// A link that signs one browser in, once, within ten minutes.
    pub fn sign_in_link(&self) -> Redacted<String> {
        let token = self.hub.tokens.issue(self.hub.clocks.now().mono);
        Redacted::new(format!(
            "http://{}/#signin={}",
            self.local_address(),
            token.expose()
        ))
    }

    /// Where this machine itself reaches it.
    fn local_address(&self) -> SocketAddr {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        address
    }

    /// Adds a device by its address, as a person would on the page.
    ///
    /// # Errors
    /// When there is no such family, or nothing fitting answers at the address.
    pub async fn add_device(&self, family: &str, address: &str) -> Result<Found, DeviceError> {
        registry::add(&self.hub, family, address).await
    }

    /// The devices of the station.
    pub fn devices(&self) -> Vec<DeviceId> {
        let members = self.hub.registry.members();
        members.iter().map(|member| member.gate.id()).collect()
    }

    /// A device's state, always the newest.
    ///
    /// # Errors
    /// When there is no such device.
    pub fn state(
        &self,
        device: &DeviceId,
    ) -> Result<watch::Receiver<Arc<DeviceState>>, DeviceError> {
        Ok(self.hub.registry.member(device.as_str())?.gate.state())
    }

    /// Gives a command in the program's own name, through the same door as everybody's: it takes the
    /// lease when that is free. Give it back with [`RunningHub::release`].
    ///
    /// # Errors
    /// Why the command may not pass, or what the device says.
    pub async fn command<C: Gated>(
        &self,
        device: &DeviceId,
        command: C,
    ) -> Result<Accepted, DeviceError> {
        let member = self.hub.registry.member(device.as_str())?;
        let order = Order {
            hub: self.hub.clone(),
            session: self.program.clone(),
            request: RequestId::new(secret::random_name()),
        };
        order.give(&member, command).await
    }

    /// Gives the program's lease of a device back.
    pub fn release(&self, device: &DeviceId) {
        if let Ok(member) = self.hub.registry.member(device.as_str())
            && member.gate.release_lease(&self.program.lease)
        {
            self.hub
                .announce(HubEvent::Device(device.as_str().to_owned()));
        }
    }

    /// Stops listening, ends every session's sockets, the families and the database, in this order.
    pub async fn stop(self) {
        let hub = &self.hub;
        hub.stopping.cancel();
        families::stop(hub.registry.families()).await;
        hub.tasks.close();
        if tokio::time::timeout(STOP_TIME, hub.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some tasks of the hub did not stop in time");
        }
        hub.store.close().await;
    }
}

/// Starts a hub. Must be called within the runtime it shall live in.
///
/// # Errors
/// When the configuration is wrong, the port or the data folder cannot be had, or a family does not
/// start.
pub async fn serve(options: HubOptions) -> Result<RunningHub, HubError> {
    options.config.check()?;
    let library = options.config.data_dir.join("library");
    let prepared = Shelf::new(library.clone()).prepare();
    prepared.map_err(|source| HubError::Folder {
        path: library,
        source,
    })?;
    let listener = listen(&options).await?;
    let address = listener.local_addr().map_err(|source| HubError::Port {
        port: options.config.port,
        source,
    })?;
    let hub = Arc::new(compose(&options, address.port()).await?);
    families::start(&hub).await?;
    registry::restore(&hub).await?;
    hub.tasks.spawn(watch_expiry(hub.clone()));
    hub.tasks.spawn(accept::accept(
        hub.clone(),
        listener,
        web::router(hub.clone()),
    ));
    let message = format!("The hub listens at http://{address}.");
    hub.log(None, Severity::Info, "hub.started", message).await;
    Ok(RunningHub {
        address,
        hub,
        program: Session::of_program(),
    })
}

async fn compose(options: &HubOptions, port: u16) -> Result<Hub, HubError> {
    let config = &options.config;
    let store = Arc::new(Store::open(&config.data_dir)?);
    let (_, an_admin_can_come) = store.who_can_sign_in().await?;
    if !config.bind.is_loopback() && !an_admin_can_come {
        return Err(HubError::NoAdmin(config.bind));
    }
    Ok(Hub {
        station: Station {
            simulated: options.simulated,
            port,
            families: options.families.clone(),
            config: config.clone(),
        },
        clocks: Clocks {
            host: options.host.clone(),
            station: options.clock,
        },
        started: options.host.now().mono,
        settings: Settings::restore(store.clone(), config).await?,
        names: Names::new(config.bind, &config.names),
        sessions: Sessions::restore(store.clone(), options.host.now(), options.simulated).await?,
        store,
        tokens: Tokens::default(),
        passwords: Passwords::new(options.passwords),
        pauses: Pauses::default(),
        presence: Presence::default(),
        pushes: Pushes::default(),
        registry: Registry::default(),
        moving: tokio::sync::Mutex::default(),
        shelf: Shelf::new(config.data_dir.join("library")),
        maps: Maps::new(config.data_dir.join("maps")),
        renderer: Renderer::default(),
        events: broadcast::channel(EVENTS_KEPT).0,
        stopping: CancellationToken::new(),
        tasks: TaskTracker::new(),
    })
}

/// Ends sessions when their time is over, though nobody asks.
async fn watch_expiry(hub: Arc<Hub>) {
    let mut ticks = tokio::time::interval(EXPIRY_WATCH);
    loop {
        tokio::select! {
            _ = ticks.tick() => hub.sessions.expire(hub.clocks.now()),
            () = hub.stopping.cancelled() => return,
        }
    }
}

async fn listen(options: &HubOptions) -> Result<TcpListener, HubError> {
    let HubConfig { bind, port, .. } = options.config;
    let tries = match (port, options.next_free_port) {
        (0, _) | (_, false) => 0,
        (_, true) => PORTS_TRIED,
    };
    let mut failure = None;
    for candidate in port..=port.saturating_add(tries) {
        match bind_to(bind, candidate).await {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    Err(HubError::Port {
        port,
        source: failure.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()),
    })
}

async fn bind_to(address: IpAddr, port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::new(address, port)).await
}
