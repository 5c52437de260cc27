use serde::{Deserialize, Serialize};
use skyhelm_units::{AboveTakeoff, GroundPoint};

use crate::fence::Fence;

/// What an aircraft is asked. Heights are above the place of take-off; the driver computes what its
/// wire needs.
#[derive(Clone, Debug, PartialEq)]
pub enum FlightCommand {
    /// That the aircraft obeys us. On a remote controller its pilot is asked, and must agree.
    RequestControl,
    /// That it need not obey us any more.
    ReleaseControl,
    /// Open the link for sticks and fast telemetry.
    EnterLive,
    /// Close it.
    ExitLive,
    /// Rise, and fly to a place.
    TakeOff(TakeOff),
    /// Fly to a place in a straight line.
    FlyTo(FlyTo),
    /// End a flight to a place, and hover.
    StopFlyTo,
    /// Brake and hover, whatever it does. Needs no lease, and overtakes every queue.
    Stop,
    /// Land where it is.
    Land,
    /// Fly home and land.
    ReturnHome,
    /// End a flight home, and hover.
    CancelReturnHome,
    /// Let it be flown from here. The face asks for an administrator first.
    Arm {
        /// The gateway's serial number, as the person typed it.
        serial: String,
    },
    /// Only look from now on. Everybody's right.
    Disarm,
    /// Where it may fly; `None` takes the fence away.
    SetFence(Option<Fence>),
    /// See by four small pushes whether it moves the way it is told to, under a hand that rests on the
    /// sticks. See [`crate::axis_check`].
    CheckAxes {
        /// A person has looked around and agrees.
        confirmed: bool,
    },
}

/// A take-off.
#[derive(Clone, Debug, PartialEq)]
pub struct TakeOff {
    /// Where to, once it is up.
    pub target: GroundPoint,
    /// How high there.
    pub height: AboveTakeoff,
    /// How high it rises before it flies away.
    pub security_height: AboveTakeoff,
    /// How high it flies home.
    pub return_height: AboveTakeoff,
    /// What it does when nobody reaches it.
    pub lost_action: LostAction,
    /// Speed at most, metres a second.
    pub max_speed_m_s: f64,
}

/// A flight to a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlyTo {
    /// Where to.
    pub target: GroundPoint,
    /// How high there.
    pub height: AboveTakeoff,
    /// Speed at most, metres a second.
    pub max_speed_m_s: f64,
}

/// What an aircraft does when nobody reaches it any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LostAction {
    /// Hover until the battery ends.
    Hover,
    /// Land where it is.
    Land,
    /// Fly home.
    #[default]
    ReturnHome,
}

/// One lens of a drone's camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayloadLens {
    /// The wide one.
    Wide,
    /// The one that zooms.
    Zoom,
    /// The one that sees warmth.
    Infrared,
}

/// What one of a drone's cameras is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct PayloadCommand {
    /// Which, as [`crate::state::PayloadState::index`] has it; the main one when absent.
    pub camera: Option<String>,
    /// What.
    pub action: PayloadAction,
}

/// What a drone's camera is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PayloadAction {
    /// That it obeys us.
    RequestControl,
    /// Photographs or video.
    SetMode(PayloadMode),
    /// Take a photograph.
    Photo,
    /// Begin to record.
    StartRecording,
    /// End the recording.
    StopRecording,
    /// Zoom.
    Zoom {
        /// With which lens.
        lens: PayloadLens,
        /// How many times the widest.
        factor: f64,
    },
    /// Show another lens in the live picture.
    Show {
        /// Which.
        lens: PayloadLens,
    },
}

/// What a drone's camera is set to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayloadMode {
    /// Photographs.
    Photo,
    /// Video.
    Video,
    /// Video in little light.
    LowLight,
    /// Panoramas.
    Panorama,
}

/// What a gimbal is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct GimbalCommand {
    /// Of which camera, as [`crate::state::PayloadState::index`] has it; the main one when absent.
    pub camera: Option<String>,
    /// What.
    pub action: GimbalAction,
}

/// What one gimbal is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GimbalAction {
    /// Turn back.
    Reset(GimbalReset),
    /// Bring a place of the picture to its middle.
    Aim {
        /// Of which lens's picture.
        lens: PayloadLens,
        /// From the left edge, 0 to 1.
        x: f64,
        /// From the top edge, 0 to 1.
        y: f64,
        /// The aircraft turns with the lens; else only the gimbal turns.
        locked: bool,
    },
    /// Turn while held: repeat within half a second, or it stops.
    Drag {
        /// Upward, degrees a second.
        pitch_deg_s: f64,
        /// Clockwise, degrees a second.
        yaw_deg_s: f64,
        /// The aircraft turns with the lens; else only the gimbal turns.
        locked: bool,
    },
}

/// How a gimbal turns back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GimbalReset {
    /// Level, and ahead.
    Centre,
    /// Straight down, and ahead.
    Down,
    /// Ahead; the pitch stays.
    CentreYaw,
    /// Straight down; the yaw stays.
    PitchDown,
}
