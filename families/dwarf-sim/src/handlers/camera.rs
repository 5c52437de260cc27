//! Modules 1 and 2: the tele and the wide camera.

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::v2::{
    ComResWithDouble, ComResWithInt, CommonParam, OperationState, ReqSetAllParams,
    ReqSetBrightness, ReqSetExp, ReqSetExpMode, ReqSetFeatureParams, ResGetAllFeatureParams,
    ResGetAllParams, ResNotifyParam,
};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row, message, picture_matching, state_dump};
use crate::device::CameraId::{self, Tele, Wide};
use crate::device::{Camera, Core, camera};
use crate::job;

/// Function number of opening and closing a camera (API 2.0 §4.16.21.1).
const OPEN_CLOSE: u32 = 1;

pub(super) const ROWS: &[Row] = &[
    (cmd::TELE_OPEN_CAMERA, |core, _| open(core, Tele)),
    (cmd::WIDE_OPEN_CAMERA, |core, _| open(core, Wide)),
    (cmd::TELE_CLOSE_CAMERA, |core, _| close(core, Tele)),
    (cmd::WIDE_CLOSE_CAMERA, |core, _| close(core, Wide)),
    (cmd::TELE_PHOTOGRAPH, |core, _| {
        job::photo::start(core, Tele, false)
    }),
    (cmd::WIDE_PHOTOGRAPH, |core, _| {
        job::photo::start(core, Wide, false)
    }),
    (cmd::TELE_PHOTO_RAW, |core, _| {
        job::photo::start(core, Tele, true)
    }),
    (cmd::TELE_SET_EXPOSURE_MODE, |core, r| {
        set_mode(core, r, Tele, camera::EXPOSURE)
    }),
    (cmd::WIDE_SET_EXPOSURE_MODE, |core, r| {
        set_mode(core, r, Wide, camera::EXPOSURE)
    }),
    (cmd::TELE_GET_EXPOSURE_MODE, |core, _| {
        mode(core, Tele, camera::EXPOSURE)
    }),
    (cmd::WIDE_GET_EXPOSURE_MODE, |core, _| {
        mode(core, Wide, camera::EXPOSURE)
    }),
    (cmd::TELE_SET_EXPOSURE, |core, r| {
        set_gear(core, r, Tele, camera::EXPOSURE)
    }),
    (cmd::WIDE_SET_EXPOSURE, |core, r| {
        set_gear(core, r, Wide, camera::EXPOSURE)
    }),
    (cmd::TELE_GET_EXPOSURE, |core, _| exposure(core, Tele)),
    (cmd::WIDE_GET_EXPOSURE, |core, _| exposure(core, Wide)),
    (cmd::TELE_SET_GAIN_MODE, |core, r| {
        set_mode(core, r, Tele, camera::GAIN)
    }),
    (cmd::TELE_GET_GAIN_MODE, |core, _| {
        mode(core, Tele, camera::GAIN)
    }),
    (cmd::TELE_SET_GAIN, |core, r| {
        set_gear(core, r, Tele, camera::GAIN)
    }),
    (cmd::WIDE_SET_GAIN, |core, r| {
        set_gear(core, r, Wide, camera::GAIN)
    }),
    (cmd::TELE_GET_GAIN, |core, _| gear(core, Tele, camera::GAIN)),
    (cmd::WIDE_GET_GAIN, |core, _| gear(core, Wide, camera::GAIN)),
    (cmd::TELE_SET_FILTER, |core, r| {
        set_gear(core, r, Tele, camera::FILTER)
    }),
    (cmd::TELE_GET_FILTER, |core, _| {
        gear(core, Tele, camera::FILTER)
    }),
    (cmd::TELE_SET_BRIGHTNESS, |core, r| {
        set_shown(core, r, Tele, camera::BRIGHTNESS)
    }),
    (cmd::WIDE_SET_BRIGHTNESS, |core, r| {
        set_shown(core, r, Wide, camera::BRIGHTNESS)
    }),
    (cmd::TELE_SET_CONTRAST, |core, r| {
        set_shown(core, r, Tele, camera::CONTRAST)
    }),
    (cmd::WIDE_SET_CONTRAST, |core, r| {
        set_shown(core, r, Wide, camera::CONTRAST)
    }),
    (cmd::TELE_SET_SATURATION, |core, r| {
        set_shown(core, r, Tele, camera::SATURATION)
    }),
    (cmd::WIDE_SET_SATURATION, |core, r| {
        set_shown(core, r, Wide, camera::SATURATION)
    }),
    (cmd::TELE_GET_BRIGHTNESS, |core, _| {
        shown(core, Tele, camera::BRIGHTNESS)
    }),
    (cmd::WIDE_GET_BRIGHTNESS, |core, _| {
        shown(core, Wide, camera::BRIGHTNESS)
    }),
    (cmd::TELE_GET_CONTRAST, |core, _| {
        shown(core, Tele, camera::CONTRAST)
    }),
    (cmd::WIDE_GET_CONTRAST, |core, _| {
        shown(core, Wide, camera::CONTRAST)
    }),
    (cmd::TELE_GET_SATURATION, |core, _| {
        shown(core, Tele, camera::SATURATION)
    }),
    (cmd::WIDE_GET_SATURATION, |core, _| {
        shown(core, Wide, camera::SATURATION)
    }),
    (cmd::TELE_SET_JPG_QUALITY, |core, r| {
        set_shown(core, r, Tele, camera::PREVIEW_QUALITY)
    }),
    (cmd::TELE_SET_ALL_PARAMS, |core, r| set_all(core, r, Tele)),
    (cmd::WIDE_SET_ALL_PARAMS, |core, r| set_all(core, r, Wide)),
    (cmd::TELE_GET_ALL_PARAMS, |core, _| all(core, Tele)),
    (cmd::WIDE_GET_ALL_PARAMS, |core, _| all(core, Wide)),
    (cmd::TELE_SET_FEATURE_PARAM, set_feature),
    (cmd::TELE_GET_ALL_FEATURE_PARAMS, all_features),
];

