//! The live picture on its way: painted, encoded, pushed by RTMP.
//!
//! A picture is painted only when the one before it has left: over a slow line or on a busy machine
//! pictures become fewer, never older.

mod encoder;

use std::sync::Arc;
use std::time::Duration;

use skyhelm_sim::land::sun_over;
use skyhelm_streams::h264;
use skyhelm_streams::rtmp::{Push, PushOutput, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::machine::{LiveNews, LiveShot};
use crate::virtual_gateway::Shared;
use encoder::PictureEncoder;

/// How long the server may take to be reached, and again to want the stream.
const PATIENCE: Duration = Duration::from_secs(4);
/// A server that takes nothing for so long is gone.
const STALLED: Duration = Duration::from_secs(5);
/// A key picture comes so often: whoever joins waits no longer.
const KEY_EVERY: Duration = Duration::from_secs(1);
/// Painting and encoding take at most this share of the time, so that the machine stays free for other things.
const SHARE: f64 = 0.4;
/// Fewer pictures a second than this are no moving picture.
const SLOWEST: Duration = Duration::from_millis(400);

/// Pushes until it is ended, the machine gives no picture any more, or the server goes.
pub(crate) async fn push(
    shared: Arc<Shared>,
    number: u64,
    target: Target,
    ends: CancellationToken,
) {
    let address = format!("{}:{}", target.host, target.port);
    let news = tokio::select! {
        () = ends.cancelled() => return,
        news = run(&shared, number, target) => news,
    };
    tracing::debug!(address, ?news, "the live picture ended");
    let now = shared.clock.now();
    shared.machine().handle_live(now, number, news);
    shared.wake();
}

async fn run(shared: &Arc<Shared>, number: u64, target: Target) -> LiveNews {
    let address = (target.host.clone(), target.port);
    let Ok(Ok(socket)) = timeout(PATIENCE, TcpStream::connect(address)).await else {
        return LiveNews::Unreachable;
    };
    let _ = socket.set_nodelay(true);
    let (reader, writer) = socket.into_split();
    let mut line = Line {
        push: Push::new(target),
        writer,
        refused: false,
    };
    let (bytes, mut heard) = mpsc::channel(8);
    let listening = tokio::spawn(listen(reader, bytes));
    let greeted = timeout(PATIENCE, line.greet(&mut heard)).await;
    let news = match greeted {
        Ok(Ok(())) => {
            let now = shared.clock.now();
            shared.machine().handle_live(now, number, LiveNews::Up);
            shared.wake();
            line.film(shared, number, &mut heard).await;
            LiveNews::Lost
        }
        Ok(Err(())) | Err(_) => LiveNews::Refused,
    };
    listening.abort();
    news
}

async fn listen(mut reader: OwnedReadHalf, bytes: mpsc::Sender<Vec<u8>>) {
    let mut buffer = vec![0; 4096];
    while let Ok(count) = reader.read(&mut buffer).await {
        if count == 0 || bytes.send(buffer[..count].to_vec()).await.is_err() {
            return;
        }
    }
}

/// The connection to the server.
struct Line {
    push: Push,
    writer: OwnedWriteHalf,
    refused: bool,
}

impl Line {
    /// Until pictures may come.
    async fn greet(&mut self, heard: &mut mpsc::Receiver<Vec<u8>>) -> Result<(), ()> {
        loop {
            self.flush().await?;
            if self.push.is_ready() {
                return Ok(());
            }
            let bytes = heard.recv().await.ok_or(())?;
            self.push.handle_input(&bytes).map_err(drop)?;
        }
    }

    /// Sends what there is to send.
    async fn flush(&mut self) -> Result<(), ()> {
        while let Some(output) = self.push.poll_output() {
            match output {
                PushOutput::Send(bytes) => {
                    let sent = timeout(STALLED, self.writer.write_all(&bytes)).await;
                    sent.map_err(drop)?.map_err(drop)?;
                }
                PushOutput::Ready => {}
                PushOutput::Refused(why) => {
                    tracing::debug!(why, "the server does not want the live picture");
                    self.refused = true;
                }
            }
        }
        if self.refused { Err(()) } else { Ok(()) }
    }

    /// Paints, encodes and sends, until there is nothing to show or nobody to send to.
    async fn film(
        &mut self,
        shared: &Arc<Shared>,
        number: u64,
        heard: &mut mpsc::Receiver<Vec<u8>>,
    ) {
        let begun = Instant::now();
        let mut studio = Some(Studio::default());
        let mut beat = Duration::from_millis(50);
        let mut ticks = ticking(beat);
        loop {
            ticks.tick().await;
            while let Ok(bytes) = heard.try_recv() {
                if self.push.handle_input(&bytes).is_err() {
                    return;
                }
            }
            if heard.is_closed() && heard.is_empty() {
                return;
            }
            let shot = shared.machine().live_shot(number);
            let (Some(shot), Some(mut busy)) = (shot, studio.take()) else {
                self.push.end();
                let _ = self.flush().await;
                return;
            };
            let at_ms = begun.elapsed().as_millis() as u64;
            let world = Arc::clone(shared);
            let made = tokio::task::spawn_blocking(move || {
                let made = busy.make(&world, &shot, at_ms);
                (busy, made)
            });
            let Ok((back, Some(made))) = made.await else {
                return;
            };
            studio = Some(back);
            if let Some(parameters) = made.parameters {
                self.push.parameters(&parameters);
            }
            if let Some(picture) = made.picture {
                self.push.picture(&picture);
            }
            if self.flush().await.is_err() {
                return;
            }
            let wanted = made.pause;
            if wanted > beat.mul_f64(1.2) || wanted < beat.mul_f64(0.8) {
                beat = wanted;
                ticks = ticking(beat);
            }
        }
    }
}

fn ticking(beat: Duration) -> tokio::time::Interval {
    let mut ticks = interval(beat);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first one is due at once.
    ticks.reset();
    ticks
}

/// What came out of the studio.
struct Made {
    parameters: Option<h264::Parameters>,
    picture: Option<h264::Picture>,
    /// When the next picture is due after this one.
    pause: Duration,
}

/// Where pictures are painted and encoded; it knows what that costs.
#[derive(Default)]
struct Studio {
    encoder: Option<PictureEncoder>,
    key_at: Option<Instant>,
    /// Seconds a picture costs, over the last few.
    cost: f64,
}

impl Studio {
    fn make(&mut self, shared: &Shared, shot: &LiveShot, at_ms: u64) -> Option<Made> {
        let begun = Instant::now();
        let sun = sun_over(&shared.site, shared.clock.now().utc);
        let frame = shared
            .painter()
            .paint(&shot.view, shot.size, shot.band, sun);
        if self
            .encoder
            .as_ref()
            .is_none_or(|encoder| !encoder.fits(shot))
        {
            self.encoder = PictureEncoder::new(shot);
            self.key_at = None;
        }
        let encoder = self.encoder.as_mut()?;
        let key = self.key_at.is_none_or(|at| at.elapsed() >= KEY_EVERY);
        let stream = encoder.encode(&frame, key)?;
        let (parameters, picture) = h264::from_annex_b(&stream, at_ms);
        if picture.as_ref().is_some_and(|picture| picture.key) {
            self.key_at = Some(begun);
        }
        let seconds = begun.elapsed().as_secs_f64();
        self.cost = if self.cost == 0.0 {
            seconds
        } else {
            0.8 * self.cost + 0.2 * seconds
        };
        let pause = Duration::from_secs_f64((self.cost / SHARE).max(1.0 / shot.rate));
        Some(Made {
            parameters,
            picture,
            pause: pause.min(SLOWEST),
        })
    }
}
