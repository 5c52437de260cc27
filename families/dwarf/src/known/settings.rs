//! What a camera can be set to, and what it is set to.

use std::collections::BTreeMap;

use skyhelm_device::Lens;
use skyhelm_device::state::Parameter;
use skyhelm_device::state::{CameraState, Choice, Setting};
use skyhelm_dwarf_proto::params::param_id::{EXPOSURE, FILTER, GAIN};
use skyhelm_dwarf_proto::v2::CommonParam;

use crate::parameters;

/// What one lens can be set to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LensSettings {
    pub(crate) field_deg: Option<[f64; 2]>,
    pub(crate) preview_px: Option<[u32; 2]>,
    pub(crate) exposure: Option<Setting>,
    pub(crate) gain: Option<Setting>,
    pub(crate) filter: Option<Setting>,
    pub(crate) parameters: Vec<Parameter>,
}

/// What a telescope's cameras can be set to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    pub(crate) lenses: BTreeMap<Lens, LensSettings>,
    /// What the stacker can be set to, and is, as the device has told.
    pub(crate) features: Vec<Parameter>,
}

impl Settings {
    /// A camera of which nothing is known but what it can be set to.
    pub(super) fn camera(&self, lens: Lens) -> CameraState {
        let known = self.lenses.get(&lens).cloned().unwrap_or_default();
        CameraState {
            open: false,
            field_deg: known.field_deg,
            preview_px: known.preview_px,
            exposure: known.exposure,
            gain: known.gain,
            filter: known.filter,
            parameters: known.parameters,
        }
    }

    /// A camera tells what a parameter is set to (API 2.0 §4.16.20).
    pub(super) fn camera_echo(&self, lens: Lens, camera: &mut CameraState, echo: &CommonParam) {
        let known = self.lenses.get(&lens).cloned().unwrap_or_default();
        let (slot, offered) = match echo.id {
            EXPOSURE => (&mut camera.exposure, known.exposure),
            GAIN => (&mut camera.gain, known.gain),
            FILTER => (&mut camera.filter, known.filter),
            _ => return parameters::camera_echo(&mut camera.parameters, echo),
        };
        let setting = slot.get_or_insert_with(|| offered.unwrap_or_default());
        setting.has_auto |= echo.has_auto;
        // 0 automatic, 1 manual; what has no automatic mode tells 0 as well.
        setting.auto = setting.has_auto && echo.auto_mode == 0;
        setting.index = Some(echo.index);
    }

    /// A feature tells what it is set to (API 2.0 §4.16.20).
    pub(super) fn feature_echo(&mut self, echoes: &[CommonParam]) {
        for echo in echoes {
            parameters::stacker_echo(&mut self.features, echo);
        }
    }

    /// Subs of the next stack, when the device has told.
    pub(super) fn subs_to_take(&self) -> Option<u32> {
        let subs = self.features.iter().find(|p| p.name == "subs")?.value?;
        (subs >= 1.0).then(|| subs.min(1e6) as u32)
    }

    pub(super) fn exposure_seconds(&self, lens: Lens, index: i32) -> Option<f64> {
        self.lenses
            .get(&lens)?
            .exposure
            .as_ref()?
            .choices
            .iter()
            .find(|choice| choice.index == index)?
            .value
    }
}

/// A choice from its name: exposures ("1/30", "15") and gains are numbers, filters are not.
pub(crate) fn choice(index: i32, name: &str) -> Choice {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let value = match name.split_once('/') {
        Some((above, below)) => number(above)
            .zip(number(below))
            .filter(|(_, below)| *below > 0.0)
            .map(|(above, below)| above / below),
        None => number(name),
    };
    Choice {
        index,
        name: name.to_owned(),
        value,
    }
}
