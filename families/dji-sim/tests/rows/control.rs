//! Authority, consent, entering and leaving live flight control.

use serde_json::json;
use skyhelm_dji_sim::{Fault, GatewayKind, Pilot};

use crate::harness::{Story, config};

#[test]
fn row_flight_authority_grab() {
    let mut story = Story::of(GatewayKind::DockM30t);
    assert_eq!(story.property("control_source"), "");
    assert_eq!(story.serve("flight_authority_grab", json!({})), 0);
    assert_eq!(story.world().flight_authority, "A");
    assert_eq!(story.property("control_source"), "A", "told at once");
    story.machine.put(Fault::RcTakesOver { locked: true });
    assert_eq!(story.serve("flight_authority_grab", json!({})), 327_012);
    assert_eq!(story.world().flight_authority, "B");
}

#[test]
fn row_payload_authority_grab() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    let camera = story.camera();
    let photo = json!({ "payload_index": camera });
    assert_eq!(story.serve("camera_photo_take", photo.clone()), 327_002);
    // Another payload's authority is not this one's.
    assert_eq!(
        story.serve(
            "payload_authority_grab",
            json!({ "payload_index": "39-0-7" })
        ),
        0
    );
    assert_eq!(story.serve("camera_photo_take", photo.clone()), 327_002);
    assert_eq!(story.serve("payload_authority_grab", photo.clone()), 0);
    assert_eq!(story.serve("camera_photo_take", photo), 0);
    assert_eq!(
        story.serve(
            "payload_authority_grab",
            json!({ "payload_index": "1-2-3" })
        ),
        325_001
    );
    let payloads = story.property("payloads");
    assert!(
        payloads
            .as_array()
            .unwrap()
            .iter()
            .all(|payload| payload["control_source"] == "A")
    );
}

#[test]
fn row_cloud_control_auth_request() {
    let data = json!({ "user_id": "u", "user_callsign": "Ann", "control_keys": ["flight"] });
    let mut story = Story::of(GatewayKind::RcProM3t);
    assert_eq!(story.serve("cloud_control_auth_request", data.clone()), 0);
    assert!(
        !story.world().consent,
        "the answer is only that the question is shown"
    );
    story.run(3.0);
    assert!(story.world().consent);
    assert_eq!(
        story.last("cloud_control_auth_notify", "output")["status"],
        "ok"
    );
    assert_eq!(story.property("cloud_control_auth"), json!(["flight"]));
    let mut config = config(GatewayKind::RcProM3t);
    config.pilot = Pilot::Declines(std::time::Duration::from_secs(1));
    let mut story = Story::with(&config);
    story.serve("cloud_control_auth_request", data);
    story.run(3.0);
    assert_eq!(
        story.last("cloud_control_auth_notify", "output")["status"],
        "failed"
    );
    assert_eq!(story.enter_drc(), 514_304);
}

#[test]
fn row_cloud_control_release() {
    let mut story = Story::of(GatewayKind::RcProM3t);
    story.take_control();
    assert_eq!(
        story.serve(
            "cloud_control_release",
            json!({ "control_keys": ["flight"] })
        ),
        0
    );
    assert!(!story.world().consent);
    assert_eq!(story.world().drc_state, 0);
    assert_eq!(story.property("cloud_control_auth"), json!([]));
}

#[test]
fn row_drc_mode_enter() {
    let mut story = Story::of(GatewayKind::DockM30t);
    assert_eq!(story.enter_drc(), 514_304, "without authority");
    story.take_control();
    story.run(2.0);
    assert_eq!(story.world().drc_state, 2);
    let states: Vec<_> = story
        .told("drc_status_notify")
        .iter()
        .map(|data| data["drc_state"].clone())
        .collect();
    assert_eq!(states, [json!(1), json!(2)]);
    assert_eq!(story.property("drc_state"), 2);
    let osd = story.told("osd_info_push").len();
    assert!((20..=24).contains(&osd), "10 Hz: {osd}");
    assert_eq!(story.told("hsi_info_push").len(), 2);
    assert_eq!(
        story
            .last("hsi_info_push", "around_distances")
            .as_array()
            .unwrap()
            .len(),
        360
    );
    assert_eq!(story.told("delay_info_push").len(), 2);
}

