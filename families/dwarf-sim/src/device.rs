//! What the device knows and is: one [`Core`] shared by the session, the jobs and the live pictures.
//!
//! The state stands behind one lock that is never held across a wait; each job is a task of its own
//! that takes the lock for as long as it needs to read or change a thing.

mod battery;
pub(crate) mod camera;
mod core;
mod darks;
mod faults;
mod features;
mod focuser;
mod menu;
mod outbox;
mod picture;
mod shooting;
mod stacking;
mod state;
mod weather;

pub(crate) use battery::Battery;
pub(crate) use camera::{Camera, CameraId};
pub(crate) use core::{Core, CoreParts};
pub(crate) use darks::DarkJob;
pub(crate) use faults::Faults;
pub(crate) use features::Features;
pub(crate) use focuser::{Focuser, INFINITY, TELLS_EVERY, Toward};
pub(crate) use outbox::{Farewell, Saying};
pub(crate) use picture::Picture;
pub(crate) use shooting::{Shooting, Told};
pub(crate) use stacking::StackSlot;
pub(crate) use state::{Activity, FIRST_PASSWORD, Lights, State, Target};
pub(crate) use weather::Weather;
