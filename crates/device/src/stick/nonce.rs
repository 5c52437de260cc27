use std::collections::VecDeque;

use skyhelm_units::Mono;

use super::{NONCE_EVERY, NONCE_LIFE};

/// Nonces that can still count: those of one life, and the one just given.
const KEPT: usize = (NONCE_LIFE.as_millis() / NONCE_EVERY.as_millis()) as usize + 1;

/// The nonces given to one hand.
#[derive(Clone, Debug)]
pub(super) struct Nonces {
    seed: u64,
    given: u64,
    recent: VecDeque<(u64, Mono)>,
}

impl Nonces {
    /// With a seed of its own for each start of the program, so that nonces seen before a restart
    /// mean nothing after it.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            given: 0,
            recent: VecDeque::with_capacity(KEPT),
        }
    }

    pub(super) fn give(&mut self, now: Mono) -> u64 {
        self.given += 1;
        let nonce = mixed(self.seed.wrapping_add(self.given.wrapping_mul(GOLDEN)));
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back((nonce, now));
        nonce
    }

    /// When a nonce was given, if it still counts.
    pub(super) fn given_at(&self, nonce: u64, now: Mono) -> Option<Mono> {
        let (_, at) = self.recent.iter().find(|(known, _)| *known == nonce)?;
        (now.since(*at) < NONCE_LIFE).then_some(*at)
    }

    /// Another hand: what the last one saw counts no more.
    pub(super) fn forget(&mut self) {
        self.recent.clear();
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// `SplitMix64`'s finish, cut to the 53 bits a browser's number holds.
fn mixed(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) >> 11
}
