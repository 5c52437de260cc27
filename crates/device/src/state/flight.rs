use serde::{Deserialize, Serialize};
use skyhelm_units::{AboveTakeoff, GroundPoint};

use crate::fence::Fence;
use crate::stick::StickPhase;

/// An aircraft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlightState {
    /// The aircraft itself; `None` while its gateway has none.
    pub aircraft: Option<AircraftAbout>,
    /// The name of the profile its commands are mapped by.
    pub profile: String,
    /// Whether the profile's axes were confirmed on this very aircraft.
    pub axes_confirmed: bool,
    /// Whether it may be flown from here at all.
    pub armed: bool,
    /// Whom it obeys.
    pub authority: Authority,
    /// The link for sticks and fast telemetry.
    pub live: LiveLink,
    /// The sticks.
    pub sticks: SticksState,
    /// What it does, in words, and by number.
    pub mode: Option<FlightMode>,
    /// Whether it is in the air; `None` when not known.
    pub in_air: Option<bool>,
    /// It is in the air and nobody at this station flies it.
    pub unattended: bool,
    /// Where.
    pub position: Option<PlaceState>,
    /// How well it knows that: "RTK fixed", "17 satellites".
    pub fix: Option<String>,
    /// How high.
    pub heights: Heights,
    /// How it is turned.
    pub attitude: Option<Attitude>,
    /// How it moves.
    pub speed: Option<Speed>,
    /// Its battery.
    pub battery: Option<FlightBattery>,
    /// The wind it feels.
    pub wind: Option<Wind>,
    /// Where it returns to.
    pub home: Option<PlaceState>,
    /// How far away that is.
    pub home_distance_m: Option<f64>,
    /// What stands around it.
    pub obstacles: Option<ObstacleRing>,
    /// Where it may fly.
    pub fence: Option<FenceState>,
    /// Where it would stand if it braked now.
    pub stopping_point: Option<StoppingPoint>,
    /// Where it flies by itself.
    pub target: Option<TargetPlace>,
    /// Heard last, by the host's clock.
    pub last_heard_utc_ms: Option<i64>,
}

/// Which aircraft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AircraftAbout {
    /// Its model, in the vendor's words.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Its firmware version.
    pub firmware: Option<String>,
}

/// Who commands an aircraft, or one of its cameras.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Authority {
    /// Who holds it.
    pub holder: Holder,
    /// Whether it is us: it was asked for from here, since this program started.
    pub ours: bool,
    /// Whether it was asked for, and a person's answer is awaited.
    pub asked: bool,
    /// Whether it is locked to its holder; `None` when not known.
    pub locked: Option<bool>,
}

/// Who holds the control of an aircraft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Not known yet.
    #[default]
    Unknown,
    /// Nobody.
    Nobody,
    /// The station's side ("A").
    Station,
    /// The remote controller in the field ("B").
    RemoteController,
}

/// The link for sticks and fast telemetry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveLink {
    /// How it stands.
    pub status: LiveStatus,
    /// Why it is down.
    pub reason: Option<String>,
    /// From heartbeat to its echo.
    pub round_trip_ms: Option<f64>,
    /// From the aircraft to its gateway and back, as the gateway says.
    pub radio_delay_ms: Option<f64>,
    /// Delay of the live picture, as the gateway says.
    pub picture_delay_ms: Option<f64>,
}

/// How the link for sticks stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LiveStatus {
    /// Not open.
    #[default]
    Off,
    /// Being opened.
    Opening,
    /// Open, and answering.
    Up,
    /// Open, and silent: no stick is sent.
    Bad,
}

/// The sticks of an aircraft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SticksState {
    /// How they stand; `None` when the aircraft has none for us.
    pub phase: Option<StickPhase>,
    /// Who holds them.
    pub holder: Option<String>,
    /// Whether the fence holds them back now.
    pub held_back: bool,
}

/// What an aircraft does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlightMode {
    /// The vendor's number.
    pub code: i64,
    /// In words: "returns home".
    pub words: String,
}

/// A place on the ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlaceState {
    /// North positive.
    pub latitude_deg: f64,
    /// East positive.
    pub longitude_deg: f64,
}

