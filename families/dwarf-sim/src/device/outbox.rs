use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::device::RequestRef;
use tokio::sync::Notify;

/// Messages that may wait for the session: some twenty times what 10039 sets off.
const BOUND: usize = 512;

/// Something the device has to say, on its way to the session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Saying {
    /// To the client that asked.
    Reply { to: RequestRef, payload: Bytes },
    /// To the client that asked, a plain code.
    Code { to: RequestRef, code: Code },
    /// To all.
    Notify { id: u32, payload: Bytes },
    /// All connections close.
    Farewell(Farewell),
}

/// Why the device leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// It comes back by itself.
    Restart,
    /// Somebody has to press its button.
    Off,
}

impl Saying {
    fn notification(&self) -> Option<u32> {
        match self {
            Self::Notify { id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// What waits for the session, which empties it before it looks at the next command: so it is short
/// unless the host has no time for the device at all. Then notifications give way to newer ones, and
/// answers stay.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: Mutex<VecDeque<Saying>>,
    came: Notify,
}

impl Outbox {
    /// Puts something in line. Never waits: handlers call it from the session's own task.
    pub(crate) fn push(&self, saying: Saying) {
        let mut waiting = self.waiting();
        if waiting.len() >= BOUND {
            tracing::warn!("the device cannot say all it has to say");
            let gives_way = gives_way(&waiting);
            waiting.remove(gives_way);
        }
        waiting.push_back(saying);
        drop(waiting);
        self.came.notify_one();
    }

    /// The next thing, once there is one. Only one task may wait.
    ///
    /// # Cancel safety
    /// Nothing is lost when the wait is given up.
    pub(crate) async fn next(&self) -> Saying {
        loop {
            let came = self.came.notified();
            if let Some(saying) = self.waiting().pop_front() {
                return saying;
            }
            came.await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Saying>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is missed least: the oldest notification a newer one of its number follows, else the oldest.
fn gives_way(waiting: &VecDeque<Saying>) -> usize {
    let mut oldest = None;
    for (at, saying) in waiting.iter().enumerate() {
        let Some(id) = saying.notification() else {
            continue;
        };
        let mut later = waiting.iter().skip(at + 1);
        if later.any(|other| other.notification() == Some(id)) {
            return at;
        }
        oldest = oldest.or(Some(at));
    }
    oldest.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_dwarf_proto::ModuleId;
    use skyhelm_dwarf_proto::device::ConnectionId;

    fn told(id: u32, text: &'static str) -> Saying {
        let payload = Bytes::from_static(text.as_bytes());
        Saying::Notify { id, payload }
    }

    fn answer() -> Saying {
        let to = RequestRef {
            connection: ConnectionId(1),
            module: ModuleId::CameraTele,
            cmd: 10_000,
            client_id: String::new(),
        };
        Saying::Code { to, code: Code::OK }
    }

    #[tokio::test]
    async fn what_is_said_comes_out_in_its_order() {
        let outbox = Outbox::default();
        outbox.push(told(1, "a"));
        outbox.push(answer());
        assert_eq!(outbox.next().await, told(1, "a"));
        assert_eq!(outbox.next().await, answer());
    }

    #[tokio::test]
    async fn under_pressure_newer_notifications_replace_older_ones_and_answers_stay() {
        let outbox = Outbox::default();
        outbox.push(answer());
        outbox.push(told(7, "said once"));
        for _ in 0..10 * BOUND {
            outbox.push(told(8, "said again and again"));
        }
        outbox.push(told(8, "newest"));
        assert_eq!(outbox.waiting().len(), BOUND);
        assert_eq!(outbox.next().await, answer());
        assert_eq!(outbox.next().await, told(7, "said once"));
        let last = outbox.waiting().pop_back();
        assert_eq!(last, Some(told(8, "newest")));
    }
}
