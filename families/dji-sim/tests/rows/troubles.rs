//! What goes wrong, and what the gateway makes of it.

use serde_json::json;
use skyhelm_dji_sim::{Fault, FaultKind, GatewayKind};

use crate::harness::{Story, level};

fn flying() -> Story {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let target = story.target(100.0, 0.0, 50.0);
    story.fly_to("x", &target);
    story.run(25.0);
    story
}

#[test]
fn a_lost_radio_takes_the_sticks_and_sends_it_home() {
    let mut story = flying();
    story.machine.put(Fault::LinkLoss { seconds: 15.0 });
    story.run(2.0);
    assert_eq!(story.last("joystick_invalid_notify", "reason"), 0);
    assert_eq!(story.last("update_topo", "sub_devices"), json!([]));
    assert_eq!(story.world().phase, "returning");
    story.run(20.0);
    assert_eq!(
        story
            .last("update_topo", "sub_devices")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    story.fly(1.0, 0.0, 0.0, 0.0, 0.3);
    assert_eq!(
        story.last("drone_control", "result"),
        327_002,
        "until it is grabbed again"
    );
    assert_eq!(story.serve("flight_authority_grab", json!({})), 0);
    story.fly(1.0, 0.0, 0.0, 0.0, 2.0);
    assert_eq!(story.world().phase, "sticks");
}

#[test]
fn the_controller_in_the_field_takes_over() {
    let mut story = flying();
    story.fly(6.0, 0.0, 0.0, 0.0, 3.0);
    story.machine.put(Fault::RcTakesOver { locked: true });
    story.run(4.0);
    assert_eq!(story.last("joystick_invalid_notify", "reason"), 4);
    assert_eq!(story.property("control_source"), "B");
    assert_eq!(story.property("locked"), true);
    assert!(story.world().velocity[1].abs() < 0.2);
    story.machine.clear(FaultKind::RcTakesOver);
    assert_eq!(story.serve("flight_authority_grab", json!({})), 0);
}

#[test]
fn a_low_battery_brings_it_home_and_an_empty_one_down() {
    let mut story = flying();
    story.machine.put(Fault::LowBattery { percent: 14.0 });
    story.run(2.0);
    assert_eq!(story.last("joystick_invalid_notify", "reason"), 1);
    assert_eq!(story.world().phase, "returning");
    let mut story = flying();
    story.machine.put(Fault::LowBattery { percent: 6.0 });
    story.run(2.0);
    assert_eq!(story.last("joystick_invalid_notify", "reason"), 2);
    assert_eq!(story.world().phase, "forced-landing");
    story.run(60.0);
    assert!(story.world().phase == "grounded" && level(story.world().enu, [100.0, 0.0, 0.0]) < 3.0);
}

#[test]
fn without_satellites_it_tells_no_place() {
    let mut story = flying();
    story.machine.put(Fault::GpsLoss);
    story.run(3.0);
    assert_eq!(story.aircraft("position_state")["is_fixed"], 0);
    assert_eq!(story.last("osd_info_push", "latitude"), 0.0);
    story.machine.clear_all();
    story.run(3.0);
    assert_eq!(story.aircraft("position_state")["is_fixed"], 1);
}

#[test]
fn a_zone_stops_it_and_takes_the_sticks() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    story.machine.put(Fault::NoFlyZone {
        east: 0.0,
        north: 120.0,
        radius: 60.0,
    });
    story.fly(10.0, 0.0, 0.0, 0.0, 15.0);
    assert!(story.world().enu[1] < 60.0);
    assert_eq!(story.last("joystick_invalid_notify", "reason"), 3);
}

#[test]
fn a_bad_network_doubles_delays_and_reorders() {
    let mut story = Story::of(GatewayKind::DockM30t);
    story.machine.put(Fault::Duplicates { chance: 1.0 });
    story.heard.clear();
    story.run(10.0);
    let osd = |story: &Story| {
        story
            .heard
            .iter()
            .filter(|heard| heard.topic.ends_with("/osd"))
            .count()
    };
    assert_eq!(osd(&story), 50, "twice the usual 25");
    story.machine.clear_all();
    story.machine.put(Fault::Delay {
        ms: 800.0,
        jitter_ms: 0.0,
    });
    story.heard.clear();
    story.run(5.0);
    let now = story.seconds();
    let late = story
        .heard
        .iter()
        .filter_map(|heard| heard.message.timestamp.map(|told| (heard.at, told)));
    for (at, told) in late {
        let told = (told - 1_782_041_400_000) as f64 / 1000.0;
        assert!((at - told - 0.8).abs() < 0.05, "{at} {told} {now}");
    }
}

#[test]
fn a_wrong_clock_shows_in_its_timestamps_only() {
    let mut story = Story::of(GatewayKind::DockM30t);
    story.machine.put(Fault::ClockSkew { seconds: -600.0 });
    story.heard.clear();
    story.run(3.0);
    let told = story.heard[0].message.timestamp.unwrap();
    assert!(told < 1_782_041_400_000 - 500_000);
}

#[test]
fn wind_costs_battery_and_is_told() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.machine.put(Fault::Wind {
        speed: 10.0,
        from: 90.0,
        gust: 0.0,
    });
    story.run(30.0);
    let wind = story.aircraft("wind_speed").as_f64().unwrap();
    assert!((wind - 10.0).abs() < 1.5, "metres a second: {wind}");
    assert_eq!(story.property("wind_direction"), 3);
    assert!(level(story.world().enu, [0.0; 3]) < 2.0);
}

#[test]
fn a_fault_with_senseless_numbers_is_not_put() {
    let mut story = Story::of(GatewayKind::DockM30t);
    for fault in [
        Fault::LinkLoss { seconds: f64::NAN },
        Fault::Wind {
            speed: -1.0,
            from: 0.0,
            gust: 0.0,
        },
        Fault::Duplicates { chance: 2.0 },
        Fault::LowBattery { percent: 101.0 },
    ] {
        assert!(!story.machine.put(fault));
    }
    assert!(story.world().faults.is_empty());
}
