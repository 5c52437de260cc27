//! Payload control.

use serde_json::{Value, json};
use skyhelm_dji_sim::GatewayKind;

use crate::harness::Story;

fn ready() -> (Story, String) {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let camera = story.camera();
    (story, camera)
}

fn of(camera: &str) -> Value {
    json!({ "payload_index": camera })
}

fn mode(story: &mut Story, camera: &str, mode: i64) -> i64 {
    story.serve(
        "camera_mode_switch",
        json!({ "payload_index": camera, "camera_mode": mode }),
    )
}

fn camera_property(story: &mut Story, name: &str) -> Value {
    story.run(2.5);
    story.property("cameras")[0][name].clone()
}

#[test]
fn row_camera_mode_switch() {
    let (mut story, camera) = ready();
    assert_eq!(mode(&mut story, &camera, 1), 0);
    assert_eq!(camera_property(&mut story, "camera_mode"), 1);
    assert_eq!(mode(&mut story, &camera, 99), 325_001);
    story.serve("camera_recording_start", of(&camera));
    assert_eq!(
        mode(&mut story, &camera, 0),
        327_009,
        "not while it records"
    );
}

#[test]
fn row_camera_photo_take() {
    let (mut story, camera) = ready();
    assert_eq!(story.serve("camera_photo_take", of(&camera)), 0);
    assert_eq!(
        story.serve("camera_photo_take", of(&camera)),
        327_006,
        "it is taking one"
    );
    story.run(3.0);
    assert_eq!(story.world().photos, 1);
    assert_eq!(story.photos.len(), 3, "one of each lens");
    assert!((story.photos[0].place.latitude.degrees() - 47.0).abs() < 1e-3);
    assert!(story.aircraft("storage")["used"].as_i64().unwrap() > 0);
    mode(&mut story, &camera, 1);
    assert_eq!(
        story.serve("camera_photo_take", of(&camera)),
        327_006,
        "not in video"
    );
    assert_eq!(story.serve("camera_photo_take", of("1-2-3")), 325_001);
}

#[test]
fn a_panorama_tells_how_far_it_is() {
    let (mut story, camera) = ready();
    mode(&mut story, &camera, 3);
    assert_eq!(story.serve("camera_photo_take", of(&camera)), 0);
    story.run(15.0);
    let told = story.told("camera_photo_take_progress");
    let steps: Vec<_> = told
        .iter()
        .map(|data| data["output"]["progress"]["current_step"].as_i64().unwrap())
        .collect();
    assert_eq!(
        (steps[0], steps[1], *steps.last().unwrap()),
        (3000, 3002, 3005)
    );
    assert_eq!(told.last().unwrap()["output"]["status"], "ok");
    assert_eq!(story.world().photos, 1);
}

#[test]
fn row_camera_photo_stop() {
    let (mut story, camera) = ready();
    assert_eq!(story.serve("camera_photo_stop", of(&camera)), 327_022);
    mode(&mut story, &camera, 3);
    story.serve("camera_photo_take", of(&camera));
    story.run(4.0);
    assert_eq!(story.serve("camera_photo_stop", of(&camera)), 0);
    story.run(15.0);
    assert_eq!(story.world().photos, 0);
    assert_eq!(
        story.last("camera_photo_take_progress", "output")["status"],
        "fail"
    );
}

#[test]
fn row_camera_recording_start() {
    let (mut story, camera) = ready();
    assert_eq!(
        story.serve("camera_recording_start", of(&camera)),
        327_007,
        "not in photo"
    );
    mode(&mut story, &camera, 1);
    assert_eq!(story.serve("camera_recording_start", of(&camera)), 0);
    story.run(5.0);
    assert!((story.world().recording.unwrap() - 5.0).abs() < 0.1);
    assert_eq!(camera_property(&mut story, "recording_state"), 1);
    assert_eq!(story.serve("camera_recording_start", of(&camera)), 327_007);
}

#[test]
fn row_camera_recording_stop() {
    let (mut story, camera) = ready();
    mode(&mut story, &camera, 1);
    assert_eq!(story.serve("camera_recording_stop", of(&camera)), 327_008);
    story.serve("camera_recording_start", of(&camera));
    story.run(5.0);
    assert_eq!(story.serve("camera_recording_stop", of(&camera)), 0);
    story.run(2.5);
    assert_eq!((story.world().recording, story.world().videos), (None, 1));
    assert!(story.aircraft("storage")["used"].as_i64().unwrap() > 10_000);
}

