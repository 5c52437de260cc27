//! The moving picture of a device as browsers play it: one WebSocket for each who looks.
//!
//! First comes what the player must know, as text (`{"codec", "width", "height"}`) and then its opening;
//! each message after that is one picture. A text with `trouble` says why there is none. Nothing is
//! listened to but the close.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::Response;
use futures_util::SinkExt as _;
use serde_json::json;
use skyhelm_device::{
    DeviceError, ErrorKind, VideoFeed, VideoPart, VideoStatus, VideoTrack, VideoView,
};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::body::At;
use super::problem::{Answer, Problem};
use super::route::{Route, get};
use super::session::SignedIn;
use crate::hub::Hub;
use crate::sign_in::Role;

/// Who look at a time, at all devices together.
const MOST_VIEWERS: usize = 256;
/// A page says nothing.
const MESSAGE_BYTES: usize = 256;
/// A viewer that does not take a picture for so long has gone.
const SEND_TIME: Duration = Duration::from_secs(10);

static VIEWERS: AtomicUsize = AtomicUsize::new(0);

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/devices/{id}/live/video",
            Role::Guest,
            "The moving picture as H.264 in fragmented MP4, a WebSocket: it comes while one looks.",
            video,
        )
        .bare(101)
        .problems(&[404, 409]),
    ]
}

/// One of the places for viewers; given back when dropped.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let taken = VIEWERS.fetch_add(1, Ordering::Relaxed);
        let place = Self;
        (taken < MOST_VIEWERS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        VIEWERS.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn video(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let member = hub.registry.member(&id)?;
    let view = member
        .gate
        .video()
        .ok_or_else(|| Problem::not_found("This device shows no moving picture."))?;
    let upgrade = upgrade.map_err(|error| Problem::invalid(error.body_text()))?;
    let Some(place) = Place::take() else {
        let error = DeviceError::new(ErrorKind::Blocked, "Too many look at moving pictures.");
        return Err(error.into());
    };
    let ends = [
        hub.stopping.clone(),
        session.ended.clone(),
        member.ended.clone(),
    ];
    Ok(upgrade
        .max_message_size(MESSAGE_BYTES)
        .max_frame_size(MESSAGE_BYTES)
        .on_upgrade(move |socket| async move {
            let _place = place;
            serve(socket, view, ends).await;
        }))
}

async fn serve(mut socket: WebSocket, view: Arc<dyn VideoView>, ends: [CancellationToken; 3]) {
    let [stopping, signed_out, gone] = &ends;
    let mut looking = Looking::at(view.watch());
    loop {
        let messages = tokio::select! {
            () = stopping.cancelled() => break,
            () = signed_out.cancelled() => break,
            () = gone.cancelled() => break,
            said = socket.recv() => match said {
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => continue,
            },
            messages = looking.next() => match messages {
                Some(messages) => messages,
                None => break,
            },
        };
        for message in messages {
            if !matches!(timeout(SEND_TIME, socket.send(message)).await, Ok(Ok(()))) {
                return;
            }
        }
    }
    let _ = timeout(SEND_TIME, socket.close()).await;
}

/// One who looks: what it has been told of, and whether it must wait for a picture to begin with.
struct Looking {
    feed: VideoFeed,
    track: Option<Arc<VideoTrack>>,
    waits_for_key: bool,
}

impl Looking {
    fn at(mut feed: VideoFeed) -> Self {
        feed.status.mark_changed();
        Self {
            feed,
            track: None,
            waits_for_key: true,
        }
    }

    /// What to send next; `None` when there will be nothing more.
    ///
    /// # Cancel safety
    /// Nothing is lost when it is dropped while it waits.
    async fn next(&mut self) -> Option<Vec<Message>> {
        loop {
            tokio::select! {
                changed = self.feed.status.changed() => {
                    changed.ok()?;
                    let status = self.feed.status.borrow_and_update().clone();
                    return Some(vec![said(&status)]);
                }
                part = self.feed.parts.recv() => match part {
                    Ok(part) => {
                        let messages = self.messages(part);
                        if !messages.is_empty() {
                            return Some(messages);
                        }
                    }
                    // Too slow: what was missed is needed by what follows, up to the next beginning.
                    Err(RecvError::Lagged(_)) => self.waits_for_key = true,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    fn messages(&mut self, part: VideoPart) -> Vec<Message> {
        if self.waits_for_key && !part.key {
            return Vec::new();
        }
        self.waits_for_key = false;
        let mut messages = Vec::with_capacity(3);
        let is_known = self
            .track
            .as_ref()
            .is_some_and(|track| Arc::ptr_eq(track, &part.track));
        if !is_known {
            let track = &part.track;
            let about = json!({
                "codec": track.codec,
                "width": track.width,
                "height": track.height,
            });
            messages.push(Message::text(about.to_string()));
            messages.push(Message::binary(track.opening.clone()));
            self.track = Some(part.track);
        }
        messages.push(Message::binary(part.data));
        messages
    }
}

fn said(status: &VideoStatus) -> Message {
    Message::text(json!({ "trouble": status.trouble }).to_string())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tokio::sync::{broadcast, watch};

    use super::*;

    fn track(codec: &str) -> Arc<VideoTrack> {
        Arc::new(VideoTrack {
            opening: Bytes::from_static(b"opening"),
            codec: codec.to_owned(),
            width: 960,
            height: 540,
        })
    }

    fn part(track: &Arc<VideoTrack>, key: bool, data: &'static str) -> VideoPart {
        VideoPart {
            track: Arc::clone(track),
            key,
            data: Bytes::from_static(data.as_bytes()),
        }
    }

    fn words(messages: &[Message]) -> Vec<String> {
        let word = |message: &Message| {
            let text = String::from_utf8_lossy(message.clone().into_data().as_ref()).into_owned();
            if text.starts_with('{') {
                String::from("about")
            } else {
                text
            }
        };
        messages.iter().map(word).collect()
    }

    #[tokio::test]
    async fn a_viewer_begins_with_a_key_picture_and_a_slow_one_with_the_next() {
        let parts = broadcast::Sender::new(4);
        let status = watch::Sender::new(VideoStatus::default());
        let look = || {
            Looking::at(VideoFeed {
                parts: parts.subscribe(),
                status: status.subscribe(),
            })
        };
        let (mut quick, mut slow) = (look(), look());
        for viewer in [&mut quick, &mut slow] {
            assert_eq!(words(&viewer.next().await.unwrap()), ["about"]);
        }
        let first = track("avc1.42c01f");
        parts.send(part(&first, false, "1")).unwrap();
        parts.send(part(&first, true, "2")).unwrap();
        parts.send(part(&first, false, "3")).unwrap();
        assert_eq!(
            words(&quick.next().await.unwrap()),
            ["about", "opening", "2"]
        );
        assert_eq!(words(&quick.next().await.unwrap()), ["3"]);
        for data in ["4", "5", "6"] {
            parts.send(part(&first, false, data)).unwrap();
            assert_eq!(words(&quick.next().await.unwrap()), [data]);
        }
        parts.send(part(&first, true, "7")).unwrap();
        // It missed the beginning, so what lies between is nothing to it.
        assert_eq!(
            words(&slow.next().await.unwrap()),
            ["about", "opening", "7"]
        );
        let second = track("avc1.42c020");
        parts.send(part(&second, true, "8")).unwrap();
        assert_eq!(
            words(&slow.next().await.unwrap()),
            ["about", "opening", "8"]
        );
    }
}
