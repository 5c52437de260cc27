//! Any row of the command table, sent by hand: for people who explore a telescope from a terminal.

mod motion;

use core::time::Duration;
use std::time::Instant;

use futures_util::{SinkExt as _, StreamExt as _};
use serde::Serialize;
use serde_json::Value;
use skyhelm_device::HostClock;
use skyhelm_dwarf_proto::client::{Event, Input, Output, Request};
use skyhelm_dwarf_proto::table::{self, Completion, Role};
use skyhelm_dwarf_proto::{Generation, Row, message, v2};
use skyhelm_units::{Mono, Now, Site, UtcMillis};
use tokio::time::{sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::address::Address;
use crate::connection::Connection;
use crate::discovery;
use crate::error::DwarfError;
use crate::http;
use crate::wire::{self, Wire};

/// How long a telescope may take to tell its state before anything is sent.
const START_TIME: Duration = Duration::from_secs(10);
/// Messages kept of what was heard; a telescope sends a few a second.
const MOST_HEARD: usize = 2_000;

/// All rows of the table, module by module.
pub fn list() -> impl Iterator<Item = &'static Row> {
    table::all()
}

/// The row of a number or a name, the vendor's or the plain one.
pub fn row(text: &str) -> Option<&'static Row> {
    match text.parse() {
        Ok(number) => table::row(number),
        Err(_) => table::row_named(text),
    }
}

/// Whether a row that moves something may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Moving {
    /// No: the default, since no Sun guard knows where such a motion leads.
    #[default]
    Refused,
    /// A person watches the telescope and says so. What is still kept away from the Sun: a goto to a
    /// place or a body, and the search for the Sun. What turns the motors freely is refused while the
    /// Sun is up at the person's place, which is told here.
    Watched {
        /// Where the telescope stands.
        site: Site,
    },
}

/// How a row is sent.
#[derive(Clone, Copy, Debug)]
pub struct RawOptions {
    /// How long to listen after the row is complete.
    pub listen: Duration,
    /// Whether it may move something.
    pub moving: Moving,
}

/// What came back.
#[derive(Clone, Debug, Serialize)]
pub struct RawOutcome {
    /// The command, as the wire names it.
    pub command: &'static str,
    /// Whether what completes the row came in time.
    pub complete: bool,
    /// The result code of the reply; `None` when none came.
    pub code: Option<i64>,
    /// The code's name.
    pub code_name: Option<&'static str>,
    /// Everything heard, in order.
    pub heard: Vec<Heard>,
}

/// One message heard.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// After the command was sent.
    pub after_ms: u64,
    /// Reply, late reply or notification.
    pub kind: HeardKind,
    /// Its number.
    pub number: u32,
    /// Its name, when it has a row.
    pub name: Option<&'static str>,
    /// The message, when it can be decoded.
    pub message: Option<Value>,
    /// Its bytes in hexadecimal.
    pub bytes: String,
}

/// What kind of message was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeardKind {
    /// The reply to what was sent.
    Reply,
    /// A reply nobody waited for.
    LateReply,
    /// An answer on the way to the end.
    Interim,
    /// A notification.
    Notification,
}

/// Sends a row with a JSON payload and waits for what completes it, then listens on.
///
/// The host role is taken when the row needs it, and given back.
///
/// # Errors
/// When the telescope cannot be reached, the payload does not fit, or the Sun guard says no. A
/// refusal by the telescope is an outcome, not an error.
pub async fn send(
    address: &str,
    row: &'static Row,
    payload: &Value,
    options: RawOptions,
) -> Result<RawOutcome, DwarfError> {
    let address: Address = address
        .parse()
        .map_err(|error: crate::AddressError| DwarfError::Invalid(error.to_string()))?;
    if row.is_notification() {
        let text = format!("{} is sent by telescopes only", row.wire_name);
        return Err(DwarfError::Invalid(text));
    }
    let client = http::client().map_err(|error| DwarfError::Invalid(error.message))?;
    let found = discovery::look(&client, &address).await?;
    let generation = found.profile.generation;
    let bytes = encode(generation, row, payload)?;
    motion::check(row, &bytes, options.moving, &found.profile)?;
    let wire = Wire::new(&found.profile);
    let connection = Connection::open(found.endpoints.ws_url(), wire).await?;
    let mut exchange = Exchange {
        connection,
        clock: host_clock(),
        sent: Instant::now(),
        heard: Vec::new(),
    };
    exchange.start().await?;
    if row.needs == Role::Host && !exchange.is_host() {
        exchange.take_host().await?;
    }
    let outcome = exchange.perform(row, bytes, options.listen).await;
    exchange.end().await;
    outcome
}

