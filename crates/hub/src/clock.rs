use std::time::{Instant, SystemTime, UNIX_EPOCH};

use skyhelm_device::HostClock;
use skyhelm_units::{Mono, Now, StationClock, UtcMillis};

/// The machine's clock, its monotonic count beginning at `origin`.
pub fn system_clock(origin: Instant) -> HostClock {
    HostClock::new(move || {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Now {
            mono: Mono::from_elapsed(origin.elapsed()),
            utc: UtcMillis::new(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)),
        }
    })
}

/// Both clocks of the hub: the host's, and the station's that is made of it.
#[derive(Clone, Debug)]
pub(crate) struct Clocks {
    pub(crate) host: HostClock,
    pub(crate) station: StationClock,
}

impl Clocks {
    pub(crate) fn now(&self) -> Now {
        self.host.now()
    }

    pub(crate) fn station_utc(&self) -> UtcMillis {
        self.station.utc(self.host.now().mono)
    }

    /// Whether the station lives in another time than the world does.
    pub(crate) fn is_shifted(&self) -> bool {
        let now = self.now();
        let apart_s = (self.station.utc(now.mono) - now.utc).abs();
        apart_s > 2.0 || (self.station.speed() - 1.0).abs() > 1e-9
    }
}
