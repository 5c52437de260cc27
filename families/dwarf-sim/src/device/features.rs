use std::collections::BTreeMap;
use std::time::Duration;

use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::http::ParamsConfig;
use skyhelm_dwarf_proto::params::feature_id::{
    ASTRO_BINNING, ASTRO_COUNT, ASTRO_DISPLAY, ASTRO_FORMAT, BURST_COUNT, BURST_INTERVAL,
    PANORAMA_COLUMNS, PANORAMA_ROWS,
};
use skyhelm_dwarf_proto::v2::CommonParam;

use super::menu::{CONTINUOUS, Menu};

/// The feature parameters (API 2.0 §4.7.7): how many subs, which binning and so on.
#[derive(Clone, Debug)]
pub(crate) struct Features {
    values: BTreeMap<i32, CommonParam>,
    menus: BTreeMap<i32, Menu>,
}

impl Features {
    /// The defaults of the device's own configuration file.
    pub(crate) fn from_config(config: &ParamsConfig) -> Self {
        let menus = Menu::all(&config.feature_params);
        let values = menus
            .iter()
            .map(|(&id, menu)| (id, menu.default_param(id)))
            .collect();
        Self { values, menus }
    }

    pub(crate) fn all(&self) -> Vec<CommonParam> {
        self.values.values().copied().collect()
    }

    /// Sets one; `None` when there is no such parameter or value.
    pub(crate) fn set(&mut self, wanted: CommonParam) -> Option<CommonParam> {
        let menu = self.menus.get(&wanted.id)?;
        if !menu.allows(&wanted) {
            return None;
        }
        let value = CommonParam {
            has_auto: false,
            auto_mode: 1,
            ..wanted
        };
        self.values.insert(wanted.id, value);
        Some(value)
    }

    /// Two sensor pixels a side to one.
    pub(crate) fn is_binned(&self) -> bool {
        self.index(ASTRO_BINNING) == 1
    }

    /// Subs are kept as TIFF instead of FITS.
    pub(crate) fn wants_tiff(&self) -> bool {
        self.index(ASTRO_FORMAT) == 1
    }

    pub(crate) fn subs_to_take(&self) -> u32 {
        let count = self.values.get(&ASTRO_COUNT);
        count.map_or(999, |param| param.continue_value.clamp(1.0, 999.0) as u32)
    }

    /// The live picture shows the newest sub instead of the stack.
    pub(crate) fn shows_single_subs(&self) -> bool {
        self.index(ASTRO_DISPLAY) == 1
    }

    /// Photographs of a burst: by a step or as a number.
    pub(crate) fn burst_count(&self) -> u32 {
        let count = self.value(BURST_COUNT).unwrap_or(3.0);
        count.clamp(1.0, 999.0) as u32
    }

    /// From the beginning of one photograph of a burst to that of the next; "off" is at once.
    pub(crate) fn burst_interval(&self) -> Duration {
        Duration::from_secs_f64(self.value(BURST_INTERVAL).unwrap_or(0.0))
    }

    /// Rows and columns of a panorama: those asked for, else those set; as the configuration allows.
    pub(crate) fn panorama(&self, rows: u32, columns: u32) -> Result<(usize, usize), Code> {
        let side = |id: i32, wanted: u32| {
            let wanted = match wanted {
                0 => self.value(id).unwrap_or(0.0),
                wanted => f64::from(wanted),
            };
            let param = CommonParam {
                id,
                mode_index: CONTINUOUS,
                continue_value: wanted,
                ..CommonParam::default()
            };
            let allowed = self.menus.get(&id).is_some_and(|menu| menu.allows(&param));
            allowed
                .then_some(wanted as usize)
                .ok_or(Code::INVALID_PARAM)
        };
        Ok((side(PANORAMA_ROWS, rows)?, side(PANORAMA_COLUMNS, columns)?))
    }

    fn value(&self, id: i32) -> Option<f64> {
        let param = self.values.get(&id)?;
        match param.mode_index {
            CONTINUOUS => Some(param.continue_value),
            _ => self.menus.get(&id)?.gear_value(param.index),
        }
    }

    fn index(&self, id: i32) -> i32 {
        self.values.get(&id).map_or(0, |param| param.index)
    }
}
