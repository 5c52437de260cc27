//! A family from elsewhere, in the hub by one line.

#[path = "../../../device-contract/examples/toy.rs"]
#[allow(dead_code, reason = "an example with a main of its own")]
mod toy;

use std::time::Duration;

use reqwest::Client;
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use skyhelm_hub::{HubOptions, RunningHub, serve};

use crate::browser::config;

async fn signed_in(hub: &RunningHub) -> (Client, String) {
    let client = Client::new();
    let link = hub.sign_in_link();
    let token = link.expose().rsplit("#signin=").next().unwrap().to_owned();
    let answer = client
        .post(format!("http://{}/api/v1/session", hub.address))
        .header("X-Skyhelm", "1")
        .json(&json!({ "token": token }))
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    (client, cookie)
}

#[tokio::test]
async fn a_family_of_the_list_is_served_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let hub = serve(HubOptions {
        families: vec![toy::family()],
        ..HubOptions::new(config(folder.path()))
    })
    .await
    .unwrap();
    let (client, cookie) = signed_in(&hub).await;
    let device = format!("http://{}/api/v1/devices/toy-1", hub.address);
    let look = || async {
        let answer = client.get(&device).header(COOKIE, &cookie).send().await;
        let answer = answer.unwrap();
        if !answer.status().is_success() {
            return Value::Null;
        }
        answer.json::<Value>().await.unwrap()
    };
    for _ in 0..200 {
        if look().await["state"]["link"]["status"] == "up" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let seen = look().await;
    assert_eq!(seen["state"]["about"]["model"], "Toy 1", "{seen}");
    assert_eq!(seen["capabilities"], json!(["mount", "lights"]));
    let stop = client
        .post(format!("{device}/stop"))
        .header(COOKIE, &cookie)
        .header("X-Skyhelm", "1")
        .send()
        .await
        .unwrap();
    assert_eq!(stop.status(), 202);
    hub.stop().await;
}
