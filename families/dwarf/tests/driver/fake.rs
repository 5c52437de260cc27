//! A telescope made of a script: the protocol's device end on real sockets, with no sky behind it.
//! It does nothing by itself; the test says what it answers and tells.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use skyhelm_dwarf_proto::device::{
    ConnectionId, DeviceEvent, DeviceHub, DeviceInput, DeviceOutput, Outgoing, RequestRef,
};
use skyhelm_dwarf_proto::{Code, Profile};
use skyhelm_units::{Mono, Now, UtcMillis};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// What the script answers to a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// Success, at once.
    Yes,
    /// A code, at once.
    No(Code),
    /// Nothing, until [`Fake::reply`].
    Later,
}

#[derive(Debug)]
enum Order {
    Socket(ConnectionId, Event),
    Notify(u32, Vec<u8>),
    Script(u32, Answer),
    Reply(u32, Code),
    Cut,
}

#[derive(Debug)]
enum Event {
    Opened(mpsc::Sender<Message>),
    Binary(Bytes),
    Text(String),
    Closed,
}

#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Commands that were to have an effect, in order.
    pub commands: Vec<(u32, Bytes)>,
    /// Files by path, and how many bytes the next answer sends before it breaks.
    pub files: BTreeMap<String, Bytes>,
    pub break_after: Option<usize>,
    /// `Range` of each file request.
    pub ranges: Vec<Option<String>>,
    /// Live streams being sent now.
    pub viewers: usize,
    pub album: Value,
    /// What was asked to be deleted.
    pub deleted: Vec<Value>,
    /// Questions heard, by number.
    pub questions: HashMap<u32, usize>,
}

/// A running fake.
#[derive(Debug)]
pub(crate) struct Fake {
    pub address: String,
    pub shared: Arc<Mutex<Shared>>,
    orders: mpsc::Sender<Order>,
    _guard: DropGuard,
}

