use core::time::Duration;
use std::collections::VecDeque;

use skyhelm_units::{BodyMotion, Mono};

use super::nonce::Nonces;
use super::steering::Steering;
use super::{
    CLOSING_FRAMES, Ended, FRAME_EVERY, HEARD_WITHIN, HOLD, HandId, Ignored, NONCE_EVERY,
    OPENING_FRAMES, Release, STILL, Shut, StickFrame, StickInput, StickLimits, StickOutput,
    StickPhase, StickWakeup,
};
use crate::fence::{Aircraft, Braking, Fence};

/// A picture of the aircraft that is older does not satisfy a fence.
const PICTURE_LIFE: Duration = Duration::from_secs(3);

/// What a hand has shown so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    pub(super) id: HandId,
    /// Zero frames still to be sent before one may move.
    opening: u32,
    /// The stick was seen centred since it was taken, or since the last silence.
    centred: bool,
    sequence: Option<u64>,
    /// What is held, and until when.
    pub(super) held: Option<(BodyMotion, Mono)>,
    /// The last frame moved the aircraft.
    moving: bool,
}

/// The machine that stands between a page's stick and the wire. See [`crate::stick`].
///
/// ```
/// use core::time::Duration;
/// use skyhelm_device::stick::{StickGuard, StickLimits, StickOutput};
/// use skyhelm_units::Mono;
///
/// let mut guard = StickGuard::new(7, StickLimits::default());
/// let start = Mono::from_elapsed(Duration::from_secs(1));
/// guard.open(start);
/// guard.take(start).unwrap();
/// guard.handle_timeout(start);
/// let frame = core::iter::from_fn(|| guard.poll_output())
///     .find_map(|output| match output { StickOutput::Frame(frame) => Some(frame), _ => None });
/// assert!(frame.unwrap().motion.is_still());
/// ```
#[derive(Clone, Debug)]
pub struct StickGuard {
    limits: StickLimits,
    braking: Braking,
    fence: Option<Fence>,
    aircraft: Option<(Aircraft, Mono)>,
    shut: Option<Shut>,
    heard: Mono,
    nonces: Nonces,
    next_nonce: Mono,
    next_frame: Mono,
    hands: u64,
    pub(super) hand: Option<Hand>,
    pub(super) steering: Option<Steering>,
    closing: u32,
    output: VecDeque<StickOutput>,
}

impl StickGuard {
    /// Shut until the live link is open. The seed must be another at each start of the program.
    pub fn new(seed: u64, limits: StickLimits) -> Self {
        Self {
            limits,
            braking: Braking::default(),
            fence: None,
            aircraft: None,
            shut: Some(Shut::NotLive),
            heard: Mono::ZERO,
            nonces: Nonces::new(seed),
            next_nonce: Mono::ZERO,
            next_frame: Mono::ZERO,
            hands: 0,
            hand: None,
            steering: None,
            closing: 0,
            output: VecDeque::new(),
        }
    }

    /// How the sticks stand.
    pub fn phase(&self) -> StickPhase {
        match (self.shut, &self.hand) {
            (Some(why), _) => StickPhase::Shut { why },
            (None, None) => StickPhase::Free,
            (None, Some(hand)) if hand.centred && hand.opening == 0 => StickPhase::Live,
            (None, Some(_)) => StickPhase::Centring,
        }
    }

    /// Where it may fly.
    pub fn set_fence(&mut self, fence: Option<Fence>) {
        self.fence = fence;
    }

    /// How fast it may fly.
    pub fn set_limits(&mut self, limits: StickLimits) {
        self.limits = limits;
    }

    /// How it brakes.
    pub fn set_braking(&mut self, braking: Braking) {
        self.braking = braking;
    }

    /// The link is open, and the aircraft obeys us: a hand may take the sticks.
    pub fn open(&mut self, now: Mono) {
        self.heard = now;
        self.shut = None;
    }

    /// The gateway was heard.
    pub fn heard(&mut self, now: Mono) {
        self.heard = self.heard.max(now);
    }

    /// Where the aircraft is now.
    pub fn observe(&mut self, now: Mono, aircraft: Aircraft) {
        self.heard(now);
        self.aircraft = Some((aircraft, now));
    }

    /// No hand may hold the sticks from now on, until [`Self::open`]. One zero frame goes out when a
    /// hand held them, and nothing after it.
    pub fn shut(&mut self, why: Shut) {
        let busy = self.hand.is_some() || self.closing > 0;
        if self.shut.is_none() && busy {
            self.output.push_back(StickOutput::Frame(STILL));
        }
        self.shut = Some(why);
        self.closing = 0;
        self.end(Ended::Shut(why));
    }

    /// A hand takes the sticks; the one that held them loses them.
    ///
    /// # Errors
    /// Why the sticks are shut.
    pub fn take(&mut self, now: Mono) -> Result<HandId, Shut> {
        self.expire(now);
        if let Some(why) = self.shut {
            return Err(why);
        }
        if let Some(held) = self.hand {
            self.release(now, held.id, Release::TakenOver);
        }
        self.hands += 1;
        let id = HandId(self.hands);
        self.steering = None;
        self.nonces.forget();
        self.next_nonce = now;
        self.next_frame = now;
        self.closing = 0;
        self.hand = Some(Hand {
            id,
            opening: OPENING_FRAMES,
            centred: false,
            sequence: None,
            held: None,
            moving: false,
        });
        Ok(id)
    }