#[test]
fn row_camera_screen_drag() {
    let (mut story, camera) = ready();
    let drag = |locked: bool, pitch: f64, yaw: f64| json!({ "payload_index": camera, "locked": locked, "pitch_speed": pitch, "yaw_speed": yaw });
    for _ in 0..10 {
        assert_eq!(
            story.serve("camera_screen_drag", drag(false, -10.0, 5.0)),
            0
        );
        story.run(0.1);
    }
    let gimbal = story.world().gimbal;
    assert!(
        (gimbal[0] + 10.0).abs() < 1.0 && (gimbal[1] - 5.0).abs() < 1.0,
        "{gimbal:?}"
    );
    story.run(3.0);
    let stopped = story.world().gimbal;
    assert!(
        (stopped[0] - gimbal[0]).abs() < 7.0,
        "a drag that is not renewed ends"
    );
    story.serve("camera_screen_drag", drag(true, 0.0, 20.0));
    story.run(2.0);
    assert!(
        (story.world().gimbal[1] - stopped[1]).abs() < 0.1,
        "with the nose locked there is no yaw"
    );
    assert_eq!(
        story.serve("camera_screen_drag", drag(false, 1e6, 0.0)),
        327_004
    );
}

#[test]
fn row_camera_aim() {
    let (mut story, camera) = ready();
    let aim = |locked: bool, x: f64, y: f64| json!({ "payload_index": camera, "camera_type": "wide", "locked": locked, "x": x, "y": y });
    assert_eq!(story.serve("camera_aim", aim(false, 0.75, 0.75)), 0);
    story.run(3.0);
    let gimbal = story.world().gimbal;
    // Half of the half width of a lens of 24 mm: atan(0.375) to the side.
    assert!(
        (gimbal[1] - 20.6).abs() < 1.0 && gimbal[0] < -8.0 && gimbal[0] > -14.0,
        "{gimbal:?}"
    );
    let heading = story.world().heading;
    story.serve("camera_aim", aim(true, 1.0, 0.5));
    story.run(4.0);
    let turned = (story.world().heading - heading + 360.0).rem_euclid(360.0);
    assert!(turned > 20.0 && turned < 90.0, "with the nose: {turned}");
    assert_eq!(story.serve("camera_aim", aim(false, 1.5, 0.5)), 327_005);
}

#[test]
fn row_camera_focal_length_set() {
    let (mut story, camera) = ready();
    let zoom = |kind: &str, factor: f64| json!({ "payload_index": camera, "camera_type": kind, "zoom_factor": factor });
    assert_eq!(
        story.serve("camera_focal_length_set", zoom("zoom", 10.0)),
        0
    );
    assert_eq!(story.serve("camera_focal_length_set", zoom("ir", 4.0)), 0);
    assert_eq!(format!("{:?}", story.world().zoom), "[10.0, 4.0]");
    assert_eq!(camera_property(&mut story, "zoom_factor"), 10.0);
    assert_eq!(
        story.serve("camera_focal_length_set", zoom("zoom", 201.0)),
        327_010
    );
    assert_eq!(
        story.serve("camera_focal_length_set", zoom("ir", 21.0)),
        327_011
    );
    assert_eq!(
        story.serve("camera_focal_length_set", zoom("wide", 3.0)),
        327_010
    );
}

#[test]
fn row_camera_look_at() {
    let (mut story, camera) = ready();
    let mut target = story.target(40.0, 40.0, 0.0);
    target["payload_index"] = json!(camera);
    target["locked"] = json!(false);
    assert_eq!(story.serve("camera_look_at", target), 0);
    story.run(3.0);
    let gimbal = story.world().gimbal;
    assert!(
        (gimbal[1] - 45.0).abs() < 2.0 && (gimbal[0] + 35.0).abs() < 2.0,
        "{gimbal:?}"
    );
    // The laser meets the ground there.
    story.run(2.5);
    let measured = &story.property(&camera)["measure_target_distance"];
    assert!(
        (measured.as_f64().unwrap() - 69.0).abs() < 4.0,
        "{measured}"
    );
}

#[test]
fn row_camera_screen_split() {
    let (mut story, camera) = ready();
    let data = json!({ "payload_index": camera, "enable": true });
    assert_eq!(story.serve("camera_screen_split", data), 0);
    assert_eq!(camera_property(&mut story, "screen_split_enable"), true);
}

#[test]
fn row_gimbal_reset() {
    let (mut story, camera) = ready();
    let reset = |mode: i64| json!({ "payload_index": camera, "reset_mode": mode });
    for (mode, pitch) in [(1, -90.0), (0, 0.0), (3, -90.0)] {
        assert_eq!(story.serve("gimbal_reset", reset(mode)), 0);
        story.run(4.0);
        assert!((story.world().gimbal[0] - pitch).abs() < 0.2, "{mode}");
    }
    assert_eq!(story.serve("gimbal_reset", reset(7)), 325_001);
}

#[test]
fn the_payload_of_a_pilots_aircraft_needs_his_consent() {
    let mut story = Story::of(GatewayKind::RcProM3t);
    let camera = story.camera();
    assert_eq!(story.serve("camera_photo_take", of(&camera)), 327_002);
    story.take_control();
    assert_eq!(story.serve("camera_photo_take", of(&camera)), 0);
    story
        .machine
        .put(skyhelm_dji_sim::Fault::RcTakesOver { locked: false });
    story.run(2.0);
    assert_eq!(story.serve("camera_photo_take", of(&camera)), 327_002);
}
