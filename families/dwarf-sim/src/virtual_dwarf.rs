use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_dwarf_proto::params;
use skyhelm_sim::clock::DeviceClock;
use skyhelm_sim::mechanics::{Approach, Motion, MotorAngles};
use skyhelm_sim::mechanics::{Mount, MountConfig, PlateSolve, PointingModel, SetUp};
use skyhelm_units::{Angle, Horizontal, Mono};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::card::Card;
use crate::config::{Ports, VirtualDwarfConfig};
use crate::darkroom::Darkroom;
use crate::device::{
    Activity, Battery, Camera, CameraId, Core, CoreParts, FIRST_PASSWORD, Features, Focuser,
    StackSlot, State,
};
use crate::error::SimError;
use crate::handlers::{end_tracking, vitals};
use crate::pace::Pace;
use crate::server::{self, Bounds, api, files, live, socket};
use crate::session::Session;
use crate::truth::Truth;
use crate::viewfinder;

/// A hundred clients that send nonsense fit beside the real ones; those ping every ten seconds.
const SOCKETS: Bounds = bounds(256, 45);
const REQUESTS: Bounds = bounds(64, 45);
/// Between two pictures lies the longest exposure, or a stack that nobody ends.
const VIEWERS: Bounds = bounds(64, 600);
/// Messages that may wait for the device; the connections wait in turn beyond that.
const WAITING_MESSAGES: usize = 256;
/// How often the device looks after itself, of the host's time.
const LOOKS: Duration = Duration::from_millis(400);
/// How often it tells battery, card and temperature.
const TELLS: u32 = 25;

/// A virtual DWARF telescope: see the crate's front page.
#[derive(Clone, Copy, Debug)]
pub struct VirtualDwarf;

/// Where a running device's doors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// WebSocket.
    pub ws: SocketAddr,
    /// JSON over HTTP.
    pub http: SocketAddr,
    /// Live pictures.
    pub jpeg: SocketAddr,
    /// Files.
    pub files: SocketAddr,
}

/// A device that is switched on. Dropping it switches it off; [`RunningDwarf::stop`] also waits.
#[derive(Debug)]
pub struct RunningDwarf {
    addresses: Addresses,
    core: Arc<Core>,
}

impl VirtualDwarf {
    /// Switches a device on.
    ///
    /// # Errors
    /// [`SimError`] when a port is taken or the card's directory cannot be used.
    pub async fn start(config: VirtualDwarfConfig) -> Result<RunningDwarf, SimError> {
        if !(1..=16).contains(&config.window) {
            return Err(SimError::Config("the sensor window must be 1 to 16"));
        }
        let doors = Doors::open(&config).await?;
        let addresses = doors.addresses;
        let core = Arc::new(assemble(config)?);
        doors.serve(&core);
        core.tasks.spawn(look_after(Arc::clone(&core)));
        for id in CameraId::BOTH {
            core.tasks.spawn(viewfinder::run(Arc::clone(&core), id));
        }
        tracing::info!(ws = %addresses.ws, "virtual telescope on");
        Ok(RunningDwarf { addresses, core })
    }
}

impl RunningDwarf {
    /// Where its doors are.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// What is really so, for judges.
    pub fn truth(&self) -> Truth {
        Truth::new(Arc::clone(&self.core))
    }

    /// Returns when the device has switched itself off (13502).
    pub async fn switched_off(&self) {
        self.core.stopping.cancelled().await;
    }

    /// Switches it off and waits for all it does to end.
    pub async fn stop(self) {
        self.core.stopping.cancel();
        self.core.tasks.close();
        self.core.tasks.wait().await;
    }
}

impl Drop for RunningDwarf {
    fn drop(&mut self) {
        self.core.stopping.cancel();
        self.core.tasks.close();
    }
}

struct Doors {
    addresses: Addresses,
    ws: TcpListener,
    http: TcpListener,
    jpeg: TcpListener,
    files: TcpListener,
}

impl Doors {
    async fn open(config: &VirtualDwarfConfig) -> Result<Self, SimError> {
        let [ws, http, jpeg, files] = match config.ports {
            Ports::Free => [0; 4],
            Ports::Standard => {
                let ports = config.profile.ports;
                [ports.websocket, ports.http, ports.jpeg, ports.files]
            }
            Ports::Explicit {
                ws,
                http,
                jpeg,
                files,
            } => [ws, http, jpeg, files],
        };
        let (ws, ws_at) = listen(config, ws).await?;
        let (http, http_at) = listen(config, http).await?;
        let (jpeg, jpeg_at) = listen(config, jpeg).await?;
        let (files, files_at) = listen(config, files).await?;
        let addresses = Addresses {
            ws: ws_at,
            http: http_at,
            jpeg: jpeg_at,
            files: files_at,
        };
        Ok(Self {
            addresses,
            ws,
            http,
            jpeg,
            files,
        })
    }

    fn about(&self, config: &VirtualDwarfConfig) -> Value {
        let at = &self.addresses;
        json!({
            "simulated": true,
            "name": config.name,
            "ports": {
                "ws": at.ws.port(),
                "http": at.http.port(),
                "jpeg": at.jpeg.port(),
                "files": at.files.port(),
            },
        })
    }

