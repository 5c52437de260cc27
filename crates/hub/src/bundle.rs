//! The support bundle: what somebody who helps needs to know, and no secret.

use std::io::{Cursor, Write as _};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use skyhelm_device::{DeviceError, ErrorKind};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::hub::Hub;
use crate::store::{AuditQuery, LogQuery};
use crate::{metrics, secret};

/// Lines of the log, and of the audit, that are packed.
const LINES: u32 = 2_000;
/// Words in the name of a configuration value that make it a secret.
const SECRET_WORDS: [&str; 6] = [
    "password",
    "secret",
    "token",
    "key",
    "passphrase",
    "credential",
];

/// Packs the bundle.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn pack(hub: &Hub) -> Result<Bytes, DeviceError> {
    let log = LogQuery {
        limit: LINES,
        ..LogQuery::default()
    };
    let audit = AuditQuery {
        limit: LINES,
        ..AuditQuery::default()
    };
    let files = [
        ("about.json", as_text(&about(hub))),
        ("configuration.json", as_text(&configuration(hub))),
        ("devices.json", as_text(&devices(hub))),
        ("log.json", as_text(&hub.store.log_entries(log).await?)),
        (
            "audit.json",
            as_text(&hub.store.audit_entries(audit).await?),
        ),
        ("metrics.txt", metrics::text(hub)),
    ];
    let packed = tokio::task::spawn_blocking(move || zipped(&files)).await;
    match packed {
        Ok(Ok(bytes)) => Ok(Bytes::from(bytes)),
        Ok(Err(error)) => Err(not_packed(&error.to_string())),
        Err(error) => Err(not_packed(&error.to_string())),
    }
}

fn not_packed(why: &str) -> DeviceError {
    let message = format!("The bundle was not packed: {why}.");
    DeviceError::new(ErrorKind::Internal, message)
}

fn as_text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn about(hub: &Hub) -> Value {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map(|name| name.trim_matches('"').to_owned());
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "system": system,
        "kernel_family": std::env::consts::OS,
        "processor": std::env::consts::ARCH,
        "packed_utc_ms": hub.clocks.now().utc.millis(),
        "station": hub.station_view(),
    })
}

fn configuration(hub: &Hub) -> Value {
    let config = &hub.station.config;
    let settings = hub.settings.now();
    let mut families = Value::Object(config.families.clone());
    secret::hide(&mut families, is_secret);
    json!({
        "name": config.name,
        "names": config.names,
        "bind": config.bind,
        "port": config.port,
        "data_dir": config.data_dir,
        "time_zone": config.time_zone,
        "families": families,
        "place": settings.place,
        "horizon": settings.horizon,
    })
}

fn devices(hub: &Hub) -> Value {
    let members = hub.registry.members();
    let states = members
        .iter()
        .map(|member| json!({"id": member.gate.id().as_str(), "state": member.state()}));
    Value::Array(states.collect())
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

fn zipped(files: &[(&str, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_a_family_are_hidden_at_any_depth() {
        let mut value =
            json!({"dwarf": {"wifi_password": "a", "list": [{"ApiKey": "b", "name": "c"}]}});
        secret::hide(&mut value, is_secret);
        let shown = json!({"dwarf": {"wifi_password": "hidden", "list": [{"ApiKey": "hidden", "name": "c"}]}});
        assert_eq!(value, shown);
    }
}
