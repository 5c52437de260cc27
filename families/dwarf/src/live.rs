//! Live pictures: one upstream per lens, only while somebody looks.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use skyhelm_device::{HostClock, Lens, LiveFrame, LiveView};
use skyhelm_dwarf_proto::http::path;
use skyhelm_streams::MultipartReader;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::discovery::Discovered;
use crate::error::DwarfError;

/// A first answer takes a moment; a telescope that shows nothing for this long is asked anew. Single
/// exposures last up to two minutes, but the stream repeats its last picture meanwhile.
const SILENCE: Duration = Duration::from_secs(30);

/// Waits between attempts while the stream is not served (camera closed, or RTSP only).
const RETRY: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Channel {
    frames: watch::Sender<Option<LiveFrame>>,
    wanted: Notify,
}

/// The live pictures of one telescope.
#[derive(Clone, Debug)]
pub(crate) struct DwarfLive {
    channels: Arc<BTreeMap<Lens, Channel>>,
    /// Told that pictures come: only an open camera gives them.
    seen: mpsc::Sender<Lens>,
}

impl DwarfLive {
    pub(crate) fn new(seen: mpsc::Sender<Lens>) -> Self {
        let channel = || Channel {
            frames: watch::Sender::new(None),
            wanted: Notify::new(),
        };
        Self {
            channels: Arc::new(BTreeMap::from([
                (Lens::Tele, channel()),
                (Lens::Wide, channel()),
            ])),
            seen,
        }
    }

    /// The upstream of one lens; runs until cancelled.
    pub(crate) async fn run(
        self,
        lens: Lens,
        client: reqwest::Client,
        found: watch::Receiver<Option<Discovered>>,
        host: HostClock,
        cancel: CancellationToken,
    ) {
        let upstream = Upstream {
            lens,
            client,
            found,
            host,
            seen: self.seen.clone(),
        };
        let channel = &self.channels[&lens];
        tokio::select! {
            () = cancel.cancelled() => {}
            () = upstream.serve(channel) => {}
        }
    }
}

impl LiveView for DwarfLive {
    fn watch(&self, lens: Lens) -> watch::Receiver<Option<LiveFrame>> {
        let channel = &self.channels[&lens];
        let receiver = channel.frames.subscribe();
        channel.wanted.notify_one();
        receiver
    }
}

struct Upstream {
    lens: Lens,
    client: reqwest::Client,
    found: watch::Receiver<Option<Discovered>>,
    host: HostClock,
    seen: mpsc::Sender<Lens>,
}

impl Upstream {
    async fn serve(mut self, channel: &Channel) {
        let mut sequence = 0;
        loop {
            channel.wanted.notified().await;
            while channel.frames.receiver_count() > 0 {
                tokio::select! {
                    () = channel.frames.closed() => break,
                    ended = self.stream(channel, &mut sequence) => {
                        tracing::debug!(lens = %self.lens, ?ended, "live stream ended");
                    }
                }
                tokio::select! {
                    () = channel.frames.closed() => break,
                    () = sleep(RETRY) => {}
                }
            }
            // A later viewer must not take this for now.
            channel.frames.send_replace(None);
        }
    }

    async fn stream(&mut self, channel: &Channel, sequence: &mut u64) -> Result<(), DwarfError> {
        let path = match self.lens {
            Lens::Tele => path::TELE_STREAM,
            Lens::Wide => path::WIDE_STREAM,
        };
        let url = match self.found.wait_for(Option::is_some).await {
            Ok(found) => found.as_ref().map(|found| found.endpoints.jpeg_url(path)),
            Err(_gone) => None,
        };
        let url = url.ok_or(DwarfError::Gone)?;
        let silent = |_| DwarfError::timed_out(&url);
        let response = timeout(SILENCE, self.client.get(&url).send())
            .await
            .map_err(silent)?
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| DwarfError::http(&url, &error))?;
        let kind = response
            .headers()
            .get(reqwest::header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let nonsense = |error: skyhelm_streams::StreamError| DwarfError::protocol(&url, error);
        let mut reader = MultipartReader::from_content_type(kind).map_err(nonsense)?;
        let mut first = true;
        let mut body = response.bytes_stream();
        while let Some(chunk) = timeout(SILENCE, body.next()).await.map_err(silent)? {
            let chunk = chunk.map_err(|error| DwarfError::http(&url, &error))?;
            reader.handle_input(&chunk).map_err(nonsense)?;
            while let Some(picture) = reader.poll_output() {
                // Again and again: after a new connection nobody knows it any more.
                if core::mem::take(&mut first) || sequence.is_multiple_of(30) {
                    // Full, it is behind with the same news.
                    let _ = self.seen.try_send(self.lens);
                }
                *sequence += 1;
                channel.frames.send_replace(Some(LiveFrame {
                    sequence: *sequence,
                    received: self.host.now().utc,
                    jpeg: picture.data,
                }));
            }
        }
        Ok(())
    }
}
