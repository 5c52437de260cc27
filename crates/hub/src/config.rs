use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};
use skyhelm_units::Site;

use crate::HubError;

/// The port the hub tries first.
pub const DEFAULT_PORT: u16 = 8484;

/// The configuration file: read at start, never written.
///
/// ```
/// let config = skyhelm_hub::HubConfig::parse(
///     "port = 8500\n[site]\nlatitude = 52.4\nlongitude = 13.1\nplace = \"Potsdam\"\n[dwarf]\ntelescopes = []\n",
///     &["dwarf"],
/// )
/// .unwrap();
/// assert_eq!(config.port, 8500);
/// assert!(config.families.contains_key("dwarf"));
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HubConfig {
    /// What the station is called.
    pub name: String,
    /// Names beside its own that other machines may call this one by: `sky.lan`.
    pub names: Vec<String>,
    /// Address to listen on; one that other machines can reach needs an admin's account.
    pub bind: IpAddr,
    /// Port to listen on; 0 takes any free one.
    pub port: u16,
    /// Where the hub keeps its database and library.
    pub data_dir: PathBuf,
    /// Where the station stands.
    pub site: Option<SiteConfig>,
    /// The station's time zone (IANA name); the machine's own when absent.
    pub time_zone: Option<String>,
    /// Each family's own table, by its name; the family parses it.
    #[serde(skip)]
    pub families: Map<String, Value>,
}

/// Where the station stands.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SiteConfig {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above the ellipsoid.
    #[serde(default)]
    pub height: f64,
    /// What people call the place.
    #[serde(default)]
    pub place: String,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            name: String::from("Skyhelm"),
            names: Vec::new(),
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: DEFAULT_PORT,
            data_dir: PathBuf::from("skyhelm-data"),
            site: None,
            time_zone: None,
            families: Map::new(),
        }
    }
}

impl HubConfig {
    /// Reads a configuration; tables named after one of the families are kept for them.
    ///
    /// # Errors
    /// On text that is not TOML, on unknown keys and on values out of range.
    pub fn parse(text: &str, family_names: &[&str]) -> Result<Self, HubError> {
        let wrong = |error: toml::de::Error| HubError::Config(error.to_string());
        let mut table: toml::Table = toml::from_str(text).map_err(wrong)?;
        let mut families = Map::new();
        for name in family_names {
            if let Some(own) = table.remove(*name) {
                let own = serde_json::to_value(own)
                    .map_err(|error| HubError::Config(error.to_string()))?;
                families.insert((*name).to_owned(), own);
            }
        }
        let mut config: Self = table.try_into().map_err(wrong)?;
        config.families = families;
        config.check()?;
        Ok(config)
    }

    /// Whether every value makes sense together.
    pub(crate) fn check(&self) -> Result<(), HubError> {
        if let Some(site) = &self.site {
            site.check()?;
        }
        Ok(())
    }
}

impl SiteConfig {
    /// As the sky wants it.
    pub fn site(&self) -> Site {
        Site::from_degrees(self.latitude, self.longitude, self.height)
    }

    pub(crate) fn check(&self) -> Result<(), HubError> {
        for (name, value, limit) in [
            ("site.latitude", self.latitude, 90.0),
            ("site.longitude", self.longitude, 180.0),
            ("site.height", self.height, 9_000.0),
        ] {
            if !value.is_finite() || value.abs() > limit {
                return Err(HubError::Config(format!(
                    "{name} is {value}; it must lie within {limit} on both sides of zero."
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = HubConfig::parse("prot = 80", &[]).unwrap_err();
        assert!(error.to_string().contains("prot"), "{error}");
    }

    #[test]
    fn a_table_of_an_unknown_family_is_refused() {
        assert!(HubConfig::parse("[dji]\n", &["dwarf"]).is_err());
    }

    #[test]
    fn a_site_off_the_globe_is_refused() {
        assert!(HubConfig::parse("[site]\nlatitude = 91\nlongitude = 0", &[]).is_err());
        assert!(HubConfig::parse("[site]\nlatitude = nan\nlongitude = 0", &[]).is_err());
    }
}
