//! A client made of raw packets, and a telescope for it.
#![allow(dead_code, reason = "several test programs share this file")]

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use prost::Message;
use skyhelm_dwarf_proto::v2::ComResponse;
use skyhelm_dwarf_proto::{MessageType, ModuleId, Packet, table};
use skyhelm_dwarf_sim::{RunningDwarf, VirtualDwarf, VirtualDwarfConfig};
use skyhelm_units::{Site, StationClock, UtcMillis};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};

/// Patience with a device on a busy machine; a mutant is given less, since it never does the thing.
fn patience() -> Duration {
    let mutant = std::env::var_os("SKYHELM_MUTATE").is_some();
    Duration::from_secs(if mutant { 8 } else { 40 })
}

/// 2026-11-21, 21:00 UTC: night in Europe, M 31 high.
pub(crate) const NIGHT: UtcMillis = UtcMillis::from_seconds(1_795_294_800);
/// The same day's noon.
pub(crate) const NOON: UtcMillis = UtcMillis::from_seconds(1_795_260_600);

/// A device for quick tests: a sixteenth of the sensor, a clock that hurries.
pub(crate) fn config() -> VirtualDwarfConfig {
    config_at(NIGHT, 120.0)
}

/// The same at a time and a pace.
pub(crate) fn config_at(utc: UtcMillis, speed: f64) -> VirtualDwarfConfig {
    let mut config = VirtualDwarfConfig::dwarf3(Site::from_degrees(47.0, 8.5, 600.0));
    config.station_clock = StationClock::new(config.host_clock.now().mono, utc, speed);
    config.window = 4;
    config.seed = 7;
    config.mutate = std::env::var("SKYHELM_MUTATE")
        .ok()
        .and_then(|command| command.parse().ok());
    config
}

/// Switches a device on and connects to it.
pub(crate) async fn start(config: VirtualDwarfConfig) -> (RunningDwarf, Client) {
    let dwarf = VirtualDwarf::start(config).await.unwrap();
    let client = Client::connect(&dwarf, "0000DAF3-0000-1000-8000-00805F9B34FB").await;
    (dwarf, client)
}

pub(crate) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    name: String,
    /// Notifications that came while something else was waited for.
    pub(crate) heard: Vec<Packet>,
}

impl Client {
    pub(crate) async fn connect(dwarf: &RunningDwarf, name: &str) -> Self {
        let url = format!("ws://{}/", dwarf.addresses().ws);
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        Self {
            socket,
            name: name.to_owned(),
            heard: Vec::new(),
        }
    }

    pub(crate) async fn send_bytes(&mut self, frame: impl Into<Bytes>) {
        let message = tungstenite::Message::Binary(frame.into());
        self.socket.send(message).await.unwrap();
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        let message = tungstenite::Message::Text(text.into());
        self.socket.send(message).await.unwrap();
    }

    pub(crate) async fn send(&mut self, cmd: u32, message: &impl Message) {
        let module = table::row(cmd).map_or(ModuleId::None, |row| row.module);
        let packet = Packet {
            major_version: 1,
            minor_version: 1,
            device_id: 1,
            module,
            cmd,
            kind: MessageType::Request,
            payload: message.encode_to_vec().into(),
            client_id: self.name.clone(),
        };
        self.send_bytes(packet.encode()).await;
    }

