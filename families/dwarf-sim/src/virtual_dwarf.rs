use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use skyhelm_dwarf_proto::v2::ResNotifyPowerOff;
use skyhelm_dwarf_proto::{cmd, params};
use skyhelm_sim::clock::DeviceClock;
use skyhelm_sim::mechanics::{Approach, Motion, MotorAngles};
use skyhelm_sim::mechanics::{Mount, MountConfig, PlateSolve, PointingModel, SetUp};
use skyhelm_units::{Angle, Horizontal, Mono};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::card::Card;
use crate::config::VirtualDwarfConfig;
use crate::darkroom::Darkroom;
use crate::device::{
    Activity, Battery, Camera, CameraId, Core, CoreParts, FIRST_PASSWORD, Farewell, Faults,
    Features, Focuser, Lights, StackSlot, State, Weather,
};
use crate::doors::{Doors, open_world};
use crate::error::SimError;
use crate::handlers::{end_tracking, vitals};
use crate::pace::Pace;
use crate::power::Power;
use crate::truth::Truth;
use crate::world::World;

/// How often the device looks after itself, of the host's time.
pub(crate) const LOOKS: Duration = Duration::from_millis(400);
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
    /// The world's own door, always on the loopback interface; see [`world`](crate::world).
    pub world: SocketAddr,
}

/// A device that is switched on. Dropping it switches it off; [`RunningDwarf::stop`] also waits.
#[derive(Debug)]
pub struct RunningDwarf {
    addresses: Addresses,
    power: Arc<Power>,
}

impl VirtualDwarf {
    /// Switches a device on.
    ///
    /// # Errors
    /// [`SimError`] when a port is taken or the card's directory cannot be used.
    pub async fn start(mut config: VirtualDwarfConfig) -> Result<RunningDwarf, SimError> {
        if !(1..=10).contains(&config.live_rate) {
            return Err(SimError::Config(
                "the live pictures must be 1 to 10 a second",
            ));
        }
        if !(1..=16).contains(&config.window) {
            return Err(SimError::Config("the sensor window must be 1 to 16"));
        }
        if config.serial.is_empty() {
            config.serial = VirtualDwarfConfig::seeded_serial(config.seed);
        }
        let (world, world_at) = open_world(&config).await?;
        let doors = Doors::open(&config, world_at).await?;
        let addresses = doors.addresses;
        let power = Power::on(assemble(config)?, doors, world);
        tracing::info!(ws = %addresses.ws, "virtual telescope on");
        Ok(RunningDwarf { addresses, power })
    }
}

impl RunningDwarf {
    /// Where its doors are.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// What is really so, for judges.
    pub fn truth(&self) -> Truth {
        Truth::new(Arc::clone(&self.power))
    }

    /// What is really so, and what is to go wrong.
    pub fn world(&self) -> World {
        World::new(Arc::clone(&self.power))
    }

    /// Returns when the device has switched itself off (13502).
    pub async fn switched_off(&self) {
        self.power.is_off().await;
    }

    /// Switches it off and waits for all it does to end.
    pub async fn stop(self) {
        self.power.cut();
        self.power.ended().await;
    }
}

impl Drop for RunningDwarf {
    fn drop(&mut self) {
        self.power.cut();
    }
}

/// Watches over what happens by itself: a target that sets, a battery that drains.
pub(crate) async fn look_after(core: Arc<Core>) {
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
        if core.state().battery.is_empty() {
            shut_down(&core).await;
            return;
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
        darkroom: Arc::new(darkroom),
        network: watch::Sender::new(true),
        off: CancellationToken::new(),
        state,
    };
    Ok(Core::new(parts))
}

/// How long what runs may take to end in good order before the light goes out, of the host's time.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Goes dark as an empty battery makes it: what runs ends in good order, and clients are told.
async fn shut_down(core: &Core) {
    let running = |core: &Core| {
        let state = core.state();
        let stops = state.stacks.iter().filter_map(|slot| match slot {
            StackSlot::Running(stop) => Some(stop.clone()),
            _ => None,
        });
        stops.collect::<Vec<_>>()
    };
    for stop in running(core) {
        stop.cancel();
    }
    let begun = tokio::time::Instant::now();
    while !running(core).is_empty() && begun.elapsed() < LAST_WORK {
        tokio::time::sleep(LOOKS / 4).await;
    }
    core.notify(cmd::NOTIFY_POWER_OFF, &ResNotifyPowerOff {});
    tokio::time::sleep(LOOKS).await;
    core.leave(Farewell::Restart);
}

/// The same device after a restart: it stands where it stood, and has forgotten what it was doing.
pub(crate) fn rebooted(before: &Core) -> Core {
    let config = before.config.clone();
    let now = before.pace.now();
    let old = before.state();
    let mut mount = old.mount.clone();
    mount.stop(now);
    let state = State {
        clock: old.clock,
        zone: old.zone.clone(),
        told_site: old.told_site,
        mount,
        model: Arc::new(PointingModel::unlevelled()),
        focuser: old.focuser,
        battery: old.battery,
        weather: old.weather,
        faults: old.faults.clone(),
        has_darks: old.has_darks,
        name: old.name.clone(),
        password: old.password.clone(),
        is_reset: old.is_reset,
        ..initial_state(&config, &before.pace)
    };
    drop(old);
    Core::new(CoreParts {
        config,
        pace: before.pace.clone(),
        card: Arc::clone(&before.card),
        darkroom: Arc::clone(&before.darkroom),
        network: before.network.clone(),
        off: before.off.clone(),
        state,
    })
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
    let menu = params::config(config.profile.model);
    let sharp_at = Focuser::seeded_sharpness(config.seed);
    State {
        clock: DeviceClock::new(pace.true_clock()).with_error(initial.clock_error_s),
        zone: None,
        told_site: initial.site_known.then_some(config.site),
        mount,
        model: Arc::new(model),
        activity: Activity::Idle,
        tracking: None,
        is_nudged: false,
        settling: Default::default(),
        cameras: CameraId::BOTH.map(|id| Camera::from_config(id, menu)),
        shooting: [None, None],
        stacks: [StackSlot::default(), StackSlot::default()],
        stack_progress: [None, None],
        features: Features::from_config(menu),
        focuser: Focuser::new(sharp_at, initial.defocus_steps),
        battery: Battery::new(initial.battery_percent),
        weather: Weather::new(config.conditions),
        faults: Faults::default(),
        has_darks: initial.darks,
        darks: [None, None],
        lights: Lights::default(),
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
