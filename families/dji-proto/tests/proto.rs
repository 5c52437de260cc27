//! The crate against the documents' own examples, and both ends against each other.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "proto/examples.rs"]
mod examples;
