//! Driver for DWARFLAB smart telescopes.
//!
//! One task per telescope owns the protocol's session and its WebSocket; two more carry the live
//! pictures, only while somebody looks. Handles talk to them by bounded channels; state goes out by
//! `watch`, events by `broadcast`.
//!
//! ```text
//!  Submit ── Ask ──► task: Actor (orders, jobs, what is known) ── ClientSession ── WebSocket :9900
//!  DeviceState ◄── watch ──┘
//!  LiveView ◄── watch ── live task per lens ── multipart JPEG :8092
//!  Library  ── HTTP :8082 (album), :80 (files, with ranges)
//! ```
//!
//! It connects as a viewer. It takes the host role when a person gives a command that needs it, and
//! sets the telescope's clock (the host's true UTC) then. Nothing that moves is ever sent twice.
//!
//! ```
//! use skyhelm_dwarf::{Address, raw};
//!
//! let address: Address = "192.168.88.1".parse().unwrap();
//! assert_eq!(address.ws_port(), 9900);
//! let goto = raw::row("CMD_ASTRO_START_GOTO_DSO").unwrap();
//! assert_eq!(goto.id, 11_002);
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod actor;
mod address;
mod config;
mod connection;
mod discovery;
mod error;
mod family;
mod http;
mod known;
mod library;
mod live;
mod orders;
mod parameters;
pub mod raw;
mod tasks;
mod telescope;
mod wire;
mod zone;

pub use address::{Address, AddressError};
pub use config::{DwarfConfig, TelescopeConfig};
pub use error::DwarfError;
pub use family::family;
