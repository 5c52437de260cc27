//! What the pixels say: FITS, darks, debayer, stretch, star detection, stacking.
//!
//! The crate computes and does nothing else: it opens no file and no socket, and knows no clock. It
//! uses all cores through `rayon`.
//!
//! ```text
//!  sensor ─ RawFrame ─┬─ debayer ─ RgbFrame ─┬─ stretch ─ RgbImage8 ─ encode (JPEG, PNG)
//!                     │                      ├─ stars ─ stack
//!                     └───────── fits ───────┘
//!                                 └─ wcs: where each pixel points
//! ```
//!
//! Rows run from the top of the picture, pixels from the left. Samples are sensor counts; floats keep
//! the scale of the counts they came from (0 to 65535). Places in an image come in two types,
//! [`wcs::ImagePoint`] from zero and [`wcs::FitsPoint`] from one.
//!
//! ```
//! use skyhelm_imaging::{BayerPattern, RawFrame, fits};
//!
//! let frame = RawFrame::new(4, 2, BayerPattern::Rggb, vec![500; 8])?;
//! let observation = fits::Observation {
//!     object: Some("M 31".to_owned()),
//!     gain: Some(60),
//!     ..fits::Observation::default()
//! };
//! let file = fits::to_bytes(&frame, &observation.to_header());
//! let back = fits::FitsImage::read(&file)?;
//! assert_eq!(back.header.text("OBJECT"), Some("M 31"));
//! assert_eq!(back.to_raw(), Some(frame));
//! # Ok::<(), skyhelm_imaging::ImagingError>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod cosmetic;
pub mod darks;
pub mod debayer;
pub mod encode;
mod error;
pub mod fits;
mod frame;
pub mod histogram;
mod kernels;
pub mod look;
pub mod scale;
pub mod stack;
pub mod stars;
pub mod statistics;
pub mod stretch;
pub mod wcs;

pub use error::{ErrorKind, ImagingError};
pub use frame::{
    BayerPattern, Channel, Plane, RawFrame, RgbFrame, RgbFrame16, RgbFrameF32, RgbImage8, Sample,
};
