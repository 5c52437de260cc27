//! Modules 1 and 2: the parameters of both cameras, one line each.

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::v2::{
    ComResWithDouble, ComResWithInt, CommonParam, ReqSetAllParams, ReqSetBrightness, ReqSetExp,
    ReqSetExpMode, ReqSetFeatureParams, ResGetAllFeatureParams, ResGetAllParams, ResNotifyParam,
};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row, camera::closed, message};
use crate::device::CameraId::{self, Tele, Wide};
use crate::device::camera::{
    self, BRIGHTNESS, CONTRAST, EXPOSURE, FILTER, GAIN, HUE, PREVIEW_QUALITY, SATURATION,
    SHARPNESS, WHITE_BALANCE,
};
use crate::device::{Camera, Core};

/// What a command does with a parameter.
#[derive(Clone, Copy, Debug)]
enum Deed {
    SetMode,
    Mode,
    SetGear,
    Gear,
    /// As [`Deed::Gear`], answered as a fraction (API 2.0 §4.7.20).
    GearAsFraction,
    SetScene,
    Scene,
    /// A value that travels on the image processor's scale and is shown on another.
    SetShown,
    Shown,
}
use Deed::{Gear, GearAsFraction, Mode, Scene, SetGear, SetMode, SetScene, SetShown, Shown};

/// A command, whose parameter it is, and what it does with it.
type ParamRow = (u32, CameraId, i32, Deed);

const PARAM_ROWS: [ParamRow; 47] = [
    (cmd::TELE_SET_EXPOSURE_MODE, Tele, EXPOSURE, SetMode),
    (cmd::WIDE_SET_EXPOSURE_MODE, Wide, EXPOSURE, SetMode),
    (cmd::TELE_GET_EXPOSURE_MODE, Tele, EXPOSURE, Mode),
    (cmd::WIDE_GET_EXPOSURE_MODE, Wide, EXPOSURE, Mode),
    (cmd::TELE_SET_EXPOSURE, Tele, EXPOSURE, SetGear),
    (cmd::WIDE_SET_EXPOSURE, Wide, EXPOSURE, SetGear),
    (cmd::TELE_GET_EXPOSURE, Tele, EXPOSURE, GearAsFraction),
    (cmd::WIDE_GET_EXPOSURE, Wide, EXPOSURE, GearAsFraction),
    (cmd::TELE_SET_GAIN_MODE, Tele, GAIN, SetMode),
    (cmd::TELE_GET_GAIN_MODE, Tele, GAIN, Mode),
    (cmd::TELE_SET_GAIN, Tele, GAIN, SetGear),
    (cmd::WIDE_SET_GAIN, Wide, GAIN, SetGear),
    (cmd::TELE_GET_GAIN, Tele, GAIN, Gear),
    (cmd::WIDE_GET_GAIN, Wide, GAIN, Gear),
    (cmd::TELE_SET_FILTER, Tele, FILTER, SetGear),
    (cmd::TELE_GET_FILTER, Tele, FILTER, Gear),
    (cmd::TELE_SET_WB_MODE, Tele, WHITE_BALANCE, SetMode),
    (cmd::WIDE_SET_WB_MODE, Wide, WHITE_BALANCE, SetMode),
    (cmd::TELE_GET_WB_MODE, Tele, WHITE_BALANCE, Mode),
    (cmd::WIDE_GET_WB_MODE, Wide, WHITE_BALANCE, Mode),
    (cmd::TELE_SET_WB_TEMPERATURE, Tele, WHITE_BALANCE, SetGear),
    (cmd::WIDE_SET_WB_TEMPERATURE, Wide, WHITE_BALANCE, SetGear),
    (cmd::TELE_GET_WB_TEMPERATURE, Tele, WHITE_BALANCE, Gear),
    (cmd::WIDE_GET_WB_TEMPERATURE, Wide, WHITE_BALANCE, Gear),
    (cmd::TELE_SET_WB_SCENE, Tele, WHITE_BALANCE, SetScene),
    (cmd::TELE_GET_WB_SCENE, Tele, WHITE_BALANCE, Scene),
    (cmd::TELE_SET_BRIGHTNESS, Tele, BRIGHTNESS, SetShown),
    (cmd::WIDE_SET_BRIGHTNESS, Wide, BRIGHTNESS, SetShown),
    (cmd::TELE_GET_BRIGHTNESS, Tele, BRIGHTNESS, Shown),
    (cmd::WIDE_GET_BRIGHTNESS, Wide, BRIGHTNESS, Shown),
    (cmd::TELE_SET_CONTRAST, Tele, CONTRAST, SetShown),
    (cmd::WIDE_SET_CONTRAST, Wide, CONTRAST, SetShown),
    (cmd::TELE_GET_CONTRAST, Tele, CONTRAST, Shown),
    (cmd::WIDE_GET_CONTRAST, Wide, CONTRAST, Shown),
    (cmd::TELE_SET_HUE, Tele, HUE, SetShown),
    (cmd::WIDE_SET_HUE, Wide, HUE, SetShown),
    (cmd::TELE_GET_HUE, Tele, HUE, Shown),
    (cmd::WIDE_GET_HUE, Wide, HUE, Shown),
    (cmd::TELE_SET_SATURATION, Tele, SATURATION, SetShown),
    (cmd::WIDE_SET_SATURATION, Wide, SATURATION, SetShown),
    (cmd::TELE_GET_SATURATION, Tele, SATURATION, Shown),
    (cmd::WIDE_GET_SATURATION, Wide, SATURATION, Shown),
    (cmd::TELE_SET_SHARPNESS, Tele, SHARPNESS, SetShown),
    (cmd::WIDE_SET_SHARPNESS, Wide, SHARPNESS, SetShown),
    (cmd::TELE_GET_SHARPNESS, Tele, SHARPNESS, Shown),
    (cmd::WIDE_GET_SHARPNESS, Wide, SHARPNESS, Shown),
    (cmd::TELE_SET_JPG_QUALITY, Tele, PREVIEW_QUALITY, SetShown),
];

