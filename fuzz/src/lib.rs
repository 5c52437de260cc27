//! Hostile bytes for every decoder of the house.
//!
//! A target takes any bytes and must not panic, hang or grow without bound. Its corpus, the inputs that
//! once reached new code, lies in `fuzz/corpus/<target>/`; the tests replay it, and `cargo xtask fuzz`
//! grows it with a coverage-guided engine.

mod targets;

pub use targets::{TARGETS, Target, named};
