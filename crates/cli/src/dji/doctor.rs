//! Which step of coming online is missing.

use serde_json::{Value, json};
use skyhelm_device::state::OnlineStep;
use skyhelm_device::{DeviceError, DeviceState, ErrorKind};

use super::api::Station;
use crate::failure::Failure;

/// Prints every step; the first that is missing is the program's failure.
pub(super) async fn look(station: &Station, serial: &str, json: bool) -> Result<(), Failure> {
    let devices = station.get("/devices").await?;
    let devices = devices.as_array().cloned().unwrap_or_default();
    let found = devices
        .into_iter()
        .find_map(|device| state_of(device, serial));
    let Some(state) = found else {
        let message = format!("account: the station knows no gateway {serial}.");
        return Err(DeviceError::new(ErrorKind::NotFound, message)
            .remedy("Give it an account: its serial number and a password in `gateways` of the table [dji]; then set this station up in DJI Pilot 2.")
            .into());
    };
    let steps = &state.link.steps;
    let missing = steps.iter().find(|step| step.done == Some(false));
    if json {
        println!(
            "{}",
            json!({ "serial": serial, "steps": steps, "missing": missing })
        );
    } else {
        for step in steps {
            println!("{:<8} {}", mark(step), step.name);
        }
    }
    let Some(step) = missing else {
        if !json {
            println!("It is online.");
        }
        return Ok(());
    };
    let message = format!("{}: this step of coming online is missing.", step.name);
    let error = DeviceError::new(ErrorKind::Unreachable, message);
    Err(error.remedy(step.advice.clone().unwrap_or_default()).into())
}

fn state_of(mut device: Value, serial: &str) -> Option<DeviceState> {
    let state: DeviceState = serde_json::from_value(device["state"].take()).ok()?;
    (state.about.serial.as_deref() == Some(serial)).then_some(state)
}

fn mark(step: &OnlineStep) -> &'static str {
    match step.done {
        Some(true) => "done",
        Some(false) => "MISSING",
        None => "?",
    }
}
