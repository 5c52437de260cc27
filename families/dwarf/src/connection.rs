//! One WebSocket connection: it carries what the session says, and tells it what happens.

use core::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use skyhelm_dwarf_proto::MAX_FRAME;
use skyhelm_dwarf_proto::client::{DeadReason, Event, Input, Output};
use skyhelm_units::{Mono, Now};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tokio_util::sync::CancellationToken;

use crate::error::DwarfError;
use crate::known::sooner;
use crate::tasks::Task;
use crate::wire::Wire;

/// How long connecting may take.
const CONNECT_TIME: Duration = Duration::from_secs(8);
/// How long a message may take to leave this computer.
const WRITE_TIME: Duration = Duration::from_secs(5);
/// How long saying goodbye may take.
const GOODBYE_TIME: Duration = Duration::from_secs(1);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One connection.
pub(crate) struct Connection {
    pub(crate) to: SplitSink<Socket, Message>,
    pub(crate) from: SplitStream<Socket>,
    pub(crate) wire: Wire,
    pub(crate) url: String,
    pinged: Option<Mono>,
}

/// How a connection ended.
pub(crate) struct Ended {
    pub(crate) why: String,
    /// Whether the telescope had told its state before.
    pub(crate) was_up: bool,
}

impl Connection {
    pub(crate) async fn open(url: String, wire: Wire) -> Result<Self, DwarfError> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_FRAME))
            .max_frame_size(Some(MAX_FRAME));
        let connecting = connect_async_with_config(&url, Some(config), true);
        let (socket, _response) = timeout(CONNECT_TIME, connecting)
            .await
            .map_err(|_| DwarfError::timed_out(&url))?
            .map_err(|error| DwarfError::unreachable(&url, error))?;
        let (to, from) = socket.split();
        Ok(Self {
            to,
            from,
            wire,
            url,
            pinged: None,
        })
    }

    /// Runs until the connection breaks or the telescope is removed.
    pub(crate) async fn run(mut self, task: &mut Task, cancel: &CancellationToken) -> Ended {
        let why = match self.serve(task, cancel).await {
            Ok(()) => {
                self.goodbye(task).await;
                String::from("it was closed")
            }
            Err(error) => error.to_string(),
        };
        Ended {
            why,
            was_up: self.wire.is_up(),
        }
    }

    async fn serve(
        &mut self,
        task: &mut Task,
        cancel: &CancellationToken,
    ) -> Result<(), DwarfError> {
        task.actor.connected();
        self.input(task, Input::Connected);
        loop {
            self.flush(task).await?;
            task.publish();
            let wake = self.wake(task);
            tokio::select! {
                () = cancel.cancelled() => return Ok(()),
                message = self.from.next() => self.message(task, message)?,
                Some(ask) = task.asked.recv() => {
                    let now = task.start.host.now();
                    task.actor.ask(now, ask, &mut self.wire);
                }
                Some(lens) = task.pictures.recv() => task.actor.picture_seen(lens),
                () = sleep(wake) => {
                    let now = task.start.host.now();
                    self.wire.session.handle_timeout(now);
                    task.actor.handle_timeout(now, &mut self.wire);
                }
            }
        }
    }

    fn wake(&self, task: &Task) -> Duration {
        let session = self.wire.session.poll_timeout().map(|(at, _)| at);
        sooner(session, task.actor.poll_timeout()).map_or(Duration::from_secs(1), |at| {
            at.since(task.start.host.now().mono)
        })
    }

    fn input(&mut self, task: &Task, input: Input<'_>) {
        let now = task.start.host.now();
        self.wire.session.handle_input(now, input);
    }

    fn message(
        &mut self,
        task: &mut Task,
        message: Option<Result<Message, SocketError>>,
    ) -> Result<(), DwarfError> {
        let broken = |cause: &str| DwarfError::unreachable(&self.url, cause);
        let message = message
            .ok_or_else(|| broken("it closed the connection"))?
            .map_err(|error| broken(&error.to_string()))?;
        let now = task.start.host.now();
        task.actor.known.heard(now);
        match message {
            Message::Binary(frame) => self.input(task, Input::Binary(&frame)),
            Message::Text(text) => {
                if text.as_str() == "pong"
                    && let Some(sent) = self.pinged.take()
                {
                    task.actor.known.round_trip(now.mono.since(sent));
                }
                self.input(task, Input::Text(&text));
            }
            Message::Close(_) => return Err(broken("it closed the connection")),
            // The library answers pings of the WebSocket protocol itself.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
        Ok(())
    }

    /// Carries out what the session says until it says nothing more.
    async fn flush(&mut self, task: &mut Task) -> Result<(), DwarfError> {
        while let Some(output) = self.wire.session.poll_output() {
            let now = task.start.host.now();
            match output {
                Output::Send(frame) => self.write(Message::Binary(frame)).await?,
                Output::SendText(text) => {
                    if text == "ping" {
                        self.pinged = Some(now.mono);
                    }
                    self.write(Message::text(text)).await?;
                }
                Output::Close => {
                    return Err(DwarfError::timed_out(&self.url));
                }
                Output::Event(event) => self.event(task, now, event),
            }
        }
        Ok(())
    }

    pub(crate) async fn write(&mut self, message: Message) -> Result<(), DwarfError> {
        timeout(WRITE_TIME, self.to.send(message))
            .await
            .map_err(|_| DwarfError::timed_out(&self.url))?
            .map_err(|error| DwarfError::unreachable(&self.url, error))
    }

    fn event(&mut self, task: &mut Task, now: Now, event: Event) {
        let wire = &mut self.wire;
        match event {
            Event::Started => {
                wire.started();
                task.actor.synchronized(now);
            }
            Event::Reply(reply) => {
                let result = wire.result(reply.row, reply.code, reply.payload);
                tracing::debug!(cmd = reply.row.wire_name, code = %reply.code, "reply");
                task.actor.reply(now, reply.ticket, result, wire);
            }
            Event::TimedOut { ticket, row } => {
                let error = DwarfError::timed_out(row.wire_name);
                task.actor.reply(now, ticket, Err(error), wire);
            }
            Event::Lost { ticket, row } => {
                let error = DwarfError::unreachable(row.wire_name, "the connection was lost");
                task.actor.reply(now, ticket, Err(error), wire);
            }
            Event::SentOnly { ticket, .. } | Event::Superseded { ticket } => {
                task.actor.reply(now, ticket, Ok(bytes::Bytes::new()), wire);
            }
            Event::LateReply { row, code, payload } => {
                let result = wire.result(row, code, payload);
                task.actor.late_reply(now, row.id, result);
            }
            Event::Notification(notice) => {
                task.actor
                    .notification(now, notice.cmd, &notice.payload, wire);
            }
            Event::Dead(DeadReason::Silent) => tracing::warn!(url = %self.url, "silent"),
            Event::Dead(reason) => tracing::warn!(url = %self.url, ?reason, "given up"),
            Event::Interim { row, code } => {
                tracing::info!(cmd = row.wire_name, %code, "it goes on");
            }
            other => tracing::debug!(?other, "session"),
        }
    }

    /// Gives the host role back, so that others need not wait until we are taken for dead.
    async fn goodbye(&mut self, task: &mut Task) {
        let goodbye = async {
            let now = task.start.host.now();
            if self
                .wire
                .session
                .role()
                .is_some_and(|role| role.is_host && role.locked)
                && self.wire.session.release_host(now).is_ok()
            {
                self.flush(task).await?;
            }
            self.to
                .close()
                .await
                .map_err(|error| DwarfError::unreachable(&self.url, error))
        };
        if let Ok(Err(error)) = timeout(GOODBYE_TIME, goodbye).await {
            tracing::debug!(%error, "goodbye");
        }
    }
}
