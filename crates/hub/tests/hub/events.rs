//! The event stream.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use skyhelm_device::{DeviceEvent, Severity};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::browser::{Browser, TestHub, eventually};

pub(crate) struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    pub(crate) async fn open(browser: &Browser) -> Self {
        let address = browser.base.replace("http", "ws") + "/api/v1/events";
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert(
            "cookie",
            browser.cookie.as_deref().unwrap().parse().unwrap(),
        );
        headers.insert("origin", browser.base.parse().unwrap());
        Self(connect_async(request).await.unwrap().0)
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    /// The next message of a type.
    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        let found = async {
            loop {
                let message = self.0.next().await.expect("the socket is open").unwrap();
                let Message::Text(text) = message else {
                    continue;
                };
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] == kind {
                    return message;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), found)
            .await
            .unwrap_or_else(|_| panic!("no {kind} came"))
    }

    /// Whether the hub closes the socket.
    pub(crate) async fn is_closed(&mut self) -> bool {
        let closed = async {
            while let Some(Ok(message)) = self.0.next().await {
                if message.is_close() {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), closed)
            .await
            .is_ok()
    }
}

#[tokio::test]
async fn what_happens_is_told() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let mut page = Page::open(&browser).await;
    let hello = page.hear("hello").await;
    assert_eq!(hello["station"]["site"]["place"], "Munich");
    assert_eq!(hello["devices"], json!([]));
    let clock = &hello["station"]["clock"];
    assert_eq!(
        (&clock["speed"], &clock["shifted"]),
        (&json!(1.0), &json!(false))
    );

    let toy = hub.toy("a").await;
    assert_eq!(page.hear("device").await["device"]["id"], "toy-a");
    toy.change(|state| state.power.battery_percent = Some(55.0));
    let told = async {
        while page.hear("device").await["device"]["state"]["power"]["battery_percent"] != 55.0 {}
    };
    tokio::time::timeout(Duration::from_secs(30), told)
        .await
        .unwrap();

    toy.events
        .send(DeviceEvent {
            utc_ms: 5,
            severity: Severity::Warning,
            topic: String::from("toy.squeak"),
            message: String::from("It squeaks."),
            details: json!({"loud": true}),
        })
        .unwrap();
    let entry = loop {
        let entry = page.hear("log").await["entry"].take();
        if entry["topic"] == "toy.squeak" {
            break entry;
        }
    };
    assert_eq!(entry["details"]["loud"], true);
    let log = browser.json("/log?severity=warning&device=toy-a").await;
    assert_eq!(log["entries"][0], entry);

    page.say(json!({"type": "ping", "t": 42})).await;
    assert_eq!(page.hear("pong").await["t"], 42);
    browser.delete("/devices/toy-a").send().await.unwrap();
    assert_eq!(page.hear("gone").await["id"], "toy-a");
}

#[tokio::test]
async fn a_storm_of_changes_is_told_in_a_few_messages() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let toy = hub.toy("a").await;
    let mut page = Page::open(&browser).await;
    page.hear("hello").await;
    let storm = tokio::spawn(async move {
        for step in 0..500 {
            toy.change(|state| state.power.temperature_c = Some(f64::from(step)));
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    });
    let mut told = 0;
    while page.hear("device").await["device"]["state"]["power"]["temperature_c"] != 499.0 {
        told += 1;
    }
    storm.await.unwrap();
    // Half a second at ten a second, and room for a busy machine.
    assert!(told < 100, "{told}");
}

#[tokio::test]
async fn a_stick_moves_and_stops_when_it_is_released() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let mut page = Page::open(&browser).await;
    let push = json!({"type": "joystick", "device": "toy-a", "direction_deg": 90, "deflection": 1});
    page.say(push).await;
    eventually(async || toy.asked().iter().any(|a| a.starts_with("Joystick"))).await;
    page.say(json!({"type": "joystick_stop", "device": "toy-a"}))
        .await;
    eventually(async || toy.asked().last().unwrap() == "StopJoystick").await;
}

#[tokio::test]
async fn a_stick_stops_when_its_socket_dies() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let mut page = Page::open(&browser).await;
    let push =
        json!({"type": "joystick", "device": "toy-a", "direction_deg": 0, "deflection": 0.3});
    page.say(push).await;
    eventually(async || toy.asked().iter().any(|a| a.starts_with("Joystick"))).await;
    drop(page);
    eventually(async || toy.asked().last().unwrap() == "StopJoystick").await;
}

#[tokio::test]
async fn a_stick_that_falls_silent_stops() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let mut page = Page::open(&browser).await;
    let push =
        json!({"type": "joystick", "device": "toy-a", "direction_deg": 0, "deflection": 0.3});
    page.say(push).await;
    eventually(async || toy.asked().last().is_some_and(|a| a == "StopJoystick")).await;
}

#[tokio::test]
async fn a_stick_without_the_lease_is_told_so() {
    let hub = TestHub::start().await;
    let (ada, ben) = (hub.browser().await, hub.browser().await);
    let toy = hub.toy("a").await;
    ada.tell("/devices/toy-a/lease", json!({})).await;
    let mut page = Page::open(&ben).await;
    let push = json!({"type": "joystick", "device": "toy-a", "direction_deg": 0, "deflection": 1});
    page.say(push).await;
    assert_eq!(page.hear("problem").await["problem"]["kind"], "no_lease");
    assert!(toy.asked().is_empty());
}

#[tokio::test]
async fn nonsense_on_the_socket_is_answered_and_survived() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let mut page = Page::open(&browser).await;
    for nonsense in [
        "",
        "{",
        "[]",
        "{\"type\": \"fly\"}",
        "{\"type\": \"joystick\"}",
    ] {
        page.0.send(Message::text(nonsense)).await.unwrap();
        assert_eq!(page.hear("problem").await["problem"]["kind"], "invalid");
    }
    page.0.send(Message::binary(vec![0, 255, 3])).await.unwrap();
    page.say(json!({"type": "ping", "t": 1})).await;
    page.hear("pong").await;
    page.0
        .send(Message::text("x".repeat(100_000)))
        .await
        .unwrap();
    assert!(page.is_closed().await);
}

#[tokio::test]
async fn signing_out_ends_the_stream() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let mut page = Page::open(&browser).await;
    page.hear("hello").await;
    browser.delete("/session").send().await.unwrap();
    assert!(page.is_closed().await);
}

#[tokio::test]
async fn stopping_the_hub_ends_the_stream() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let mut page = Page::open(&browser).await;
    page.hear("hello").await;
    tokio::time::timeout(Duration::from_secs(8), hub.hub.stop())
        .await
        .unwrap();
    assert!(page.is_closed().await);
}
