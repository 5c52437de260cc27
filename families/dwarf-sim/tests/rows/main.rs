//! One test per command of the virtual device, each seeing the command's effect, never only its answer.
//!
//! `cargo xtask mutate` sets `SKYHELM_MUTATE` to a command: the device then answers it with success and
//! does nothing else, and the command's row test must fail.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod astro;
mod camera;
mod focus;
mod harness;
mod motor;
mod system;
