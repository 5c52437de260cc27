//! What the index numbers of exposure, gain, white balance and features stand for.
//!
//! The index is not contiguous, and the same index is another value on another camera: always look
//! it up by model, camera and parameter. The tables are the devices' own answers to
//! `/getDefaultParamsConfig` (DWARF II firmware 2.1.6, DWARF 3 firmware 1.0.18).
//!
//! ```
//! use skyhelm_dwarf_proto::params::{self, Camera};
//! use skyhelm_dwarf_proto::profile::Model;
//!
//! let exposures = params::exposure(Model::Dwarf3, Camera::Tele);
//! let index = exposures.nearest(15.0).unwrap().index;
//! assert_eq!(exposures.value(index), Some(15.0));
//! ```

use std::sync::LazyLock;

use crate::http::{ParamsConfig, SupportedParam};
use crate::profile::Model;

mod isp;
mod value;

pub use isp::{Isp, IspMapping};
pub use value::seconds_or_number;

/// One of the two cameras.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Camera {
    /// The telephoto camera, camera 0.
    Tele,
    /// The wide camera, camera 1.
    Wide,
}

impl Camera {
    /// Its number in configuration, stream and tracking messages.
    pub const fn id(self) -> i32 {
        match self {
            Self::Tele => 0,
            Self::Wide => 1,
        }
    }

    /// From its number.
    pub const fn from_id(id: i32) -> Option<Self> {
        match id {
            0 => Some(Self::Tele),
            1 => Some(Self::Wide),
            _ => None,
        }
    }
}

/// Numbers of camera parameters in `CommonParam.id`.
pub mod param_id {
    /// Exposure.
    pub const EXPOSURE: i32 = 0;
    /// Gain.
    pub const GAIN: i32 = 1;
    /// White balance.
    pub const WHITE_BALANCE: i32 = 2;
    /// Brightness.
    pub const BRIGHTNESS: i32 = 3;
    /// Contrast.
    pub const CONTRAST: i32 = 4;
    /// Hue.
    pub const HUE: i32 = 5;
    /// Saturation.
    pub const SATURATION: i32 = 6;
    /// Sharpness.
    pub const SHARPNESS: i32 = 7;
    /// Infrared cut or filter.
    pub const FILTER: i32 = 8;
    /// JPEG quality of the preview.
    pub const PREVIEW_QUALITY: i32 = 9;
}

/// Numbers of features in `CommonParam.id` of feature messages.
pub mod feature_id {
    /// Binning of stacks: 0 full size, 1 half.
    pub const ASTRO_BINNING: i32 = 0;
    /// Subs of a stack.
    pub const ASTRO_COUNT: i32 = 1;
    /// Format of subs: 0 FITS, 1 TIFF.
    pub const ASTRO_FORMAT: i32 = 2;
    /// Photos of a burst.
    pub const BURST_COUNT: i32 = 3;
    /// Interval of a time-lapse.
    pub const TIMELAPSE_INTERVAL: i32 = 4;
    /// Length of a time-lapse.
    pub const TIMELAPSE_TOTAL: i32 = 5;
    /// Rows of a panorama.
    pub const PANORAMA_ROWS: i32 = 6;
    /// Columns of a panorama.
    pub const PANORAMA_COLUMNS: i32 = 7;
    /// What a stack shows: 0 the stack, 1 the single sub.
    pub const ASTRO_DISPLAY: i32 = 8;
    /// Interval of a burst.
    pub const BURST_INTERVAL: i32 = 9;
    /// Telephoto video size.
    pub const TELE_VIDEO_SIZE: i32 = 10;
    /// Telephoto video rate.
    pub const TELE_VIDEO_RATE: i32 = 11;
    /// Wide video size.
    pub const WIDE_VIDEO_SIZE: i32 = 12;
    /// Wide video rate.
    pub const WIDE_VIDEO_RATE: i32 = 13;
    /// Enhancement of stacks.
    pub const AI_ENHANCE: i32 = 14;
}