    fn serve(self, core: &Arc<Core>) {
        let (inbound, from_clients) = mpsc::channel(WAITING_MESSAGES);
        let door = socket::Door {
            inbound,
            about: self.about(&core.config),
            stopping: core.stopping.clone(),
            tasks: core.tasks.clone(),
            clients: Arc::new(AtomicU64::new(1)),
        };
        let (tasks, stopping) = (&core.tasks, &core.stopping);
        tasks.spawn(run_session(Arc::clone(core), from_clients));
        let [tele, wide] = core.live.clone();
        server::serve(tasks, stopping, self.ws, SOCKETS, socket::routes(door));
        server::serve(
            tasks,
            stopping,
            self.http,
            REQUESTS,
            api::routes(Arc::clone(core)),
        );
        server::serve(
            tasks,
            stopping,
            self.jpeg,
            VIEWERS,
            live::routes(tele, wide),
        );
        server::serve(
            tasks,
            stopping,
            self.files,
            REQUESTS,
            files::routes(Arc::clone(&core.card)),
        );
    }
}

const fn bounds(connections: usize, idle_s: u64) -> Bounds {
    Bounds {
        connections,
        idle: Duration::from_secs(idle_s),
    }
}

async fn listen(
    config: &VirtualDwarfConfig,
    port: u16,
) -> Result<(TcpListener, SocketAddr), SimError> {
    let address = SocketAddr::new(config.bind, port);
    let refused = |source| SimError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

async fn run_session(core: Arc<Core>, mut from_clients: mpsc::Receiver<socket::Inbound>) {
    let pace = core.pace.clone();
    let mut session = Session::new(Arc::clone(&core));
    loop {
        let silence = session.poll_timeout();
        tokio::select! {
            // What a command has set off is told before the next command is looked at.
            biased;
            () = core.stopping.cancelled() => return,
            saying = core.outbox.next() => session.handle_saying(saying),
            Some(inbound) = from_clients.recv() => session.handle_inbound(&inbound),
            () = until(&pace, silence), if silence.is_some() => session.handle_timeout(),
            else => return,
        }
    }
}

/// Waits for a reading of the host's clock.
async fn until(pace: &Pace, at: Option<Mono>) {
    if let Some(at) = at {
        tokio::time::sleep(at.since(pace.host().mono)).await;
    }
}

/// Watches over what happens by itself: a target that sets, a battery that drains.
async fn look_after(core: Arc<Core>) {
    let mut looks: u32 = 0;
    loop {
        tokio::select! {
            () = core.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOKS) => {}
        }
        let now = core.pace.now();
        let (blocked, plugged) = {
            let mut state = core.state();
            let blocked = matches!(state.mount.motion(now), Motion::Blocked(..));
            (
                blocked && state.tracking.is_some(),
                state.battery.advance(now),
            )
        };
        if blocked {
            end_tracking(&core);
        }
        looks = looks.wrapping_add(1);
        if plugged || looks.is_multiple_of(TELLS) {
            vitals(&core);
        }
    }
}

pub(crate) fn assemble(config: VirtualDwarfConfig) -> Result<Core, SimError> {
    let card =
        Card::insert(config.card_dir.as_deref(), config.card_bytes).map_err(SimError::Card)?;
    let pace = Pace::new(Arc::clone(&config.host_clock), config.station_clock);
    let darkroom = Darkroom::new(&config);
    let state = initial_state(&config, &pace);
    let parts = CoreParts {
        config,
        pace,
        card: Arc::new(card),
        darkroom,
        tasks: TaskTracker::new(),
        stopping: CancellationToken::new(),
        state,
    };
    Ok(Core::new(parts))
}

fn initial_state(config: &VirtualDwarfConfig, pace: &Pace) -> State {
    let initial = &config.initial;
    let set_up = SetUp::seeded(config.seed, config.setup_error);
    let model = if initial.calibrated {
        levelled(&set_up)
    } else {
        PointingModel::unlevelled()
    };
    let mut mount = Mount::parked(MountConfig::smart_telescope(config.seed), set_up);
    if let Some((rotation, pitch)) = initial.motors_deg {
        let motors = MotorAngles::from_degrees(rotation, pitch);
        // Out of reach it stays parked.
        let speed = Angle::from_degrees(30.0);
        let _ = mount.slew_to(Mono::ZERO, motors, speed, Approach::Careful);
    }
    let menu = serde_json::to_value(params::config(config.profile.model)).unwrap_or_default();
    let sharp_at = Focuser::seeded_sharpness(config.seed);
    State {
        clock: DeviceClock::new(pace.true_clock()).with_error(initial.clock_error_s),
        zone: None,
        told_site: initial.site_known.then_some(config.site),
        mount,
        model: Arc::new(model),
        activity: Activity::Idle,
        tracking: None,
        cameras: CameraId::BOTH.map(|id| Camera::from_config(id, &menu)),
        photos: [false; 2],
        stacks: [StackSlot::default(), StackSlot::default()],
        features: Features::from_config(&menu),
        focuser: Focuser::new(sharp_at, initial.defocus_steps),
        battery: Battery::new(initial.battery_percent),
        conditions: config.conditions,
        has_darks: initial.darks,
        name: config.name.clone(),
        password: FIRST_PASSWORD.to_owned(),
        is_reset: false,
    }
}

/// What a calibration on an earlier evening found.
fn levelled(set_up: &SetUp) -> PointingModel {
    let solves: Vec<PlateSolve> = [(20.0, 40.0), (140.0, 55.0), (260.0, 35.0)]
        .iter()
        .map(|&(rotation, pitch)| {
            let motors = MotorAngles::from_degrees(rotation, pitch);
            let direction: Horizontal = set_up.direction(motors);
            PlateSolve { motors, direction }
        })
        .collect();
    PointingModel::fit(&solves).unwrap_or_default()
}