fn encode(generation: Generation, row: &Row, payload: &Value) -> Result<Vec<u8>, DwarfError> {
    let wrong = |error: message::MessageError| DwarfError::Invalid(error.to_string());
    match row.request(generation) {
        Some(name) if payload.is_null() => {
            message::from_json(generation, name, &Value::Object(serde_json::Map::new()))
                .map_err(wrong)
        }
        Some(name) => message::from_json(generation, name, payload).map_err(wrong),
        None if payload.is_null() => Ok(Vec::new()),
        None => Err(DwarfError::Invalid(format!(
            "{} carries no message",
            row.wire_name
        ))),
    }
}

/// The clock of a terminal's own session.
fn host_clock() -> HostClock {
    let start = Instant::now();
    HostClock::new(move || Now {
        mono: Mono::from_elapsed(start.elapsed()),
        utc: UtcMillis::new(
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |since| {
                    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
                }),
        ),
    })
}

struct Exchange {
    connection: Connection,
    clock: HostClock,
    sent: Instant,
    heard: Vec<Heard>,
}

impl Exchange {
    async fn start(&mut self) -> Result<(), DwarfError> {
        let now = self.clock.now();
        self.connection
            .wire
            .session
            .handle_input(now, Input::Connected);
        self.until(START_TIME, |event| matches!(event, Event::Started))
            .await?
            .map(drop)
            .ok_or_else(|| DwarfError::timed_out("the question for its state"))
    }

    fn is_host(&self) -> bool {
        let role = self.connection.wire.session.role();
        role.is_some_and(|role| role.is_host)
    }

    async fn take_host(&mut self) -> Result<(), DwarfError> {
        let send = crate::orders::take_host();
        let ticket = self.connection.wire.request(self.clock.now(), &send)?;
        let answered = |event: &Event| match event {
            Event::Reply(reply) => reply.ticket == ticket,
            Event::TimedOut { ticket: late, .. } => *late == ticket,
            _ => false,
        };
        self.until(START_TIME, answered).await?;
        if self.is_host() {
            return Ok(());
        }
        Err(DwarfError::Invalid(String::from(
            "another client controls the telescope and keeps it",
        )))
    }

    async fn perform(
        &mut self,
        row: &'static Row,
        bytes: Vec<u8>,
        listen: Duration,
    ) -> Result<RawOutcome, DwarfError> {
        let generation = self.connection.wire.profile().generation;
        self.heard.clear();
        self.sent = Instant::now();
        let request = Request::with_payload(row.id, bytes);
        let ticket = self
            .connection
            .wire
            .session
            .request(self.clock.now(), request)
            .map_err(|error| wire::not_sent(&error))?;
        let mut code = None;
        let replied = |event: &Event| match event {
            Event::Reply(reply) => reply.ticket == ticket,
            Event::TimedOut { ticket: over, .. } | Event::SentOnly { ticket: over, .. } => {
                *over == ticket
            }
            _ => false,
        };
        let end = self.until(row.timeout + START_TIME, replied).await?;
        let mut complete = matches!(end, Some(Event::SentOnly { .. }));
        if let Some(Event::Reply(reply)) = end {
            code = Some(reply.code);
            complete = true;
        }
        let taken = code.is_some_and(skyhelm_dwarf_proto::Code::is_ok);
        if let (true, Completion::Notification(number)) = (taken, row.completion(generation)) {
            let over = |event: &Event| is_end(event, number);
            complete = self.until(row.timeout, over).await?.is_some();
        }
        self.until(listen, |_| false).await?;
        let sign = self.connection.wire.profile().code_sign;
        Ok(RawOutcome {
            command: row.wire_name,
            complete,
            code: code.map(|code| i64::from(code.to_wire(sign))),
            code_name: code.and_then(|code| code.name(generation)),
            heard: core::mem::take(&mut self.heard),
        })
    }

