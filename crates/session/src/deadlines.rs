use std::collections::{BTreeMap, BTreeSet};

use skyhelm_units::Mono;

/// Deadlines by key: one per key, the earliest first.
///
/// Keys that fall due at the same instant come out in the order of the keys, so that a run in
/// virtual time is the same each time.
#[derive(Clone, Debug)]
pub struct Deadlines<K> {
    by_key: BTreeMap<K, Mono>,
    by_time: BTreeSet<(Mono, K)>,
}

impl<K: Ord + Clone> Deadlines<K> {
    /// With nothing set.
    pub fn new() -> Self {
        Self {
            by_key: BTreeMap::new(),
            by_time: BTreeSet::new(),
        }
    }

    /// Sets or moves the deadline of a key; returns the one it had.
    pub fn set(&mut self, key: K, at: Mono) -> Option<Mono> {
        let previous = self.cancel(&key);
        self.by_time.insert((at, key.clone()));
        self.by_key.insert(key, at);
        previous
    }

    /// Forgets the deadline of a key; returns the one it had.
    pub fn cancel(&mut self, key: &K) -> Option<Mono> {
        let (key, at) = self.by_key.remove_entry(key)?;
        self.by_time.remove(&(at, key));
        Some(at)
    }

    /// The deadline of a key.
    pub fn at(&self, key: &K) -> Option<Mono> {
        self.by_key.get(key).copied()
    }

    /// The earliest deadline and its key.
    pub fn next(&self) -> Option<(Mono, &K)> {
        self.by_time.first().map(|(at, key)| (*at, key))
    }

    /// Takes out the earliest key that is due. Call it until it returns `None`.
    pub fn pop_due(&mut self, now: Mono) -> Option<K> {
        if self.by_time.first()?.0 > now {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.by_key.clear();
        self.by_time.clear();
    }

    /// How many keys have a deadline.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether no key has one.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

impl<K: Ord + Clone> Default for Deadlines<K> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use proptest::prelude::*;

    fn at(millis: u64) -> Mono {
        Mono::from_elapsed(Duration::from_millis(millis))
    }

    #[test]
    fn moving_a_deadline_leaves_no_trace_of_the_old_one() {
        let mut deadlines = Deadlines::new();
        deadlines.set("ping", at(10));
        assert_eq!(deadlines.set("ping", at(30)), Some(at(10)));
        assert_eq!(deadlines.pop_due(at(20)), None);
        assert_eq!(deadlines.pop_due(at(30)), Some("ping"));
        assert!(deadlines.is_empty());
    }

    proptest! {
        #[test]
        fn all_that_is_due_comes_out_in_order_and_nothing_else(
            sets in prop::collection::vec((0u8..20, 0u64..1000), 0..60), now in 0u64..1000,
        ) {
            let mut deadlines = Deadlines::new();
            let mut model = BTreeMap::new();
            for (key, millis) in sets {
                deadlines.set(key, at(millis));
                model.insert(key, millis);
            }
            let mut due: Vec<(u64, u8)> = model.iter().map(|(k, m)| (*m, *k)).filter(|(m, _)| *m <= now).collect();
            due.sort_unstable();
            let mut popped = Vec::new();
            while let Some(key) = deadlines.pop_due(at(now)) {
                popped.push((model[&key], key));
            }
            prop_assert_eq!(&popped, &due);
            prop_assert_eq!(deadlines.len(), model.len() - due.len());
            prop_assert!(deadlines.next().is_none_or(|(next, _)| next > at(now)));
        }
    }
}
