//! The client's end of the WebSocket.
//!
//! A [`ClientSession`] is one connection to one telescope. On [`Input::Connected`] it asks for the
//! whole state (10039), which the device tells as notifications; it changes nothing on the device
//! until a person acts. Requests wait behind one another per command, since replies carry no
//! number. Nothing is ever sent twice but 10039.
//!
//! ```text
//!  person ── request ──►┌───────────────┐── Send, SendText, Close ──► socket
//!  socket ── Input ────►│ ClientSession │
//!                       └───────────────┘── Event ──► driver
//! ```

use std::collections::VecDeque;

use bytes::Bytes;
use skyhelm_session::{KeepAlive, KeepAliveAction, RequestTable};
use skyhelm_units::{Mono, Now};

use crate::error_code::Code;
use crate::packet::{MessageType, Packet};
use crate::profile::Profile;
use crate::table::{self, Completion, Role, Row, cmd};
use crate::v2::ReqsetMasterLock;

mod receive;
mod reply;
mod types;

pub use types::{
    ClientConfig, ClockSetting, DeadReason, Event, HostRole, Input, NotificationEvent, Oddity,
    Output, ReplyEvent, Request, RequestError, Ticket, Wakeup,
};

/// How often 10039 is sent again when it is not answered.
const START_ATTEMPTS: u32 = 3;

/// One connection to one telescope.
#[derive(Debug)]
pub struct ClientSession {
    config: ClientConfig,
    link: Link,
    role: Option<HostRole>,
    requests: RequestTable<Key, Pending>,
    tickets: u64,
    /// The newest stick position, while an older one is unanswered.
    stick: Option<(Ticket, Bytes)>,
    /// What is to be set once the host role is ours.
    clock: Option<ClockSetting>,
    outputs: VecDeque<Output>,
}

/// What a reply is recognised by.
type Key = (u32, u32);

#[derive(Clone, Debug)]
struct Pending {
    ticket: Ticket,
    row: &'static Row,
    payload: Bytes,
    /// The session's own question, asked again when not answered.
    attempt: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
enum Link {
    Down,
    Up { alive: KeepAlive, started: bool },
}

impl ClientSession {
    /// Not connected yet.
    pub fn new(config: ClientConfig) -> Self {
        Self {
            requests: RequestTable::new(config.queue_bound, config.grace),
            config,
            link: Link::Down,
            role: None,
            tickets: 0,
            stick: None,
            clock: None,
            outputs: VecDeque::new(),
        }
    }

    /// The profile it speaks by.
    pub fn profile(&self) -> &Profile {
        &self.config.profile
    }

    /// The role the device last told us. `None` before it did.
    pub fn role(&self) -> Option<HostRole> {
        self.role
    }

    /// Takes what the socket did.
    pub fn handle_input(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::Connected => self.connected(now),
            Input::Closed => self.disconnected(),
            Input::Text(_) => self.heard(now.mono),
            Input::Binary(frame) => {
                self.heard(now.mono);
                match Packet::decode(frame) {
                    Ok(packet) => self.packet(now, packet),
                    Err(error) => self.event(Event::Odd(Oddity::Frame(error))),
                }
            }
        }
        self.flush(now);
    }

