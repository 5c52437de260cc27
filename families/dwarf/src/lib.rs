//! Driver for DWARFLAB smart telescopes.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod address;
mod config;
mod error;
mod known;
mod live;

pub use address::{Address, AddressError};
pub use config::{DwarfConfig, TelescopeConfig};
pub use error::DwarfError;
