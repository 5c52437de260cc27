//! The device's own time: the station's, which may run faster than the host's.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_sim::clock::HostClock;
use skyhelm_units::{Mono, Now, StationClock, UtcMillis};

/// What everything inside the device is timed by.
///
/// Its [`Mono`] counts station seconds since the device was switched on: at speed 60 a 15 s exposure
/// takes a quarter of a second of the host's time.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    host: Arc<dyn HostClock>,
    station: StationClock,
    switched_on: Mono,
}

/// The device's count begins before it is switched on, so that what it did before (turning to where it
/// stands when the story begins) lies in its past.
const BEFORE: Duration = Duration::from_mins(2);

impl Pace {
    pub(crate) fn new(host: Arc<dyn HostClock>, station: StationClock) -> Self {
        let switched_on = host.now().mono;
        Self {
            host,
            station,
            switched_on,
        }
    }

    /// The host's time: for peers, never for the sky.
    pub(crate) fn host(&self) -> Now {
        self.host.now()
    }

    /// Station seconds to a host second.
    pub(crate) fn speed(&self) -> f64 {
        self.station.speed()
    }

    /// The device's time now.
    pub(crate) fn now(&self) -> Mono {
        let real = self.host.now().mono.since(self.switched_on);
        Mono::from_elapsed(BEFORE + self.station.station_duration(real))
    }

    /// True UTC at a device time.
    pub(crate) fn utc(&self, at: Mono) -> UtcMillis {
        self.true_clock().utc(at)
    }

    /// True UTC as a function of the device's time.
    pub(crate) fn true_clock(&self) -> StationClock {
        self.clock_with_error(0.0)
    }

    /// The station clock as a function of the device's time, off by an error in seconds.
    pub(crate) fn clock_with_error(&self, error_seconds: f64) -> StationClock {
        let utc = self.station.utc(self.switched_on);
        let start = utc.plus_seconds(error_seconds);
        StationClock::new(Mono::from_elapsed(BEFORE), start, 1.0)
    }

    /// The device time a host duration from now.
    pub(crate) fn after_real(&self, real: Duration) -> Mono {
        self.now() + self.station.station_duration(real)
    }

    /// Waits for some device time to pass.
    pub(crate) async fn sleep(&self, device_time: Duration) {
        tokio::time::sleep(self.station.real_duration(device_time)).await;
    }

    /// Waits until a device time.
    pub(crate) async fn sleep_until(&self, at: Mono) {
        loop {
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            // Timers tick in milliseconds: waiting for less would spin.
            let real = self
                .station
                .real_duration(left)
                .max(Duration::from_millis(1));
            tokio::time::sleep(real).await;
        }
    }
}
