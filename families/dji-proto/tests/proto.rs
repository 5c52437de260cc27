//! The crate against the documents' own examples, and both ends against each other.
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test may panic, and compares what was written digit by digit"
)]

#[path = "proto/examples.rs"]
mod examples;
#[path = "proto/model.rs"]
mod model;
#[path = "proto/order.rs"]
mod order;
#[path = "proto/pair.rs"]
mod pair;
#[path = "proto/world.rs"]
mod world;
