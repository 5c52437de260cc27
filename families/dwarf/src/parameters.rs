//! What the vendor's parameter configuration offers (API 2.0 §3.4), by names people know.

use skyhelm_device::state::{Choice, Parameter, ParameterRange};
use skyhelm_device::{DeviceError, ErrorKind, ParameterValue};
use skyhelm_dwarf_proto::http::{GearMode, SupportedParam};
use skyhelm_dwarf_proto::params::{Isp, feature_id, param_id};
use skyhelm_dwarf_proto::v2::CommonParam;

use crate::known::choice;

/// How a camera's parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Kelvin, in steps.
    WhiteBalance,
    /// A kind of light.
    Scene,
    /// A number mapped to the image processor's own.
    Isp(Isp),
    /// A number as it is.
    PreviewQuality,
}

struct Spec {
    id: i32,
    name: &'static str,
    title: &'static str,
    unit: Option<&'static str>,
    kind: Kind,
}

const fn spec(id: i32, name: &'static str, title: &'static str, kind: Kind) -> Spec {
    Spec {
        id,
        name,
        title,
        unit: None,
        kind,
    }
}

/// Of cameras, in the order a person wants to see them. Exposure, gain and filter have places of
/// their own.
const CAMERA: &[Spec] = &[
    Spec {
        unit: Some("K"),
        ..spec(
            param_id::WHITE_BALANCE,
            "white_balance",
            "White balance",
            Kind::WhiteBalance,
        )
    },
    spec(
        param_id::WHITE_BALANCE,
        "light_source",
        "Light source",
        Kind::Scene,
    ),
    spec(
        param_id::BRIGHTNESS,
        "brightness",
        "Brightness",
        Kind::Isp(Isp::Brightness),
    ),
    spec(
        param_id::CONTRAST,
        "contrast",
        "Contrast",
        Kind::Isp(Isp::Contrast),
    ),
    spec(
        param_id::SATURATION,
        "saturation",
        "Saturation",
        Kind::Isp(Isp::Saturation),
    ),
    spec(param_id::HUE, "hue", "Hue", Kind::Isp(Isp::Hue)),
    spec(
        param_id::SHARPNESS,
        "sharpness",
        "Sharpness",
        Kind::Isp(Isp::Sharpness),
    ),
    spec(
        param_id::PREVIEW_QUALITY,
        "preview_quality",
        "Quality of the live picture",
        Kind::PreviewQuality,
    ),
];

/// Of the stacker: features, as the vendor calls them.
const STACKER: &[(i32, &str, &str)] = &[
    (feature_id::ASTRO_COUNT, "subs", "Subs to take"),
    (feature_id::ASTRO_BINNING, "binning", "Size of the subs"),
    (feature_id::ASTRO_FORMAT, "format", "File format"),
    (feature_id::ASTRO_DISPLAY, "display", "Shown while stacking"),
    (feature_id::AI_ENHANCE, "enhancement", "Enhancement"),
];

/// `CommonParam.mode_index` of a scene, and of a continuous value.
const SCENE: i32 = 2;
const CONTINUOUS: i32 = 1;

/// What a camera offers.
pub(crate) fn of_camera(supported: &[SupportedParam]) -> Vec<Parameter> {
    CAMERA
        .iter()
        .filter_map(|spec| {
            let param = supported.iter().find(|param| param.id == spec.id)?;
            let gears = match spec.kind {
                Kind::Scene => param.scene_mode.as_ref(),
                _ => param.gear_mode.as_ref(),
            };
            let mut parameter = offered(param, gears)?;
            spec.name.clone_into(&mut parameter.name);
            spec.title.clone_into(&mut parameter.title);
            parameter.unit = spec.unit.map(str::to_owned);
            Some(parameter)
        })
        .collect()
}

/// Adds the quality of the live picture, unless it is there (API 2.0 §4.7.43: 0 to 100).
pub(crate) fn add_preview_quality(parameters: &mut Vec<Parameter>) {
    let quality = CAMERA.iter().find(|spec| spec.kind == Kind::PreviewQuality);
    let Some(spec) = quality else { return };
    if parameters.iter().any(|p| p.name == spec.name) {
        return;
    }
    parameters.push(Parameter {
        name: spec.name.to_owned(),
        title: spec.title.to_owned(),
        range: Some(ParameterRange {
            min: 0.0,
            max: 100.0,
            step: 1.0,
            default: None,
        }),
        ..Parameter::default()
    });
}

/// What the stacker offers.
pub(crate) fn of_stacker(supported: &[SupportedParam]) -> Vec<Parameter> {
    STACKER
        .iter()
        .filter_map(|(id, name, title)| {
            let param = supported.iter().find(|param| param.id == *id)?;
            let mut parameter = offered(param, param.gear_mode.as_ref())?;
            (*name).clone_into(&mut parameter.name);
            (*title).clone_into(&mut parameter.title);
            Some(parameter)
        })
        .collect()
}

