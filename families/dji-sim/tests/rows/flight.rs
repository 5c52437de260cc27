//! Flying: by command and by hand.

use serde_json::json;
use skyhelm_dji_sim::GatewayKind;

use crate::harness::{Story, level};

fn takeoff(story: &Story) -> serde_json::Value {
    let target = story.target(30.0, 40.0, 50.0);
    json!({
        "target_latitude": target["latitude"],
        "target_longitude": target["longitude"],
        "target_height": target["height"],
        "security_takeoff_height": 25,
        "rth_altitude": 60,
        "flight_id": "f1",
        "max_speed": 10,
        "rc_lost_action": 2,
        "commander_flight_mode": 1,
        "commander_mode_lost_action": 1,
        "rth_mode": 1,
    })
}

#[test]
fn row_takeoff_to_point() {
    let mut story = Story::of(GatewayKind::Dock3M4td);
    let wanted = takeoff(&story);
    assert_eq!(story.serve("takeoff_to_point", wanted), 0);
    story.run(60.0);
    let world = story.world();
    assert!(
        level(world.enu, [30.0, 40.0, 0.0]) < 1.0 && (world.enu[2] - 50.0).abs() < 1.0,
        "{world:?}"
    );
    let told = story.told("takeoff_to_point_progress");
    let states: Vec<&str> = told
        .iter()
        .filter_map(|data| data["status"].as_str())
        .collect();
    assert_eq!(states[0], "task_ready");
    assert_eq!(states[states.len() - 2..], ["wayline_ok", "task_finish"]);
    assert!(
        states[1..states.len() - 2]
            .iter()
            .all(|state| *state == "wayline_progress")
    );
    assert!(told.iter().all(|data| data["flight_id"] == "f1"));
    assert_eq!(story.property("cover_state"), 1);
    assert_eq!(story.gateway("mode_code"), 4, "the dock is working");
}

#[test]
fn a_takeoff_is_checked_before() {
    let mut story = Story::of(GatewayKind::Dock3M4td);
    let base = takeoff(&story);
    for (member, value, result) in [
        ("max_speed", json!(16), 337_027),
        ("security_takeoff_height", json!(10), 337_030),
        ("target_height", json!(1), 325_001),
        ("target_latitude", json!(95.0), 325_001),
        ("commander_flight_mode", json!(null), 325_001),
        ("flight_id", json!(""), 325_001),
        ("target_height", json!(450.0 + 130.0), 337_540),
    ] {
        let mut wanted = base.clone();
        wanted[member] = value;
        assert_eq!(story.serve("takeoff_to_point", wanted), result, "{member}");
    }
    story
        .machine
        .put(skyhelm_dji_sim::Fault::LowBattery { percent: 25.0 });
    assert_eq!(story.serve("takeoff_to_point", base.clone()), 316_009);
    story.machine.clear_all();
    story.machine.put(skyhelm_dji_sim::Fault::GpsLoss);
    assert_eq!(story.serve("takeoff_to_point", base), 321_769);
    assert_eq!(story.world().phase, "grounded");
}

#[test]
fn row_fly_to_point() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    let target = story.target(80.0, -60.0, 55.0);
    assert_eq!(story.fly_to("x", &target), 327_002, "without authority");
    story.take_control();
    assert_eq!(story.fly_to("x", &target), 0);
    story.run(30.0);
    let world = story.world();
    assert!(level(world.enu, [80.0, -60.0, 0.0]) < 1.0 && (world.enu[2] - 55.0).abs() < 1.0);
    let told = story.told("fly_to_point_progress");
    assert!(told.len() > 4 && told.iter().all(|data| data["fly_to_id"] == "x"));
    assert_eq!(told.last().unwrap()["status"], "wayline_ok");
    assert_eq!(told[1]["status"], "wayline_progress");
    assert!(told[1]["remaining_distance"].as_f64().unwrap() > 50.0);
    let bids: std::collections::BTreeSet<_> = story
        .heard
        .iter()
        .filter(|heard| heard.message.method.as_deref() == Some("fly_to_point_progress"))
        .map(|heard| heard.message.bid.clone())
        .collect();
    assert_eq!(bids.len(), told.len(), "each has a business id of its own");
}