#[test]
fn entering_live_flight_control_minds_its_rates_and_papers() {
    let mut story = Story::of(GatewayKind::DockM30t);
    story.serve("flight_authority_grab", json!({}));
    let broker = |expire: i64| json!({ "address": "a:1", "client_id": "c", "username": "u", "password": "p", "expire_time": expire, "enable_tls": false });
    let late = 4_000_000_000_i64;
    for (osd, expire, result) in [
        (31, late, 325_001),
        (0, late, 325_001),
        (10, 1000, 514_302),
        (30, late, 0),
    ] {
        let data =
            json!({ "mqtt_broker": broker(expire), "osd_frequency": osd, "hsi_frequency": 1 });
        assert_eq!(
            story.serve("drc_mode_enter", data),
            result,
            "{osd} {expire}"
        );
    }
    assert_eq!(
        story.serve("drc_mode_enter", json!({ "osd_frequency": 10 })),
        325_001
    );
}

#[test]
fn a_broker_that_refuses_ends_the_entering() {
    let mut story = Story::of(GatewayKind::DockM30t);
    story.drc_broker_works = false;
    story.serve("flight_authority_grab", json!({}));
    assert_eq!(story.enter_drc(), 0);
    story.run(1.0);
    let last = story.told("drc_status_notify").pop().unwrap();
    assert_eq!(
        (&last["result"], &last["drc_state"]),
        (&json!(514_300), &json!(0))
    );
}

#[test]
fn row_drc_mode_exit() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    story.fly(5.0, 0.0, 0.0, 0.0, 3.0);
    assert_eq!(story.serve("drc_mode_exit", json!({})), 0);
    assert_eq!(story.world().drc_state, 0);
    let pushes = story.told("osd_info_push").len();
    story.run(6.0);
    assert_eq!(story.told("osd_info_push").len(), pushes);
    assert!(
        story.world().velocity[1].abs() < 0.1,
        "nobody flies: it brakes"
    );
}

#[test]
fn row_heart_beat() {
    for (kind, idle, in_data) in [
        (GatewayKind::DockM30t, 300.0, true),
        (GatewayKind::Dock3M4td, 60.0, false),
    ] {
        let mut story = Story::of(kind);
        story.take_control();
        let data = json!({ "seq": 7, "timestamp": 1_670_415_891_013_i64 });
        for _ in 0..80 {
            story.down("heart_beat", data.clone(), (!in_data).then_some(7));
            story.run(1.0);
        }
        assert_eq!(story.last("heart_beat", "timestamp"), 1_670_415_891_013_i64);
        assert_eq!(story.world().drc_state, 2);
        story.run(idle + 1.0);
        assert_eq!(story.world().drc_state, 0, "{kind:?}");
        assert_eq!(story.last("drc_status_notify", "result"), 514_301);
    }
}

#[test]
fn a_heart_beat_of_the_vendors_own_demo_keeps_it_too() {
    let mut story = Story::of(GatewayKind::Dock3M4td);
    story.take_control();
    for _ in 0..70 {
        story.down("heart_beat", json!({ "ts": 5 }), None);
        story.run(1.0);
    }
    assert_eq!(story.world().drc_state, 2);
}

#[test]
fn row_drc_initial_state_subscribe() {
    let mut story = Story::of(GatewayKind::RcProM3t);
    story.take_control();
    story.run(2.0);
    assert!(story.told("drc_drone_state_push").is_empty());
    story.down("drc_initial_state_subscribe", json!({}), Some(1));
    story.run(3.0);
    assert_eq!(story.last("drc_initial_state_subscribe", "result"), 0);
    assert_eq!(
        story.told("drc_drone_state_push").len(),
        1,
        "once, then on change"
    );
    let camera = story.told("drc_camera_osd_info_push");
    assert!(camera.len() >= 3);
    assert_eq!(camera[0]["payload_index"], story.camera());
    assert_eq!(camera[0]["zoom_lense"]["zoom_factor"], 2.0);
}
