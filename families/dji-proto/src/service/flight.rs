use serde::{Deserialize, Serialize};
use skyhelm_units::{AboveTakeoff, EllipsoidHeight, GroundPoint};

use crate::numbers::LostAction;
use crate::tolerant;
use crate::wire::{self, Waypoint};

/// A flight to a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlyToPoint {
    /// Names this flight; its progress tells it.
    #[serde(deserialize_with = "tolerant::text")]
    pub fly_to_id: String,
    /// Metres a second, 0 to 15.
    #[serde(deserialize_with = "tolerant::int")]
    pub max_speed: i64,
    /// The target. One only, though an example of document 1.4 lists two.
    pub points: Vec<Waypoint>,
}

impl FlyToPoint {
    /// To a target.
    pub fn new(fly_to_id: impl Into<String>, target: Waypoint, max_speed: i64) -> Self {
        Self {
            fly_to_id: fly_to_id.into(),
            max_speed,
            points: vec![target],
        }
    }
}

/// Another target for a flight under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlyToUpdate {
    /// Metres a second, 1 to 15.
    #[serde(deserialize_with = "tolerant::int")]
    pub max_speed: i64,
    /// The target, one only.
    pub points: Vec<Waypoint>,
}

/// A take-off that goes on to a point and hovers there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WireTakeoff", into = "WireTakeoff")]
pub struct TakeoffToPoint {
    /// Where to.
    pub target: GroundPoint,
    /// How high there.
    pub target_height: EllipsoidHeight,
    /// The height that is climbed to before anything else.
    pub security_takeoff_height: AboveTakeoff,
    /// The height of a return home.
    pub rth_altitude: AboveTakeoff,
    /// Names this flight.
    pub flight_id: String,
    /// Metres a second, 1 to 15.
    pub max_speed: i64,
    /// What it does when it no longer hears its controller.
    pub rc_lost_action: Option<LostAction>,
    /// What differs between documents.
    pub options: TakeoffOptions,
}

/// Members of a take-off that some documents lack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TakeoffOptions {
    /// 0 goes on with the route, 1 leaves it, when the controller is lost. Deprecated.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub exit_wayline_when_rc_lost: Option<i64>,
    /// 0 picks the best height home, 1 takes the one given.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub rth_mode: Option<i64>,
    /// 0 goes on to the point, 1 leaves it, when the controller is lost.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub commander_mode_lost_action: Option<i64>,
    /// 0 picks the best height, 1 takes the one given.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub commander_flight_mode: Option<i64>,
    /// The height of the way to the point.
    #[serde(
        default,
        with = "wire::maybe_takeoff",
        skip_serializing_if = "Option::is_none"
    )]
    pub commander_flight_height: Option<AboveTakeoff>,
    /// Flies in the device's own simulator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulate_mission: Option<SimulateMission>,
    /// Whether areas and maps are checked before.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub flight_safety_advance_check: Option<i64>,
}

/// A flight in the device's own simulator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimulateMission {
    /// 1 simulates.
    #[serde(deserialize_with = "tolerant::int")]
    pub is_enable: i64,
    /// Where it is to be, in degrees.
    #[serde(default, deserialize_with = "tolerant::maybe_float")]
    pub latitude: Option<f64>,
    /// Where it is to be, in degrees.
    #[serde(default, deserialize_with = "tolerant::maybe_float")]
    pub longitude: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct WireTakeoff {
    #[serde(deserialize_with = "tolerant::float")]
    target_latitude: f64,
    #[serde(deserialize_with = "tolerant::float")]
    target_longitude: f64,
    #[serde(with = "wire::ellipsoid")]
    target_height: EllipsoidHeight,
    #[serde(with = "wire::takeoff")]
    security_takeoff_height: AboveTakeoff,
    #[serde(with = "wire::whole_takeoff")]
    rth_altitude: AboveTakeoff,
    #[serde(deserialize_with = "tolerant::text")]
    flight_id: String,
    #[serde(deserialize_with = "tolerant::int")]
    max_speed: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rc_lost_action: Option<LostAction>,
    #[serde(flatten)]
    options: TakeoffOptions,
}

impl TryFrom<WireTakeoff> for TakeoffToPoint {
    type Error = &'static str;
    fn try_from(wire: WireTakeoff) -> Result<Self, &'static str> {
        let target = GroundPoint::from_degrees(wire.target_latitude, wire.target_longitude);
        Ok(Self {
            target: target.ok_or("target_latitude or target_longitude is out of range")?,
            target_height: wire.target_height,
            security_takeoff_height: wire.security_takeoff_height,
            rth_altitude: wire.rth_altitude,
            flight_id: wire.flight_id,
            max_speed: wire.max_speed,
            rc_lost_action: wire.rc_lost_action,
            options: wire.options,
        })
    }
}

impl From<TakeoffToPoint> for WireTakeoff {
    fn from(takeoff: TakeoffToPoint) -> Self {
        Self {
            target_latitude: wire::degrees(takeoff.target.latitude.degrees()),
            target_longitude: wire::degrees(takeoff.target.longitude.degrees()),
            target_height: takeoff.target_height,
            security_takeoff_height: takeoff.security_takeoff_height,
            rth_altitude: takeoff.rth_altitude,
            flight_id: takeoff.flight_id,
            max_speed: takeoff.max_speed,
            rc_lost_action: takeoff.rc_lost_action,
            options: takeoff.options,
        }
    }
}

/// The dock to return to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnSpecificHome {
    /// Its serial number.
    #[serde(deserialize_with = "tolerant::text")]
    pub home_dock_sn: String,
}

/// How fast a point is circled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoiCircleSpeed {
    /// Metres a second.
    #[serde(deserialize_with = "tolerant::float")]
    pub circle_speed: f64,
}
