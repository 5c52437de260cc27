//! From what the operator means to what goes on the wire, and back.
//!
//! Three conventions of the same message `drone_control` have been documented over the years, and
//! newer products take stick positions instead. Here, and only here, [`BodyMotion`] becomes one of
//! them; which one is a matter of the [`Profile`].
//!
//! | document | x + | y + |
//! |---|---|---|
//! | 1.4, 1.5 | left | forward |
//! | 1.6 | forward | left |
//! | 1.7 to 1.16.1 | forward | right |
//!
//! Up and clockwise are positive in all of them. Document 1.4 calls `h` a height in metres with the
//! numbers of the later speed; it is flown as the speed it became.

use serde::{Deserialize, Serialize};
use skyhelm_units::BodyMotion;

use crate::profile::{ManualMethod, Profile, SeqRule};
use crate::tolerant;

/// Where the x and y of `drone_control` point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AxisConvention {
    /// x to the left, y forward: document 1.4 and 1.5.
    LeftForward,
    /// x forward, y to the left: document 1.6; also measured in the field on a Dock with M30, May 2023.
    ForwardLeft,
    /// x forward, y to the right: document 1.7 and later, and the vendor's own web demo.
    ForwardRight,
}

/// The data of `drone_control`, its `seq` apart: metres a second and degrees a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Velocity {
    /// One horizontal axis, -17 to 17.
    #[serde(deserialize_with = "tolerant::float")]
    pub x: f64,
    /// The other, -17 to 17.
    #[serde(deserialize_with = "tolerant::float")]
    pub y: f64,
    /// Up, -4 to 5.
    #[serde(deserialize_with = "tolerant::float")]
    pub h: f64,
    /// Clockwise, -90 to 90.
    #[serde(deserialize_with = "tolerant::float")]
    pub w: f64,
}

/// The data of `stick_control`: 364 to 1684, 1024 in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticks {
    /// Right above the middle.
    #[serde(deserialize_with = "tolerant::int")]
    pub roll: i64,
    /// Forward above the middle.
    #[serde(deserialize_with = "tolerant::int")]
    pub pitch: i64,
    /// Up above the middle.
    #[serde(deserialize_with = "tolerant::int")]
    pub throttle: i64,
    /// Clockwise above the middle.
    #[serde(deserialize_with = "tolerant::int")]
    pub yaw: i64,
    /// The gimbal, in some examples.
    #[serde(
        default,
        deserialize_with = "tolerant::maybe_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub gimbal_pitch: Option<i64>,
}

/// How often frames are to be sent: the documents' bounds, both included.
pub const FRAME_RATE_HZ: core::ops::RangeInclusive<u32> = 5..=10;

/// The middle of a stick.
pub const STICK_CENTRE: i64 = 1024;
/// From the middle to either end.
pub const STICK_THROW: i64 = 660;

impl Sticks {
    /// All sticks in the middle.
    pub const CENTRED: Self = Self {
        roll: STICK_CENTRE,
        pitch: STICK_CENTRE,
        throttle: STICK_CENTRE,
        yaw: STICK_CENTRE,
        gimbal_pitch: None,
    };

    /// Whether each lies within its throw.
    pub fn is_in_range(&self) -> bool {
        [self.roll, self.pitch, self.throttle, self.yaw]
            .iter()
            .chain(&self.gimbal_pitch)
            .all(|stick| stick.saturating_sub(STICK_CENTRE).unsigned_abs() <= STICK_THROW as u64)
    }
}

/// One set-point as it goes on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StickFrame {
    /// `drone_control`.
    Velocity(Velocity),
    /// `stick_control`.
    Sticks(Sticks),
}

impl StickFrame {
    /// The method it is sent by.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Velocity(_) => "drone_control",
            Self::Sticks(_) => "stick_control",
        }
    }
}

/// How far a motion may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotionLimits {
    /// Metres a second over the ground, in whatever direction.
    pub horizontal: f64,
    /// Metres a second of climb.
    pub up: f64,
    /// Metres a second of sink.
    pub down: f64,
    /// Degrees a second of turn, either way.
    pub clockwise: f64,
}

impl MotionLimits {
    /// The motion within the limits, its direction over the ground kept. What is not a number stands still.
    ///
    /// ```
    /// use skyhelm_dji_proto::Profile;
    /// use skyhelm_units::BodyMotion;
    ///
    /// let limits = Profile::DOCK_M30T.limits;
    /// let wild = BodyMotion { forward: 300.0, right: 400.0, up: -99.0, clockwise: f64::MAX };
    /// let tame = limits.clamp(wild);
    /// assert!((tame.forward.hypot(tame.right) - limits.horizontal).abs() < 1e-9);
    /// assert!((tame.right / tame.forward - 4.0 / 3.0).abs() < 1e-9);
    /// assert_eq!((tame.up, tame.clockwise), (-4.0, 90.0));
    /// assert_eq!(limits.clamp(BodyMotion { up: f64::NAN, ..wild }), BodyMotion::STILL);
    /// ```
    pub fn clamp(&self, motion: BodyMotion) -> BodyMotion {
        if !motion.is_finite() {
            return BodyMotion::STILL;
        }
        let speed = motion.forward.hypot(motion.right);
        let scale = if speed.is_finite() && speed > self.horizontal {
            self.horizontal / speed
        } else if speed.is_finite() {
            1.0
        } else {
            0.0
        };
        BodyMotion {
            forward: motion.forward * scale,
            right: motion.right * scale,
            up: motion.up.clamp(-self.down, self.up),
            clockwise: motion.clockwise.clamp(-self.clockwise, self.clockwise),
        }
    }
}

