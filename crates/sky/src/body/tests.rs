use skyhelm_units::{Site, UtcMillis};

use super::*;
use crate::Atmosphere;

fn frame(seconds: i64) -> SkyFrame {
    let site = Site::from_degrees(48.14, 11.58, 520.0);
    SkyFrame::new(&site, UtcMillis::from_seconds(seconds), &Atmosphere::NONE)
}

/// 2026-08-12T18:10:00Z: the Sun is deeply eclipsed over Europe.
const ECLIPSE: i64 = 1_786_558_200;
/// 2026-11-24T14:53:00Z, a full Moon.
const FULL_MOON: i64 = 1_795_531_980;

#[test]
fn the_moon_stands_before_the_sun_in_an_eclipse() {
    let frame = frame(ECLIPSE);
    let (sun, moon) = (frame.sun(), frame.moon());
    let apart = sun.position.separation(&moon.position);
    assert!(apart < sun.angular_radius + moon.angular_radius, "{apart}");
    assert!(moon.illuminated < 0.01);
}

#[test]
fn the_full_moon_is_fully_lit_and_bright() {
    let moon = frame(FULL_MOON).moon();
    assert!(moon.illuminated > 0.995, "{}", moon.illuminated);
    assert!(
        (-13.0..-12.3).contains(&moon.magnitude),
        "{}",
        moon.magnitude
    );
    assert!((14.6..17.0).contains(&moon.angular_radius.arcminutes()));
}

#[test]
fn the_bright_limb_faces_the_sun() {
    // 2026-11-17: the first quarter; in the evening sky the Sun is to the west of the Moon.
    let moon = frame(1_794_938_400).moon();
    let limb = moon.bright_limb.degrees();
    assert!(
        (0.4..0.6).contains(&moon.illuminated),
        "{}",
        moon.illuminated
    );
    assert!((210.0..330.0).contains(&limb), "{limb}");
}

#[test]
fn the_sun_is_one_astronomical_unit_away_and_16_minutes_wide() {
    let sun = frame(FULL_MOON).sun();
    assert!((0.98..1.02).contains(&(sun.distance_km / KM_PER_AU)));
    assert!((15.7..16.4).contains(&sun.angular_radius.arcminutes()));
    assert!((sun.magnitude + 26.74).abs() < 0.1);
}

#[test]
fn planets_keep_to_the_zodiac_and_have_likely_magnitudes() {
    let frame = frame(FULL_MOON);
    for body in Body::ALL {
        let place = frame.body(body);
        assert!(place.position.dec.angle().abs().degrees() < 30.0, "{body}");
        assert!((0.0..=1.0).contains(&place.illuminated), "{body}");
        assert!(place.magnitude < 8.1, "{body}");
    }
    assert!((-2.95..-1.5).contains(&frame.body(Body::Jupiter).magnitude));
    assert!((-5.0..-3.7).contains(&frame.body(Body::Venus).magnitude));
}
