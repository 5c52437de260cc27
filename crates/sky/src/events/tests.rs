use skyhelm_units::Site;

use super::*;
use crate::Atmosphere;

/// 2026-11-21T12:00:00Z.
const NOON: i64 = 1_795_262_400;

fn over(latitude: f64, longitude: f64, seconds: i64) -> SkyFrame {
    let site = Site::from_degrees(latitude, longitude, 0.0);
    SkyFrame::new(
        &site,
        UtcMillis::from_seconds(seconds),
        &Atmosphere::standard(0.0),
    )
}

fn sirius() -> Target {
    Target::Fixed(Equatorial::from_degrees(101.287, -16.716).unwrap())
}

fn hours_from_noon(utc: UtcMillis) -> f64 {
    (utc - UtcMillis::from_seconds(NOON)) / 3600.0
}

#[test]
fn a_target_stands_at_the_altitude_at_which_it_is_said_to_rise() {
    let frame = over(48.14, 11.58, NOON);
    for (target, altitude) in [(sirius(), 0.0), (sirius(), 20.0), (Body::Mars.into(), 10.0)] {
        let limit = Angle::from_degrees(altitude);
        let passage = passage(&frame, &target, limit);
        for moment in [passage.rise, passage.set] {
            let then = frame.moved_to(moment.unwrap());
            let off = target.horizontal(&then).altitude.angle() - limit;
            assert!(off.abs().arcseconds() < 5.0, "{off}");
        }
    }
}

#[test]
fn a_transit_is_the_highest_point_and_due_south() {
    let frame = over(48.14, 11.58, NOON);
    let transit = passage(&frame, &sirius(), Angle::ZERO).transit.unwrap();
    let seen = sirius().horizontal(&frame.moved_to(transit));
    assert!((seen.azimuth.angle().degrees() - 180.0).abs() < 0.001);
    for seconds in [-600.0, 600.0] {
        let beside = sirius().horizontal(&frame.moved_to(transit.plus_seconds(seconds)));
        assert!(beside.altitude < seen.altitude);
    }
}

#[test]
fn the_sun_sets_in_greenwich_in_november_at_four() {
    let passage = passage(&over(51.48, 0.0, NOON), &Body::Sun.into(), Angle::ZERO);
    // 16:02 and 07:27 by the almanac.
    assert!((hours_from_noon(passage.set.unwrap()) - 4.03).abs() < 0.04);
    assert!((hours_from_noon(passage.rise.unwrap()) - 19.45).abs() < 0.04);
}

#[test]
fn the_pole_star_never_sets_and_the_southern_cross_never_rises_in_munich() {
    let frame = over(48.14, 11.58, NOON);
    let at = |ra, dec| Target::Fixed(Equatorial::from_degrees(ra, dec).unwrap());
    assert!(passage(&frame, &at(37.95, 89.26), Angle::ZERO).is_always_up());
    assert!(passage(&frame, &at(186.65, -63.1), Angle::ZERO).never_rises());
}

#[test]
fn twilights_follow_each_other_through_a_night() {
    let changes = twilight_changes(&over(48.14, 11.58, NOON));
    let order: Vec<Twilight> = changes.iter().map(|(_, twilight)| *twilight).collect();
    assert_eq!(
        order,
        [
            Twilight::Civil,
            Twilight::Nautical,
            Twilight::Astronomical,
            Twilight::Night,
            Twilight::Astronomical,
            Twilight::Nautical,
            Twilight::Civil,
            Twilight::Day,
        ]
    );
    let frame = over(48.14, 11.58, NOON);
    let after = frame.moved_to(changes[3].0.plus_seconds(60.0));
    assert_eq!(twilight(&after), Twilight::Night);
}

#[test]
fn a_polar_summer_has_no_night_but_a_darkest_minute() {
    // 2026-06-21T12:00:00Z.
    let frame = over(69.65, 18.96, 1_782_043_200);
    assert_eq!(next_below(&frame, Angle::from_degrees(-12.0)), None);
    let (utc, altitude) = darkest_minute(&frame);
    assert!((2.0..4.5).contains(&altitude.degrees()), "{altitude}");
    // Local midnight, 76 minutes before that of Greenwich, and two minutes of the equation of time.
    let hours = (utc - frame.utc()) / 3600.0;
    assert!((hours - 10.77).abs() < 0.1, "{hours}");
}

#[test]
fn dark_is_now_when_it_is_dark() {
    let midnight = over(48.14, 11.58, NOON + 11 * 3600);
    let limit = Angle::from_degrees(-12.0);
    assert_eq!(next_below(&midnight, limit), Some(midnight.utc()));
    let dusk = next_below(&over(48.14, 11.58, NOON), limit).unwrap();
    assert!((4.0..5.5).contains(&hours_from_noon(dusk)));
}

#[test]
fn a_curve_has_its_points_where_it_was_asked_to() {
    let frame = over(48.14, 11.58, NOON);
    let curve = altitude_curve(&frame, &sirius(), 12.0, 25);
    assert_eq!(curve.len(), 25);
    assert!((curve[24].utc - frame.utc() - 43_200.0).abs() < 1.0);
    let apart = curve[0].horizontal.separation(&sirius().horizontal(&frame));
    assert!(apart.arcseconds() < 0.1);
    assert_eq!(
        altitude_curve(&frame, &sirius(), f64::NAN, 1_000_000).len(),
        2000
    );
}

#[test]
fn some_showpiece_is_well_up_at_any_hour_of_any_night_and_the_moon_is_avoided() {
    let limit = Angle::from_degrees(35.0);
    for latitude in [-40.0, 0.0, 48.0, 60.0] {
        for hour in 0..24 {
            let frame = over(latitude, 0.0, NOON + hour * 3600);
            let pieces = showpieces_above(&frame, limit);
            assert!(!pieces.is_empty(), "latitude {latitude}, hour {hour}");
            assert!(
                pieces
                    .iter()
                    .all(|(_, seen)| seen.altitude.angle() >= limit)
            );
        }
    }
    // 2026-11-24T22:00:00Z: the full Moon stands below the Pleiades.
    let pieces = showpieces_above(&over(48.0, 11.0, 1_795_557_600), limit);
    let titles: Vec<_> = pieces.iter().map(|(piece, _)| piece.label()).collect();
    assert_eq!(
        titles.last().map(String::as_str),
        Some("M 45"),
        "{titles:?}"
    );
}