impl AxisConvention {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::LeftForward, Self::ForwardLeft, Self::ForwardRight];

    /// A motion in these axes, to a hundredth.
    pub fn to_wire(self, motion: BodyMotion) -> Velocity {
        let (x, y) = match self {
            Self::LeftForward => (-motion.right, motion.forward),
            Self::ForwardLeft => (motion.forward, -motion.right),
            Self::ForwardRight => (motion.forward, motion.right),
        };
        Velocity {
            x: hundredths(x),
            y: hundredths(y),
            h: hundredths(motion.up),
            w: hundredths(motion.clockwise),
        }
    }

    /// The motion these axes mean.
    pub fn from_wire(self, velocity: Velocity) -> BodyMotion {
        let Velocity { x, y, h, w } = velocity;
        let (forward, right) = match self {
            Self::LeftForward => (y, -x),
            Self::ForwardLeft => (x, -y),
            Self::ForwardRight => (x, y),
        };
        BodyMotion {
            forward,
            right,
            up: h,
            clockwise: w,
        }
    }
}

/// Adding zero turns a negative zero into a plain one.
fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0 + 0.0
}

impl Profile {
    /// A motion, kept within the limits, as this product takes it. `None` when the cloud cannot fly it.
    pub fn frame(&self, motion: BodyMotion) -> Option<StickFrame> {
        let motion = self.limits.clamp(motion);
        match self.manual {
            ManualMethod::DroneControl => Some(StickFrame::Velocity(self.axes.to_wire(motion))),
            ManualMethod::Sticks => Some(StickFrame::Sticks(self.sticks(motion))),
            ManualMethod::None => None,
        }
    }

    /// The motion a frame means to this product.
    ///
    /// A product that takes stick positions still takes `drone_control`, which is deprecated there.
    pub fn motion(&self, frame: &StickFrame) -> BodyMotion {
        let motion = match frame {
            StickFrame::Velocity(velocity) => self.axes.from_wire(*velocity),
            StickFrame::Sticks(sticks) => self.sticks_motion(sticks),
        };
        self.limits.clamp(motion)
    }

    fn sticks(&self, motion: BodyMotion) -> Sticks {
        let full = &self.limits;
        let stick = |value: f64, plus: f64, minus: f64| {
            let part = if value < 0.0 {
                value / minus
            } else {
                value / plus
            };
            STICK_CENTRE + (part.clamp(-1.0, 1.0) * STICK_THROW as f64).round() as i64
        };
        Sticks {
            roll: stick(motion.right, full.horizontal, full.horizontal),
            pitch: stick(motion.forward, full.horizontal, full.horizontal),
            throttle: stick(motion.up, full.up, full.down),
            yaw: stick(motion.clockwise, full.clockwise, full.clockwise),
            gimbal_pitch: None,
        }
    }

    fn sticks_motion(&self, sticks: &Sticks) -> BodyMotion {
        let full = &self.limits;
        let part = |stick: i64| {
            let away = stick.saturating_sub(STICK_CENTRE) as f64 / STICK_THROW as f64;
            away.clamp(-1.0, 1.0)
        };
        let up = part(sticks.throttle);
        BodyMotion {
            forward: part(sticks.pitch) * full.horizontal,
            right: part(sticks.roll) * full.horizontal,
            up: up * if up < 0.0 { full.down } else { full.up },
            clockwise: part(sticks.yaw) * full.clockwise,
        }
    }
}

/// Numbers for frames, at the sender; or the check of them, at the receiver.
#[derive(Clone, Copy, Debug, Default)]
pub struct StickSequence {
    last: Option<(i64, StickFrame)>,
}

/// A frame whose number is not above the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("frame {got} after frame {last}")]
pub struct WrongSequence {
    /// Its number.
    pub got: i64,
    /// The number before.
    pub last: i64,
}

impl StickSequence {
    /// Before the first frame.
    pub const fn new() -> Self {
        Self { last: None }
    }

    /// The number of the next frame.
    pub fn next(&mut self, rule: SeqRule, frame: &StickFrame) -> i64 {
        let seq = match (self.last, rule) {
            (None, _) => 0,
            (Some((_, last)), SeqRule::RestartOnChange) if last != *frame => 0,
            (Some((seq, _)), _) => seq.wrapping_add(1).max(0),
        };
        self.last = Some((seq, *frame));
        seq
    }

    /// Takes a frame that came, or refuses it.
    ///
    /// Where the count restarts with each new set-point, the first of the new one may have been
    /// lost: a changed frame is taken whatever its number.
    ///
    /// # Errors
    /// When its number is not above the last one's.
    pub fn check(
        &mut self,
        rule: SeqRule,
        frame: &StickFrame,
        seq: i64,
    ) -> Result<(), WrongSequence> {
        if let Some((last, before)) = self.last {
            let restarts = rule == SeqRule::RestartOnChange && before != *frame;
            if seq <= last && !restarts {
                return Err(WrongSequence { got: seq, last });
            }
        }
        self.last = Some((seq, *frame));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
