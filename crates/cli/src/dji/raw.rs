//! A service by its own name.

use serde_json::{Value, json};
use skyhelm_device::{DeviceError, ErrorKind, RawAnswer};

use super::act::Pilot;
use crate::failure::Failure;

pub(super) async fn send(
    pilot: &Pilot,
    method: &str,
    data: &str,
    may_move: bool,
) -> Result<(), Failure> {
    let data: Value = serde_json::from_str(data)
        .map_err(|error| Failure::invalid(format!("the data are not JSON: {error}")))?;
    let message = json!({ "method": method, "data": data, "may_move": may_move });
    let said = pilot.station.tell(&pilot.id, "raw", Some(&message)).await?;
    let answer: RawAnswer = serde_json::from_value(said.clone())
        .map_err(|error| Failure::internal(format!("the station speaks otherwise: {error}")))?;
    if answer.result != 0 {
        // A number that is not 0 is the device's refusal: a script can tell by the exit code.
        let message = format!("{method}: {} {}.", answer.result, answer.words);
        let error = DeviceError::new(ErrorKind::Refused, message).code(answer.result);
        return Err(match answer.advice {
            Some(advice) => error.remedy(advice).into(),
            None => error.into(),
        });
    }
    if pilot.json {
        println!("{said}");
    } else {
        println!("{method}: 0, {}", answer.words);
        if !answer.output.is_null() {
            println!("{:#}", answer.output);
        }
    }
    Ok(())
}
