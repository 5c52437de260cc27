use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::tolerant::{self, FileSize};

/// What a file is (API 2.0 §3.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediaType {
    /// All, in questions only.
    #[default]
    All,
    /// A photo.
    Photo,
    /// A video or time-lapse.
    Video,
    /// A burst.
    Burst,
    /// A stack.
    Astro,
    /// A panorama.
    Panorama,
    /// A number this crate does not know.
    Unknown(i32),
}

impl MediaType {
    /// From its number.
    pub const fn from_number(number: i32) -> Self {
        match number {
            0 => Self::All,
            1 => Self::Photo,
            2 => Self::Video,
            3 => Self::Burst,
            4 => Self::Astro,
            5 => Self::Panorama,
            other => Self::Unknown(other),
        }
    }

    /// Its number.
    pub const fn number(self) -> i32 {
        match self {
            Self::All => 0,
            Self::Photo => 1,
            Self::Video => 2,
            Self::Burst => 3,
            Self::Astro => 4,
            Self::Panorama => 5,
            Self::Unknown(number) => number,
        }
    }
}

impl Serialize for MediaType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(self.number())
    }
}

impl<'de> Deserialize<'de> for MediaType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tolerant::number(deserializer)
            .map(|number| Self::from_number(i32::try_from(number).unwrap_or(i32::MAX)))
    }
}

/// How many files of a type; the order of types varies, and type 0 is the sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MediaCount {
    /// How many.
    pub count: i64,
    /// Of which type.
    pub media_type: MediaType,
}

/// Asks for files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MediaInfosRequest {
    /// Of which type.
    pub media_type: MediaType,
    /// Which page, from 0.
    pub page_index: u32,
    /// Files on a page; 0 is all.
    pub page_size: u32,
}

/// A name and a value, both text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamedValue {
    /// The name, for instance `expTime`, `width`, `duration`.
    pub name: String,
    /// The value.
    #[serde(deserialize_with = "tolerant::text")]
    pub value: String,
}

/// One photo of a burst.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BurstImage {
    /// Where it lies.
    pub file_path: String,
    /// Where its small picture lies.
    pub thumbnail_path: String,
    /// Its size.
    pub file_size: FileSize,
}

/// One file, or one folder of a burst, stack or panorama (API 2.0 §3.3.8).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MediaInfo {
    /// What it is. Some firmware answers 1 for videos too.
    pub media_type: MediaType,
    /// File name.
    pub file_name: String,
    /// Where it lies.
    pub file_path: String,
    /// Where its small picture lies.
    pub thumbnail_path: String,
    /// Last change, seconds since 1970.
    #[serde(deserialize_with = "tolerant::number")]
    pub modification_time: i64,
    /// Its size.
    pub file_size: FileSize,
    /// Length of a video in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_duration: Option<f64>,
    /// Photos of a burst.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst_img_count: Option<i64>,
    /// Photos of a panorama.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pano_img_count: Option<i64>,
    /// Target of a stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub astro_target_name: Option<String>,
    /// Exposure and the like.
    #[serde(deserialize_with = "tolerant::list")]
    pub basic_params: Vec<NamedValue>,
    /// Length, width, height and the like.
    #[serde(deserialize_with = "tolerant::list")]
    pub feature_params: Vec<NamedValue>,
    /// Photos of a burst.
    #[serde(deserialize_with = "tolerant::list")]
    pub images: Vec<BurstImage>,
    /// The camera, on newer firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cam_id: Option<i32>,
    /// What newer firmware tells of a stack; kept as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub astro_image_details: Option<serde_json::Value>,
}

impl MediaInfo {
    /// Length of a video, from whichever place this firmware puts it.
    pub fn duration_seconds(&self) -> Option<f64> {
        self.video_duration.filter(|d| *d > 0.0).or_else(|| {
            let told = self.feature_params.iter().find(|p| p.name == "duration")?;
            told.value.parse().ok()
        })
    }
}

/// Asks for one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PathRequest {
    /// Which.
    pub file_path: String,
}

/// Asks to delete files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteRequest {
    /// Which; the vendor's spelling.
    pub datas: Vec<DeleteItem>,
}

/// One file to delete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteItem {
    /// What it is.
    pub media_type: MediaType,
    /// Where it lies.
    pub file_path: String,
    /// File name.
    pub file_name: String,
    /// Finer type, on newer firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<i32>,
}

/// What became of each file.
pub type DeleteAnswer = Vec<DeletedItem>;

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeletedItem {
    /// What it was.
    pub media_type: MediaType,
    /// Where it lay.
    pub file_path: String,
    /// File name.
    pub file_name: String,
    /// Whether it is gone.
    pub is_success: bool,
}

/// Asks for the subs of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AstroFitsRequest {
    /// Folder of the stack.
    pub src_dir: String,
}

/// The subs of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AstroFitsList {
    /// How many.
    pub total_count: i64,
    /// Each.
    #[serde(deserialize_with = "tolerant::list")]
    pub fits_info: Vec<AstroFits>,
}

/// One sub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AstroFits {
    /// Where it lies.
    pub file_path: String,
    /// Whether it was left out of the stack.
    pub is_failed: bool,
    /// Where to fetch it.
    pub url: String,
}

/// `shotsInfo.json` beside a stack. Right ascension is in hours, as seen from a DWARF II.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ShotsInfo {
    /// Declination, degrees.
    #[serde(rename = "DEC")]
    pub dec: f64,
    /// Right ascension, hours.
    #[serde(rename = "RA")]
    pub ra: f64,
    /// Such as `1*1`.
    pub binning: String,
    /// Exposure as the device names it.
    #[serde(deserialize_with = "tolerant::text")]
    pub exp: String,
    /// Such as `FITS`.
    pub format: String,
    /// Gain.
    pub gain: i64,
    /// Filter.
    #[serde(deserialize_with = "tolerant::text")]
    pub ir: String,
    /// Coldest of the sensor, degrees Celsius.
    pub min_temp: f64,
    /// Warmest of the sensor, degrees Celsius.
    pub max_temp: f64,
    /// Subs in the stack.
    pub shots_stacked: i64,
    /// Subs taken.
    pub shots_taken: i64,
    /// Subs wanted.
    pub shots_to_take: i64,
    /// Target name.
    pub target: String,
}
