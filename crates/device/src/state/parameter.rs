//! What can be set, as data: pages and terminals render it without knowing what it is.

use serde::{Deserialize, Serialize};

/// Something set to one of several choices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setting {
    /// Whether the camera chooses by itself.
    pub auto: bool,
    /// Whether it can.
    pub has_auto: bool,
    /// Index of the choice in force; `None` when not known.
    pub index: Option<i32>,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

/// One choice of a setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// Names it in a command.
    pub index: i32,
    /// For people: "1/30", "15", "Duo-band".
    pub name: String,
    /// Its size (seconds for an exposure), when it has one.
    pub value: Option<f64>,
}

/// Something that can be set by name: to a choice, to a number within a range, or left to the device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Parameter {
    /// Names it in a command and in the blocked controls: `white_balance`.
    pub name: String,
    /// For people: "White balance".
    pub title: String,
    /// Of the number or of the choices' values: "K".
    pub unit: Option<String>,
    /// Whether the device can choose by itself.
    pub has_auto: bool,
    /// Whether it does.
    pub auto: bool,
    /// What can be chosen; empty for a number.
    pub choices: Vec<Choice>,
    /// Index of the choice in force; `None` when not known, or when a number is.
    pub index: Option<i32>,
    /// Between which numbers it can be set.
    pub range: Option<ParameterRange>,
    /// The number in force; `None` when not known, or when a choice is.
    pub value: Option<f64>,
}

/// The numbers a parameter can be set to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ParameterRange {
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// From one to the next.
    pub step: f64,
    /// What the device starts with, when it tells.
    pub default: Option<f64>,
}

impl ParameterRange {
    /// Whether a number lies between the ends.
    pub fn contains(&self, number: f64) -> bool {
        (self.min..=self.max).contains(&number)
    }
}
