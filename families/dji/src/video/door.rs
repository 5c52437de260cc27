//! Where aircraft bring their pictures: an RTMP listener that lets in whom somebody expects, once.

use core::time::Duration;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use skyhelm_streams::rtmp::{Ingest, IngestOutput};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::screen::Screen;
use crate::config::DjiConfig;

/// The application of the addresses that are told.
const APPLICATION: &str = "live";
/// Connections at a time, of all aircraft and strangers together.
const MOST_CONNECTIONS: usize = 64;
/// A connection that has not shown a key by then is a stranger's.
const KEY_WITHIN: Duration = Duration::from_secs(5);
/// An aircraft that sends nothing for so long has gone.
const SILENCE: Duration = Duration::from_secs(6);
/// A peer that takes our few bytes no sooner is gone.
const SEND_TIME: Duration = Duration::from_secs(3);

/// How a push that was expected does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// Nobody has come.
    Awaited,
    /// Pictures come.
    Here,
    /// It ended: why, in one sentence.
    Over(String),
}

#[derive(Clone, Debug)]
struct Guest {
    screen: Arc<Screen>,
    coming: watch::Sender<Coming>,
    /// Nobody wants it any more.
    unwanted: CancellationToken,
}

/// An expected push. Dropping it takes its key back and ends its connection.
#[derive(Debug)]
pub(super) struct Expected {
    door: Arc<VideoDoor>,
    key: String,
    pub(super) url: String,
    pub(super) coming: watch::Receiver<Coming>,
    unwanted: CancellationToken,
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.door.guests().remove(&self.key);
        self.unwanted.cancel();
    }
}

/// The listener and the keys it knows.
#[derive(Debug)]
pub(crate) struct VideoDoor {
    told: String,
    guests: Mutex<BTreeMap<String, Guest>>,
    places: Arc<Semaphore>,
}

impl VideoDoor {
    /// Listens where the configuration says.
    ///
    /// # Errors
    /// When the address cannot be listened at.
    pub(crate) fn open(config: &DjiConfig) -> std::io::Result<(Arc<Self>, TcpListener)> {
        let at = config
            .listen_video
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let listener = std::net::TcpListener::bind(at)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let at = listener.local_addr()?;
        let told = config
            .advertise_video
            .clone()
            .unwrap_or_else(|| at.to_string());
        tracing::info!(address = %at, %told, "live pictures come in by RTMP");
        let door = Self {
            told,
            guests: Mutex::default(),
            places: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
        };
        Ok((Arc::new(door), listener))
    }

    /// Where it is, for tests.
    #[cfg(test)]
    pub(super) fn told_address(&self) -> &str {
        &self.told
    }

    fn guests(&self) -> MutexGuard<'_, BTreeMap<String, Guest>> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets one push in, for a screen. Its address cannot be guessed, and works once.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn expect(
        self: &Arc<Self>,
        screen: &Arc<Screen>,
    ) -> Result<Expected, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let key = format!("{:032x}", u128::from_le_bytes(bytes));
        let (coming, reader) = watch::channel(Coming::Awaited);
        let unwanted = CancellationToken::new();
        let guest = Guest {
            screen: Arc::clone(screen),
            coming,
            unwanted: unwanted.clone(),
        };
        self.guests().insert(key.clone(), guest);
        Ok(Expected {
            url: format!("rtmp://{}/{APPLICATION}/{key}", self.told),
            door: Arc::clone(self),
            key,
            coming: reader,
            unwanted,
        })
    }

    /// Takes connections until cancelled; each ends with it.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener, cancel: CancellationToken) {
        loop {
            let taken = tokio::select! {
                () = cancel.cancelled() => return,
                taken = listener.accept() => taken,
            };
            let (socket, peer) = match taken {
                Ok(taken) => taken,
                Err(error) => {
                    // Out of files, most likely: others end meanwhile.
                    tracing::warn!(%error, "no connection for a live picture");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
                tracing::warn!(%peer, "too many connections bring live pictures; it is sent away");
                continue;
            };
            let (door, ends) = (Arc::clone(&self), cancel.clone());
            tokio::spawn(async move {
                let _place = place;
                let visit = Visit {
                    door,
                    socket,
                    ingest: Ingest::new(),
                    guest: None,
                };
                tokio::select! {
                    () = ends.cancelled() => {}
                    () = visit.run() => tracing::debug!(%peer, "a live picture's connection ended"),
                }
            });
        }
    }
}

