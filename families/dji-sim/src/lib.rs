//! Virtual DJI gateways: docks and remote controllers made of software, with aircraft that fly.
//!
//! They come online by the real steps over real MQTT, push what the documents say they push, carry out
//! services and live flight control with their effects on an aircraft of
//! [`skyhelm_sim::flight`] over a land of [`skyhelm_sim::land`], and refuse what they cannot do with the
//! documents' own numbers. What a gateway does not know it answers as unsupported (314000).
//!
//! ```text
//!  broker ── link (MQTT, two connections) ── GatewayMachine (no I/O, no clock)
//!                                               ├─ onboarding: config, binding, update_topo
//!                                               ├─ handlers: one per service and DRC command
//!                                               ├─ reports: OSD, state, DRC pushes, events and their resending
//!                                               └─ aircraft, camera, dock, authority, faults
//!  tests ── world door: GET /world, POST /world/faults, GET /world/picture.jpg, GET /world/land.geojson
//! ```
//!
//! # Making things go wrong
//! The world's door listens on the loopback interface only. `POST /world/faults` takes
//! `{"fault":"wind","speed":9,"from":200,"gust":3}`, `{"clear":"wind"}` or `{"clear":"all"}`.
//!
//! # What it does not do
//! Live pictures leave it by RTMP only (feature `video`, on unless switched off). Routes (KMZ) are not flown.
//!
//! ```no_run
//! use skyhelm_dji_sim::{GatewayKind, VirtualGateway, VirtualGatewayConfig};
//! use skyhelm_units::Site;
//!
//! # async fn example() -> Result<(), skyhelm_dji_sim::SimError> {
//! let site = Site::from_degrees(47.0, 8.5, 450.0);
//! let config = VirtualGatewayConfig::new(GatewayKind::DockM30t, site, "mqtt://127.0.0.1:1883");
//! let dock = VirtualGateway::start(config).await?;
//! println!("{} http://{}/world", dock.gateway_sn(), dock.world_address());
//! dock.stop().await;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod config;
mod error;
mod link;
pub mod machine;
mod photograph;
#[cfg(feature = "video")]
mod video;
mod virtual_gateway;
mod world;

pub use config::{GatewayKind, Pilot, VirtualGatewayConfig};
pub use error::{SimError, SimErrorKind};
pub use machine::{Braking, Fault, FaultKind, GatewayMachine, WorldState, implemented};
pub use virtual_gateway::{RunningGateway, VirtualGateway};