/// One step of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The number on the wire.
    pub index: i32,
    /// As the device names it.
    pub name: String,
    /// Its value: seconds, gain, kelvin, or a count. `None` for a word.
    pub value: Option<f64>,
}

/// The steps of one parameter, in order of index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    steps: Vec<Step>,
    default_index: i32,
}

impl Steps {
    /// All of them.
    pub fn all(&self) -> &[Step] {
        &self.steps
    }

    /// The index the device starts with.
    pub fn default_index(&self) -> i32 {
        self.default_index
    }

    /// The step of an index; `None` when the device has no such index.
    pub fn step(&self, index: i32) -> Option<&Step> {
        self.steps.iter().find(|step| step.index == index)
    }

    /// The value of an index.
    pub fn value(&self, index: i32) -> Option<f64> {
        self.step(index)?.value
    }

    /// The step whose value is nearest by ratio, or by difference where a zero is involved.
    pub fn nearest(&self, wanted: f64) -> Option<&Step> {
        let distance = |step: &&Step| {
            step.value.map_or(f64::INFINITY, |value| {
                if value > 0.0 && wanted > 0.0 {
                    (value / wanted).ln().abs()
                } else {
                    1e3 + (value - wanted).abs()
                }
            })
        };
        self.steps
            .iter()
            .filter(|step| step.value.is_some_and(f64::is_finite))
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }

    fn of(param: &SupportedParam) -> Self {
        let Some(gears) = &param.gear_mode else {
            return Self::default();
        };
        let mut steps: Vec<Step> = gears
            .values
            .iter()
            .map(|gear| Step {
                index: gear.index,
                name: gear.name.clone(),
                value: seconds_or_number(&gear.name),
            })
            .collect();
        steps.sort_by_key(|step| step.index);
        Self {
            steps,
            default_index: gears.default_value_index,
        }
    }

    fn with(mut self, more: &[(i32, &str)]) -> Self {
        for (index, name) in more {
            self.steps.push(Step {
                index: *index,
                name: (*name).to_owned(),
                value: seconds_or_number(name),
            });
        }
        self
    }
}

struct Tables {
    config: ParamsConfig,
    /// By camera, then parameter number.
    cameras: [Vec<Steps>; 2],
    features: Vec<Steps>,
}

static DWARF2: LazyLock<Tables> =
    LazyLock::new(|| Tables::read(include_str!("../data/params_config.dwarf2.json")));
static DWARF3: LazyLock<Tables> =
    LazyLock::new(|| Tables::read(include_str!("../data/params_config.dwarf3.json")));
/// Newer firmware answers the configuration with empty lists, and the mini has no other: its
/// exposures go further than the DWARF 3's by the steps its own lists of modes name.
static MINI: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables::read(include_str!("../data/params_config.dwarf3.json"));
    let exposures = &mut tables.cameras[0][param_id::EXPOSURE as usize];
    *exposures = core::mem::take(exposures).with(&[(168, "180"), (171, "240"), (174, "300")]);
    tables.config.cameras.clear();
    tables.config.feature_params.clear();
    tables
});

impl Tables {
    fn read(json: &str) -> Self {
        let answer: crate::http::Answer<ParamsConfig> =
            serde_json::from_str(json).expect("the committed configuration is read by a test");
        let config = answer.data.unwrap_or_default();
        let of_camera = |camera: Camera| {
            let found = config.cameras.iter().find(|c| c.id == camera.id());
            found.map_or_else(Vec::new, |c| by_id(&c.support_params))
        };
        Self {
            cameras: [of_camera(Camera::Tele), of_camera(Camera::Wide)],
            features: by_id(&config.feature_params),
            config,
        }
    }
}

fn by_id(params: &[SupportedParam]) -> Vec<Steps> {
    let most = params.iter().map(|param| param.id).max().unwrap_or(0);
    (0..=most)
        .map(|id| {
            let found = params.iter().find(|param| param.id == id);
            found.map_or_else(Steps::default, Steps::of)
        })
        .collect()
}

static NO_STEPS: Steps = Steps {
    steps: Vec::new(),
    default_index: 0,
};