    /// What the page says about its stick.
    ///
    /// # Errors
    /// Why it does not count. The aircraft then does what it did, for as long as that holds.
    pub fn push(&mut self, now: Mono, id: HandId, input: StickInput) -> Result<(), Ignored> {
        self.expire(now);
        let Some(hand) = self.hand.as_mut().filter(|hand| hand.id == id) else {
            return Err(Ignored::NotHeld);
        };
        if !input.motion.is_finite() {
            return Err(Ignored::NotANumber);
        }
        let Some(given) = self.nonces.given_at(input.nonce, now) else {
            return Err(Ignored::Stale);
        };
        if hand.sequence.is_some_and(|last| input.sequence <= last) {
            return Err(Ignored::OutOfOrder);
        }
        hand.sequence = Some(input.sequence);
        hand.centred |= input.motion.is_still();
        if !hand.centred || (hand.opening > 0 && !input.motion.is_still()) {
            return Err(Ignored::CentreFirst);
        }
        hand.held = Some((input.motion, given + HOLD));
        if !input.motion.is_still() {
            // Whoever moves the sticks flies.
            self.steering = None;
        }
        if hand.moving && input.motion.is_still() && self.steering.is_none() {
            // A stick let go stops the aircraft now, not at the next frame.
            self.next_frame = now;
        }
        self.handle_timeout(now);
        Ok(())
    }

    /// A hand leaves the sticks. One that does not hold them changes nothing.
    pub fn release(&mut self, now: Mono, id: HandId, why: Release) {
        if self.hand.is_none_or(|hand| hand.id != id) {
            return;
        }
        self.end(Ended::Release(why));
        self.output.push_back(StickOutput::Frame(STILL));
        self.closing = CLOSING_FRAMES - 1;
        self.next_frame = now + FRAME_EVERY;
    }

    /// Whoever holds the sticks loses them: a stop was given, or the program ends.
    pub fn release_all(&mut self, now: Mono, why: Release) {
        if let Some(hand) = self.hand {
            self.release(now, hand.id, why);
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Mono) {
        self.expire(now);
        if self.shut.is_some() {
            return;
        }
        if let Some(hand) = &self.hand
            && now >= self.next_nonce
        {
            let (hand, nonce) = (hand.id, self.nonces.give(now));
            self.output.push_back(StickOutput::Nonce { hand, nonce });
            // Counted from now: a late thread gives one nonce, not all it has missed.
            self.next_nonce = now + NONCE_EVERY;
        }
        if now < self.next_frame {
            return;
        }
        if let Some(mut hand) = self.hand {
            let frame = self.frame(now, &hand);
            self.output.push_back(StickOutput::Frame(frame));
            hand.opening = hand.opening.saturating_sub(1);
            hand.moving = !frame.motion.is_still();
            self.hand = Some(hand);
        } else if self.closing > 0 {
            self.closing -= 1;
            self.output.push_back(StickOutput::Frame(STILL));
        } else {
            return;
        }
        self.next_frame = now + FRAME_EVERY;
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Option<StickOutput> {
        self.output.pop_front()
    }

    /// When it wants to be woken, and why.
    pub fn poll_timeout(&self) -> Option<(Mono, StickWakeup)> {
        if self.shut.is_some() {
            return None;
        }
        let held = self.hand.and_then(|hand| hand.held);
        let steered = self.steering.map(|s| (s.until, StickWakeup::Silence));
        let silence = held.map(|(_, until)| (until, StickWakeup::Silence));
        let nonce = self.hand.map(|_| (self.next_nonce, StickWakeup::Nonce));
        let busy = self.hand.is_some() || self.closing > 0;
        let frame = busy.then_some((self.next_frame, StickWakeup::Frame));
        let unheard = (self.heard + HEARD_WITHIN, StickWakeup::Unheard);
        [silence, steered, nonce, frame, Some(unheard)]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    /// What time has ended.
    pub(super) fn expire(&mut self, now: Mono) {
        if self.shut.is_none() && now.since(self.heard) >= HEARD_WITHIN {
            self.shut(Shut::LinkBad);
        }
        if let Some(hand) = &mut self.hand
            && let Some((motion, until)) = hand.held
            && now >= until
        {
            hand.held = None;
            if !motion.is_still() {
                hand.centred = false;
            }
            if hand.moving {
                self.next_frame = now;
            }
            self.steering = None;
        }
        self.expire_steering(now);
    }

    /// A frame goes out at once when the last one moved the aircraft.
    pub(super) fn send_soon(&mut self, now: Mono) {
        if self.hand.is_some_and(|hand| hand.moving) {
            self.next_frame = now;
        }
    }

    fn frame(&self, now: Mono, hand: &Hand) -> StickFrame {
        let Some((motion, _)) = hand.held.filter(|_| hand.centred && hand.opening == 0) else {
            return STILL;
        };
        let motion = match &self.steering {
            Some(steering) if motion.is_still() => steering.motion,
            _ => self.limits.clamp(motion),
        };
        let Some(fence) = &self.fence else {
            return StickFrame {
                motion,
                held_back: false,
            };
        };
        let seen = self
            .aircraft
            .filter(|(_, seen)| now.since(*seen) < PICTURE_LIFE);
        let Some((aircraft, seen)) = seen else {
            // Nobody knows where it is: only turning cannot cross a fence.
            let turn = BodyMotion {
                clockwise: motion.clockwise,
                ..BodyMotion::STILL
            };
            return StickFrame {
                motion: turn,
                held_back: turn != motion,
            };
        };
        let braking = Braking {
            reaction_s: self.braking.reaction_s + now.since(seen).as_secs_f64(),
            ..self.braking
        };
        let clamped = fence.clamp(motion, &aircraft, &braking);
        StickFrame {
            motion: clamped.motion,
            held_back: clamped.held_back,
        }
    }

    fn end(&mut self, why: Ended) {
        self.steering = None;
        if let Some(hand) = self.hand.take() {
            let hand = hand.id;
            self.output.push_back(StickOutput::Ended { hand, why });
        }
    }
}
