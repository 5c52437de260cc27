//! Moving pictures as a browser plays them: H.264 in fragmented MP4, one upstream and many who look.

use core::fmt;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{broadcast, watch};

/// What a player must know before the first picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoTrack {
    /// The beginning of the file.
    pub opening: Bytes,
    /// As browsers name it: `avc1.42c01f`.
    pub codec: String,
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
}

/// One picture.
#[derive(Clone, Debug)]
pub struct VideoPart {
    /// Which track it is of; another one than before begins anew.
    pub track: Arc<VideoTrack>,
    /// Whether one can begin with it.
    pub key: bool,
    /// A movie fragment, shared by all who look.
    pub data: Bytes,
}

/// How the upstream does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoStatus {
    /// Why there is no picture, in one sentence; `None` while there is one.
    pub trouble: Option<String>,
}

/// The upstream, looked at. It runs while at least one of these lives.
#[derive(Debug)]
pub struct VideoFeed {
    /// The pictures. Who is slower than they come misses some, and has to wait for one that can be begun with.
    pub parts: broadcast::Receiver<VideoPart>,
    /// How it does.
    pub status: watch::Receiver<VideoStatus>,
}

/// A moving picture.
pub trait VideoView: fmt::Debug + Send + Sync {
    /// Looks. The upstream starts with the first who looks, and stops a while after the last.
    fn watch(&self) -> VideoFeed;
}
