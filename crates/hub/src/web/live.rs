//! Live pictures: one upstream per lens, as many viewers as like.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use skyhelm_device::{DeviceError, ErrorKind, Lens, LiveFrame};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::body::At;
use super::problem::{Answer, Problem};
use super::route::{Route, get};
use super::session::SignedIn;
use crate::hub::Hub;
use crate::registry::Member;
use crate::sign_in::Role;

/// How long a still picture is waited for.
const FIRST_PICTURE: Duration = Duration::from_secs(1);

pub(super) fn routes() -> Vec<Route> {
    let moving = &["multipart/x-mixed-replace"];
    let still = &["image/jpeg"];
    vec![
        get(
            "/devices/{id}/live/tele.mjpeg",
            Role::Guest,
            "The tele lens's moving picture, for as long as one looks.",
            async |hub: State<Arc<Hub>>, session: SignedIn, id: At<String>| {
                live(hub, session, id, Lens::Tele)
            },
        )
        .media(200, moving),
        get(
            "/devices/{id}/live/wide.mjpeg",
            Role::Guest,
            "The wide lens's moving picture, for as long as one looks.",
            async |hub: State<Arc<Hub>>, session: SignedIn, id: At<String>| {
                live(hub, session, id, Lens::Wide)
            },
        )
        .media(200, moving),
        get(
            "/devices/{id}/live/tele.jpg",
            Role::Guest,
            "The tele lens's newest picture.",
            |hub: State<Arc<Hub>>, id: At<String>| newest(hub, id, Lens::Tele),
        )
        .media(200, still)
        .problems(&[409, 502]),
        get(
            "/devices/{id}/live/wide.jpg",
            Role::Guest,
            "The wide lens's newest picture.",
            |hub: State<Arc<Hub>>, id: At<String>| newest(hub, id, Lens::Wide),
        )
        .media(200, still)
        .problems(&[409, 502]),
    ]
}

fn pictures(
    hub: &Hub,
    id: &str,
    lens: Lens,
) -> Answer<(Arc<Member>, watch::Receiver<Option<LiveFrame>>)> {
    let member = hub.registry.member(id)?;
    let view = member
        .gate
        .live()
        .ok_or_else(|| Problem::not_found("This device shows no live pictures."))?;
    let mut frames = view.watch(lens);
    // A picture that is there already is shown at once, not when the next one comes.
    frames.mark_changed();
    Ok((member, frames))
}

fn live(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    lens: Lens,
) -> Answer<Response> {
    let (member, frames) = pictures(&hub, &id, lens)?;
    let viewer = Viewer {
        frames,
        parts: Parts::Begin,
        ends: [
            hub.stopping.clone(),
            session.ended.clone(),
            member.ended.clone(),
        ],
    };
    let body = Body::from_stream(stream::unfold(viewer, Viewer::next));
    let kind = HeaderValue::from_static("multipart/x-mixed-replace; boundary=frame");
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

async fn newest(State(hub): State<Arc<Hub>>, At(id): At<String>, lens: Lens) -> Answer<Response> {
    let (_, frames) = pictures(&hub, &id, lens)?;
    still(frames).await
}

async fn still(mut frames: watch::Receiver<Option<LiveFrame>>) -> Answer<Response> {
    let first = tokio::time::timeout(FIRST_PICTURE, frames.wait_for(Option::is_some)).await;
    let jpeg = match first {
        Ok(Ok(frame)) => frame.as_ref().map(|frame| frame.jpeg.clone()),
        Ok(Err(_)) | Err(_) => None,
    };
    let jpeg = jpeg.ok_or_else(|| {
        let error = DeviceError::new(ErrorKind::Blocked, "There is no picture yet.");
        Problem::from(error.remedy("Open the camera."))
    })?;
    let kind = HeaderValue::from_static("image/jpeg");
    Ok(([(header::CONTENT_TYPE, kind)], jpeg).into_response())
}

/// One viewer of a stream. It asks for a frame when it has sent the last one, and gets the newest:
/// a slow viewer drops frames, and nobody waits for it.
#[derive(Debug)]
struct Viewer {
    frames: watch::Receiver<Option<LiveFrame>>,
    parts: Parts,
    ends: [CancellationToken; 3],
}

/// What of a part is to be sent next.
#[derive(Debug)]
enum Parts {
    Begin,
    Head,
    Picture(Bytes),
    // Browsers show a part when they see the boundary after it, so that is sent at once.
    Boundary,
}

type Chunk = Result<Bytes, std::convert::Infallible>;

impl Viewer {
    async fn next(mut self) -> Option<(Chunk, Self)> {
        let chunk = match std::mem::replace(&mut self.parts, Parts::Head) {
            Parts::Begin => Bytes::from_static(b"--frame\r\n"),
            Parts::Head => {
                let frame = self.newest().await?;
                let head = format!(
                    "Content-Type: image/jpeg\r\nContent-Length: {}\r\nX-Sequence: {}\r\n\r\n",
                    frame.jpeg.len(),
                    frame.sequence
                );
                self.parts = Parts::Picture(frame.jpeg);
                Bytes::from(head)
            }
            Parts::Picture(jpeg) => {
                self.parts = Parts::Boundary;
                jpeg
            }
            Parts::Boundary => Bytes::from_static(b"\r\n--frame\r\n"),
        };
        Some((Ok(chunk), self))
    }

    /// The newest frame not yet sent; `None` when there will be none.
    async fn newest(&mut self) -> Option<LiveFrame> {
        let [stopping, signed_out, gone] = &self.ends;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return None,
                () = signed_out.cancelled() => return None,
                () = gone.cancelled() => return None,
                changed = self.frames.changed() => changed.ok()?,
            }
            if let Some(frame) = self.frames.borrow_and_update().clone() {
                return Some(frame);
            }
        }
    }
}
