//! The device's end of the WebSocket: many clients at once, one of them the host.
//!
//! A [`DeviceHub`] is fed what the sockets receive and hands out what they send. It answers pings,
//! malformed frames, unknown commands and commands of the wrong module by itself, keeps the host
//! role, and gives the owner the commands that are to have an effect. It has no effects of its own.
//!
//! ```text
//!  socket 1 ──Opened, Binary, Text, Written, Closed──►┐            ┌─Event──► telescope
//!  socket 2 ─────────────────────────────────────────►│ DeviceHub ├─Send───► socket n
//!  telescope ── reply, notify, host queries ─────────►┘            └─Close──► socket n
//! ```
//!
//! # Back-pressure
//! At most [`WINDOW`] messages per connection are handed out and not yet reported written by
//! [`DeviceInput::Written`]. The rest waits here: a newer notification replaces a waiting one of
//! the same number, and a client that still falls behind is closed. Nobody waits for it.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use prost::Message;
use skyhelm_session::Deadlines;
use skyhelm_units::{Mono, Now};

use crate::error_code::Code;
use crate::packet::{MessageType, ModuleId, Packet, PacketError};
use crate::profile::Profile;
use crate::table::{Completion, Role, Row, cmd, row};
use crate::v2::ComResponse;

mod connection;
mod role;
mod types;

use connection::Connection;
pub use types::{
    CloseReason, Command, ConnectionId, DeviceEvent, DeviceInput, DeviceOutput, Outgoing,
    RequestRef, Wakeup,
};

/// Messages per connection that may be under way to the socket.
pub const WINDOW: usize = 16;
/// Connections at once; more are closed on arrival.
pub const MAX_CONNECTIONS: usize = 256;
/// Malformed frames in a row before a connection is closed.
const MAX_STRIKES: u32 = 64;
/// A client that says nothing for so long is gone: the slowest public client pings every 10 s.
const SILENCE: Duration = Duration::from_mins(2);

/// The device's end for all its clients.
#[derive(Debug)]
pub struct DeviceHub {
    profile: Profile,
    connections: BTreeMap<ConnectionId, Connection>,
    silence: Deadlines<ConnectionId>,
    host: Option<ConnectionId>,
    locked: bool,
    /// The order in which clients made themselves known: the next host is the oldest.
    seniority: Vec<ConnectionId>,
    events: VecDeque<DeviceOutput>,
    /// Connections that may have something to send.
    ready: VecDeque<ConnectionId>,
}

