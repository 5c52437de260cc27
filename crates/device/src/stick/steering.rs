//! A machine that steers under a resting hand: the axis self-check.

use skyhelm_units::{BodyMotion, Mono};

use super::guard::StickGuard;
use super::{HOLD, HandId, Shut, StickLimits, StickPhase};

/// Why nothing steers under the hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsteered {
    /// The sticks are shut.
    #[error("the sticks were shut")]
    Shut(Shut),
    /// Nobody holds them, or another than the one it began under.
    #[error("the sticks were let go")]
    NotHeld,
    /// The hand has not shown yet, or not lately, that it rests in the middle.
    #[error("no hand rests on the sticks")]
    NotResting,
    /// The hand moved the sticks.
    #[error("the sticks were moved")]
    Moved,
}

/// What is flown for a resting hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steering {
    hand: HandId,
    pub(super) motion: BodyMotion,
    pub(super) until: Mono,
}

impl StickGuard {
    /// From now on [`Self::steer`] moves the aircraft for the hand that holds the sticks, as long as it
    /// rests in the middle and goes on saying so. Never faster than [`StickLimits::UNCONFIRMED`].
    ///
    /// # Errors
    /// When no hand rests on the sticks.
    pub fn begin_steering(&mut self, now: Mono) -> Result<HandId, Unsteered> {
        self.expire(now);
        let hand = self.resting()?;
        self.steering = Some(Steering {
            hand,
            motion: BodyMotion::STILL,
            until: now + HOLD,
        });
        Ok(hand)
    }

    /// Moves the aircraft until told otherwise, and at most as long as a push of a page would: a machine
    /// that stalls has let go.
    ///
    /// # Errors
    /// When the hand it began under left, moved the sticks or fell silent. Nothing steers then any more.
    pub fn steer(&mut self, now: Mono, hand: HandId, motion: BodyMotion) -> Result<(), Unsteered> {
        self.expire(now);
        let resting = self.resting()?;
        let Some(steering) = self.steering.filter(|steering| steering.hand == hand) else {
            return Err(Unsteered::Moved);
        };
        if resting != hand {
            return Err(Unsteered::NotHeld);
        }
        if motion.is_still() && !steering.motion.is_still() {
            self.send_soon(now);
        }
        self.steering = Some(Steering {
            motion: StickLimits::UNCONFIRMED.clamp(motion),
            until: now + HOLD,
            ..steering
        });
        self.handle_timeout(now);
        Ok(())
    }

    /// Nothing steers any more; a zero frame goes out at once when something did.
    pub fn end_steering(&mut self, now: Mono) {
        if self
            .steering
            .take()
            .is_some_and(|steering| !steering.motion.is_still())
        {
            self.send_soon(now);
            self.handle_timeout(now);
        }
    }

    /// What steers stopped being told to.
    pub(super) fn expire_steering(&mut self, now: Mono) {
        if self.steering.is_some_and(|steering| now >= steering.until) {
            self.steering = None;
            self.send_soon(now);
        }
    }

    fn resting(&self) -> Result<HandId, Unsteered> {
        if let StickPhase::Shut { why } = self.phase() {
            return Err(Unsteered::Shut(why));
        }
        let hand = self.hand.ok_or(Unsteered::NotHeld)?;
        if self.phase() != StickPhase::Live {
            return Err(Unsteered::NotResting);
        }
        match hand.held {
            Some((motion, _)) if motion.is_still() => Ok(hand.id),
            Some(_) => Err(Unsteered::Moved),
            None => Err(Unsteered::NotResting),
        }
    }
}
