use core::time::Duration;
use std::collections::VecDeque;

use skyhelm_units::{Mono, Now};

use crate::envelope::Envelope;
use crate::topic::Topic;

/// The waits before each resending, as recorded from a Dock 3: 2.1 s, 4.2 s, then every 8.2 s.
const WAITS: [Duration; 3] = [
    Duration::from_millis(2100),
    Duration::from_millis(4200),
    Duration::from_millis(8200),
];
/// How often at most; the recorded one went on for minutes.
const RESENDS: usize = 40;
/// How many may wait for an answer; the oldest gives way.
const BOUND: usize = 128;

/// What wants an answer and has none yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: VecDeque<Kept>,
}

#[derive(Debug)]
struct Kept {
    topic: Topic,
    envelope: Envelope,
    at: Mono,
    sent: usize,
}

impl Outbox {
    pub(super) fn keep(&mut self, now: Mono, topic: Topic, envelope: Envelope) {
        if self.waiting.len() >= BOUND {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Kept {
            topic,
            envelope,
            at: now + WAITS[0],
            sent: 0,
        });
    }

    pub(super) fn answered(&mut self, tid: &str) {
        self.waiting
            .retain(|kept| kept.envelope.tid.as_deref() != Some(tid));
    }

    /// The next that is due: same ids, new timestamp.
    pub(super) fn due(&mut self, now: Now) -> Option<(Topic, Envelope)> {
        self.waiting.retain(|kept| kept.sent < RESENDS);
        let kept = self.waiting.iter_mut().find(|kept| kept.at <= now.mono)?;
        kept.sent += 1;
        kept.at = now.mono + WAITS[kept.sent.min(WAITS.len() - 1)];
        kept.envelope.timestamp = Some(now.utc.millis());
        Some((kept.topic.clone(), kept.envelope.clone()))
    }

    pub(super) fn next(&self) -> Option<Mono> {
        self.waiting.iter().map(|kept| kept.at).min()
    }
}
