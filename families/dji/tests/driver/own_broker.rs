//! A broker that the station does not own: it can be killed and started again, and others may be on it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use mqtt5::{ConnectOptions, MqttClient};
use serde_json::{Value, json};
use skyhelm_device::HostClock;
use skyhelm_dji::broker::{Account, Bounds, Broker as _, EmbeddedBroker, Listen, Rights, hashed};

pub(crate) const PASSWORD: &str = "pass word";

pub(crate) struct OwnBroker {
    running: Option<EmbeddedBroker>,
    at: SocketAddr,
    accounts: Vec<Account>,
    host: HostClock,
}

impl OwnBroker {
    /// With accounts for a gateway, its sticks, the station, and somebody with the station's rights.
    pub(crate) fn start(serial: &str, host: HostClock) -> Self {
        // One hash for all: each costs tens of milliseconds.
        static HASH: LazyLock<String> = LazyLock::new(|| hashed(PASSWORD).unwrap());
        let account = |username: &str, rights| Account {
            username: username.to_owned(),
            password_hash: HASH.clone(),
            rights,
        };
        let gateway = Rights::Gateway {
            serial: serial.to_owned(),
            aircraft: BTreeSet::from([aircraft_of(serial)]),
        };
        let drc = Rights::Drc {
            gateway: serial.to_owned(),
        };
        let mut broker = Self {
            running: None,
            at: "127.0.0.1:0".parse().unwrap(),
            accounts: vec![
                account(serial, gateway),
                account("sticks", drc),
                account("station", Rights::Station),
                account("eve", Rights::Station),
            ],
            host,
        };
        broker.restart();
        broker
    }

    pub(crate) fn url(&self) -> String {
        format!("mqtt://{}", self.at)
    }

    /// The table's `broker`.
    pub(crate) fn table(&self) -> Value {
        json!({"url": self.url(), "username": "station", "password": PASSWORD,
            "drc_username": "sticks", "drc_password": PASSWORD})
    }

    pub(crate) fn restart(&mut self) {
        let listen = Listen {
            tcp: self.at,
            websocket: None,
            tls: None,
            advertised: None,
        };
        let accounts = self.accounts.clone();
        let started =
            EmbeddedBroker::start(&listen, accounts, Bounds::default(), self.host.clone()).unwrap();
        self.at = started.tcp_address();
        self.running = Some(started);
    }

    pub(crate) async fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
    }

    /// Somebody with the station's rights, who hears whatever is said to gateways.
    pub(crate) async fn somebody(&self) -> Somebody {
        let filters = ["thing/product/+/drc/down", "thing/product/+/services"];
        self.signed_in("eve", &filters).await
    }

    /// The voice of a gateway in live flight control.
    pub(crate) async fn voice(&self) -> Somebody {
        self.signed_in("sticks", &[]).await
    }

    async fn signed_in(&self, account: &str, filters: &[&str]) -> Somebody {
        let options = ConnectOptions::new(format!("{account}-{}", self.at.port()))
            .with_clean_start(true)
            .with_credentials(account, PASSWORD.as_bytes())
            .with_automatic_reconnect(false);
        let client = MqttClient::with_options(options);
        client.connect(&self.url()).await.unwrap();
        let heard = Heard::default();
        for filter in filters {
            let heard = Arc::clone(&heard);
            let hear = move |message: mqtt5::Message| {
                heard.lock().unwrap().push((message.topic, message.payload));
            };
            client.subscribe(*filter, hear).await.unwrap();
        }
        Somebody { client, heard }
    }
}

/// The virtual gateways' serial numbers go by kind and seed; so do their aircraft's.
fn aircraft_of(gateway: &str) -> String {
    skyhelm_dji_sim::GatewayKind::ALL
        .into_iter()
        .map(|kind| kind.serials(1))
        .find_map(|(serial, aircraft)| (serial == gateway).then_some(aircraft))
        .unwrap()
}

/// Topics and payloads.
type Heard = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

pub(crate) struct Somebody {
    client: MqttClient,
    heard: Heard,
}

impl Somebody {
    pub(crate) async fn says(&self, topic: &str, payload: Vec<u8>) {
        self.client.publish_qos0(topic, payload).await.unwrap();
    }

    /// What was said on topics that end so.
    pub(crate) fn heard(&self, end: &str) -> Vec<Vec<u8>> {
        let heard = self.heard.lock().unwrap();
        let fits = heard.iter().filter(|(topic, _)| topic.ends_with(end));
        fits.map(|(_, payload)| payload.clone()).collect()
    }

    /// How many frames that move were said.
    pub(crate) fn moving_frames(&self) -> usize {
        let moves = |payload: &Vec<u8>| {
            let said: Value = serde_json::from_slice(payload).unwrap();
            let data = &said["data"];
            let part = |name: &str| data[name].as_f64().is_some_and(|value| value != 0.0);
            let away = |name: &str| data[name].as_i64().is_some_and(|value| value != 1024);
            match said["method"].as_str() {
                Some("drone_control") => ["x", "y", "h", "w"].into_iter().any(part),
                Some("stick_control") => ["roll", "pitch", "throttle", "yaw"].into_iter().any(away),
                _ => false,
            }
        };
        self.heard("/drc/down").iter().filter(|m| moves(m)).count()
    }

    pub(crate) async fn leave(self) {
        let gone = tokio::time::timeout(Duration::from_millis(500), self.client.disconnect());
        drop(gone.await);
    }
}
