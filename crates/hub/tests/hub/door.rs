//! Who is let in, and with what.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::browser::{TestHub, problem};

#[tokio::test]
async fn strangers_are_not_told_what_there_is() {
    let hub = TestHub::start().await;
    let stranger = hub.stranger();
    let body = problem(stranger.get("/no/such/route"), 401).await;
    assert!(body["remedy"].as_str().unwrap().contains("Sign in"));
    problem(stranger.post("/station"), 401).await;
    let browser = hub.browser().await;
    problem(browser.get("/no/such/route"), 404).await;
    problem(browser.post("/station"), 405).await;
    assert_eq!(stranger.json("/session").await["signed_in"], false);
}

#[tokio::test]
async fn a_sign_in_link_works_once_and_for_ten_minutes() {
    let hub = TestHub::start().await;
    let (first, second) = (hub.token(), hub.token());
    let stranger = hub.stranger();
    let sign_in = |token: &str| stranger.post("/session").json(&json!({ "token": token }));
    assert_eq!(sign_in(&first).send().await.unwrap().status(), 200);
    problem(sign_in(&first), 401).await;
    problem(sign_in("0000"), 401).await;
    problem(sign_in(&"0".repeat(1_000)), 401).await;
    hub.pass(Duration::from_mins(10));
    problem(sign_in(&second), 401).await;
}

#[tokio::test]
async fn a_session_ends_when_its_owner_says_so() {
    let hub = TestHub::start().await;
    let (browser, other) = (hub.browser().await, hub.browser().await);
    assert_eq!(browser.json("/session").await["signed_in"], true);
    let out = browser.delete("/session").send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    problem(browser.get("/devices"), 401).await;
    other.json("/devices").await;
}

#[tokio::test]
async fn a_session_ends_by_itself_after_a_month() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    hub.pass(Duration::from_hours(31 * 24));
    problem(browser.get("/devices"), 401).await;
}

#[tokio::test]
async fn a_foreign_page_changes_nothing() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let plain = browser.request(Method::POST, "/devices/probe");
    problem(plain.json(&json!({})), 403).await;
    let own = format!("http://{}", hub.hub.address);
    for (origin, status) in [("http://evil.example", 403), ("null", 403), (&own, 400)] {
        let request = browser.post("/devices/probe").header("origin", origin);
        problem(request.json(&json!({})), status).await;
    }
    let events = browser
        .get("/events")
        .header("origin", "http://evil.example");
    problem(events, 403).await;
}

#[tokio::test]
async fn another_name_for_this_machine_is_refused() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    problem(browser.get("/station").header("host", "evil.example"), 421).await;
    let tunnelled = browser.get("/station").header("host", "localhost:9999");
    assert_eq!(tunnelled.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn bad_bodies_are_problems() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    hub.toy("a").await;
    let goto = "/devices/toy-a/mount/goto";
    let json_type = ("content-type", "application/json");
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"name\": \"M 31\"}",
        "{\"name\": \"M 31\", \"ra_hours\": \"x\", \"dec_degrees\": 1}",
        "{\"name\": \"M 31\", \"ra_hours\": 1, \"dec_degrees\": 91}",
        "{\"name\": \"M 31\", \"ra_hours\": 24.5, \"dec_degrees\": 1}",
        "{\"name\": \"M 31\", \"ra_hours\": 1e999, \"dec_degrees\": 1}",
        "{\"name\": \"M 31\", \"ra_hours\": 1, \"dec_degrees\": 1, \"more\": 1}",
        "{\"name\": \"a\\u0000b\", \"ra_hours\": 1, \"dec_degrees\": 1}",
    ] {
        let request = browser.post(goto).header(json_type.0, json_type.1);
        problem(request.body(body), 400).await;
    }
    problem(browser.post(goto).body("{}"), 415).await;
    let large = browser.post(goto).header(json_type.0, json_type.1);
    problem(large.body("x".repeat(100_000)), 413).await;
    for path in [
        "/sky/stars?ra=1&dec=100&radius=1",
        "/sky/stars?ra=1&dec=1&radius=nan",
        "/sky/search",
        "/sky/curve?ra_hours=99&dec_degrees=0",
        "/log?severity=shout",
        "/library?limit=x",
    ] {
        problem(browser.get(path), 400).await;
    }
    assert!(hub.family.toys.lock().unwrap()["a"].asked().is_empty());
}

#[tokio::test]
async fn broken_requests_disturb_nobody() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    ] {
        let mut socket = tokio::net::TcpStream::connect(hub.hub.address)
            .await
            .unwrap();
        socket.write_all(garbage).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut answer = String::new();
        let _ = socket.read_to_string(&mut answer).await;
        assert!(!answer.contains("root:"), "{answer}");
        assert!(
            !answer.starts_with("HTTP/1.1 200 OK\r\ncontent-type: text/plain"),
            "{answer}"
        );
    }
    browser.json("/station").await;
}

#[tokio::test]
async fn the_page_keeps_to_itself() {
    let hub = TestHub::start().await;
    let root = format!("http://{}", hub.hub.address);
    for path in ["/", "/tonight", "/library/whatever"] {
        let answer = reqwest::get(format!("{root}{path}")).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers();
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
    }
    let missing = reqwest::get(format!("{root}/assets/none.js"))
        .await
        .unwrap();
    assert_eq!(missing.status(), 404);
    let health = reqwest::get(format!("{root}/healthz")).await.unwrap();
    assert_eq!(health.text().await.unwrap(), "ok");
}
