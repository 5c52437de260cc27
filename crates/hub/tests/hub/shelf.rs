//! A family from elsewhere, in the hub by one line.

#[path = "../../../device-contract/examples/toy.rs"]
#[allow(dead_code, reason = "an example with a main of its own")]
mod toy;

use serde_json::json;
use skyhelm_hub::{HubOptions, serve};

use crate::browser::{Browser, config, eventually};

#[tokio::test]
async fn a_family_of_the_list_is_served_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let hub = serve(HubOptions {
        families: vec![toy::family()],
        ..HubOptions::new(config(folder.path()))
    })
    .await
    .unwrap();
    let link = hub.sign_in_link().into_inner();
    let (_, token) = link.split_once("#signin=").unwrap();
    let browser = Browser::signed_in(hub.address, token).await;
    eventually(async || browser.json("/devices").await[0]["state"]["link"]["status"] == "up").await;
    let seen = browser.json("/devices/toy-1").await;
    assert_eq!(seen["state"]["about"]["model"], "Toy 1", "{seen}");
    assert_eq!(seen["capabilities"], json!(["mount", "lights"]));
    for (command, body) in [("lights/lamp", json!({"on": true})), ("stop", json!({}))] {
        let (status, said) = browser
            .tell(&format!("/devices/toy-1/{command}"), body)
            .await;
        assert_eq!(status, 202, "{command}: {said}");
    }
    let lamp = &browser.json("/devices/toy-1").await["state"]["lights"][0];
    assert_eq!(lamp["on"], true, "{lamp}");
    hub.stop().await;
}
