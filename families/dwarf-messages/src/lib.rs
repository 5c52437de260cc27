//! The protobuf messages of DWARFLAB telescopes, as generated from their `.proto` files, with a bridge to JSON.
//!
//! A room of its own, for it takes longer to compile than all that is written by hand around it.
//! `skyhelm-dwarf-proto` shows it to the rest of the house.

mod codec;

pub use codec::{Codec, MessageError};

/// Messages of the firmware that speaks API 2.0, as generated from `proto/v2`.
pub mod v2 {
    include!("gen/dwarf.v2.rs");
}

/// Messages of the newer firmware generation ("V3"), as generated from `proto/v3`.
pub mod v3 {
    include!("gen/dwarf.v3.rs");
}