pub(super) const ROWS: &[Row] = &rows();

const fn rows() -> [Row; PARAM_ROWS.len() + 6] {
    let mut rows: [Row; PARAM_ROWS.len() + 6] = [(0, do_deed); PARAM_ROWS.len() + 6];
    let mut at = 0;
    while at < PARAM_ROWS.len() {
        rows[at].0 = PARAM_ROWS[at].0;
        at += 1;
    }
    rows[at] = (cmd::TELE_SET_ALL_PARAMS, |core, r| set_all(core, r, Tele));
    rows[at + 1] = (cmd::WIDE_SET_ALL_PARAMS, |core, r| set_all(core, r, Wide));
    rows[at + 2] = (cmd::TELE_GET_ALL_PARAMS, |core, _| all(core, Tele));
    rows[at + 3] = (cmd::WIDE_GET_ALL_PARAMS, |core, _| all(core, Wide));
    rows[at + 4] = (cmd::TELE_SET_FEATURE_PARAM, set_feature);
    rows[at + 5] = (cmd::TELE_GET_ALL_FEATURE_PARAMS, all_features);
    rows
}

fn do_deed(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let row = PARAM_ROWS.iter().find(|(row, ..)| *row == request.row.id);
    let &(_, id, param, deed) = row.ok_or(Code::PARSE_PROTOBUF_ERROR)?;
    let whole = |value| Answer::with(&ComResWithInt { value, code: 0 });
    match deed {
        SetMode => {
            let mode = message::<ReqSetExpMode>(request)?.mode;
            change(core, id, param, |lens| lens.set_mode(param, mode))
        }
        SetGear => {
            let index = message::<ReqSetExp>(request)?.index;
            change(core, id, param, |lens| lens.set_gear(param, index))
        }
        SetScene => {
            let scene = message::<ReqSetExp>(request)?.index;
            change(core, id, param, |lens| lens.set_scene(scene))
        }
        SetShown => {
            let wire = message::<ReqSetBrightness>(request)?.value;
            change(core, id, param, |lens| {
                lens.set_continuous(param, camera::shown_value(id, param, wire)?)
            })
        }
        Mode => whole(read(core, id, param, |lens| lens.param(param).auto_mode)?),
        Gear => whole(read(core, id, param, |lens| lens.gear(param))?),
        Scene => whole(read(core, id, param, Camera::scene)?),
        Shown => whole(read(core, id, param, |lens| {
            camera::wire_value(id, param, lens.param(param).continue_value)
        })?),
        GearAsFraction => Answer::with(&ComResWithDouble {
            value: f64::from(read(core, id, param, |lens| lens.gear(param))?),
            code: 0,
        }),
    }
}

/// The code for a value out of range: what the parameter's section lists, else the general one.
const fn refused(id: CameraId, param: i32) -> Code {
    match (param, id) {
        (FILTER | PREVIEW_QUALITY, _) => Code::INVALID_PARAM,
        (_, Tele) => Code::CAMERA_TELE_ISP_SET_FAILED,
        (_, Wide) => Code::CAMERA_WIDE_SET_ISP_FAILED,
    }
}

/// Changes a parameter of an open camera and echoes it.
fn change(
    core: &Arc<Core>,
    id: CameraId,
    param: i32,
    set: impl FnOnce(&mut Camera) -> Option<CommonParam>,
) -> Result<Answer, Code> {
    let mut state = core.state();
    let camera = state.camera_mut(id);
    if !camera.is_open {
        return Err(closed(id));
    }
    let set = set(camera).ok_or(refused(id, param))?;
    drop(state);
    core.echo(id, vec![set]);
    Ok(Answer::Done)
}

/// Reads a parameter of an open camera; it is echoed too, because clients that follow the document
/// look for the value there.
fn read<T>(
    core: &Arc<Core>,
    id: CameraId,
    param: i32,
    value: impl FnOnce(&Camera) -> T,
) -> Result<T, Code> {
    let state = core.state();
    let camera = state.camera(id);
    if !camera.is_open {
        return Err(closed(id));
    }
    let (value, param) = (value(camera), camera.param(param));
    drop(state);
    core.echo(id, vec![param]);
    Ok(value)
}

fn set_all(core: &Arc<Core>, request: &Command, id: CameraId) -> Result<Answer, Code> {
    let wanted: ReqSetAllParams = message(request)?;
    let mut state = core.state();
    let camera = state.camera_mut(id);
    if !camera.is_open {
        return Err(closed(id));
    }
    let params = camera.set_all(&wanted).ok_or(refused(id, EXPOSURE))?;
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
