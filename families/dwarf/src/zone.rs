//! The time zone a telescope is told.

use jiff::tz::TimeZone;
use skyhelm_units::UtcMillis;

/// A time zone at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Zone {
    /// As the tz database names it.
    pub(crate) name: String,
    /// Ahead of UTC.
    pub(crate) offset_hours: f64,
}

impl Zone {
    /// This computer's zone; UTC when it has none.
    pub(crate) fn here(utc: UtcMillis) -> Self {
        Self::of(&TimeZone::system(), utc)
    }

    fn of(zone: &TimeZone, utc: UtcMillis) -> Self {
        let offset = jiff::Timestamp::from_millisecond(utc.millis())
            .map_or(0, |moment| zone.to_offset(moment).seconds());
        Self {
            name: zone.iana_name().unwrap_or("UTC").to_owned(),
            offset_hours: f64::from(offset) / 3600.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_told_by_name_and_by_its_offset_on_the_day() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        // 2026-11-21 and 2026-06-21.
        let winter = Zone::of(&berlin, UtcMillis::from_seconds(1_795_212_000));
        let summer = Zone::of(&berlin, UtcMillis::from_seconds(1_782_036_000));
        assert_eq!((winter.offset_hours, summer.offset_hours), (1.0, 2.0));
        assert_eq!(winter.name, "Europe/Berlin");
    }
}
