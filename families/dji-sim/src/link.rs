//! One MQTT connection of a gateway: dialled, listened to, written to.
//!
//! The client is `mqtt5`'s: the broker of the same crate is in the house already, so it costs no
//! further dependency; it takes `mqtt://`, `mqtts://` and `ws://`, and tells when the connection ends.

use std::sync::Arc;
use std::time::Duration;

use mqtt5::{ConnectOptions, ConnectionEvent, MqttClient, QoS, SubscribeOptions};
use skyhelm_units::Redacted;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::machine::LinkId;

/// How long a connection may take to stand.
const PATIENCE: Duration = Duration::from_secs(10);
/// Real gateways were seen to use it.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Messages that wait to be written; a push that finds no room is lost, as in a full modem.
const WAITING: usize = 512;

/// Whom to call, and what to listen for.
#[derive(Clone, Debug)]
pub(crate) struct Dial {
    pub(crate) link: LinkId,
    /// Tells this connection from the one before it.
    pub(crate) epoch: u64,
    pub(crate) address: String,
    pub(crate) client_id: String,
    pub(crate) username: String,
    pub(crate) password: Redacted<String>,
    pub(crate) trusted: Option<Arc<str>>,
    pub(crate) filters: Vec<String>,
}

/// What happened on a connection.
#[derive(Debug)]
pub(crate) enum LinkEvent {
    Up {
        link: LinkId,
        epoch: u64,
    },
    Down {
        link: LinkId,
        epoch: u64,
        refused: bool,
    },
    Message {
        link: LinkId,
        epoch: u64,
        topic: String,
        payload: Vec<u8>,
    },
}

struct Letter {
    topic: String,
    payload: Vec<u8>,
    qos: u8,
}

/// A connection under way. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) epoch: u64,
    letters: mpsc::Sender<Letter>,
    ended: CancellationToken,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.topic)
    }
}

impl Connection {
    pub(crate) fn dial(dial: Dial, events: mpsc::Sender<LinkEvent>) -> Self {
        let (letters, waiting) = mpsc::channel(WAITING);
        let ended = CancellationToken::new();
        let epoch = dial.epoch;
        tokio::spawn(run(dial, events, waiting, ended.clone()));
        Self {
            epoch,
            letters,
            ended,
        }
    }

    pub(crate) fn publish(&self, topic: String, payload: Vec<u8>, qos: u8) {
        if self
            .letters
            .try_send(Letter {
                topic,
                payload,
                qos,
            })
            .is_err()
        {
            tracing::debug!("a message found no room and is lost");
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.ended.cancel();
    }
}

async fn run(
    dial: Dial,
    events: mpsc::Sender<LinkEvent>,
    mut letters: mpsc::Receiver<Letter>,
    ended: CancellationToken,
) {
    let (link, epoch) = (dial.link, dial.epoch);
    let lost = Arc::new(Notify::new());
    let client = tokio::select! {
        client = connect(&dial, &events, &lost) => client,
        () = ended.cancelled() => return,
    };
    let client = match client {
        Ok(client) => client,
        Err(why) => {
            tracing::debug!(address = %dial.address, why, "no connection");
            let refused =
                why.contains("Not authorized") || why.contains("Bad") || why.contains("uthoriz");
            let _ = events
                .send(LinkEvent::Down {
                    link,
                    epoch,
                    refused,
                })
                .await;
            return;
        }
    };
    let _ = events.send(LinkEvent::Up { link, epoch }).await;
    loop {
        tokio::select! {
            () = ended.cancelled() => break,
            () = lost.notified() => {
                let _ = events.send(LinkEvent::Down { link, epoch, refused: false }).await;
                return;
            }
            letter = letters.recv() => match letter {
                Some(letter) => send(&client, letter).await,
                None => break,
            },
        }
    }
    let _ = timeout(PATIENCE, client.disconnect()).await;
}

async fn send(client: &MqttClient, letter: Letter) {
    let qos = if letter.qos == 0 {
        QoS::AtMostOnce
    } else {
        QoS::AtLeastOnce
    };
    let sent = timeout(
        PATIENCE,
        client.publish_qos(letter.topic, letter.payload, qos),
    )
    .await;
    if !matches!(sent, Ok(Ok(_))) {
        tracing::debug!("a message could not be published");
    }
}

async fn connect(
    dial: &Dial,
    events: &mpsc::Sender<LinkEvent>,
    lost: &Arc<Notify>,
) -> Result<MqttClient, String> {
    let mut options = ConnectOptions::new(dial.client_id.as_str())
        .with_clean_start(true)
        .with_keep_alive(KEEP_ALIVE)
        .with_automatic_reconnect(false);
    if !dial.username.is_empty() {
        options =
            options.with_credentials(dial.username.as_str(), dial.password.expose().as_bytes());
    }
    let client = MqttClient::with_options(options);
    if let Some(pem) = &dial.trusted {
        let pem = Some(pem.as_bytes().to_vec());
        client.set_tls_config(None, None, pem).await;
    }
    let told = Arc::clone(lost);
    let listening = client
        .on_connection_event(move |event| {
            if matches!(event, ConnectionEvent::Disconnected { .. }) {
                told.notify_one();
            }
        })
        .await;
    listening.map_err(|error| error.to_string())?;
    let stands = timeout(PATIENCE, client.connect(&dial.address)).await;
    stands
        .map_err(|_| String::from("the broker does not answer"))?
        .map_err(|error| error.to_string())?;
    for filter in &dial.filters {
        subscribe(&client, dial, filter, events).await?;
    }
    Ok(client)
}

async fn subscribe(
    client: &MqttClient,
    dial: &Dial,
    filter: &str,
    events: &mpsc::Sender<LinkEvent>,
) -> Result<(), String> {
    let (link, epoch, events) = (dial.link, dial.epoch, events.clone());
    let options = SubscribeOptions {
        qos: QoS::AtLeastOnce,
        ..SubscribeOptions::default()
    };
    let taken = client.subscribe_with_options(filter, options, move |message| {
        let message = LinkEvent::Message {
            link,
            epoch,
            topic: message.topic,
            payload: message.payload,
        };
        // A gateway that is flooded drops what it has no room for.
        let _ = events.try_send(message);
    });
    let answer = timeout(PATIENCE, taken).await;
    answer
        .map_err(|_| String::from("a subscription is not answered"))?
        .map(|_| ())
        .map_err(|error| error.to_string())
}
