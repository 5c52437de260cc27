//! Setting what a camera offers beside exposure, gain and filter (API 2.0 §4.7.27 to §4.7.43, §4.9.19
//! to §4.9.25).

use skyhelm_device::state::Parameter;
use skyhelm_device::{DeviceError, Lens, ParameterValue};
use skyhelm_dwarf_proto::params::{self, Isp, IspMapping};
use skyhelm_dwarf_proto::{cmd, v2};

use super::super::{Change, Effect, Send, request};
use crate::parameters::{self, Kind};

/// The requests that set a parameter.
///
/// # Errors
/// When the parameter cannot be set to that.
pub(super) fn set(
    lens: Lens,
    offered: &Parameter,
    value: ParameterValue,
) -> Result<Vec<Send>, DeviceError> {
    parameters::check(offered, value)?;
    let (name, kind) = parameters::camera_kind(&offered.name)?;
    let set = Effect::Set(Change::Parameter(lens, name, value));
    let sends = match (kind, value) {
        (Kind::WhiteBalance | Kind::Scene, ParameterValue::Auto) => {
            vec![white_balance_mode(lens, 0).effect(set)]
        }
        (Kind::WhiteBalance, ParameterValue::Choice(index)) => {
            let number = match lens {
                Lens::Tele => cmd::TELE_SET_WB_TEMPERATURE,
                Lens::Wide => cmd::WIDE_SET_WB_TEMPERATURE,
            };
            let send = request(number, &v2::ReqSetWbct { index }).effect(set);
            vec![white_balance_mode(lens, 1), send]
        }
        (Kind::Scene, ParameterValue::Choice(value)) => {
            let number = match lens {
                Lens::Tele => cmd::TELE_SET_WB_SCENE,
                Lens::Wide => cmd::WIDE_SET_WB_SCENE,
            };
            let send = request(number, &v2::ReqSetWbSence { value }).effect(set);
            vec![white_balance_mode(lens, 1), send]
        }
        (Kind::Isp(setting), ParameterValue::Number(shown)) => {
            vec![isp(lens, setting, shown).effect(set)]
        }
        (Kind::PreviewQuality, ParameterValue::Number(quality)) => {
            let message = v2::ReqSetJpgQuality {
                quality: quality.round() as i32,
            };
            vec![request(cmd::TELE_SET_JPG_QUALITY, &message).effect(set)]
        }
        _ => return Err(parameters::wrong_kind(offered)),
    };
    Ok(sends)
}

/// 0 automatic, 1 manual.
fn white_balance_mode(lens: Lens, mode: i32) -> Send {
    let number = match lens {
        Lens::Tele => cmd::TELE_SET_WB_MODE,
        Lens::Wide => cmd::WIDE_SET_WB_MODE,
    };
    request(number, &v2::ReqSetWbMode { mode })
}

/// What a person sees is not what travels.
fn isp(lens: Lens, setting: Isp, shown: f64) -> Send {
    let camera = match lens {
        Lens::Tele => params::Camera::Tele,
        Lens::Wide => params::Camera::Wide,
    };
    let value = IspMapping::of(camera, setting).to_device(shown.round() as i32);
    let number = match (lens, setting) {
        (Lens::Tele, Isp::Brightness) => cmd::TELE_SET_BRIGHTNESS,
        (Lens::Tele, Isp::Contrast) => cmd::TELE_SET_CONTRAST,
        (Lens::Tele, Isp::Saturation) => cmd::TELE_SET_SATURATION,
        (Lens::Tele, Isp::Hue) => cmd::TELE_SET_HUE,
        (Lens::Tele, Isp::Sharpness) => cmd::TELE_SET_SHARPNESS,
        (Lens::Wide, Isp::Brightness) => cmd::WIDE_SET_BRIGHTNESS,
        (Lens::Wide, Isp::Contrast) => cmd::WIDE_SET_CONTRAST,
        (Lens::Wide, Isp::Saturation) => cmd::WIDE_SET_SATURATION,
        (Lens::Wide, Isp::Hue) => cmd::WIDE_SET_HUE,
        (Lens::Wide, Isp::Sharpness) => cmd::WIDE_SET_SHARPNESS,
    };
    // All five messages have one field of one number and type.
    request(number, &v2::ReqSetBrightness { value })
}
