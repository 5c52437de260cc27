use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use skyhelm_units::{Mono, Redacted};

use crate::secret::{self, Hashed};

/// How long a sign-in link works.
const TOKEN_LIFE: Duration = Duration::from_mins(10);
/// Links that may be outstanding; the oldest gives way.
const MOST_TOKENS: usize = 16;

/// Tokens of sign-in links that are out and unused. They live in memory only: a restart ends them.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    open: Mutex<Vec<(Hashed, Mono)>>,
}

impl Tokens {
    /// A new token.
    pub(crate) fn issue(&self, now: Mono) -> Redacted<String> {
        let token = secret::random();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(_, until)| now < *until);
        if open.len() >= MOST_TOKENS {
            open.remove(0);
        }
        open.push((secret::hashed(token.expose()), now + TOKEN_LIFE));
        token
    }

    /// Uses a token up; false when it was used before, is too old or was never issued.
    pub(crate) fn redeem(&self, now: Mono, token: &str) -> bool {
        let hash = secret::hashed(token);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let found = open.iter().position(|(known, _)| *known == hash);
        found.is_some_and(|index| now < open.remove(index).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_once() {
        let tokens = Tokens::default();
        let token = tokens.issue(Mono::ZERO);
        assert!(!tokens.redeem(Mono::ZERO, "guess"));
        assert!(tokens.redeem(Mono::ZERO, token.expose()));
        assert!(!tokens.redeem(Mono::ZERO, token.expose()));
    }

    #[test]
    fn a_token_is_worth_nothing_after_ten_minutes() {
        let tokens = Tokens::default();
        let token = tokens.issue(Mono::ZERO);
        assert!(!tokens.redeem(Mono::ZERO + TOKEN_LIFE, token.expose()));
    }
}
