//! What the demo does before it shows its link, as any client of the web API could.

use std::time::{Duration, Instant};

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_hub::RunningHub;

/// Sub exposure the demo asks for: long enough to show depth, short enough for an alt-azimuth mount.
const SUB_SECONDS: f64 = 30.0;
/// Exposure of the wide picture: long enough for the Milky Way.
const WIDE_SECONDS: f64 = 10.0;
/// Gain the demo asks for.
const GAIN: f64 = 80.0;
/// Lowest altitude of a target worth showing.
const LOWEST_DEGREES: f64 = 35.0;
/// Each step's time.
const PATIENCE: Duration = Duration::from_secs(40);
/// Between two looks at the state.
const GLANCE: Duration = Duration::from_millis(100);

/// Opens the cameras, calibrates, slews to the best showpiece and starts a stack.
pub(super) async fn begin(hub: &RunningHub, device: &str, subs: u32) -> Result<(), DeviceError> {
    let operator = Operator::sign_in(hub, device).await?;
    operator
        .until("the connection", |state| state["link"]["status"] == "up")
        .await?;
    for lens in ["tele", "wide"] {
        operator
            .command(&format!("cameras/{lens}/open"), json!({}))
            .await?;
    }
    operator
        .until("the cameras", |state| {
            ["tele", "wide"]
                .iter()
                .all(|lens| state["cameras"][lens]["open"] == true)
        })
        .await?;
    operator.set("tele", "exposure", SUB_SECONDS).await?;
    operator.set("tele", "gain", GAIN).await?;
    operator.set("wide", "exposure", WIDE_SECONDS).await?;
    operator.set("wide", "gain", GAIN).await?;
    operator.job("mount/calibrate", json!({})).await?;
    let target = operator.showpiece().await?;
    operator.job("mount/goto", target.clone()).await?;
    println!(
        "It follows {}.",
        target["name"].as_str().unwrap_or("its target")
    );
    operator
        .command(
            "stack/start",
            json!({ "lens": "tele", "subs": subs, "without_darks": true }),
        )
        .await?;
    operator.sign_out().await
}

struct Operator {
    client: Client,
    api: String,
    device: String,
    cookie: String,
}

