//! Over real sockets, with a broker of the client's own crate.

use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_dji_sim::{GatewayKind, VirtualGateway, VirtualGatewayConfig};

use crate::harness::{SITE, config};

#[tokio::test]
async fn without_a_broker_the_world_can_be_seen_and_changed() {
    let mut config: VirtualGatewayConfig = config(GatewayKind::DockM30t);
    config.site = SITE;
    let gateway = VirtualGateway::start(config).await.unwrap();
    let base = format!("http://{}/world", gateway.world_address());
    let client = reqwest::Client::new();
    let seen = client
        .get(&base)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let seen: Value = serde_json::from_slice(&seen).unwrap();
    assert_eq!(
        (seen["step"].as_str(), seen["connected"].as_bool()),
        (Some("offline"), Some(false))
    );
    let put = |body: Value| client.post(format!("{base}/faults")).json(&body).send();
    let answer = put(json!({ "fault": "wind", "speed": 7.0, "from": 10.0 }))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(gateway.world().faults.len(), 1);
    assert_eq!(
        put(json!({ "fault": "wind", "speed": -7.0 }))
            .await
            .unwrap()
            .status(),
        400
    );
    assert_eq!(put(json!({ "fault": "rain" })).await.unwrap().status(), 400);
    assert_eq!(put(json!({ "clear": "all" })).await.unwrap().status(), 200);
    assert!(gateway.world().faults.is_empty());
    let foreign = client
        .get(&base)
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
    let picture = client
        .get(format!("{base}/picture.jpg?width=320"))
        .send()
        .await
        .unwrap();
    let picture = picture.bytes().await.unwrap();
    assert!(picture.starts_with(&[0xff, 0xd8]) && picture.len() > 2000);
    let map = client
        .get(format!("{base}/land.geojson"))
        .send()
        .await
        .unwrap();
    assert_eq!(map.headers()["content-type"], "application/geo+json");
    tokio::time::timeout(Duration::from_secs(5), gateway.stop())
        .await
        .unwrap();
}

/// A broker on a free port, without accounts.
async fn broker() -> (String, tokio::task::JoinHandle<()>) {
    let mut config = mqtt5::broker::BrokerConfig {
        bind_addresses: vec!["127.0.0.1:0".parse().unwrap()],
        ..mqtt5::broker::BrokerConfig::default()
    };
    config.auth_config.allow_anonymous = true;
    config.storage_config.enable_persistence = false;
    let mut broker = mqtt5::broker::MqttBroker::with_config(config)
        .await
        .unwrap();
    let at = broker.local_addr().unwrap();
    let running = tokio::spawn(async move {
        let _ = broker.run().await;
    });
    (at.to_string(), running)
}

/// A cloud that answers what a gateway asks, and hands on what it hears.
struct Cloud {
    client: mqtt5::MqttClient,
    heard: tokio::sync::mpsc::UnboundedReceiver<mqtt5::Message>,
    gateway: String,
    sent: u64,
}

impl Cloud {
    async fn at(address: &str, gateway: &str) -> Self {
        let client = mqtt5::MqttClient::new("cloud");
        client.connect(&format!("mqtt://{address}")).await.unwrap();
        let (tell, heard) = tokio::sync::mpsc::unbounded_channel();
        for filter in skyhelm_dji_proto::topic::cloud_filters() {
            let tell = tell.clone();
            let taken = client.subscribe(filter, move |message| {
                let _ = tell.send(message);
            });
            taken.await.unwrap();
        }
        Self {
            client,
            heard,
            gateway: gateway.to_owned(),
            sent: 0,
        }
    }

    /// Answers until a message comes that `wanted` knows.
    async fn until(&mut self, wanted: impl Fn(&str, &Value) -> bool) -> Value {
        let patience = Duration::from_secs(30);
        loop {
            let message = tokio::time::timeout(patience, self.heard.recv()).await;
            let message = message.expect("the gateway says nothing").unwrap();
            let body: Value = serde_json::from_slice(&message.payload).unwrap();
            let asks = message.topic.ends_with("/requests") || message.topic.ends_with("/status");
            if asks || body["need_reply"] == 1 {
                let mut reply = body.clone();
                reply["data"] =
                    json!({ "result": 0, "output": { "bind_status": [], "err_infos": [] } });
                let topic = format!("{}_reply", message.topic);
                self.client.publish(topic, reply.to_string()).await.unwrap();
            }
            if wanted(&message.topic, &body) {
                return body;
            }
        }
    }

    async fn serve(&mut self, method: &str, data: Value) -> i64 {
        self.sent += 1;
        let tid = format!("t{}", self.sent);
        let topic = format!("thing/product/{}/services", self.gateway);
        let message =
            json!({ "tid": tid, "bid": "b", "timestamp": 1, "method": method, "data": data });
        self.client
            .publish(topic, message.to_string())
            .await
            .unwrap();
        let is_reply = |topic: &str, body: &Value| {
            topic.ends_with("/services_reply") && body["tid"] == tid.as_str()
        };
        self.until(is_reply).await["data"]["result"]
            .as_i64()
            .unwrap()
    }

