//! UTC to the scales the models run on: TT for what moves, UT1 for how far the Earth has turned.

use erfars::timescales::{Taitt, Utctai};
use skyhelm_units::UtcMillis;

const MILLIS_PER_DAY: i64 = 86_400_000;
const SECONDS_PER_DAY: f64 = 86_400.0;
/// Julian date of 1970-01-01T00:00:00Z.
const UNIX_EPOCH_JD: f64 = 2_440_587.5;
/// 1972-01-01: the first day of UTC as it is kept now.
const FIRST: i64 = 63_072_000_000;
/// 2200-01-01: well past what the precession and ephemeris series are good for to the arc-second.
const LAST: i64 = 7_258_118_400_000;
/// TAI − UTC since 2017, used should the leap-second table refuse a date.
const TAI_MINUS_UTC_S: f64 = 37.0;

/// A two-part Julian date: whole days, and the rest.
pub type JulianDate = (f64, f64);

/// One moment on the scales the models need.
///
/// Leap seconds are those of the table compiled in (none is announced after 2017); within a leap
/// second, which `UtcMillis` cannot name, the result is off by up to that second. Times before
/// 1972 or after 2200 are taken as the nearest end of that span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeScales {
    /// Coordinated Universal Time.
    pub utc: JulianDate,
    /// Terrestrial Time: drives precession, nutation and the ephemerides.
    pub tt: JulianDate,
    /// Universal Time: the Earth's rotation.
    pub ut1: JulianDate,
}

impl TimeScales {
    /// At a moment, with UT1 − UTC in seconds.
    ///
    /// UT1 − UTC is kept within 0.9 s; zero moves the sky by up to 15 arc-seconds per second of it.
    pub fn new(utc: UtcMillis, dut1_s: f64) -> Self {
        let millis = utc.millis().clamp(FIRST, LAST);
        let days = millis.div_euclid(MILLIS_PER_DAY);
        let fraction = millis.rem_euclid(MILLIS_PER_DAY) as f64 / MILLIS_PER_DAY as f64;
        let utc = (UNIX_EPOCH_JD + days as f64, fraction);
        let tai = Utctai(utc.0, utc.1).map_or(
            (utc.0, utc.1 + TAI_MINUS_UTC_S / SECONDS_PER_DAY),
            |(tai, _warning)| tai,
        );
        let dut1_s = if dut1_s.is_finite() {
            dut1_s.clamp(-1.0, 1.0)
        } else {
            0.0
        };
        Self {
            utc,
            tt: Taitt(tai.0, tai.1),
            ut1: (utc.0, utc.1 + dut1_s / SECONDS_PER_DAY),
        }
    }

    /// Julian years since J2000.0.
    pub fn years_since_j2000(&self) -> f64 {
        (self.tt.0 - 2_451_545.0 + self.tt.1) / 365.25
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terrestrial_time_runs_69_184_seconds_ahead_since_2017() {
        let scales = TimeScales::new(UtcMillis::from_seconds(1_790_000_000), 0.0);
        let ahead = ((scales.tt.0 - scales.utc.0) + (scales.tt.1 - scales.utc.1)) * SECONDS_PER_DAY;
        assert!((ahead - 69.184).abs() < 1e-4, "{ahead}");
    }

    #[test]
    fn dut1_moves_ut1_and_nothing_else() {
        let utc = UtcMillis::from_seconds(1_790_000_000);
        let (plain, shifted) = (TimeScales::new(utc, 0.0), TimeScales::new(utc, 0.25));
        assert!(((shifted.ut1.1 - plain.ut1.1) * SECONDS_PER_DAY - 0.25).abs() < 1e-6);
        assert_eq!(plain.tt, shifted.tt);
        assert_eq!(TimeScales::new(utc, f64::NAN), plain);
    }

    #[test]
    fn absurd_times_are_taken_as_the_nearest_end() {
        for millis in [i64::MIN, -1, i64::MAX] {
            let scales = TimeScales::new(UtcMillis::new(millis), 0.0);
            assert!(scales.years_since_j2000().abs() < 201.0);
        }
    }
}
