//! What a person asks, as the steps the wire needs.

mod camera;
mod darks;
mod focuser;
mod house;
mod mount;
mod stacker;

use core::time::Duration;

use prost::Message;
use skyhelm_device::{
    CameraCommand, ControlCommand, DarksCommand, DeviceError, FocuserCommand, Lens, LightCommand,
    MountCommand, ParameterValue, PowerCommand, StackerCommand, Switch,
};
use skyhelm_dwarf_proto::{Code, Profile, cmd, v2};
use skyhelm_units::{Mono, Site, UtcMillis};

use crate::known::{Known, Slot, Target};

pub(crate) use camera::open;
pub(crate) use darks::list as list_darks;
pub(crate) use mount::{follow, stop_joystick};

/// A command of any capability that travels over the WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Order {
    Mount(MountCommand),
    Camera(CameraCommand),
    Focuser(FocuserCommand),
    Stacker(StackerCommand),
    Darks(DarksCommand),
    Light(LightCommand),
    Power(PowerCommand),
    Control(ControlCommand),
}

macro_rules! orders {
    ($($variant:ident($command:ty)),*) => {$(
        impl From<$command> for Order {
            fn from(command: $command) -> Self {
                Self::$variant(command)
            }
        }
    )*};
}
orders!(
    Mount(MountCommand),
    Camera(CameraCommand),
    Focuser(FocuserCommand),
    Stacker(StackerCommand),
    Darks(DarksCommand),
    Light(LightCommand),
    Power(PowerCommand),
    Control(ControlCommand)
);

/// What a step changes in what is known, once the telescope took it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    Nothing,
    Opened(Lens),
    Closed(Lens),
    WentLive(Lens),
    Aimed(Target),
    StopAsked(Slot),
    Centring,
    FocusMoves,
    FocusRests,
    Host,
    Set(Change),
    Parked,
    /// The reply lists the dark frames of a camera.
    DarksListed(Lens),
    /// The dark frames of a camera are others now.
    DarksChanged(Lens),
    /// It switches itself off, and with [`PowerCommand::Reboot`] on again.
    SwitchesOff(PowerCommand),
    /// Its clock was set, to this zone.
    ClockSet(String),
}

/// A setting the telescope took. It echoes it as well, but not on every firmware.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Change {
    AutoExposure(Lens),
    ManualExposure(Lens),
    Exposure(Lens, i32),
    Gain(Lens, i32),
    Filter(i32),
    Parameter(Lens, &'static str, ParameterValue),
    Feature(&'static str, ParameterValue),
    Light(&'static str, Switch),
}

/// The job a step begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Begins {
    pub(crate) slot: Slot,
    pub(crate) title: String,
    pub(crate) patience: Duration,
}

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Send {
    pub(crate) number: u32,
    pub(crate) payload: Vec<u8>,
    /// Refusals that are as good as success here.
    pub(crate) fine: &'static [Code],
    /// Whether any refusal is: for stops of what may not run.
    pub(crate) lenient: bool,
    pub(crate) effect: Effect,
    pub(crate) begins: Option<Begins>,
}

/// One step of an order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Be the host, and set the telescope's clock if nobody here has yet.
    Host,
    /// Open a camera unless it is open.
    Open(Lens),
    /// Send a request and wait for its reply.
    Send(Send),
}

/// A request without anything special.
pub(crate) fn request(number: u32, message: &impl Message) -> Send {
    Send {
        number,
        payload: message.encode_to_vec(),
        fine: &[],
        lenient: false,
        effect: Effect::Nothing,
        begins: None,
    }
}

impl Send {
    fn effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }

    fn fine(self, fine: &'static [Code]) -> Self {
        Self { fine, ..self }
    }

    fn lenient(self) -> Self {
        Self {
            lenient: true,
            ..self
        }
    }

    fn begins(self, slot: Slot, title: impl Into<String>, patience: Duration) -> Self {
        Self {
            begins: Some(Begins {
                slot,
                title: title.into(),
                patience,
            }),
            ..self
        }
    }
}

/// Where and with what an order is carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) known: &'a Known,
    pub(crate) site: &'a Site,
    pub(crate) profile: &'a Profile,
    pub(crate) at: Mono,
}

/// The steps of an order. Joystick orders have none: they are a stream of their own.
///
/// # Errors
/// When this telescope cannot do it at all.
pub(crate) fn steps(order: &Order, scene: Scene<'_>) -> Result<Vec<Step>, DeviceError> {
    let known = scene.known;
    let (opens, sends) = match order {
        Order::Mount(command) => mount::mount(command, scene)?,
        Order::Camera(command) => camera::camera(command, known)?,
        Order::Focuser(command) => focuser::focuser(*command, known),
        Order::Stacker(command) => stacker::stacker(command, known)?,
        Order::Darks(DarksCommand::Refresh { lens }) => {
            // Reading needs no role.
            return Ok(vec![Step::Send(darks::list(*lens))]);
        }
        Order::Darks(command) => darks::darks(command, known)?,
        Order::Light(command) => house::light(command)?,
        Order::Power(command) => (None, vec![house::power(*command)]),
        Order::Control(ControlCommand::Take) => (None, Vec::new()),
        Order::Control(ControlCommand::Release) => {
            return Ok(vec![Step::Send(release_host())]);
        }
    };
    let mut steps = vec![Step::Host];
    steps.extend(opens.map(Step::Open));
    steps.extend(sends.into_iter().map(Step::Send));
    Ok(steps)
}

type Plan = (Option<Lens>, Vec<Send>);

/// The longest the telescope may be silent about a long command, by the table.
fn patience(number: u32) -> Duration {
    skyhelm_dwarf_proto::table::row(number).map_or(Duration::from_mins(1), |row| row.timeout)
}

/// Takes the host role. The lock keeps another client from taking it back unasked.
pub(crate) fn take_host() -> Send {
    request(
        cmd::SYSTEM_SET_HOST_LOCK,
        &v2::ReqsetMasterLock { lock: true },
    )
    .effect(Effect::Host)
}

/// Gives the role back; without a lock the next client that asks has it.
fn release_host() -> Send {
    request(
        cmd::SYSTEM_SET_HOST_LOCK,
        &v2::ReqsetMasterLock { lock: false },
    )
}

/// Sets the telescope's clock: the host's true UTC, never a station clock that is shifted.
pub(crate) fn set_clock(utc: UtcMillis, zone: &crate::zone::Zone) -> [Send; 2] {
    let time = v2::ReqSetTime {
        timestamp: u64::try_from(utc.millis() / 1000).unwrap_or(0),
        timezone_offset: zone.offset_hours,
    };
    let name = zone.name.clone();
    let zone = v2::ReqSetTimezone {
        timezone: name.clone(),
    };
    // A telescope with a wrong clock misdates its files, but points and photographs.
    [
        request(cmd::SYSTEM_SET_TIME, &time)
            .lenient()
            .effect(Effect::ClockSet(name)),
        request(cmd::SYSTEM_SET_TIME_ZONE, &zone).lenient(),
    ]
}
