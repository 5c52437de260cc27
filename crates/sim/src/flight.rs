//! How a multicopter flies: limits, wind, battery, fences, obstacles and gimbal, with no protocol in it.
//!
//! ```text
//!  Command ─► Aircraft ── guidance (what the task wants) ─► guard (what may be) ─► motion (what the airframe can)
//!                 │                                                 │
//!             Battery, Wind, Gimbal                        Land: roofs, walls, trees, ground
//! ```
//!
//! # Frame
//! A local level frame ([`Enu`]): metres east, north and up of a [`LocalFrame`]'s origin on the WGS 84
//! ellipsoid. Headings are degrees from north through east.
//!
//! # Time
//! Nothing here reads a clock: [`Aircraft::advance`] is told how much time has passed and steps by
//! [`STEP`]. The same seed and the same commands give the same flight to the last bit.

mod aircraft;
mod battery;
mod command;
mod config;
mod frame;
mod gimbal;
mod guard;
mod guidance;
mod limits;
mod motion;
#[cfg(test)]
mod tests;
mod wind;

use std::time::Duration;

pub use aircraft::Aircraft;
pub use battery::{Battery, BatteryConfig, BatteryReading};
pub use command::{Command, EndReason, FlightEvent, Journey, Phase, Refusal, ReturnCause};
pub use config::{AircraftConfig, Avoidance, FlightSettings, Gnss};
pub use frame::{Enu, LocalFrame};
pub use gimbal::{Gimbal, GimbalConfig, YawMode};
pub use guard::{Fence, Restraint};
pub use limits::AxisLimits;
pub use wind::Wind;

/// The fixed time step of the model.
pub const STEP: Duration = Duration::from_millis(20);
/// [`STEP`] in seconds.
pub(crate) const DT: f64 = 0.02;
/// Standard gravity, m/s².
pub(crate) const GRAVITY: f64 = 9.81;
