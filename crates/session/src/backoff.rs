use core::time::Duration;

/// Exponential waiting between attempts, with a cap and a spread.
///
/// The spread keeps clients that lost the same peer from coming back in step. It is drawn from a
/// seed given at the start, so that a run can be repeated.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    spread: f64,
    attempts: u32,
    seed: u64,
}

impl Backoff {
    /// Waits `first`, then twice as long each time up to `cap`; each wait is shortened by a random
    /// part of at most `spread` (0 to 1) of it.
    pub fn new(first: Duration, cap: Duration, spread: f64, seed: u64) -> Self {
        Self {
            first,
            cap: cap.max(first),
            spread: if spread.is_finite() {
                spread.clamp(0.0, 1.0)
            } else {
                0.0
            },
            attempts: 0,
            seed,
        }
    }

    /// The wait before the next attempt; each call is one more failure.
    pub fn next_delay(&mut self) -> Duration {
        let doubled = 1u32
            .checked_shl(self.attempts)
            .and_then(|factor| self.first.checked_mul(factor))
            .map_or(self.cap, |wait| wait.min(self.cap));
        self.attempts = self.attempts.saturating_add(1);
        let draw = self.draw();
        doubled.mul_f64(1.0 - self.spread * draw)
    }

    /// The attempt succeeded: the next wait is the first again.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }

    /// Failures since the start or the last success.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// A number in `[0, 1)` (the `SplitMix64` sequence).
    fn draw(&mut self) -> f64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_the_cap_and_start_again_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5), 0.0, 7);
        let waits: Vec<u64> = (0..5).map(|_| backoff.next_delay().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 5, 5]);
        backoff.reset();
        assert_eq!(backoff.next_delay(), Duration::from_secs(1));
    }

    #[test]
    fn two_seeds_do_not_walk_in_step() {
        let second = Duration::from_secs(1);
        let mut a = Backoff::new(second, second * 60, 0.5, 1);
        let mut b = Backoff::new(second, second * 60, 0.5, 2);
        assert!((0..8).any(|_| a.next_delay() != b.next_delay()));
    }

    proptest! {
        #[test]
        fn a_wait_stays_between_the_spread_and_the_cap(
            first in 1u64..10_000, cap in 1u64..100_000, spread in 0.0..1.0f64, seed: u64, steps in 1usize..100,
        ) {
            let (first, cap) = (Duration::from_millis(first), Duration::from_millis(cap));
            let mut backoff = Backoff::new(first, cap, spread, seed);
            for _ in 0..steps {
                let wait = backoff.next_delay();
                prop_assert!(wait <= cap.max(first));
                prop_assert!(wait.as_secs_f64() >= first.as_secs_f64() * (1.0 - spread) - 1e-6);
            }
        }
    }
}
