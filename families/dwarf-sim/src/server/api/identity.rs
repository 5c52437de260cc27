//! Who the device is, what it is called, what its parameters are.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use skyhelm_dwarf_proto::http::{
    CardInfo, DeviceInfo, FirmwareVersion, LogInfo, NameAndPassword, NameAndPasswordRequest,
    ResetState, Secret, code,
};

use super::{answered, done, failed, ok};
use crate::device::{Core, FIRST_PASSWORD};

pub(super) async fn device_info(State(core): State<Arc<Core>>) -> Response {
    let gigabytes = |bytes: u64| (bytes / 1_000_000_000) as f64;
    let (name, password) = {
        let state = core.state();
        (state.name.clone(), state.password.clone())
    };
    let address = core.config.bind.to_string();
    ok(DeviceInfo {
        device_id: core.config.profile.http_device_id,
        device_name: name,
        device_pwd: Secret::new(password),
        mac_address: mac(core.config.seed),
        ap_ip_address: address.clone(),
        sta_ip_address: address,
        ble_service_id: core.config.profile.client_id.to_owned(),
        wifi_connected_mode: 1,
        sn: Some(core.config.serial.clone()),
        activate_status: Some(1),
        sd_card_info: CardInfo {
            available_size: gigabytes(core.card.free_bytes()),
            has_sdcard: core.card.is_in(),
            total_size: gigabytes(core.card.size_bytes()),
        },
        ..DeviceInfo::default()
    })
}

/// An address no real device has: locally administered.
fn mac(seed: u64) -> String {
    let bytes = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    let tail: Vec<String> = bytes[..5]
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("02:{}", tail.join(":"))
}

pub(super) async fn firmware_version(State(core): State<Arc<Core>>) -> Response {
    let config = core.params_config();
    ok(FirmwareVersion {
        major_version: config.fw_major_version,
        minor_version: config.fw_minor_version,
        patch_version: config.fw_patch_version,
    })
}

pub(super) async fn params_config(State(core): State<Arc<Core>>) -> Response {
    ok(core.params_config())
}

pub(super) async fn reset_state(State(core): State<Arc<Core>>) -> Response {
    let state = core.state();
    ok(ResetState {
        is_reseted: state.is_reset,
        device_name: state.name.clone(),
        device_pwd: Secret::new(state.password.clone()),
    })
}

pub(super) async fn rename(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    answered(&body, |wanted: NameAndPasswordRequest| {
        let (old, new) = (wanted.old_value.0.expose(), wanted.new_value.0.expose());
        let mut state = core.state();
        match wanted.mode {
            // Limits of API 2.0 §3.9.1.
            0 if !(8..=64).contains(&new.len()) => return failed(code::SET_NAME_PASSWORD_FAILED),
            0 if *old != state.password => return failed(code::OLD_PASSWORD),
            0 => state.password.clone_from(new),
            1 if !(1..=29).contains(&new.chars().count()) => {
                return failed(code::SET_NAME_PASSWORD_FAILED);
            }
            1 => state.name.clone_from(new),
            _ => return failed(code::INVALID_PARAM),
        }
        state.is_reset = false;
        ok(NameAndPassword {
            mode: wanted.mode,
            device_name: state.name.clone(),
            device_pwd: Secret::new(state.password.clone()),
        })
    })
}

/// Back to the first name and password.
pub(super) async fn reset(State(core): State<Arc<Core>>) -> Response {
    let mut state = core.state();
    state.name.clone_from(&core.config.name);
    FIRST_PASSWORD.clone_into(&mut state.password);
    state.is_reset = true;
    // The document's answer has no data (API 2.0 §3.11.1).
    done()
}

/// This device writes no log of its own.
pub(super) async fn log_info() -> Response {
    ok(LogInfo::default())
}
