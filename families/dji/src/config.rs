//! The `[dji]` table of the configuration.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_dji_proto::SerialNumber;
use skyhelm_dji_proto::stick::AxisConvention;
use skyhelm_units::Redacted;

use crate::broker::Protocol;

/// `[dji]`: the broker that gateways dial, and the gateways.
///
/// ```toml
/// [dji]
/// listen = "0.0.0.0:1883"
/// organization_id = "home"
/// organization_name = "Home"
/// gateways = [{ serial = "4BKBJ4R1010TGD", password_file = "/etc/skyhelm/dock.password" }]
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DjiConfig {
    /// Where the embedded broker listens for MQTT over TCP.
    pub listen: SocketAddr,
    /// Where it listens for MQTT over WebSocket (path `/mqtt`).
    pub listen_websocket: Option<SocketAddr>,
    /// Where it listens for MQTT over TLS; needs a certificate and its key.
    pub listen_tls: Option<SocketAddr>,
    /// The certificate chain, PEM.
    pub certificate_file: Option<PathBuf>,
    /// Its key, PEM.
    pub key_file: Option<PathBuf>,
    /// The address gateways are told for their stick connection, when they reach us by another than
    /// the one listened at: `host:port`, or with `mqtts://` or `ws://` before it.
    pub advertise: Option<String>,
    /// Another broker instead of the embedded one.
    pub broker: Option<BrokerConfig>,
    /// Where live pictures come in by RTMP; without it a free port of the loopback interface, which only
    /// virtual gateways on this machine reach.
    pub listen_video: Option<SocketAddr>,
    /// The address gateways are told to push their pictures to, when they reach us by another than the
    /// one listened at: `host:port`.
    pub advertise_video: Option<String>,
    /// The gateways that may come.
    pub gateways: Vec<GatewayConfig>,
    /// The organisation gateways are bound to.
    pub organization_id: String,
    /// Its name, for people.
    pub organization_name: String,
    /// The binding code a person types at the dock; any when absent.
    pub binding_code: Option<String>,
    /// Values of the application registered with the vendor, which real gateways ask for.
    pub app: AppConfig,
    /// Where docks upload their files, when they may.
    pub storage: Option<StorageConfig>,
    /// A time server gateways can reach.
    pub ntp_host: String,
}

/// A broker that somebody else runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerConfig {
    /// `mqtt://`, `mqtts://`, `ws://` or `wss://`.
    pub url: String,
    /// Which MQTT the driver speaks there.
    #[serde(default)]
    pub protocol: Protocol,
    /// Our account there.
    pub username: String,
    /// Its password.
    #[serde(default, deserialize_with = "secret")]
    pub password: Redacted<String>,
    /// The account for the gateways' stick connections, without which there are no sticks.
    #[serde(default)]
    pub drc_username: Option<String>,
    /// Its password.
    #[serde(default, deserialize_with = "secret")]
    pub drc_password: Redacted<String>,
    /// Where gateways reach it for their stick connection, when not by the same address.
    #[serde(default)]
    pub drc_url: Option<String>,
    /// Certificates (PEM) that our own encrypted connection trusts, instead of the well-known public ones.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// One gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayConfig {
    /// Its serial number; also the name of its account.
    pub serial: String,
    /// What people call it.
    #[serde(default)]
    pub name: Option<String>,
    /// Its password at the embedded broker.
    #[serde(default, deserialize_with = "maybe_secret")]
    pub password: Option<Redacted<String>>,
    /// A file with its password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Or the password's argon2 hash.
    #[serde(default)]
    pub password_hash: Option<String>,
    /// Whether it says of itself that it is virtual.
    #[serde(default)]
    pub simulated: bool,
    /// The door of a virtual gateway's world, on this machine: its land is drawn on the map.
    #[serde(default)]
    pub world: Option<SocketAddr>,
    /// Which way its `drone_control` goes, when its own documents or a check say another than the newest:
    /// `forward-right`, `forward-left` or `left-forward`, by what positive x and y are.
    #[serde(default)]
    pub axes: Option<AxisWords>,
}

