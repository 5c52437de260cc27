//! Questions of the device on `requests`, answered on `requests_reply`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use skyhelm_units::Redacted;

use crate::message::messages;
use crate::serial::SerialNumber;
use crate::tolerant;

messages! {
    /// One question.
    DeviceRequest {
        plain {}
        carrying {
            /// Who the cloud is: the app's licence and a time server.
            Config(ConfigRequest) = "config",
            /// Whether dock and aircraft belong to an organisation.
            BindStatus(BindStatusRequest) = "airport_bind_status",
            /// Which organisation a code belongs to.
            OrganizationGet(OrganizationGet) = "airport_organization_get",
            /// That dock and aircraft are to belong to it.
            OrganizationBind(OrganizationBind) = "airport_organization_bind",
            /// Where pictures are to be stored.
            StorageConfig(StorageConfigRequest) = "storage_config_get",
        }
    }
}

/// Who the cloud is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRequest {
    /// `json`.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub config_type: String,
    /// `product`.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub config_scope: String,
}

/// The devices asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindStatusRequest {
    /// At most two: the dock and its aircraft.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub devices: Vec<DeviceSerial>,
}

/// A serial number in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSerial {
    /// The serial number.
    pub sn: SerialNumber,
}

/// Which organisation a code belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationGet {
    /// What the person typed as binding code.
    #[serde(deserialize_with = "tolerant::text")]
    pub device_binding_code: String,
    /// What the person typed as organisation.
    #[serde(deserialize_with = "tolerant::text")]
    pub organization_id: String,
}

/// Devices that are to belong to an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationBind {
    /// At most two.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub bind_devices: Vec<BindDevice>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindDevice {
    /// Its serial number.
    pub sn: SerialNumber,
    /// The code the person typed.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub device_binding_code: String,
    /// The organisation the person typed.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub organization_id: String,
    /// The name the person gave it.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub device_callsign: Option<String>,
    /// `3-1-0` and the like.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub device_model_key: Option<String>,
}

/// Which storage is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageConfigRequest {
    /// 0 pictures, 1 interfaces of payloads.
    #[serde(default, deserialize_with = "tolerant::int")]
    pub module: i64,
}

/// The answer to `config`: flat, with no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigAnswer {
    /// The app's number at the vendor's developer site.
    pub app_id: String,
    /// Its key.
    pub app_key: Redacted<String>,
    /// Its licence; a device that does not like it disconnects.
    pub app_license: Redacted<String>,
    /// A time server.
    pub ntp_server_host: String,
    /// Its port.
    pub ntp_server_port: u16,
}

/// What the cloud knows of one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindStatus {
    /// The device.
    pub sn: SerialNumber,
    /// Whether it belongs to an organisation.
    #[serde(deserialize_with = "tolerant::flag")]
    pub is_device_bind_organization: bool,
    /// Which.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub organization_id: String,
    /// Its name.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub organization_name: String,
    /// The name the device goes by.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub device_callsign: String,
}

/// Where pictures go, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageConfig {
    /// `minio`, `aws` or `ali`.
    pub provider: String,
    /// Its address.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// What each object's name begins with.
    pub object_key_prefix: String,
    /// The account.
    pub access_key_id: String,
    /// Its secret.
    pub access_key_secret: Redacted<String>,
    /// Its token.
    pub security_token: Redacted<String>,
    /// For how many seconds.
    pub expire: i64,
}

/// What the cloud answers. The caller decides it; the session only wraps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestAnswer {
    /// To `config`.
    Config(ConfigAnswer),
    /// To `airport_bind_status`.
    BindStatus(Vec<BindStatus>),
    /// To `airport_organization_get`: the organisation's name.
    Organization(String),
    /// To `airport_organization_bind`: a result for each device, 0 is success.
    Bound(Vec<(SerialNumber, i64)>),
    /// To `storage_config_get`.
    Storage(Box<StorageConfig>),
    /// To any: no, and why.
    Refused(crate::error_code::ErrorCode),
    /// To any other: the data as they are.
    Raw(Value),
}

impl RequestAnswer {
    /// The data on the wire.
    pub fn data(&self) -> Value {
        match self {
            Self::Config(config) => json!({
                "app_id": config.app_id,
                "app_key": config.app_key.expose(),
                "app_license": config.app_license.expose(),
                "ntp_server_host": config.ntp_server_host,
                "ntp_server_port": config.ntp_server_port,
            }),
            Self::BindStatus(devices) => ok(json!({ "bind_status": devices })),
            Self::Organization(name) => ok(json!({ "organization_name": name })),
            Self::Bound(devices) => {
                let errors: Vec<Value> = devices
                    .iter()
                    .map(|(sn, code)| json!({ "sn": sn, "err_code": code }))
                    .collect();
                ok(json!({ "err_infos": errors }))
            }
            Self::Storage(storage) => ok(storage.data()),
            Self::Refused(code) => json!({ "result": code.number() }),
            Self::Raw(data) => data.clone(),
        }
    }
}

fn ok(output: Value) -> Value {
    let mut answer = json!({ "result": 0 });
    answer["output"] = output;
    answer
}

impl StorageConfig {
    fn data(&self) -> Value {
        json!({
            "provider": self.provider,
            "endpoint": self.endpoint,
            "region": self.region,
            "bucket": self.bucket,
            "object_key_prefix": self.object_key_prefix,
            "credentials": {
                "access_key_id": self.access_key_id,
                "access_key_secret": self.access_key_secret.expose(),
                "security_token": self.security_token.expose(),
                "expire": self.expire,
            },
        })
    }
}
