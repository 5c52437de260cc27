//! The driver with its own broker, against virtual gateways that come online by the real steps.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bench;
mod flights;
mod raw;
mod video;
