//! Long commands: each is a task that tells how it stands and ends with the answer or notification the
//! protocol gives it.

pub(crate) mod autofocus;
pub(crate) mod burst;
pub(crate) mod calibration;
pub(crate) mod darks;
pub(crate) mod goto;
pub(crate) mod panorama;
pub(crate) mod photo;
pub(crate) mod shooting;
pub(crate) mod shutter;
pub(crate) mod stack;
