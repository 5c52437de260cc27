use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use skyhelm_dwarf_proto::params::{self, Isp, IspMapping};
use skyhelm_dwarf_proto::v2::{CommonParam, ReqSetAllParams};
use skyhelm_sim::sensor::{Filter, Gain};

/// One of the two cameras.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CameraId {
    Tele,
    Wide,
}

impl CameraId {
    pub(crate) const BOTH: [Self; 2] = [Self::Tele, Self::Wide];

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Tele => 0,
            Self::Wide => 1,
        }
    }

    /// As file names spell it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tele => "TELE",
            Self::Wide => "WIDE",
        }
    }
}

pub(crate) use skyhelm_dwarf_proto::params::param_id::{
    BRIGHTNESS, CONTRAST, EXPOSURE, FILTER, GAIN, HUE, PREVIEW_QUALITY, SATURATION, SHARPNESS,
    WHITE_BALANCE,
};

const GEAR: i32 = 0;
const CONTINUOUS: i32 = 1;
const SCENE: i32 = 2;
const MANUAL: i32 = 1;

/// The values a parameter may take, from the device's own configuration file.
#[derive(Clone, Debug)]
pub(crate) struct Menu {
    gears: Vec<(i32, String)>,
    scenes: Vec<i32>,
    range: Option<(f64, f64)>,
    modes: Vec<i32>,
    default: CommonParam,
}

impl Menu {
    /// The menus of a list of parameters, by parameter number.
    pub(crate) fn all(params: &Value) -> BTreeMap<i32, Self> {
        let list = params.as_array().map_or(&[][..], Vec::as_slice);
        list.iter()
            .filter_map(|param| Some((integer(&param["id"])?, Self::of(param))))
            .collect()
    }

    fn of(param: &Value) -> Self {
        let values = |mode: &str| {
            param[mode]["values"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        };
        let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
        let gears = values("gearMode")
            .iter()
            .filter_map(|value| Some((integer(&value["index"])?, name(value))))
            .collect();
        let continuous = &param["continueMode"];
        let limit = |end: &str| continuous[end].as_f64();
        let modes = param["supportMode"].as_array().cloned().unwrap_or_default();
        let auto = param["hasAuto"].as_bool().unwrap_or(false);
        let gear = integer(&param["gearMode"]["defaultValueIndex"]).unwrap_or(0);
        Self {
            gears,
            scenes: values("sceneMode")
                .iter()
                .filter_map(|value| integer(&value["index"]))
                .collect(),
            range: limit("min").zip(limit("max")),
            modes: modes
                .iter()
                .filter_map(|mode| integer(&mode["index"]))
                .collect(),
            default: CommonParam {
                has_auto: auto,
                auto_mode: integer(&param["autoMode"]).unwrap_or(MANUAL),
                id: 0,
                mode_index: integer(&param["defaultModeIndex"]).unwrap_or(GEAR),
                index: gear,
                continue_value: continuous["defaultValue"].as_f64().unwrap_or(0.0),
            },
        }
    }

    pub(crate) fn default_param(&self, id: i32) -> CommonParam {
        CommonParam { id, ..self.default }
    }

    pub(crate) fn allows(&self, param: &CommonParam) -> bool {
        self.modes.contains(&param.mode_index)
            && match param.mode_index {
                GEAR => self.gears.iter().any(|&(index, _)| index == param.index),
                SCENE => self.scenes.is_empty() || self.scenes.contains(&param.index),
                _ => self.range.is_some_and(|(low, high)| {
                    param.continue_value >= low && param.continue_value <= high
                }),
            }
    }

    fn gear_name(&self, index: i32) -> Option<&str> {
        self.gears
            .iter()
            .find(|(gear, _)| *gear == index)
            .map(|(_, name)| name.as_str())
    }
}

fn integer(value: &Value) -> Option<i32> {
    value.as_i64().and_then(|number| i32::try_from(number).ok())
}

/// How a picture is to be taken and shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) exposure: Duration,
    pub(crate) gain: Gain,
    pub(crate) filter: Filter,
    /// From -1 to 1.
    pub(crate) brightness: f32,
    /// From -1 to 1.
    pub(crate) contrast: f32,
    /// From -1 (grey) to 1.
    pub(crate) saturation: f32,
    pub(crate) quality: u8,
}

