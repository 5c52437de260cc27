//! Module 10: panoramas.

use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::numbers::Function;

use super::{Row, message};
use crate::device::CameraId::Tele;
use crate::job;

pub(super) const ROWS: &[Row] = &[
    (cmd::PANORAMA_START_GRID, |core, r| {
        job::panorama::start(core, message(r)?)
    }),
    (cmd::PANORAMA_STOP, |core, _| {
        Ok(job::shooting::stop(core, Tele, Function::Panorama))
    }),
];
