//! The aircraft's live picture: asked for while somebody looks, taken in by RTMP, cut for browsers.
//!
//! ```text
//!  viewers ── VideoFeed ──► Screen ◄── parts ── VideoDoor (RTMP listener) ◄── aircraft
//!                             ▲                    ▲ expects a key, once
//!                             └──── Upstream ──────┘
//!                                      └─ live_start_push, live_stop_push ──► gateway's task
//! ```

mod door;
mod screen;
#[cfg(test)]
mod tests;
mod upstream;

pub(crate) use door::VideoDoor;
pub(crate) use screen::{Screen, ScreenView};
pub(crate) use upstream::{LINGER, Upstream};

/// What a gateway's task is asked about its live picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LiveOrder {
    /// Push it there.
    Start {
        /// `rtmp://host:port/live/key`
        url: String,
    },
    /// Push it no more.
    Stop,
}