/// A camera: whether it is open, and its settings.
#[derive(Clone, Debug)]
pub(crate) struct Camera {
    pub(crate) is_open: bool,
    id: CameraId,
    params: BTreeMap<i32, CommonParam>,
    menus: BTreeMap<i32, Menu>,
    neutral_saturation: f64,
}

impl Camera {
    /// A closed camera with the defaults of the device's own configuration file.
    pub(crate) fn from_config(id: CameraId, config: &Value) -> Self {
        let camera = config["cameras"]
            .as_array()
            .and_then(|cameras| cameras.get(id.index()))
            .unwrap_or(&Value::Null);
        let mut menus = Menu::all(&camera["supportParams"]);
        // The file of a DWARF 3 leaves the preview quality out although the command exists.
        menus.entry(PREVIEW_QUALITY).or_insert_with(|| Menu {
            gears: Vec::new(),
            scenes: Vec::new(),
            range: Some((0.0, 100.0)),
            modes: vec![CONTINUOUS],
            default: CommonParam {
                auto_mode: MANUAL,
                mode_index: CONTINUOUS,
                continue_value: 60.0,
                ..CommonParam::default()
            },
        });
        let params: BTreeMap<i32, CommonParam> = menus
            .iter()
            .map(|(&id, menu)| (id, menu.default_param(id)))
            .collect();
        Self {
            is_open: false,
            id,
            neutral_saturation: params
                .get(&SATURATION)
                .map_or(0.0, |param| param.continue_value),
            params,
            menus,
        }
    }

    pub(crate) fn all_params(&self) -> Vec<CommonParam> {
        self.params.values().copied().collect()
    }

    pub(crate) fn param(&self, id: i32) -> CommonParam {
        self.params.get(&id).copied().unwrap_or_default()
    }

    /// Automatic (0) or manual (1); `None` for anything else.
    pub(crate) fn set_mode(&mut self, id: i32, mode: i32) -> Option<CommonParam> {
        let param = self.params.get_mut(&id)?;
        if !(0..=1).contains(&mode) {
            return None;
        }
        param.auto_mode = mode;
        Some(*param)
    }

    /// Chooses a gear; the parameter becomes manual.
    pub(crate) fn set_gear(&mut self, id: i32, index: i32) -> Option<CommonParam> {
        self.set(id, |param| {
            param.mode_index = GEAR;
            param.index = index;
        })
    }

    /// Chooses a scene of the white balance.
    pub(crate) fn set_scene(&mut self, index: i32) -> Option<CommonParam> {
        self.set(WHITE_BALANCE, |param| {
            param.mode_index = SCENE;
            param.index = index;
        })
    }

    /// Sets a continuous parameter, on the scale of the configuration file.
    pub(crate) fn set_continuous(&mut self, id: i32, value: f64) -> Option<CommonParam> {
        self.set(id, |param| {
            param.mode_index = CONTINUOUS;
            param.continue_value = value;
        })
    }

    /// Sets everything at once, or nothing when one value is not allowed.
    pub(crate) fn set_all(&mut self, all: &ReqSetAllParams) -> Option<Vec<CommonParam>> {
        let mut trial = self.clone();
        trial.set_gear(EXPOSURE, all.exp_index)?;
        trial.set_mode(EXPOSURE, all.exp_mode)?;
        trial.set_gear(GAIN, all.gain_index)?;
        trial.set_mode(GAIN, all.gain_mode)?;
        if trial.params.contains_key(&FILTER) {
            trial.set_gear(FILTER, all.ircut_value)?;
        }
        if all.wb_index_type == 1 {
            trial.set_scene(all.wb_index)?;
        } else {
            trial.set_gear(WHITE_BALANCE, all.wb_index)?;
        }
        trial.set_mode(WHITE_BALANCE, all.wb_mode)?;
        for (id, value) in [
            (BRIGHTNESS, all.brightness),
            (CONTRAST, all.contrast),
            (HUE, all.hue),
            (SATURATION, all.saturation),
            (SHARPNESS, all.sharpness),
            (PREVIEW_QUALITY, all.jpg_quality),
        ] {
            let shown = shown_value(self.id, id, value)?;
            trial.set_continuous(id, shown)?;
        }
        *self = trial;
        Some(self.all_params())
    }

