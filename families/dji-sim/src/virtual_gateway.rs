use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use skyhelm_dji_proto::service::DrcBroker;
use skyhelm_sim::clock::HostClock;
use skyhelm_sim::land::{Land, Painter, sun_over};
use skyhelm_streams::rtmp::Target;
use skyhelm_units::Site;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::VirtualGatewayConfig;
use crate::error::SimError;
use crate::link::{Connection, Dial, LinkEvent};
use crate::machine::{
    Fault, FaultKind, GatewayMachine, Lens, LinkId, LiveNews, Output, PhotoOrder, WorldState,
};
use crate::photograph::photograph;
#[cfg(feature = "video")]
use crate::video;
use crate::world;

/// How long it waits before it calls the broker again.
const REDIAL: Duration = Duration::from_secs(1);
/// Messages of all connections that wait to be read.
const UNREAD: usize = 1024;

/// A virtual gateway: see the crate's front page.
#[derive(Clone, Copy, Debug)]
pub struct VirtualGateway;

/// What the gateway's task and the world's door share.
#[derive(Debug)]
pub(crate) struct Shared {
    machine: Mutex<GatewayMachine>,
    painter: OnceLock<Painter>,
    pub(crate) land: Arc<Land>,
    pub(crate) site: Site,
    pub(crate) clock: Arc<dyn HostClock>,
    wake: Notify,
}

impl Shared {
    pub(crate) fn machine(&self) -> MutexGuard<'_, GatewayMachine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Made when the first picture is wanted: it costs some memory.
    pub(crate) fn painter(&self) -> &Painter {
        self.painter
            .get_or_init(|| Painter::new(Arc::clone(&self.land)))
    }

    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

/// A gateway that is switched on. Dropping it switches it off; [`RunningGateway::stop`] also waits.
#[derive(Debug)]
pub struct RunningGateway {
    shared: Arc<Shared>,
    world_at: SocketAddr,
    card: Card,
    gateway_sn: String,
    aircraft_sn: String,
    off: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Clone, Debug)]
struct Card {
    folder: PathBuf,
    /// Kept so that a temporary folder goes with the gateway.
    _temporary: Option<Arc<tempfile::TempDir>>,
}

impl Card {
    fn insert(folder: Option<PathBuf>) -> std::io::Result<Self> {
        if let Some(folder) = folder {
            std::fs::create_dir_all(&folder)?;
            return Ok(Self {
                folder,
                _temporary: None,
            });
        }
        let temporary = tempfile::tempdir()?;
        Ok(Self {
            folder: temporary.path().to_owned(),
            _temporary: Some(Arc::new(temporary)),
        })
    }
}

impl VirtualGateway {
    /// Switches a gateway on. It calls its broker until it is answered.
    ///
    /// # Errors
    /// [`SimError`] when a setting makes no sense, the world's door cannot open or the card's folder
    /// cannot be used.
    pub async fn start(config: VirtualGatewayConfig) -> Result<RunningGateway, SimError> {
        let machine = GatewayMachine::new(&config, config.host_clock.now())?;
        let card = Card::insert(config.card_dir.clone()).map_err(SimError::Card)?;
        let port = config.world_port;
        let failed = |source| SimError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(failed)?;
        let world_at = listener.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared {
            land: Arc::clone(machine.land()),
            machine: Mutex::new(machine),
            painter: OnceLock::new(),
            site: config.site,
            clock: Arc::clone(&config.host_clock),
            wake: Notify::new(),
        });
        let off = CancellationToken::new();
        let door = axum::serve(listener, world::routes(Arc::clone(&shared)))
            .with_graceful_shutdown(off.clone().cancelled_owned());
        let driver = Driver {
            shared: Arc::clone(&shared),
            card: card.clone(),
            main: None,
            drc: None,
            push: None,
            redial_at: Instant::now(),
            epoch: 0,
            config: config.clone(),
        };
        let tasks = vec![
            tokio::spawn(async move {
                let _ = door.await;
            }),
            tokio::spawn(driver.run(off.clone())),
        ];
        tracing::info!(gateway = %config.gateway_sn, world = %world_at, "virtual gateway on");
        Ok(RunningGateway {
            shared,
            world_at,
            card,
            gateway_sn: config.gateway_sn,
            aircraft_sn: config.aircraft_sn,
            off,
            tasks,
        })
    }
}

