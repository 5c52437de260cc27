use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use skyhelm_units::Mono;

/// Wrong answers that cost nothing.
const FREE: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// For one address.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// For one name: whoever guesses must not lock its owner out for long.
const LONGEST_FOR_A_NAME: Duration = Duration::from_mins(1);
/// After so long without a wrong answer all is forgotten.
const FORGOTTEN: Duration = Duration::from_hours(1);
/// Addresses and names remembered.
const MOST: usize = 4_096;

/// Who must wait before the next try at signing in.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    tries: Mutex<HashMap<String, Tries>>,
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    wrong: u32,
    last: Mono,
    until: Mono,
}

impl Pauses {
    /// How long the longest of these must still wait; `None` when all may try.
    pub(crate) fn wait(&self, now: Mono, keys: &[String]) -> Option<Duration> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter()
            .filter_map(|key| tries.get(key))
            .filter(|tries| now < tries.until)
            .map(|tries| tries.until.since(now))
            .max()
    }

    /// A wrong answer for an address and, when one was given, a name.
    pub(crate) fn wrong(&self, now: Mono, address: &str, name: Option<&str>) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST {
            tries.retain(|_, tries| now.since(tries.last) < FORGOTTEN);
        }
        if tries.len() >= MOST {
            // Somebody floods us with names: what is known of addresses is worth more.
            tries.retain(|key, _| !key.starts_with('n'));
        }
        count(&mut tries, address_key(address), now, LONGEST_PAUSE);
        if let Some(name) = name {
            count(&mut tries, name_key(name), now, LONGEST_FOR_A_NAME);
        }
    }

    /// A right answer clears what went before it.
    pub(crate) fn right(&self, address: &str, name: &str) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&address_key(address));
        tries.remove(&name_key(name));
    }

    /// What an address and a name are kept under.
    pub(crate) fn keys(address: &str, name: Option<&str>) -> Vec<String> {
        let name = name.map(name_key);
        std::iter::once(address_key(address)).chain(name).collect()
    }
}

fn address_key(address: &str) -> String {
    format!("a {address}")
}

fn name_key(name: &str) -> String {
    let short: String = name.chars().take(64).collect();
    format!("n {}", short.to_lowercase())
}

fn count(tries: &mut HashMap<String, Tries>, key: String, now: Mono, longest: Duration) {
    let fresh = Tries {
        wrong: 0,
        last: now,
        until: now,
    };
    let known = tries.entry(key).or_insert(fresh);
    if now.since(known.last) > FORGOTTEN {
        *known = fresh;
    }
    known.wrong += 1;
    known.last = now;
    if let Some(over) = known.wrong.checked_sub(FREE) {
        let pause = FIRST_PAUSE * 2_u32.saturating_pow(over.min(10));
        known.until = now + pause.min(longest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Mono {
        Mono::from_elapsed(Duration::from_secs(seconds))
    }

    #[test]
    fn the_fifth_wrong_answer_begins_a_pause_that_doubles() {
        let pauses = Pauses::default();
        let keys = Pauses::keys("10.0.0.1", Some("Ada"));
        for _ in 0..4 {
            pauses.wrong(at(0), "10.0.0.1", Some("ada"));
        }
        assert_eq!(pauses.wait(at(0), &keys), None);
        pauses.wrong(at(0), "10.0.0.1", Some("ada"));
        assert_eq!(pauses.wait(at(0), &keys), Some(FIRST_PAUSE));
        assert_eq!(pauses.wait(at(10), &keys), None);
        pauses.wrong(at(10), "10.0.0.1", Some("ada"));
        assert_eq!(pauses.wait(at(10), &keys), Some(FIRST_PAUSE * 2));
        for _ in 0..20 {
            pauses.wrong(at(100), "10.0.0.1", Some("ada"));
        }
        assert_eq!(pauses.wait(at(100), &keys), Some(LONGEST_PAUSE));
        let elsewhere = Pauses::keys("10.0.0.2", Some("ADA"));
        assert_eq!(pauses.wait(at(100), &elsewhere), Some(LONGEST_FOR_A_NAME));
        pauses.right("10.0.0.1", "ada");
        assert_eq!(pauses.wait(at(100), &keys), None);
    }

    #[test]
    fn a_flood_of_names_is_bounded() {
        let pauses = Pauses::default();
        for number in 0..10_000 {
            pauses.wrong(at(number), "10.0.0.1", Some(&number.to_string()));
        }
        assert!(pauses.tries.lock().unwrap().len() <= MOST + 1);
        assert!(
            pauses
                .wait(at(9_999), &Pauses::keys("10.0.0.1", None))
                .is_some()
        );
    }
}
