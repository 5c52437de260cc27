use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::message::written;
use crate::model::PayloadIndex;
use crate::tolerant;
use crate::wire::optional_fields;

/// A camera's settings. Numbers are the vendor's own; those outside the printed lists are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CameraOsd {
    /// Which camera.
    pub payload_index: PayloadIndex,
    /// Its wide lens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wide_lense: Option<WideLens>,
    /// Its zoom lens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zoom_lense: Option<ZoomLens>,
    /// What its laser measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure_target: Option<MeasureTarget>,
    /// Its infrared lens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ir_lense: Option<InfraredLens>,
    /// What the live picture shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveview: Option<LiveView>,
}

impl CameraOsd {
    /// As the slow properties have it: the members of all its parts side by side.
    pub fn properties(&self) -> Map<String, Value> {
        let Value::Object(parts) = written(self) else {
            return Map::new();
        };
        let parts = parts.into_iter().filter_map(|(_, part)| match part {
            Value::Object(members) => Some(members),
            _ => None,
        });
        parts.flatten().collect()
    }
}

optional_fields! {
    /// Settings of the wide lens.
    WideLens {
        /// 1 automatic, 2 by shutter, 3 by aperture, 4 manual.
        wide_exposure_mode: i64 = "tolerant::maybe_int",
        /// 0 automatic, 2 to 11 from 50 to 25600, 255 fixed.
        wide_iso: i64 = "tolerant::maybe_int",
        /// 0 to 59 from 1/8000 s to 8 s, 65534 automatic.
        wide_shutter_speed: i64 = "tolerant::maybe_int",
        /// 1 to 31 from -5 to +5 EV, 16 in the middle, 255 fixed.
        wide_exposure_value: i64 = "tolerant::maybe_int",
        /// Hundred times the aperture; examples print 10.
        wide_aperture_value: i64 = "tolerant::maybe_int",
    }
}

optional_fields! {
    /// Settings of the zoom lens.
    ZoomLens {
        /// 1 automatic, 2 by shutter, 3 by aperture, 4 manual.
        zoom_exposure_mode: i64 = "tolerant::maybe_int",
        /// 0 automatic, 2 to 11 from 50 to 25600, 255 fixed.
        zoom_iso: i64 = "tolerant::maybe_int",
        /// 0 to 59 from 1/8000 s to 8 s, 65534 automatic.
        zoom_shutter_speed: i64 = "tolerant::maybe_int",
        /// 1 to 31 from -5 to +5 EV, 16 in the middle, 255 fixed.
        zoom_exposure_value: i64 = "tolerant::maybe_int",
        /// 0 manual, 1 once, 2 all the time.
        zoom_focus_mode: i64 = "tolerant::maybe_int",
        /// Where the focus stands.
        zoom_focus_value: i64 = "tolerant::maybe_int",
        /// As far as it goes.
        zoom_max_focus_value: i64 = "tolerant::maybe_int",
        /// As near as it goes.
        zoom_min_focus_value: i64 = "tolerant::maybe_int",
        /// The farthest that is sharpest.
        zoom_calibrate_farthest_focus_value: i64 = "tolerant::maybe_int",
        /// The nearest that is sharpest.
        zoom_calibrate_nearest_focus_value: i64 = "tolerant::maybe_int",
        /// Its values are not documented.
        zoom_focus_state: i64 = "tolerant::maybe_int",
        /// How far it zooms: an integer in the table, 6.99 in its example.
        zoom_factor: f64 = "tolerant::maybe_float",
        /// Hundred times the aperture; examples print 10.
        zoom_aperture_value: i64 = "tolerant::maybe_int",
    }
}

optional_fields! {
    /// What the laser measures.
    MeasureTarget {
        /// Degrees.
        measure_target_longitude: f64 = "tolerant::maybe_float",
        /// Degrees.
        measure_target_latitude: f64 = "tolerant::maybe_float",
        /// Metres.
        measure_target_altitude: f64 = "tolerant::maybe_float",
        /// Metres.
        measure_target_distance: f64 = "tolerant::maybe_float",
        /// 0 when it measured; in examples, not in the table.
        measure_target_error_state: i64 = "tolerant::maybe_int",
    }
}

optional_fields! {
    /// Settings of the infrared lens.
    InfraredLens {
        /// Whether two lenses are shown side by side.
        screen_split_enable: bool = "tolerant::maybe_flag",
        /// 2 to 20.
        ir_zoom_factor: f64 = "tolerant::maybe_float",
        /// Palettes it has; in the table, not in its example.
        thermal_supported_palette_styles: Value = "tolerant::maybe",
        /// The palette in use; in examples, not in the table.
        thermal_current_palette_style: i64 = "tolerant::maybe_int",
        /// 0 automatic, 1 low (0 to 500 degrees), 2 high (-20 to 150 degrees).
        thermal_gain_mode: i64 = "tolerant::maybe_int",
        /// Whether temperatures of interest stand out.
        thermal_isotherm_state: i64 = "tolerant::maybe_int",
        /// Up to here, degrees Celsius.
        thermal_isotherm_upper_limit: i64 = "tolerant::maybe_int",
        /// From here, degrees Celsius.
        thermal_isotherm_lower_limit: i64 = "tolerant::maybe_int",
        /// The coldest in the picture, degrees Celsius.
        thermal_global_temperature_min: f64 = "tolerant::maybe_float",
        /// The hottest in the picture, degrees Celsius.
        thermal_global_temperature_max: f64 = "tolerant::maybe_float",
    }
}

optional_fields! {
    /// The part of the wide or infrared picture that the zoom lens sees, from the upper left corner, 0 to 1.
    Region {
        /// Left edge.
        left: f64 = "tolerant::maybe_float",
        /// Upper edge.
        top: f64 = "tolerant::maybe_float",
        /// Right edge.
        right: f64 = "tolerant::maybe_float",
        /// Lower edge.
        bottom: f64 = "tolerant::maybe_float",
    }
}

/// What the live picture shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiveView {
    /// What the zoom lens sees of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveview_world_region: Option<Region>,
}
