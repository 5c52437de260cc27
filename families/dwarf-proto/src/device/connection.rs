use std::collections::VecDeque;

use super::WINDOW;
use super::types::Outgoing;

/// Messages that wait for a slow client before it is closed. The state dump of 10039 has about 20.
const QUEUE_BOUND: usize = 256;

/// What is kept of one client.
#[derive(Debug, Default)]
pub(super) struct Connection {
    pub(super) client_id: String,
    /// Malformed frames in a row.
    pub(super) strikes: u32,
    waiting: VecDeque<Outgoing>,
    under_way: usize,
}

impl Connection {
    /// Puts a message in line. False when the client is too slow to go on with.
    ///
    /// While the window is full, a notification replaces a waiting one of its number at once:
    /// clients keep the newest of each. Replies are never dropped.
    pub(super) fn push(&mut self, message: Outgoing) -> bool {
        if self.under_way >= WINDOW
            && let Outgoing::Notification(cmd, _) = message
        {
            self.waiting
                .retain(|old| !matches!(old, Outgoing::Notification(other, _) if *other == cmd));
        }
        self.waiting.push_back(message);
        self.waiting.len() <= QUEUE_BOUND
    }

    /// The next message to hand out.
    pub(super) fn pop(&mut self) -> Option<Outgoing> {
        if self.under_way >= WINDOW {
            return None;
        }
        let message = self.waiting.pop_front()?;
        self.under_way += 1;
        Some(message)
    }

    pub(super) fn written(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }
}