#[derive(Clone)]
struct App {
    orders: mpsc::Sender<Order>,
    shared: Arc<Mutex<Shared>>,
    port: u16,
    next: Arc<std::sync::atomic::AtomicU64>,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (orders, received) = mpsc::channel(256);
        let shared = Arc::new(Mutex::new(Shared::default()));
        let cancel = CancellationToken::new();
        let app = App {
            orders: orders.clone(),
            shared: Arc::clone(&shared),
            port,
            next: Arc::default(),
        };
        let router = Router::new()
            .route("/", get(root))
            .route("/deviceInfo", post(device_info))
            .route("/firmwareVersion", post(firmware))
            .route("/getDefaultParamsConfig", get(params))
            .route("/album/list/mediaInfos", post(album))
            .route("/album/delete", post(delete))
            .route("/album/astro/fitsList", post(fits_list))
            .route("/mainstream", get(stream))
            .route("/DWARF3/{*path}", get(file))
            .with_state(app);
        let stop = cancel.clone();
        tokio::spawn(async move {
            let serving = axum::serve(listener, router);
            tokio::select! {
                () = stop.cancelled() => {}
                served = serving => served.unwrap(),
            }
        });
        let device = Device::new(Arc::clone(&shared));
        let stop = cancel.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = device.run(received) => {}
            }
        });
        Self {
            address: format!("127.0.0.1:{port}"),
            shared,
            orders,
            _guard: cancel.drop_guard(),
        }
    }

    pub(crate) async fn notify(&self, number: u32, message: &impl prost::Message) {
        let order = Order::Notify(number, message.encode_to_vec());
        self.orders.send(order).await.unwrap();
    }

    /// What it answers to a command from now on.
    pub(crate) async fn script(&self, number: u32, answer: Answer) {
        let order = Order::Script(number, answer);
        self.orders.send(order).await.unwrap();
    }

    /// Answers a command that was left open.
    pub(crate) async fn reply(&self, number: u32, code: Code) {
        self.orders.send(Order::Reply(number, code)).await.unwrap();
    }

    /// Breaks every WebSocket.
    pub(crate) async fn cut(&self) {
        self.orders.send(Order::Cut).await.unwrap();
    }

    pub(crate) fn count(&self, number: u32) -> usize {
        let shared = self.shared.lock().unwrap();
        shared
            .commands
            .iter()
            .filter(|(id, _)| *id == number)
            .count()
    }

    /// How often a question was asked.
    pub(crate) fn asked(&self, number: u32) -> usize {
        let shared = self.shared.lock().unwrap();
        shared.questions.get(&number).copied().unwrap_or(0)
    }

    /// Waits until a command has come, and gives its payload.
    pub(crate) async fn received(&self, number: u32) -> Bytes {
        let find = || {
            let shared = self.shared.lock().unwrap();
            let found = shared.commands.iter().rev().find(|(id, _)| *id == number);
            found.map(|(_, payload)| payload.clone())
        };
        for _ in 0..500 {
            if let Some(payload) = find() {
                return payload;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("command {number} never came");
    }
}

struct Device {
    hub: DeviceHub,
    start: Instant,
    sockets: HashMap<ConnectionId, mpsc::Sender<Message>>,
    script: HashMap<u32, Answer>,
    open: Vec<RequestRef>,
    shared: Arc<Mutex<Shared>>,
}

impl Device {
    fn new(shared: Arc<Mutex<Shared>>) -> Self {
        Self {
            hub: DeviceHub::new(Profile::dwarf3_v2()),
            start: Instant::now(),
            sockets: HashMap::new(),
            script: HashMap::new(),
            open: Vec::new(),
            shared,
        }
    }

    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        while let Some(order) = orders.recv().await {
            let now = Now {
                mono: Mono::from_elapsed(self.start.elapsed()),
                utc: UtcMillis::new(0),
            };
            match order {
                Order::Socket(id, Event::Opened(socket)) => {
                    self.sockets.insert(id, socket);
                    self.hub.handle_input(now, DeviceInput::Opened(id));
                }
                Order::Socket(id, Event::Binary(frame)) => {
                    self.hub.handle_input(now, DeviceInput::Binary(id, &frame));
                }
                Order::Socket(id, Event::Text(text)) => {
                    self.hub.handle_input(now, DeviceInput::Text(id, &text));
                }
                Order::Socket(id, Event::Closed) => {
                    self.sockets.remove(&id);
                    self.hub.handle_input(now, DeviceInput::Closed(id));
                }
                Order::Notify(number, payload) => self.hub.notify_bytes(number, payload),
                Order::Script(number, answer) => {
                    self.script.insert(number, answer);
                }
                Order::Reply(number, code) => {
                    if let Some(at) = self.open.iter().position(|open| open.cmd == number) {
                        let request = self.open.remove(at);
                        self.hub.reply_code(&request, code);
                    }
                }
                Order::Cut => self.sockets.clear(),
            }
            self.drain(now).await;
        }
    }

    async fn drain(&mut self, now: Now) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                DeviceOutput::Send { to, message } => {
                    let message = match message {
                        Outgoing::Text(text) => Message::text(text),
                        Outgoing::Reply(frame) | Outgoing::Notification(_, frame) => {
                            Message::Binary(frame)
                        }
                    };
                    if let Some(socket) = self.sockets.get(&to) {
                        let _ = socket.send(message).await;
                    }
                    self.hub.handle_input(now, DeviceInput::Written(to));
                }
                DeviceOutput::Close { connection, .. } => {
                    self.sockets.remove(&connection);
                }
                DeviceOutput::Event(DeviceEvent::Command(command)) => {
                    let number = command.row.id;
                    let question = skyhelm_dwarf_proto::table::row(number)
                        .is_some_and(|row| row.wire_name.contains("_GET_"));
                    if question {
                        let mut shared = self.shared.lock().unwrap();
                        *shared.questions.entry(number).or_default() += 1;
                    } else {
                        let mut shared = self.shared.lock().unwrap();
                        shared.commands.push((number, command.payload.clone()));
                    }
                    match self.script.get(&number).unwrap_or(&Answer::Yes) {
                        Answer::Yes => self.hub.reply_code(&command.request, Code::OK),
                        Answer::No(code) => self.hub.reply_code(&command.request, *code),
                        Answer::Later => self.open.push(command.request),
                    }
                }
                DeviceOutput::Event(_) => {}
            }
        }
    }
}

