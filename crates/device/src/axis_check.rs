//! The axis self-check: whether an aircraft moves the way it is told to, found out slowly.
//!
//! Documents of one maker have printed three conventions for the same stick command, so before an
//! aircraft is flown at speed each axis is pushed once, gently, and what the aircraft then does is
//! measured. A machine without clock and socket: whoever owns it shows it a [`Picture`] some twenty times
//! a second and flies what it says through the [`crate::stick`] guard, under the hand of the person who
//! began it. Letting go, moving the stick, or any shut of the sticks ends it there.
//!
//! ```text
//!  stand ──► forward ──► stand ──► right ──► stand ──► up ──► stand ──► clockwise ──► stand ──► passed
//!    └─────────┴──────── the first wrong answer, or a lost condition ──► aborted
//! ```
//!
//! What counts as evidence is where the aircraft is and which way it looks: latitude, longitude, height
//! and heading have one meaning in every document. Its told speeds have not (their frame and the sign of
//! the vertical one differ or are not stated), so only their size is used, to see that it stands.

mod picture;

use core::fmt;
use core::time::Duration;

use skyhelm_units::{BodyMotion, Mono};

pub use picture::{Picture, Ring, Sighting};

/// It is flown no lower above the place of take-off, metres.
pub const LEAST_HEIGHT_M: f64 = 15.0;

/// Nothing may be nearer, metres.
pub const LEAST_CLEARANCE_M: f64 = 8.0;

/// How fast it is flown along an axis, metres a second.
pub const SPEED_M_S: f64 = 0.5;

/// How fast it is turned, degrees a second.
pub const TURN_DEG_S: f64 = 10.0;

/// How long an axis is pushed. With the last frame's own hundred milliseconds it is a second.
pub const PUSHED_FOR: Duration = Duration::from_millis(900);

/// It must stand so long before it is judged and pushed again.
const STANDS_FOR: Duration = Duration::from_millis(800);

/// It must stand by then.
const STANDS_WITHIN: Duration = Duration::from_secs(8);

/// Slower than this is standing, metres a second. Gusts move what hovers about half as fast.
const STANDING_M_S: f64 = 0.25;

/// Turning less between two looks is standing, degrees a second.
const STANDING_DEG_S: f64 = 3.0;

/// An answer so large against the asked one shows, while it is pushed, where it goes.
const SHOWS: f64 = 0.4;

/// An answer smaller than this is none.
const LEAST_ANSWER: f64 = 0.4;

/// What an axis that was not pushed may answer, against the one that was.
const ASKEW: f64 = 0.6;

/// An axis of the sticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Along the heading.
    Forward,
    /// To the right of it.
    Right,
    /// Up.
    Up,
    /// Clockwise from above.
    Clockwise,
}

impl Axis {
    /// All, in the order they are checked.
    pub const ALL: [Self; 4] = [Self::Forward, Self::Right, Self::Up, Self::Clockwise];

    /// What it is pushed by.
    pub const fn push(self) -> BodyMotion {
        let mut motion = BodyMotion::STILL;
        match self {
            Self::Forward => motion.forward = SPEED_M_S,
            Self::Right => motion.right = SPEED_M_S,
            Self::Up => motion.up = SPEED_M_S,
            Self::Clockwise => motion.clockwise = TURN_DEG_S,
        }
        motion
    }

    const fn number(self) -> usize {
        match self {
            Self::Forward => 0,
            Self::Right => 1,
            Self::Up => 2,
            Self::Clockwise => 3,
        }
    }

    const fn reverse(self) -> &'static str {
        match self {
            Self::Forward => "backward",
            Self::Right => "left",
            Self::Up => "down",
            Self::Clockwise => "counter-clockwise",
        }
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forward => "forward",
            Self::Right => "right",
            Self::Up => "up",
            Self::Clockwise => "clockwise",
        })
    }
}

/// Why a check ended without its proof.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Abort {
    /// Its height above take-off is not told.
    #[error("its height above take-off is not known")]
    HeightUnknown,
    /// It is too low.
    #[error("it is only {0:.0} m above take-off, and {LEAST_HEIGHT_M:.0} m are needed")]
    TooLow(f64),
    /// Where it is, is not told, or was told too long ago.
    #[error("its fast telemetry does not come, so nobody sees where it goes")]
    Unseen,
    /// What stands around it is not told, or was told too long ago.
    #[error("its obstacle sensing does not tell what stands all round")]
    RingUnknown,
    /// It was not measured in one direction.
    #[error("its obstacle sensing measures nothing {0:.0} degrees from the nose")]
    Unmeasured(f64),
    /// Something is near.
    #[error(
        "something is {metres:.1} m away, {bearing_deg:.0} degrees from the nose, and {LEAST_CLEARANCE_M:.0} m must be free"
    )]
    Near {
        /// How near.
        metres: f64,
        /// Clockwise from the nose.
        bearing_deg: f64,
    },
    /// Something is above it.
    #[error("something is {0:.1} m above it, and {LEAST_CLEARANCE_M:.0} m must be free")]
    NearAbove(f64),
    /// It does not stand.
    #[error("it does not stand still, so no answer can be told from drift")]
    Unsettled,
    /// It answered not at all.
    #[error("pushed {0}, it did not move")]
    NoAnswer(Axis),
    /// It went the other way.
    #[error("pushed {0}, it moved {rev}", rev = .0.reverse())]
    WrongSign(Axis),
    /// It went another way.
    #[error("pushed {asked}, it moved {moved}")]
    WrongAxis {
        /// What was asked.
        asked: Axis,
        /// What it did.
        moved: &'static str,
    },
    /// The hand that holds the check left the sticks or moved them.
    #[error("the hand on the sticks ended it: {0}")]
    Hand(String),
}

