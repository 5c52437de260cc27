//! Places against `PyEphem`, which shares no code with this crate (see `tools/oracle/ephem_vectors.py`).
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use serde_json::Value;
use skyhelm_sky::{Atmosphere, Body, Catalogue, Found, SkyFrame, Star};
use skyhelm_units::{Angle, Equatorial, Horizontal, OfDate, Site, UtcMillis};

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../testdata/ephem.json")).unwrap()
}

/// From 2026 to 2036, each with the DUT1 it holds for.
fn planet_vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../testdata/planets.json")).unwrap()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap()
}

fn frame(vector: &Value, late_seconds: f64) -> SkyFrame {
    let site = Site::from_degrees(
        number(vector, "lat"),
        number(vector, "lon"),
        number(vector, "height"),
    );
    let utc = UtcMillis::from_seconds(vector["utc"].as_i64().unwrap());
    let air = Atmosphere {
        dut1_s: number(vector, "dut1_s"),
        ..Atmosphere::NONE
    };
    SkyFrame::new(&site, utc.plus_seconds(late_seconds), &air)
}

fn seen(row: &Value) -> Horizontal {
    Horizontal::from_degrees(number(row, "az"), number(row, "alt")).unwrap()
}

fn of_date(row: &Value) -> Equatorial<OfDate> {
    Equatorial::from_degrees(number(row, "ra"), number(row, "dec")).unwrap()
}

fn star(name: &str) -> Star {
    match Catalogue::embedded().search(name)[0].found {
        Found::Star(_, star) => star,
        other => panic!("{name} is {other:?}"),
    }
}

/// The largest distance between our stars and the vectors', in arc-seconds: seen, and of date.
fn worst_star(late_seconds: f64) -> (f64, f64) {
    let (mut worst_seen, mut worst_date) = (0.0f64, 0.0f64);
    for vector in vectors() {
        let frame = frame(&vector, late_seconds);
        for row in vector["stars"].as_array().unwrap() {
            let star = star(row["name"].as_str().unwrap());
            let ours = frame.horizontal_of_star(&star);
            let now = Equatorial::from_vector(frame.star_vector(&star));
            worst_seen = worst_seen.max(ours.separation(&seen(row)).arcseconds());
            let date = frame.apparent(now).separation(&of_date(row));
            worst_date = worst_date.max(date.arcseconds());
        }
    }
    (worst_seen, worst_date)
}

#[test]
fn stars_stand_within_an_arc_second() {
    assert!(vectors().len() >= 40);
    let (seen, date) = worst_star(0.0);
    assert!(seen < 1.0 && date < 1.0, "seen {seen}, of date {date}");
}

#[test]
fn a_second_of_time_too_late_is_noticed() {
    let (seen, date) = worst_star(1.0);
    assert!(seen > 10.0, "{seen}");
    assert!(date < 1.0, "the place of date does not turn: {date}");
}

fn body(name: &str) -> Body {
    *Body::ALL.iter().find(|body| body.name() == name).unwrap()
}

/// How far each body is from where the vectors have it at most, in arc-seconds: seen and of date.
fn worst_bodies(vectors: &[Value], dut1_ignored: bool) -> BTreeMap<Body, f64> {
    let mut worst = BTreeMap::<Body, f64>::new();
    for vector in vectors {
        let mut vector = vector.clone();
        if dut1_ignored {
            vector["dut1_s"] = 0.0.into();
        }
        let frame = frame(&vector, 0.0);
        for row in vector["bodies"].as_array().unwrap() {
            let body = body(row["name"].as_str().unwrap());
            let ours = frame.body(body);
            let off = ours.horizontal.separation(&seen(row)).arcseconds();
            let date = ours.apparent.separation(&of_date(row)).arcseconds();
            let entry = worst.entry(body).or_default();
            *entry = entry.max(off).max(date);
        }
    }
    worst
}

