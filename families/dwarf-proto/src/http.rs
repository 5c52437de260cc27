//! The bodies of the JSON interface on port 8082, for both ends.
//!
//! Every answer is an [`Answer`]. Reading is tolerant where the documents contradict themselves (a
//! file size is a number or a text); writing follows the tables of API 2.0 §3.

use serde::{Deserialize, Serialize};

mod album;
mod device;
mod params_config;
mod shooting;
mod tolerant;

pub use album::{
    AstroFits, AstroFitsList, AstroFitsRequest, BurstImage, DeleteAnswer, DeleteItem,
    DeleteRequest, DeletedItem, MediaCount, MediaInfo, MediaInfosRequest, MediaType, NamedValue,
    PathRequest, ShotsInfo,
};
pub use device::{
    CardInfo, DeviceInfo, FirmwareVersion, LogInfo, NameAndPassword, NameAndPasswordRequest,
    ResetState, Secret,
};
pub use params_config::{
    CameraConfig, ContinuousMode, Gear, GearMode, Mode, ParamsConfig, SupportedParam,
};
pub use shooting::{ParamAndSettingRequest, ShootingMode, ShootingModes};
pub use tolerant::FileSize;

/// Paths of the interface.
pub mod path {
    /// `POST`: how many files of each type.
    pub const MEDIA_COUNTS: &str = "/album/list/mediaCounts";
    /// `POST`: files of a type, newest first.
    pub const MEDIA_INFOS: &str = "/album/list/mediaInfos";
    /// `POST`, on newer firmware also `DELETE`: delete files.
    pub const DELETE: &str = "/album/delete";
    /// `POST`, newer firmware: one file.
    pub const MEDIA_INFO_BY_PATH: &str = "/album/getMediaInfoByFilePath";
    /// `POST`, newer firmware: the subs of a stack.
    pub const ASTRO_FITS_LIST: &str = "/album/astro/fitsList";
    /// `DELETE`, newer firmware: delete subs of a stack.
    pub const ASTRO_DELETE_FITS: &str = "/album/astro/deleteFits";
    /// `GET`: parameters and their steps.
    pub const PARAMS_CONFIG: &str = "/getDefaultParamsConfig";
    /// `POST`, by some devices also `GET`: firmware version.
    pub const FIRMWARE_VERSION: &str = "/firmwareVersion";
    /// `POST`, by some devices also `GET`: name, addresses, card.
    pub const DEVICE_INFO: &str = "/deviceInfo";
    /// `POST`: change name or password.
    pub const SET_NAME_AND_PASSWORD: &str = "/setDeviceNameAndPsd";
    /// `POST`: back to the first name and password.
    pub const RESET_DEVICE_INFO: &str = "/resetDeviceInfo";
    /// `POST`: has it been reset?
    pub const RESET_STATE: &str = "/getResetState";
    /// `GET`: is there a log?
    pub const LOG_INFO: &str = "/logInfo";
    /// `GET`: the log, zipped.
    pub const DOWNLOAD_LOG: &str = "/downloadLog";
    /// `POST`, multipart: a firmware package.
    pub const UPLOAD_FIRMWARE: &str = "/uploadFirmware";
    /// `GET`, newer firmware: shooting modes.
    pub const SHOOTING_MODES: &str = "/shootingMode/getSupportedShootingModes";
    /// `POST`, newer firmware: parameters and settings of a mode.
    pub const PARAM_AND_SETTING: &str = "/shootingMode/getParamAndSetting";
    /// Telephoto JPEG stream, on the JPEG port.
    pub const TELE_STREAM: &str = "/mainstream";
    /// Wide JPEG stream, on the JPEG port.
    pub const WIDE_STREAM: &str = "/secondstream";
}

/// Result codes of the interface (API 2.0 §3.6).
pub mod code {
    /// Success.
    pub const OK: i32 = 0;
    /// No such file.
    pub const FILE_NOT_EXIST: i32 = -1;
    /// A value is out of range or missing.
    pub const INVALID_PARAM: i32 = -2;
    /// The file does not have the MD5 sum given.
    pub const CHECK_MD5: i32 = -3;
    /// Name or password could not be changed.
    pub const SET_NAME_PASSWORD_FAILED: i32 = -5;
    /// The old password is another.
    pub const OLD_PASSWORD: i32 = -6;
}

/// Every JSON answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// Zero is success.
    pub code: i32,
    /// What was asked for.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// In words, sometimes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

fn none<T>() -> Option<T> {
    None
}

impl<T> Answer<T> {
    /// Success.
    pub const fn ok(data: T) -> Self {
        Self {
            code: code::OK,
            data: Some(data),
            message: None,
        }
    }

    /// Failure.
    pub const fn failed(code: i32) -> Self {
        Self {
            code,
            data: None,
            message: None,
        }
    }

    /// The data, or the code that says why there is none.
    ///
    /// # Errors
    /// The code, when it is not success or there is no data beside it.
    pub fn into_data(self) -> Result<T, i32> {
        match self.data {
            Some(data) if self.code == code::OK => Ok(data),
            _ => Err(self.code),
        }
    }
}

/// An answer that carries a code alone.
pub type Empty = Answer<serde_json::Value>;

#[cfg(test)]
mod tests;
