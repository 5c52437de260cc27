use serde::{Deserialize, Serialize};
use serde_json::json;
use skyhelm_units::{EllipsoidHeight, GroundPoint};

use crate::envelope::Envelope;
use crate::numbers::ModeCode;
use crate::profile::SeqPlace;
use crate::tolerant;
use crate::wire;

/// A heart-beat, and its echo: the device sends back what it got, so the time between is the way there and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeartBeat {
    /// Its number. The official demo leaves it out.
    pub seq: Option<i64>,
    /// The sender's clock, milliseconds. The official demo calls it `ts`.
    pub timestamp: Option<i64>,
}

impl HeartBeat {
    pub(super) fn read(envelope: &Envelope) -> Self {
        let stamp = |name: &str| envelope.field(name).and_then(tolerant::as_int);
        Self {
            seq: envelope.any_seq(),
            timestamp: stamp("timestamp")
                .or_else(|| stamp("ts"))
                .or(envelope.timestamp),
        }
    }

    pub(super) fn envelope(&self, place: SeqPlace) -> Envelope {
        let mut data = json!({});
        if let Some(timestamp) = self.timestamp {
            data["timestamp"] = timestamp.into();
        }
        match (place, self.seq) {
            (SeqPlace::Data, Some(seq)) => {
                data["seq"] = seq.into();
                Envelope::drc("heart_beat", data, None)
            }
            (_, seq) => Envelope::drc("heart_beat", data, seq),
        }
    }
}

/// Where the aircraft is and how it moves, many times a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OsdInfo {
    /// The heading, degrees from north through east, -180 to 180.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub attitude_head: Option<f64>,
    /// Degrees. 0 and 0 before it knows where it is.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub latitude: Option<f64>,
    /// Degrees.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub longitude: Option<f64>,
    /// Metres above the ellipsoid; its page prints degrees.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub height: Option<f64>,
    /// Metres a second to the north, as the vendor's flight frame has it.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub speed_x: Option<f64>,
    /// Metres a second to the east.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub speed_y: Option<f64>,
    /// Metres a second down.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub speed_z: Option<f64>,
    /// Degrees, down negative.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub gimbal_pitch: Option<f64>,
    /// Degrees.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub gimbal_roll: Option<f64>,
    /// Degrees.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_float",
        skip_serializing_if = "Option::is_none"
    )]
    pub gimbal_yaw: Option<f64>,
}

impl OsdInfo {
    /// Where it is. `None` before it knows.
    pub fn place(&self) -> Option<GroundPoint> {
        crate::osd::fix(self.latitude?, self.longitude?)
    }

    /// How high it is.
    pub fn ellipsoid_height(&self) -> Option<EllipsoidHeight> {
        self.height.map(EllipsoidHeight::from_metres)
    }

    /// With a place, to the documents' decimals.
    #[must_use]
    pub fn with_place(mut self, place: GroundPoint, height: EllipsoidHeight) -> Self {
        self.latitude = Some(wire::degrees(place.latitude.degrees()));
        self.longitude = Some(wire::degrees(place.longitude.degrees()));
        self.height = Some(height.metres);
        self
    }
}

/// How late the link is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelayInfo {
    /// Milliseconds that commands take over the radio link.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub sdr_cmd_delay: Option<i64>,
    /// How late each picture is.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub liveview_delay_list: Vec<LiveviewDelay>,
}

/// How late one picture is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveviewDelay {
    /// Which: `serial/camera/stream`.
    #[serde(deserialize_with = "tolerant::text")]
    pub video_id: String,
    /// Milliseconds.
    #[serde(deserialize_with = "tolerant::int")]
    pub liveview_delay_time: i64,
}

/// The aircraft's lights and mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroneState {
    /// Whether it hides: written as 0 and 1, whatever the table says.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub stealth_state: Option<i64>,
    /// Whether its lights for the night are on.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub night_lights_state: Option<i64>,
    /// What it is doing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode_code: Option<ModeCode>,
}
