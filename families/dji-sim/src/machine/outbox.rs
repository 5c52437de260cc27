//! Events: told, and told again until they are answered.

use std::time::Duration;

use serde_json::Value;
use skyhelm_dji_proto::Envelope;
use skyhelm_dji_proto::topic::TopicKind;
use skyhelm_units::Mono;

use super::{GatewayMachine, LinkId};

/// Waits before the second, third and each further telling: seen on a Dock 3.
const WAITS: [Duration; 3] = [
    Duration::from_millis(2_100),
    Duration::from_millis(4_200),
    Duration::from_millis(8_200),
];
/// It gives up in the end.
const TELLINGS: u32 = 40;
/// As many unanswered ones are kept.
const KEPT: usize = 64;

#[derive(Clone, Debug)]
struct Told {
    envelope: Envelope,
    times: u32,
    next: Mono,
}

/// Events that nobody has answered yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    waiting: Vec<Told>,
}

impl Outbox {
    pub(super) fn settle(&mut self, reply: &Envelope) {
        self.waiting.retain(|told| told.envelope.tid != reply.tid);
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}

impl GatewayMachine {
    /// Tells an event; one that wants an answer is told again until it has one.
    pub(super) fn tell_event(
        &mut self,
        method: &str,
        data: Value,
        bid: Option<String>,
        need_reply: bool,
    ) {
        let ids = match bid {
            Some(bid) if !bid.is_empty() => self.ids.exchange_of(&bid),
            _ => self.ids.exchange(),
        };
        let envelope = Envelope::message(ids, self.utc(), method, data)
            .through(&self.gateway)
            .asking_reply(need_reply);
        if need_reply {
            if self.outbox.waiting.len() >= KEPT {
                self.outbox.waiting.remove(0);
            }
            self.outbox.waiting.push(Told {
                envelope: envelope.clone(),
                times: 1,
                next: self.now.mono + WAITS[0],
            });
        }
        let topic = self.topic(TopicKind::Events);
        self.publish(LinkId::Main, &topic, &envelope, 1);
    }

    pub(super) fn resend_events(&mut self) {
        if !self.connected {
            return;
        }
        let (now, utc) = (self.now.mono, self.utc());
        let topic = self.topic(TopicKind::Events);
        let mut waiting = std::mem::take(&mut self.outbox.waiting);
        waiting.retain_mut(|told| {
            if told.next > now {
                return true;
            }
            let wait = WAITS[(told.times as usize).min(WAITS.len() - 1)];
            told.times += 1;
            told.next = now + wait;
            // The ids stay, the time is new.
            let again = told.envelope.clone().at(utc);
            self.publish(LinkId::Main, &topic, &again, 1);
            told.times < TELLINGS
        });
        self.outbox.waiting = waiting;
    }
}
