//! The `[dwarf]` table of the configuration.

use serde::Deserialize;
use skyhelm_device::{DeviceError, ErrorKind};

use crate::address::Address;

/// `[dwarf]`: which telescopes to connect to.
///
/// ```toml
/// [dwarf]
/// telescopes = [{ address = "192.168.88.1", name = "Balcony" }]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DwarfConfig {
    /// The telescopes, in the order they are shown.
    pub telescopes: Vec<TelescopeConfig>,
}

/// One telescope.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelescopeConfig {
    /// Host name or IP address; with `:port` when its WebSocket is not at 9900.
    pub address: Address,
    /// What people call it; the telescope's own name when absent.
    #[serde(default)]
    pub name: Option<String>,
}

impl DwarfConfig {
    /// From the family's table; null when the configuration has none.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when the table says what nobody understands.
    pub fn parse(table: &serde_json::Value) -> Result<Self, DeviceError> {
        if table.is_null() {
            return Ok(Self::default());
        }
        Self::deserialize(table).map_err(|error| {
            DeviceError::new(
                ErrorKind::Invalid,
                format!("The table [dwarf] of the configuration is wrong: {error}."),
            )
            .remedy("Correct it and start again.")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_is_read_and_an_unknown_key_is_refused() {
        let table = json!({"telescopes": [{"address": "192.168.88.1", "name": "Balcony"}]});
        let config = DwarfConfig::parse(&table).unwrap();
        assert_eq!(config.telescopes[0].name.as_deref(), Some("Balcony"));
        assert_eq!(
            DwarfConfig::parse(&serde_json::Value::Null).unwrap(),
            DwarfConfig::default()
        );
        for wrong in [
            json!({"telescope": []}),
            json!({"telescopes": [{"adress": "192.168.88.1"}]}),
            json!({"telescopes": [{"address": "http://192.168.88.1/"}]}),
        ] {
            let error = DwarfConfig::parse(&wrong).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid);
        }
    }
}