fn tables(model: Model) -> &'static Tables {
    match model {
        Model::Dwarf2 => &DWARF2,
        Model::Dwarf3 => &DWARF3,
        Model::Mini => &MINI,
    }
}

/// What the device answers to `/getDefaultParamsConfig`.
pub fn config(model: Model) -> &'static ParamsConfig {
    &tables(model).config
}

/// The steps of a camera parameter ([`param_id`]); empty for one without steps.
pub fn steps(model: Model, camera: Camera, id: i32) -> &'static Steps {
    let of_camera = &tables(model).cameras[camera as usize];
    usize::try_from(id)
        .ok()
        .and_then(|id| of_camera.get(id))
        .unwrap_or(&NO_STEPS)
}

/// Exposures in seconds.
pub fn exposure(model: Model, camera: Camera) -> &'static Steps {
    steps(model, camera, param_id::EXPOSURE)
}

/// Gains.
pub fn gain(model: Model, camera: Camera) -> &'static Steps {
    steps(model, camera, param_id::GAIN)
}

/// White balance in kelvin.
pub fn white_balance(model: Model, camera: Camera) -> &'static Steps {
    steps(model, camera, param_id::WHITE_BALANCE)
}

/// The steps of a feature ([`feature_id`]); empty for one without steps.
pub fn feature(model: Model, id: i32) -> &'static Steps {
    usize::try_from(id)
        .ok()
        .and_then(|id| tables(model).features.get(id))
        .unwrap_or(&NO_STEPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_configurations_are_read_and_written_alike() {
        for json in [
            include_str!("../data/params_config.dwarf2.json"),
            include_str!("../data/params_config.dwarf3.json"),
        ] {
            let read: crate::http::Answer<ParamsConfig> = serde_json::from_str(json).unwrap();
            let written = serde_json::to_value(&read).unwrap();
            let original: serde_json::Value = serde_json::from_str(json).unwrap();
            assert!(
                written["data"] == original["data"],
                "{}",
                original["data"]["name"]
            );
        }
    }

    #[test]
    fn the_same_index_is_another_exposure_on_another_camera() {
        let seconds = |model, camera| exposure(model, camera).value(75).unwrap();
        assert!((seconds(Model::Dwarf3, Camera::Tele) - 1.0 / 30.0).abs() < 1e-9);
        assert!((seconds(Model::Dwarf2, Camera::Wide) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn the_captured_indices_are_one_second_and_gain_eighty() {
        // Two public clients set 120 and 24 and say one second and gain 80.
        assert_eq!(exposure(Model::Dwarf2, Camera::Tele).value(120), Some(1.0));
        assert_eq!(gain(Model::Dwarf2, Camera::Tele).value(24), Some(80.0));
    }

    #[test]
    fn an_index_between_the_steps_is_none() {
        assert_eq!(exposure(Model::Dwarf2, Camera::Tele).value(1), None);
        assert_eq!(exposure(Model::Dwarf3, Camera::Tele).value(-1), None);
        assert!(steps(Model::Dwarf3, Camera::Wide, 99).all().is_empty());
    }

    #[test]
    fn the_nearest_step_is_nearest_by_ratio() {
        let exposures = exposure(Model::Dwarf3, Camera::Tele);
        assert_eq!(exposures.nearest(100.0).unwrap().name, "90");
        assert_eq!(
            gain(Model::Dwarf3, Camera::Tele).nearest(0.0).unwrap().name,
            "0"
        );
    }

    #[test]
    fn a_time_lapse_without_end_has_an_infinite_length() {
        let total = feature(Model::Dwarf3, feature_id::TIMELAPSE_TOTAL);
        assert_eq!(total.value(3), Some(f64::INFINITY));
        assert_eq!(total.value(6), Some(300.0));
    }

    #[test]
    fn the_mini_exposes_longer() {
        assert_eq!(exposure(Model::Mini, Camera::Tele).value(168), Some(180.0));
        assert!(config(Model::Mini).cameras.is_empty());
    }
}
