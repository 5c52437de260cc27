//! Whole sessions with the virtual device: other people's clients, several at once, hostile ones, viewers
//! and downloads.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod crowd;
mod faults;
#[path = "../rows/harness.rs"]
mod harness;
mod replay;
mod seeds;
mod web;
