//! What a person asks, as the steps the wire needs.

mod camera;
mod stacker;

use core::time::Duration;

use prost::Message;
use skyhelm_device::{
    CameraCommand, DeviceError, FocusDirection, FocuserCommand, Lens, MountCommand, StackerCommand,
};
use skyhelm_dwarf_proto::{Code, cmd, v2};
use skyhelm_units::{Site, UtcMillis};

use crate::known::{Known, Slot, Target};

pub(crate) use camera::open;

/// A command of any capability.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Order {
    Mount(MountCommand),
    Camera(CameraCommand),
    Focuser(FocuserCommand),
    Stacker(StackerCommand),
}

impl From<MountCommand> for Order {
    fn from(command: MountCommand) -> Self {
        Self::Mount(command)
    }
}

impl From<CameraCommand> for Order {
    fn from(command: CameraCommand) -> Self {
        Self::Camera(command)
    }
}

impl From<FocuserCommand> for Order {
    fn from(command: FocuserCommand) -> Self {
        Self::Focuser(command)
    }
}

impl From<StackerCommand> for Order {
    fn from(command: StackerCommand) -> Self {
        Self::Stacker(command)
    }
}

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
}

/// A setting the telescope took. It echoes it as well, but not on every firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    AutoExposure(Lens),
    ManualExposure(Lens),
    Exposure(Lens, i32),
    Gain(Lens, i32),
    Filter(i32),
    Subs(u32),
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

/// The steps of an order. Joystick orders have none: they are a stream of their own.
///
/// # Errors
/// When this telescope cannot do it at all.
pub(crate) fn steps(order: &Order, known: &Known, site: &Site) -> Result<Vec<Step>, DeviceError> {
    let (opens, sends) = match order {
        Order::Mount(command) => mount(command, site),
        Order::Camera(command) => camera::camera(command, known)?,
        Order::Focuser(command) => (None, vec![focuser(*command)]),
        Order::Stacker(command) => stacker::stacker(command, known)?,
    };
    let mut steps = vec![Step::Host];
    steps.extend(opens.map(Step::Open));
    steps.extend(sends.into_iter().map(Step::Send));
    Ok(steps)
}

type Plan = (Option<Lens>, Vec<Send>);

/// A running focuser tells its position; at the end of its way it falls silent.
const FOCUS_SILENCE: Duration = Duration::from_secs(20);

/// The longest the telescope may be silent during a slew or a calibration, by the table.
fn patience(number: u32) -> Duration {
    skyhelm_dwarf_proto::table::row(number).map_or(Duration::from_mins(1), |row| row.timeout)
}

fn mount(command: &MountCommand, site: &Site) -> Plan {
    match command {
        MountCommand::Goto { target, name } => {
            let message = v2::ReqGotoDso {
                // Hours: degrees are claimed by one client for other firmware only.
                ra: target.ra.angle().hours(),
                dec: target.dec.angle().degrees(),
                target_name: name.clone(),
            };
            let number = cmd::ASTRO_START_GOTO_DSO;
            let aimed = Effect::Aimed(Target {
                name: name.clone(),
                place: *target,
            });
            let send = request(number, &message).effect(aimed).begins(
                Slot::Goto,
                format!("Slew to {name}"),
                patience(number),
            );
            (Some(Lens::Tele), vec![send])
        }
        MountCommand::StopGoto => (None, vec![stop_goto()]),
        MountCommand::Calibrate => {
            let message = v2::ReqStartCalibration {
                lon: site.longitude.degrees(),
                lat: site.latitude.degrees(),
            };
            let number = cmd::ASTRO_START_CALIBRATION;
            let send =
                request(number, &message).begins(Slot::Calibrate, "Calibration", patience(number));
            (Some(Lens::Tele), vec![send])
        }
        MountCommand::StopCalibration => (None, vec![stop_calibration()]),
        MountCommand::CentreOnWide { .. } | MountCommand::Joystick { .. } => (None, Vec::new()),
        MountCommand::StopJoystick => (None, vec![stop_joystick()]),
        MountCommand::Park => (None, park()),
        MountCommand::StopAll => (
            None,
            vec![
                stop_joystick().lenient(),
                stop_goto().lenient(),
                stop_calibration().lenient(),
            ],
        ),
    }
}

