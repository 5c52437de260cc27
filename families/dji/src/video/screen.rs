//! What the viewers of one aircraft look at.

use std::sync::{Arc, Mutex, PoisonError};

use skyhelm_device::{VideoFeed, VideoPart, VideoStatus, VideoTrack, VideoView};
use skyhelm_streams::Segments;
use skyhelm_streams::h264::{Parameters, Picture};
use tokio::sync::{Notify, broadcast, watch};

/// Pictures kept for viewers that are a little slower: some three seconds.
const KEPT: usize = 64;

/// One aircraft's picture, and all who look at it. No viewer waits for another.
#[derive(Debug)]
pub(crate) struct Screen {
    parts: broadcast::Sender<VideoPart>,
    status: watch::Sender<VideoStatus>,
    wanted: Notify,
    cut: Mutex<Cut>,
}

#[derive(Debug, Default)]
struct Cut {
    segments: Segments,
    track: Option<Arc<VideoTrack>>,
}

impl Screen {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            parts: broadcast::Sender::new(KEPT),
            status: watch::Sender::new(VideoStatus::default()),
            wanted: Notify::new(),
            cut: Mutex::default(),
        })
    }

    /// Until somebody looks.
    pub(super) async fn wanted(&self) {
        while !self.is_watched() {
            self.wanted.notified().await;
        }
    }

    pub(super) fn is_watched(&self) -> bool {
        self.status.receiver_count() > 0
    }

    /// Until nobody looks.
    pub(super) async fn left(&self) {
        self.status.closed().await;
    }

    /// Tells those who look why there is no picture; nothing when there is one.
    pub(super) fn say(&self, trouble: Option<&str>) {
        self.status.send_if_modified(|status| {
            let changed = status.trouble.as_deref() != trouble;
            status.trouble = trouble.map(str::to_owned);
            changed
        });
    }

    /// What a decoder must know, from now on.
    pub(super) fn begin(&self, parameters: &Parameters) {
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let opening = cut.segments.parameters(parameters);
        // A sender says the same again with every key picture; a player would begin anew.
        if (cut.track.as_ref()).is_some_and(|track| track.opening == opening) {
            return;
        }
        cut.track = Some(Arc::new(VideoTrack {
            opening,
            codec: parameters.codec(),
            width: parameters.width(),
            height: parameters.height(),
        }));
    }

    /// A picture for all who look.
    pub(super) fn show(&self, picture: &Picture) {
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let segment = cut.segments.picture(picture);
        if let (Some(segment), Some(track)) = (segment, cut.track.clone()) {
            // Nobody may look just now; then it is lost.
            let _ = self.parts.send(VideoPart {
                track,
                key: segment.key,
                data: segment.bytes,
            });
        }
    }
}

/// The same as the waist has it.
#[derive(Clone, Debug)]
pub(crate) struct ScreenView(pub(crate) Arc<Screen>);

impl VideoView for ScreenView {
    fn watch(&self) -> VideoFeed {
        let feed = VideoFeed {
            parts: self.0.parts.subscribe(),
            status: self.0.status.subscribe(),
        };
        self.0.wanted.notify_one();
        feed
    }
}
