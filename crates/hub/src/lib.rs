//! The hub: composition. It holds the station's devices, leases, jobs, library and event log, and
//! shows them to browsers and programs by HTTP. It knows no device protocol.
//!
//! ```text
//!  page, command line ── HTTP, one WebSocket ──> web ──> Gate (lease, Sun) ──> a family's driver
//!                                                 │
//!                    registry ── supervision ─────┼── event log, sessions, devices (SQLite)
//!                    library ── files fetched ────┘
//! ```
//!
//! - [`HubConfig`]: the configuration file; it is only read.
//! - [`serve`]: starts a hub with a list of families, and hands back a [`RunningHub`].
//!
//! - [`AccountBook`]: the accounts of a station that need not run.
//! - [`openapi`]: the document of the web API, made from the table of routes.
//!
//! What it does not do: it opens no device by itself (families do), renders no sky (the page does)
//! and speaks no TLS: beyond one's own network a tunnel or a proxy carries it.
//!
//! ```
//! use std::time::Instant;
//! use skyhelm_hub::{HubConfig, HubOptions, serve, system_clock};
//! use skyhelm_units::StationClock;
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let folder = tempfile::tempdir().unwrap();
//! let mut config = HubConfig::parse("port = 0\n[site]\nlatitude = 52.4\nlongitude = 13.1", &[]).unwrap();
//! config.data_dir = folder.path().into();
//! let host = system_clock(Instant::now());
//! let now = host.now();
//! let hub = serve(HubOptions {
//!     clock: StationClock::new(now.mono, now.utc, 1.0),
//!     host,
//!     ..HubOptions::new(config)
//! })
//! .await
//! .unwrap();
//! assert!(hub.sign_in_link().expose().starts_with("http://127.0.0.1:"));
//! hub.stop().await;
//! # });
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod accounts;
mod bundle;
mod clock;
mod config;
mod error;
mod events;
mod families;
mod flights;
mod hub;
mod library;
mod maps;
mod memory;
mod metrics;
mod names;
mod order;
mod presence;
mod pushes;
mod registry;
mod secret;
mod serve;
mod settings;
mod sign_in;
mod store;
mod web;

pub use accounts::{AccountBook, AccountLine};
pub use clock::system_clock;
pub use config::{DEFAULT_PORT, HubConfig, SiteConfig};
pub use error::HubError;
pub use serve::{HubOptions, RunningHub, serve};
pub use sign_in::PasswordCost;
pub use web::openapi;
