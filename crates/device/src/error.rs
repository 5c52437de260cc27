//! What went wrong, and what to do about it.

use serde::{Deserialize, Serialize};

/// The kind of an error: mapped once to HTTP status, exit code and so on by each face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request itself makes no sense.
    Invalid,
    /// There is no such device, job or file.
    NotFound,
    /// Another person holds the lease, or nobody does.
    NoLease,
    /// The device obeys somebody else.
    NoControl,
    /// The device cannot do this now; its state says why.
    Blocked,
    /// The Sun is too near.
    SunGuard,
    /// The target is below the horizon, or out of the mount's reach.
    OutOfReach,
    /// The device answered with an error of its own.
    Refused,
    /// The device cannot be reached.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The device answered what cannot be understood.
    Protocol,
    /// A disk, here or there, failed or is full.
    Storage,
    /// Ended on request.
    Cancelled,
    /// A mistake in Skyhelm.
    Internal,
}

/// An error a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{message}{}", self.remedy.as_deref().map(|r| format!(" {r}")).unwrap_or_default())]
pub struct DeviceError {
    /// Which kind.
    pub kind: ErrorKind,
    /// One sentence: what happened.
    pub message: String,
    /// One sentence: what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The command it happened to, as the wire names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The device's own code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
}

impl DeviceError {
    /// An error of a kind, with its sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            remedy: None,
            command: None,
            code: None,
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// With the command it happened to.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// With the device's own code.
    #[must_use]
    pub fn code(mut self, code: i64) -> Self {
        self.code = Some(code);
        self
    }
}