    /// How the next picture is taken; `automatic` stands in for what is left to the camera.
    pub(crate) fn picture(&self, automatic: (Duration, Gain)) -> Picture {
        let exposure = self.param(EXPOSURE);
        let gain = self.param(GAIN);
        let part =
            |id: i32, neutral: f64| ((self.param(id).continue_value - neutral) / 100.0) as f32;
        let is_automatic = exposure.auto_mode != MANUAL;
        Picture {
            exposure: if is_automatic {
                automatic.0
            } else {
                self.exposure()
            },
            // Automatic exposure governs the gain too: a DWARF 3 has no automatic gain of its own.
            gain: if is_automatic || gain.auto_mode != MANUAL {
                automatic.1
            } else {
                self.gain()
            },
            filter: self.filter(),
            brightness: part(BRIGHTNESS, 0.0),
            contrast: part(CONTRAST, 0.0),
            saturation: part(SATURATION, self.neutral_saturation),
            quality: (self.param(PREVIEW_QUALITY).continue_value as u8).clamp(10, 95),
        }
    }

    /// The exposure chosen by hand.
    pub(crate) fn exposure(&self) -> Duration {
        Duration::from_secs_f64(seconds(self.gear_name(EXPOSURE)).unwrap_or(1.0 / 30.0))
    }

    /// The gain chosen by hand.
    pub(crate) fn gain(&self) -> Gain {
        Gain(self.gear_name(GAIN).parse().unwrap_or(0))
    }

    /// The filter in front of the sensor; the wide camera has only the visual one.
    pub(crate) fn filter(&self) -> Filter {
        match self.param(FILTER).index {
            1 => Filter::Astro,
            2 => Filter::Duo,
            _ => Filter::Vis,
        }
    }

    fn gear_name(&self, id: i32) -> &str {
        let index = self.param(id).index;
        self.menus
            .get(&id)
            .and_then(|menu| menu.gear_name(index))
            .unwrap_or_default()
    }

    fn set(&mut self, id: i32, change: impl FnOnce(&mut CommonParam)) -> Option<CommonParam> {
        let mut param = *self.params.get(&id)?;
        change(&mut param);
        param.auto_mode = MANUAL;
        if !self.menus.get(&id)?.allows(&param) {
            return None;
        }
        self.params.insert(id, param);
        Some(param)
    }
}

/// Seconds of an exposure as the menu spells it.
fn seconds(name: &str) -> Option<f64> {
    match name.split_once('/') {
        Some((over, under)) => Some(over.parse::<f64>().ok()? / under.parse::<f64>().ok()?),
        None => name.parse().ok(),
    }
}

fn mapping(camera: CameraId, id: i32) -> Option<IspMapping> {
    let setting = match id {
        BRIGHTNESS => Isp::Brightness,
        CONTRAST => Isp::Contrast,
        SATURATION => Isp::Saturation,
        HUE => Isp::Hue,
        SHARPNESS => Isp::Sharpness,
        _ => return None,
    };
    let camera = match camera {
        CameraId::Tele => params::Camera::Tele,
        CameraId::Wide => params::Camera::Wide,
    };
    Some(IspMapping::of(camera, setting))
}

/// What is shown for a value that came over the wire; `None` when it is out of range.
pub(crate) fn shown_value(camera: CameraId, id: i32, wire: i32) -> Option<f64> {
    let Some(mapping) = mapping(camera, id) else {
        return Some(f64::from(wire));
    };
    let (low, high) = mapping.device;
    (low..=high)
        .contains(&wire)
        .then(|| f64::from(mapping.to_shown(wire)))
}

/// What travels for a value as it is shown.
pub(crate) fn wire_value(camera: CameraId, id: i32, shown: f64) -> i32 {
    let shown = shown.round() as i32;
    mapping(camera, id).map_or(shown, |mapping| mapping.to_device(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposures_are_read_as_the_menu_spells_them() {
        assert_eq!(seconds("15"), Some(15.0));
        assert!((seconds("1/30").unwrap() - 1.0 / 30.0).abs() < 1e-12);
        assert_eq!(seconds(""), None);
    }
}
