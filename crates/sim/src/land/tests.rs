//! What sensors and pictures tell of a land, against its geometry.

use std::sync::Arc;

use skyhelm_units::{Angle, Horizontal, Site, UtcMillis};

use super::*;

const SITE: Site = Site::from_degrees(47.0, 8.5, 450.0);

fn sun(azimuth: f64, altitude: f64) -> Horizontal {
    Horizontal::from_degrees(azimuth, altitude).unwrap()
}

fn tower() -> Land {
    Land::bare(SITE).with_building(0.0, 100.0, (12.0, 8.0), 90.0, 30.0)
}

fn view(position: Enu, heading_deg: f64, pitch_deg: f64) -> View {
    View {
        position,
        heading_deg,
        pitch_deg,
        roll_deg: 0.0,
        width_deg: 70.0,
    }
}

fn pixel(frame: &Frame, x: f64, y: f64) -> [i32; 3] {
    let at = (y as usize * frame.width + x as usize) * 3;
    [0, 1, 2].map(|i| i32::from(frame.rgb[at + i]))
}

fn differ(a: [i32; 3], b: [i32; 3]) -> i32 {
    (0..3).map(|i| (a[i] - b[i]).abs()).sum()
}

#[test]
fn a_picture_shows_the_building_where_geometry_says() {
    let land = Arc::new(tower());
    let painter = Painter::new(Arc::clone(&land));
    for roll_deg in [0.0, 20.0] {
        let view = View {
            roll_deg,
            ..view(Enu::new(5.0, 0.0, 18.0), 0.0, 2.0)
        };
        let frame = painter.paint(&view, (640, 360), Band::Visible, sun(180.0, 40.0));
        let corners = land.buildings()[0].corners();
        // The two near corners' tops: sky just above the roof, wall just below it.
        for corner in corners.iter().filter(|corner| corner.north < 100.0) {
            let inward = Enu::new(-corner.east.signum() * 1.5, 0.0, 0.0);
            let at = |up: f64| {
                let point = *corner + inward + Enu::new(0.0, 0.0, 30.0 + up);
                view.project(point, 640, 360).unwrap()
            };
            let (above, below) = (at(0.6), at(-0.3));
            let sky = pixel(&frame, above.0, above.1);
            let wall = pixel(&frame, below.0, below.1);
            assert!(differ(sky, wall) > 40, "{roll_deg}: {sky:?} {wall:?}");
            // And the sky again just outside of it.
            let outward = *corner - inward * 0.4 + Enu::new(0.0, 0.0, 25.0);
            let (x, y) = view.project(outward, 640, 360).unwrap();
            assert!(differ(pixel(&frame, x, y), wall) > 40);
        }
    }
}

#[test]
fn zooming_enlarges_and_looking_down_shows_the_pad() {
    let painter = Painter::new(Arc::new(Land::seeded(1, SITE)));
    let down = view(Enu::new(0.0, 0.0, 40.0), 0.0, -90.0);
    let frame = painter.paint(&down, (640, 360), Band::Visible, sun(180.0, 50.0));
    let (x, y) = down.project(Enu::new(2.3, 0.0, 0.0), 640, 360).unwrap();
    let ring = pixel(&frame, x, y);
    assert!(ring[0] > ring[2] + 60, "orange: {ring:?}");
    let narrow = View {
        width_deg: 7.0,
        ..down
    };
    let (near, far) = (
        down.project(Enu::new(2.0, 0.0, 0.0), 640, 360).unwrap(),
        narrow.project(Enu::new(2.0, 0.0, 0.0), 640, 360).unwrap(),
    );
    assert!((far.0 - 320.0) > 10.0 * (near.0 - 320.0));
}

#[test]
fn a_shadow_lies_away_from_the_sun_and_turns_with_it() {
    let painter = Painter::new(Arc::new(tower()));
    let down = view(Enu::new(0.0, 100.0, 220.0), 0.0, -90.0);
    let brightness = |azimuth: f64, at: Enu| {
        let frame = painter.paint(&down, (640, 360), Band::Visible, sun(azimuth, 45.0));
        let (x, y) = down.project(at, 640, 360).unwrap();
        pixel(&frame, x, y).iter().sum::<i32>()
    };
    let west = Enu::new(-28.0, 100.0, 0.0);
    let east = Enu::new(28.0, 100.0, 0.0);
    assert!(brightness(90.0, west) * 10 < brightness(90.0, east) * 7);
    assert!(brightness(270.0, east) * 10 < brightness(270.0, west) * 7);
}

