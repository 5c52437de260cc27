use serde::{Deserialize, Serialize};
use skyhelm_units::Redacted;

use crate::tolerant;

/// Which broker a device is to use for live flight control, and how often it is to report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrcModeEnter {
    /// The broker.
    pub mqtt_broker: DrcBroker,
    /// How often `osd_info_push` comes, 1 to 30 Hz.
    #[serde(deserialize_with = "tolerant::int")]
    pub osd_frequency: i64,
    /// How often `hsi_info_push` comes, 1 to 30 Hz.
    #[serde(deserialize_with = "tolerant::int")]
    pub hsi_frequency: i64,
}

impl DrcModeEnter {
    /// Both rates within 1 to 30 Hz.
    pub const fn rates_are_in_range(&self) -> bool {
        self.osd_frequency >= 1
            && self.osd_frequency <= 30
            && self.hsi_frequency >= 1
            && self.hsi_frequency <= 30
    }
}

/// How a device reaches the broker for live flight control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrcBroker {
    /// `host:port`; a Dock 3 was seen to take `ws://host:port/mqtt` too.
    #[serde(deserialize_with = "tolerant::text")]
    pub address: String,
    /// Advised is the serial number, with a prefix or without.
    #[serde(deserialize_with = "tolerant::text")]
    pub client_id: String,
    /// Its account.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub username: String,
    /// Its password; no log prints it.
    #[serde(with = "secret")]
    pub password: Redacted<String>,
    /// When the account ends, in seconds since 1970. A connection that stands is not cut.
    #[serde(deserialize_with = "tolerant::int")]
    pub expire_time: i64,
    /// Whether TLS is used.
    #[serde(default, deserialize_with = "tolerant::flag")]
    pub enable_tls: bool,
}

/// What the cloud asks the pilot for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudControlRequest {
    /// Who asks.
    #[serde(deserialize_with = "tolerant::text")]
    pub user_id: String,
    /// The name the pilot reads.
    #[serde(deserialize_with = "tolerant::text")]
    pub user_callsign: String,
    /// What for; the documents know `flight`.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub control_keys: Vec<String>,
}

/// What the cloud gives back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudControlRelease {
    /// As it was asked for.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub control_keys: Vec<String>,
}

mod secret {
    use serde::{Deserializer, Serializer};
    use skyhelm_units::Redacted;

    pub(super) fn serialize<S: Serializer>(
        secret: &Redacted<String>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Redacted<String>, D::Error> {
        crate::tolerant::text(deserializer).map(Redacted::new)
    }
}
