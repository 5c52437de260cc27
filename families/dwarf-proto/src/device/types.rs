use bytes::Bytes;
use prost::Message;

use crate::packet::ModuleId;
use crate::table::Row;

/// One client's socket, numbered by the owner of the sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// What a socket did.
#[derive(Clone, Copy, Debug)]
pub enum DeviceInput<'a> {
    /// A client connected.
    Opened(ConnectionId),
    /// A binary message came.
    Binary(ConnectionId, &'a [u8]),
    /// A text message came.
    Text(ConnectionId, &'a str),
    /// A message that was handed out has been written.
    Written(ConnectionId),
    /// The socket is gone.
    Closed(ConnectionId),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum DeviceOutput {
    /// Write a message to a socket.
    Send {
        /// Whose socket.
        to: ConnectionId,
        /// What to write.
        message: Outgoing,
    },
    /// Close a socket after what was handed out for it. It is forgotten already.
    Close {
        /// Whose socket.
        connection: ConnectionId,
        /// Why, for the log.
        reason: CloseReason,
    },
    /// Something for the telescope.
    Event(DeviceEvent),
}

/// A message to a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A text message.
    Text(&'static str),
    /// A binary message that answers a command.
    Reply(Bytes),
    /// A binary message that tells of something, with its number.
    Notification(u32, Bytes),
}

/// Something for the telescope.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DeviceEvent {
    /// A command that is to have an effect.
    Command(Command),
    /// A slave's command that has none, and gets no answer.
    PassedOver {
        /// Who sent it.
        from: ConnectionId,
        /// What it was.
        row: &'static Row,
    },
    /// A connection has made itself known as a client.
    Joined {
        /// Which.
        connection: ConnectionId,
        /// As it calls itself.
        client_id: String,
    },
    /// A client is gone.
    Left {
        /// Which.
        connection: ConnectionId,
    },
    /// Another client is host now, or nobody.
    HostChanged {
        /// Who.
        host: Option<ConnectionId>,
    },
}

/// A command that can be read, from a client that may give it.
#[derive(Clone, Debug)]
pub struct Command {
    /// What to answer to.
    pub request: RequestRef,
    /// Its row.
    pub row: &'static Row,
    /// Its message, which decodes.
    pub payload: Bytes,
}

impl Command {
    /// The payload as a message. `None` only when `M` is not the row's request.
    pub fn message<M: Message + Default>(&self) -> Option<M> {
        M::decode(self.payload.clone()).ok()
    }
}

/// What a reply needs of its request. Kept by the telescope when the reply comes later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRef {
    /// Who asked.
    pub connection: ConnectionId,
    /// The module asked.
    pub module: ModuleId,
    /// The command.
    pub cmd: u32,
    /// The asker's name, echoed in the reply.
    pub client_id: String,
}

impl RequestRef {
    /// For a frame that could not be read: nobody knows what it asked.
    pub(super) fn unnamed(connection: ConnectionId) -> Self {
        Self {
            connection,
            module: ModuleId::None,
            cmd: 0,
            client_id: String::new(),
        }
    }
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// It said nothing for two minutes.
    Silent,
    /// It does not read what it is sent.
    TooSlow,
    /// It sent a frame larger than any message.
    TooLarge,
    /// It sent nothing but frames that cannot be read.
    Rubbish,
    /// Too many are connected.
    TooMany,
    /// The device shuts down.
    ShuttingDown,
}

/// Why a hub wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// A connection may have been silent for too long.
    Silence,
}