#[test]
fn infrared_shows_warm_roads_and_its_opposite() {
    let painter = Painter::new(Arc::new(Land::seeded(1, SITE)));
    // Over Mill Road where nothing shades it.
    let down = view(Enu::new(20.0, 70.0, 60.0), 0.0, -90.0);
    let grey = |band, at: Enu| {
        let frame = painter.paint(&down, (320, 180), band, sun(180.0, 50.0));
        let (x, y) = down.project(at, 320, 180).unwrap();
        pixel(&frame, x, y)[0]
    };
    let (road, meadow) = (Enu::new(20.0, 71.5, 0.0), Enu::new(20.0, 55.0, 0.0));
    assert!(grey(Band::WhiteHot, road) > grey(Band::WhiteHot, meadow) + 30);
    assert!(grey(Band::BlackHot, road) + 30 < grey(Band::BlackHot, meadow));
}

#[test]
fn the_same_seed_is_the_same_land() {
    let (a, b, c) = (
        Land::seeded(4, SITE),
        Land::seeded(4, SITE),
        Land::seeded(5, SITE),
    );
    assert_eq!(a.buildings(), b.buildings());
    assert_ne!(a.trees(), c.trees());
    assert!(
        a.buildings().len() > 40 && a.trees().len() > 500,
        "{} {}",
        a.buildings().len(),
        a.trees().len()
    );
    assert!(a.height(Enu::ZERO).abs() < 1e-9, "the pad is level");
}

#[test]
fn rays_meet_walls_where_they_stand() {
    let land = tower();
    let at = Enu::new(0.0, 0.0, 10.0);
    let ahead = land.hit(at, Enu::new(0.0, 1.0, 0.0), 500.0).unwrap();
    assert!((ahead.distance - 92.0).abs() < 1e-6);
    let down = land.hit(at, Enu::new(0.0, 0.0, -1.0), 500.0).unwrap();
    assert!((down.distance - 10.0).abs() < 0.01);
    assert_eq!(land.hit(at, Enu::new(0.0, 0.0, 1.0), 500.0), None);
    assert_eq!(
        land.hit(Enu { up: 40.0, ..at }, Enu::new(0.0, 1.0, 0.0), 500.0),
        None
    );
}

#[test]
fn ranges_go_clockwise_from_the_nose() {
    let land = tower();
    let ranges = land.ranges(Enu::new(0.0, 80.0, 10.0), 270.0, 38.0);
    assert_eq!(ranges.len(), 360);
    assert!(
        (ranges[90] - 12.0).abs() < 1e-6,
        "north is to the right of a nose to the west"
    );
    assert!(ranges[0].is_infinite() && ranges[180].is_infinite() && ranges[270].is_infinite());
    let over = land.ranges(Enu::new(0.0, 80.0, 31.0), 270.0, 38.0);
    assert!(over[90].is_infinite());
}

#[test]
fn the_map_has_the_buildings_at_their_places() {
    let land = tower();
    let map = land.geo_json();
    let corner = &map["features"][0]["geometry"]["coordinates"][0][0];
    let latitude = corner[1].as_f64().unwrap();
    let north = Angle::from_degrees(latitude - 47.0).radians() * 6_367_000.0;
    assert!(
        (north - 92.0).abs() < 1.0 || (north - 108.0).abs() < 1.0,
        "{north}"
    );
    let seeded = Land::seeded(1, SITE).geo_json();
    let kinds: std::collections::BTreeSet<&str> = seeded["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|feature| feature["properties"]["kind"].as_str())
        .collect();
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["building", "road", "tree"]
    );
}

#[test]
fn the_sun_stands_high_at_noon() {
    // 2026-06-21 11:28 UTC: noon at 8.5 degrees east.
    let noon = sun_over(&SITE, UtcMillis::from_seconds(1_782_041_280));
    assert!((noon.altitude.angle().degrees() - 66.4).abs() < 0.3);
    assert!((noon.azimuth.angle().degrees() - 180.0).abs() < 2.0);
}

#[test]
fn a_night_picture_is_dark() {
    let painter = Painter::new(Arc::new(Land::seeded(1, SITE)));
    let view = view(Enu::new(0.0, -200.0, 60.0), 0.0, -10.0);
    let mean = |altitude| {
        let frame = painter.paint(&view, (160, 90), Band::Visible, sun(180.0, altitude));
        frame.rgb.iter().map(|&b| u64::from(b)).sum::<u64>() / frame.rgb.len() as u64
    };
    assert!(mean(-20.0) * 5 < mean(40.0));
}

#[test]
fn at_night_some_windows_are_lit() {
    let painter = Painter::new(Arc::new(Land::seeded(1, SITE)));
    let (mut bright, mut all) = (0, 0);
    for eighth in 0..8 {
        let view = view(Enu::new(0.0, 0.0, 30.0), f64::from(eighth) * 45.0, -5.0);
        let frame = painter.paint(&view, (640, 360), Band::Visible, sun(180.0, -20.0));
        bright += frame
            .rgb
            .chunks_exact(3)
            .filter(|pixel| pixel[0] > 120)
            .count();
        all += 640 * 360;
    }
    assert!(bright > 50 && bright * 20 < all, "{bright} of {all}");
}
