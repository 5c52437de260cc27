//! Angles, frames, heights, time and ids: the words every room of Skyhelm speaks.
//!
//! The crate has no dependencies, no clock and no I/O. It gives each quantity a type, so that an
//! hour of right ascension cannot be taken for a degree, nor a height above take-off for a height
//! above the ellipsoid.
//!
//! ```text
//!  Angle ── RightAscension, Declination ── Equatorial<J2000>, Equatorial<OfDate>
//!        └─ Azimuth, Altitude ──────────── Horizontal          (azimuth from north through east)
//!  UtcMillis + Mono ── Now                                     (what every state machine is told)
//! ```
//!
//! ```
//! use skyhelm_units::{Angle, Equatorial, J2000};
//!
//! let m31 = Equatorial::<J2000>::from_hours_degrees(0.712_3, 41.269).unwrap();
//! let m32 = Equatorial::<J2000>::from_hours_degrees(0.711_6, 40.865).unwrap();
//! assert!((m31.separation(&m32).degrees() - 0.404).abs() < 0.001);
//! assert_eq!(Angle::from_hours(1.0), Angle::from_degrees(15.0));
//! ```

mod angle;
mod direction;
mod flight;
mod height;
mod id;
mod redacted;
mod time;

pub use angle::Angle;
pub use direction::{
    Altitude, Azimuth, Declination, Equatorial, Frame, Horizontal, J2000, OfDate, OutOfRange,
    RightAscension, UnitVector,
};
pub use flight::{BodyMotion, GroundPoint};
pub use height::{AboveTakeoff, Amsl, EllipsoidHeight, Site};
pub use id::{DeviceId, JobId, LeaseId, RequestId};
pub use redacted::Redacted;
pub use time::{Mono, Now, StationClock, UtcMillis};
