use serde::{Deserialize, Serialize};

use crate::numbers::{LiveQuality, LiveUrlType};
use crate::tolerant;

/// Live pictures are to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveStart {
    /// How.
    pub url_type: LiveUrlType,
    /// Where to.
    #[serde(deserialize_with = "tolerant::text")]
    pub url: String,
    /// `serial/camera/stream`: "1581F5BMD228Q00A82XX/53-0-0/normal-0".
    #[serde(deserialize_with = "tolerant::text")]
    pub video_id: String,
    /// How good.
    pub video_quality: LiveQuality,
}

/// They are to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveStop {
    /// Which.
    #[serde(deserialize_with = "tolerant::text")]
    pub video_id: String,
}

/// How good they are to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveQualitySet {
    /// Which.
    #[serde(deserialize_with = "tolerant::text")]
    pub video_id: String,
    /// How good.
    pub video_quality: LiveQuality,
}

/// Through which lens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveLensChange {
    /// Which.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub video_id: Option<String>,
    /// `normal`, `wide`, `zoom` or `ir`.
    #[serde(deserialize_with = "tolerant::text")]
    pub video_type: String,
}
