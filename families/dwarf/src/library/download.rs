//! Downloads that go on where they broke.

use core::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE};
use reqwest::{Response, StatusCode};
use skyhelm_device::device::FileStream;
use skyhelm_device::{DeviceError, ErrorKind};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Place;
use crate::error::DwarfError;

/// No byte for so long, and the connection counts as broken.
const SILENCE: Duration = Duration::from_secs(20);
/// Attempts without a single new byte before the reader is told.
const ATTEMPTS: u32 = 5;
/// Pause before an attempt, longer each time.
const PAUSE: Duration = Duration::from_millis(500);
/// Pieces on their way to a reader.
const PIECES: usize = 8;

/// Begins a download; its first answer decides whether the file is there.
pub(super) async fn start(
    place: Place,
    path: String,
    offset: u64,
    cancel: CancellationToken,
    tasks: &TaskTracker,
) -> Result<FileStream, DwarfError> {
    let mut download = Download {
        url: place.url(&path)?,
        client: place.client,
        position: offset,
        version: None,
        end: None,
    };
    let first = download.ask().await?;
    let (sender, receiver) = mpsc::channel(PIECES);
    tasks.spawn(async move {
        tokio::select! {
            () = cancel.cancelled() => {
                let error = DeviceError::new(ErrorKind::Cancelled, "The telescope was removed.");
                // A reader that is gone, or does not read, need not know.
                let _ = sender.try_send(Err(error));
            }
            () = download.run(first, &sender) => {}
        }
    });
    Ok(receiver)
}

struct Download {
    client: reqwest::Client,
    url: String,
    /// The next byte wanted.
    position: u64,
    /// What tells a later answer to be of the same file.
    version: Option<HeaderValue>,
    /// Where the file ends, once told.
    end: Option<u64>,
}

type Sender = mpsc::Sender<Result<Bytes, DeviceError>>;

/// Why an attempt ended.
enum Ended {
    Complete,
    ReaderGone,
    Broken(DwarfError),
}

impl Download {
    async fn run(mut self, first: Option<Response>, to: &Sender) {
        let mut answer = Ok(first);
        let mut idle_attempts = 0;
        loop {
            let before = self.position;
            let ended = match answer {
                Ok(None) => Ended::Complete,
                Ok(Some(response)) => self.pass_on(response, to).await,
                Err(error) => Ended::Broken(error),
            };
            let error = match ended {
                Ended::Complete | Ended::ReaderGone => return,
                Ended::Broken(error) => error,
            };
            idle_attempts = if self.position > before {
                0
            } else {
                idle_attempts + 1
            };
            let lasting = !matches!(
                error,
                DwarfError::Unreachable { .. } | DwarfError::TimedOut { .. }
            );
            if idle_attempts >= ATTEMPTS || lasting {
                // A reader that is gone need not know.
                let _ = to.send(Err(error.into())).await;
                return;
            }
            tracing::debug!(url = %self.url, at = self.position, %error, "download goes on");
            tokio::select! {
                () = to.closed() => return,
                () = sleep(PAUSE * (idle_attempts + 1)) => {}
            }
            answer = self.ask().await;
        }
    }

    /// Asks for the rest; `None` when there is none.
    async fn ask(&mut self) -> Result<Option<Response>, DwarfError> {
        let mut request = self.client.get(&self.url);
        if self.position > 0 {
            request = request.header(RANGE, format!("bytes={}-", self.position));
            if let Some(version) = &self.version {
                request = request.header(IF_RANGE, version);
            }
        }
        let response = timeout(SILENCE, request.send())
            .await
            .map_err(|_| DwarfError::timed_out(&self.url))?
            .map_err(|error| DwarfError::http(&self.url, &error))?;
        match response.status() {
            StatusCode::RANGE_NOT_SATISFIABLE => return Ok(None),
            StatusCode::OK if self.position > 0 => {
                let cause = "the file has changed since the download began";
                return Err(DwarfError::protocol(&self.url, cause));
            }
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
            other => {
                return Err(DwarfError::Status {
                    peer: self.url.clone(),
                    status: other.as_u16(),
                });
            }
        }
        let headers = response.headers();
        if let Some(range) = headers.get(CONTENT_RANGE) {
            let begins = range.to_str().ok().and_then(range_start);
            if begins != Some(self.position) {
                let cause = "it sends another part of the file than was asked";
                return Err(DwarfError::protocol(&self.url, cause));
            }
        }
        // A weak tag may not be used with a range (RFC 9110 §13.1.5).
        let strong = headers
            .get(ETAG)
            .filter(|tag| !tag.as_bytes().starts_with(b"W/"));
        self.version = strong.or_else(|| headers.get(LAST_MODIFIED)).cloned();
        self.end = response
            .content_length()
            .map(|rest| self.position.saturating_add(rest));
        Ok(Some(response))
    }

    async fn pass_on(&mut self, response: Response, to: &Sender) -> Ended {
        let mut body = response.bytes_stream();
        loop {
            let chunk = match timeout(SILENCE, body.next()).await {
                Err(_) => return Ended::Broken(DwarfError::timed_out(&self.url)),
                Ok(Some(Err(error))) => {
                    return Ended::Broken(DwarfError::unreachable(&self.url, error));
                }
                Ok(Some(Ok(chunk))) => chunk,
                Ok(None) => match self.end {
                    Some(end) if self.position < end => {
                        let cause = "the connection ended before the file did";
                        return Ended::Broken(DwarfError::unreachable(&self.url, cause));
                    }
                    _ => return Ended::Complete,
                },
            };
            self.position += chunk.len() as u64;
            if to.send(Ok(chunk)).await.is_err() {
                return Ended::ReaderGone;
            }
        }
    }
}

/// The first byte of `bytes FIRST-LAST/SIZE`.
fn range_start(range: &str) -> Option<u64> {
    range
        .strip_prefix("bytes ")?
        .split_once('-')?
        .0
        .trim()
        .parse()
        .ok()
}
