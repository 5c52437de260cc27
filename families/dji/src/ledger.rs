//! What this program says as a cloud, so that what another says on the same topics is told from it.

use core::hash::BuildHasher as _;
use core::time::Duration;
use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::sync::{Mutex, PoisonError};

use skyhelm_dji_proto::TopicKind;
use skyhelm_units::Mono;

/// An echo comes within milliseconds; a station that stood still hears it later.
const REMEMBERED: Duration = Duration::from_mins(1);

/// More are not remembered: a minute of frames, heart-beats and commands.
const MOST: usize = 2048;

/// The topics on which only a cloud commands.
pub(crate) const COMMANDING: [TopicKind; 3] = [
    TopicKind::Services,
    TopicKind::PropertySet,
    TopicKind::DrcDown,
];

/// What was said and not yet heard back, of one gateway.
///
/// Messages are compared whole, and each counts once: another's copy of a message of ours is one too many.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    said: Mutex<VecDeque<(u64, Mono)>>,
    hash: RandomState,
}

impl Ledger {
    /// To be called before the message is sent: its echo may be there at once.
    pub(crate) fn say(&self, now: Mono, topic: &str, payload: &[u8]) {
        let said = self.hash.hash_one((topic, payload));
        let mut all = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        while all.len() >= MOST
            || all
                .front()
                .is_some_and(|(_, at)| now.since(*at) > REMEMBERED)
        {
            all.pop_front();
        }
        all.push_back((said, now));
    }

    /// Whether a message that came is the echo of one of ours.
    pub(crate) fn is_echo(&self, topic: &str, payload: &[u8]) -> bool {
        let heard = self.hash.hash_one((topic, payload));
        let mut all = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().position(|(said, _)| *said == heard);
        found.and_then(|at| all.remove(at)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_of_ours_is_an_echo_once_and_nothing_else_is() {
        let ledger = Ledger::default();
        let now = Mono::from_elapsed(Duration::from_secs(1));
        ledger.say(now, "a/drc/down", b"still");
        ledger.say(now, "a/drc/down", b"still");
        assert!(!ledger.is_echo("a/services", b"still"));
        assert!(!ledger.is_echo("a/drc/down", b"go"));
        assert!(ledger.is_echo("a/drc/down", b"still"));
        assert!(ledger.is_echo("a/drc/down", b"still"));
        assert!(!ledger.is_echo("a/drc/down", b"still"), "one too many");
    }

    #[test]
    fn what_was_never_heard_back_is_forgotten() {
        let ledger = Ledger::default();
        let mut now = Mono::from_elapsed(Duration::from_secs(1));
        for _ in 0..3 * MOST {
            ledger.say(now, "a/drc/down", b"still");
            now = now + Duration::from_millis(100);
        }
        assert!(ledger.said.lock().unwrap().len() <= 601);
    }
}
