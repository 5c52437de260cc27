//! What a device has beside its cameras and its mount, and what is wrong with it.

use serde::{Deserialize, Serialize};

use crate::command::{Binning, Lens};
use crate::device::Severity;

/// The dark frames a device keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DarksState {
    /// All of them, as far as they are known.
    pub frames: Vec<DarkFrame>,
}

/// One dark frame, the mean of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DarkFrame {
    /// Names it in a command.
    pub id: String,
    /// Taken with which camera.
    pub lens: Lens,
    /// Exposure, as the device names it.
    pub exposure: String,
    /// Exposure, when its name is a number.
    pub exposure_s: Option<f64>,
    /// Gain, as the device names it.
    pub gain: String,
    /// How many pixels became one.
    pub binning: Binning,
    /// How warm the sensor was.
    pub temperature_c: Option<f64>,
}

/// A light.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LightState {
    /// Names it in a command: `ring`.
    pub name: String,
    /// For people: "Ring light".
    pub title: String,
    /// Whether it is on; `None` when not known.
    pub on: Option<bool>,
}

/// Something that is wrong with a device now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trouble {
    /// A stable word for programs: `card.full`, `battery.low`, `link`.
    pub topic: String,
    /// How grave.
    pub severity: Severity,
    /// One sentence: what happened.
    pub message: String,
    /// One sentence: what to do.
    pub remedy: Option<String>,
    /// Since when, by the host's clock.
    pub since_utc_ms: i64,
}
