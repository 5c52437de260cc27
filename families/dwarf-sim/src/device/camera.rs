use std::collections::BTreeMap;
use std::time::Duration;

use skyhelm_dwarf_proto::http::ParamsConfig;
use skyhelm_dwarf_proto::params::{self, Isp, IspMapping};
use skyhelm_dwarf_proto::v2::{CommonParam, ReqSetAllParams};
use skyhelm_imaging::look::Look;
use skyhelm_sim::sensor::{Filter, Gain};

use super::menu::{CONTINUOUS, GEAR, MANUAL, Menu, SCENE};
use super::picture::Picture;

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

/// A camera: whether it is open, and its settings.
#[derive(Clone, Debug)]
pub(crate) struct Camera {
    pub(crate) is_open: bool,
    /// Opened for half the width and height: photographs are of 1080 lines.
    pub(crate) is_halved: bool,
    id: CameraId,
    params: BTreeMap<i32, CommonParam>,
    menus: BTreeMap<i32, Menu>,
    /// What was chosen last by parameter and way: a scene does not make the kelvin forgotten.
    chosen: BTreeMap<(i32, i32), i32>,
}

impl Camera {
    /// A closed camera with the defaults of the device's own configuration file.
    pub(crate) fn from_config(id: CameraId, config: &ParamsConfig) -> Self {
        let camera = config.cameras.get(id.index());
        let params = camera.map_or(&[][..], |camera| &camera.support_params);
        let mut menus = Menu::all(params);
        // The file of a DWARF 3 leaves the preview quality out although the command exists.
        menus
            .entry(PREVIEW_QUALITY)
            .or_insert_with(|| Menu::between((0.0, 100.0), 60.0));
        let params: BTreeMap<i32, CommonParam> = menus
            .iter()
            .map(|(&id, menu)| (id, menu.default_param(id)))
            .collect();
        Self {
            is_open: false,
            is_halved: false,
            id,
            params,
            menus,
            chosen: BTreeMap::new(),
        }
    }

    pub(crate) fn all_params(&self) -> Vec<CommonParam> {
        self.params.values().copied().collect()
    }

    pub(crate) fn param(&self, id: i32) -> CommonParam {
        self.params.get(&id).copied().unwrap_or_default()
    }

    /// The step of a parameter that is in force, or was before a scene took its place.
    pub(crate) fn gear(&self, id: i32) -> i32 {
        self.chosen(id, GEAR)
    }

    /// The scene of the white balance, in the same sense.
    pub(crate) fn scene(&self) -> i32 {
        self.chosen(WHITE_BALANCE, SCENE)
    }

    fn chosen(&self, id: i32, way: i32) -> i32 {
        let menu = self.menus.get(&id);
        let default = menu.map_or(0, |menu| menu.default_index(way));
        self.chosen.get(&(id, way)).copied().unwrap_or(default)
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
            look: self.look(),
            is_halved: self.is_halved,
            quality: (self.param(PREVIEW_QUALITY).continue_value as u8).clamp(10, 95),
        }
    }

    fn look(&self) -> Look {
        let part = |id: i32| {
            let value = self.param(id).continue_value;
            self.menus
                .get(&id)
                .map_or(0.0, |menu| menu.deviation(value)) as f32
        };
        Look {
            brightness: part(BRIGHTNESS),
            contrast: part(CONTRAST),
            saturation: part(SATURATION),
            sharpness: part(SHARPNESS),
            hue_deg: self.param(HUE).continue_value as f32,
            light_kelvin: self.light_kelvin(),
        }
    }

    /// The light the white balance is set to by hand.
    fn light_kelvin(&self) -> Option<f32> {
        let param = self.param(WHITE_BALANCE);
        let menu = self.menus.get(&WHITE_BALANCE)?;
        if param.auto_mode != MANUAL {
            return None;
        }
        match param.mode_index {
            SCENE => menu.name(SCENE, param.index).map(scene_kelvin),
            _ => menu.gear_value(param.index).map(|kelvin| kelvin as f32),
        }
    }

    /// The name and value of a step of a parameter; `None` when there is no such step.
    pub(crate) fn step(&self, id: i32, index: i32) -> Option<(String, f64)> {
        let menu = self.menus.get(&id)?;
        let value = menu.gear_value(index)?;
        Some((menu.name(GEAR, index)?.to_owned(), value))
    }

    /// The exposure chosen by hand.
    pub(crate) fn exposure(&self) -> Duration {
        Duration::from_secs_f64(self.gear_value(EXPOSURE).unwrap_or(1.0 / 30.0))
    }

    /// The gain chosen by hand.
    pub(crate) fn gain(&self) -> Gain {
        Gain(self.gear_value(GAIN).unwrap_or(0.0) as u16)
    }

    /// The filter in front of the sensor; the wide camera has only the visual one.
    pub(crate) fn filter(&self) -> Filter {
        match self.param(FILTER).index {
            1 => Filter::Astro,
            2 => Filter::Duo,
            _ => Filter::Vis,
        }
    }

    fn gear_value(&self, id: i32) -> Option<f64> {
        self.menus.get(&id)?.gear_value(self.param(id).index)
    }

    fn set(&mut self, id: i32, change: impl FnOnce(&mut CommonParam)) -> Option<CommonParam> {
        let mut param = *self.params.get(&id)?;
        change(&mut param);
        param.auto_mode = MANUAL;
        if !self.menus.get(&id)?.allows(&param) {
            return None;
        }
        self.params.insert(id, param);
        self.chosen.insert((id, param.mode_index), param.index);
        Some(param)
    }
}

/// The light a scene of the white balance is for, as photographers count it.
fn scene_kelvin(scene: &str) -> f32 {
    match scene {
        "Incandescent" => 2_800.0,
        "Warm Fluorescent" => 3_400.0,
        "Fluorescent" => 4_200.0,
        "Cloudy" => 6_500.0,
        "Shadow" => 7_500.0,
        "Twilight" => 9_000.0,
        _ => 5_500.0,
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
