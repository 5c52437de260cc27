//! What the device says: replies, notifications, our role.

use bytes::Bytes;
use prost::Message;
use skyhelm_session::Completion as Matching;
use skyhelm_units::Now;

use super::types::{Event, HostRole, NotificationEvent, Oddity, ReplyEvent, Request};
use super::{ClientSession, Link, Pending, key, reply};
use crate::error_code::Code;
use crate::packet::{MessageType, ModuleId, Packet};
use crate::table::{self, Row, cmd};
use crate::v2::{ReqSetTime, ReqSetTimezone, ResNotifyHostSlaveMode};

impl ClientSession {
    pub(super) fn packet(&mut self, now: Now, packet: Packet) {
        // The module decides: a lock of the host may be answered by the notification module.
        let row = table::row(packet.cmd);
        match row {
            Some(row) if row.is_notification() => self.notification(now, row, packet),
            Some(row) if packet.kind.is_reply() => self.reply(now, row, packet),
            _ if packet.kind == MessageType::Notification => {
                self.event(Event::Notification(NotificationEvent {
                    row: None,
                    cmd: packet.cmd,
                    payload: packet.payload,
                    client_id: packet.client_id,
                }));
            }
            _ => self.event(Event::Odd(Oddity::Packet(packet))),
        }
    }

    fn notification(&mut self, now: Now, row: &'static Row, packet: Packet) {
        if row.id == cmd::NOTIFY_HOST_SLAVE_MODE
            && let Ok(mode) = ResNotifyHostSlaveMode::decode(packet.payload.clone())
        {
            self.role_told(
                now,
                HostRole {
                    is_host: mode.mode == 0,
                    locked: mode.lock,
                },
            );
        }
        self.event(Event::Notification(NotificationEvent {
            row: Some(row),
            cmd: packet.cmd,
            payload: packet.payload,
            client_id: packet.client_id,
        }));
    }

    fn role_told(&mut self, now: Now, role: HostRole) {
        if self.role != Some(role) {
            self.role = Some(role);
            self.event(Event::Role(role));
        }
        if role.is_host && role.locked {
            self.set_clock(now);
        }
    }

    fn reply(&mut self, now: Now, row: &'static Row, packet: Packet) {
        if packet.module != row.module && packet.module != ModuleId::Notify {
            return self.event(Event::Odd(Oddity::Packet(packet)));
        }
        let generation = self.config.profile.generation;
        let code = reply::code(generation, row, &packet.payload);
        if reply::is_interim(row, code) && self.requests.outstanding(&key(row)).is_some() {
            self.requests.extend(now.mono, &key(row), row.timeout);
            return self.event(Event::Interim { row, code });
        }
        match self.requests.complete(now.mono, &key(row)) {
            Matching::Matched { value, suspect } => {
                self.replied(&value, packet.payload, code, suspect);
                if row.id == cmd::SYSTEM_SET_HOST_LOCK && code.is_ok() {
                    self.set_clock(now);
                }
            }
            Matching::Late | Matching::Unsolicited => {
                let payload = packet.payload;
                self.event(Event::LateReply { row, code, payload });
            }
        }
    }

    pub(super) fn replied(&mut self, pending: &Pending, payload: Bytes, code: Code, suspect: bool) {
        if pending.attempt.is_some() {
            if let Link::Up { started, .. } = &mut self.link
                && !core::mem::replace(started, true)
            {
                self.event(Event::Started);
            }
            return;
        }
        self.event(Event::Reply(ReplyEvent {
            ticket: pending.ticket,
            row: pending.row,
            code,
            payload,
            suspect,
        }));
        self.next_stick(pending.row);
    }

    /// Files misdate when the device's clock is wrong, so the role comes with the time.
    pub(super) fn set_clock(&mut self, now: Now) {
        let Some(clock) = self.clock.take() else {
            return;
        };
        let timestamp = u64::try_from(now.utc.millis().div_euclid(1000)).unwrap_or(0);
        let time = ReqSetTime {
            timestamp,
            timezone_offset: clock.offset_hours,
        };
        let zone = ReqSetTimezone {
            timezone: clock.zone,
        };
        let asked = [
            Request::new(cmd::SYSTEM_SET_TIME, &time),
            Request::new(cmd::SYSTEM_SET_TIME_ZONE, &zone),
        ]
        .map(|request| self.request(now, request));
        if let Some(error) = asked.into_iter().find_map(Result::err) {
            self.event(Event::Odd(Oddity::ClockNotSet(error)));
        }
    }
}