fn offered(param: &SupportedParam, gears: Option<&GearMode>) -> Option<Parameter> {
    let choices: Vec<Choice> = gears
        .map(|gears| {
            let gears = gears.values.iter();
            gears.map(|gear| choice(gear.index, &gear.name)).collect()
        })
        .unwrap_or_default();
    let range = param.continue_mode.as_ref().and_then(|mode| {
        Some(ParameterRange {
            min: mode.min? as f64,
            max: mode.max? as f64,
            step: mode.step.filter(|step| *step > 0).unwrap_or(1) as f64,
            default: mode.default_value.map(|value| value as f64),
        })
    });
    // Where both are offered a menu is what the vendor's own app shows.
    let range = range.filter(|_| choices.is_empty());
    (range.is_some() || !choices.is_empty()).then_some(Parameter {
        has_auto: param.has_auto,
        choices,
        range,
        ..Parameter::default()
    })
}

/// The name and kind of a camera's parameter.
///
/// # Errors
/// [`ErrorKind::NotFound`] when no camera has it.
pub(crate) fn camera_kind(name: &str) -> Result<(&'static str, Kind), DeviceError> {
    let found = CAMERA.iter().find(|spec| spec.name == name);
    found
        .map(|spec| (spec.name, spec.kind))
        .ok_or_else(|| unknown(name))
}

/// The name and number of a stacker's parameter.
///
/// # Errors
/// [`ErrorKind::NotFound`] when it has none of that name.
pub(crate) fn stacker_id(name: &str) -> Result<(&'static str, i32), DeviceError> {
    let found = STACKER.iter().find(|(_, known, _)| *known == name);
    found
        .map(|(id, name, _)| (*name, *id))
        .ok_or_else(|| unknown(name))
}

pub(crate) fn unknown(name: &str) -> DeviceError {
    let message = format!("There is no setting called {name}.");
    DeviceError::new(ErrorKind::NotFound, message)
}

/// Whether a parameter can be set to a value.
///
/// # Errors
/// [`ErrorKind::Invalid`], naming what it can be set to.
pub(crate) fn check(offered: &Parameter, value: ParameterValue) -> Result<(), DeviceError> {
    let fits = match value {
        ParameterValue::Auto => offered.has_auto,
        ParameterValue::Choice(index) => offered.choices.iter().any(|c| c.index == index),
        ParameterValue::Number(number) => offered.range.is_some_and(|range| range.contains(number)),
    };
    if fits {
        Ok(())
    } else {
        Err(wrong_kind(offered))
    }
}

pub(crate) fn wrong_kind(offered: &Parameter) -> DeviceError {
    let what = match offered.range {
        Some(range) => format!("a number from {} to {}", range.min, range.max),
        None => String::from("one of its choices"),
    };
    let message = format!("{} can be set to {what}.", offered.title);
    DeviceError::new(ErrorKind::Invalid, message)
}

/// A camera tells what one of its parameters is set to (API 2.0 §4.16.20).
pub(crate) fn camera_echo(parameters: &mut [Parameter], echo: &CommonParam) {
    for spec in CAMERA.iter().filter(|spec| spec.id == echo.id) {
        let found = parameters.iter_mut().find(|p| p.name == spec.name);
        let Some(parameter) = found else { continue };
        let is_scene = spec.kind == Kind::Scene;
        let meant = parameter.range.is_some() || (echo.mode_index == SCENE) == is_scene;
        tell(parameter, echo, meant);
    }
}

/// The stacker tells what one of its features is set to.
pub(crate) fn stacker_echo(parameters: &mut [Parameter], echo: &CommonParam) {
    let name = STACKER.iter().find(|(id, ..)| *id == echo.id);
    let found = name.and_then(|(_, name, _)| parameters.iter_mut().find(|p| p.name == *name));
    if let Some(parameter) = found {
        tell(parameter, echo, true);
    }
}

fn tell(parameter: &mut Parameter, echo: &CommonParam, meant: bool) {
    // 0 automatic, 1 manual; what has no automatic mode tells 0 as well.
    parameter.auto = parameter.has_auto && echo.auto_mode == 0;
    parameter.index = None;
    parameter.value = None;
    if !meant || parameter.auto {
        return;
    }
    if parameter.range.is_some() {
        parameter.value = Some(echo.continue_value).filter(|value| value.is_finite());
    } else {
        parameter.index = Some(echo.index);
    }
}

/// The telescope took a value, which it also echoes on most firmware.
pub(crate) fn take(parameters: &mut [Parameter], name: &str, value: ParameterValue) {
    let white = ["white_balance", "light_source"];
    for parameter in parameters.iter_mut() {
        let is_it = parameter.name == name;
        // Both are one parameter on the wire.
        let is_of_it = white.contains(&name) && white.contains(&&*parameter.name);
        if !is_it && !is_of_it {
            continue;
        }
        parameter.auto = value == ParameterValue::Auto;
        parameter.index = None;
        parameter.value = None;
        match value {
            ParameterValue::Choice(index) if is_it => parameter.index = Some(index),
            ParameterValue::Number(number) if is_it => parameter.value = Some(number),
            _ => {}
        }
    }
}

/// A feature's value as it travels.
pub(crate) fn feature(id: i32, value: ParameterValue) -> CommonParam {
    let (mode_index, index, continue_value) = match value {
        ParameterValue::Number(number) => (CONTINUOUS, 0, number),
        ParameterValue::Choice(index) => (0, index, 0.0),
        ParameterValue::Auto => (0, 0, 0.0),
    };
    CommonParam {
        has_auto: false,
        auto_mode: i32::from(value != ParameterValue::Auto),
        id,
        mode_index,
        index,
        continue_value,
    }
}
