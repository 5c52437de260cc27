use serde::{Deserialize, Serialize};

use crate::model::PayloadIndex;
use crate::numbers::{CameraMode, CameraType, GimbalReset};
use crate::tolerant;

/// What is asked of one payload, nothing more said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfPayload {
    /// Which.
    pub payload_index: PayloadIndex,
}

/// What a camera is to be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameraModeSwitch {
    /// Which camera.
    pub payload_index: PayloadIndex,
    /// To what.
    pub camera_mode: CameraMode,
}

/// A picture that is dragged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScreenDrag {
    /// Which camera.
    pub payload_index: PayloadIndex,
    /// Whether the aircraft turns with the gimbal. A yaw speed then has no effect.
    #[serde(deserialize_with = "tolerant::flag")]
    pub locked: bool,
    /// Up, degrees a second; radians where [`crate::profile::DragUnit`] says so.
    #[serde(deserialize_with = "tolerant::float")]
    pub pitch_speed: f64,
    /// To the right, in the same unit.
    #[serde(deserialize_with = "tolerant::float")]
    pub yaw_speed: f64,
}

/// A point of the picture that is to be its middle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CameraAim {
    /// Which camera.
    pub payload_index: PayloadIndex,
    /// Which lens.
    pub camera_type: CameraType,
    /// Whether the aircraft turns with the gimbal.
    #[serde(deserialize_with = "tolerant::flag")]
    pub locked: bool,
    /// From the left edge, 0 to 1.
    #[serde(deserialize_with = "tolerant::float")]
    pub x: f64,
    /// From the upper edge, 0 to 1. The page calls the corner the centre of the coordinates.
    #[serde(deserialize_with = "tolerant::float")]
    pub y: f64,
}

/// How far a lens zooms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FocalLength {
    /// Which camera.
    pub payload_index: PayloadIndex,
    /// Which lens.
    pub camera_type: CameraType,
    /// 2 to 200, infrared 2 to 20.
    #[serde(deserialize_with = "tolerant::float")]
    pub zoom_factor: f64,
}

impl FocalLength {
    /// Whether the lens goes that far. The wide lens has no range, so it does not zoom.
    pub fn is_in_range(&self) -> bool {
        match self.camera_type {
            CameraType::Zoom => (2.0..=200.0).contains(&self.zoom_factor),
            CameraType::Infrared => (2.0..=20.0).contains(&self.zoom_factor),
            CameraType::Wide | CameraType::Unknown(_) => false,
        }
    }
}

/// A place to look at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CameraLookAt {
    /// Which camera.
    pub payload_index: PayloadIndex,
    /// Whether the aircraft turns with the gimbal.
    #[serde(deserialize_with = "tolerant::flag")]
    pub locked: bool,
    /// Where.
    #[serde(flatten)]
    pub place: crate::wire::Waypoint,
}

/// Two lenses side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameraScreenSplit {
    /// Which camera.
    pub payload_index: PayloadIndex,
    /// Whether.
    #[serde(deserialize_with = "tolerant::flag")]
    pub enable: bool,
}

/// Where the gimbal is sent back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GimbalResetTo {
    /// Which payload.
    pub payload_index: PayloadIndex,
    /// Where to.
    pub reset_mode: GimbalReset,
}
