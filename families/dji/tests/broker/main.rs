//! The embedded broker, asked by a client that shares no code with it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod raw;
