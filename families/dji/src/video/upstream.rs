//! Asks an aircraft for its picture while somebody looks, again when it fails, and ends it a while after.

use core::time::Duration;
use std::sync::Arc;

use skyhelm_device::DeviceError;
use skyhelm_session::Backoff;
use skyhelm_units::RequestId;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::LiveOrder;
use super::door::{Coming, Expected, VideoDoor};
use super::screen::Screen;
use crate::gateway::{Ask, Order};

/// How long the picture goes on when nobody looks: whoever turns a page comes back at once.
pub(crate) const LINGER: Duration = Duration::from_secs(5);
/// Longer than a service call waits for its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);
/// An aircraft that has said yes sends its first picture by then.
const FIRST_PICTURE: Duration = Duration::from_secs(10);
const FIRST_RETRY: Duration = Duration::from_millis(300);
const LONGEST_RETRY: Duration = Duration::from_secs(5);

/// Live pictures are on already (of this camera, of this device): of an earlier run of ours, most likely.
const ON_ALREADY: [i64; 2] = [513_003, 513_012];

/// One aircraft's picture.
#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) screen: Arc<Screen>,
    pub(crate) door: Arc<VideoDoor>,
    pub(crate) asks: mpsc::Sender<Ask>,
    pub(crate) linger: Duration,
    pub(crate) seed: u64,
}

/// How a picture ended.
enum End {
    Unwatched,
    Failed(String),
}

impl Upstream {
    /// Runs until cancelled.
    pub(crate) async fn run(self, cancel: CancellationToken) {
        let looking = async {
            loop {
                self.screen.wanted().await;
                self.show().await;
            }
        };
        tokio::select! {
            () = cancel.cancelled() => {}
            () = looking => {}
        }
    }

    /// While somebody looks.
    async fn show(&self) {
        let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY, 0.2, self.seed);
        while self.screen.is_watched() {
            self.screen
                .say(Some("The aircraft is asked for its picture."));
            let End::Failed(why) = self.play(&mut backoff).await else {
                return;
            };
            let pause = backoff.next_delay();
            tracing::info!(why, ?pause, "no live picture");
            self.screen.say(Some(&why));
            tokio::select! {
                () = self.screen.left() => {}
                () = sleep(pause) => {}
            }
        }
    }

    async fn play(&self, backoff: &mut Backoff) -> End {
        let mut expected = match self.door.expect(&self.screen) {
            Ok(expected) => expected,
            Err(error) => return End::Failed(format!("No key for a picture: {error}.")),
        };
        let url = expected.url.clone();
        if let Err(error) = self.order(LiveOrder::Start { url }).await {
            if error.code.is_some_and(|code| ON_ALREADY.contains(&code)) {
                let _ = self.order(LiveOrder::Stop).await;
            }
            let remedy = error.remedy.as_deref().unwrap_or_default();
            return End::Failed(format!("{} {remedy}", error.message).trim_end().to_owned());
        }
        let end = self.watch(&mut expected, backoff).await;
        if !matches!(*expected.coming.borrow(), Coming::Over(_)) {
            // Whether it hears this or not, its connection ends.
            let _ = self.order(LiveOrder::Stop).await;
        }
        end
    }

    /// From the aircraft's yes until it is over.
    async fn watch(&self, expected: &mut Expected, backoff: &mut Backoff) -> End {
        let came = expected
            .coming
            .wait_for(|coming| *coming != Coming::Awaited);
        let Ok(Ok(_)) = timeout(FIRST_PICTURE, came).await else {
            let whither = expected.url.rsplit_once('/').map_or("", |(place, _)| place);
            return End::Failed(format!(
                "The aircraft agreed, but no picture came to {whither}: it may not reach that address."
            ));
        };
        backoff.reset();
        self.screen.say(None);
        loop {
            let over = expected
                .coming
                .wait_for(|coming| matches!(coming, Coming::Over(_)));
            tokio::select! {
                over = over => {
                    return End::Failed(match over.as_deref() {
                        Ok(Coming::Over(why)) => why.clone(),
                        _ => String::from("The picture ended."),
                    });
                }
                () = self.lingered() => {}
            }
            if !self.screen.is_watched() {
                return End::Unwatched;
            }
        }
    }

    /// Until nobody has looked for a while.
    async fn lingered(&self) {
        self.screen.left().await;
        let _ = timeout(self.linger, self.screen.wanted()).await;
    }

    async fn order(&self, order: LiveOrder) -> Result<(), DeviceError> {
        let (reply, answer) = oneshot::channel();
        let ask = Ask {
            order: Order::Live(order),
            request_id: RequestId::new("live"),
            reply,
        };
        let gone = || {
            DeviceError::new(
                skyhelm_device::ErrorKind::Blocked,
                "The gateway has not caught up with earlier commands.",
            )
        };
        self.asks.try_send(ask).map_err(|_| gone())?;
        match timeout(ANSWER_WITHIN, answer).await {
            Ok(Ok(answer)) => answer.map(drop),
            Ok(Err(_)) | Err(_) => Err(gone()),
        }
    }
}