    /// Listens until an event comes, or the time is over: then `None`.
    async fn until(
        &mut self,
        time: Duration,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<Option<Event>, DwarfError> {
        let end = tokio::time::Instant::now() + time;
        loop {
            while let Some(output) = self.connection.wire.session.poll_output() {
                match output {
                    Output::Send(frame) => self.connection.write(Message::Binary(frame)).await?,
                    Output::SendText(text) => self.connection.write(Message::text(text)).await?,
                    Output::Close => return Err(DwarfError::timed_out(&self.connection.url)),
                    Output::Event(event) => {
                        self.hear(&event);
                        if wanted(&event) {
                            return Ok(Some(event));
                        }
                    }
                }
            }
            let now = self.clock.now();
            let wake = self.connection.wire.session.poll_timeout();
            let wake = wake.map_or(Duration::from_secs(1), |(at, _)| at.since(now.mono));
            tokio::select! {
                () = sleep_until(end) => return Ok(None),
                () = tokio::time::sleep(wake) => {
                    self.connection.wire.session.handle_timeout(self.clock.now());
                }
                message = self.connection.from.next() => self.receive(message)?,
            }
        }
    }

    fn receive(
        &mut self,
        message: Option<Result<Message, tokio_tungstenite::tungstenite::Error>>,
    ) -> Result<(), DwarfError> {
        let lost = |cause: &str| DwarfError::unreachable(&self.connection.url, cause);
        let message = message
            .ok_or_else(|| lost("it closed the connection"))?
            .map_err(|error| lost(&error.to_string()))?;
        let now = self.clock.now();
        let session = &mut self.connection.wire.session;
        match &message {
            Message::Binary(frame) => session.handle_input(now, Input::Binary(frame)),
            Message::Text(text) => session.handle_input(now, Input::Text(text)),
            _ => {}
        }
        Ok(())
    }

    fn hear(&mut self, event: &Event) {
        let generation = self.connection.wire.profile().generation;
        let (kind, number, row, name, payload) = match event {
            Event::Reply(reply) => (
                HeardKind::Reply,
                reply.row.id,
                Some(reply.row),
                reply.row.reply(generation),
                &reply.payload[..],
            ),
            Event::LateReply { row, payload, .. } => (
                HeardKind::LateReply,
                row.id,
                Some(*row),
                row.reply(generation),
                &payload[..],
            ),
            Event::Interim { row, .. } => (HeardKind::Interim, row.id, Some(*row), None, &[][..]),
            Event::Notification(notice) => (
                HeardKind::Notification,
                notice.cmd,
                notice.row,
                notice.row.and_then(|row| row.request(generation)),
                &notice.payload[..],
            ),
            _ => return,
        };
        if self.heard.len() >= MOST_HEARD {
            return;
        }
        self.heard.push(Heard {
            after_ms: u64::try_from(self.sent.elapsed().as_millis()).unwrap_or(u64::MAX),
            kind,
            number,
            name: row.map(|row| row.wire_name),
            message: name.and_then(|name| message::to_json(generation, name, payload).ok()),
            bytes: payload.iter().fold(String::new(), |mut hex, byte| {
                use core::fmt::Write as _;
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            }),
        });
    }

    /// Gives the role back and says goodbye.
    async fn end(mut self) {
        let role = self.connection.wire.session.role();
        if role.is_some_and(|role| role.is_host && role.locked) {
            let now = self.clock.now();
            if self.connection.wire.session.release_host(now).is_ok() {
                let goodbye = self.until(Duration::from_millis(300), |event| {
                    matches!(event, Event::Reply(_))
                });
                // The socket closes in any case.
                drop(goodbye.await);
            }
        }
        drop(timeout(Duration::from_secs(1), self.connection.to.close()).await);
    }
}

/// Whether a notification tells the end of something: idle (0, left out on the wire) or stopped (3).
fn is_end(event: &Event, number: u32) -> bool {
    let Event::Notification(notice) = event else {
        return false;
    };
    let state = notice
        .message::<v2::ResNotifyOperationState>()
        .map_or(0, |report| report.state);
    notice.cmd == number && matches!(state, 0 | 3)
}