    /// Tells it that the time of [`ClientSession::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Now) {
        while let Some((_, pending)) = self.requests.expire(now.mono) {
            self.timed_out(&pending);
        }
        if let Link::Up { alive, .. } = &mut self.link {
            match alive.poll(now.mono) {
                KeepAliveAction::Wait => {}
                KeepAliveAction::Send => {
                    alive.sent(now.mono);
                    self.outputs.push_back(Output::SendText("ping"));
                }
                KeepAliveAction::Dead => self.dead(DeadReason::Silent),
            }
        }
        self.flush(now);
    }

    /// When to call [`ClientSession::handle_timeout`], and why.
    pub fn poll_timeout(&self) -> Option<(Mono, Wakeup)> {
        let Link::Up { alive, .. } = &self.link else {
            return None;
        };
        let ping = (alive.next(), Wakeup::KeepAlive);
        match self.requests.next_deadline() {
            Some((at, (_, cmd))) if at < ping.0 => Some((at, Wakeup::Request(*cmd))),
            _ => Some(ping),
        }
    }

    /// The next thing to do. Call it until it returns `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Asks the device for something. The ticket comes back with its reply, or with word that none
    /// came.
    ///
    /// A stick position (14006) replaces one that still waits, and 14008 discards it: after a stop
    /// no older push goes out.
    ///
    /// # Errors
    /// When the device cannot be asked this, or not now. Nothing is sent then.
    pub fn request(&mut self, now: Now, request: Request) -> Result<Ticket, RequestError> {
        let row = table::row(request.cmd).ok_or(RequestError::Unknown(request.cmd))?;
        self.check(row)?;
        let ticket = self.next_ticket();
        if row.id == cmd::MOTOR_JOYSTICK_STOP {
            self.drop_stick();
        }
        if row.id == cmd::MOTOR_JOYSTICK && self.requests.outstanding(&key(row)).is_some() {
            self.drop_stick();
            self.stick = Some((ticket, request.payload));
            return Ok(ticket);
        }
        let timeout = request.timeout.unwrap_or(row.timeout);
        let pending = Pending {
            ticket,
            row,
            payload: request.payload,
            attempt: None,
        };
        self.requests
            .submit(key(row), pending, timeout)
            .map_err(|_| RequestError::QueueFull(row.wire_name))?;
        self.flush(now);
        Ok(ticket)
    }

    /// Asks to become the host, keeping others out; on success the device's clock and zone are set.
    ///
    /// # Errors
    /// As [`ClientSession::request`].
    pub fn take_host(&mut self, now: Now, clock: ClockSetting) -> Result<Ticket, RequestError> {
        let ticket = self.host_lock(now, true)?;
        self.clock = Some(clock);
        Ok(ticket)
    }

    /// Lets others become the host.
    ///
    /// # Errors
    /// As [`ClientSession::request`].
    pub fn release_host(&mut self, now: Now) -> Result<Ticket, RequestError> {
        self.host_lock(now, false)
    }

    fn host_lock(&mut self, now: Now, lock: bool) -> Result<Ticket, RequestError> {
        self.request(
            now,
            Request::new(cmd::SYSTEM_SET_HOST_LOCK, &ReqsetMasterLock { lock }),
        )
    }

    fn check(&self, row: &'static Row) -> Result<(), RequestError> {
        let profile = &self.config.profile;
        let name = row.wire_name;
        if row.is_notification() {
            return Err(RequestError::Unknown(row.id));
        }
        if !row.availability.on(profile.generation) {
            return Err(RequestError::NotOnThisFirmware(name));
        }
        if row.min_minor > profile.minor_version {
            return Err(RequestError::NeedsMinor {
                name,
                minor: row.min_minor,
            });
        }
        if !matches!(self.link, Link::Up { .. }) {
            return Err(RequestError::NotConnected);
        }
        if row.needs == Role::Host && self.role.is_some_and(|role| !role.is_host) {
            return Err(RequestError::NotHost(name));
        }
        Ok(())
    }

    fn connected(&mut self, now: Now) {
        self.disconnected();
        let config = &self.config;
        let alive = KeepAlive::new(now.mono, config.ping_every, config.dead_after);
        self.link = Link::Up {
            alive,
            started: false,
        };
        self.ask_for_state(1);
    }

    fn ask_for_state(&mut self, attempt: u32) {
        let Some(row) = table::row(cmd::TELE_GET_SYSTEM_WORKING_STATE) else {
            return;
        };
        let pending = Pending {
            ticket: self.next_ticket(),
            row,
            payload: Bytes::new(),
            attempt: Some(attempt),
        };
        if self
            .requests
            .submit(key(row), pending, row.timeout)
            .is_err()
        {
            self.event(Event::Odd(Oddity::StateNotAsked));
        }
    }

    fn disconnected(&mut self) {
        self.link = Link::Down;
        self.role = None;
        self.clock = None;
        self.drop_stick();
        for (_, pending) in self.requests.drain() {
            if pending.attempt.is_none() {
                let (ticket, row) = (pending.ticket, pending.row);
                self.event(Event::Lost { ticket, row });
            }
        }
    }

    fn dead(&mut self, reason: DeadReason) {
        self.disconnected();
        self.event(Event::Dead(reason));
        self.outputs.push_back(Output::Close);
    }

    fn heard(&mut self, now: Mono) {
        if let Link::Up { alive, .. } = &mut self.link {
            alive.heard(now);
        }
    }

    fn timed_out(&mut self, pending: &Pending) {
        match pending.attempt {
            Some(attempt) if attempt < START_ATTEMPTS => self.ask_for_state(attempt + 1),
            Some(_) => self.dead(DeadReason::StateNotTold),
            // On newer firmware 15223 may be the only answer to 13004, and nothing is wrong.
            None if pending.row.id == cmd::SYSTEM_SET_HOST_LOCK
                && self.role.is_some_and(|role| role.is_host) =>
            {
                self.replied(pending, Bytes::new(), Code::OK, false);
            }
            None => {
                let (ticket, row) = (pending.ticket, pending.row);
                self.event(Event::TimedOut { ticket, row });
                self.next_stick(row);
            }
        }
    }

    fn drop_stick(&mut self) {
        if let Some((ticket, _)) = self.stick.take() {
            self.event(Event::Superseded { ticket });
        }
    }

    fn next_stick(&mut self, row: &'static Row) {
        if row.id != cmd::MOTOR_JOYSTICK {
            return;
        }
        if let Some((ticket, payload)) = self.stick.take() {
            let pending = Pending {
                ticket,
                row,
                payload,
                attempt: None,
            };
            if self
                .requests
                .submit(key(row), pending, row.timeout)
                .is_err()
            {
                self.event(Event::Superseded { ticket });
            }
        }
    }

    fn flush(&mut self, now: Now) {
        while let Some((key, pending)) = self.requests.poll_start(now.mono) {
            let (key, pending) = (*key, pending.clone());
            let profile = &self.config.profile;
            let frame = Packet {
                major_version: profile.major_version,
                minor_version: profile.minor_version,
                device_id: profile.packet_device_id,
                module: pending.row.module,
                cmd: pending.row.id,
                kind: MessageType::Request,
                payload: pending.payload,
                client_id: self.config.client_id.clone(),
            }
            .encode();
            self.outputs.push_back(Output::Send(frame));
            if pending.row.completion(profile.generation) == Completion::None {
                self.requests.complete(now.mono, &key);
                let (ticket, row) = (pending.ticket, pending.row);
                self.event(Event::SentOnly { ticket, row });
            }
        }
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }
}

fn key(row: &Row) -> Key {
    (row.module.number(), row.id)
}

#[cfg(test)]
mod tests;
