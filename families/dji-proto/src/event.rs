//! Notices of the device on `events`, answered on `events_reply` when it asks for it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error_code::ErrorCode;
use crate::message::messages;
use crate::numbers::{ConsentStatus, DrcState, FlyToStatus, JoystickInvalidReason};
use crate::tolerant;
use crate::wire::Waypoint;

messages! {
    /// One notice.
    DeviceEvent {
        plain {}
        carrying {
            /// How a flight to a point goes.
            FlyToProgress(FlyToProgress) = "fly_to_point_progress",
            /// How a take-off to a point goes.
            TakeoffProgress(TakeoffProgress) = "takeoff_to_point_progress",
            /// How the link for live flight control does.
            DrcStatus(DrcStatus) = "drc_status_notify",
            /// The sticks of the cloud no longer count.
            JoystickInvalid(JoystickInvalid) = "joystick_invalid_notify",
            /// What the pilot said.
            CloudControlAuth(CloudControlAuth) = "cloud_control_auth_notify",
            /// Everything that ails the devices, the whole list each time.
            Health(Health) = "hms",
            /// The way home.
            ReturnHomeInfo(ReturnHomeInfo) = "return_home_info",
            /// How circling a point goes.
            PoiStatus(PoiStatus) = "poi_status_notify",
            /// How a photograph that takes long goes.
            PhotoProgress(PhotoProgress) = "camera_photo_take_progress",
            /// The aircraft entered or left its return home by itself.
            ExitHoming(ExitHoming) = "device_exit_homing_notify",
        }
    }
}

/// How a flight to a point goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlyToProgress {
    /// Which flight.
    #[serde(deserialize_with = "tolerant::text")]
    pub fly_to_id: String,
    /// How far it has come.
    pub status: FlyToStatus,
    /// Why it failed, when it did.
    pub result: ErrorCode,
    /// Which point it flies to.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub way_point_index: Option<i64>,
    /// Metres still to fly.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_distance: Option<f64>,
    /// Seconds still to fly.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_time: Option<f64>,
    /// The way it means to take.
    #[serde(
        default,
        deserialize_with = "tolerant::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub planned_path_points: Vec<Waypoint>,
}

/// How a take-off to a point goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakeoffProgress {
    /// How far it has come.
    pub status: FlyToStatus,
    /// Why it failed, when it did.
    pub result: ErrorCode,
    /// Which flight.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub flight_id: String,
    /// The track it belongs to.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub track_id: Option<String>,
    /// Which point it flies to.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub way_point_index: Option<i64>,
    /// Metres still to fly.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_distance: Option<f64>,
    /// Seconds still to fly.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_time: Option<f64>,
    /// The way it means to take.
    #[serde(
        default,
        deserialize_with = "tolerant::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub planned_path_points: Vec<Waypoint>,
}

/// How the link for live flight control does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrcStatus {
    /// Why it was lost: 514300 to 514304.
    pub result: ErrorCode,
    /// Its state.
    pub drc_state: DrcState,
}

/// The sticks of the cloud no longer count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoystickInvalid {
    /// Why.
    pub reason: JoystickInvalidReason,
}

/// What the pilot said to the question of the cloud.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudControlAuth {
    /// 0 unless it went wrong.
    #[serde(default)]
    pub result: ErrorCode,
    /// The answer itself.
    pub output: CloudControlAnswer,
}

/// The answer itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudControlAnswer {
    /// Yes, no, or overtaken.
    pub status: ConsentStatus,
}

/// Everything that ails the devices: what is no longer in the list is over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// At most 20.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub list: Vec<HealthAlarm>,
}

/// One ailment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthAlarm {
    /// 0 notice, 1 reminder, 2 warning.
    #[serde(deserialize_with = "tolerant::int")]
    pub level: i64,
    /// 0 flight, 1 device, 2 media, 3 health.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub module: Option<i64>,
    /// Whether the aircraft flies.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub in_the_sky: Option<i64>,
    /// Hexadecimal: "0x16100083".
    #[serde(deserialize_with = "tolerant::text")]
    pub code: String,
    /// Of which product.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub device_type: Option<String>,
    /// Whether it passes by itself.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub imminent: Option<i64>,
    /// What fills the gaps of its text.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub args: Value,
}

impl HealthAlarm {
    /// The key of its text in the vendor's catalogue.
    pub fn text_key(&self) -> String {
        let dock = self
            .device_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("3-"));
        match (dock, self.in_the_sky) {
            (true, _) => format!("dock_tip_{}", self.code),
            (false, Some(1)) => format!("fpv_tip_{}_in_the_sky", self.code),
            (false, _) => format!("fpv_tip_{}", self.code),
        }
    }
}

/// The way home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnHomeInfo {
    /// Its points.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub planned_path_points: Vec<Waypoint>,
    /// 0 ends at the home point's own height, 1 above it.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_point_type: Option<i64>,
    /// Which flight.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub flight_id: Option<String>,
    /// Which dock.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub home_dock_sn: Option<String>,
}

/// How circling a point goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoiStatus {
    /// `in_progress`, `ok` or `failed`.
    #[serde(deserialize_with = "tolerant::text")]
    pub status: String,
    /// Why it failed.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub reason: Option<i64>,
    /// Metres.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub circle_radius: Option<f64>,
    /// Metres a second.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub circle_speed: Option<f64>,
    /// Metres a second.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_circle_speed: Option<f64>,
}

/// How a photograph that takes long goes: panoramas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoProgress {
    /// Why it failed, when it did.
    #[serde(default)]
    pub result: ErrorCode,
    /// How far it has come.
    pub output: PhotoOutput,
}

/// How far a photograph has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoOutput {
    /// `in_progress`, `ok` or `fail`.
    #[serde(deserialize_with = "tolerant::text")]
    pub status: String,
    /// Step and percentage.
    #[serde(default)]
    pub progress: PhotoStep,
}

/// One step of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoStep {
    /// 3000 not begun, 3002 taking, 3005 joining.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub current_step: Option<i64>,
    /// 0 to 100.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub percent: Option<i64>,
}

/// The aircraft entered or left its return home by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitHoming {
    /// 0 back on the way home, 1 off it.
    #[serde(deserialize_with = "tolerant::int")]
    pub action: i64,
    /// Why.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub reason: Option<i64>,
}