#[test]
fn a_flight_to_a_point_is_checked_before() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let good = story.target(50.0, 0.0, 50.0);
    let two = json!({ "fly_to_id": "x", "max_speed": 5, "points": [good, good] });
    assert_eq!(story.serve("fly_to_point", two), 325_001);
    let fast = json!({ "fly_to_id": "x", "max_speed": 16, "points": [good] });
    assert_eq!(story.serve("fly_to_point", fast), 325_001);
    let zone = skyhelm_dji_sim::Fault::NoFlyZone {
        east: 200.0,
        north: 0.0,
        radius: 40.0,
    };
    story.machine.put(zone);
    for (target, result) in [
        (story.target(200.0, 0.0, 50.0), 336_513),
        (story.target(0.0, 0.0, 200.0), 336_516),
        (story.target(0.0, 0.0, 0.5), 336_517),
        (story.target(20_000.0, 0.0, 50.0), 336_017),
    ] {
        assert_eq!(story.fly_to("x", &target), result);
    }
    story.machine.put(skyhelm_dji_sim::Fault::GpsLoss);
    assert_eq!(story.fly_to("x", &good), 336_002);
    assert!(level(story.world().enu, [0.0; 3]) < 1.0);
    let mut grounded = Story::of(GatewayKind::DockM30t);
    grounded.take_control();
    let target = grounded.target(50.0, 0.0, 50.0);
    assert_eq!(grounded.fly_to("x", &target), 314_000);
    let mut pilots = Story::of(GatewayKind::RcProM3t);
    pilots.take_control();
    let target = pilots.target(50.0, 0.0, 50.0);
    assert_eq!(
        pilots.fly_to("x", &target),
        314_000,
        "a pilot's aircraft is not the cloud's to fly"
    );
}

#[test]
fn row_fly_to_point_update() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let first = story.target(200.0, 0.0, 50.0);
    story.fly_to("x", &first);
    story.run(4.0);
    let other = story.target(0.0, 60.0, 50.0);
    assert_eq!(
        story.serve(
            "fly_to_point_update",
            json!({ "max_speed": 10, "points": [other] })
        ),
        0
    );
    story.run(40.0);
    assert!(level(story.world().enu, [0.0, 60.0, 0.0]) < 1.0);
    let told = story.told("fly_to_point_progress");
    assert!(told.iter().all(|data| data["status"] != "wayline_cancel"));
    assert_eq!(told.last().unwrap()["status"], "wayline_ok");
}

#[test]
fn row_fly_to_point_stop() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let target = story.target(300.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(8.0);
    assert_eq!(story.serve("fly_to_point_stop", json!({})), 0);
    story.run(5.0);
    let world = story.world();
    assert_eq!(world.phase, "hovering");
    assert!(world.enu[0] < 150.0 && world.velocity[0].abs() < 0.2);
    let last = story.told("fly_to_point_progress").pop().unwrap();
    assert_eq!(
        (&last["status"], &last["result"]),
        (&json!("wayline_cancel"), &json!(338_050))
    );
    assert_eq!(story.serve("fly_to_point_stop", json!({})), 314_000);
}

#[test]
fn row_return_home() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let target = story.target(120.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(25.0);
    assert_eq!(story.serve("return_home", json!({})), 0);
    story.run(6.0);
    assert!(!story.told("return_home_info").is_empty());
    assert_eq!(story.aircraft("mode_code"), 9);
    let took = story.run_until(120.0, |world| world.phase == "grounded");
    assert!(took < 100.0 && level(story.world().enu, [0.0; 3]) < 1.0);
    story.run(6.0);
    assert_eq!(story.property("cover_state"), 0, "the dock closes over it");
}

#[test]
fn row_return_home_cancel() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let target = story.target(120.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(25.0);
    assert_eq!(story.serve("return_home_cancel", json!({})), 314_000);
    story.serve("return_home", json!({}));
    story.run(3.0);
    assert_eq!(story.serve("return_home_cancel", json!({})), 0);
    story.run(10.0);
    assert_eq!(story.world().phase, "hovering");
    assert!(story.world().enu[0] > 100.0);
}

