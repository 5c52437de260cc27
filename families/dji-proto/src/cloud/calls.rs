use core::time::Duration;

use super::control::Stamp;
use super::types::seconds_since;
use super::{
    Call, Consent, DrcState, Envelope, Event, GatewaySession, LostBecause, Now, Oddity, Qos,
    RequestError, Service, Ticket, TopicKind,
};
use crate::error_code::ErrorCode;
use crate::model::PayloadIndex;
use crate::profile::AuthorityKind;
use crate::property::PropertySet;
use crate::table::{self, Idempotency, Needs, Row};

/// A gateway not heard for this long gets nothing that moves.
const HEARD_WITHIN: Duration = Duration::from_secs(5);
/// How many requests may be unanswered.
const MAX_PENDING: usize = 64;
/// For commands this crate has no row of: nothing is known of them, so they are sent once.
const UNKNOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// A request that waits for its answer.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    ticket: Ticket,
    kind: TopicKind,
    envelope: Envelope,
    grants: Grant,
    /// How often the authority had been lost when it was sent.
    losses: u64,
    timeout: Duration,
    resends: u32,
}

/// What its success changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grant {
    Nothing,
    Flight,
    Payload(PayloadIndex),
    Question,
    Release,
    Drc,
    DrcExit,
}

impl GatewaySession {
    /// Asks the gateway for something. The ticket comes back with its answer, or with word that
    /// none came.
    ///
    /// What moves something is sent once. What is the same twice is sent once more with the same
    /// ids when half its time has passed.
    ///
    /// # Errors
    /// When the gateway cannot be asked this, or not now. Nothing is sent then.
    pub fn request(&mut self, now: Now, call: &Call) -> Result<Ticket, RequestError> {
        if !self.connected {
            return Err(RequestError::NotConnected);
        }
        if self.pending.len() >= MAX_PENDING {
            return Err(RequestError::QueueFull);
        }
        match call {
            // A command given as method and data is held to what the typed one is held to.
            Call::Service(Service::Other { method, data }) => {
                let service = Service::parse(method, data)?;
                self.call(now, &service)
            }
            Call::Service(service) => self.call(now, service),
            Call::Set(property) => Ok(self.set(now, property)),
        }
    }

    fn call(&mut self, now: Now, service: &Service) -> Result<Ticket, RequestError> {
        let row = table::row(TopicKind::Services, service.method());
        if let Some(row) = row {
            self.check(now, row, service)?;
        }
        self.check_ranges(service)?;
        if matches!(service, Service::DrcModeExit) {
            self.drc.exiting(now);
            self.drain_drc();
        }
        let ids = self.ids.exchange();
        if let Service::DrcModeEnter(enter) = service {
            let expire = enter.mqtt_broker.expire_time;
            self.drc.entering(now, &ids.bid, expire);
        }
        let moves = row.is_some_and(|row| row.idempotency == Idempotency::Motion);
        let qos = if moves {
            Qos::AtMostOnce
        } else {
            Qos::AtLeastOnce
        };
        let envelope = Envelope::message(ids, now.utc, service.method(), service.data());
        let again = row.is_some_and(|row| row.idempotency == Idempotency::Yes);
        let timeout = row.map_or(UNKNOWN_TIMEOUT, |row| row.timeout);
        let pending = Pending {
            ticket: self.next_ticket(),
            kind: TopicKind::Services,
            envelope,
            grants: grant(service),
            losses: self.control.losses(),
            timeout: if again { timeout / 2 } else { timeout },
            resends: u32::from(again),
        };
        Ok(self.send(now, pending, qos))
    }

    fn set(&mut self, now: Now, property: &PropertySet) -> Ticket {
        let envelope = Envelope::properties(self.ids.exchange(), now.utc, property.data());
        let pending = Pending {
            ticket: self.next_ticket(),
            kind: TopicKind::PropertySet,
            envelope,
            grants: Grant::Nothing,
            losses: self.control.losses(),
            timeout: UNKNOWN_TIMEOUT,
            resends: 0,
        };
        self.send(now, pending, Qos::AtLeastOnce)
    }

    fn send(&mut self, now: Now, pending: Pending, qos: Qos) -> Ticket {
        self.publish(pending.kind, &pending.envelope, qos);
        let ticket = pending.ticket;
        if let Some(tid) = pending.envelope.tid.clone() {
            self.sent.is_new(&tid);
            self.deadlines.set(tid.clone(), now.mono + pending.timeout);
            self.pending.insert(tid, pending);
        }
        ticket
    }