/// One connection.
struct Visit {
    door: Arc<VideoDoor>,
    socket: TcpStream,
    ingest: Ingest,
    guest: Option<Guest>,
}

impl Visit {
    async fn run(mut self) {
        let _ = self.socket.set_nodelay(true);
        let why = match self.greet().await {
            Ok(()) => self.take().await,
            Err(why) => why,
        };
        if let Some(guest) = &self.guest {
            guest.coming.send_replace(Coming::Over(why));
        } else {
            tracing::debug!(why, "a stranger at the door for live pictures");
        }
    }

    /// Until it has shown its key.
    async fn greet(&mut self) -> Result<(), String> {
        let until = Instant::now() + KEY_WITHIN;
        let mut buffer = vec![0; 8 * 1024];
        while self.guest.is_none() {
            let read = timeout_at(until, self.socket.read(&mut buffer)).await;
            let count = read
                .map_err(|_| String::from("it showed no key"))?
                .map_err(|error| error.to_string())?;
            if count == 0 {
                return Err(String::from("it left without a word"));
            }
            self.heard(&buffer[..count]).await?;
        }
        Ok(())
    }

    /// Takes pictures in; why they ended.
    async fn take(&mut self) -> String {
        let Some(unwanted) = self.guest.as_ref().map(|guest| guest.unwanted.clone()) else {
            return String::new();
        };
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = tokio::select! {
                () = unwanted.cancelled() => return String::from("Nobody looks any more."),
                read = timeout(SILENCE, self.socket.read(&mut buffer)) => read,
            };
            let count = match read {
                Ok(Ok(0)) => return String::from("The aircraft ended its picture."),
                Ok(Ok(count)) => count,
                Ok(Err(error)) => return format!("The picture's connection broke: {error}."),
                Err(_) => return String::from("No picture has come from the aircraft for 6 s."),
            };
            if let Err(why) = self.heard(&buffer[..count]).await {
                return format!("The aircraft's picture cannot be read: {why}.");
            }
        }
    }

    async fn heard(&mut self, bytes: &[u8]) -> Result<(), String> {
        let wrong = |error: skyhelm_streams::rtmp::RtmpError| error.to_string();
        self.ingest.handle_input(bytes).map_err(wrong)?;
        while let Some(output) = self.ingest.poll_output() {
            match output {
                IngestOutput::Send(answer) => self.answer(&answer).await?,
                IngestOutput::Asked {
                    application,
                    stream,
                } => {
                    let key = stream.split('?').next().unwrap_or_default();
                    // Once: whoever comes with the same key again is a stranger.
                    let guest = self.door.guests().remove(key);
                    match guest {
                        Some(guest) if application == APPLICATION => {
                            self.guest = Some(guest);
                            self.ingest.accept().map_err(wrong)?;
                        }
                        _ => {
                            self.ingest.refuse("no such stream is expected");
                            while let Some(IngestOutput::Send(answer)) = self.ingest.poll_output() {
                                self.answer(&answer).await?;
                            }
                            return Err(String::from("its key is not expected"));
                        }
                    }
                }
                IngestOutput::Parameters(parameters) => {
                    if let Some(guest) = &self.guest {
                        guest.screen.begin(&parameters);
                    }
                }
                IngestOutput::Picture(picture) => {
                    if let Some(guest) = &self.guest {
                        guest.screen.show(&picture);
                        guest.coming.send_if_modified(|coming| {
                            let first = *coming == Coming::Awaited;
                            if first {
                                *coming = Coming::Here;
                            }
                            first
                        });
                    }
                }
                IngestOutput::Ended => return Err(String::from("it was ended by the aircraft")),
            }
        }
        Ok(())
    }

    async fn answer(&mut self, bytes: &[u8]) -> Result<(), String> {
        let sent = timeout(SEND_TIME, self.socket.write_all(bytes)).await;
        sent.map_err(|_| String::from("it takes no answer"))?
            .map_err(|error| error.to_string())
    }
}