#[test]
fn row_return_specific_home() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let other = json!({ "home_dock_sn": "4SIM0000000000" });
    assert_eq!(story.serve("return_specific_home", other), 338_019);
    let own = json!({ "home_dock_sn": story.machine.gateway_sn() });
    assert_eq!(story.serve("return_specific_home", own), 0);
    let took = story.run_until(120.0, |world| world.phase == "grounded");
    assert!(took < 60.0);
}

#[test]
fn row_flighttask_pause() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    assert_eq!(story.serve("flighttask_pause", json!({})), 321_259);
    let target = story.target(200.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(6.0);
    assert_eq!(story.serve("flighttask_pause", json!({})), 0);
    story.run(5.0);
    assert_eq!(story.world().phase, "hovering");
    assert!(story.world().enu[0] < 120.0);
}

#[test]
fn row_flighttask_recovery() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let target = story.target(100.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(4.0);
    story.serve("flighttask_pause", json!({}));
    story.run(4.0);
    assert_eq!(story.serve("flighttask_recovery", json!({})), 0);
    story.run(25.0);
    assert!(level(story.world().enu, [100.0, 0.0, 0.0]) < 1.0);
}

#[test]
fn row_drone_control() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let from = story.world().enu;
    story.fly(5.0, 0.0, 0.0, 0.0, 4.0);
    let world = story.world();
    assert!(
        (world.velocity[1] - 5.0).abs() < 0.2 && world.velocity[0].abs() < 0.5,
        "{world:?}"
    );
    story.fly(0.0, 3.0, 2.0, 0.0, 3.0);
    let world = story.world();
    assert!(
        (world.velocity[0] - 3.0).abs() < 0.3 && (world.velocity[2] - 2.0).abs() < 0.3,
        "right and up"
    );
    story.fly(0.0, 0.0, 0.0, 30.0, 2.0);
    assert!((world.heading - story.world().heading).abs() > 30.0);
    assert!(story.world().enu[1] > from[1] + 10.0);
    assert!(
        story.told("drone_control").is_empty(),
        "only errors are answered"
    );
}

#[test]
fn three_documents_three_axes_one_flight() {
    use skyhelm_dji_proto::Profile;
    for (profile, x, y) in [
        (Profile::DOCK_M30T, 5.0, 2.0),
        (Profile::DOCK_M30T_V1_6, 5.0, -2.0),
        (Profile::DOCK_M30T_V1_4, -2.0, 5.0),
    ] {
        let mut config = crate::harness::config(GatewayKind::DockM30t);
        config.airborne = true;
        config.profile = profile;
        let mut story = Story::with(&config);
        story.take_control();
        story.fly(x, y, 0.0, 0.0, 4.0);
        let velocity = story.world().velocity;
        assert!(
            (velocity[1] - 5.0).abs() < 0.3 && (velocity[0] - 2.0).abs() < 0.3,
            "{}",
            profile.name
        );
    }
}

#[test]
fn row_stick_control() {
    let mut story = Story::airborne(GatewayKind::Dock3M4td);
    story.take_control();
    story.sticks(1024, 1024 + 330, 1024, 1024, 4.0);
    let velocity = story.world().velocity;
    assert!(
        (velocity[1] - 7.5).abs() < 0.4,
        "half a stick is half of 15 m/s: {velocity:?}"
    );
    story.sticks(1024 - 132, 1024, 1024 - 132, 1024, 4.0);
    let velocity = story.world().velocity;
    assert!(
        velocity[0] < -2.5 && velocity[2] < -1.0 && velocity[1].abs() < 0.4,
        "left and down: {velocity:?}"
    );
    let heading = story.world().heading;
    story.sticks(1024, 1024, 1024, 1024 + 220, 1.0);
    let turned = (story.world().heading - heading + 360.0).rem_euclid(360.0);
    assert!(turned > 15.0 && turned < 60.0, "clockwise: {turned}");
    assert!(story.told("stick_control").is_empty(), "never answered");
}