    /// The next packet, or `None` when the connection ends; text is given as `Err`.
    pub(crate) async fn next(&mut self) -> Option<Result<Packet, String>> {
        loop {
            let received = tokio::time::timeout(patience(), self.socket.next())
                .await
                .expect("the device says nothing");
            match received {
                Some(Ok(tungstenite::Message::Binary(frame))) => {
                    return Some(Ok(Packet::decode(&frame).unwrap()));
                }
                Some(Ok(tungstenite::Message::Text(text))) => {
                    return Some(Err(text.as_str().to_owned()));
                }
                Some(Ok(tungstenite::Message::Ping(_) | tungstenite::Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    /// The reply to a command; what else comes is kept.
    pub(crate) async fn reply(&mut self, cmd: u32) -> Packet {
        let deadline = tokio::time::Instant::now() + patience();
        loop {
            assert!(tokio::time::Instant::now() < deadline, "no reply to {cmd}");
            match self.next().await.expect("the connection ended") {
                Ok(packet) if packet.kind.is_reply() && packet.cmd == cmd => return packet,
                Ok(packet) => self.heard.push(packet),
                Err(_) => {}
            }
        }
    }

    /// Sends a command and gives the code of its plain answer.
    pub(crate) async fn command(&mut self, cmd: u32, message: &impl Message) -> i32 {
        self.send(cmd, message).await;
        let reply = self.reply(cmd).await;
        ComResponse::decode(reply.payload).unwrap().code
    }

    /// Sends a command and gives its answer.
    pub(crate) async fn ask<M: Message + Default>(
        &mut self,
        cmd: u32,
        message: &impl Message,
    ) -> M {
        self.send(cmd, message).await;
        M::decode(self.reply(cmd).await.payload).unwrap()
    }

    /// Waits for a notification with some content, among those that came already too.
    pub(crate) async fn hear<M: Message + Default>(
        &mut self,
        id: u32,
        wanted: impl Fn(&M) -> bool,
    ) -> M {
        let matching = |packet: &Packet| {
            (packet.cmd == id && packet.kind == MessageType::Notification)
                .then(|| M::decode(packet.payload.clone()).unwrap())
                .filter(|message| wanted(message))
        };
        if let Some(place) = self
            .heard
            .iter()
            .position(|packet| matching(packet).is_some())
        {
            // What came before it is history.
            let packet = self.heard.drain(..=place).next_back().unwrap();
            return matching(&packet).unwrap();
        }
        self.heard.clear();
        let deadline = tokio::time::Instant::now() + patience();
        loop {
            assert!(
                tokio::time::Instant::now() < deadline,
                "notification {id} did not come"
            );
            if let Ok(packet) = self.next().await.expect("the connection ended") {
                if let Some(message) = matching(&packet) {
                    return message;
                }
                if packet.kind != MessageType::Notification {
                    self.heard.push(packet);
                }
            }
        }
    }

    /// Everything that comes until a text `pong`: an order without waiting.
    pub(crate) async fn all_until_pong(&mut self) -> Vec<Packet> {
        self.send_text("ping").await;
        let mut packets = std::mem::take(&mut self.heard);
        loop {
            match self.next().await.expect("the connection ended") {
                Ok(packet) => packets.push(packet),
                Err(text) => {
                    assert_eq!(text, "pong");
                    return packets;
                }
            }
        }
    }

    pub(crate) async fn open_cameras(&mut self) {
        use skyhelm_dwarf_proto::{cmd, v2::ReqOpenCamera};
        assert_eq!(
            self.command(cmd::TELE_OPEN_CAMERA, &ReqOpenCamera::default())
                .await,
            0
        );
        assert_eq!(
            self.command(cmd::WIDE_OPEN_CAMERA, &ReqOpenCamera::default())
                .await,
            0
        );
    }
}

/// Posts a body to the JSON interface.
pub(crate) async fn post(
    dwarf: &RunningDwarf,
    path: &str,
    body: serde_json::Value,
) -> serde_json::Value {
    let url = format!("http://{}{path}", dwarf.addresses().http);
    let answer = reqwest::Client::new()
        .post(url)
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// The album's entries of a kind.
pub(crate) async fn album(dwarf: &RunningDwarf, kind: i32) -> Vec<serde_json::Value> {
    let page = serde_json::json!({ "mediaType": kind, "pageIndex": 0, "pageSize": 0 });
    let answer = post(dwarf, "/album/list/mediaInfos", page).await;
    assert_eq!(answer["code"], 0);
    answer["data"].as_array().unwrap().clone()
}

/// A file of the card.
pub(crate) async fn download(dwarf: &RunningDwarf, path: &str) -> Bytes {
    let url = format!(
        "http://{}{}",
        dwarf.addresses().files,
        path.replace(' ', "%20")
    );
    let answer = reqwest::get(url).await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.bytes().await.unwrap()
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + patience();
    while !so() {
        assert!(
            tokio::time::Instant::now() < deadline,
            "{what} did not come to be"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One live picture, the second that comes: the first may be older than what was set.
pub(crate) async fn live_frame(dwarf: &RunningDwarf, path: &str) -> Bytes {
    let url = format!("http://{}{path}", dwarf.addresses().jpeg);
    let mut chunks = reqwest::get(url).await.unwrap().bytes_stream();
    let mut reader = skyhelm_streams::MultipartReader::new("skyhelmframe").unwrap();
    let mut frames = Vec::new();
    while frames.len() < 2 {
        let chunk = tokio::time::timeout(patience(), chunks.next()).await;
        reader
            .handle_input(&chunk.unwrap().unwrap().unwrap())
            .unwrap();
        frames.extend(std::iter::from_fn(|| reader.poll_output()));
    }
    frames.remove(1).data
}
