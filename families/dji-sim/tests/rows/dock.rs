//! Working the dock from afar.

use serde_json::{Value, json};
use skyhelm_dji_sim::GatewayKind;

use crate::harness::Story;

fn in_debug_mode() -> Story {
    let mut story = Story::of(GatewayKind::DockM30t);
    assert_eq!(
        story.serve("cover_open", json!({})),
        314_000,
        "only in debug mode"
    );
    assert_eq!(story.serve("debug_mode_open", json!({})), 0);
    story
}

fn after(story: &mut Story, method: &str, property: &str) -> Value {
    assert_eq!(story.serve(method, json!({})), 0);
    story.run(7.0);
    story.property(property)
}

#[test]
fn row_debug_mode_open() {
    let mut story = in_debug_mode();
    story.run(3.0);
    assert_eq!(story.gateway("mode_code"), 2);
}

#[test]
fn row_debug_mode_close() {
    let mut story = in_debug_mode();
    assert_eq!(story.serve("debug_mode_close", json!({})), 0);
    story.run(3.0);
    assert_eq!(story.gateway("mode_code"), 0);
}

#[test]
fn row_cover_open() {
    assert_eq!(after(&mut in_debug_mode(), "cover_open", "cover_state"), 1);
}

#[test]
fn row_cover_close() {
    let mut story = in_debug_mode();
    after(&mut story, "cover_open", "cover_state");
    assert_eq!(after(&mut story, "cover_close", "cover_state"), 0);
}

#[test]
fn row_drone_close() {
    let mut story = in_debug_mode();
    assert_eq!(story.serve("drone_close", json!({})), 0);
    story.run(1.0);
    assert_eq!(story.last("update_topo", "sub_devices"), json!([]));
    assert_eq!(
        story.serve("flight_authority_grab", json!({})),
        325_004,
        "as seen in the field"
    );
}

#[test]
fn row_drone_open() {
    let mut story = in_debug_mode();
    story.serve("drone_close", json!({}));
    story.run(1.0);
    assert_eq!(story.serve("drone_open", json!({})), 0);
    story.run(1.0);
    assert_eq!(
        story
            .last("update_topo", "sub_devices")
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn row_charge_open() {
    let mut story = in_debug_mode();
    story
        .machine
        .put(skyhelm_dji_sim::Fault::LowBattery { percent: 40.0 });
    assert_eq!(
        after(&mut story, "charge_open", "drone_charge_state")["state"],
        1
    );
    story.run(60.0);
    assert!(story.world().battery > 41.0);
}

#[test]
fn row_charge_close() {
    let mut story = in_debug_mode();
    story
        .machine
        .put(skyhelm_dji_sim::Fault::LowBattery { percent: 40.0 });
    story.serve("charge_open", json!({}));
    assert_eq!(
        after(&mut story, "charge_close", "drone_charge_state")["state"],
        0
    );
}

#[test]
fn row_supplement_light_open() {
    let mut story = in_debug_mode();
    assert_eq!(
        after(
            &mut story,
            "supplement_light_open",
            "supplement_light_state"
        ),
        1
    );
}

#[test]
fn row_supplement_light_close() {
    let mut story = in_debug_mode();
    story.serve("supplement_light_open", json!({}));
    assert_eq!(
        after(
            &mut story,
            "supplement_light_close",
            "supplement_light_state"
        ),
        0
    );
}