impl PlaceState {
    /// As a place, when its numbers are one.
    pub fn point(&self) -> Option<GroundPoint> {
        GroundPoint::from_degrees(self.latitude_deg, self.longitude_deg)
    }
}

impl From<GroundPoint> for PlaceState {
    fn from(place: GroundPoint) -> Self {
        Self {
            latitude_deg: place.latitude.degrees(),
            longitude_deg: place.longitude.degrees(),
        }
    }
}

/// One height, told three ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Heights {
    /// Above the place of take-off.
    pub above_takeoff_m: Option<f64>,
    /// Above the WGS 84 ellipsoid.
    pub ellipsoid_m: Option<f64>,
    /// Above mean sea level.
    pub amsl_m: Option<f64>,
}

/// How an aircraft is turned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attitude {
    /// Clockwise from north, 0 to 360.
    pub heading_deg: f64,
    /// Nose up positive.
    pub pitch_deg: Option<f64>,
    /// Right side down positive.
    pub roll_deg: Option<f64>,
}

/// How an aircraft moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Speed {
    /// Along the ground.
    pub level_m_s: f64,
    /// Up; down negative.
    pub up_m_s: f64,
    /// Eastward, when told.
    pub east_m_s: Option<f64>,
    /// Northward, when told.
    pub north_m_s: Option<f64>,
}

/// The battery of an aircraft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlightBattery {
    /// Charge.
    pub percent: Option<f64>,
    /// Flight time left, by the aircraft's own estimate.
    pub remaining_s: Option<f64>,
    /// It flies home by itself at this charge.
    pub return_home_percent: Option<f64>,
    /// It lands by itself at this charge.
    pub landing_percent: Option<f64>,
}

/// Wind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Wind {
    /// How fast.
    pub speed_m_s: f64,
    /// Where it comes from, clockwise from north.
    pub from_deg: Option<f64>,
}

/// What stands around an aircraft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ObstacleRing {
    /// Distances clockwise from the nose, evenly spread; `None` where nothing is in sight.
    pub around_m: Vec<Option<f64>>,
    /// Above.
    pub above_m: Option<f64>,
    /// Below.
    pub below_m: Option<f64>,
}

/// Where an aircraft may fly.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FenceState {
    /// Corners in order; empty when any place is allowed.
    #[serde(default)]
    pub polygon: Vec<PlaceState>,
    /// How high at most, above the place of take-off.
    #[serde(default)]
    pub ceiling_m: Option<f64>,
    /// How far from home at most.
    #[serde(default)]
    pub distance_m: Option<f64>,
}

impl FenceState {
    /// As a fence; `None` when a corner is no place on the Earth.
    pub fn fence(&self) -> Option<Fence> {
        let polygon: Option<Vec<_>> = self.polygon.iter().map(PlaceState::point).collect();
        Some(Fence {
            polygon: polygon?,
            ceiling: self.ceiling_m.map(AboveTakeoff::from_metres),
            distance_m: self.distance_m,
        })
    }
}

impl From<&Fence> for FenceState {
    fn from(fence: &Fence) -> Self {
        Self {
            polygon: fence
                .polygon
                .iter()
                .map(|corner| (*corner).into())
                .collect(),
            ceiling_m: fence.ceiling.map(|height| height.metres),
            distance_m: fence.distance_m,
        }
    }
}

/// Where an aircraft would stand if it braked now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoppingPoint {
    /// Above which place.
    pub place: PlaceState,
    /// How high.
    pub above_takeoff_m: f64,
    /// How far it flies until then, along the ground.
    pub distance_m: f64,
}

/// Where an aircraft flies by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TargetPlace {
    /// Where to.
    pub place: PlaceState,
    /// How high there, above the place of take-off.
    pub above_takeoff_m: f64,
    /// The same height as the wire was told it: above the WGS 84 ellipsoid.
    pub ellipsoid_m: Option<f64>,
    /// How far it still is.
    pub remaining_m: Option<f64>,
    /// How long that takes.
    pub remaining_s: Option<f64>,
}
