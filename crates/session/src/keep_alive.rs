use core::time::Duration;

use skyhelm_units::Mono;

/// When to say something to a quiet peer, and when to give it up.
///
/// Anything heard counts as life, not only the answer to a ping. Sending is on a fixed beat:
/// some peers want the beat itself, however busy the link is.
#[derive(Clone, Copy, Debug)]
pub struct KeepAlive {
    send_every: Duration,
    dead_after: Duration,
    last_sent: Mono,
    last_heard: Mono,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepAliveAction {
    /// Nothing until [`KeepAlive::next`].
    Wait,
    /// Send the keep-alive, then call [`KeepAlive::sent`].
    Send,
    /// The peer has been silent for too long.
    Dead,
}

impl KeepAlive {
    /// Starts at `now`, as if the peer had just been heard and nothing was due yet.
    pub fn new(now: Mono, send_every: Duration, dead_after: Duration) -> Self {
        Self {
            send_every,
            dead_after,
            last_sent: now,
            last_heard: now,
        }
    }

    /// Something came from the peer.
    pub fn heard(&mut self, now: Mono) {
        self.last_heard = self.last_heard.max(now);
    }

    /// The keep-alive was sent.
    pub fn sent(&mut self, now: Mono) {
        self.last_sent = self.last_sent.max(now);
    }

    /// What is to be done now.
    pub fn poll(&self, now: Mono) -> KeepAliveAction {
        if now >= self.dead_at() {
            KeepAliveAction::Dead
        } else if now >= self.send_at() {
            KeepAliveAction::Send
        } else {
            KeepAliveAction::Wait
        }
    }

    /// When to call [`KeepAlive::poll`] again.
    pub fn next(&self) -> Mono {
        self.send_at().min(self.dead_at())
    }

    /// How long the peer has been silent.
    pub fn silence(&self, now: Mono) -> Duration {
        now.since(self.last_heard)
    }

    fn send_at(&self) -> Mono {
        self.last_sent + self.send_every
    }

    fn dead_at(&self) -> Mono {
        self.last_heard + self.dead_after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Mono {
        Mono::from_elapsed(Duration::from_secs(seconds))
    }

    fn every_10_dead_after_30() -> KeepAlive {
        KeepAlive::new(at(0), Duration::from_secs(10), Duration::from_secs(30))
    }

    #[test]
    fn a_silent_peer_is_pinged_and_then_given_up() {
        let mut alive = every_10_dead_after_30();
        assert_eq!(alive.poll(at(9)), KeepAliveAction::Wait);
        assert_eq!(alive.poll(at(10)), KeepAliveAction::Send);
        alive.sent(at(10));
        assert_eq!(alive.next(), at(20));
        alive.sent(at(20));
        assert_eq!(alive.poll(at(29)), KeepAliveAction::Wait);
        assert_eq!(alive.poll(at(30)), KeepAliveAction::Dead);
    }

    #[test]
    fn a_word_from_the_peer_puts_its_death_off() {
        let mut alive = every_10_dead_after_30();
        alive.heard(at(25));
        assert_eq!(alive.poll(at(40)), KeepAliveAction::Send);
        assert_eq!(alive.silence(at(40)), Duration::from_secs(15));
        assert_eq!(alive.poll(at(55)), KeepAliveAction::Dead);
    }

    proptest! {
        #[test]
        fn nothing_is_due_before_the_time_it_names(
            heard in 0u64..100, sent in 0u64..100, early in 1u64..50,
        ) {
            let mut alive = every_10_dead_after_30();
            alive.heard(at(heard));
            alive.sent(at(sent));
            let next = alive.next();
            prop_assert_ne!(alive.poll(next), KeepAliveAction::Wait);
            let before = Mono::from_elapsed(next.elapsed().saturating_sub(Duration::from_secs(early)));
            prop_assert_eq!(alive.poll(before), KeepAliveAction::Wait);
        }
    }
}
