use std::collections::{BTreeSet, VecDeque};

/// How many are remembered. Devices resend for minutes, at most once in two seconds each.
const BOUND: usize = 512;

/// Ids that came by: of events that were taken, of commands that were sent.
#[derive(Debug)]
pub(super) struct Seen {
    order: VecDeque<String>,
    known: BTreeSet<String>,
}

impl Seen {
    pub(super) const fn new() -> Self {
        Self {
            order: VecDeque::new(),
            known: BTreeSet::new(),
        }
    }

    /// Whether it is remembered.
    pub(super) fn knows(&self, tid: &str) -> bool {
        self.known.contains(tid)
    }

    /// Whether it is new; it is remembered then.
    pub(super) fn is_new(&mut self, tid: &str) -> bool {
        if !self.known.insert(tid.to_owned()) {
            return false;
        }
        self.order.push_back(tid.to_owned());
        if self.order.len() > BOUND
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
