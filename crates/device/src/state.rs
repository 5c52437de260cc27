//! What is known of a device, in the form the page reads.
//!
//! These types are a wire form: they become JSON, so plain numbers carry their unit in the name.
//! `None` means "not known", which is never shown as zero.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::command::Lens;
use crate::device::SubCounts;
use crate::job::Job;

mod everyday;
mod flight;
mod parameter;
mod payload;

pub use everyday::{DarkFrame, DarksState, LightState, Trouble};
pub use flight::{
    AircraftAbout, Attitude, Authority, FenceState, FlightBattery, FlightMode, FlightState,
    Heights, Holder, LiveLink, LiveStatus, ObstacleRing, PlaceState, Speed, SticksState,
    StoppingPoint, TargetPlace, Wind,
};
pub use parameter::{Choice, Parameter, ParameterRange, Setting};
pub use payload::{GimbalState, LaserState, PayloadState};

/// Everything known of a device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceState {
    /// What it is.
    pub about: About,
    /// Whether it answers.
    pub link: Link,
    /// Whether it obeys us.
    pub control: Control,
    /// Its own clock.
    pub clock: Option<DeviceClock>,
    /// Battery and temperature.
    pub power: PowerState,
    /// Its card.
    pub storage: Option<StorageState>,
    /// Its cameras.
    pub cameras: BTreeMap<Lens, CameraState>,
    /// Where it points.
    pub mount: Option<MountState>,
    /// Its focuser.
    pub focuser: Option<FocuserState>,
    /// Its own live stacker.
    pub stacker: Option<StackerState>,
    /// Its dark frames; `None` when it keeps none, or has not told yet.
    pub darks: Option<DarksState>,
    /// Its lights.
    pub lights: Vec<LightState>,
    /// What is wrong now, the gravest first; each goes away with its cause.
    pub troubles: Vec<Trouble>,
    /// How it flies; `None` when it does not fly at all.
    #[serde(default)]
    pub flight: Option<FlightState>,
    /// The cameras it carries through the air, the main one first.
    #[serde(default)]
    pub payloads: Vec<PayloadState>,
    /// The tele lens's field on the wide picture.
    pub tele_on_wide: Option<PictureBox>,
    /// Jobs that run, and the last that ended; oldest first.
    pub jobs: Vec<Job>,
    /// Controls that cannot be used now, by name (`mount.goto`, `stack.start`), and why.
    pub blocked: BTreeMap<String, Blocked>,
}

/// What a device is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct About {
    /// The family that drives it: `dwarf`.
    pub family: String,
    /// What people call it.
    pub name: String,
    /// Its model, in the vendor's words.
    pub model: String,
    /// Its firmware version.
    pub firmware: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// Where it is reached.
    pub address: String,
    /// Whether it says of itself that it is virtual.
    pub simulated: bool,
}

/// Whether a device answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Link {
    /// How the connection stands.
    pub status: LinkStatus,
    /// Heard last, by the host's clock.
    pub last_heard_utc_ms: Option<i64>,
    /// From ping to pong.
    pub round_trip_ms: Option<f64>,
    /// Why it is down, and what to do.
    pub trouble: Option<String>,
    /// The steps by which it comes online, in order; none for a device that the station dials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<OnlineStep>,
}

/// One step of coming online.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OnlineStep {
    /// What it is, in one word.
    pub name: String,
    /// Whether it is done; `None` when that cannot be told.
    pub done: Option<bool>,
    /// What is wrong, and what to do, when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// How a connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// Being made.
    #[default]
    Connecting,
    /// Working.
    Up,
    /// Lost; it is tried again.
    Down,
}

/// Whether a device obeys us at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Not known yet.
    #[default]
    Unknown,
    /// It obeys us.
    Host,
    /// It obeys another client; we only look.
    Viewer,
}

/// A device's own clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceClock {
    /// Its UTC minus the station's, in seconds.
    pub ahead_s: f64,
    /// Its time zone, when told.
    pub zone: Option<String>,
}

/// Battery and temperature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PowerState {
    /// Charge, in percent.
    pub battery_percent: Option<f64>,
    /// Whether it charges.
    pub charging: Option<bool>,
    /// Of the sensor or case.
    pub temperature_c: Option<f64>,
}

/// A device's card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StorageState {
    /// Free.
    pub free_gb: f64,
    /// Altogether.
    pub total_gb: f64,
}

/// One camera.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CameraState {
    /// Whether it is powered and streams.
    pub open: bool,
    /// Field width and height.
    pub field_deg: Option<[f64; 2]>,
    /// Size of its live picture.
    pub preview_px: Option<[u32; 2]>,
    /// Exposure: now and the choices.
    pub exposure: Option<Setting>,
    /// Gain: now and the choices.
    pub gain: Option<Setting>,
    /// Filter: now and the choices.
    pub filter: Option<Setting>,
    /// Everything else it can be set to, in the order a person wants to see it.
    pub parameters: Vec<Parameter>,
}

/// What a mount does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// It stands still against the ground.
    #[default]
    Idle,
    /// It goes to a target.
    Slewing,
    /// It photographs the sky to learn where it looks.
    Solving,
    /// It learns how the tripod stands.
    Calibrating,
    /// It follows the sky.
    Tracking,
    /// It is moved by hand.
    Joystick,
    /// It is folded away.
    Parked,
}

/// Where a mount points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MountState {
    /// What it does.
    pub motion: Motion,
    /// Whether it knows how the tripod stands; `None` when not known.
    pub calibrated: Option<bool>,
    /// The target it goes to or follows.
    pub target: Option<TargetState>,
    /// Where it points, as well as that is known.
    pub pointing: Option<PointingState>,
}

/// A target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TargetState {
    /// What it is called.
    pub name: String,
    /// Right ascension, J2000.
    pub ra_hours: Option<f64>,
    /// Declination, J2000.
    pub dec_degrees: Option<f64>,
}

/// Where a device points, and how that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PointingState {
    /// Right ascension, J2000.
    pub ra_hours: f64,
    /// Declination, J2000.
    pub dec_degrees: f64,
    /// How it is known.
    pub source: PointingSource,
}

/// How a pointing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PointingSource {
    /// The device says that it follows this target.
    Target,
    /// By the motors' motion since a target was last followed.
    Motors,
    /// By a plate solve.
    Solved,
}

/// A focuser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FocuserState {
    /// Position in steps; `None` until told.
    pub position: Option<i32>,
    /// Whether it moves.
    pub moving: bool,
}

/// A device's own live stacker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StackerState {
    /// With which lens.
    pub lens: Option<Lens>,
    /// What it does.
    pub phase: StackPhase,
    /// What it stacks.
    pub target: Option<String>,
    /// How many subs it shall take.
    pub wanted: Option<u32>,
    /// Taken and stacked.
    pub counts: Option<SubCounts>,
    /// Taken, judged and not stacked. The sub being judged now is not among them.
    pub rejected: Option<u32>,
    /// Exposure of one sub.
    pub sub_seconds: Option<f64>,
    /// What it can be set to.
    pub parameters: Vec<Parameter>,
}

/// What a live stacker does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StackPhase {
    /// Nothing; the live picture is shown.
    #[default]
    Live,
    /// It takes and stacks subs.
    Running,
    /// It ends.
    Stopping,
    /// It has ended and still shows the stack: go live before the next.
    Ended,
}

/// A box on a picture, in parts of the picture's size from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PictureBox {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Why a control cannot be used now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Blocked {
    /// One sentence: why.
    pub reason: String,
    /// One sentence: what to do.
    pub remedy: Option<String>,
}
