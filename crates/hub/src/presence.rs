use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sign_in::Session;

/// Whose page is open now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence {
    here: Arc<Mutex<HashMap<String, (Session, usize)>>>,
}

/// One open page; dropped when it closes.
#[derive(Debug)]
pub(crate) struct Here {
    presence: Presence,
    key: String,
}

impl Presence {
    /// Somebody's page has opened.
    pub(crate) fn arrive(&self, session: &Session) -> Here {
        let key = session.lease.as_str().to_owned();
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let known = here
            .entry(key.clone())
            .or_insert_with(|| (session.clone(), 0));
        known.1 += 1;
        Here {
            presence: self.clone(),
            key,
        }
    }

    /// Somebody of a name whose page is open.
    pub(crate) fn named(&self, name: &str) -> Option<Session> {
        let here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let mut named = here.values().filter(|(session, _)| session.name == name);
        named.next().map(|(session, _)| session.clone())
    }

    /// How many pages are open.
    pub(crate) fn pages(&self) -> usize {
        let here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        here.values().map(|(_, pages)| pages).sum()
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut here = self
            .presence
            .here
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = here.get_mut(&self.key) {
            known.1 -= 1;
            if known.1 == 0 {
                here.remove(&self.key);
            }
        }
    }
}
