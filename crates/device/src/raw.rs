//! Messages in the device's own words, for people who know them.

use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::device::Reply;

/// A message in the device's own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawMessage {
    /// Its name on the wire.
    pub method: String,
    /// What it says.
    #[serde(default)]
    pub data: Value,
    /// Whether the person means it though it moves something.
    #[serde(default)]
    pub may_move: bool,
}

/// What the device answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RawAnswer {
    /// Its number; 0 is success.
    pub result: i64,
    /// What the number means.
    pub words: String,
    /// What to do about it; `None` when all is well.
    pub advice: Option<String>,
    /// More that it says.
    pub output: Value,
}

/// A device that takes messages in its own words. Faces reach it by [`crate::Gate::send_raw`] only.
pub trait RawDoor: fmt::Debug + Send + Sync {
    /// Sends one and waits for its answer.
    ///
    /// # Errors
    /// When it may not be sent, or no answer comes; that the device refuses is an answer.
    fn send(&self, message: RawMessage) -> Reply<RawAnswer>;
}
