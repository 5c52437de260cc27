use serde_json::{Value, json};

use super::control::Stamp;
use super::{
    Ask, Consent, DrcState, Envelope, Event, GatewaySession, LostBecause, Now, Oddity, Of, Profile,
    Qos, SerialNumber, Topic, TopicKind, Topology,
};
use crate::drc::DrcUp;
use crate::error_code::ErrorCode;
use crate::event::DeviceEvent;
use crate::numbers::ConsentStatus;
use crate::profile::AuthorityKind;
use crate::request::DeviceRequest;
use crate::state::AuthorityState;

/// How many questions may be unanswered.
const MAX_ASKS: usize = 32;

impl GatewaySession {
    pub(super) fn message(&mut self, now: Now, topic: &Topic, payload: &[u8]) {
        let envelope = match Envelope::parse(payload) {
            Ok(envelope) => envelope,
            Err(error) => return self.event(Event::Odd(Oddity::Envelope(error))),
        };
        let Some(of) = self.whose(&topic.serial) else {
            let serial = topic.serial.clone();
            return self.event(Event::Odd(Oddity::ForeignSerial(serial)));
        };
        if topic.kind.is_from_device() {
            self.last_heard = Some(now.mono);
        }
        match topic.kind {
            TopicKind::Status => self.status(now, &envelope),
            TopicKind::Osd => self.properties(now, of, &envelope),
            TopicKind::State => self.state(now, of, topic, &envelope),
            TopicKind::Events => self.notice(now, topic, &envelope),
            TopicKind::Requests => self.asked(envelope),
            TopicKind::ServicesReply | TopicKind::PropertySetReply => self.reply(now, &envelope),
            TopicKind::DrcUp => match DrcUp::parse(&envelope) {
                Ok(up) => {
                    self.take_in(&up);
                    self.drc.handle_input(now, up);
                }
                Err(error) => self.event(Event::Odd(Oddity::Payload(error))),
            },
            // What only a cloud sends, and this session did not.
            _ => self.event(Event::Odd(Oddity::ForeignController)),
        }
    }

    fn whose(&self, serial: &SerialNumber) -> Option<Of> {
        if *serial == self.gateway {
            Some(Of::Gateway)
        } else if Some(serial) == self.aircraft() {
            Some(Of::Aircraft)
        } else {
            None
        }
    }

    /// Every `update_topo` is answered, of unknown products too: without it nothing else starts.
    fn status(&mut self, now: Now, envelope: &Envelope) {
        let reply = envelope.reply(now.utc, json!({ "result": 0 }));
        self.publish(TopicKind::StatusReply, &reply, Qos::AtLeastOnce);
        let again = envelope
            .tid
            .as_deref()
            .is_some_and(|tid| !self.seen.is_new(tid));
        let topology = Topology::parse(&envelope.data);
        if again {
            return;
        }
        if self.topology.as_ref() == Some(&topology) {
            // A device that comes online anew has forgotten who flew it.
            return self.lose_control(LostBecause::GatewayRestarted);
        }
        let aircraft = topology.aircraft.as_ref().map(|(serial, _)| serial);
        if aircraft != self.aircraft() {
            self.aircraft_properties = crate::osd::Properties::default();
            self.lose_control(LostBecause::AircraftOffline);
        }
        if !self.fixed_profile {
            let model = topology.aircraft.as_ref().map(|(_, model)| *model);
            self.profile = *Profile::of(topology.gateway, model);
            self.drc.set_profile(self.profile);
        }
        self.topology = Some(topology.clone());
        self.event(Event::Topology(topology));
    }

    fn properties(&mut self, now: Now, of: Of, envelope: &Envelope) {
        let data = &envelope.data;
        let properties = match of {
            Of::Gateway => &mut self.gateway_properties,
            Of::Aircraft => &mut self.aircraft_properties,
        };
        properties.merge(data);
        if of == Of::Gateway {
            let state = data.get("drc_state").and_then(crate::tolerant::as_int);
            if let Some(state) = state.map(DrcState::from_number) {
                self.drc_told(now, state, ErrorCode::OK, false);
            }
            self.consent_told(data);
        } else {
            self.authority_told(data, Stamp::of(now, envelope));
        }
        self.event(Event::Properties(of));
    }