    fn check(&self, now: Now, row: &Row, service: &Service) -> Result<(), RequestError> {
        if !row.products.has(self.profile.gateway) {
            return Err(RequestError::NotOnThisProduct(self.profile.name));
        }
        if row.idempotency == Idempotency::Motion {
            let heard = self.last_heard.unwrap_or_default();
            let lately = self.last_heard.is_some() && now.mono.since(heard) <= HEARD_WITHIN;
            if !lately {
                return Err(RequestError::NotHeard(seconds_since(now, heard)));
            }
        }
        let allowed = match row.needs {
            Needs::Viewer => true,
            Needs::Dock => {
                self.profile.authority == AuthorityKind::Grab || self.control.has_flight()
            }
            Needs::Control | Needs::Drc => self.control.has_flight(),
            Needs::Payload => payload_of(service).map_or_else(
                || self.control.has_any(),
                |index| self.control.has_payload(index),
            ),
        };
        allowed.then_some(()).ok_or(RequestError::NoControl)
    }

    /// The outcome of an answer on `services_reply` or `property/set_reply`.
    pub(super) fn reply(&mut self, now: Now, envelope: &Envelope) {
        let known = envelope
            .tid
            .as_deref()
            .and_then(|tid| self.pending.remove_entry(tid));
        let Some((tid, pending)) = known else {
            return self.unexpected(envelope);
        };
        self.deadlines.cancel(&tid);
        if pending.kind == TopicKind::PropertySet {
            return self.event(Event::PropertyReplied {
                ticket: pending.ticket,
                results: PropertySet::results(&envelope.data),
            });
        }
        let result = ErrorCode::new(envelope.result().unwrap_or(0));
        self.granted(now, &pending, result, Stamp::of(now, envelope));
        self.event(Event::Replied {
            ticket: pending.ticket,
            method: pending.envelope.method.unwrap_or_default(),
            result,
            output: envelope.field("output").cloned().unwrap_or_default(),
        });
    }

    /// An answer to none of the commands that wait: late or doubled, or to a command somebody else sent.
    fn unexpected(&mut self, envelope: &Envelope) {
        let ours = envelope
            .tid
            .as_deref()
            .is_some_and(|tid| self.sent.knows(tid));
        let method = envelope.method.clone();
        self.event(Event::Odd(if ours {
            Oddity::UnexpectedReply { method }
        } else {
            Oddity::ForeignController
        }));
    }

    /// What an answer changes. One to a grab that was overtaken by a loss grants nothing.
    fn granted(&mut self, now: Now, pending: &Pending, result: ErrorCode, when: Stamp) {
        let stands = result.is_ok() && pending.losses == self.control.losses();
        match pending.grants {
            Grant::Flight if stands => self.control.grant_flight(when),
            Grant::Payload(index) if stands => self.control.grant_payload(index, when),
            Grant::Question if result.is_ok() => self.control.consent = Consent::Asked,
            Grant::Release if result.is_ok() => self.lose_control(LostBecause::Released),
            Grant::Drc => {
                self.drc.entered(now, result);
                return;
            }
            Grant::DrcExit if result.is_ok() => {
                self.drc_told(now, DrcState::NotConnected, ErrorCode::OK, true);
                return;
            }
            _ => return,
        }
        self.event(Event::Control(self.control.clone()));
    }

    /// A deadline passed.
    pub(super) fn call_due(&mut self, now: Now, tid: &str) {
        let Some(pending) = self.pending.get_mut(tid) else {
            return;
        };
        if pending.resends > 0 {
            pending.resends -= 1;
            self.deadlines
                .set(tid.to_owned(), now.mono + pending.timeout);
            let (kind, envelope) = (pending.kind, pending.envelope.clone());
            return self.publish(kind, &envelope, Qos::AtLeastOnce);
        }
        if let Some(pending) = self.pending.remove(tid) {
            if pending.grants == Grant::Drc {
                self.drc.entered(now, ErrorCode::DRC_NETWORK);
            }
            self.event(Event::TimedOut {
                ticket: pending.ticket,
                method: pending.envelope.method.unwrap_or_default(),
            });
        }
    }

    /// The connection is gone: nothing waits any more, and nothing is sent later.
    pub(super) fn drop_calls(&mut self) {
        self.deadlines.clear();
        for (_, pending) in core::mem::take(&mut self.pending) {
            self.event(Event::Lost {
                ticket: pending.ticket,
                method: pending.envelope.method.unwrap_or_default(),
            });
        }
    }

    fn check_ranges(&self, service: &Service) -> Result<(), RequestError> {
        super::ranges::check(&self.profile, service)
    }
}

fn grant(service: &Service) -> Grant {
    match service {
        Service::FlightAuthorityGrab => Grant::Flight,
        Service::PayloadAuthorityGrab(of) => Grant::Payload(of.payload_index),
        Service::CloudControlAuthRequest(_) => Grant::Question,
        Service::CloudControlRelease(_) => Grant::Release,
        Service::DrcModeEnter(_) => Grant::Drc,
        Service::DrcModeExit => Grant::DrcExit,
        _ => Grant::Nothing,
    }
}

fn payload_of(service: &Service) -> Option<PayloadIndex> {
    let data = service.data();
    data.get("payload_index")?.as_str()?.parse().ok()
}
