//! Sticks: what keeps an aircraft still unless a person, now, with a hand on the stick, moves it.
//!
//! A machine without clock and socket. Whoever owns it (the pump thread of a driver) tells it the
//! time, what comes from the page and what is known of the aircraft, and sends the frames it gives.
//!
//! ```text
//!  page ── push(nonce, sequence, motion) ──► StickGuard ── Frame (at most 10 a second) ──► wire
//!  page ◄── Nonce, every 50 ms ─────────────────┘
//! ```
//!
//! - A push counts only when it echoes a nonce given less than [`NONCE_LIFE`] ago, in rising order.
//!   What a stall held back and then releases at once is old, and moves nothing.
//! - A push holds [`HOLD`] from the moment its nonce was given; then the frames are zero, and the stick
//!   must be centred before it counts again.
//! - A release, for whatever reason, gives a zero frame at once, and four more.
//! - Taking the stick gives zero frames first, and the stick must be seen centred.
//! - A machine may steer for a hand that rests (the axis self-check); whatever ends or moves the hand ends
//!   it, and it never goes faster than [`StickLimits::UNCONFIRMED`].
//! - Losing the link or the control gives one zero frame at most, and none after it.

mod guard;
mod nonce;
mod steering;

use core::time::Duration;

use serde::{Deserialize, Serialize};
use skyhelm_units::BodyMotion;

pub use guard::StickGuard;
pub use steering::Unsteered;

/// A nonce is given so often.
pub const NONCE_EVERY: Duration = Duration::from_millis(50);

/// A push with an older nonce does not count.
pub const NONCE_LIFE: Duration = Duration::from_millis(300);

/// A push moves the aircraft no longer than this after its nonce was given.
pub const HOLD: Duration = Duration::from_millis(350);

/// A frame is sent so often.
pub const FRAME_EVERY: Duration = Duration::from_millis(100);

/// Zero frames before the first that may move.
pub const OPENING_FRAMES: u32 = 3;

/// Zero frames after a release.
pub const CLOSING_FRAMES: u32 = 5;

/// Nothing is sent to an aircraft that was heard longer ago.
pub const HEARD_WITHIN: Duration = Duration::from_secs(5);

/// Names one taking of the sticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HandId(pub u64);

/// What the page says about its stick; repeated while it is held, 10 to 20 times a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StickInput {
    /// The newest nonce the page has seen.
    pub nonce: u64,
    /// Rises with every push.
    pub sequence: u64,
    /// What is asked.
    pub motion: BodyMotion,
}

/// How fast sticks may move an aircraft.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StickLimits {
    /// Along the ground, metres a second.
    pub level_m_s: f64,
    /// Up, metres a second.
    pub up_m_s: f64,
    /// Down, metres a second.
    pub down_m_s: f64,
    /// Turning, degrees a second.
    pub turn_deg_s: f64,
}

impl Default for StickLimits {
    fn default() -> Self {
        Self {
            level_m_s: 15.0,
            up_m_s: 5.0,
            down_m_s: 3.0,
            turn_deg_s: 90.0,
        }
    }
}

impl StickLimits {
    /// For an aircraft whose axes nobody has seen fly the right way yet: slow enough that a wrong one shows before it
    /// hurts.
    pub const UNCONFIRMED: Self = Self {
        level_m_s: 0.5,
        up_m_s: 0.5,
        down_m_s: 0.5,
        turn_deg_s: 10.0,
    };

    /// A motion within the limits; its direction along the ground stays.
    pub fn clamp(&self, motion: BodyMotion) -> BodyMotion {
        let level = motion.forward.hypot(motion.right);
        let part = if level > self.level_m_s {
            self.level_m_s / level
        } else {
            1.0
        };
        BodyMotion {
            forward: motion.forward * part,
            right: motion.right * part,
            up: motion.up.clamp(-self.down_m_s, self.up_m_s),
            clockwise: motion.clockwise.clamp(-self.turn_deg_s, self.turn_deg_s),
        }
    }
}

/// Why a hand left the sticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// The person let go.
    Released,
    /// The page's socket is gone.
    SocketClosed,
    /// The page lost the keyboard.
    Blur,
    /// The page is hidden.
    Hidden,
    /// The gamepad was unplugged.
    GamepadGone,
    /// Another page of the same person, or another person, took the sticks.
    TakenOver,
    /// The lease ended.
    LeaseLost,
    /// A stop was given.
    Stopped,
    /// The program ends.
    Exit,
}

/// Why no hand can hold the sticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Shut {
    /// The live link was never opened, or was closed on request.
    NotLive,
    /// The link does not answer any more.
    LinkBad,
    /// The aircraft obeys another.
    ControlLost,
    /// Somebody else sends commands on our topics.
    Foreign,
    /// It is not armed for flight.
    NotArmed,
}

/// Why a push did not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ignored {
    /// Another hand holds the sticks, or none does.
    NotHeld,
    /// Its nonce was never given to this hand, or too long ago.
    Stale,
    /// A later one came before it.
    OutOfOrder,
    /// It has no number where one is needed.
    NotANumber,
    /// The stick must be centred first.
    CentreFirst,
}

/// One frame to be sent now, and never again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StickFrame {
    /// What to fly.
    pub motion: BodyMotion,
    /// Whether a fence took something of what was asked.
    pub held_back: bool,
}

/// What a [`StickGuard`] wants done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StickOutput {
    /// Give this to the page that holds the sticks.
    Nonce {
        /// Which taking it belongs to.
        hand: HandId,
        /// What to echo.
        nonce: u64,
    },
    /// Send this.
    Frame(StickFrame),
    /// The hand holds the sticks no more.
    Ended {
        /// Which.
        hand: HandId,
        /// Why.
        why: Ended,
    },
}

/// Why a hand holds the sticks no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "by", content = "why")]
pub enum Ended {
    /// It left, or was made to.
    Release(Release),
    /// The sticks were shut.
    Shut(Shut),
}

/// How the sticks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum StickPhase {
    /// Nobody can hold them.
    Shut {
        /// Why.
        why: Shut,
    },
    /// Nobody holds them.
    Free,
    /// Held; zero frames go out until the stick is centred.
    Centring,
    /// Held, and followed.
    Live,
}

/// Why a [`StickGuard`] wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StickWakeup {
    /// A nonce is due.
    Nonce,
    /// A frame is due.
    Frame,
    /// A push holds no longer, or what steers for a resting hand.
    Silence,
    /// The aircraft has been silent too long.
    Unheard,
}

/// Hands off.
pub const STILL: StickFrame = StickFrame {
    motion: BodyMotion::STILL,
    held_back: false,
};

#[cfg(test)]
mod tests;
