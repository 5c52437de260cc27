use core::time::Duration;

use crate::drc::{DrcDown, DrcUp};
use crate::error_code::ErrorCode;
use crate::publish::Qos;

/// How far live flight control has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrcPhase {
    /// Not entered.
    Idle,
    /// Asked for; no answer yet.
    Entering,
    /// The device is connecting to the broker.
    Connecting,
    /// Connected.
    Connected,
    /// Connected, but three heart-beats in a row came to nothing: no frames go out.
    Bad,
}

/// What live flight control tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DrcEvent {
    /// It has come this far.
    Phase(DrcPhase),
    /// It ended, by this number; success when it was left.
    Ended(ErrorCode),
    /// A heart-beat came back after this long.
    RoundTrip(Duration),
    /// The sticks were taken, or are let go: after a bad link or a loss a person takes them anew.
    Sticks(bool),
    /// What the device pushed.
    Push(DrcUp),
    /// A command was answered.
    Replied {
        /// Which.
        method: String,
        /// Whether it succeeded.
        result: ErrorCode,
    },
    /// A command was not answered in time.
    NoAnswer {
        /// Which.
        method: String,
    },
    /// The device refused a frame.
    FrameRefused(ErrorCode),
    /// Somebody else beats or flies on these topics.
    ForeignController,
    /// The device's account ends within a minute: enter again with a new one to renew it.
    CredentialsExpire,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum DrcOutput {
    /// Send this on `drc/down`.
    Send(DrcDown, Qos),
    /// Something happened.
    Event(DrcEvent),
}

/// Why a frame was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StickRefused {
    /// The pilot keeps the sticks of this product.
    #[error("this product is not flown by the cloud")]
    NotFlyable,
    /// The authority is not ours.
    #[error("control is not ours: take it first")]
    NoControl,
    /// Live flight control is not entered.
    #[error("live flight control is not connected")]
    NotConnected,
    /// Three heart-beats in a row came to nothing.
    #[error("the link is bad: no frames are sent")]
    LinkBad,
    /// Nobody took them, or they were let go.
    #[error("the sticks are not taken")]
    NotTaken,
}