    async fn down(&self, message: Value) {
        let topic = format!("thing/product/{}/drc/down", self.gateway);
        self.client
            .publish(topic, message.to_string())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn over_real_mqtt_it_comes_online_flies_and_photographs() {
    let (address, broker) = broker().await;
    let mut config = config(GatewayKind::DockM30t);
    config.broker = format!("mqtt://{address}");
    config.airborne = true;
    let gateway = VirtualGateway::start(config).await.unwrap();
    let mut cloud = Cloud::at(&address, gateway.gateway_sn()).await;
    cloud.until(|topic, _| topic.ends_with("/osd")).await;
    assert_eq!(gateway.world().step, "online");
    assert_eq!(cloud.serve("flight_authority_grab", json!({})).await, 0);
    let camera = json!({ "payload_index": "53-0-0" });
    assert_eq!(
        cloud.serve("payload_authority_grab", camera.clone()).await,
        0
    );
    let drc = json!({
        "mqtt_broker": { "address": address, "client_id": "drc-1", "username": "", "password": "", "expire_time": 4_000_000_000_i64, "enable_tls": false },
        "osd_frequency": 10, "hsi_frequency": 1,
    });
    assert_eq!(cloud.serve("drc_mode_enter", drc).await, 0);
    cloud
        .until(|_, body| body["method"] == "osd_info_push")
        .await;
    let north = |body: &Value| body["data"]["speed_x"].as_f64().unwrap_or(0.0);
    let mut speed = 0.0;
    for seq in 0..300 {
        let data = json!({ "seq": seq, "x": 4.0, "y": 0.0, "h": 0.0, "w": 0.0 });
        let frame = json!({ "method": "drone_control", "data": data });
        cloud.down(frame).await;
        let pushed = |_: &str, body: &Value| body["method"] == "osd_info_push";
        speed = north(&cloud.until(pushed).await);
        if speed > 2.0 {
            break;
        }
    }
    assert!(speed > 2.0, "frames fly it: {speed}");
    cloud
        .down(json!({ "method": "drone_emergency_stop", "data": {} }))
        .await;
    assert_eq!(
        cloud
            .until(|_, body| body["method"] == "drone_emergency_stop")
            .await["data"]["result"],
        0
    );
    cloud
        .until(|_, body| body["method"] == "osd_info_push" && north(body) < 0.2)
        .await;
    assert_eq!(cloud.serve("camera_photo_take", camera).await, 0);
    let card = gateway.card().to_owned();
    let is_there =
        || std::fs::read(card.join("DJI_0001_W.JPG")).is_ok_and(|bytes| bytes.len() > 10_000);
    while !is_there() {
        cloud.until(|_, _| true).await;
    }
    let photo = std::fs::read(card.join("DJI_0001_W.JPG")).unwrap();
    assert!(photo.windows(4).any(|four| four == b"Exif"));
    gateway.stop().await;
    broker.abort();
}

#[tokio::test]
async fn a_network_that_drops_ends_live_flight_control_and_it_comes_online_again() {
    let (address, broker) = broker().await;
    let mut config = config(GatewayKind::Dock3M4td);
    config.broker = format!("mqtt://{address}");
    config.airborne = true;
    let gateway = VirtualGateway::start(config).await.unwrap();
    let mut cloud = Cloud::at(&address, gateway.gateway_sn()).await;
    cloud.until(|topic, _| topic.ends_with("/osd")).await;
    assert_eq!(cloud.serve("flight_authority_grab", json!({})).await, 0);
    let drc = json!({
        "mqtt_broker": { "address": address, "client_id": "drc-1", "username": "", "password": "", "expire_time": 4_000_000_000_i64, "enable_tls": false },
        "osd_frequency": 10, "hsi_frequency": 1,
    });
    assert_eq!(cloud.serve("drc_mode_enter", drc).await, 0);
    cloud
        .until(|_, body| body["method"] == "osd_info_push")
        .await;
    assert!(gateway.put(skyhelm_dji_sim::Fault::NetworkDrop { seconds: 0.3 }));
    // It asks for its configuration anew, and then tells what could not be told before.
    cloud.until(|_, body| body["method"] == "config").await;
    let lost = |_: &str, body: &Value| {
        body["method"] == "drc_status_notify" && body["data"]["drc_state"] == 0
    };
    let told = cloud.until(lost).await;
    assert_eq!(told["data"]["result"], 514_303);
    cloud.until(|topic, _| topic.ends_with("/osd")).await;
    assert_eq!(
        gateway.world().drc_state,
        0,
        "it does not enter again by itself"
    );
    gateway.stop().await;
    broker.abort();
}
