//! How the aircraft came to stand, the last time its sticks were centred.

use serde::Serialize;
use skyhelm_units::UtcMillis;

/// Slower than this it stands, metres a second.
const STANDS: f64 = 0.1;

/// Centred sticks, and what came of them. By the world's clock, whatever the gateway believes the time to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Braking {
    /// When the frame with centred sticks came, milliseconds.
    pub centred_utc_ms: i64,
    /// How fast it flew then, metres a second.
    pub speed: f64,
    /// When it stood, milliseconds; never, while it flies on or once a stick moved before.
    pub stood_utc_ms: Option<i64>,
}

/// Looks on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BrakingWatch {
    pushed: bool,
    last: Option<Braking>,
}

impl BrakingWatch {
    /// A frame was flown.
    pub(super) fn frame(&mut self, now: UtcMillis, still: bool, speed: f64) {
        let pushed = std::mem::replace(&mut self.pushed, !still);
        if still && pushed {
            self.last = Some(Braking {
                centred_utc_ms: now.millis(),
                speed,
                stood_utc_ms: None,
            });
        }
    }

    /// Time has passed.
    pub(super) fn look(&mut self, now: UtcMillis, speed: f64) {
        if self.pushed || speed >= STANDS {
            return;
        }
        if let Some(last) = &mut self.last {
            last.stood_utc_ms.get_or_insert(now.millis());
        }
    }

    pub(super) const fn last(&self) -> Option<Braking> {
        self.last
    }
}
