//! What a person types into DJI Pilot 2, and what the page that it opens needs.

use skyhelm_device::{DeviceError, ErrorKind, Pairing, SignOn};
use skyhelm_units::Redacted;

use crate::broker::Broker;
use crate::config::{DjiConfig, GatewayConfig, wrong};

/// The ports of MQTT, when an address names none.
const MQTT_PORT: u16 = 1883;
const MQTT_TLS_PORT: u16 = 8883;

/// What people type.
pub(crate) fn pairing(config: &DjiConfig, broker: &dyn Broker) -> Pairing {
    let (host, port, tls) = dialled(config, &broker.own_door().url);
    let app = &config.app;
    Pairing {
        host,
        port,
        tls,
        organization_id: config.organization_id.clone(),
        organization_name: config.organization_name.clone(),
        binding_code: config.binding_code.clone().map(Redacted::new),
        has_application: ![&app.id, app.key.expose(), app.license.expose()]
            .iter()
            .any(|value| value.is_empty()),
    }
}

/// What the page needs for one controller.
pub(crate) fn of(
    config: &DjiConfig,
    broker: &dyn Broker,
    serial: &str,
) -> Result<SignOn, DeviceError> {
    let mut known = config.gateways.iter();
    let gateway = known.find(|gateway| gateway.serial == serial);
    let gateway = gateway.ok_or_else(|| {
        let words = format!("The controller {serial:?} has no account at this station.");
        DeviceError::new(ErrorKind::NotFound, words).remedy(
            "Add its serial number and a password to `gateways` in the table [dji], and start the station again.",
        )
    })?;
    Ok(SignOn {
        app_id: Redacted::new(config.app.id.clone()),
        app_key: config.app.key.clone(),
        app_license: config.app.license.clone(),
        username: serial.to_owned(),
        password: password(gateway)?,
        workspace_id: workspace(&config.organization_id),
        pairing: pairing(config, broker),
    })
}

fn password(gateway: &GatewayConfig) -> Result<Option<Redacted<String>>, DeviceError> {
    if gateway.password_hash.is_some() {
        return Ok(None);
    }
    match (&gateway.password, &gateway.password_file) {
        (Some(password), _) => Ok(Some(password.clone())),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map(|text| Some(Redacted::new(text.trim().to_owned())))
            .map_err(|error| wrong(&format!("{}: {error}", file.display()))),
        (None, None) => Ok(None),
    }
}

/// Host, port and whether it is encrypted. An empty host is the one the page was reached by.
fn dialled(config: &DjiConfig, own: &str) -> (String, u16, bool) {
    let external = config.broker.as_ref().map(|broker| broker.url.as_str());
    let url = external.unwrap_or(own);
    let (scheme, rest) = url.split_once("://").unwrap_or(("mqtt", url));
    let tls = matches!(scheme, "mqtts" | "wss");
    let usual = if tls { MQTT_TLS_PORT } else { MQTT_PORT };
    let told = config.advertise.as_deref().filter(|_| external.is_none());
    let (host, port) = split(told.unwrap_or(rest), usual);
    let anywhere = external.is_none() && told.is_none() && config.listen.ip().is_unspecified();
    (if anywhere { String::new() } else { host }, port, tls)
}

fn split(address: &str, usual: u16) -> (String, u16) {
    let address = address.split('/').next().unwrap_or_default();
    match address.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !host.ends_with(':') => {
            (host.to_owned(), port.parse().unwrap_or(usual))
        }
        _ => (address.to_owned(), usual),
    }
}

/// The organisation as a UUID, which `platformSetWorkspaceId` insists on: always the same one.
fn workspace(organization: &str) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = organization.bytes().fold(OFFSET, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    });
    // Version 8: a UUID of the maker's own design (RFC 9562 section 5.8).
    let blank = hash & !(0xf << 76) & !(0x3 << 62);
    let text = format!("{:032x}", blank | (0x8 << 76) | (0x2 << 62));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &text[part]);
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn config(table: &Value) -> DjiConfig {
        DjiConfig::parse(table).unwrap().unwrap()
    }

    #[test]
    fn the_address_is_the_one_that_reaches_the_broker() {
        let own = "mqtt://127.0.0.1:1900";
        let any = config(&json!({"listen": "0.0.0.0:1900"}));
        assert_eq!(dialled(&any, own), (String::new(), 1900, false));
        let told = config(&json!({"listen": "0.0.0.0:1900", "advertise": "sky.lan:1884"}));
        assert_eq!(dialled(&told, own), (String::from("sky.lan"), 1884, false));
        let here = config(&json!({"listen": "127.0.0.1:0"}));
        assert_eq!(
            dialled(&here, own),
            (String::from("127.0.0.1"), 1900, false)
        );
        let other =
            json!({"broker": {"url": "mqtts://mq.example", "username": "x"}, "advertise": "no:1"});
        let found = dialled(&config(&other), "mqtts://mq.example");
        assert_eq!(found, (String::from("mq.example"), 8883, true));
    }

    #[test]
    fn a_work_space_is_a_uuid_and_always_the_same() {
        let id = workspace("home");
        assert_eq!(id, workspace("home"));
        assert_ne!(id, workspace("work"));
        assert_eq!((id.len(), &id[14..15]), (36, "8"));
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    }
}
