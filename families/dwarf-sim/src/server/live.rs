//! Live pictures: two endless multipart answers, one per camera (API 2.0 §2.2).

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::StreamExt as _;
use skyhelm_streams::PartWriter;
use tokio::sync::{Notify, watch};

/// One camera's picture as it is now: viewers that are slow skip frames, and nobody waits for them.
#[derive(Debug)]
pub(crate) struct LivePicture {
    newest: watch::Sender<Option<Bytes>>,
    viewer_came: Notify,
    /// What a stack looks like so far, for viewers that come between two subs.
    stack: Mutex<Option<Bytes>>,
}

impl LivePicture {
    pub(crate) fn new() -> Self {
        Self {
            newest: watch::Sender::new(None),
            viewer_came: Notify::new(),
            stack: Mutex::new(None),
        }
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.newest.receiver_count() > 0
    }

    /// Returns once somebody watches.
    pub(crate) async fn wait_for_viewer(&self) {
        loop {
            let came = self.viewer_came.notified();
            if self.is_watched() {
                return;
            }
            // What the last viewer saw is old news to the next one.
            self.newest.send_replace(None);
            came.await;
        }
    }

    pub(crate) fn publish(&self, jpeg: Bytes) {
        self.newest.send_replace(Some(jpeg));
    }

    pub(crate) fn publish_stack(&self, jpeg: Bytes) {
        *self.stack.lock().unwrap_or_else(PoisonError::into_inner) = Some(jpeg.clone());
        self.publish(jpeg);
    }

    /// Shows a stack to whoever came after its last sub.
    pub(crate) fn show_stack_again(&self) {
        if self.newest.borrow().is_some() {
            return;
        }
        let stack = self
            .stack
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(jpeg) = stack {
            self.publish(jpeg);
        }
    }

    fn watch(&self) -> watch::Receiver<Option<Bytes>> {
        let receiver = self.newest.subscribe();
        self.viewer_came.notify_one();
        receiver
    }
}

/// The routes of the live pictures.
pub(crate) fn routes(tele: Arc<LivePicture>, wide: Arc<LivePicture>) -> Router {
    Router::new()
        .route("/mainstream", get(stream).with_state(tele))
        .route("/secondstream", get(stream).with_state(wide))
}

async fn stream(State(picture): State<Arc<LivePicture>>) -> Response {
    let mut receiver = picture.watch();
    // A picture that is there already is worth showing at once.
    receiver.mark_changed();
    let parts = futures_util::stream::unfold(receiver, |mut receiver| async move {
        loop {
            receiver.changed().await.ok()?;
            let newest = receiver.borrow_and_update().clone();
            if let Some(jpeg) = newest {
                return Some((jpeg, receiver));
            }
        }
    });
    let writer = PartWriter::with_boundary("skyhelmframe");
    let kind = writer.content_type();
    let opening = futures_util::stream::iter([Ok::<_, Infallible>(writer.opening())]);
    let body = opening.chain(parts.flat_map(move |jpeg| {
        let head = writer.part_header(jpeg.len(), None);
        let part = [head, jpeg, writer.part_end()];
        futures_util::stream::iter(part.map(Ok::<_, Infallible>))
    }));
    let headers = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, Body::from_stream(body)).into_response()
}
