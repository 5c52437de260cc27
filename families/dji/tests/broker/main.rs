//! The embedded broker, asked by a client that shares no code with it; and the driver at a broker elsewhere.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod contract;
mod elsewhere;
mod floods;
mod raw;
