use core::fmt;
use core::time::Duration;

use bytes::Bytes;
use prost::Message;

use crate::error_code::Code;
use crate::packet::{Packet, PacketError};
use crate::profile::Profile;
use crate::table::Row;

/// How a session behaves.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The device's profile.
    pub profile: Profile,
    /// What we call ourselves.
    pub client_id: String,
    /// How often to send the text `ping`. Public clients send it each 5 to 10 s.
    pub ping_every: Duration,
    /// The device is given up after so much silence.
    pub dead_after: Duration,
    /// How long a late reply is still recognised.
    pub grace: Duration,
    /// Requests that may wait behind one of their kind.
    pub queue_bound: usize,
}

impl ClientConfig {
    /// The usual values.
    pub fn new(profile: Profile, client_id: impl Into<String>) -> Self {
        Self {
            profile,
            client_id: client_id.into(),
            ping_every: Duration::from_secs(5),
            dead_after: Duration::from_secs(17),
            grace: Duration::from_mins(1),
            queue_bound: 8,
        }
    }
}

/// What the socket did.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The connection stands.
    Connected,
    /// A binary message came.
    Binary(&'a [u8]),
    /// A text message came.
    Text(&'a str),
    /// The connection is gone.
    Closed,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Output {
    /// Write a binary message.
    Send(Bytes),
    /// Write a text message.
    SendText(&'static str),
    /// Close the socket; the session has given the device up.
    Close,
    /// Something for the driver.
    Event(Event),
}

/// One request, in the order they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something for the driver.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The device has told its whole state.
    Started,
    /// A reply.
    Reply(ReplyEvent),
    /// The device answered, but goes on: a calibration whose first plate solve failed.
    Interim {
        /// What it answered.
        row: &'static Row,
        /// What it said.
        code: Code,
    },
    /// No reply in time. The command may have had its effect all the same.
    TimedOut {
        /// Which request.
        ticket: Ticket,
        /// What it asked.
        row: &'static Row,
    },
    /// A reply nobody waits for any more, or never did.
    LateReply {
        /// What it answers.
        row: &'static Row,
        /// What it says.
        code: Code,
        /// Its message.
        payload: Bytes,
    },
    /// A command that is never answered has been sent.
    SentOnly {
        /// Which request.
        ticket: Ticket,
        /// What it asked.
        row: &'static Row,
    },
    /// A stick position was not sent, since a newer one or a stop came.
    Superseded {
        /// Which request.
        ticket: Ticket,
    },
    /// The connection went away before the reply.
    Lost {
        /// Which request.
        ticket: Ticket,
        /// What it asked.
        row: &'static Row,
    },
    /// A notification.
    Notification(NotificationEvent),
    /// The device told our role, and it is another than before.
    Role(HostRole),
    /// The device is given up.
    Dead(DeadReason),
    /// Something that should not be; the session goes on.
    Odd(Oddity),
}

/// A reply.
#[derive(Clone, Debug)]
pub struct ReplyEvent {
    /// Which request it answers.
    pub ticket: Ticket,
    /// What was asked.
    pub row: &'static Row,
    /// Success or what went wrong.
    pub code: Code,
    /// Its message; empty means all its fields are zero.
    pub payload: Bytes,
    /// An earlier request of the kind timed out a short while ago: this may be its reply.
    pub suspect: bool,
}

impl ReplyEvent {
    /// The payload as a message.
    ///
    /// # Errors
    /// When the device sent something else.
    pub fn message<M: Message + Default>(&self) -> Result<M, prost::DecodeError> {
        M::decode(self.payload.clone())
    }
}

/// A notification.
#[derive(Clone, Debug)]
pub struct NotificationEvent {
    /// Its row, when the number is known.
    pub row: Option<&'static Row>,
    /// Its number.
    pub cmd: u32,
    /// Its message; empty means all its fields are zero (state `IDLE`).
    pub payload: Bytes,
    /// Whom the device names; often another client.
    pub client_id: String,
}

impl NotificationEvent {
    /// The payload as a message.
    ///
    /// # Errors
    /// When the device sent something else.
    pub fn message<M: Message + Default>(&self) -> Result<M, prost::DecodeError> {
        M::decode(self.payload.clone())
    }
}

/// Whether the device obeys us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostRole {
    /// We are the host; otherwise our commands are passed over silently.
    pub is_host: bool,
    /// The host has locked the role.
    pub locked: bool,
}

/// The clock to give the device with the host role.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockSetting {
    /// Hours the zone is ahead of UTC.
    pub offset_hours: f64,
    /// Name of the zone, such as `Europe/Berlin`.
    pub zone: String,
}

/// Why the device is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadReason {
    /// It said nothing for too long.
    Silent,
    /// It did not answer the question for its state, asked three times.
    StateNotTold,
}

/// Something that should not be.
#[derive(Clone, Debug)]
pub enum Oddity {
    /// A frame that is not a packet.
    Frame(PacketError),
    /// A packet of an unknown command, of the wrong module, or of the wrong type.
    Packet(Packet),
    /// The whole state could not be asked for.
    StateNotAsked,
    /// The clock could not be set with the host role.
    ClockNotSet(RequestError),
}

/// Why a session wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// A ping is due, or the device has been silent for too long.
    KeepAlive,
    /// The request of this number may time out.
    Request(u32),
}

/// A command with its message.
#[derive(Clone, Debug)]
pub struct Request {
    /// The command's number.
    pub cmd: u32,
    /// Its encoded message.
    pub payload: Bytes,
    /// How long to wait instead of the row's time-out.
    pub timeout: Option<Duration>,
}

impl Request {
    /// With a message.
    pub fn new(cmd: u32, message: &impl Message) -> Self {
        Self::with_payload(cmd, message.encode_to_vec())
    }

    /// Without a body.
    pub fn empty(cmd: u32) -> Self {
        Self::with_payload(cmd, Bytes::new())
    }

    /// With an encoded message.
    pub fn with_payload(cmd: u32, payload: impl Into<Bytes>) -> Self {
        Self {
            cmd,
            payload: payload.into(),
            timeout: None,
        }
    }
}

/// Why a request was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No such command.
    #[error("there is no command {0}")]
    Unknown(u32),
    /// The device's firmware does not have it.
    #[error("{0} is not in this firmware; update the device or use the command it has instead")]
    NotOnThisFirmware(&'static str),
    /// The protocol version is too old.
    #[error("{name} needs protocol 1.{minor}; raise the minor version in the profile")]
    NeedsMinor {
        /// The command.
        name: &'static str,
        /// The minor version it needs.
        minor: u32,
    },
    /// There is no connection.
    #[error("the telescope is not connected")]
    NotConnected,
    /// Another client is the host.
    #[error("{0} needs the host role, which another client has; take it first")]
    NotHost(&'static str),
    /// Too many of the kind wait already.
    #[error("too many {0} wait already; wait for their replies")]
    QueueFull(&'static str),
}