/// Where positive x and positive y of `drone_control` go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AxisWords {
    /// As documents from 1.7 on have it.
    ForwardRight,
    /// As document 1.6 has it, and as one aircraft was measured in 2023.
    ForwardLeft,
    /// As documents 1.4 and 1.5 have it.
    LeftForward,
}

/// Values of the application registered with the vendor.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppConfig {
    /// `app_id`.
    pub id: String,
    /// `app_key`.
    #[serde(deserialize_with = "secret")]
    pub key: Redacted<String>,
    /// `app_license`.
    #[serde(deserialize_with = "secret")]
    pub license: Redacted<String>,
}

/// A store that speaks S3. A dock is told the account as it is: make one that may write to this bucket
/// and no more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageConfig {
    /// `minio`, `aws` or `ali`.
    #[serde(default = "minio")]
    pub provider: String,
    /// Its address, as docks reach it: `http://sky.lan:9000`.
    pub endpoint: String,
    /// Its region.
    #[serde(default = "region")]
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// What each file's name begins with.
    #[serde(default)]
    pub prefix: String,
    /// The account.
    pub access_key_id: String,
    /// Its secret.
    #[serde(default, deserialize_with = "secret")]
    pub access_key_secret: Redacted<String>,
    /// A file with its secret.
    #[serde(default)]
    pub access_key_secret_file: Option<PathBuf>,
    /// The token, when the store gave one.
    #[serde(default, deserialize_with = "secret")]
    pub security_token: Redacted<String>,
    /// After so many seconds a dock asks anew.
    #[serde(default = "an_hour")]
    pub expire_s: u32,
}

fn minio() -> String {
    String::from("minio")
}

fn region() -> String {
    String::from("us-east-1")
}

const fn an_hour() -> u32 {
    3600
}

impl StorageConfig {
    fn check(&self) -> Result<(), DeviceError> {
        let unknown = !matches!(self.provider.as_str(), "minio" | "aws" | "ali");
        let empty = [
            &self.endpoint,
            &self.bucket,
            &self.access_key_id,
            &self.region,
        ];
        let secret = !self.access_key_secret.expose().is_empty();
        if unknown || empty.iter().any(|text| text.is_empty()) {
            return Err(wrong(
                "storage needs endpoint, bucket, access_key_id, and a provider that is minio, aws or ali",
            ));
        }
        if secret == self.access_key_secret_file.is_some() || self.expire_s == 0 {
            return Err(wrong(
                "storage needs access_key_secret or access_key_secret_file, and expire_s above 0",
            ));
        }
        Ok(())
    }

    /// The secret, wherever it lies.
    pub(crate) fn secret(&self) -> Result<Redacted<String>, DeviceError> {
        let Some(file) = &self.access_key_secret_file else {
            return Ok(self.access_key_secret.clone());
        };
        std::fs::read_to_string(file)
            .map(|text| Redacted::new(text.trim().to_owned()))
            .map_err(|error| wrong(&format!("{}: {error}", file.display())))
    }
}

fn secret<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Redacted<String>, D::Error> {
    String::deserialize(from).map(Redacted::new)
}

fn maybe_secret<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Redacted<String>>, D::Error> {
    secret(from).map(Some)
}

impl Default for DjiConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 1883)),
            listen_websocket: None,
            listen_tls: None,
            certificate_file: None,
            key_file: None,
            advertise: None,
            broker: None,
            listen_video: None,
            advertise_video: None,
            gateways: Vec::new(),
            organization_id: String::from("skyhelm"),
            organization_name: String::from("Skyhelm"),
            binding_code: None,
            app: AppConfig::default(),
            storage: None,
            ntp_host: String::from("pool.ntp.org"),
        }
    }
}

