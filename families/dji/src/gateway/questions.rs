//! What a gateway asks while it comes online.

use skyhelm_dji_proto::request::{BindStatus, ConfigAnswer, StorageConfig};
use skyhelm_dji_proto::{DeviceRequest, ErrorCode, RequestAnswer};

use crate::config::DjiConfig;

/// The time servers' port.
const NTP_PORT: u16 = 123;

/// What a binding code that is not ours gets.
const WRONG_CODE: i64 = 210_230;

/// What we answer.
pub(super) fn answer(config: &DjiConfig, request: &DeviceRequest) -> RequestAnswer {
    let fits = |code: &str| {
        let wanted = config.binding_code.as_deref();
        wanted.is_none_or(|wanted| wanted == code)
    };
    match request {
        DeviceRequest::Config(_) => RequestAnswer::Config(ConfigAnswer {
            app_id: config.app.id.clone(),
            app_key: config.app.key.clone(),
            app_license: config.app.license.clone(),
            ntp_server_host: config.ntp_host.clone(),
            ntp_server_port: NTP_PORT,
        }),
        DeviceRequest::BindStatus(asked) => {
            let bound = asked.devices.iter().map(|device| BindStatus {
                sn: device.sn.clone(),
                is_device_bind_organization: true,
                organization_id: config.organization_id.clone(),
                organization_name: config.organization_name.clone(),
                device_callsign: device.sn.as_str().to_owned(),
            });
            RequestAnswer::BindStatus(bound.collect())
        }
        DeviceRequest::OrganizationGet(asked)
            if fits(&asked.device_binding_code)
                && asked.organization_id == config.organization_id =>
        {
            RequestAnswer::Organization(config.organization_name.clone())
        }
        DeviceRequest::OrganizationBind(asked) => {
            let bound = asked.bind_devices.iter().map(|device| {
                let ours = fits(&device.device_binding_code)
                    && device.organization_id == config.organization_id;
                (device.sn.clone(), if ours { 0 } else { WRONG_CODE })
            });
            RequestAnswer::Bound(bound.collect())
        }
        DeviceRequest::OrganizationGet(_) => RequestAnswer::Refused(ErrorCode::new(WRONG_CODE)),
        DeviceRequest::StorageConfig(asked) => storage(config, asked.module),
        // What nobody knows is not answered with a promise.
        _ => RequestAnswer::Refused(ErrorCode::UNSUPPORTED),
    }
}

/// The modules that have files to store: pictures, and interfaces of payloads.
const MODULES: core::ops::RangeInclusive<i64> = 0..=1;

/// Where files go; a clean refusal when nobody configured a store.
fn storage(config: &DjiConfig, module: i64) -> RequestAnswer {
    let refused = RequestAnswer::Refused(ErrorCode::UNSUPPORTED);
    let Some(store) = config
        .storage
        .as_ref()
        .filter(|_| MODULES.contains(&module))
    else {
        return refused;
    };
    let secret = match store.secret() {
        Ok(secret) => secret,
        Err(error) => {
            tracing::error!(
                error = error.message,
                "a dock asked for its store, and got none"
            );
            return refused;
        }
    };
    RequestAnswer::Storage(Box::new(StorageConfig {
        provider: store.provider.clone(),
        endpoint: store.endpoint.clone(),
        region: store.region.clone(),
        bucket: store.bucket.clone(),
        object_key_prefix: store.prefix.clone(),
        access_key_id: store.access_key_id.clone(),
        access_key_secret: secret,
        security_token: store.security_token.clone(),
        expire: i64::from(store.expire_s),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn asked(config: &DjiConfig, method: &str, data: &Value) -> Value {
        let request = DeviceRequest::parse(method, data).unwrap();
        answer(config, &request).data()
    }

    fn config(table: &Value) -> DjiConfig {
        DjiConfig::parse(table).unwrap().unwrap()
    }

    #[test]
    fn a_store_is_given_when_there_is_one_and_refused_by_number_when_there_is_none() {
        let pictures = json!({"module": 0});
        let none = asked(&config(&json!({})), "storage_config_get", &pictures);
        assert_eq!(none, json!({"result": 314_000}));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "hunter2\n").unwrap();
        let store = config(&json!({"storage": {
            "endpoint": "http://sky.lan:9000", "bucket": "dock", "prefix": "a/",
            "access_key_id": "key", "access_key_secret_file": file, "expire_s": 600,
        }}));
        let given = asked(&store, "storage_config_get", &pictures);
        assert_eq!(
            given,
            json!({"result": 0, "output": {
                "provider": "minio", "endpoint": "http://sky.lan:9000", "region": "us-east-1",
                "bucket": "dock", "object_key_prefix": "a/",
                "credentials": {"access_key_id": "key", "access_key_secret": "hunter2", "security_token": "", "expire": 600},
            }})
        );
        // A module nobody has described, and a secret that is gone.
        let other = asked(&store, "storage_config_get", &json!({"module": 9}));
        assert_eq!(other["result"], 314_000);
        std::fs::remove_file(file).unwrap();
        let gone = asked(&store, "storage_config_get", &pictures);
        assert_eq!(gone, json!({"result": 314_000}));
    }

    #[test]
    fn a_binding_code_that_is_not_ours_gets_its_number() {
        let ours = config(
            &json!({"organization_id": "home", "organization_name": "Home", "binding_code": "7788"}),
        );
        let get = |code: &str| json!({"device_binding_code": code, "organization_id": "home"});
        let found = asked(&ours, "airport_organization_get", &get("7788"));
        assert_eq!(found["output"]["organization_name"], "Home");
        let wrong = asked(&ours, "airport_organization_get", &get("1"));
        assert_eq!(wrong, json!({"result": 210_230}));
        let bind = |code: &str| json!({"bind_devices": [{"sn": "4SIM1LA9M6X52P", "device_binding_code": code, "organization_id": "home"}]});
        for (code, number) in [("7788", 0), ("1", 210_230)] {
            let bound = asked(&ours, "airport_organization_bind", &bind(code));
            assert_eq!(bound["output"]["err_infos"][0]["err_code"], number);
        }
    }
}