impl DeviceHub {
    /// With nobody connected.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            connections: BTreeMap::new(),
            silence: Deadlines::new(),
            host: None,
            locked: false,
            seniority: Vec::new(),
            events: VecDeque::new(),
            ready: VecDeque::new(),
        }
    }

    /// The profile it answers by.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Takes what a socket did.
    pub fn handle_input(&mut self, now: Now, input: DeviceInput<'_>) {
        match input {
            DeviceInput::Opened(id) => self.open(now.mono, id),
            DeviceInput::Closed(id) => self.forget(id),
            DeviceInput::Written(id) => {
                if let Some(connection) = self.connections.get_mut(&id) {
                    connection.written();
                    self.ready.push_back(id);
                }
            }
            DeviceInput::Text(id, text) => {
                self.heard(now.mono, id);
                if text == "ping" {
                    self.send(id, Outgoing::Text("pong"));
                }
            }
            DeviceInput::Binary(id, frame) => {
                self.heard(now.mono, id);
                if self.connections.contains_key(&id) {
                    self.frame(id, frame);
                }
            }
        }
    }

    /// Tells it that the time of [`DeviceHub::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Now) {
        while let Some(id) = self.silence.pop_due(now.mono) {
            self.close(id, CloseReason::Silent);
        }
    }

    /// When to call [`DeviceHub::handle_timeout`], and why.
    pub fn poll_timeout(&self) -> Option<(Mono, Wakeup)> {
        self.silence.next().map(|(at, _)| (at, Wakeup::Silence))
    }

    /// The next thing to do. Call it until it returns `None`.
    pub fn poll_output(&mut self) -> Option<DeviceOutput> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        while let Some(id) = self.ready.front().copied() {
            if let Some(connection) = self.connections.get_mut(&id)
                && let Some(message) = connection.pop()
            {
                return Some(DeviceOutput::Send { to: id, message });
            }
            self.ready.pop_front();
        }
        None
    }

    /// Answers a command with the row's own reply message. An empty payload is success.
    pub fn reply(&mut self, request: &RequestRef, payload: impl Into<Bytes>) {
        self.answer(request, payload.into(), self.profile.success_type);
    }

    /// Answers a command with a message.
    pub fn reply_message(&mut self, request: &RequestRef, message: &impl Message) {
        self.reply(request, message.encode_to_vec());
    }

    /// Answers a command with a code alone.
    pub fn reply_code(&mut self, request: &RequestRef, code: Code) {
        let kind = if code.is_ok() {
            self.profile.success_type
        } else {
            self.profile.failure_type
        };
        let code = code.to_wire(self.profile.code_sign);
        self.answer(request, ComResponse { code }.encode_to_vec().into(), kind);
    }

    /// Tells all clients that have made themselves known.
    pub fn notify(&mut self, cmd: u32, message: &impl Message) {
        self.notify_bytes(cmd, message.encode_to_vec());
    }

    /// As [`DeviceHub::notify`], with the payload encoded already.
    pub fn notify_bytes(&mut self, cmd: u32, payload: impl Into<Bytes>) {
        // Seen on devices: a notification carries the host's name, whoever receives it.
        let frame = self.notification(cmd, payload.into(), self.host);
        for id in self.seniority.clone() {
            self.send(id, Outgoing::Notification(cmd, frame.clone()));
        }
    }

    /// Tells one client.
    pub fn notify_one(&mut self, to: ConnectionId, cmd: u32, message: &impl Message) {
        let frame = self.notification(cmd, message.encode_to_vec().into(), Some(to));
        self.send(to, Outgoing::Notification(cmd, frame));
    }

    /// Which connection is the host.
    pub fn host(&self) -> Option<ConnectionId> {
        self.host
    }

    /// Whether the host has locked its role.
    pub fn is_locked(&self) -> bool {
        self.locked
    }

    /// Closes every connection, after what is waiting has been handed out: the device shuts down.
    pub fn close_all(&mut self) {
        let ids: Vec<_> = self.connections.keys().copied().collect();
        for id in ids {
            self.close(id, CloseReason::ShuttingDown);
        }
    }

    fn open(&mut self, now: Mono, id: ConnectionId) {
        if self.connections.len() >= MAX_CONNECTIONS {
            self.events.push_back(DeviceOutput::Close {
                connection: id,
                reason: CloseReason::TooMany,
            });
            return;
        }
        self.connections.insert(id, Connection::default());
        self.silence.set(id, now + SILENCE);
    }

    fn heard(&mut self, now: Mono, id: ConnectionId) {
        if self.connections.contains_key(&id) {
            self.silence.set(id, now + SILENCE);
        }
    }

    fn frame(&mut self, id: ConnectionId, frame: &[u8]) {
        let packet = match Packet::decode(frame) {
            Ok(packet) => packet,
            Err(PacketError::TooLarge(_)) => return self.close(id, CloseReason::TooLarge),
            Err(PacketError::Malformed(_)) => {
                let nobody = RequestRef::unnamed(id);
                return self.strike(&nobody);
            }
        };
        if packet.kind != MessageType::Request {
            return;
        }
        let request = RequestRef {
            connection: id,
            module: packet.module,
            cmd: packet.cmd,
            client_id: packet.client_id,
        };
        match self.understood(&request, &packet.payload) {
            Some(row) => self.command(request, row, packet.payload),
            None => self.strike(&request),
        }
    }

    /// The row of a command this firmware knows, with a payload that is its message.
    fn understood(&self, request: &RequestRef, payload: &[u8]) -> Option<&'static Row> {
        let generation = self.profile.generation;
        let row = row(request.cmd)?;
        let silent_here = row.completion(generation) == Completion::None;
        let known = !row.is_notification()
            && row.module == request.module
            && (row.availability.on(generation) || silent_here);
        let readable = row
            .request(generation)
            .is_none_or(|name| crate::message::is_readable(generation, name, payload));
        (known && readable).then_some(row)
    }

    fn command(&mut self, request: RequestRef, row: &'static Row, payload: Bytes) {
        let id = request.connection;
        let generation = self.profile.generation;
        self.make_known(&request);
        if row.completion(generation) == Completion::None && !row.availability.on(generation) {
            return;
        }
        if row.id == cmd::SYSTEM_SET_HOST_LOCK {
            return self.host_lock(&request, &payload);
        }
        if row.needs == Role::Host && self.host != Some(id) {
            // A slave's commands are passed over without an answer, as seen on devices.
            self.events
                .push_back(DeviceOutput::Event(DeviceEvent::PassedOver {
                    from: id,
                    row,
                }));
            return;
        }
        self.events
            .push_back(DeviceOutput::Event(DeviceEvent::Command(Command {
                request,
                row,
                payload,
            })));
    }

    fn strike(&mut self, request: &RequestRef) {
        let Some(connection) = self.connections.get_mut(&request.connection) else {
            return;
        };
        connection.strikes += 1;
        if connection.strikes > MAX_STRIKES {
            return self.close(request.connection, CloseReason::Rubbish);
        }
        self.reply_code(request, Code::PARSE_PROTOBUF_ERROR);
    }

    fn answer(&mut self, request: &RequestRef, payload: Bytes, kind: MessageType) {
        let frame = self
            .packet(
                request.module,
                request.cmd,
                kind,
                payload,
                &request.client_id,
            )
            .encode();
        self.send(request.connection, Outgoing::Reply(frame));
    }

    fn notification(&self, cmd: u32, payload: Bytes, named: Option<ConnectionId>) -> Bytes {
        let client_id = named
            .and_then(|id| self.connections.get(&id))
            .map_or("", |connection| &connection.client_id);
        self.packet(
            ModuleId::Notify,
            cmd,
            MessageType::Notification,
            payload,
            client_id,
        )
        .encode()
    }

    fn packet(
        &self,
        module: ModuleId,
        cmd: u32,
        kind: MessageType,
        payload: Bytes,
        client_id: &str,
    ) -> Packet {
        Packet {
            major_version: self.profile.major_version,
            minor_version: self.profile.minor_version,
            device_id: self.profile.packet_device_id,
            module,
            cmd,
            kind,
            payload,
            client_id: client_id.to_owned(),
        }
    }

    fn send(&mut self, to: ConnectionId, message: Outgoing) {
        let Some(connection) = self.connections.get_mut(&to) else {
            return;
        };
        if connection.push(message) {
            self.ready.push_back(to);
        } else {
            self.close(to, CloseReason::TooSlow);
        }
    }

    fn close(&mut self, id: ConnectionId, reason: CloseReason) {
        let Some(mut connection) = self.connections.remove(&id) else {
            return;
        };
        self.connections.insert(id, Connection::default());
        while let Some(message) = connection.pop() {
            self.events
                .push_back(DeviceOutput::Send { to: id, message });
        }
        self.events.push_back(DeviceOutput::Close {
            connection: id,
            reason,
        });
        self.forget(id);
    }

    fn forget(&mut self, id: ConnectionId) {
        self.silence.cancel(&id);
        if self.connections.remove(&id).is_none() {
            return;
        }
        let known = self.seniority.contains(&id);
        self.seniority.retain(|other| *other != id);
        self.ready.retain(|other| *other != id);
        if known {
            self.events
                .push_back(DeviceOutput::Event(DeviceEvent::Left { connection: id }));
        }
        if self.host == Some(id) {
            self.make_host(self.seniority.first().copied(), false);
        }
    }
}

#[cfg(test)]
mod tests;
