//! Who is signed in: single-use tokens, and the sessions they open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use skyhelm_units::{LeaseId, Mono, Now, Redacted};
use tokio_util::sync::CancellationToken;

use crate::HubError;
use crate::secret::{self, Hashed};
use crate::store::Store;

/// How long a sign-in link works.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_mins(10);
/// How long a session lives.
pub(crate) const SESSION_LIFE: Duration = Duration::from_hours(30 * 24);
/// Links that may be outstanding; the oldest gives way.
const MOST_TOKENS: usize = 16;

/// Tokens that are out and unused. They live in memory only: a restart ends them.
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

/// A person's session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// For people.
    pub(crate) name: String,
    /// What its leases are called.
    pub(crate) lease: LeaseId,
    /// Falls when the session ends: its sockets and live pictures end with it.
    pub(crate) ended: CancellationToken,
}

impl Session {
    /// The program itself, when it gives commands in nobody's name.
    pub(crate) fn of_program() -> Self {
        Self {
            name: String::from("the program"),
            lease: LeaseId::new(secret::random().into_inner()),
            ended: CancellationToken::new(),
        }
    }
}

#[derive(Debug)]
struct OpenSession {
    session: Session,
    expires_utc_ms: i64,
}

/// The sessions in force.
#[derive(Debug)]
pub(crate) struct Sessions {
    store: Arc<Store>,
    open: Mutex<HashMap<Hashed, OpenSession>>,
}

impl Sessions {
    /// The sessions that outlived the last run.
    pub(crate) async fn restore(store: Arc<Store>, now: Now) -> Result<Self, HubError> {
        let open = store
            .sessions(now.utc.millis())
            .await?
            .into_iter()
            .map(|(hash, expires_utc_ms)| (hash, open_session(&hash, expires_utc_ms)))
            .collect();
        Ok(Self {
            store,
            open: Mutex::new(open),
        })
    }

    /// Opens a session; its secret is the cookie.
    pub(crate) async fn open(&self, now: Now) -> Result<(Redacted<String>, Session), HubError> {
        let cookie = secret::random();
        let hash = secret::hashed(cookie.expose());
        let expires_utc_ms = (now.utc + SESSION_LIFE).millis();
        self.store.add_session(hash, expires_utc_ms).await?;
        let open = open_session(&hash, expires_utc_ms);
        let session = open.session.clone();
        self.with(|sessions| sessions.insert(hash, open));
        Ok((cookie, session))
    }

    /// The session of a cookie.
    pub(crate) fn find(&self, now: Now, cookie: &str) -> Option<Session> {
        let hash = secret::hashed(cookie);
        self.with(|sessions| {
            let open = sessions.get(&hash)?;
            if now.utc.millis() < open.expires_utc_ms {
                return Some(open.session.clone());
            }
            if let Some(old) = sessions.remove(&hash) {
                old.session.ended.cancel();
            }
            None
        })
    }

    /// Ends the session of a cookie.
    pub(crate) async fn end(&self, cookie: &str) -> Result<(), HubError> {
        let hash = secret::hashed(cookie);
        if let Some(open) = self.with(|sessions| sessions.remove(&hash)) {
            open.session.ended.cancel();
        }
        self.store.remove_session(hash).await
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<Hashed, OpenSession>) -> T) -> T {
        act(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn open_session(hash: &Hashed, expires_utc_ms: i64) -> OpenSession {
    // Two browsers of one person are told apart by a part of the hash, which opens nothing.
    let mark = secret::hex(&hash[..2]);
    OpenSession {
        session: Session {
            name: format!("operator {mark}"),
            lease: LeaseId::new(secret::hex(hash)),
            ended: CancellationToken::new(),
        },
        expires_utc_ms,
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

    #[tokio::test]
    async fn a_session_survives_a_restart_and_ends_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let now = Now::default();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let sessions = Sessions::restore(store.clone(), now).await.unwrap();
        let (cookie, session) = sessions.open(now).await.unwrap();
        let again = Sessions::restore(store, now).await.unwrap();
        assert_eq!(
            again.find(now, cookie.expose()).unwrap().lease,
            session.lease
        );
        let late = Now {
            utc: now.utc + SESSION_LIFE,
            ..now
        };
        assert!(again.find(late, cookie.expose()).is_none());
        assert!(again.find(now, cookie.expose()).is_none(), "it was removed");
    }
}
