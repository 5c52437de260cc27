use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use skyhelm_units::Mono;

/// Pushes of one stick that follow each other so closely are one motion.
const ONE_MOTION: Duration = Duration::from_secs(2);
/// Sticks remembered.
const MOST: usize = 256;

/// When somebody pushed a device's stick last.
#[derive(Debug, Default)]
pub(crate) struct Pushes {
    last: Mutex<HashMap<(String, String), Mono>>,
}

impl Pushes {
    /// Notes a push; true when it goes on with a motion that is known already.
    pub(crate) fn repeats(&self, now: Mono, who: &str, device: &str) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() >= MOST {
            last.retain(|_, then| now.since(*then) < ONE_MOTION);
        }
        let before = last.insert((who.to_owned(), device.to_owned()), now);
        before.is_some_and(|then| now.since(then) < ONE_MOTION)
    }
}
