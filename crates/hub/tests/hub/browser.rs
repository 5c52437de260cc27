//! A hub under test, and a browser that visits it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use skyhelm_device::{Family, HostClock};
use skyhelm_hub::{HubConfig, HubOptions, PasswordCost, RunningHub, serve};
use skyhelm_units::{Now, StationClock, UtcMillis};
use tempfile::TempDir;

use crate::toy::{Toy, ToyFamily};

/// 2026-11-21 00:00 UTC: night in Munich.
pub(crate) const MIDNIGHT: UtcMillis = UtcMillis::from_seconds(1_795_219_200);

/// A hub whose clock the test turns.
pub(crate) struct TestHub {
    pub(crate) hub: RunningHub,
    pub(crate) family: Arc<ToyFamily>,
    pub(crate) time: Arc<Mutex<Now>>,
    pub(crate) folder: Arc<TempDir>,
}

pub(crate) fn config(folder: &Path) -> HubConfig {
    let text = "port = 0\ntime_zone = \"Europe/Berlin\"\n[site]\nlatitude = 48.14\nlongitude = 11.58\nheight = 520\nplace = \"Munich\"\n";
    let mut config = HubConfig::parse(text, &["toy"]).unwrap();
    folder.clone_into(&mut config.data_dir);
    config
}

impl TestHub {
    pub(crate) async fn start() -> Self {
        let family = Arc::new(ToyFamily::default());
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), family, MIDNIGHT).await
    }

    pub(crate) async fn start_in(
        folder: Arc<TempDir>,
        family: Arc<ToyFamily>,
        utc: UtcMillis,
    ) -> Self {
        Self::start_with(folder, family, utc, []).await
    }

    /// With other families beside the toys.
    pub(crate) async fn start_with(
        folder: Arc<TempDir>,
        family: Arc<ToyFamily>,
        utc: UtcMillis,
        more: impl IntoIterator<Item = Arc<dyn Family>>,
    ) -> Self {
        let time = Arc::new(Mutex::new(Now {
            utc,
            ..Now::default()
        }));
        let turned = time.clone();
        let host = HostClock::new(move || *turned.lock().unwrap());
        let now = host.now();
        let hub = serve(HubOptions {
            families: std::iter::once(family.clone() as Arc<dyn Family>)
                .chain(more)
                .collect(),
            clock: StationClock::new(now.mono, now.utc, 1.0),
            host,
            simulated: true,
            passwords: PasswordCost {
                memory_kib: 64,
                passes: 1,
            },
            ..HubOptions::new(config(folder.path()))
        })
        .await
        .unwrap();
        Self {
            hub,
            family,
            time,
            folder,
        }
    }

    /// Lets time pass for the hub, at once.
    pub(crate) fn pass(&self, wait: Duration) {
        let mut time = self.time.lock().unwrap();
        *time = Now {
            mono: time.mono + wait,
            utc: time.utc + wait,
        };
    }

    pub(crate) fn stranger(&self) -> Browser {
        Browser::stranger(self.hub.address)
    }

    pub(crate) fn token(&self) -> String {
        let link = self.hub.sign_in_link().into_inner();
        link.split_once("#signin=").unwrap().1.to_owned()
    }

    /// A browser that is signed in.
    pub(crate) async fn browser(&self) -> Browser {
        Browser::signed_in(self.hub.address, &self.token()).await
    }

    /// A toy that the station knows.
    pub(crate) async fn toy(&self, address: &str) -> Arc<Toy> {
        let toy = self.family.place(address);
        self.hub.add_device("toy", address).await.unwrap();
        let browser = self.browser().await;
        eventually(async || {
            !browser
                .json("/devices")
                .await
                .as_array()
                .unwrap()
                .is_empty()
        })
        .await;
        toy
    }
}

/// One browser.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) base: String,
    pub(crate) client: reqwest::Client,
    pub(crate) cookie: Option<String>,
    /// A program's token.
    pub(crate) bearer: Option<String>,
}

impl Browser {
    fn stranger(address: SocketAddr) -> Self {
        Self {
            base: format!("http://{address}"),
            client: reqwest::Client::new(),
            cookie: None,
            bearer: None,
        }
    }

    /// One that has followed the link of a hub.
    pub(crate) async fn signed_in(address: SocketAddr, token: &str) -> Self {
        let mut browser = Self::stranger(address);
        let body = json!({ "token": token });
        let answer = browser.post("/session").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        browser.cookie = cookie.split(';').next().map(str::to_owned);
        browser
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}/api/v1{path}", self.base))
            .timeout(Duration::from_secs(20));
        self.dressed(request)
    }

    /// With what shows who asks.
    pub(crate) fn dressed(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(secret) = &self.bearer {
            request = request.bearer_auth(secret);
        }
        request
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path).header("x-skyhelm", "1")
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path).header("x-skyhelm", "1")
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    /// Asks, and gives status and body.
    pub(crate) async fn tell(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answered(self.post(path).json(&body)).await
    }
}

pub(crate) async fn answered(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Asserts that an answer is a problem as RFC 9457 has it.
pub(crate) async fn problem(request: RequestBuilder, status: u16) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), status);
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{body}");
    for member in ["type", "title", "status", "detail", "kind", "request_id"] {
        assert!(!body[member].is_null(), "{member} in {body}");
    }
    assert_eq!(body["status"], status);
    body
}

/// Waits until something is so; fails after ten seconds.
pub(crate) async fn eventually(mut so: impl AsyncFnMut() -> bool) {
    let patience = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), patience)
        .await
        .expect("it came about in time");
}