#[test]
fn frames_without_authority_in_the_wrong_order_or_on_the_ground_are_refused() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let frame = |seq: i64| json!({ "seq": seq, "x": 3.0, "y": 0.0, "h": 0.0, "w": 0.0 });
    story.down("drone_control", frame(5), None);
    story.down("drone_control", frame(4), None);
    assert_eq!(story.last("drone_control", "result"), 325_001);
    assert_eq!(story.last("drone_control", "output")["seq"], 4);
    story
        .machine
        .put(skyhelm_dji_sim::Fault::RcTakesOver { locked: false });
    story.run(4.0);
    story.down("drone_control", frame(6), None);
    assert_eq!(story.last("drone_control", "result"), 327_002);
    story.run(2.0);
    assert!(story.world().velocity[1].abs() < 0.1);
    let mut grounded = Story::of(GatewayKind::DockM30t);
    grounded.take_control();
    grounded.down("drone_control", frame(1), None);
    assert_eq!(grounded.last("drone_control", "result"), 314_000);
}

#[test]
fn when_frames_stop_it_holds_a_second_and_then_brakes() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    story.fly(8.0, 0.0, 0.0, 0.0, 5.0);
    story.run(0.8);
    assert!((story.world().velocity[1] - 8.0).abs() < 0.3);
    story.run(3.5);
    assert!(story.world().velocity[1].abs() < 0.15);
}

#[test]
fn the_world_tells_how_centred_sticks_stopped_it() {
    let mut story = Story::airborne(GatewayKind::Dock3M4td);
    story.take_control();
    assert_eq!(story.world().braking, None);
    story.sticks(1024, 1024 + 440, 1024, 1024, 5.0);
    let speed = story.world().velocity[1];
    assert_eq!(story.world().braking, None, "it flies");
    story.sticks(1024, 1024, 1024, 1024, 0.1);
    let braking = story.world().braking.unwrap();
    assert!((braking.speed - speed).abs() < 0.5, "{braking:?} {speed}");
    assert_eq!(braking.stood_utc_ms, None, "it brakes");
    story.run(6.0);
    let braking = story.world().braking.unwrap();
    let stood = braking.stood_utc_ms.unwrap() - braking.centred_utc_ms;
    let least = braking.speed / 4.0 * 1000.0;
    assert!((least..least + 400.0).contains(&(stood as f64)), "{stood}");
    story.sticks(1024, 1024 + 440, 1024, 1024, 1.0);
    assert_eq!(
        story.world().braking,
        Some(braking),
        "until it is stopped again"
    );
}

#[test]
fn a_stick_that_moves_ends_a_journey_and_a_centred_one_does_not() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let target = story.target(200.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(3.0);
    story.fly(0.0, 0.0, 0.0, 0.0, 1.0);
    assert_eq!(story.world().phase, "flying-to");
    story.fly(0.0, 2.0, 0.0, 0.0, 1.0);
    let last = story.told("fly_to_point_progress").pop().unwrap();
    assert_eq!(
        (&last["status"], &last["result"]),
        (&json!("wayline_cancel"), &json!(338_049))
    );
}

#[test]
fn row_drone_emergency_stop() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let target = story.target(300.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(8.0);
    assert!(story.world().velocity[0] > 8.0);
    story.down("drone_emergency_stop", json!({}), None);
    assert_eq!(story.last("drone_emergency_stop", "result"), 0);
    story.run(12.0 / 4.0 + 0.8);
    assert!(story.world().velocity[0].abs() < 0.2);
    assert_eq!(story.world().phase, "hovering");
}

#[test]
fn row_drc_emergency_landing() {
    let mut story = Story::airborne(GatewayKind::Dock3M4td);
    story.take_control();
    story.down("drc_emergency_landing", json!({}), Some(1));
    story.run(4.0);
    assert_eq!(story.world().phase, "landing");
    story.down("drone_emergency_stop", json!({}), Some(2));
    story.run(4.0);
    assert_eq!(story.world().phase, "hovering", "a stop cancels it");
    let mut first = Story::airborne(GatewayKind::DockM30t);
    first.take_control();
    first.down("drc_emergency_landing", json!({}), None);
    assert_eq!(
        first.last("drc_emergency_landing", "result"),
        314_000,
        "the first dock has none"
    );
}

#[test]
fn row_drc_force_landing() {
    let mut story = Story::airborne(GatewayKind::Dock3M4td);
    story.take_control();
    story.down("drc_force_landing", json!({}), Some(1));
    let took = story.run_until(60.0, |world| world.phase == "grounded");
    assert!(took < 50.0 && story.world().enu[2].abs() < 0.1);
}