async fn root(
    State(app): State<App>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        let port = app.port;
        let ports = json!({"ws": port, "http": port, "jpeg": port, "files": port});
        return axum::Json(json!({"simulated": true, "ports": ports})).into_response();
    };
    let number = app.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    upgrade.on_upgrade(move |socket| serve(socket, ConnectionId(number), app.orders))
}

async fn serve(socket: WebSocket, id: ConnectionId, orders: mpsc::Sender<Order>) {
    let (mut to, mut from) = socket.split();
    let (sender, mut outgoing) = mpsc::channel(64);
    let _ = orders.send(Order::Socket(id, Event::Opened(sender))).await;
    loop {
        let event = tokio::select! {
            message = outgoing.recv() => {
                let Some(message) = message else { break };
                if to.send(message).await.is_err() {
                    break;
                }
                continue;
            }
            message = from.next() => match message {
                Some(Ok(Message::Binary(frame))) => Event::Binary(frame),
                Some(Ok(Message::Text(text))) => Event::Text(text.to_string()),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => break,
            },
        };
        let _ = orders.send(Order::Socket(id, event)).await;
    }
    let _ = orders.send(Order::Socket(id, Event::Closed)).await;
}

async fn device_info() -> axum::Json<Value> {
    axum::Json(json!({"code": 0, "data": {
        "deviceId": 2, "deviceName": "DWARF3_TEST01", "devicePwd": "DWARF_12345678",
        "macAddress": "D4:9C:DD:00:00:01", "sn": "SN-0001", "staWifiName": "home",
        "staWifiPwd": "correct horse", "wifiConnectedMode": 1,
        "sdCardInfo": {"availableSize": 31, "hasSdcard": true, "totalSize": 59},
    }}))
}

async fn firmware() -> axum::Json<Value> {
    axum::Json(json!({"code": 0, "data":
        {"majorVersion": 1, "minorVersion": 1, "patchVersion": 3}}))
}

async fn params() -> axum::Json<Value> {
    let exposure = json!({"id": 0, "hasAuto": true, "gearMode": {"defaultValueIndex": 75,
        "values": [{"index": 75, "name": "1/30"}, {"index": 156, "name": "15"}]}});
    let gain = json!({"id": 1, "hasAuto": false, "gearMode": {"values":
        [{"index": 0, "name": "0"}, {"index": 18, "name": "60"}]}});
    let filter = json!({"id": 8, "gearMode": {"values":
        [{"index": 0, "name": "VIS Filter"}, {"index": 1, "name": "Astro Filter"}]}});
    let white = json!({"id": 2, "hasAuto": true, "gearMode": {"values":
        [{"index": 0, "name": "2800"}, {"index": 51, "name": "4500"}]}});
    let bright = json!({"id": 3, "continueMode":
        {"defaultValue": 0, "max": 100, "min": -100, "step": 1, "valueType": 0}});
    axum::Json(json!({"code": 0, "data": {"cameras": [
        {"id": 0, "fvWidth": 3.188, "fvHeight": 1.794, "previewWidth": 1920,
         "previewHeight": 1080, "supportParams": [exposure, gain, filter, white, bright]},
        {"id": 1, "fvWidth": 43.292, "fvHeight": 24.879, "previewWidth": 1920,
         "previewHeight": 1080, "supportParams": [exposure, gain]},
    ]}}))
}

async fn album(State(app): State<App>) -> axum::Json<Value> {
    let album = app.shared.lock().unwrap().album.clone();
    axum::Json(json!({"code": 0, "data": album}))
}

