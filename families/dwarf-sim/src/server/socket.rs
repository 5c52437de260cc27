//! The WebSocket of port 9900: binary frames and `ping` in, frames and `pong` out.
//!
//! The same port answers a plain `GET /` with where the other doors are: a device knows them to be
//! fixed, a virtual one beside others cannot.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The largest message a client may send; the largest of the protocol is far below.
const LARGEST_MESSAGE: usize = 256 * 1024;
/// Frames that may wait for a slow client; one that lags further is cut off.
const WAITING_FRAMES: usize = 512;
/// How long one frame may take to leave.
const SEND_TIME: Duration = Duration::from_secs(10);

/// What a connection tells the device.
#[derive(Debug)]
pub(crate) enum Inbound {
    Opened {
        client: u64,
        frames: mpsc::Sender<Outbound>,
    },
    Binary {
        client: u64,
        frame: Bytes,
    },
    Text {
        client: u64,
        text: String,
    },
    Closed {
        client: u64,
    },
}

/// What the device sends a connection.
#[derive(Clone, Debug)]
pub(crate) enum Outbound {
    Binary(Bytes),
    Text(&'static str),
}

/// What the door needs.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) inbound: mpsc::Sender<Inbound>,
    pub(crate) about: Value,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
    /// Gives each connection a number of its own.
    pub(crate) next_client: fn() -> u64,
}

/// The routes of the WebSocket's port.
pub(crate) fn routes(door: Door) -> Router {
    Router::new().fallback(enter).with_state(door)
}

async fn enter(
    State(door): State<Door>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return Json(door.about).into_response();
    };
    upgrade
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .on_upgrade(move |socket| {
            let tasks = door.tasks.clone();
            tasks.track_future(serve(door, socket))
        })
}

async fn serve(door: Door, mut socket: WebSocket) {
    let client = (door.next_client)();
    let (frames, mut waiting) = mpsc::channel(WAITING_FRAMES);
    if door
        .inbound
        .send(Inbound::Opened { client, frames })
        .await
        .is_err()
    {
        return;
    }
    loop {
        let received = tokio::select! {
            () = door.stopping.cancelled() => break,
            outbound = waiting.recv() => match outbound {
                Some(outbound) => {
                    if send(&mut socket, outbound).await {
                        continue;
                    }
                    break;
                }
                None => break,
            },
            received = socket.recv() => received,
        };
        let inbound = match received {
            Some(Ok(Message::Binary(frame))) => Inbound::Binary { client, frame },
            Some(Ok(Message::Text(text))) => Inbound::Text {
                client,
                text: text.as_str().to_owned(),
            },
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            // Oversized and malformed frames end here too.
            Some(Ok(Message::Close(_)) | Err(_)) | None => break,
        };
        if door.inbound.send(inbound).await.is_err() {
            break;
        }
    }
    let _ = door.inbound.send(Inbound::Closed { client }).await;
    let _ = tokio::time::timeout(Duration::from_secs(1), socket.send(Message::Close(None))).await;
}

async fn send(socket: &mut WebSocket, outbound: Outbound) -> bool {
    let message = match outbound {
        Outbound::Binary(frame) => Message::Binary(frame),
        Outbound::Text(text) => Message::Text(text.into()),
    };
    matches!(
        tokio::time::timeout(SEND_TIME, socket.send(message)).await,
        Ok(Ok(()))
    )
}
