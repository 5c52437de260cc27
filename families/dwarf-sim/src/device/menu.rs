use std::collections::BTreeMap;

use skyhelm_dwarf_proto::http::{GearMode, SupportedParam};
use skyhelm_dwarf_proto::params::seconds_or_number;
use skyhelm_dwarf_proto::v2::CommonParam;

/// How a parameter is chosen (`CommonParam.mode_index`): by the number of a step.
pub(super) const GEAR: i32 = 0;
/// By a value between two ends.
pub(super) const CONTINUOUS: i32 = 1;
/// By a scene.
pub(super) const SCENE: i32 = 2;
/// What is chosen by hand (`CommonParam.auto_mode`).
pub(super) const MANUAL: i32 = 1;

/// The values a parameter may take, from the device's own configuration file.
#[derive(Clone, Debug)]
pub(crate) struct Menu {
    gears: GearMode,
    scenes: GearMode,
    range: Option<(f64, f64)>,
    modes: Vec<i32>,
    default: CommonParam,
}

impl Menu {
    /// The menus of a list of parameters, by parameter number.
    pub(crate) fn all(params: &[SupportedParam]) -> BTreeMap<i32, Self> {
        params
            .iter()
            .map(|param| (param.id, Self::of(param)))
            .collect()
    }

    /// One with two ends and nothing between but numbers.
    pub(super) fn between(range: (f64, f64), default: f64) -> Self {
        Self {
            gears: GearMode::default(),
            scenes: GearMode::default(),
            range: Some(range),
            modes: vec![CONTINUOUS],
            default: CommonParam {
                auto_mode: MANUAL,
                mode_index: CONTINUOUS,
                continue_value: default,
                ..CommonParam::default()
            },
        }
    }

    fn of(param: &SupportedParam) -> Self {
        let gears = param.gear_mode.clone().unwrap_or_default();
        let scenes = param.scene_mode.clone().unwrap_or_default();
        let continuous = param.continue_mode.clone().unwrap_or_default();
        let number = |value: Option<i64>| value.map(|value| value as f64);
        let index = match param.default_mode_index {
            SCENE => scenes.default_value_index,
            _ => gears.default_value_index,
        };
        Self {
            range: number(continuous.min).zip(number(continuous.max)),
            modes: param.support_mode.iter().map(|mode| mode.index).collect(),
            default: CommonParam {
                has_auto: param.has_auto,
                auto_mode: param.auto_mode,
                id: param.id,
                mode_index: param.default_mode_index,
                index,
                continue_value: number(continuous.default_value).unwrap_or(0.0),
            },
            gears,
            scenes,
        }
    }

    pub(crate) fn default_param(&self, id: i32) -> CommonParam {
        CommonParam { id, ..self.default }
    }

    /// The step or scene it starts with.
    pub(super) fn default_index(&self, way: i32) -> i32 {
        self.choices(way).default_value_index
    }

    pub(crate) fn allows(&self, param: &CommonParam) -> bool {
        self.modes.contains(&param.mode_index)
            && match param.mode_index {
                CONTINUOUS => self.range.is_some_and(|(low, high)| {
                    param.continue_value >= low && param.continue_value <= high
                }),
                way => self.name(way, param.index).is_some(),
            }
    }

    /// The name of a step or scene.
    pub(super) fn name(&self, way: i32, index: i32) -> Option<&str> {
        let choices = &self.choices(way).values;
        let found = choices.iter().find(|choice| choice.index == index)?;
        Some(&found.name)
    }

    /// What a step stands for: seconds, gain, kelvin, a count.
    pub(super) fn gear_value(&self, index: i32) -> Option<f64> {
        seconds_or_number(self.name(GEAR, index)?)
    }

    /// How far a value is from the neutral one, the default: -1 at the lower end, 1 at the upper.
    pub(super) fn deviation(&self, value: f64) -> f64 {
        let (low, high) = self.range.unwrap_or((0.0, 0.0));
        let neutral = self.default.continue_value;
        let away = value - neutral;
        let whole = if away < 0.0 {
            neutral - low
        } else {
            high - neutral
        };
        if whole > 0.0 { away / whole } else { 0.0 }
    }

    fn choices(&self, way: i32) -> &GearMode {
        if way == SCENE {
            &self.scenes
        } else {
            &self.gears
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_one_away_from_the_neutral_value() {
        let menu = Menu::between((-100.0, 100.0), 60.0);
        let near = |value: f64, wanted: f64| (menu.deviation(value) - wanted).abs() < 1e-12;
        assert!(near(-100.0, -1.0) && near(60.0, 0.0) && near(100.0, 1.0) && near(80.0, 0.5));
    }
}
