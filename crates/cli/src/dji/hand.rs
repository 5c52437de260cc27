//! A hand on an aircraft's sticks, by the station's own socket for them.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_units::BodyMotion;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::api::Station;
use crate::failure::Failure;

/// Without a nonce for so long the station is not heard, and the hand is off.
const SILENCE: Duration = Duration::from_secs(1);
/// How long a word to the station may take.
const SAYING: Duration = Duration::from_secs(1);
/// Zero is said so often before anything else.
const CENTRED_FIRST: u64 = 6;

/// What the station says to a hand.
#[derive(Debug)]
pub(super) enum Said {
    /// A nonce; it is answered at once or never.
    Nonce(String),
    /// A push did not count.
    Refused(String),
    /// The hand is off; why.
    Ended(String),
}

/// A hand. Dropping it closes the socket, and the station lets go.
#[derive(Debug)]
pub(super) struct Hand {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    sequence: u64,
    heard: Instant,
}

impl Hand {
    pub(super) async fn take(station: &Station, device: &str) -> Result<Self, Failure> {
        let url = station.socket(&format!("/devices/{device}/flight/sticks"));
        let wrong = |error: &dyn std::fmt::Display| {
            let message = format!("The sticks cannot be had: {error}.");
            Failure::from(DeviceError::new(ErrorKind::Unreachable, message))
        };
        let mut request = url.into_client_request().map_err(|error| wrong(&error))?;
        let bearer = station.bearer().parse();
        let bearer =
            bearer.map_err(|_| Failure::invalid("the token has signs that no token has"))?;
        request.headers_mut().insert("authorization", bearer);
        let opened = timeout(SAYING * 5, connect_async(request)).await;
        let (socket, _) = opened
            .map_err(|_| wrong(&"no answer in time"))?
            .map_err(|error| wrong(&error))?;
        Ok(Self {
            socket,
            sequence: 0,
            heard: Instant::now(),
        })
    }

    /// Whether it was seen centred, so that it may move something.
    pub(super) fn is_centred(&self) -> bool {
        self.sequence >= CENTRED_FIRST
    }

    /// Whether the station has not been heard for too long.
    pub(super) fn is_silent(&self) -> bool {
        self.heard.elapsed() > SILENCE
    }

    /// The station's next word. Safe to drop while it waits.
    pub(super) async fn hears(&mut self) -> Said {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => {
                self.heard = Instant::now();
                told(&text)
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => {
                Said::Ended(String::from("the connection to the station is lost"))
            }
            Some(Ok(_)) => Said::Refused(String::new()),
        }
    }

    /// Answers a nonce with how the aircraft is to move; with zero until the sticks were seen centred.
    pub(super) async fn push(&mut self, nonce: &str, motion: BodyMotion) -> bool {
        let motion = if self.is_centred() {
            motion
        } else {
            BodyMotion::STILL
        };
        self.sequence += 1;
        let push = json!({
            "nonce": nonce, "sequence": self.sequence, "forward": motion.forward,
            "right": motion.right, "up": motion.up, "clockwise": motion.clockwise,
        });
        self.say(&push).await
    }

    /// Lets go, and says so.
    pub(super) async fn release(mut self, why: Option<&str>) {
        let word = match why {
            Some(why) => json!({ "release": true, "why": why }),
            None => json!({ "release": true }),
        };
        self.say(&word).await;
        // Whether the station says good-bye makes no difference: it lets go when the socket closes.
        drop(timeout(SAYING, self.socket.close(None)).await);
    }

    async fn say(&mut self, word: &Value) -> bool {
        let sent = self.socket.send(Message::text(word.to_string()));
        matches!(timeout(SAYING, sent).await, Ok(Ok(())))
    }
}

fn told(text: &str) -> Said {
    let said: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    if let Some(nonce) = said["nonce"].as_str() {
        return Said::Nonce(nonce.to_owned());
    }
    if let Some(why) = said["ended"]["why"].as_str() {
        return Said::Ended(why.replace('_', " "));
    }
    match said["refused"].as_str() {
        Some("not_taken") => {
            let detail = said["problem"]["detail"].as_str();
            Said::Ended(detail.unwrap_or("they were not given").to_owned())
        }
        Some(why) => Said::Refused(why.replace('_', " ")),
        None => Said::Refused(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stations_words_are_understood_and_nonsense_is_no_nonce() {
        assert!(matches!(told(r#"{"nonce":"17"}"#), Said::Nonce(nonce) if nonce == "17"));
        assert!(
            matches!(told(r#"{"refused":"centre_first"}"#), Said::Refused(why) if why == "centre first")
        );
        let ended = r#"{"ended":{"by":"release","why":"taken_over"}}"#;
        assert!(matches!(told(ended), Said::Ended(why) if why == "taken over"));
        let not_taken = r#"{"refused":"not_taken","problem":{"detail":"No."}}"#;
        assert!(matches!(told(not_taken), Said::Ended(why) if why == "No."));
        for nonsense in ["", "{}", "[1]", r#"{"nonce":17}"#, "\u{1b}[2J"] {
            assert!(matches!(told(nonsense), Said::Refused(_)), "{nonsense}");
        }
    }
}
