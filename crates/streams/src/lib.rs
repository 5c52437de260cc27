//! Moving pictures without sockets: multipart JPEG, one upstream, many viewers; H.264 by RTMP into fragmented MP4.
//!
//! The crate owns no socket, no task and no clock. Bytes go in, pictures come out; who reads, writes
//! and waits is the caller's business.
//!
//! ```text
//!  device ─ bytes ─► MultipartReader ─ JpegFrame ─► FanOut ─┬─► Viewer ─► PartWriter ─ bytes ─► browser
//!                                                           ├─► Viewer ...
//!                                                           └─► Viewer (slow: drops, delays nobody)
//!  drone ─ bytes ─► rtmp::Ingest ─ h264::Picture ─► Segments ─► browser
//! ```
//!
//! ```
//! use skyhelm_streams::{FanOut, MultipartReader, PartWriter};
//!
//! let jpeg = [0xFF, 0xD8, 0xFF, 0xD9];
//! let writer = PartWriter::default();
//! let mut reader = MultipartReader::from_content_type(&writer.content_type())?;
//! reader.handle_input(&writer.opening())?;
//! reader.handle_input(&writer.part_header(jpeg.len(), None))?;
//! reader.handle_input(&jpeg)?;
//!
//! let live = FanOut::new();
//! let (mut viewer, _) = live.subscribe();
//! while let Some(picture) = reader.poll_output() {
//!     live.publish(picture.data);
//! }
//! assert_eq!(viewer.next_frame().map(|frame| frame.data.len()), Some(4));
//! # Ok::<(), skyhelm_streams::StreamError>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod error;
mod fan_out;
pub mod h264;
pub mod jpeg;
pub mod mp4;
mod multipart;
pub mod rtmp;
mod segments;

pub use error::{ErrorKind, StreamError};
pub use fan_out::{FanOut, FanOutEvent, Frame, Joined, Left, Viewer};
pub use multipart::{
    JpegFrame, MultipartCounts, MultipartLimits, MultipartReader, PartHeaders, PartWriter,
};
pub use segments::{Segment, Segments};
