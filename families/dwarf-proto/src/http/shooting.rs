use serde::{Deserialize, Serialize};

/// Asks for the parameters of a shooting mode (newer firmware).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ParamAndSettingRequest {
    /// The mode.
    pub mode_id: i32,
}

/// The shooting modes a device knows (newer firmware).
pub type ShootingModes = Vec<ShootingMode>;

/// One shooting mode with the techniques it allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ShootingMode {
    /// 1 normal, 2 deep sky, 3 Sun and Moon, 4 Milky Way, 5 star trails, 8 Sun, 9 Moon, 10 planets.
    #[serde(alias = "id")]
    pub mode_id: i32,
    /// 1 single, 2 stack, 3 burst, 4 video, 5 time-lapse, 6 panorama.
    #[serde(alias = "techs")]
    pub tech_ids: Vec<i32>,
}
