//! A plain MQTT connection: one life, no reconnection of its own, nothing queued and nothing resent.

use core::time::Duration;
use std::sync::Arc;

use mqtt5::{
    ConnectOptions, MqttClient, ProtocolVersion, PublishOptions, QoS, RetainHandling,
    SubscribeOptions,
};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::broker::{Door, Protocol};

/// How long connecting, subscribing or writing may take.
const PATIENCE: Duration = Duration::from_secs(5);

const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Acknowledged messages under way at a time. A thousand gateways that come online together, as after a
/// restart of the broker, are all answered.
const UNDER_WAY: usize = 2048;

/// A message that came.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
}

/// A connection. When it is lost it stays lost: whoever wants another opens one.
#[derive(Clone)]
pub(crate) struct Link {
    client: MqttClient,
    lost: CancellationToken,
    under_way: Arc<Semaphore>,
}

impl core::fmt::Debug for Link {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Link")
            .field("lost", &self.lost.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the MQTT broker at {url} is not reached: {cause}")]
pub(crate) struct LinkError {
    url: String,
    cause: String,
}

impl Link {
    /// Connects and subscribes. What comes goes to the inbox, and is lost when that is full.
    pub(crate) async fn open(
        door: &Door,
        client_id: &str,
        filters: &[String],
        inbox: mpsc::Sender<Incoming>,
    ) -> Result<Self, LinkError> {
        let wrong = |cause: String| LinkError {
            url: door.url.clone(),
            cause,
        };
        let options = ConnectOptions::new(client_id)
            .with_clean_start(true)
            .with_keep_alive(KEEP_ALIVE)
            .with_credentials(door.username.clone(), door.password.expose().as_bytes())
            .with_automatic_reconnect(false);
        let options = match door.protocol {
            Protocol::V5 => options,
            Protocol::V311 => options.with_protocol_version(ProtocolVersion::V311),
        };
        let client = MqttClient::with_options(options);
        client.set_queue_on_disconnect(false).await;
        if let Some(pem) = &door.trusted {
            let pem = Some(pem.as_bytes().to_vec());
            client.set_tls_config(None, None, pem).await;
        }
        let lost = CancellationToken::new();
        let tell = lost.clone();
        let watch = client.on_connection_event(move |event| {
            if matches!(event, mqtt5::ConnectionEvent::Disconnected { .. }) {
                tell.cancel();
            }
        });
        watch.await.map_err(|error| wrong(error.to_string()))?;
        let link = Self {
            client,
            lost,
            under_way: Arc::new(Semaphore::new(UNDER_WAY)),
        };
        let late = |_| wrong(String::from("no answer in time"));
        let connected = timeout(PATIENCE, link.client.connect(&door.url)).await;
        connected
            .map_err(late)?
            .map_err(|error| wrong(error.to_string()))?;
        for filter in filters {
            let asked = timeout(PATIENCE, link.subscribe(filter, inbox.clone())).await;
            asked.map_err(late)?.map_err(wrong)?;
        }
        Ok(link)
    }

    /// Subscribes to one more filter.
    pub(crate) async fn also(
        &self,
        filter: &str,
        inbox: mpsc::Sender<Incoming>,
    ) -> Result<(), String> {
        let asked = timeout(PATIENCE, self.subscribe(filter, inbox)).await;
        asked.unwrap_or_else(|_| Err(String::from("no answer in time")))
    }

    async fn subscribe(&self, filter: &str, inbox: mpsc::Sender<Incoming>) -> Result<(), String> {
        let options = SubscribeOptions {
            qos: QoS::AtLeastOnce,
            // What was kept for us is old, and nothing old is wanted.
            retain_handling: RetainHandling::DontSend,
            ..SubscribeOptions::default()
        };
        let hear = move |message: mqtt5::Message| {
            if message.retain {
                return;
            }
            let incoming = Incoming {
                topic: message.topic,
                payload: message.payload,
            };
            if inbox.try_send(incoming).is_err() {
                tracing::warn!("messages come faster than they are read; one was dropped");
            }
        };
        self.client
            .subscribe_with_options(filter, options, hear)
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// Falls when the connection is lost.
    pub(crate) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.is_cancelled()
    }

    /// Sends once, unacknowledged: what is not written now is never written.
    pub(crate) async fn send(&self, topic: &str, payload: Vec<u8>) -> bool {
        if self.is_lost() {
            return false;
        }
        let sent = self.client.publish_qos0(topic, payload);
        let sent = matches!(timeout(PATIENCE, sent).await, Ok(Ok(_)));
        if !sent {
            self.lost.cancel();
        }
        sent
    }

    /// Sends with an acknowledgement, beside whatever else is sent. For answers and stops only.
    pub(crate) fn send_acknowledged(&self, topic: String, payload: Vec<u8>) {
        let Ok(turn) = self.under_way.clone().try_acquire_owned() else {
            tracing::warn!(%topic, "too many messages are unacknowledged; one was not sent");
            return;
        };
        let link = self.clone();
        tokio::spawn(async move {
            let options = PublishOptions {
                qos: QoS::AtLeastOnce,
                ..PublishOptions::default()
            };
            let sent = link.client.publish_with_options(topic, payload, options);
            // Without an acknowledgement it is not sent again: the peer asks anew, or a person does.
            let _ = timeout(PATIENCE, sent).await;
            drop(turn);
        });
    }

    /// Says good-bye.
    pub(crate) async fn close(&self) {
        let _ = timeout(Duration::from_millis(500), self.client.disconnect()).await;
        self.lost.cancel();
    }
}
