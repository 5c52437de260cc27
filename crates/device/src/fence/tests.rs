use proptest::prelude::*;
use skyhelm_units::{AboveTakeoff, Angle, BodyMotion, GroundPoint};

use super::*;

fn home() -> GroundPoint {
    GroundPoint::from_degrees(48.1, 11.6).unwrap()
}

fn at(east: f64, north: f64) -> GroundPoint {
    moved(home(), [east, north])
}

/// A horseshoe open to the north, 200 m wide.
fn horseshoe() -> Fence {
    let corners = [
        [-100.0, -100.0],
        [100.0, -100.0],
        [100.0, 100.0],
        [50.0, 100.0],
        [50.0, -50.0],
        [-50.0, -50.0],
        [-50.0, 100.0],
        [-100.0, 100.0],
    ];
    Fence {
        polygon: corners.map(|[east, north]| at(east, north)).to_vec(),
        ..Fence::default()
    }
}

#[test]
fn a_place_is_judged_by_polygon_ceiling_and_distance() {
    let low = AboveTakeoff::from_metres(10.0);
    let fence = horseshoe();
    assert!(fence.check(at(75.0, 0.0), low, None).is_ok());
    for (east, north) in [(0.0, 0.0), (0.0, 90.0), (101.0, 0.0), (0.0, -101.0)] {
        let refused = fence.check(at(east, north), low, None).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::OutOfReach);
    }
    let distance = Fence {
        distance_m: Some(500.0),
        ..Fence::default()
    };
    assert!(distance.check(at(0.0, 499.0), low, Some(home())).is_ok());
    assert!(distance.check(at(0.0, 501.0), low, Some(home())).is_err());
    assert!(distance.check(at(0.0, 0.0), low, None).is_err());
}

#[test]
fn a_way_across_the_gap_leaves_the_fence() {
    let fence = horseshoe();
    assert!(fence.check_way(at(75.0, 0.0), at(75.0, -75.0)).is_ok());
    assert!(fence.check_way(at(75.0, 0.0), at(-75.0, 0.0)).is_err());
}

#[test]
fn a_fence_of_two_corners_or_of_no_number_is_none() {
    let line = Fence {
        polygon: vec![at(0.0, 0.0), at(1.0, 0.0)],
        ..Fence::default()
    };
    assert!(line.validate().is_err());
    for bad in [f64::NAN, -1.0, 0.0, f64::INFINITY] {
        let fence = Fence {
            distance_m: Some(bad),
            ..Fence::default()
        };
        assert!(fence.validate().is_err());
    }
    assert!(horseshoe().validate().is_ok());
}

#[test]
fn outside_only_the_way_back_is_free() {
    let fence = Fence {
        distance_m: Some(100.0),
        ceiling: Some(AboveTakeoff::from_metres(50.0)),
        ..Fence::default()
    };
    let lost = Aircraft {
        place: at(0.0, 150.0),
        height: AboveTakeoff::from_metres(60.0),
        heading: Angle::from_degrees(180.0),
        speed_m_s: [0.0; 3],
        home: Some(home()),
    };
    let ask = |forward, up| BodyMotion {
        forward,
        up,
        ..BodyMotion::STILL
    };
    let inward = fence.clamp(ask(5.0, -2.0), &lost, &Braking::default());
    assert!(!inward.held_back);
    let outward = fence.clamp(ask(-5.0, 2.0), &lost, &Braking::default());
    assert!(outward.held_back && outward.motion.is_still());
}

proptest! {
    #[test]
    fn moving_and_measuring_are_inverse(east in -5000.0..5000.0f64, north in -5000.0..5000.0f64) {
        let [e, n] = offset_m(home(), at(east, north));
        prop_assert!((e - east).abs() < 1e-3 && (n - north).abs() < 1e-3);
    }

    #[test]
    fn whatever_is_asked_inside_stops_inside(
        east in -70.0..70.0f64,
        north in -70.0..70.0f64,
        height in 0.0..50.0f64,
        heading in 0.0..360.0f64,
        forward in -15.0..15.0f64,
        right in -15.0..15.0f64,
        up in -5.0..5.0f64,
    ) {
        let fence = Fence {
            distance_m: Some(100.0),
            ceiling: Some(AboveTakeoff::from_metres(50.0)),
            ..Fence::default()
        };
        let aircraft = Aircraft {
            place: at(east, north),
            height: AboveTakeoff::from_metres(height),
            heading: Angle::from_degrees(heading),
            speed_m_s: [0.0; 3],
            home: Some(home()),
        };
        let braking = Braking::default();
        let asked = BodyMotion { forward, right, up, clockwise: 0.0 };
        let flown = fence.clamp(asked, &aircraft, &braking).motion;
        let speed = clamp::over_ground(flown, aircraft.heading);
        let (place, top) = stopping_point(&aircraft, speed, &braking);
        prop_assert!(distance_m(home(), place) <= 100.0 + 1e-6);
        prop_assert!(top.metres <= 50.0 + 1e-9);
        prop_assert!(flown.forward.abs() <= forward.abs() && flown.up.abs() <= up.abs());
    }
}
