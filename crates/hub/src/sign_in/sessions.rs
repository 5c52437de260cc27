use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use skyhelm_units::{LeaseId, Now, Redacted};
use tokio_util::sync::CancellationToken;

use super::{Means, Role, Session};
use crate::HubError;
use crate::secret::{self, Hashed};
use crate::store::{Account, GuestLink, KeptSession, Store, TokenRow};

/// How long a session lives.
pub(crate) const SESSION_LIFE: Duration = Duration::from_hours(30 * 24);
/// A token's last use is written down this often.
const NOTED_EVERY_MS: i64 = 60_000;

/// How a secret is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By a browser, in a cookie.
    Cookie,
    /// By a program, in the `Authorization` header.
    Bearer,
}

/// What a session is opened with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    Link,
    Account(&'a Account),
    Guest(&'a GuestLink),
}

#[derive(Debug)]
struct Open {
    session: Session,
    guest_link: Option<String>,
    /// Of an API token: its id, and when its use was written down last.
    token: Option<(String, i64)>,
}

/// Everybody who is signed in, and every API token that opens.
#[derive(Debug)]
pub(crate) struct Sessions {
    store: Arc<Store>,
    /// Whether those who come by the program's link may fly: where nothing real does.
    link_flies: bool,
    open: Mutex<HashMap<Hashed, Open>>,
}

impl Sessions {
    /// The sessions that outlived the last run, and the tokens.
    pub(crate) async fn restore(
        store: Arc<Store>,
        now: Now,
        link_flies: bool,
    ) -> Result<Self, HubError> {
        let mut open = HashMap::new();
        for kept in store.sessions(now.utc.millis()).await? {
            let origin = match (&kept.account, &kept.guest_link) {
                (Some(account), _) => Origin::Account(account),
                (None, Some(link)) => Origin::Guest(link),
                (None, None) => Origin::Link,
            };
            let session = opened(&kept.hash, kept.expires_utc_ms, origin, link_flies);
            open.insert(kept.hash, session);
        }
        let sessions = Self {
            store,
            link_flies,
            open: Mutex::new(open),
        };
        sessions.reload_tokens().await?;
        Ok(sessions)
    }

    /// Opens a session; its secret is the cookie.
    pub(crate) async fn open(
        &self,
        now: Now,
        origin: Origin<'_>,
    ) -> Result<(Redacted<String>, Session), HubError> {
        let cookie = secret::random();
        let hash = secret::hashed(cookie.expose());
        let longest = (now.utc + SESSION_LIFE).millis();
        let expires_utc_ms = match origin {
            Origin::Guest(link) => link.expires_utc_ms.min(longest),
            Origin::Link | Origin::Account(_) => longest,
        };
        let open = opened(&hash, expires_utc_ms, origin, self.link_flies);
        let kept = KeptSession {
            hash,
            expires_utc_ms,
            account: open.session.account.clone(),
            guest_link: open.guest_link.clone(),
        };
        self.store.add_session(kept).await?;
        let session = open.session.clone();
        self.with(|sessions| sessions.insert(hash, open));
        Ok((cookie, session))
    }

    /// Whose secret it is; and the token's id when its use is worth a note.
    pub(crate) fn find(
        &self,
        now: Now,
        secret: &str,
        way: Way,
    ) -> Option<(Session, Option<String>)> {
        let hash = secret::hashed(secret);
        let utc_ms = now.utc.millis();
        self.with(|sessions| {
            let open = sessions.get_mut(&hash)?;
            if (way == Way::Bearer) != open.token.is_some() {
                return None;
            }
            if open.session.expires_utc_ms.is_none_or(|end| utc_ms < end) {
                let note = open.token.as_mut().and_then(|(id, noted)| {
                    let due = utc_ms - *noted >= NOTED_EVERY_MS;
                    due.then(|| {
                        *noted = utc_ms;
                        id.clone()
                    })
                });
                return Some((open.session.clone(), note));
            }
            if let Some(old) = sessions.remove(&hash) {
                old.session.ended.cancel();
            }
            None
        })
    }

    /// Ends what has expired: what such a session still looks at ends with it.
    pub(crate) fn expire(&self, now: Now) {
        let utc_ms = now.utc.millis();
        let expired = |open: &Open| open.session.expires_utc_ms.is_some_and(|end| end <= utc_ms);
        self.with(|sessions| {
            for (_, open) in sessions.extract_if(|_, open| expired(open)) {
                open.session.ended.cancel();
            }
        });
    }

    /// Ends the session of a cookie.
    pub(crate) async fn end(&self, cookie: &str) -> Result<(), HubError> {
        let hash = secret::hashed(cookie);
        if let Some(open) = self.with(|sessions| sessions.remove(&hash)) {
            open.session.ended.cancel();
        }
        self.store.remove_session(hash).await
    }

    /// Ends every session of an account, but for one when it is named by its lease.
    pub(crate) async fn end_account(
        &self,
        account: &str,
        but: Option<&LeaseId>,
    ) -> Result<(), HubError> {
        self.end_where(|open| {
            open.token.is_none()
                && open.session.account.as_deref() == Some(account)
                && Some(&open.session.lease) != but
        })
        .await
    }

    /// Ends every session of a guest link.
    pub(crate) async fn end_guest_link(&self, link: &str) -> Result<(), HubError> {
        self.end_where(|open| open.guest_link.as_deref() == Some(link))
            .await
    }

    async fn end_where(&self, which: impl Fn(&Open) -> bool) -> Result<(), HubError> {
        let ended: Vec<(Hashed, Open)> =
            self.with(|sessions| sessions.extract_if(|_, open| which(open)).collect());
        for (hash, open) in ended {
            open.session.ended.cancel();
            self.store.remove_session(hash).await?;
        }
        Ok(())
    }

    /// Reads the tokens anew after one, or its account, has changed.
    pub(crate) async fn reload_tokens(&self) -> Result<(), HubError> {
        let rows = self.store.tokens().await?;
        self.with(|sessions| {
            let mut known: HashMap<Hashed, Open> = sessions
                .extract_if(|_, open| open.token.is_some())
                .collect();
            for row in rows.into_iter().filter(|row| !row.rests) {
                let hash = row.hash;
                let fresh = token_session(row);
                let kept = known.remove(&hash).filter(|old| same(old, &fresh));
                sessions.insert(hash, kept.unwrap_or(fresh));
            }
            for gone in known.into_values() {
                gone.session.ended.cancel();
            }
        });
        Ok(())
    }

    /// How many are signed in, and how many tokens there are.
    pub(crate) fn count(&self) -> (usize, usize) {
        self.with(|sessions| {
            let tokens = sessions.values().filter(|open| open.token.is_some());
            let tokens = tokens.count();
            (sessions.len() - tokens, tokens)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<Hashed, Open>) -> T) -> T {
        act(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a token still means the same, so that what it looks at need not be cut.
fn same(old: &Open, new: &Open) -> bool {
    let (old, new) = (&old.session, &new.session);
    old.role == new.role && old.flight == new.flight && old.name == new.name
}

fn opened(hash: &Hashed, expires_utc_ms: i64, origin: Origin<'_>, link_flies: bool) -> Open {
    // Two browsers of one person are told apart by a part of the hash, which opens nothing.
    let mark = secret::hex(&hash[..2]);
    let (name, role, flight, means) = match origin {
        Origin::Link => (
            format!("operator {mark}"),
            Role::Admin,
            link_flies,
            Means::Link,
        ),
        Origin::Account(account) => (
            account.name.clone(),
            account.role,
            account.flight,
            Means::Password,
        ),
        Origin::Guest(link) => (
            format!("guest {} {mark}", link.name),
            Role::Guest,
            false,
            Means::Guest,
        ),
    };
    let (account, guest_link) = match origin {
        Origin::Link => (None, None),
        Origin::Account(account) => (Some(account.id.clone()), None),
        Origin::Guest(link) => (None, Some(link.id.clone())),
    };
    Open {
        session: Session {
            name,
            role,
            flight,
            means,
            account,
            expires_utc_ms: Some(expires_utc_ms),
            lease: LeaseId::new(secret::hex(hash)),
            ended: CancellationToken::new(),
        },
        guest_link,
        token: None,
    }
}

fn token_session(row: TokenRow) -> Open {
    let owner = row.owner.as_deref().unwrap_or("operator");
    Open {
        session: Session {
            name: format!("{owner} ({})", row.name),
            role: row.role,
            flight: row.flight,
            means: Means::Token,
            account: row.account,
            expires_utc_ms: row.expires_utc_ms,
            lease: LeaseId::new(secret::hex(&row.hash)),
            ended: CancellationToken::new(),
        },
        guest_link: None,
        token: Some((row.id, row.last_used_utc_ms.unwrap_or(0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_session_survives_a_restart_and_ends_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let now = Now::default();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let sessions = Sessions::restore(store.clone(), now, false).await.unwrap();
        let (cookie, session) = sessions.open(now, Origin::Link).await.unwrap();
        let again = Sessions::restore(store, now, false).await.unwrap();
        let find = |now, way| again.find(now, cookie.expose(), way);
        assert_eq!(find(now, Way::Cookie).unwrap().0.lease, session.lease);
        assert!(find(now, Way::Bearer).is_none(), "a cookie is no token");
        let late = Now {
            utc: now.utc + SESSION_LIFE,
            ..now
        };
        assert!(find(late, Way::Cookie).is_none());
        assert!(find(now, Way::Cookie).is_none(), "it was removed");
    }
}
