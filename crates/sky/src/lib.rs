//! Where things are: time scales, coordinate frames, refraction, Sun, Moon and planets, rise and
//! set, and the catalogue of stars and deep-sky objects.
//!
//! The crate is pure: a moment comes in as [`UtcMillis`](skyhelm_units::UtcMillis), there is no
//! clock, no file and no network. It draws nothing and moves nothing; it does not know satellites,
//! comets or asteroids.
//!
//! ```text
//!  Catalogue ── stars_in_cone, objects_in_cone, search, density     (ICRS)
//!                   │ Equatorial<J2000>
//!  SkyFrame ──── proper ── apparent ── horizontal                   (site, moment, air)
//!      └──────── sun(), moon(), body(), jovian_moons()
//!  events ────── altitude_curve, passage, twilight, next_below, darkest_minute
//!  tonight ───── what is good in the dark hours, above a HorizonLine
//! ```
//!
//! ```
//! use skyhelm_sky::{Atmosphere, Catalogue, SkyFrame};
//! use skyhelm_units::{Site, UtcMillis};
//!
//! let site = Site::from_degrees(48.14, 11.58, 520.0);
//! let utc = UtcMillis::from_seconds(1_795_212_000);
//! let frame = SkyFrame::new(&site, utc, &Atmosphere::standard(520.0));
//! let m31 = Catalogue::embedded().object("M31").unwrap();
//! println!("{} stands at {}", m31.title(), frame.horizontal(m31.position).altitude.angle());
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod atmosphere;
mod body;
pub mod catalogue;
pub mod events;
mod frame;
mod horizon;
mod time;
pub mod tonight;
mod vector;

pub use atmosphere::Atmosphere;
pub use body::{Body, BodyPlace, JovianMoon, PlanetAxis};
pub use catalogue::{
    Catalogue, Colour, Constellation, DeepSkyObject, Found, Match, NamedStar, ObjectKind,
    ProperMotion, Star, StarId,
};
pub use frame::SkyFrame;
pub use horizon::{HorizonError, HorizonLine};
pub use time::{JulianDate, TimeScales};
