use core::fmt;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use skyhelm_units::Mono;

use crate::Deadlines;

/// Requests to a peer that answers by kind and not by number: one outstanding per key, the rest
/// wait in line behind it.
///
/// A key is what a reply can be recognised by (for instance module and command). `submit` puts a
/// request in line, `poll_start` hands out what may be sent now, `complete` takes a reply,
/// `expire` gives back what was not answered in time. The time-out of a request starts when it is
/// handed out, not while it waits.
///
/// A request that timed out may still be answered. For `grace` after its time-out the table
/// remembers it: a reply with nothing outstanding is then [`Completion::Late`], and a reply to the
/// next request of the same key is marked `suspect`, since it may be the old one's.
#[derive(Clone, Debug)]
pub struct RequestTable<K, V> {
    lanes: BTreeMap<K, Lane<V>>,
    ready: VecDeque<K>,
    deadlines: Deadlines<K>,
    queue_bound: usize,
    grace: Duration,
}

#[derive(Clone, Debug)]
struct Lane<V> {
    outstanding: Option<V>,
    waiting: VecDeque<(V, Duration)>,
    late_until: Option<Mono>,
}

impl<V> Lane<V> {
    fn is_spent(&self, now: Mono) -> bool {
        self.outstanding.is_none()
            && self.waiting.is_empty()
            && self.late_until.is_none_or(|until| until < now)
    }
}

/// What a reply turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completion<V> {
    /// It answers the outstanding request.
    Matched {
        /// The request's value.
        value: V,
        /// An earlier request of this key timed out a short while ago: the reply may be its.
        suspect: bool,
    },
    /// It answers a request that has already timed out.
    Late,
    /// Nobody asked.
    Unsolicited,
}

/// The line behind a key is full; the request is given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueFull<V>(pub V);

impl<V> fmt::Display for QueueFull<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many requests of this kind are waiting already")
    }
}

impl<V: fmt::Debug> std::error::Error for QueueFull<V> {}

impl<K: Ord + Clone, V> RequestTable<K, V> {
    /// An empty table: at most `queue_bound` requests wait behind the outstanding one of a key.
    pub fn new(queue_bound: usize, grace: Duration) -> Self {
        Self {
            lanes: BTreeMap::new(),
            ready: VecDeque::new(),
            deadlines: Deadlines::new(),
            queue_bound,
            grace,
        }
    }

    /// Puts a request in line.
    ///
    /// # Errors
    /// [`QueueFull`] gives the value back when the line behind the key is full.
    pub fn submit(&mut self, key: K, value: V, timeout: Duration) -> Result<(), QueueFull<V>> {
        let lane = self.lanes.entry(key.clone()).or_insert_with(|| Lane {
            outstanding: None,
            waiting: VecDeque::new(),
            late_until: None,
        });
        // The one that can start at once does not count as waiting.
        let bound = self.queue_bound + usize::from(lane.outstanding.is_none());
        if lane.waiting.len() >= bound {
            return Err(QueueFull(value));
        }
        lane.waiting.push_back((value, timeout));
        if lane.outstanding.is_none() && lane.waiting.len() == 1 {
            self.ready.push_back(key);
        }
        Ok(())
    }

    /// Hands out the next request that may be sent now and starts its time-out.
    pub fn poll_start(&mut self, now: Mono) -> Option<(&K, &V)> {
        let key = loop {
            let key = self.ready.pop_front()?;
            let Some(lane) = self.lanes.get_mut(&key) else {
                continue;
            };
            if lane.outstanding.is_some() {
                continue;
            }
            let Some((value, timeout)) = lane.waiting.pop_front() else {
                continue;
            };
            lane.outstanding = Some(value);
            self.deadlines.set(key.clone(), now + timeout);
            break key;
        };
        let (key, lane) = self.lanes.get_key_value(&key)?;
        lane.outstanding.as_ref().map(|value| (key, value))
    }

    /// Takes a reply.
    pub fn complete(&mut self, now: Mono, key: &K) -> Completion<V> {
        let Some(lane) = self.lanes.get_mut(key) else {
            return Completion::Unsolicited;
        };
        let late = lane.late_until.is_some_and(|until| now <= until);
        let completion = match lane.outstanding.take() {
            Some(value) => Completion::Matched {
                value,
                suspect: late,
            },
            None if late => Completion::Late,
            None => Completion::Unsolicited,
        };
        lane.late_until = None;
        self.deadlines.cancel(key);
        self.release(now, key);
        completion
    }

    /// Gives back the next request that was not answered in time. Call it until it returns `None`.
    pub fn expire(&mut self, now: Mono) -> Option<(K, V)> {
        while let Some(key) = self.deadlines.pop_due(now) {
            let Some(lane) = self.lanes.get_mut(&key) else {
                continue;
            };
            lane.late_until = Some(now + self.grace);
            let value = lane.outstanding.take();
            self.release(now, &key);
            if let Some(value) = value {
                return Some((key, value));
            }
        }
        None
    }

    /// The outstanding request of a key.
    pub fn outstanding(&self, key: &K) -> Option<&V> {
        self.lanes.get(key)?.outstanding.as_ref()
    }

    /// The outstanding request of a key, to change what is kept with it.
    pub fn outstanding_mut(&mut self, key: &K) -> Option<&mut V> {
        self.lanes.get_mut(key)?.outstanding.as_mut()
    }

    /// Moves the deadline of the outstanding request: a peer that reports progress is still at it.
    pub fn extend(&mut self, now: Mono, key: &K, timeout: Duration) -> bool {
        let outstanding = self.outstanding(key).is_some();
        if outstanding {
            self.deadlines.set(key.clone(), now + timeout);
        }
        outstanding
    }

    /// When the next outstanding request times out, and its key.
    pub fn next_deadline(&self) -> Option<(Mono, &K)> {
        self.deadlines.next()
    }

    /// Whether a request may be sent now.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Takes out everything, outstanding and waiting: the connection is gone.
    pub fn drain(&mut self) -> Vec<(K, V)> {
        self.ready.clear();
        self.deadlines.clear();
        let mut all = Vec::new();
        for (key, lane) in core::mem::take(&mut self.lanes) {
            let waiting = lane.waiting.into_iter().map(|(value, _)| value);
            all.extend(
                lane.outstanding
                    .into_iter()
                    .chain(waiting)
                    .map(|value| (key.clone(), value)),
            );
        }
        all
    }

    fn release(&mut self, now: Mono, key: &K) {
        let Some(lane) = self.lanes.get(key) else {
            return;
        };
        if lane.is_spent(now) {
            self.lanes.remove(key);
        } else if lane.outstanding.is_none()
            && !lane.waiting.is_empty()
            && !self.ready.contains(key)
        {
            self.ready.push_back(key.clone());
        }
    }
}

#[cfg(test)]
mod tests;
