//! The driver with its own broker, against virtual gateways that come online by the real steps.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod axes;
mod bench;
mod broker;
mod flights;
mod foreign;
mod journeys;
mod own_broker;
mod payload;
mod profiles;
mod pushes;
mod raw;
mod video;
