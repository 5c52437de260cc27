use serde::{Deserialize, Serialize};

/// Parameters with their steps (API 2.0 §3.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ParamsConfig {
    /// Both cameras. Empty on newer firmware.
    pub cameras: Vec<CameraConfig>,
    /// Features. Empty on newer firmware.
    pub feature_params: Vec<SupportedParam>,
    /// Firmware version, first part.
    pub fw_major_version: i32,
    /// Firmware version, second part.
    pub fw_minor_version: i32,
    /// Firmware version, third part.
    pub fw_patch_version: i32,
    /// Model.
    pub id: i64,
    /// Version of the configuration, first part; 2 on newer firmware.
    pub major_version: i32,
    /// Version of the configuration, second part.
    pub minor_version: i32,
    /// Model name.
    pub name: String,
}

/// One camera.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CameraConfig {
    /// Height of the field of view, degrees.
    pub fv_height: f64,
    /// Width of the field of view, degrees. The DWARF 3 states the DWARF II's.
    pub fv_width: f64,
    /// 0 telephoto, 1 wide.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// Height of the preview, pixels.
    pub preview_height: u32,
    /// Width of the preview, pixels.
    pub preview_width: u32,
    /// Its parameters.
    pub support_params: Vec<SupportedParam>,
}

/// One parameter or feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SupportedParam {
    /// The mode number that is automatic.
    pub auto_mode: i32,
    /// Values between two ends. The wide white balance has an empty one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continue_mode: Option<ContinuousMode>,
    /// The mode it starts in.
    pub default_mode_index: i32,
    /// Values in steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gear_mode: Option<GearMode>,
    /// Whether it can be automatic.
    pub has_auto: bool,
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// Values by scene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene_mode: Option<GearMode>,
    /// 0 steps, 1 continuous, 2 scene.
    pub support_mode: Vec<Mode>,
}

/// Values between two ends. `None` throughout where a device answers an empty object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContinuousMode {
    /// At first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<i64>,
    /// Largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Smallest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<i64>,
    /// 0 whole numbers, 1 fractions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_type: Option<i32>,
}

/// Values in steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GearMode {
    /// The index it starts with.
    pub default_value_index: i32,
    /// The steps.
    pub values: Vec<Gear>,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gear {
    /// Its number on the wire.
    pub index: i32,
    /// Its name.
    pub name: String,
}

/// One way to set a parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mode {
    /// Its number.
    pub index: i32,
    /// Its name.
    pub name: String,
}
