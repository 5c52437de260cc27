use skyhelm_units::Now;

use super::{Control, DrcEvent, LostBecause};
use crate::envelope::EnvelopeError;
use crate::error_code::ErrorCode;
use crate::event::DeviceEvent;
use crate::message::PayloadError;
use crate::numbers::PropertyResult;
use crate::profile::Profile;
use crate::property::PropertySet;
use crate::publish::Publish;
use crate::request::DeviceRequest;
use crate::serial::SerialNumber;
use crate::service::Service;
use crate::topic::Topic;
use crate::topo::Topology;

/// How a session is set up.
#[derive(Clone, Debug)]
pub struct SessionConfig {
    /// Whose session it is.
    pub gateway: SerialNumber,
    /// The profile to speak by. `None`: the one of the products that come online.
    pub profile: Option<Profile>,
    /// Where ids begin; another one each run, or ids of an earlier run come again.
    pub id_seed: u64,
}

/// What the broker did.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The connection to the broker stands, and its topics are subscribed to.
    Connected,
    /// It is gone.
    Disconnected,
    /// A message came on a topic of this gateway or its aircraft.
    Message {
        /// Where.
        topic: &'a Topic,
        /// What.
        payload: &'a [u8],
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Publish this.
    Publish(Publish),
    /// Something happened.
    Event(Event),
}

/// Names one request; its outcome carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Names one question of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ask(pub u64);

/// What can be asked of a gateway.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// A command.
    Service(Service),
    /// A property to be set.
    Set(PropertySet),
}

/// Which device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// The gateway itself.
    Gateway,
    /// Its aircraft.
    Aircraft,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The gateway came online, or its aircraft did, or went.
    Topology(Topology),
    /// More is known of a device: look at its properties.
    Properties(Of),
    /// The device wants to know something: call `answer`.
    Asked {
        /// Which question.
        ask: Ask,
        /// What it asks.
        request: DeviceRequest,
    },
    /// The device gave notice. Progress of flights and take-offs comes this way.
    Notice(DeviceEvent),
    /// An answer.
    Replied {
        /// Of which request.
        ticket: Ticket,
        /// Its method, or the property.
        method: String,
        /// Whether it succeeded.
        result: ErrorCode,
        /// More that it says.
        output: serde_json::Value,
    },
    /// An answer to a property that was set.
    PropertyReplied {
        /// Of which request.
        ticket: Ticket,
        /// A result for each property.
        results: Vec<(String, PropertyResult)>,
    },
    /// No answer came in time. Whether it was done is not known; it is not sent again.
    TimedOut {
        /// Of which request.
        ticket: Ticket,
        /// Its method.
        method: String,
    },
    /// The connection was lost before an answer came.
    Lost {
        /// Of which request.
        ticket: Ticket,
        /// Its method.
        method: String,
    },
    /// The authority changed: who has it now.
    Control(Control),
    /// The authority is no longer ours. Only a person may take it again.
    ControlLost(LostBecause),
    /// Of live flight control.
    Drc(DrcEvent),
    /// Something that should not be. Nothing was done with it.
    Odd(Oddity),
}

/// Something that should not be.
#[derive(Clone, Debug, PartialEq)]
pub enum Oddity {
    /// A payload that is not a message.
    Envelope(EnvelopeError),
    /// Data that do not fit their method.
    Payload(PayloadError),
    /// A message of a device that is neither the gateway nor its aircraft.
    ForeignSerial(SerialNumber),
    /// A message without a method where one is needed.
    NoMethod,
    /// An answer of ours that nobody waits for any more: late, or a second time.
    UnexpectedReply {
        /// Its method.
        method: Option<String>,
    },
    /// A command on this gateway's topics, or the answer to one, that is not ours.
    ForeignController,
    /// Too many questions are unanswered.
    TooManyAsks,
}

/// Why a request was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No connection to the broker.
    #[error("the broker is not connected")]
    NotConnected,
    /// This gateway does not know the command.
    #[error("{0} does not know this command")]
    NotOnThisProduct(&'static str),
    /// It moves something, and the gateway was not heard lately.
    #[error("the gateway has not been heard for {0} s: nothing that moves is sent")]
    NotHeard(u64),
    /// It needs the authority, and that is not ours.
    #[error("control is not ours: take it first")]
    NoControl,
    /// It needs live flight control.
    #[error("live flight control is not entered")]
    NotInDrc,
    /// Out of its range.
    #[error("{field}: {found} is not within {range}")]
    OutOfRange {
        /// Which field.
        field: &'static str,
        /// What it was.
        found: String,
        /// What it may be.
        range: String,
    },
    /// Data that do not fit the method.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Too many requests wait for their answers.
    #[error("too many requests are unanswered")]
    QueueFull,
}

/// Why `handle_timeout` is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// An answer is due.
    Call(String),
    /// A heart-beat is due, or an echo.
    HeartBeat,
    /// A frame that stands still is due.
    StandStill,
    /// The device should have connected.
    DrcConnect,
    /// An answer in live flight control is due.
    DrcCommand,
    /// The account for live flight control ends soon.
    Credentials,
}

/// The time of a message for people: kept beside what it says.
pub(super) const fn seconds_since(now: Now, then: skyhelm_units::Mono) -> u64 {
    let (now, then) = (now.mono.elapsed(), then.elapsed());
    now.saturating_sub(then).as_secs()
}
