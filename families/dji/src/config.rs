//! The `[dji]` table of the configuration.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_dji_proto::SerialNumber;
use skyhelm_units::Redacted;

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
    /// the one listened at: `host:port`.
    pub advertise: Option<String>,
    /// Another broker instead of the embedded one.
    pub broker: Option<BrokerConfig>,
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
    /// A time server gateways can reach.
    pub ntp_host: String,
}

/// A broker that somebody else runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerConfig {
    /// `mqtt://`, `mqtts://`, `ws://` or `wss://`.
    pub url: String,
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
            gateways: Vec::new(),
            organization_id: String::from("skyhelm"),
            organization_name: String::from("Skyhelm"),
            binding_code: None,
            app: AppConfig::default(),
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
        for gateway in &config.gateways {
            SerialNumber::new(&gateway.serial)
                .map_err(|error| wrong(&format!("gateway {:?}: {error}", gateway.serial)))?;
            if config.broker.is_none() && gateway.has_no_password() {
                return Err(wrong(&format!(
                    "gateway {:?} has no password",
                    gateway.serial
                )));
            }
        }
        Ok(Some(config))
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
            json!({"liste": "127.0.0.1:0"}),
            json!({"gateways": [{"serial": "a/b", "password": "x"}]}),
            json!({"gateways": [{"serial": "4BKBJ4R1010TGD"}]}),
        ] {
            assert_eq!(DjiConfig::parse(&bad).unwrap_err().kind, ErrorKind::Invalid);
        }
    }

    #[test]
    fn no_password_is_ever_printed() {
        let table = json!({"gateways": [{"serial": "4BKBJ4R1010TGD", "password": "hunter2"}],
            "app": {"id": "1", "key": "hunter2", "license": "hunter2"}});
        assert!(!format!("{:?}", DjiConfig::parse(&table)).contains("hunter2"));
    }
}