async fn delete(State(app): State<App>, body: axum::Json<Value>) -> axum::Json<Value> {
    let datas = body["datas"].as_array().unwrap().clone();
    let mut shared = app.shared.lock().unwrap();
    for item in &datas {
        if let Some(album) = shared.album.as_array_mut() {
            album.retain(|entry| entry["filePath"] != item["filePath"]);
        }
    }
    shared.deleted.extend(datas.clone());
    let gone = |mut item: Value| {
        item["isSuccess"] = Value::from(true);
        item
    };
    let answer: Vec<Value> = datas.into_iter().map(gone).collect();
    axum::Json(json!({"code": 0, "data": answer}))
}

async fn fits_list(body: axum::Json<Value>) -> axum::Json<Value> {
    let folder = body["srcDir"].as_str().unwrap_or_default();
    axum::Json(json!({"code": 0, "data": {"totalCount": 2, "fitsInfo": [
        {"filePath": format!("{folder}/M 31_0001.fits"), "isFailed": false, "url": ""},
        {"filePath": format!("{folder}/failed_0002.fits"), "isFailed": true, "url": ""},
    ]}}))
}

/// The picture every live stream repeats.
pub(crate) const PICTURE: [u8; 6] = [0xFF, 0xD8, 0xFF, 0xFE, 0x00, 0x02];

struct Watching(Arc<Mutex<Shared>>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.lock().unwrap().viewers -= 1;
    }
}

async fn stream(State(app): State<App>) -> Response {
    app.shared.lock().unwrap().viewers += 1;
    let watching = Watching(app.shared);
    let frames = futures_util::stream::unfold(watching, |watching| async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut part = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 8\r\n\r\n".to_vec();
        part.extend(PICTURE);
        part.extend([0xFF, 0xD9]);
        part.extend(b"\r\n");
        Some((Ok::<_, std::io::Error>(Bytes::from(part)), watching))
    });
    let kind = "multipart/x-mixed-replace; boundary=frame";
    ([(header::CONTENT_TYPE, kind)], Body::from_stream(frames)).into_response()
}

async fn file(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let range = headers
        .get(header::RANGE)
        .map(|range| range.to_str().unwrap().to_owned());
    let mut shared = app.shared.lock().unwrap();
    if path.ends_with('/') {
        let mut lines = String::new();
        for (name, bytes) in &shared.files {
            if let Some(name) = name.strip_prefix(&path) {
                let size = bytes.len();
                writeln!(lines, "<a href=\"{name}\">{name}</a> now {size}").unwrap();
            }
        }
        return lines.into_response();
    }
    let Some(whole) = shared.files.get(&path).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    shared.ranges.push(range.clone());
    let from = range.map_or(0, |range| {
        let from = range.strip_prefix("bytes=").unwrap().trim_end_matches('-');
        from.parse::<usize>().unwrap()
    });
    let rest = whole.slice(from.min(whole.len())..);
    let told = rest.len();
    let pieces: Vec<Result<Bytes, std::io::Error>> = match shared.break_after.take() {
        Some(sent) => vec![
            Ok(rest.slice(..sent.min(told))),
            Err(std::io::Error::other("cut")),
        ],
        None => vec![Ok(rest)],
    };
    let body = Body::from_stream(futures_util::stream::iter(pieces).then(|piece| async move {
        if piece.is_err() {
            // Lets what was sent before leave this computer.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        piece
    }));
    let response = Response::builder()
        .header(header::CONTENT_LENGTH, told)
        .header(header::ETAG, "\"1\"");
    let response = if from > 0 {
        let last = whole.len() - 1;
        response.status(StatusCode::PARTIAL_CONTENT).header(
            header::CONTENT_RANGE,
            format!("bytes {from}-{last}/{}", whole.len()),
        )
    } else {
        response
    };
    response.body(body).unwrap()
}
