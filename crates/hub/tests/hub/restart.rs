//! What a stop and a start keep.

use std::net::TcpListener;
use std::sync::Arc;

use serde_json::json;
use skyhelm_hub::{HubError, HubOptions, serve};

use crate::browser::{MIDNIGHT, TestHub, config, eventually};
use crate::toy::ToyFamily;

#[tokio::test]
async fn devices_sessions_and_log_come_back() {
    let first = TestHub::start().await;
    first.toy("a").await;
    let lines = first.browser().await.json("/log").await["entries"].clone();
    let (folder, family) = (first.folder.clone(), first.family.clone());
    first.hub.stop().await;
    let second = TestHub::start_in(folder, family, MIDNIGHT).await;
    let browser = second.browser().await;
    eventually(async || browser.json("/devices").await[0]["state"]["link"]["status"] == "up").await;
    let kept = browser.json("/log").await["entries"].clone();
    let oldest = |lines: &serde_json::Value| lines.as_array().unwrap().last().cloned();
    assert_eq!(oldest(&kept), oldest(&lines));
}

#[tokio::test]
async fn a_device_that_does_not_answer_is_shown_and_can_be_forgotten() {
    let first = TestHub::start().await;
    first.toy("a").await;
    let (folder, family) = (first.folder.clone(), first.family.clone());
    first.hub.stop().await;
    *family.unreachable.lock().unwrap() = true;
    let second = TestHub::start_in(folder, family, MIDNIGHT).await;
    let browser = second.browser().await;
    let device = browser.json("/devices").await[0].clone();
    assert_eq!(device["state"]["link"]["status"], "down");
    assert_eq!(device["state"]["about"]["model"], "Toy 1");
    assert_eq!(device["capabilities"], json!([]));
    assert_eq!(browser.tell("/devices/toy-a/stop", json!({})).await.0, 502);
    let gone = browser.delete("/devices/toy-a").send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(browser.json("/devices").await, json!([]));
}

#[tokio::test]
async fn a_taken_port_is_an_error_or_the_next_one_is_used() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.port = port;
    let refused = serve(HubOptions::new(config.clone())).await.unwrap_err();
    assert!(matches!(refused, HubError::Port { port: p, .. } if p == port));
    let options = HubOptions {
        next_free_port: true,
        ..HubOptions::new(config)
    };
    let hub = serve(options).await.unwrap();
    assert!(hub.address.port() > port);
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_for_other_machines_needs_an_admins_account() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.bind = "0.0.0.0".parse().unwrap();
    let refused = serve(HubOptions::new(config)).await.unwrap_err();
    assert!(matches!(refused, HubError::NoAdmin(_)));
    assert!(refused.to_string().contains("skyhelm account add"));
}

#[tokio::test]
async fn a_second_start_in_the_same_folder_keeps_added_devices_once() {
    let family = Arc::new(ToyFamily::default());
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let hub = TestHub::start_in(folder, family, MIDNIGHT).await;
    hub.toy("a").await;
    hub.hub.add_device("toy", "a").await.unwrap();
    let browser = hub.browser().await;
    eventually(async || browser.json("/devices").await.as_array().unwrap().len() == 1).await;
}
