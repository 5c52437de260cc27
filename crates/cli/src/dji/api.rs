//! A running station, as this program speaks with it: gateways come to the station, not to a terminal.

use std::time::Duration;

use clap::Args;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use skyhelm_device::{DeviceError, ErrorKind};

use crate::failure::Failure;

/// A station answers within its own limit of 20 s for a device, and a little more.
const ANSWERS: Duration = Duration::from_secs(25);

/// Which station, and who asks.
#[derive(Debug, Args)]
pub(crate) struct StationArguments {
    /// The station's address.
    #[arg(long, default_value = "http://127.0.0.1:8484")]
    station: String,
    /// An API token of the station, with the right to fly; else `SKYHELM_TOKEN`.
    #[arg(long)]
    token: Option<String>,
}

/// A station.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    client: Client,
    root: String,
    token: String,
}

impl Station {
    pub(super) fn new(arguments: &StationArguments) -> Result<Self, Failure> {
        let token = arguments
            .token
            .clone()
            .or_else(|| std::env::var("SKYHELM_TOKEN").ok())
            .ok_or_else(|| {
                Failure::invalid("an API token is needed: --token, or SKYHELM_TOKEN; the page makes one under Settings")
            })?;
        let client = Client::builder()
            .no_proxy()
            .timeout(ANSWERS)
            .build()
            .map_err(|error| Failure::internal(error.to_string()))?;
        Ok(Self {
            client,
            root: format!("{}/api/v1", arguments.station.trim_end_matches('/')),
            token: token.trim().to_owned(),
        })
    }

    /// Where a socket of the station is.
    pub(super) fn socket(&self, path: &str) -> String {
        let root = self.root.replacen("http", "ws", 1);
        format!("{root}{path}")
    }

    /// What shows who asks.
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask(Method::GET, path, None).await
    }

    /// Gives a command to a device.
    pub(super) async fn tell(
        &self,
        device: &str,
        command: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let path = format!("/devices/{device}/{command}");
        self.ask(Method::POST, &path, body).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.root))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| self.away(&error))?;
        Ok(serde_json::from_str(&self.read(answer).await?).unwrap_or(Value::Null))
    }

    /// A file, as text.
    pub(super) async fn text(&self, path: &str) -> Result<String, Failure> {
        let url = format!("{}{path}", self.root);
        let request = self.client.get(url).bearer_auth(&self.token);
        let answer = request.send().await.map_err(|error| self.away(&error))?;
        self.read(answer).await
    }

    async fn read(&self, answer: Response) -> Result<String, Failure> {
        let good = answer.status().is_success();
        let text = answer.text().await.map_err(|error| self.away(&error))?;
        if good {
            return Ok(text);
        }
        Err(refused(&serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    fn away(&self, error: &reqwest::Error) -> Failure {
        let message = format!("No station answers at {}: {error}.", self.root);
        DeviceError::new(ErrorKind::Unreachable, message)
            .remedy("Start it with `skyhelm serve`, or name another one with --station.")
            .into()
    }
}

/// What the station says when it does not do it.
fn refused(problem: &Value) -> Failure {
    let text = |name: &str| problem[name].as_str().map(str::to_owned);
    // The web's own kinds (`forbidden`, `unauthenticated`) are all about who asks.
    let kind = serde_json::from_value(json!(problem["kind"])).unwrap_or(ErrorKind::NoLease);
    let message = text("detail").unwrap_or_else(|| String::from("The station refused it."));
    DeviceError {
        remedy: text("remedy"),
        ..DeviceError::new(kind, message)
    }
    .into()
}