impl RunningGateway {
    /// Where the world's own door is, on the loopback interface.
    pub fn world_address(&self) -> SocketAddr {
        self.world_at
    }

    /// Serial number of the dock or controller.
    pub fn gateway_sn(&self) -> &str {
        &self.gateway_sn
    }

    /// Serial number of the aircraft.
    pub fn aircraft_sn(&self) -> &str {
        &self.aircraft_sn
    }

    /// Folder of the aircraft's card.
    pub fn card(&self) -> &std::path::Path {
        &self.card.folder
    }

    /// The land it stands in, for a map.
    pub fn land(&self) -> &Arc<Land> {
        &self.shared.land
    }

    /// What a lens sees now: red, green and blue of each pixel, rows from the top.
    pub fn picture(&self, lens: Lens, size: (usize, usize)) -> Vec<u8> {
        let view = self.shared.machine().view(lens);
        let sun = sun_over(&self.shared.site, self.shared.clock.now().utc);
        let band = GatewayMachine::band(lens);
        self.shared.painter().paint(&view, size, band, sun).rgb
    }

    /// What is really so.
    pub fn world(&self) -> WorldState {
        self.shared.machine().world()
    }

    /// Makes something go wrong; says whether its numbers made sense.
    pub fn put(&self, fault: Fault) -> bool {
        let put = self.shared.machine().put(fault);
        self.shared.wake();
        put
    }

    /// Takes a cause of trouble away.
    pub fn clear(&self, kind: FaultKind) {
        self.shared.machine().clear(kind);
        self.shared.wake();
    }

    /// Switches it off and waits for all it does to end.
    pub async fn stop(mut self) {
        self.off.cancel();
        for task in std::mem::take(&mut self.tasks) {
            let _ = task.await;
        }
    }
}

impl Drop for RunningGateway {
    fn drop(&mut self) {
        self.off.cancel();
    }
}

/// The task that joins the machine to its connections.
struct Driver {
    shared: Arc<Shared>,
    config: VirtualGatewayConfig,
    card: Card,
    main: Option<Connection>,
    drc: Option<Connection>,
    /// The live picture's number, and what ends it.
    push: Option<(u64, CancellationToken)>,
    redial_at: Instant,
    epoch: u64,
}

impl Driver {
    async fn run(mut self, off: CancellationToken) {
        let (events, mut heard) = mpsc::channel(UNREAD);
        loop {
            if self.main.is_none() && Instant::now() >= self.redial_at {
                self.dial_main(&events);
            }
            let tick = self.shared.machine().tick();
            tokio::select! {
                () = off.cancelled() => break,
                event = heard.recv() => if let Some(event) = event {
                    self.hear(event);
                },
                () = self.shared.wake.notified() => {}
                () = tokio::time::sleep(tick) => {}
            }
            let now = self.shared.clock.now();
            let outputs: Vec<Output> = {
                let mut machine = self.shared.machine();
                machine.handle_time(now);
                std::iter::from_fn(|| machine.poll_output()).collect()
            };
            for output in outputs {
                self.carry_out(output, &events);
            }
        }
        self.end_push();
    }

    fn dial_main(&mut self, events: &mpsc::Sender<LinkEvent>) {
        let dial = Dial {
            link: LinkId::Main,
            epoch: self.next_epoch(),
            address: self.config.broker.clone(),
            client_id: self.config.gateway_sn.clone(),
            username: self.config.username.clone(),
            password: self.config.password.clone(),
            trusted: self.config.trusted.clone(),
            filters: self.shared.machine().filters(LinkId::Main),
        };
        self.main = Some(Connection::dial(dial, events.clone()));
    }

    fn dial_drc(&mut self, broker: DrcBroker, events: &mpsc::Sender<LinkEvent>) {
        let dial = Dial {
            link: LinkId::Drc,
            epoch: self.next_epoch(),
            address: address_of(&broker),
            client_id: broker.client_id,
            username: broker.username,
            password: broker.password,
            trusted: self.config.trusted.clone(),
            filters: self.shared.machine().filters(LinkId::Drc),
        };
        self.drc = Some(Connection::dial(dial, events.clone()));
    }

