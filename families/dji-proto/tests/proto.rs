//! The crate against the documents' own examples, and both ends against each other.
#[path = "proto/examples.rs"]
mod examples;
