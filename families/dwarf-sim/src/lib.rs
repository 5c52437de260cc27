//! Virtual DWARFLAB telescopes: devices made of software, faithful enough that the clients of others
//! cannot tell.
//!
//! A virtual DWARF 3 speaks API 2.0 on four doors, as the real one does: WebSocket (9900), JSON over
//! HTTP (8082), live pictures (8092) and its card as files (80). Behind them is a telescope under the
//! sky of its place and minute: motors take their time, a tripod put down by hand has to be calibrated
//! out, frames have noise, the battery drains and the card fills up. Every command it accepts has its
//! effect; what it cannot do it refuses with the protocol's code ([`implemented`] lists what it can).
//!
//! ```text
//!  clients ── server (4 doors) ── session (host and slaves) ── handlers (one per command)
//!                    │                                            │
//!              viewfinder (live pictures)  jobs (goto, stack ..)  │
//!                    └──────────────┬──────────┴──────────────────┘
//!                          device (state)   darkroom (what the lenses see)   card (files)
//! ```
//!
//! # Finding the doors
//! Several devices live side by side on free ports. A plain `GET /` on the WebSocket's port answers
//! `{"simulated":true,"ports":{"ws":..,"http":..,"jpeg":..,"files":..}}`; a real device does not answer it,
//! and its ports are the standard ones ([`Ports::Standard`]).
//!
//! # Making things go wrong
//! [`RunningDwarf::world`] tells what is really so and puts faults by their causes: a pulled card, a bank
//! of cloud, a network that drops. The same is a door on the loopback interface, named `world` in the
//! answer above: `GET /world`, `POST /world/faults` with `{"fault":"cloud-bank"}` or `{"clear":"all"}`.
//!
//! # Time
//! The device lives by the station's clock, which may be shifted and run faster than the host's. What a
//! person does by hand (joystick, motor buttons, focus) keeps the person's pace.
//!
//! # What it does not do
//! It has no RTSP yet: pictures come as JPEG at every exposure, and notification 15234 says so. The newer
//! firmware's commands are refused.
//!
//! ```no_run
//! use skyhelm_dwarf_sim::{VirtualDwarf, VirtualDwarfConfig};
//! use skyhelm_units::Site;
//!
//! # async fn example() -> Result<(), skyhelm_dwarf_sim::SimError> {
//! let config = VirtualDwarfConfig::dwarf3(Site::from_degrees(47.0, 8.5, 600.0));
//! let telescope = VirtualDwarf::start(config).await?;
//! println!("ws://{}", telescope.addresses().ws);
//! telescope.stop().await;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod card;
mod config;
mod darkroom;
mod develop;
mod device;
mod doors;
mod error;
mod handlers;
mod job;
mod pace;
mod power;
mod server;
mod session;
mod stamp;
mod truth;
mod viewfinder;
mod virtual_dwarf;
pub mod world;

pub use config::{Initial, Ports, VirtualDwarfConfig};
pub use error::{SimError, SimErrorKind};
pub use handlers::implemented;
pub use truth::Truth;
pub use virtual_dwarf::{Addresses, RunningDwarf, VirtualDwarf};
pub use world::{Fault, FaultKind, World, WorldState};
