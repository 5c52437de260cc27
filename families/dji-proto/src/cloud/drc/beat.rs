use core::time::Duration;
use std::collections::VecDeque;

use skyhelm_units::{Mono, Now};

use crate::drc::HeartBeat;

/// How often it beats. The documents name no period; devices drop out after one to five minutes.
const EVERY: Duration = Duration::from_secs(1);
/// How many beats in a row may come to nothing.
const MISSES: usize = 3;
/// How many beats are remembered, to tell a late echo from a foreign one.
const REMEMBERED: usize = 120;

/// Heart-beats and their echoes.
#[derive(Debug)]
pub(super) struct Beat {
    seq: i64,
    last_stamp: i64,
    next: Mono,
    sent: VecDeque<(i64, Mono)>,
    missed: usize,
    round_trip: Option<Duration>,
}

/// What an echo turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    /// Of one of ours, after this long.
    Ours(Duration),
    /// Of one of ours that was echoed already.
    Old,
    /// Of one that was not ours.
    Foreign,
}

impl Beat {
    pub(super) const fn new() -> Self {
        Self {
            seq: 0,
            last_stamp: 0,
            next: Mono::ZERO,
            sent: VecDeque::new(),
            missed: 0,
            round_trip: None,
        }
    }

    pub(super) fn start(&mut self, now: Mono) {
        self.next = now;
        self.missed = 0;
        self.round_trip = None;
    }

    pub(super) const fn next_at(&self) -> Mono {
        self.next
    }

    pub(super) const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// Three in a row came to nothing, and the next is due.
    pub(super) const fn is_bad(&self) -> bool {
        self.missed >= MISSES
    }

    /// The device connected only now: what it did not hear before is not held against it.
    pub(super) const fn forgive(&mut self) {
        self.missed = 0;
    }

    pub(super) fn send(&mut self, now: Now) -> HeartBeat {
        self.seq += 1;
        // Two beats never carry the same time, whatever the clock does.
        self.last_stamp = now.utc.millis().max(self.last_stamp + 1);
        self.sent.push_back((self.last_stamp, now.mono));
        if self.sent.len() > REMEMBERED {
            self.sent.pop_front();
        }
        self.missed += 1;
        self.next = now.mono + EVERY;
        HeartBeat {
            seq: Some(self.seq),
            timestamp: Some(self.last_stamp),
        }
    }

    pub(super) fn echo(&mut self, now: Mono, timestamp: Option<i64>) -> Echo {
        let found = self
            .sent
            .iter()
            .position(|(stamp, _)| Some(*stamp) == timestamp);
        let Some(at) = found else {
            return Echo::Foreign;
        };
        let (_, sent) = self.sent[at];
        if sent == Mono::from_elapsed(Duration::MAX) {
            return Echo::Old;
        }
        self.sent[at].1 = Mono::from_elapsed(Duration::MAX);
        // Beats after the one that came back are still on their way.
        self.missed = self.missed.min(self.sent.len() - 1 - at);
        let round_trip = now.since(sent);
        self.round_trip = Some(round_trip);
        Echo::Ours(round_trip)
    }
}
