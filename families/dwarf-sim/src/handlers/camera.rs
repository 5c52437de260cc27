//! Modules 1 and 2: the tele and the wide camera.

use std::sync::Arc;

use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::{OperationState, ReqOpenCamera};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row, message, picture_matching, state_dump};
use crate::device::CameraId::{self, Tele, Wide};
use crate::device::Core;
use crate::job;

pub(super) const ROWS: &[Row] = &[
    (cmd::TELE_OPEN_CAMERA, |core, r| {
        let wanted: ReqOpenCamera = message(r)?;
        open(core, Tele, wanted.binning)
    }),
    // The wide camera has one size (API 2.0 §4.9.3).
    (cmd::WIDE_OPEN_CAMERA, |core, _| open(core, Wide, false)),
    (cmd::TELE_CLOSE_CAMERA, |core, _| close(core, Tele)),
    (cmd::WIDE_CLOSE_CAMERA, |core, _| close(core, Wide)),
    (cmd::TELE_PHOTOGRAPH, |core, _| {
        job::photo::start(core, Tele, false)
    }),
    (cmd::WIDE_PHOTOGRAPH, |core, _| {
        job::photo::start(core, Wide, false)
    }),
    (cmd::TELE_BURST, |core, _| job::burst::start(core, Tele)),
    (cmd::WIDE_BURST, |core, _| job::burst::start(core, Wide)),
    (cmd::TELE_STOP_BURST, |core, _| {
        Ok(job::shooting::stop(core, Tele, Function::Burst))
    }),
    (cmd::WIDE_STOP_BURST, |core, _| {
        Ok(job::shooting::stop(core, Wide, Function::Burst))
    }),
    (cmd::TELE_PHOTO_RAW, |core, _| {
        job::photo::start(core, Tele, true)
    }),
];

/// The code for a camera that is closed.
pub(crate) const fn closed(camera: CameraId) -> Code {
    match camera {
        Tele => Code::CAMERA_TELE_CLOSED,
        Wide => Code::CAMERA_WIDE_CLOSED,
    }
}

fn open(core: &Arc<Core>, id: CameraId, is_halved: bool) -> Result<Answer, Code> {
    {
        let mut state = core.state();
        let camera = state.camera_mut(id);
        camera.is_open = true;
        camera.is_halved = is_halved;
    }
    core.notify_function(id, Function::OpenClose, OperationState::Running);
    state_dump::stream_type(core, id);
    picture_matching(core);
    Ok(Answer::Done)
}

fn close(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    let mut state = core.state();
    state.is_free(id)?;
    state.camera_mut(id).is_open = false;
    drop(state);
    core.notify_function(id, Function::OpenClose, OperationState::Idle);
    Ok(Answer::Done)
}