impl DjiConfig {
    /// From the family's table; nothing when the configuration has none: then no port is opened.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when the table says what nobody understands.
    pub fn parse(table: &serde_json::Value) -> Result<Option<Self>, DeviceError> {
        if table.is_null() {
            return Ok(None);
        }
        let config = Self::deserialize(table).map_err(|error| wrong(&error.to_string()))?;
        config
            .storage
            .as_ref()
            .map_or(Ok(()), StorageConfig::check)?;
        for gateway in &config.gateways {
            SerialNumber::new(&gateway.serial)
                .map_err(|error| wrong(&format!("gateway {:?}: {error}", gateway.serial)))?;
            if config.broker.is_none() && gateway.has_no_password() {
                return Err(wrong(&format!(
                    "gateway {:?} has no password",
                    gateway.serial
                )));
            }
            let elsewhere = gateway.world.is_some_and(|door| !door.ip().is_loopback());
            if elsewhere || (gateway.world.is_some() && !gateway.simulated) {
                return Err(wrong(&format!(
                    "gateway {:?} has a world: only a simulated one on this machine has",
                    gateway.serial
                )));
            }
        }
        Ok(Some(config))
    }
}

impl DjiConfig {
    /// Which way a gateway's sticks go, when somebody said so.
    pub(crate) fn axes_of(&self, serial: &str) -> Option<AxisConvention> {
        let known = self.gateways.iter().find(|known| known.serial == serial)?;
        Some(match known.axes? {
            AxisWords::ForwardRight => AxisConvention::ForwardRight,
            AxisWords::ForwardLeft => AxisConvention::ForwardLeft,
            AxisWords::LeftForward => AxisConvention::LeftForward,
        })
    }
}

impl GatewayConfig {
    fn has_no_password(&self) -> bool {
        self.password.is_none() && self.password_file.is_none() && self.password_hash.is_none()
    }
}

pub(crate) fn wrong(cause: &str) -> DeviceError {
    DeviceError::new(
        ErrorKind::Invalid,
        format!("The table [dji] of the configuration is wrong: {cause}."),
    )
    .remedy("Correct it and start again.")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn without_a_table_nothing_is_opened_and_a_wrong_table_is_refused() {
        assert!(DjiConfig::parse(&Value::Null).unwrap().is_none());
        let good = json!({"listen": "127.0.0.1:0", "gateways": [{"serial": "4BKBJ4R1010TGD", "password": "x"}]});
        assert_eq!(DjiConfig::parse(&good).unwrap().unwrap().gateways.len(), 1);
        for bad in [
            json!({"listen": "here"}),
            json!({"storage": {"endpoint": "http://s3", "bucket": "b", "access_key_id": "k"}}),
            json!({"storage": {"endpoint": "http://s3", "bucket": "", "access_key_id": "k", "access_key_secret": "s"}}),
            json!({"storage": {"provider": "tape", "endpoint": "http://s3", "bucket": "b", "access_key_id": "k", "access_key_secret": "s"}}),
            json!({"liste": "127.0.0.1:0"}),
            json!({"gateways": [{"serial": "a/b", "password": "x"}]}),
            json!({"gateways": [{"serial": "4BKBJ4R1010TGD"}]}),
            json!({"gateways": [{"serial": "4BKBJ4R1010TGD", "password": "x", "world": "127.0.0.1:80"}]}),
            json!({"gateways": [{"serial": "4BKBJ4R1010TGD", "password": "x", "simulated": true, "world": "192.0.2.1:80"}]}),
        ] {
            assert_eq!(DjiConfig::parse(&bad).unwrap_err().kind, ErrorKind::Invalid);
        }
    }

    #[test]
    fn no_password_is_ever_printed() {
        let table = json!({"gateways": [{"serial": "4BKBJ4R1010TGD", "password": "hunter2"}],
            "app": {"id": "1", "key": "hunter2", "license": "hunter2"},
            "storage": {"endpoint": "http://s3", "bucket": "b", "access_key_id": "k", "access_key_secret": "hunter2"}});
        assert!(DjiConfig::parse(&table).is_ok());
        assert!(!format!("{:?}", DjiConfig::parse(&table)).contains("hunter2"));
    }
}
