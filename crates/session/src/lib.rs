//! The sans-I/O toolkit: deadlines, request table, keep-alive, back-off.
//!
//! Every protocol room needs the same four small machines. They are written once here, take the
//! time as an argument and own no clock, so that a test runs hours of protocol in microseconds.
//! The crate opens no socket, spawns nothing and draws no random numbers of its own.
//!
//! ```text
//!  submit ──► RequestTable ──poll_start──► wire        one outstanding per key, the rest wait
//!                  ▲  └──────expire──────► timed out   Deadlines below it
//!                  └──complete── reply                 Matched, Late or Unsolicited
//!  KeepAlive: when to ping, when to give the peer up      Backoff: how long to wait before redialling
//! ```
//!
//! ```
//! use core::time::Duration;
//! use skyhelm_session::{Completion, RequestTable};
//! use skyhelm_units::Mono;
//!
//! let mut table = RequestTable::new(4, Duration::from_secs(10));
//! table.submit("goto", 1, Duration::from_secs(5)).unwrap();
//! assert_eq!(table.poll_start(Mono::ZERO), Some((&"goto", &1)));
//! let later = Mono::ZERO + Duration::from_secs(1);
//! assert_eq!(table.complete(later, &"goto"), Completion::Matched { value: 1, suspect: false });
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod backoff;
mod deadlines;
mod keep_alive;
mod request_table;

pub use backoff::Backoff;
pub use deadlines::Deadlines;
pub use keep_alive::{KeepAlive, KeepAliveAction};
pub use request_table::{Completion, QueueFull, RequestTable};
