//! DJI Cloud API on the wire: topics, envelopes, typed messages, axes, and sans-I/O sessions for both ends.
//!
//! The crate knows what a dock or a remote controller says to a cloud and the cloud to it, of the
//! documents 1.4 to 1.16.1, and keeps what differs between products in [`Profile`] fields. It opens
//! no socket, reads no clock and draws no random numbers: a driver or a virtual gateway feeds it
//! topics, payloads and the time, and publishes what it says.
//!
//! ```text
//!  driver ── cloud::GatewaySession ──MQTT── gateway::DeviceSession ── virtual gateway
//!                 │        topic, envelope, tolerant        │
//!                 ├── service, event, request, property, state, osd, drc: typed messages
//!                 └── stick: BodyMotion ◄──► drone_control (three axis conventions), stick_control
//! ```
//!
//! ```
//! use skyhelm_dji_proto::{Profile, stick::StickFrame};
//! use skyhelm_units::BodyMotion;
//!
//! // Two metres a second to the right: two documents of one product, two opposite signs.
//! let right = BodyMotion { right: 2.0, ..BodyMotion::STILL };
//! let Some(StickFrame::Velocity(today)) = Profile::DOCK_M30T.frame(right) else { panic!() };
//! let Some(StickFrame::Velocity(then)) = Profile::DOCK_M30T_V1_4.frame(right) else { panic!() };
//! assert_eq!((today.y, then.x), (2.0, -2.0));
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod cloud;
pub mod drc;
pub mod envelope;
pub mod error_code;
pub mod event;
pub mod gateway;
mod message;
pub mod model;
pub mod numbers;
mod open_enum;
pub mod osd;
pub mod profile;
pub mod property;
mod publish;
pub mod request;
mod serial;
pub mod service;
pub mod state;
pub mod stick;
pub mod table;
pub mod tolerant;
pub mod topic;
pub mod topo;
mod wire;

pub use cloud::GatewaySession;
pub use envelope::{Envelope, EnvelopeError, Exchange, IdSource, MAX_PAYLOAD};
pub use error_code::ErrorCode;
pub use event::DeviceEvent;
pub use gateway::DeviceSession;
pub use message::PayloadError;
pub use model::{ModelKey, PayloadIndex};
pub use profile::Profile;
pub use publish::{Publish, Qos};
pub use request::{DeviceRequest, RequestAnswer};
pub use serial::{SerialError, SerialNumber};
pub use service::Service;
pub use topic::{Topic, TopicError, TopicKind};
pub use topo::Topology;
pub use wire::Waypoint;
