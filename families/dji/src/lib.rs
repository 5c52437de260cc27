//! Driver for DJI docks and remote controllers, with the MQTT broker they dial.
//!
//! ```text
//!  dock, remote controller ── MQTT ──► Broker (embedded, or any other by its address)
//!                                        ▲ plain MQTT          ▲ a connection of its own
//!                                        │                     │
//!  Submit ── order ──► task per gateway ─┘   StickPump (thread, StickGuard) ◄── page's stick
//!  DeviceState ◄── watch ──┘
//!  VideoFeed ◄── RTMP, while somebody looks
//! ```
//!
//! The embedded broker gives each gateway an account whose topics are pinned to its own serial number.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod broker;
mod config;
mod device;
pub mod doctor;
mod family;
mod gateway;
mod land;
mod ledger;
mod link;
mod pump;
mod sign_on;
mod video;

pub use config::{AppConfig, AxisWords, BrokerConfig, DjiConfig, GatewayConfig, StorageConfig};
pub use family::family;
