//! Live pictures: two endless multipart answers, one per camera (API 2.0 §2.2).

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::StreamExt as _;
use skyhelm_dwarf_proto::http::path;
use skyhelm_streams::{FanOut, Frame, PartWriter, Viewer};
use tokio::sync::Notify;

/// One camera's picture as it is now: viewers that are slow skip frames, and nobody waits for them.
#[derive(Debug)]
pub(crate) struct LivePicture {
    pictures: FanOut,
    /// Wakes all who wait for a picture or for somebody to look at one.
    news: Arc<Notify>,
    /// What a stack looks like so far, for viewers that come between two subs.
    stack: Mutex<Option<Bytes>>,
}

impl LivePicture {
    pub(crate) fn new() -> Self {
        let news = Arc::new(Notify::new());
        let told = Arc::clone(&news);
        Self {
            pictures: FanOut::with_listener(move |_| told.notify_waiters()),
            news,
            stack: Mutex::new(None),
        }
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.pictures.viewers() > 0
    }

    /// Returns once somebody watches.
    pub(crate) async fn wait_for_viewer(&self) {
        self.when(|| self.is_watched().then_some(())).await;
    }

    pub(crate) fn publish(&self, jpeg: Bytes) {
        self.pictures.publish(jpeg);
    }

    pub(crate) fn publish_stack(&self, jpeg: Bytes) {
        *self.stack.lock().unwrap_or_else(PoisonError::into_inner) = Some(jpeg.clone());
        self.publish(jpeg);
    }

    /// Shows a stack to whoever came after its last sub.
    pub(crate) fn show_stack_again(&self) {
        if self.pictures.latest().is_some() {
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

    /// The next picture a viewer has not seen.
    async fn next_frame(&self, viewer: &mut Viewer) -> Frame {
        self.when(|| viewer.next_frame()).await
    }

    /// Looks again at each piece of news until there is what was looked for.
    async fn when<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        loop {
            let mut news = pin!(self.news.notified());
            // From here on no news is missed, also before the first look.
            news.as_mut().enable();
            if let Some(found) = look() {
                return found;
            }
            news.await;
        }
    }
}

/// The routes of the live pictures.
pub(crate) fn routes(tele: Arc<LivePicture>, wide: Arc<LivePicture>) -> Router {
    Router::new()
        .route(path::TELE_STREAM, get(stream).with_state(tele))
        .route(path::WIDE_STREAM, get(stream).with_state(wide))
}

async fn stream(State(live): State<Arc<LivePicture>>) -> Response {
    let (viewer, _) = live.pictures.subscribe();
    let pictures = futures_util::stream::unfold((live, viewer), |(live, mut viewer)| async move {
        let frame = live.next_frame(&mut viewer).await;
        Some((frame.data, (live, viewer)))
    });
    let writer = PartWriter::with_boundary("skyhelmframe");
    let kind = writer.content_type();
    let opening = futures_util::stream::iter([Ok::<_, Infallible>(writer.opening())]);
    let body = opening.chain(pictures.flat_map(move |jpeg| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_viewer_that_is_slow_sees_the_newest_picture_and_another_sees_all() {
        let live = LivePicture::new();
        let (mut slow, _) = live.pictures.subscribe();
        let (mut quick, _) = live.pictures.subscribe();
        for picture in 0..5_u8 {
            live.publish(Bytes::copy_from_slice(&[picture]));
            assert_eq!(live.next_frame(&mut quick).await.data[0], picture);
        }
        assert_eq!(live.next_frame(&mut slow).await.data[0], 4);
        assert_eq!((slow.dropped(), quick.dropped()), (4, 0));
    }

    #[tokio::test]
    async fn who_comes_after_the_last_sub_is_shown_the_stack() {
        let live = LivePicture::new();
        live.publish_stack(Bytes::from_static(b"stack"));
        let (early, _) = live.pictures.subscribe();
        drop(early);
        let (mut viewer, _) = live.pictures.subscribe();
        live.wait_for_viewer().await;
        assert_eq!(viewer.next_frame(), None);
        live.show_stack_again();
        assert_eq!(&live.next_frame(&mut viewer).await.data[..], b"stack");
    }
}