impl Operator {
    async fn sign_in(hub: &RunningHub, device: &str) -> Result<Self, DeviceError> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .build()
            .map_err(broken)?;
        let link = hub.sign_in_link();
        let token = link.expose().rsplit("#signin=").next().unwrap_or_default();
        let api = format!("http://{}/api/v1", hub.address);
        let request = client
            .post(format!("{api}/session"))
            .header("X-Skyhelm", "1");
        let response = request
            .json(&json!({ "token": token }))
            .send()
            .await
            .map_err(broken)?;
        let cookie = response
            .headers()
            .get(SET_COOKIE)
            .and_then(|value| value.to_str().ok());
        let cookie = cookie
            .and_then(|text| text.split(';').next())
            .map(str::to_owned);
        Ok(Self {
            client,
            api,
            device: device.to_owned(),
            cookie: cookie.ok_or_else(|| {
                DeviceError::new(ErrorKind::Internal, "the station gave the demo no session")
            })?,
        })
    }

    async fn sign_out(&self) -> Result<(), DeviceError> {
        for path in [
            format!("devices/{}/lease", self.device),
            String::from("session"),
        ] {
            let request = self.client.delete(format!("{}/{path}", self.api));
            answer(self.signed(request)).await?;
        }
        Ok(())
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, DeviceError> {
        let request = self.client.post(format!("{}/{path}", self.api));
        answer(self.signed(request).json(&body)).await
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .header("X-Skyhelm", "1")
            .header(COOKIE, &self.cookie)
    }

    async fn read(&self, path: &str) -> Result<Value, DeviceError> {
        answer(self.signed(self.client.get(format!("{}/{path}", self.api)))).await
    }

    async fn command(&self, path: &str, body: Value) -> Result<Value, DeviceError> {
        self.post(&format!("devices/{}/{path}", self.device), body)
            .await
    }

    /// Gives a command and waits until its job has ended well.
    async fn job(&self, path: &str, body: Value) -> Result<(), DeviceError> {
        let accepted = self.command(path, body).await?;
        let Some(id) = accepted["job"].as_str().map(str::to_owned) else {
            return Ok(());
        };
        let find = |state: &Value| {
            let jobs = state["jobs"].as_array()?;
            jobs.iter().find(|job| job["id"] == id.as_str()).cloned()
        };
        let state = self
            .until(path, |state| {
                find(state).is_none_or(|job| !job["outcome"].is_null())
            })
            .await?;
        let outcome = find(&state)
            .map(|job| job["outcome"].clone())
            .unwrap_or_default();
        match outcome["result"].as_str() {
            Some("failed") => {
                Err(serde_json::from_value(outcome["error"].clone()).map_err(broken)?)
            }
            _ => Ok(()),
        }
    }

    /// Sets a camera's setting to the choice nearest a value.
    async fn set(&self, lens: &str, setting: &str, value: f64) -> Result<(), DeviceError> {
        let state = self
            .until(setting, |state| {
                !state["cameras"][lens][setting]["choices"].is_null()
            })
            .await?;
        let choices = state["cameras"][lens][setting]["choices"]
            .as_array()
            .cloned();
        let distance = |choice: &Value| choice["value"].as_f64().map(|own| (own - value).abs());
        let nearest = choices
            .unwrap_or_default()
            .into_iter()
            .filter(|choice| distance(choice).is_some())
            .min_by(|a, b| {
                distance(a)
                    .partial_cmp(&distance(b))
                    .unwrap_or(std::cmp::Ordering::Equal)
            });
        match nearest {
            Some(choice) => {
                let path = format!("cameras/{lens}/{setting}");
                self.command(&path, json!({ "index": choice["index"] }))
                    .await
                    .map(|_| ())
            }
            None => Ok(()),
        }
    }

    /// The best of what is high enough now.
    async fn showpiece(&self) -> Result<Value, DeviceError> {
        let list = self.read("sky/showpieces").await?;
        let rows = list.as_array().cloned().unwrap_or_default();
        let altitude = |row: &Value| row["altitude_deg"].as_f64().unwrap_or(-90.0);
        let high = rows.iter().find(|row| altitude(row) > LOWEST_DEGREES);
        let best = high.or_else(|| rows.first()).ok_or_else(|| {
            DeviceError::new(ErrorKind::OutOfReach, "no showpiece is above the horizon")
        })?;
        Ok(json!({
            "name": best["name"],
            "ra_hours": best["ra_hours"],
            "dec_degrees": best["dec_degrees"],
        }))
    }

    /// Waits until the device's state is as wanted; the waiting is bounded.
    async fn until(
        &self,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value, DeviceError> {
        let path = format!("devices/{}", self.device);
        let end = Instant::now() + PATIENCE;
        loop {
            let state = self.read(&path).await?["state"].take();
            if wanted(&state) {
                return Ok(state);
            }
            if Instant::now() > end {
                let message = format!("{what} took more than {} s", PATIENCE.as_secs());
                return Err(DeviceError::new(ErrorKind::TimedOut, message));
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}

async fn answer(request: RequestBuilder) -> Result<Value, DeviceError> {
    let response = request.send().await.map_err(broken)?;
    let fine = response.status().is_success();
    let text = response.text().await.map_err(broken)?;
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    if fine {
        return Ok(body);
    }
    let kind = serde_json::from_value(body["kind"].clone()).unwrap_or(ErrorKind::Internal);
    let detail = body["detail"].as_str().unwrap_or("the station refused");
    Err(DeviceError::new(kind, detail))
}

fn broken(error: impl std::error::Error) -> DeviceError {
    DeviceError::new(ErrorKind::Internal, error.to_string())
}
