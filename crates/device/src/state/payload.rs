use serde::{Deserialize, Serialize};

use super::flight::{Authority, PlaceState};
use crate::command::{PayloadLens, PayloadMode};

/// One of a drone's cameras, with its gimbal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PayloadState {
    /// Names it in a command, as the vendor numbers it: `53-0-0`.
    pub index: String,
    /// For people: "M30T camera".
    pub name: String,
    /// Whom it obeys.
    pub authority: Authority,
    /// The lenses it has.
    pub lenses: Vec<PayloadLens>,
    /// The lens in the live picture.
    pub shown: Option<PayloadLens>,
    /// What it is set to do; `None` when not known, or unknown to us.
    pub mode: Option<PayloadMode>,
    /// Whether it takes a photograph now.
    pub photographing: Option<bool>,
    /// Whether it records now.
    pub recording: Option<bool>,
    /// For how long.
    pub recorded_s: Option<f64>,
    /// Photographs the card still holds.
    pub photos_left: Option<u32>,
    /// Recording time the card still holds.
    pub recording_left_s: Option<f64>,
    /// How many times the widest the zoom lens shows.
    pub zoom_factor: Option<f64>,
    /// How many times the widest the infrared lens shows.
    pub infrared_zoom_factor: Option<f64>,
    /// Where it looks.
    pub gimbal: Option<GimbalState>,
    /// What its laser measures.
    pub laser: Option<LaserState>,
}

/// Where a gimbal looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GimbalState {
    /// Up positive, from the horizon.
    pub pitch_deg: f64,
    /// Clockwise from north.
    pub yaw_deg: f64,
    /// Right side down positive.
    pub roll_deg: f64,
}

/// What a laser range finder measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LaserState {
    /// How far.
    pub distance_m: f64,
    /// Where the beam ends.
    pub place: Option<PlaceState>,
    /// How high that lies, as the aircraft says; it does not say above what.
    pub altitude_m: Option<f64>,
}
