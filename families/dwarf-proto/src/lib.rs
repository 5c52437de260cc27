//! DWARFLAB API 2.0 on the wire: messages, command table, and sans-I/O sessions for both ends.
//!
//! The crate knows every message of the DWARF II, DWARF 3 and mini, of both firmware generations,
//! and keeps what is uncertain about them in [`Profile`] fields. It opens no socket and reads no
//! clock: a driver or a virtual device feeds it bytes and the time, and does what it says.
//!
//! ```text
//!  driver ── ClientSession ──frames── DeviceHub ── virtual device
//!                 │     packet: WsPacket     │
//!                 └── table: one Row per command and notification ── v2, v3: the messages
//! ```
//!
//! ```
//! use prost::Message as _;
//! use skyhelm_dwarf_proto::{Generation, cmd, message, table, v2};
//!
//! let row = table::row(cmd::ASTRO_START_GOTO_DSO).unwrap();
//! let m31 = v2::ReqGotoDso { ra: 0.712, dec: 41.27, target_name: "M 31".into() };
//! let seen = message::to_json(Generation::V2, row.request(Generation::V2).unwrap(), &m31.encode_to_vec()).unwrap();
//! assert_eq!(seen["target_name"], "M 31");
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod client;
pub mod device;
pub mod error_code;
pub mod http;
pub mod message;
pub mod numbers;
mod open_enum;
pub mod packet;
pub mod params;
pub mod profile;
pub mod table;

pub use client::ClientSession;
pub use device::DeviceHub;
pub use error_code::Code;
pub use packet::{MAX_FRAME, MessageType, ModuleId, Packet, PacketError};
pub use profile::Profile;
pub use table::{Generation, Row, cmd};

#[doc(inline)]
pub use skyhelm_dwarf_messages::{v2, v3};
