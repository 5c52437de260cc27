//! What a gateway asks while it comes online.

use skyhelm_dji_proto::request::{BindStatus, ConfigAnswer};
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
        // No store for its files is offered, and what nobody knows is not answered with a promise.
        _ => RequestAnswer::Refused(ErrorCode::UNSUPPORTED),
    }
}