    fn authority_told(&mut self, data: &Value, when: Stamp) {
        let Value::Object(fields) = data else {
            return;
        };
        if !fields.contains_key("control_source") && !fields.contains_key("payloads") {
            return;
        }
        let lost = self.control.told(AuthorityState::read(fields), when);
        if self.profile.authority == AuthorityKind::Grab
            && let Some(because) = lost
        {
            self.lose_control(because);
        }
        self.event(Event::Control(self.control.clone()));
    }

    /// Only news counts: what was merged earlier may be from before the pilot agreed.
    fn consent_told(&mut self, news: &Value) {
        let mut told = crate::osd::Properties::default();
        told.merge(news);
        let revoked = told.controller().consent() == Some(false);
        if revoked && self.control.consent == Consent::Granted {
            self.lose_control(LostBecause::ConsentRevoked);
        }
    }

    /// A device that asks for an answer to its `state` gets one; devices were seen to go on asking all the same.
    fn state(&mut self, now: Now, of: Of, topic: &Topic, envelope: &Envelope) {
        if envelope.need_reply {
            let reply = envelope.reply(now.utc, json!({ "result": 0 }));
            let to = Topic::new(TopicKind::StateReply, topic.serial.clone());
            self.publish_to(to, &reply, Qos::AtLeastOnce);
        }
        self.properties(now, of, envelope);
    }

    /// Each delivery that asks for it is answered; what was taken already is not taken again.
    fn notice(&mut self, now: Now, topic: &Topic, envelope: &Envelope) {
        if envelope.need_reply {
            let reply = envelope.reply(now.utc, json!({ "result": 0 }));
            let to = Topic::new(TopicKind::EventsReply, topic.serial.clone());
            self.publish_to(to, &reply, Qos::AtLeastOnce);
        }
        if let Some(tid) = &envelope.tid
            && !self.seen.is_new(tid)
        {
            return;
        }
        let Some(method) = envelope.method.as_deref() else {
            return self.event(Event::Odd(Oddity::NoMethod));
        };
        match DeviceEvent::parse(method, &envelope.data) {
            Ok(event) => {
                self.effect(now, &event, envelope);
                self.event(Event::Notice(event));
            }
            Err(error) => self.event(Event::Odd(Oddity::Payload(error))),
        }
    }

    fn effect(&mut self, now: Now, event: &DeviceEvent, envelope: &Envelope) {
        match event {
            DeviceEvent::DrcStatus(status) if !self.drc.is_past(envelope.bid.as_deref()) => {
                self.drc_told(now, status.drc_state, status.result, true);
            }
            DeviceEvent::JoystickInvalid(invalid) => {
                self.lose_control(LostBecause::Joystick(invalid.reason));
            }
            DeviceEvent::CloudControlAuth(auth) => {
                self.pilot_said(&auth.output.status, Stamp::of(now, envelope));
            }
            _ => {}
        }
    }

    fn pilot_said(&mut self, status: &ConsentStatus, when: Stamp) {
        let asked = self.control.consent == Consent::Asked;
        match status {
            // A yes to a question this session did not ask is somebody else's.
            ConsentStatus::Ok if asked => {
                self.control.grant_flight(when);
                self.control.consent = Consent::Granted;
            }
            ConsentStatus::Ok | ConsentStatus::Unknown(_) => return,
            ConsentStatus::Failed if asked => self.control.consent = Consent::Refused,
            ConsentStatus::Canceled if asked => self.control.consent = Consent::Overtaken,
            ConsentStatus::Failed | ConsentStatus::Canceled => {
                self.lose_control(LostBecause::ConsentRevoked);
            }
        }
        self.event(Event::Control(self.control.clone()));
    }

    fn asked(&mut self, envelope: Envelope) {
        let Some(method) = envelope.method.as_deref() else {
            return self.event(Event::Odd(Oddity::NoMethod));
        };
        let request = match DeviceRequest::parse(method, &envelope.data) {
            Ok(request) => request,
            Err(error) => return self.event(Event::Odd(Oddity::Payload(error))),
        };
        if self.asks.len() >= MAX_ASKS {
            self.asks.pop_front();
            self.event(Event::Odd(Oddity::TooManyAsks));
        }
        let ask = Ask(self.next_ticket().0);
        self.asks.push_back((ask, envelope));
        self.event(Event::Asked { ask, request });
    }
}
