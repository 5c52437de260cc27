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
        Self(self.0.saturating_sub(earlier.0)).seconds()
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

/// The clock the station lives by: what the sky is computed for and the page shows.
///
/// It may be shifted (a demo by day shows the next night) and scaled (a night in minutes). Time-outs
/// never use it.
///
/// ```
/// use core::time::Duration;
/// use skyhelm_units::{Mono, StationClock, UtcMillis};
///
/// let clock = StationClock::new(Mono::ZERO, UtcMillis::from_seconds(1_000), 60.0);
/// let after_one_real_second = Mono::ZERO + Duration::from_secs(1);
/// assert_eq!(clock.utc(after_one_real_second), UtcMillis::from_seconds(1_060));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StationClock {
    start: Mono,
    utc_at_start: UtcMillis,
    speed: f64,
}

impl StationClock {
    /// A clock that showed `utc_at_start` at `start` and runs `speed` seconds a second.
    ///
    /// A speed that is not a positive number is taken as 1.
    pub fn new(start: Mono, utc_at_start: UtcMillis, speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 {
            speed
        } else {
            1.0
        };
        Self {
            start,
            utc_at_start,
            speed,
        }
    }

    /// Station seconds that pass in one real second.
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// The station's UTC at a reading of the host's clock.
    pub fn utc(&self, now: Mono) -> UtcMillis {
        let real = now.elapsed().as_secs_f64() - self.start.elapsed().as_secs_f64();
        self.utc_at_start.plus_seconds(real * self.speed)
    }

    /// How long the host waits for some station time to pass.
    pub fn real_duration(&self, station: Duration) -> Duration {
        station.div_f64(self.speed)
    }

    /// How much station time passes in some real time.
    pub fn station_duration(&self, real: Duration) -> Duration {
        real.mul_f64(self.speed)
    }
}
