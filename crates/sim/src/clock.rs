use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use skyhelm_units::{Mono, Now, StationClock, UtcMillis};

/// The host's clocks, injected so that a test owns the time.
pub trait HostClock: Send + Sync + std::fmt::Debug {
    /// The true time: monotonic for time-outs, UTC for dates.
    fn now(&self) -> Now;
}

/// The real clocks of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemHostClock {
    start: Instant,
}

impl SystemHostClock {
    /// Starts the monotonic count now.
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl HostClock for SystemHostClock {
    fn now(&self) -> Now {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Now {
            mono: Mono::from_elapsed(self.start.elapsed()),
            utc: UtcMillis::new(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualHostClock {
    utc_at_start: UtcMillis,
    elapsed_ms: AtomicI64,
}

impl ManualHostClock {
    /// A clock standing at `utc`, its monotonic count at zero.
    pub const fn new(utc: UtcMillis) -> Self {
        Self {
            utc_at_start: utc,
            elapsed_ms: AtomicI64::new(0),
        }
    }

    /// Moves both clocks ahead.
    pub fn advance(&self, step: Duration) {
        let step_ms = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
        self.elapsed_ms.fetch_add(step_ms, Ordering::Relaxed);
    }
}

impl HostClock for ManualHostClock {
    fn now(&self) -> Now {
        let elapsed_ms = self.elapsed_ms.load(Ordering::Relaxed).max(0);
        Now {
            mono: Mono::from_elapsed(Duration::from_millis(elapsed_ms.unsigned_abs())),
            utc: UtcMillis::new(self.utc_at_start.millis().saturating_add(elapsed_ms)),
        }
    }
}

/// A virtual device's own clock: the station's clock plus an error.
///
/// In a shifted world (a demo that plays at night) a client still sends the true time of day. Taken
/// at its word it would turn night into day; so a set-time command is compared with the host's true
/// UTC, and only the difference, the client's error, is applied.
///
/// ```
/// use std::time::Duration;
/// use skyhelm_sim::clock::DeviceClock;
/// use skyhelm_units::{Mono, Now, StationClock, UtcMillis};
///
/// let station = StationClock::new(Mono::ZERO, UtcMillis::from_seconds(50_000), 60.0);
/// let mut device = DeviceClock::new(station);
/// let noon = Now { mono: Mono::ZERO, utc: UtcMillis::from_seconds(1_000) };
/// device.set(UtcMillis::from_seconds(1_007), noon);
/// assert_eq!(device.utc(noon.mono), UtcMillis::from_seconds(50_007));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeviceClock {
    station: StationClock,
    error_ms: i64,
    zone: Duration,
    zone_is_west: bool,
}

impl DeviceClock {
    /// A clock without error.
    pub const fn new(station: StationClock) -> Self {
        Self {
            station,
            error_ms: 0,
            zone: Duration::ZERO,
            zone_is_west: false,
        }
    }

    /// A clock that is wrong until it is set, as one without a battery is after a restart.
    #[must_use]
    pub fn with_error(mut self, error_seconds: f64) -> Self {
        self.error_ms = (error_seconds * 1000.0) as i64;
        self
    }

    /// Takes a client's set-time command.
    pub fn set(&mut self, client_utc: UtcMillis, host: Now) {
        self.error_ms = client_utc.millis().saturating_sub(host.utc.millis());
    }

    /// Takes a client's zone, as the offset east of Greenwich in seconds (at most 18 hours).
    pub fn set_zone(&mut self, east_seconds: i32) {
        self.zone = Duration::from_secs(u64::from(east_seconds.unsigned_abs().min(18 * 3600)));
        self.zone_is_west = east_seconds < 0;
    }

    /// How far the device's clock is ahead of the station's, in seconds.
    pub fn error_seconds(&self) -> f64 {
        self.error_ms as f64 / 1000.0
    }

    /// What the device believes UTC to be; its file names and headers carry this.
    pub fn utc(&self, now: Mono) -> UtcMillis {
        let true_utc = self.station.utc(now);
        UtcMillis::new(true_utc.millis().saturating_add(self.error_ms))
    }

    /// What the device believes the local time to be, counted as if it were UTC.
    pub fn local(&self, now: Mono) -> UtcMillis {
        let zone_ms = self.zone.as_millis() as i64;
        let signed = if self.zone_is_west { -zone_ms } else { zone_ms };
        UtcMillis::new(self.utc(now).millis().saturating_add(signed))
    }

    /// The station's clock below.
    pub const fn station(&self) -> &StationClock {
        &self.station
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_with_the_true_time_leaves_the_night_alone() {
        let station = StationClock::new(Mono::ZERO, UtcMillis::from_seconds(80_000), 60.0);
        let mut device = DeviceClock::new(station).with_error(-1e6);
        let host = ManualHostClock::new(UtcMillis::from_seconds(40_000));
        host.advance(Duration::from_secs(2));
        device.set(host.now().utc, host.now());
        assert_eq!(
            device.utc(host.now().mono),
            UtcMillis::from_seconds(80_000 + 120)
        );
    }

    #[test]
    fn the_error_of_a_client_is_kept_unscaled_while_time_runs() {
        let station = StationClock::new(Mono::ZERO, UtcMillis::from_seconds(0), 60.0);
        let mut device = DeviceClock::new(station);
        let host = ManualHostClock::new(UtcMillis::from_seconds(40_000));
        device.set(UtcMillis::from_seconds(40_003), host.now());
        host.advance(Duration::from_secs(10));
        let seen = device.utc(host.now().mono) - station.utc(host.now().mono);
        assert!((seen - 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_zone_moves_local_time_only() {
        let station = StationClock::new(Mono::ZERO, UtcMillis::from_seconds(36_000), 1.0);
        let mut device = DeviceClock::new(station);
        device.set_zone(-5 * 3600);
        assert_eq!(device.local(Mono::ZERO), UtcMillis::from_seconds(18_000));
        assert_eq!(device.utc(Mono::ZERO), UtcMillis::from_seconds(36_000));
    }
}
