use super::{
    BTreeMap, DeviceSession, Envelope, ErrorCode, Event, Now, PropertyResult, PropertySet, Ticket,
    TopicKind, Value, VecDeque,
};
use crate::service::Service;

/// How many commands are remembered by their tid, answered or not.
const BOUND: usize = 128;

/// Commands that were handed out, so that one that comes twice is done once.
#[derive(Debug, Default)]
pub(super) struct Commands {
    tickets: u64,
    order: VecDeque<String>,
    known: BTreeMap<String, Known>,
}

#[derive(Debug)]
struct Known {
    ticket: Ticket,
    kind: TopicKind,
    envelope: Envelope,
    answer: Option<Envelope>,
}

impl Commands {
    fn take(&mut self, kind: TopicKind, tid: &str, envelope: &Envelope) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.order.push_back(tid.to_owned());
        self.known.insert(
            tid.to_owned(),
            Known {
                ticket,
                kind,
                envelope: envelope.clone(),
                answer: None,
            },
        );
        if self.order.len() > BOUND
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        ticket
    }

    fn find(&mut self, ticket: Ticket) -> Option<&mut Known> {
        self.known
            .values_mut()
            .find(|known| known.ticket == ticket && known.answer.is_none())
    }
}

impl DeviceSession {
    pub(super) fn service(&mut self, now: Now, envelope: &Envelope) {
        let (Some(tid), Some(method)) = (envelope.tid.clone(), envelope.method.as_deref()) else {
            return self.event(Event::Malformed);
        };
        if self.was_taken(&tid) {
            return;
        }
        let ticket = self.commands.take(TopicKind::Services, &tid, envelope);
        match Service::parse(method, &envelope.data) {
            Ok(service) => {
                let bid = envelope.bid.clone().unwrap_or_default();
                self.event(Event::Service {
                    ticket,
                    bid,
                    service,
                });
            }
            Err(error) => {
                self.event(Event::BadPayload(error));
                self.reply(now, ticket, ErrorCode::BAD_PARAMETER, None);
            }
        }
    }

    /// One that came before: its answer goes out again, nothing is done.
    fn was_taken(&mut self, tid: &str) -> bool {
        let Some(known) = self.commands.known.get(tid) else {
            return false;
        };
        if let (Some(answer), Some(kind)) = (known.answer.clone(), known.kind.reply()) {
            self.publish(self.to(kind), &answer);
        }
        true
    }

    /// Answers a command. Entering and leaving live flight control take effect with their answer.
    pub fn reply(&mut self, now: Now, ticket: Ticket, result: ErrorCode, output: Option<Value>) {
        let Some(known) = self.commands.find(ticket) else {
            return;
        };
        let mut data = crate::message::empty();
        data["result"] = result.number().into();
        if let Some(output) = output {
            data["output"] = output;
        }
        let question = known.envelope.clone();
        let answer = question.reply(now.utc, data);
        known.answer = Some(answer.clone());
        self.publish(self.to(TopicKind::ServicesReply), &answer);
        if result.is_ok() {
            self.answered_drc(now, &question);
        }
    }

    fn answered_drc(&mut self, now: Now, question: &Envelope) {
        let method = question.method.as_deref().unwrap_or_default();
        match Service::parse(method, &question.data) {
            Ok(Service::DrcModeEnter(enter)) => {
                let bid = question.bid.clone().unwrap_or_default();
                self.enter_drc(now, bid, enter);
            }
            Ok(Service::DrcModeExit) => self.end_drc(now, ErrorCode::OK),
            _ => {}
        }
    }

    pub(super) fn property_set(&mut self, now: Now, envelope: &Envelope) {
        let Some(tid) = envelope.tid.clone() else {
            return self.event(Event::Malformed);
        };
        if self.was_taken(&tid) {
            return;
        }
        let ticket = self.commands.take(TopicKind::PropertySet, &tid, envelope);
        let mut properties = PropertySet::read(&envelope.data);
        if properties.len() == 1
            && let Some(property) = properties.pop()
        {
            return self.event(Event::Set { ticket, property });
        }
        let failed: Vec<_> = properties
            .into_iter()
            .map(|property| (property.name, PropertyResult::Failed))
            .collect();
        self.answer_property(now, ticket, &failed);
    }

    /// Answers a property that was to be set.
    pub fn reply_property(&mut self, now: Now, ticket: Ticket, name: &str, result: PropertyResult) {
        self.answer_property(now, ticket, &[(name.to_owned(), result)]);
    }

    fn answer_property(&mut self, now: Now, ticket: Ticket, results: &[(String, PropertyResult)]) {
        if let Some(known) = self.commands.find(ticket) {
            let answer = known.envelope.reply(now.utc, PropertySet::reply(results));
            known.answer = Some(answer.clone());
            self.publish(self.to(TopicKind::PropertySetReply), &answer);
        }
    }
}
