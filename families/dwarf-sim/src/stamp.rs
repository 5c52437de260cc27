//! Dates as the device spells them in file names.

use skyhelm_units::UtcMillis;

/// `2026-11-21-22-40-07-123`, as photographs and folders are named.
pub(crate) fn dashed(local: UtcMillis) -> String {
    written(local, "%Y-%m-%d-%H-%M-%S-%3f")
}

/// `20261121-224007123`, as the subs of a stack are named.
pub(crate) fn compact(local: UtcMillis) -> String {
    written(local, "%Y%m%d-%H%M%S%3f")
}

fn written(local: UtcMillis, format: &str) -> String {
    // The local time is counted as if it were UTC; out of range is the device's own clock at zero.
    let at =
        jiff::Timestamp::from_millisecond(local.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime(format)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_spelt_as_the_device_spells_it() {
        let at = UtcMillis::new(1_795_300_807_123);
        assert_eq!(dashed(at), "2026-11-21-22-40-07-123");
        assert_eq!(compact(at), "20261121-224007123");
    }
}
