use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use skyhelm_units::Redacted;

use super::tolerant;

/// A password. The devices answer it in the clear; it is never formatted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub Redacted<String>);

impl Secret {
    /// From its text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Redacted::new(text.into()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tolerant::text(deserializer).map(Self::new)
    }
}

/// Storage in gigabytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CardInfo {
    /// Free.
    pub available_size: f64,
    /// Whether there is a card.
    pub has_sdcard: bool,
    /// In all.
    pub total_size: f64,
}

/// Who the device is (API 2.0 §3.9).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeviceInfo {
    /// Model; see [`Model::from_device_id`](crate::profile::Model::from_device_id).
    #[serde(deserialize_with = "tolerant::number")]
    pub device_id: i64,
    /// Name, at most 29 characters; at first `DWARF_` and the end of the hardware address.
    #[serde(alias = "name", deserialize_with = "tolerant::text")]
    pub device_name: String,
    /// Its own network's password.
    pub device_pwd: Secret,
    /// Hardware address.
    #[serde(deserialize_with = "tolerant::text")]
    pub mac_address: String,
    /// Address in its own network.
    #[serde(deserialize_with = "tolerant::text")]
    pub ap_ip_address: String,
    /// Storage.
    pub sd_card_info: CardInfo,
    /// Address in another's network.
    #[serde(deserialize_with = "tolerant::text")]
    pub sta_ip_address: String,
    /// That network's name.
    #[serde(deserialize_with = "tolerant::text")]
    pub sta_wifi_name: String,
    /// That network's password.
    pub sta_wifi_pwd: Secret,
    /// Bluetooth service.
    #[serde(deserialize_with = "tolerant::text")]
    pub ble_service_id: String,
    /// 0 its own network, 1 another's.
    #[serde(deserialize_with = "tolerant::number")]
    pub wifi_connected_mode: i64,
    /// Serial number; not on the DWARF II.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sn: Option<String>,
    /// Hardware address once more; not on the DWARF II.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    /// Whether it is activated; not on the DWARF II.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activate_status: Option<i64>,
}

/// Firmware version; -1 in all parts says it could not be read, whatever the code says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FirmwareVersion {
    /// First part.
    pub major_version: i32,
    /// Second part.
    pub minor_version: i32,
    /// Third part.
    pub patch_version: i32,
}

impl FirmwareVersion {
    /// The version, or `None` when the device could not read it.
    pub fn known(self) -> Option<Self> {
        let parts = [self.major_version, self.minor_version, self.patch_version];
        parts.iter().all(|part| *part >= 0).then_some(self)
    }
}

impl fmt::Display for FirmwareVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            major_version,
            minor_version,
            patch_version,
        } = self;
        write!(f, "{major_version}.{minor_version}.{patch_version}")
    }
}

/// Whether there is a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LogInfo {
    /// Whether there is one.
    pub has_log_file: bool,
    /// Its name.
    #[serde(deserialize_with = "tolerant::text")]
    pub file_name: String,
    /// When it was written.
    #[serde(deserialize_with = "tolerant::text")]
    pub timestamp: String,
    /// Its size.
    pub file_size: super::FileSize,
}

/// Asks to change name or password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NameAndPasswordRequest {
    /// 0 password, 1 name.
    pub mode: i32,
    /// The old value; checked for the password.
    pub old_value: Secret,
    /// The new value.
    pub new_value: Secret,
}

/// Name and password as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NameAndPassword {
    /// What was changed.
    pub mode: i32,
    /// Name.
    #[serde(deserialize_with = "tolerant::text")]
    pub device_name: String,
    /// Password.
    pub device_pwd: Secret,
}

/// Whether name and password have been reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResetState {
    /// Whether they have; the vendor's spelling.
    pub is_reseted: bool,
    /// Name.
    #[serde(deserialize_with = "tolerant::text")]
    pub device_name: String,
    /// Password.
    pub device_pwd: Secret,
}