    fn next_epoch(&mut self) -> u64 {
        self.epoch += 1;
        self.epoch
    }

    fn slot(&mut self, link: LinkId) -> &mut Option<Connection> {
        match link {
            LinkId::Main => &mut self.main,
            LinkId::Drc => &mut self.drc,
        }
    }

    fn is_current(&mut self, link: LinkId, epoch: u64) -> bool {
        self.slot(link)
            .as_ref()
            .is_some_and(|connection| connection.epoch == epoch)
    }

    fn hear(&mut self, event: LinkEvent) {
        let now = self.shared.clock.now();
        match event {
            LinkEvent::Up { link, epoch } if self.is_current(link, epoch) => {
                self.shared.machine().handle_connected(now, link);
            }
            LinkEvent::Down {
                link,
                epoch,
                refused,
            } if self.is_current(link, epoch) => {
                *self.slot(link) = None;
                if link == LinkId::Main {
                    self.redial_at = Instant::now() + REDIAL;
                }
                self.shared
                    .machine()
                    .handle_disconnected(now, link, refused);
            }
            LinkEvent::Message {
                link,
                epoch,
                topic,
                payload,
            } if self.is_current(link, epoch) => {
                self.shared
                    .machine()
                    .handle_message(now, link, &topic, &payload);
            }
            // Of a connection that has been given up.
            _ => {}
        }
    }

    fn carry_out(&mut self, output: Output, events: &mpsc::Sender<LinkEvent>) {
        match output {
            Output::Publish {
                link,
                topic,
                payload,
                qos,
            } => {
                if let Some(connection) = self.slot(link) {
                    connection.publish(topic, payload, qos);
                }
            }
            Output::DrcConnect(broker) => self.dial_drc(*broker, events),
            Output::DrcDisconnect => self.drc = None,
            Output::Offline(lasts) => self.go_offline(lasts),
            Output::Photo(order) => self.store(*order),
            Output::LiveStart(number, target) => self.begin_push(number, *target),
            Output::LiveStop => self.end_push(),
        }
    }

    fn go_offline(&mut self, lasts: Duration) {
        self.redial_at = Instant::now() + lasts;
        let now = self.shared.clock.now();
        if let Some((number, _)) = &self.push {
            let mut machine = self.shared.machine();
            machine.handle_live(now, *number, LiveNews::Unreachable);
        }
        self.end_push();
        for link in [LinkId::Main, LinkId::Drc] {
            if self.slot(link).take().is_some() {
                self.shared.machine().handle_disconnected(now, link, false);
            }
        }
    }

    #[cfg(feature = "video")]
    fn begin_push(&mut self, number: u64, target: Target) {
        let ends = CancellationToken::new();
        self.push = Some((number, ends.clone()));
        tokio::spawn(video::push(Arc::clone(&self.shared), number, target, ends));
    }

    #[cfg(not(feature = "video"))]
    fn begin_push(&mut self, number: u64, _target: Target) {
        let now = self.shared.clock.now();
        let mut machine = self.shared.machine();
        machine.handle_live(now, number, LiveNews::Refused);
    }

    fn end_push(&mut self) {
        if let Some((_, ends)) = self.push.take() {
            ends.cancel();
        }
    }

    fn store(&self, order: PhotoOrder) {
        let (shared, card) = (Arc::clone(&self.shared), self.card.clone());
        tokio::task::spawn_blocking(move || {
            let path = card.folder.join(&order.name);
            let stored = photograph(shared.painter(), &order, &shared.site)
                .map_err(|error| error.to_string())
                .and_then(|bytes| std::fs::write(&path, bytes).map_err(|error| error.to_string()));
            if let Err(why) = stored {
                tracing::warn!(path = %path.display(), why, "a photograph could not be stored");
            }
        });
    }
}

/// `host:port` by the flag for TLS; an address with a scheme is taken as it is, as a Dock 3 does.
fn address_of(broker: &DrcBroker) -> String {
    if broker.address.contains("://") {
        broker.address.clone()
    } else if broker.enable_tls {
        format!("mqtts://{}", broker.address)
    } else {
        format!("mqtt://{}", broker.address)
    }
}