/// The code for a camera that is closed.
pub(crate) const fn closed(camera: CameraId) -> Code {
    match camera {
        Tele => Code::CAMERA_TELE_CLOSED,
        Wide => Code::CAMERA_WIDE_CLOSED,
    }
}

fn open(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    core.state().camera_mut(id).is_open = true;
    core.notify_function(id, OPEN_CLOSE, OperationState::Running);
    state_dump::stream_type(core, id);
    picture_matching(core);
    Ok(Answer::Done)
}

fn close(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    let mut state = core.state();
    if state.stack(id).is_running() {
        return Err(busy(id));
    }
    state.camera_mut(id).is_open = false;
    drop(state);
    core.notify_function(id, OPEN_CLOSE, OperationState::Idle);
    Ok(Answer::Done)
}

/// The code for a camera that is at work; the wide one has none of its own, so it borrows (API 2.0
/// §4.10.11 does too).
pub(crate) const fn busy(_camera: CameraId) -> Code {
    Code::CAMERA_TELE_RUNNING_PANORAMA
}

/// Changes a parameter of an open camera and echoes it.
fn change(
    core: &Arc<Core>,
    id: CameraId,
    set: impl FnOnce(&mut Camera) -> Option<CommonParam>,
) -> Result<Answer, Code> {
    let mut state = core.state();
    let camera = state.camera_mut(id);
    if !camera.is_open {
        return Err(closed(id));
    }
    let param = set(camera).ok_or(Code::INVALID_PARAM)?;
    drop(state);
    core.echo(id, vec![param]);
    Ok(Answer::Done)
}

/// Reads a parameter of an open camera; it is echoed too, because clients that follow the document
/// look for the value there.
fn read<T>(
    core: &Arc<Core>,
    id: CameraId,
    param: i32,
    value: impl FnOnce(&Camera, CommonParam) -> T,
) -> Result<T, Code> {
    let state = core.state();
    let camera = state.camera(id);
    if !camera.is_open {
        return Err(closed(id));
    }
    let param = camera.param(param);
    let value = value(camera, param);
    drop(state);
    core.echo(id, vec![param]);
    Ok(value)
}

fn set_mode(core: &Arc<Core>, request: &Command, id: CameraId, param: i32) -> Result<Answer, Code> {
    let mode = message::<ReqSetExpMode>(request)?.mode;
    change(core, id, |camera| camera.set_mode(param, mode))
}

fn set_gear(core: &Arc<Core>, request: &Command, id: CameraId, param: i32) -> Result<Answer, Code> {
    let index = message::<ReqSetExp>(request)?.index;
    change(core, id, |camera| camera.set_gear(param, index))
}

/// Sets a value that travels on the image processor's scale and is shown on another.
fn set_shown(
    core: &Arc<Core>,
    request: &Command,
    id: CameraId,
    param: i32,
) -> Result<Answer, Code> {
    let wire = message::<ReqSetBrightness>(request)?.value;
    change(core, id, |lens| {
        lens.set_continuous(param, camera::shown_value(id, param, wire)?)
    })
}

fn mode(core: &Arc<Core>, id: CameraId, param: i32) -> Result<Answer, Code> {
    let value = read(core, id, param, |_, param| param.auto_mode)?;
    Answer::with(&ComResWithInt { value, code: 0 })
}

fn gear(core: &Arc<Core>, id: CameraId, param: i32) -> Result<Answer, Code> {
    let value = read(core, id, param, |_, param| param.index)?;
    Answer::with(&ComResWithInt { value, code: 0 })
}

fn shown(core: &Arc<Core>, id: CameraId, param: i32) -> Result<Answer, Code> {
    let value = read(core, id, param, |_, value| {
        camera::wire_value(id, param, value.continue_value)
    })?;
    Answer::with(&ComResWithInt { value, code: 0 })
}

fn exposure(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    let value = read(core, id, camera::EXPOSURE, |_, param| {
        f64::from(param.index)
    })?;
    Answer::with(&ComResWithDouble { value, code: 0 })
}

fn set_all(core: &Arc<Core>, request: &Command, id: CameraId) -> Result<Answer, Code> {
    let wanted: ReqSetAllParams = message(request)?;
    let mut state = core.state();
    let camera = state.camera_mut(id);
    if !camera.is_open {
        return Err(closed(id));
    }
    let params = camera.set_all(&wanted).ok_or(Code::INVALID_PARAM)?;
    drop(state);
    core.echo(id, params);
    Ok(Answer::Done)
}

fn all(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    let state = core.state();
    let is_open = state.camera(id).is_open;
    let message = ResGetAllParams {
        all_params: if is_open {
            state.camera(id).all_params()
        } else {
            Vec::new()
        },
        code: if is_open { 0 } else { core.wire(closed(id)) },
    };
    drop(state);
    Answer::with(&message)
}

fn set_feature(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted = message::<ReqSetFeatureParams>(request)?
        .param
        .ok_or(Code::INVALID_PARAM)?;
    let set = core
        .state()
        .features
        .set(wanted)
        .ok_or(Code::INVALID_PARAM)?;
    core.notify(
        cmd::NOTIFY_SET_FEATURE_PARAM,
        &ResNotifyParam { param: vec![set] },
    );
    Ok(Answer::Done)
}

fn all_features(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    let all_feature_params = core.state().features.all();
    Answer::with(&ResGetAllFeatureParams {
        all_feature_params,
        code: 0,
    })
}
