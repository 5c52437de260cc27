//! Starting a hub, and stopping it.

mod accept;
mod io;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use skyhelm_device::{
    Accepted, DeviceError, DeviceState, Family, FamilyContext, Found, Gated, HostClock,
    RunningFamily, Severity,
};
use skyhelm_units::{DeviceId, Redacted, RequestId, StationClock};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clocks, system_clock};
use crate::config::HubConfig;
use crate::events::HubEvent;
use crate::hub::{EVENTS_KEPT, Hub, Station};
use crate::library::{Renderer, Shelf};
use crate::order::Order;
use crate::registry::{self, Registry};
use crate::sign_in::{Session, Sessions, Tokens};
use crate::store::Store;
use crate::{HubError, secret, web};

/// Reports of a family that may wait.
const FAMILY_QUEUE: usize = 64;
/// Ports tried after the one asked for.
const PORTS_TRIED: u16 = 50;
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
            self.address,
            token.expose()
        ))
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
        for family in hub.registry.families() {
            if tokio::time::timeout(STOP_TIME, family.stop())
                .await
                .is_err()
            {
                tracing::warn!(?family, "the family did not stop in time");
            }
        }
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
    start_families(&hub, &options).await?;
    registry::restore(&hub).await?;
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
    let site = config.site.clone().ok_or_else(|| {
        HubError::Config(String::from(
            "it does not say where the station stands; add [site] with latitude and longitude.",
        ))
    })?;
    let time_zone = match &config.time_zone {
        Some(name) => jiff::tz::TimeZone::get(name)
            .map_err(|error| HubError::Config(format!("time_zone: {error}")))?,
        None => jiff::tz::TimeZone::system(),
    };
    let store = Arc::new(Store::open(&config.data_dir)?);
    Ok(Hub {
        station: Station {
            name: config.name.clone(),
            site,
            time_zone,
            simulated: options.simulated,
            port,
        },
        clocks: Clocks {
            host: options.host.clone(),
            station: options.clock,
        },
        sessions: Sessions::restore(store.clone(), options.host.now()).await?,
        store,
        tokens: Tokens::default(),
        registry: Registry::default(),
        shelf: Shelf::new(config.data_dir.join("library")),
        renderer: Renderer::default(),
        events: broadcast::channel(EVENTS_KEPT).0,
        stopping: CancellationToken::new(),
        tasks: TaskTracker::new(),
    })
}

async fn start_families(hub: &Arc<Hub>, options: &HubOptions) -> Result<(), HubError> {
    for family in &options.families {
        let name = family.name();
        let (events, reports) = mpsc::channel(FAMILY_QUEUE);
        let config = options.config.families.get(name).cloned();
        let started = family.start(FamilyContext {
            config: config.unwrap_or_default(),
            events,
            host: options.host.clone(),
            clock: options.clock,
            site: hub.site(),
        });
        match started {
            Ok(running) => {
                hub.registry.add_family(name, Arc::from(running));
                let following = registry::follow_family(hub.clone(), name, reports);
                hub.tasks.spawn(following);
            }
            Err(error) => {
                stop_all(hub.registry.families()).await;
                return Err(HubError::Family {
                    family: name,
                    error,
                });
            }
        }
    }
    Ok(())
}

async fn stop_all(families: Vec<Arc<dyn RunningFamily>>) {
    for family in families {
        // The hub does not start; whatever stopping says changes nothing.
        let _ = tokio::time::timeout(STOP_TIME, family.stop()).await;
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
