//! `skyhelm sim fault`: the world's door of a virtual device.

use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use skyhelm_device::{DeviceError, ErrorKind};

use crate::failure::Failure;

/// A virtual device is on this machine and answers at once.
const ANSWERS: Duration = Duration::from_secs(5);

/// Whether something is wrong.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Wanted {
    /// It goes wrong.
    On,
    /// It is well again.
    Off,
}

#[derive(Debug, Args)]
pub(crate) struct FaultArguments {
    /// The virtual device's WebSocket: `127.0.0.1:PORT`.
    address: String,
    /// What: `wifi-drop`, `no-card`, `card-full`, `low-battery`, `motor-limit`, `cloud-bank`,
    /// `solve-failure`, `reboot`; `all` to make everything well.
    name: String,
    /// Whether it goes wrong.
    #[arg(value_enum)]
    wanted: Wanted,
    /// Its numbers as JSON: '{"seconds": 5}'.
    #[arg(long, default_value = "{}")]
    with: String,
}

pub(super) async fn run(arguments: &FaultArguments, json: bool) -> Result<(), Failure> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWERS)
        .build()
        .map_err(|error| Failure::internal(error.to_string()))?;
    let (host, port) = split(&arguments.address);
    let about: Value = client
        .get(format!("http://{host}:{port}/"))
        .send()
        .await
        .map_err(|error| unreachable(&arguments.address, &error))?
        .json()
        .await
        .map_err(|error| unreachable(&arguments.address, &error))?;
    let world = about["ports"]["world"]
        .as_u64()
        .ok_or_else(|| Failure::invalid(format!("{} is no virtual device", arguments.address)))?;
    let answer = client
        .post(format!("http://127.0.0.1:{world}/world/faults"))
        .json(&body(arguments)?)
        .send()
        .await
        .map_err(|error| unreachable(&arguments.address, &error))?;
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    if !status.is_success() {
        return Err(Failure::invalid(format!("the device's world says: {text}")));
    }
    if json {
        println!("{text}");
    } else {
        let world: Value = serde_json::from_str(&text).unwrap_or_default();
        println!("Wrong now: {}", world["faults"]);
    }
    Ok(())
}

fn body(arguments: &FaultArguments) -> Result<Value, Failure> {
    let name = &arguments.name;
    if matches!(arguments.wanted, Wanted::Off) {
        return Ok(json!({ "clear": name }));
    }
    let numbers = serde_json::from_str(&arguments.with);
    let Ok(Value::Object(mut body)) = numbers else {
        return Err(Failure::invalid("--with is a JSON object"));
    };
    body.insert(String::from("fault"), json!(name));
    Ok(Value::Object(body))
}

fn split(address: &str) -> (&str, &str) {
    address.rsplit_once(':').unwrap_or((address, "9900"))
}

fn unreachable(address: &str, error: &reqwest::Error) -> Failure {
    let message = format!("The virtual device at {address} cannot be reached: {error}.");
    DeviceError::new(ErrorKind::Unreachable, message)
        .remedy("Start one: skyhelm sim dwarf3.")
        .into()
}
