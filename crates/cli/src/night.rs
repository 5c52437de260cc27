//! When a demonstration begins: now if it is dark and stays so, else when it is dark next.

use core::time::Duration;

use skyhelm_sky::{Atmosphere, SkyFrame, events};
use skyhelm_units::{Angle, Site, UtcMillis};

/// The Sun's altitude below which stars fill a long exposure.
const DARK_BELOW: Angle = Angle::from_degrees(-12.0);

/// Now if it is dark and will be so long enough, else at the next dusk: who comes shortly before dawn sees the coming
/// night, not the end of the last.
pub(crate) fn dark_for(site: &Site, now: UtcMillis, lasting: Duration) -> UtcMillis {
    let first = next_dark(site, now);
    let end = now.plus_seconds(lasting.as_secs_f64());
    let next = next_dark(site, end);
    if first == now && next != end {
        next
    } else {
        first
    }
}

/// Now if the Sun is below -12 degrees, else the next such moment within a day, else the darkest
/// minute of that day.
fn next_dark(site: &Site, now: UtcMillis) -> UtcMillis {
    let sky = SkyFrame::new(site, now, &Atmosphere::default());
    // A second past the moment, so that what asks again finds it dark.
    match events::next_below(&sky, DARK_BELOW) {
        Some(moment) if moment > now => moment.plus_seconds(1.0),
        Some(moment) => moment,
        None => events::darkest_minute(&sky).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: Site = Site::from_degrees(52.5, 13.4, 40.0);
    /// 2026-11-21T12:00:00Z.
    const NOON: UtcMillis = UtcMillis::from_seconds(1_795_262_400);

    #[test]
    fn at_noon_it_waits_for_the_evening() {
        let start = next_dark(&BERLIN, NOON);
        assert!((3.5..5.5).contains(&((start - NOON) / 3600.0)));
        assert_eq!(next_dark(&BERLIN, start), start);
    }

    #[test]
    fn at_night_it_begins_at_once() {
        let night = NOON.plus_seconds(10.0 * 3600.0);
        assert_eq!(next_dark(&BERLIN, night), night);
    }

    #[test]
    fn shortly_before_dawn_it_waits_for_the_coming_night() {
        // 2026-11-22T03:30:00Z: two hours before dawn.
        let late = NOON.plus_seconds(15.5 * 3600.0);
        let hour = Duration::from_hours(1);
        assert_eq!(dark_for(&BERLIN, late, hour), late);
        let evening = dark_for(&BERLIN, late, 5 * hour);
        assert!((11.5..14.0).contains(&((evening - late) / 3600.0)));
        assert_eq!(dark_for(&BERLIN, evening, 5 * hour), evening);
        assert_eq!(dark_for(&BERLIN, NOON, hour), next_dark(&BERLIN, NOON));
    }

    #[test]
    fn in_the_midnight_sun_it_takes_the_darkest_moment() {
        let tromso = Site::from_degrees(69.65, 18.96, 10.0);
        // 2026-06-21T10:00:00Z; the Sun is lowest shortly before 23 h UTC there.
        let morning = UtcMillis::from_seconds(1_782_036_000);
        let start = next_dark(&tromso, morning);
        assert!(((start - morning) / 3600.0 - 12.8).abs() < 0.5);
    }
}
