//! FITS files: typed headers, a streaming writer, and a reader that trusts nothing.
//!
//! ```text
//!  Observation ─► Header ─┐
//!  RawFrame, RgbFrame ────┴► write / to_bytes ─► bytes ─► FitsImage::read ─► Header, samples
//! ```
//!
//! Rows are written from the top of the picture and the header says so (`ROWORDER = 'TOP-DOWN'`);
//! `BAYERPAT` and the world coordinates count from that first row too.

mod card;
mod card_reader;
mod date;
mod header;
mod observation;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use card::{Card, Value};
pub use header::Header;
pub use observation::{FrameType, Observation, Stacked};
pub use read::{FitsImage, Samples};
pub use write::{FitsData, to_bytes, write};
