//! The event stream: one WebSocket per page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::Response;
use futures_util::SinkExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use skyhelm_device::{DeviceError, ErrorKind};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::feed::Feed;
use super::guard::admit;
use super::problem::{Answer, Problem};
use super::route::{Route, get};
use super::session::SignedIn;
use super::stick::{Push, Sticks};
use crate::hub::Hub;
use crate::sign_in::{Role, Session};

/// Sockets at a time, of all pages together.
const MOST_SOCKETS: usize = 64;
/// A page says nothing longer than this.
const MESSAGE_BYTES: usize = 4 * 1024;
/// How long a page may take to take a message.
const SEND_TIME: Duration = Duration::from_secs(10);
/// How often the socket is tried, and the session's life with it.
const PING_EVERY: Duration = Duration::from_secs(10);
/// A page that said nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// Nothing is told more often than this.
const TELL_EVERY: Duration = Duration::from_millis(100);

static SOCKETS: AtomicUsize = AtomicUsize::new(0);

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/events",
            Role::Guest,
            "The event stream, a WebSocket: what changes, as JSON messages.",
            events,
        )
        .bare(101)
        .problems(&[409]),
    ]
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Ping {
        #[serde(default)]
        t: Value,
    },
    Joystick {
        device: String,
        #[serde(flatten)]
        push: Push,
    },
    JoystickStop {
        device: String,
    },
}

/// One of the places for sockets; given back when dropped.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let taken = SOCKETS.fetch_add(1, Ordering::Relaxed);
        let place = Self;
        (taken < MOST_SOCKETS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        SOCKETS.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn events(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let upgrade = upgrade.map_err(|error| Problem::invalid(error.body_text()))?;
    let Some(place) = Place::take() else {
        let error = DeviceError::new(ErrorKind::Blocked, "Too many pages are open.");
        return Err(error.remedy("Close some of them.").into());
    };
    Ok(upgrade
        .max_message_size(MESSAGE_BYTES)
        .max_frame_size(MESSAGE_BYTES)
        .on_upgrade(move |socket| async move {
            let _place = place;
            converse(hub, session, socket).await;
        }))
}

/// Talks with one page until either side has enough.
async fn converse(hub: Arc<Hub>, session: Session, mut socket: WebSocket) {
    let _here = hub.presence.arrive(&session);
    let (troubles, mut told_troubles) = mpsc::channel(8);
    let mut sticks = Sticks::new(hub.clone(), session.clone(), troubles);
    let mut feed = Feed::new(hub.clone(), session.clone());
    let mut ping = interval(PING_EVERY);
    let mut tell = interval(TELL_EVERY);
    tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        let answer = tokio::select! {
            () = hub.stopping.cancelled() => break,
            () = session.ended.cancelled() => break,
            said = socket.recv() => match said {
                Some(Ok(message)) => {
                    heard = Instant::now();
                    match hear(&mut sticks, &session, &message) {
                        Heard::Nothing => continue,
                        Heard::Answer(answer) => answer,
                        Heard::End => break,
                    }
                }
                Some(Err(_)) | None => break,
            },
            Some(problem) = told_troubles.recv() => json!({"type": "problem", "problem": problem}),
            () = feed.listen() => continue,
            _ = tell.tick(), if feed.has_news() => {
                let news = feed.news().await;
                if send_all(&mut socket, news).await.is_err() {
                    break;
                }
                continue;
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    break;
                }
                if send(&mut socket, Message::Ping(bytes::Bytes::new())).await.is_err() {
                    break;
                }
                json!({"type": "clock", "clock": hub.clock_view()})
            }
        };
        if send(&mut socket, Message::text(answer.to_string()))
            .await
            .is_err()
        {
            break;
        }
    }
    drop(sticks);
    // Whether the peer hears the good-bye makes no difference.
    let _ = timeout(SEND_TIME, socket.close()).await;
}

enum Heard {
    Nothing,
    Answer(Value),
    End,
}

fn hear(sticks: &mut Sticks, session: &Session, message: &Message) -> Heard {
    let text = match message {
        Message::Text(text) => text.as_str(),
        Message::Close(_) => return Heard::End,
        Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => return Heard::Nothing,
    };
    let problem = match serde_json::from_str(text) {
        Ok(Said::Ping { t }) => return Heard::Answer(json!({"type": "pong", "t": t})),
        Ok(Said::Joystick { device, push }) => match admit(Some(Role::Operator), Some(session)) {
            Ok(()) => {
                sticks.push(&device, push);
                return Heard::Nothing;
            }
            Err(problem) => problem,
        },
        Ok(Said::JoystickStop { device }) => {
            sticks.release(&device);
            return Heard::Nothing;
        }
        Err(error) => Problem::invalid(format!("That message means nothing here: {error}")),
    };
    let request = skyhelm_units::RequestId::new(crate::secret::random_name());
    Heard::Answer(json!({"type": "problem", "problem": problem.json(&request)}))
}

async fn send_all(socket: &mut WebSocket, news: Vec<String>) -> Result<(), ()> {
    for message in news {
        send(socket, Message::text(message)).await?;
    }
    Ok(())
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), ()> {
    match timeout(SEND_TIME, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(()),
    }
}
