//! Shared simulation: what the virtual devices of every family are made of.
//!
//! ```text
//!  flight      how a multicopter flies: limits, wind, battery, fences, obstacles, gimbal
//!  land        the ground below it: heights, buildings, trees, what its sensors and cameras see
//!  clock       host, station and device time; the error a client's clock has
//!  mechanics   motors in closed form, the set-up error, the levelling fit
//!  optics      lenses and where they look
//!  sensor      filters, gain, noise
//!  sky_camera  what the lens sees: stars, Milky Way, deep sky, Moon, Sun, cloud, ground
//!  pictures    photographs another program has installed, used in the painters' stead
//!  solve_model the device's plate solve on a rendered frame
//! ```
//!
//! Everything random comes from seeds; nothing here reads a clock, a file or a socket unless it is
//! handed one. The crate knows no protocol and no device family.
//!
//! ```
//! use std::time::Duration;
//! use skyhelm_sim::mechanics::{Approach, MotorAngles, Mount, MountConfig, SetUp};
//! use skyhelm_units::{Angle, Mono};
//!
//! let set_up = SetUp::seeded(1, Angle::from_degrees(1.5));
//! let mut mount = Mount::parked(MountConfig::smart_telescope(1), set_up);
//! let target = MotorAngles::from_degrees(120.0, 45.0);
//! mount.slew_to(Mono::ZERO, target, Angle::from_degrees(10.0), Approach::Quick).unwrap();
//! let arrived = mount.settled_at();
//! assert!(arrived.elapsed() > Duration::from_secs(5));
//! // It stands where the motors say, and looks somewhere else.
//! let looks = mount.true_direction(arrived).altitude.angle().degrees();
//! assert!((looks - 45.0).abs() < 3.0);
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

/// Host, station and device time.
pub mod clock;
mod deep_sky;
pub mod flight;
mod grain;
pub mod land;
pub mod mechanics;
pub mod optics;
pub mod panorama;
pub mod pictures;
mod random;
pub mod sensor;
pub mod sky_camera;
pub mod solve_model;
mod starlight;
mod vector;
