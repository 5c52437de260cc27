//! RTMP, as drones push their pictures: a publisher and an ingest without sockets.
//!
//! Bytes go in, bytes and pictures come out (Adobe's RTMP specification 1.0; FLV video tags, annex E).
//! H.264 only; sound is read over.
//!
//! ```text
//!  aircraft: Push ── bytes ──► Ingest ── Parameters, Picture ──► hub
//!                 ◄── bytes ──
//! ```

mod amf;
mod chunk;
mod handshake;
mod ingest;
mod message;
mod push;
mod video;

pub use ingest::{Ingest, IngestOutput};
pub use push::{Push, PushOutput, Target};

/// Why a connection cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RtmpError {
    /// The first byte is not that of RTMP.
    #[error("the peer does not speak RTMP (it began with {0:#04x})")]
    Version(u8),
    /// A chunk or message breaks the format.
    #[error("a broken RTMP {0}")]
    Broken(&'static str),
    /// A message is longer than any picture.
    #[error("an RTMP message of {0} bytes; at most {max} are taken", max = chunk::MOST_BYTES)]
    TooLong(usize),
    /// More streams of chunks at once than anybody uses.
    #[error("more than {max} RTMP chunk streams", max = chunk::MOST_STREAMS)]
    TooManyStreams,
    /// Pictures in another code than H.264.
    #[error("the stream is not H.264 (video codec {0}); choose H.264 in the sender")]
    Codec(u8),
    /// The address cannot be pushed to.
    #[error("`{0}` is no address of the form rtmp://host[:port]/application/stream")]
    Address(String),
}

#[cfg(test)]
mod tests;