impl Abort {
    /// Whether it proves that the aircraft does not fly as it is told.
    pub const fn is_proof(&self) -> bool {
        matches!(self, Self::WrongSign(_) | Self::WrongAxis { .. })
    }
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Fly this, and show the next picture soon.
    Fly(BodyMotion),
    /// Each axis was seen to be right.
    Passed,
    /// It is over.
    Aborted(Abort),
}

/// The axis that was pushed last, and what was seen before.
type Pushed = (Axis, Sighting);

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// It is to stand; what was pushed before is judged once it does.
    Standing {
        since: Mono,
        still: Option<(Sighting, Mono)>,
        judged: Option<Pushed>,
    },
    Pushing {
        axis: Axis,
        since: Mono,
        from: Sighting,
    },
}

/// The check of one aircraft.
#[derive(Clone, Debug)]
pub struct AxisCheck {
    phase: Phase,
    passed: usize,
}

impl AxisCheck {
    /// Begins, when all round it is free and it hangs high enough.
    ///
    /// # Errors
    /// What is missing.
    pub fn begin(now: Mono, picture: &Picture) -> Result<Self, Abort> {
        picture.check(now)?;
        Ok(Self {
            phase: Phase::Standing {
                since: now,
                still: None,
                judged: None,
            },
            passed: 0,
        })
    }

    /// Axes seen to be right so far.
    pub const fn passed(&self) -> usize {
        self.passed
    }

    /// What it does now, in words.
    pub fn words(&self) -> String {
        match self.phase {
            Phase::Standing { judged: None, .. } => String::from("waits until it stands"),
            Phase::Standing {
                judged: Some((axis, _)),
                ..
            } => format!("measures {axis}"),
            Phase::Pushing { axis, .. } => format!("pushes {axis}"),
        }
    }

    /// The next step. After [`Step::Passed`] or [`Step::Aborted`] ask no more.
    pub fn step(&mut self, now: Mono, picture: &Picture) -> Step {
        let seen = match picture.check(now) {
            Ok(seen) => seen,
            Err(abort) => return Step::Aborted(abort),
        };
        let done = match self.phase {
            Phase::Standing {
                since,
                still,
                judged,
            } => self.standing(now, seen, (since, still, judged)),
            Phase::Pushing { axis, since, from } => self.pushing(now, seen, (axis, since, from)),
        };
        done.unwrap_or_else(Step::Aborted)
    }

    fn pushing(
        &mut self,
        now: Mono,
        seen: Sighting,
        (axis, since, from): (Axis, Mono, Sighting),
    ) -> Result<Step, Abort> {
        // What already shows is not waited for.
        let answer = seen.answer_since(&from);
        if answer.iter().any(|part| part.abs() >= SHOWS) {
            judge(axis, answer)?;
        }
        if now.since(since) < PUSHED_FOR {
            return Ok(Step::Fly(axis.push()));
        }
        self.phase = Phase::Standing {
            since: now,
            still: None,
            judged: Some((axis, from)),
        };
        Ok(Step::Fly(BodyMotion::STILL))
    }

    fn standing(
        &mut self,
        now: Mono,
        seen: Sighting,
        (since, still, judged): (Mono, Option<(Sighting, Mono)>, Option<Pushed>),
    ) -> Result<Step, Abort> {
        let still = match still {
            Some((from, at)) if seen.stands_since(&from, now.since(at)) => Some((from, at)),
            _ => seen.is_slow().then_some((seen, now)),
        };
        self.phase = Phase::Standing {
            since,
            still,
            judged,
        };
        if still.is_none_or(|(_, at)| now.since(at) < STANDS_FOR) {
            if now.since(since) >= STANDS_WITHIN {
                return Err(Abort::Unsettled);
            }
            return Ok(Step::Fly(BodyMotion::STILL));
        }
        if let Some((axis, from)) = judged {
            judge(axis, seen.answer_since(&from))?;
            self.passed += 1;
        }
        let Some(axis) = Axis::ALL.get(self.passed) else {
            return Ok(Step::Passed);
        };
        self.phase = Phase::Pushing {
            axis: *axis,
            since: now,
            from: seen,
        };
        Ok(Step::Fly(axis.push()))
    }
}

/// Whether an answer, in parts of what a push should give on each axis, is that of the pushed axis.
fn judge(pushed: Axis, answer: [f64; 4]) -> Result<(), Abort> {
    let size = |axis: &Axis| answer[axis.number()].abs();
    let asked = answer[pushed.number()];
    let strongest = Axis::ALL
        .into_iter()
        .max_by(|a, b| size(a).total_cmp(&size(b)))
        .unwrap_or(pushed);
    let strength = size(&strongest);
    if strength < LEAST_ANSWER {
        return Err(Abort::NoAnswer(pushed));
    }
    if strongest == pushed && asked < 0.0 {
        return Err(Abort::WrongSign(pushed));
    }
    let other = Axis::ALL
        .into_iter()
        .filter(|axis| *axis != pushed)
        .max_by(|a, b| size(a).total_cmp(&size(b)));
    match other {
        Some(other) if size(&other) > ASKEW * asked => {
            let moved = if answer[other.number()] < 0.0 {
                other.reverse()
            } else {
                match other {
                    Axis::Forward => "forward",
                    Axis::Right => "right",
                    Axis::Up => "up",
                    Axis::Clockwise => "clockwise",
                }
            };
            Err(Abort::WrongAxis {
                asked: pushed,
                moved,
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
