use core::ops::{Add, Sub};
use core::time::Duration;

/// A reading of a clock that never steps back, counted from an arbitrary start.
///
/// Time-outs and heart-beats are measured with it. It is never scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mono(Duration);

impl Mono {
    /// The start of the count.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// From the time since the start of the count.
    pub const fn from_elapsed(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// The time since the start of the count.
    pub const fn elapsed(self) -> Duration {
        self.0
    }

    /// The time since `earlier`, or zero when that lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Mono {
    type Output = Self;
    fn add(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(wait))
    }
}

/// Coordinated Universal Time in milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UtcMillis(i64);

impl UtcMillis {
    /// From milliseconds since 1970.
    pub const fn new(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Seconds since 1970, with the fraction.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Later (or, negative, earlier) by some seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: f64) -> Self {
        Self(self.0.saturating_add((seconds * 1000.0).round() as i64))
    }
}

impl Add<Duration> for UtcMillis {
    type Output = Self;
    fn add(self, wait: Duration) -> Self {
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

/// The difference in seconds.
impl Sub for UtcMillis {
    type Output = f64;
    fn sub(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1000.0
    }
}

/// What a state machine is told of the time: it owns no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// For time-outs.
    pub mono: Mono,
    /// For dates, and for where things are.
    pub utc: UtcMillis,
}
