//! What chunks carry.

use bytes::{BufMut, Bytes, BytesMut};

use super::amf::{self, Value};

pub(super) const SET_CHUNK_SIZE: u8 = 1;
pub(super) const ABORT: u8 = 2;
pub(super) const ACKNOWLEDGED: u8 = 3;
pub(super) const USER_CONTROL: u8 = 4;
pub(super) const WINDOW: u8 = 5;
pub(super) const PEER_BANDWIDTH: u8 = 6;
pub(super) const VIDEO: u8 = 9;
pub(super) const COMMAND: u8 = 20;
pub(super) const COMMAND_AMF3: u8 = 17;

/// User control events: "are you there?" and "yes".
const PING: [u8; 2] = [0, 6];
const PONG: [u8; 2] = [0, 7];

/// The chunk streams messages go by here.
pub(super) const CONTROL_STREAM: u32 = 2;
pub(super) const COMMAND_STREAM: u32 = 3;
pub(super) const VIDEO_STREAM: u32 = 6;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) kind: u8,
    pub(super) stream: u32,
    pub(super) at_ms: u32,
    pub(super) body: Bytes,
}

impl Message {
    /// A control message with one number.
    pub(super) fn number(kind: u8, value: u32) -> Self {
        Self::control(kind, Bytes::copy_from_slice(&value.to_be_bytes()))
    }

    /// "This is the limit, and it is yours to choose how to keep it."
    pub(super) fn peer_bandwidth(bytes: u32) -> Self {
        let mut body = BytesMut::new();
        body.put_u32(bytes);
        body.put_u8(2);
        Self::control(PEER_BANDWIDTH, body.freeze())
    }

    /// The answer to a question whether one is still there; nothing when it is none.
    pub(super) fn still_there(&self) -> Option<Self> {
        let (event, asked) = self.body.split_first_chunk::<2>()?;
        if self.kind != USER_CONTROL || *event != PING {
            return None;
        }
        let mut body = BytesMut::from(&PONG[..]);
        body.put_slice(asked.get(..4)?);
        Some(Self::control(USER_CONTROL, body.freeze()))
    }

    pub(super) fn control(kind: u8, body: Bytes) -> Self {
        Self {
            kind,
            stream: 0,
            at_ms: 0,
            body,
        }
    }

    pub(super) fn command(stream: u32, values: &[Value]) -> Self {
        Self {
            kind: COMMAND,
            stream,
            at_ms: 0,
            body: amf::written(values).freeze(),
        }
    }

    /// The number of a control message.
    pub(super) fn as_number(&self) -> Option<u32> {
        self.body
            .first_chunk()
            .map(|bytes| u32::from_be_bytes(*bytes))
    }
}