#[test]
fn sun_moon_and_planets_stand_where_they_should() {
    let tolerance = |body| if body == Body::Moon { 30.0 } else { 10.0 };
    assert!(planet_vectors().len() >= 80);
    for vectors in [vectors(), planet_vectors()] {
        let worst = worst_bodies(&vectors, false);
        for (body, off) in &worst {
            assert!(
                *off < tolerance(*body),
                "{body} is off by {off} of {worst:?}"
            );
        }
    }
}

#[test]
fn a_dut1_that_is_left_out_is_noticed() {
    let worst = worst_bodies(&planet_vectors(), true);
    // 15 arc-seconds to the second, and DUT1 up to 0.6 s.
    assert!(
        worst[&Body::Neptune] > 5.0 && worst[&Body::Sun] > 5.0,
        "{worst:?}"
    );
}

#[test]
fn the_moons_of_jupiter_are_on_their_right_sides() {
    let mut worst = 0.0_f64;
    for vector in planet_vectors() {
        let frame = frame(&vector, 0.0);
        let jupiter = frame.body(Body::Jupiter);
        for moon in frame.jovian_moons(&jupiter) {
            let row = &vector["jovian"][moon.name];
            let (east, north) = (row[0].as_f64().unwrap(), row[1].as_f64().unwrap());
            let (a, b) = (frame.apparent(moon.position), jupiter.apparent);
            let across = (a.ra.angle() - b.ra.angle()).normalized_signed();
            let radius = jupiter.angular_radius;
            let ours_east = across * b.dec.angle().cos() / radius;
            let ours_north = (a.dec.angle() - b.dec.angle()) / radius;
            worst = worst.max((ours_east - east).hypot(ours_north - north));
        }
    }
    assert!(worst < 0.35, "{worst} of Jupiter's radius");
}

#[test]
fn bright_limbs_face_the_sun() {
    for vector in planet_vectors() {
        let frame = frame(&vector, 0.0);
        for row in vector["bodies"].as_array().unwrap() {
            let ours = frame.body(body(row["name"].as_str().unwrap()));
            // Near opposition there is no bright limb, and beside the Sun its parallax turns the angle.
            if ours.body == Body::Sun || ours.illuminated > 0.99 {
                continue;
            }
            let off = ours.bright_limb - Angle::from_degrees(number(row, "limb"));
            // The vectors count from the pole of the date, ours from that of J2000.0: up to 0.4 degrees.
            let off = off.normalized_signed().degrees();
            assert!(off.abs() < 1.0, "{}: {off}", ours.body);
        }
    }
}

#[test]
fn discs_and_phases_are_as_large_as_they_should_be() {
    for vector in vectors().into_iter().chain(planet_vectors()) {
        let frame = frame(&vector, 0.0);
        for row in vector["bodies"].as_array().unwrap() {
            let body = body(row["name"].as_str().unwrap());
            let ours = frame.body(body);
            let size = ours.angular_radius.arcseconds() * 2.0;
            // The rounder the radius in a table of old, the larger the difference: 1 %.
            let relative = size / number(row, "size") - 1.0;
            assert!(relative.abs() < 0.015, "{body}: {relative}");
            // Theirs is geocentric: the Moon's parallax of a degree changes it by up to 0.9.
            let phase = ours.illuminated * 100.0 - number(row, "phase");
            assert!(phase.abs() < 1.0, "{body}: {phase}");
            // Of thin crescents no two expressions agree.
            let off = ours.magnitude - number(row, "mag");
            assert!(
                off.abs() < 0.8 || ours.illuminated < 0.1,
                "{body}: {off} at phase {}",
                ours.illuminated
            );
        }
    }
}

#[test]
fn sidereal_time_agrees() {
    for vector in vectors() {
        let ours = frame(&vector, 0.0).sidereal_time();
        let off = (ours - Angle::from_degrees(number(&vector, "lst"))).normalized_signed();
        assert!(off.abs().arcseconds() < 1.0, "{off:.6}");
    }
}