fn stop_goto() -> Send {
    request(cmd::ASTRO_STOP_GOTO, &v2::ReqStopGoto {}).effect(Effect::StopAsked(Slot::Goto))
}

fn stop_calibration() -> Send {
    request(cmd::ASTRO_STOP_CALIBRATION, &v2::ReqStopCalibration {})
        .effect(Effect::StopAsked(Slot::Calibrate))
}

pub(crate) fn stop_joystick() -> Send {
    request(
        cmd::MOTOR_JOYSTICK_STOP,
        &v2::ReqMotorServiceJoystickStop {},
    )
}

/// A click on the wide picture; pixels of that picture (API 2.0 §4.13.8).
pub(crate) fn centre(x: f64, y: f64, [width, height]: [u32; 2]) -> Step {
    let pixel = |part: f64, size: u32| (part * f64::from(size)).round() as i32;
    let message = v2::ReqDualCameraLinkage {
        x: pixel(x, width),
        y: pixel(y, height),
    };
    Step::Send(request(cmd::MOTOR_DUAL_CAMERA_LINKAGE, &message).effect(Effect::Centring))
}

/// Both motors to their stops, then folded: the presets of the vendor's app. Motor 1 turns, motor 2
/// lifts (API 2.0 §4.13.3).
fn park() -> Vec<Send> {
    let run_to = |id, end_position| {
        let message = v2::ReqMotorRunTo {
            id,
            end_position,
            speed: 10.0,
            speed_ramping: 100,
            resolution_level: 3,
        };
        request(cmd::MOTOR_RUN_TO, &message)
    };
    vec![
        stop_goto().lenient(),
        run_to(1, 158.6),
        run_to(2, 317.0).effect(Effect::Parked),
    ]
}

fn focuser(command: FocuserCommand) -> Send {
    // 0 far, 1 near (API 2.0 §4.8.6).
    let wire = |direction| u32::from(direction == FocusDirection::Near);
    match command {
        FocuserCommand::Step(direction) => {
            let direction = wire(direction);
            let message = v2::ReqManualSingleStepFocus { direction };
            request(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &message)
        }
        FocuserCommand::Run(direction) => {
            let title = match direction {
                FocusDirection::Far => "Focus towards infinity",
                FocusDirection::Near => "Focus towards the lens",
            };
            let direction = wire(direction);
            let message = v2::ReqManualContinuFocus { direction };
            request(cmd::FOCUS_START_MANUAL_CONTINUOUS_FOCUS, &message)
                .effect(Effect::FocusMoves)
                .begins(Slot::Focus, title, FOCUS_SILENCE)
        }
        FocuserCommand::Stop => request(
            cmd::FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS,
            &v2::ReqStopManualContinuFocus {},
        )
        .effect(Effect::FocusRests),
    }
}

/// Takes the host role. The lock keeps another client from taking it back unasked.
pub(crate) fn take_host() -> Send {
    request(
        cmd::SYSTEM_SET_HOST_LOCK,
        &v2::ReqsetMasterLock { lock: true },
    )
    .effect(Effect::Host)
}

/// Sets the telescope's clock: the host's true UTC, never a station clock that is shifted.
pub(crate) fn set_clock(utc: UtcMillis, zone: &crate::zone::Zone) -> [Send; 2] {
    let time = v2::ReqSetTime {
        timestamp: u64::try_from(utc.millis() / 1000).unwrap_or(0),
        timezone_offset: zone.offset_hours,
    };
    let zone = v2::ReqSetTimezone {
        timezone: zone.name.clone(),
    };
    // A telescope with a wrong clock misdates its files, but points and photographs.
    [
        request(cmd::SYSTEM_SET_TIME, &time).lenient(),
        request(cmd::SYSTEM_SET_TIME_ZONE, &zone).lenient(),
    ]
}
