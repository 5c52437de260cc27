//! Live pictures: one upstream per lens, as many viewers as like.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use skyhelm_device::{ErrorKind, Lens, LiveFrame};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::body::At;
use super::problem::{Answer, Problem};
use super::session::SignedIn;
use crate::hub::Hub;

/// How long a still picture is waited for.
const FIRST_PICTURE: Duration = Duration::from_secs(1);

pub(super) fn routes() -> Router<Arc<Hub>> {
    Router::new().route("/devices/{id}/live/{picture}", get(live))
}

async fn live(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At((id, picture)): At<(String, String)>,
) -> Answer<Response> {
    let member = hub.registry.member(&id)?;
    let (lens, moving) = match picture.as_str() {
        "tele.mjpeg" => (Lens::Tele, true),
        "wide.mjpeg" => (Lens::Wide, true),
        "tele.jpg" => (Lens::Tele, false),
        "wide.jpg" => (Lens::Wide, false),
        _ => return Err(Problem::not_found("There is no such picture.")),
    };
    let view = member
        .gate
        .live()
        .ok_or_else(|| Problem::not_found("This device shows no live pictures."))?;
    let mut frames = view.watch(lens);
    // A picture that is there already is shown at once, not when the next one comes.
    frames.mark_changed();
    if !moving {
        return still(frames).await;
    }
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

async fn still(mut frames: watch::Receiver<Option<LiveFrame>>) -> Answer<Response> {
    let first = tokio::time::timeout(FIRST_PICTURE, frames.wait_for(Option::is_some)).await;
    let jpeg = match first {
        Ok(Ok(frame)) => frame.as_ref().map(|frame| frame.jpeg.clone()),
        Ok(Err(_)) | Err(_) => None,
    };
    let jpeg = jpeg.ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Blocked,
            "There is no picture yet.",
        )
        .remedy("Open the camera.")
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
