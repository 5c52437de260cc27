//! FITS dates: `YYYY-MM-DDThh:mm:ss.sss`, UTC.

use skyhelm_units::UtcMillis;

const DAY: i64 = 86_400_000;

/// A date as FITS writes it.
pub(crate) fn format(time: UtcMillis) -> String {
    let (days, in_day) = (time.millis().div_euclid(DAY), time.millis().rem_euclid(DAY));
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}",
        in_day / 3_600_000,
        in_day / 60_000 % 60,
        in_day / 1000 % 60,
        in_day % 1000
    )
}

/// A date from a FITS header; the time of day may be missing.
pub(crate) fn parse(text: &str) -> Option<UtcMillis> {
    let (date, time) = text
        .trim()
        .split_once('T')
        .unwrap_or((text.trim(), "0:0:0"));
    let mut parts = date.splitn(3, '-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok()?;
    let day: i64 = parts.next()?.parse().ok()?;
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut parts = time.trim_end_matches('Z').splitn(3, ':');
    let hour: f64 = parts.next()?.parse().ok()?;
    let minute: f64 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next().unwrap_or("0").parse().ok()?;
    let seconds = hour * 3600.0 + minute * 60.0 + second;
    if !(0.0..=86_401.0).contains(&seconds) {
        return None;
    }
    let midnight = UtcMillis::new(days(year, month, day) * DAY);
    Some(midnight.plus_seconds(seconds))
}

/// Modified Julian date: days since 1858-11-17T00:00.
pub(crate) fn mjd(time: UtcMillis) -> f64 {
    40_587.0 + time.millis() as f64 / DAY as f64
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years are counted from March, so that the leap day is the last of its year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Days since 1970-01-01 of a Gregorian date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_instants_are_written_as_known_dates() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000"),
            (951_782_400_000, "2000-02-29T00:00:00.000"),
            (1_700_000_000_123, "2023-11-14T22:13:20.123"),
            (-1, "1969-12-31T23:59:59.999"),
        ] {
            assert_eq!(format(UtcMillis::new(millis)), text);
        }
        assert!((mjd(UtcMillis::new(946_728_000_000)) - 51_544.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_date_reads_back_as_itself(millis in -2_000_000_000_000..200_000_000_000_000i64) {
            let time = UtcMillis::new(millis);
            prop_assert_eq!(parse(&format(time)), Some(time));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".*") {
            let _ = parse(&text);
        }
    }
}
