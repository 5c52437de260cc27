use core::time::Duration;

use skyhelm_units::Mono;

use super::Bounds;

const WINDOW: Duration = Duration::from_secs(1);

/// What one account has said within the running second, over all its connections.
#[derive(Debug, Default)]
pub(super) struct Pace {
    since: Mono,
    messages: u32,
    bytes: u64,
    dropped: u64,
}

impl Pace {
    /// Whether a message of so many bytes may pass.
    pub(super) fn allows(&mut self, now: Mono, bytes: usize, bounds: &Bounds) -> bool {
        if now.since(self.since) >= WINDOW {
            (self.since, self.messages, self.bytes) = (now, 0, 0);
        }
        let grown = self.bytes.saturating_add(bytes as u64);
        if self.messages >= bounds.messages_per_second || grown > bounds.bytes_per_second {
            self.dropped += 1;
            return false;
        }
        self.messages += 1;
        self.bytes = grown;
        true
    }

    /// A message is dropped for another reason.
    pub(super) fn drop_one(&mut self) {
        self.dropped += 1;
    }

    /// Messages dropped since the start.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_so_many_messages_and_bytes_and_the_next_has_them_anew() {
        let bounds = Bounds {
            messages_per_second: 3,
            bytes_per_second: 100,
            ..Bounds::default()
        };
        let at = |millis| Mono::from_elapsed(Duration::from_millis(millis));
        let mut pace = Pace::default();
        let passed = (0..10)
            .filter(|_| pace.allows(at(5000), 10, &bounds))
            .count();
        assert_eq!((passed, pace.dropped()), (3, 7));
        assert!(!pace.allows(at(5999), 1, &bounds));
        assert!(pace.allows(at(6000), 90, &bounds));
        assert!(!pace.allows(at(6001), 11, &bounds), "too many bytes");
        assert!(pace.allows(at(6002), 10, &bounds));
    }
}
