//! Coming online, properties, events and their resending.

use serde_json::{Value, json};
use skyhelm_dji_sim::GatewayKind;
use skyhelm_dji_sim::machine::LinkId;
use skyhelm_units::{Mono, Now, UtcMillis};

use crate::harness::{Heard, Story, config};

fn of_topic<'a>(story: &'a Story, tail: &'a str) -> impl Iterator<Item = &'a Heard> {
    story
        .heard
        .iter()
        .filter(move |heard| heard.topic.ends_with(tail))
}

#[test]
fn a_dock_comes_online_by_the_real_steps() {
    let story = Story::of(GatewayKind::DockM30t);
    let steps: Vec<&str> = story
        .heard
        .iter()
        .filter(|heard| heard.topic.ends_with("/requests") || heard.topic.ends_with("/status"))
        .filter_map(|heard| heard.message.method.as_deref())
        .collect();
    let expected = [
        "config",
        "airport_bind_status",
        "airport_organization_get",
        "airport_organization_bind",
        "update_topo",
    ];
    assert_eq!(steps, expected);
    let status = of_topic(&story, "/status").next().unwrap();
    assert_eq!(
        status.topic,
        format!("sys/product/{}/status", story.machine.gateway_sn())
    );
    assert_eq!(status.message.data["type"], 1);
}

#[test]
fn a_controller_tells_its_topology_only() {
    let story = Story::of(GatewayKind::RcProM3t);
    assert_eq!(of_topic(&story, "/requests").count(), 0);
    assert_eq!(story.last("update_topo", "type"), 144);
}

#[test]
fn without_an_answer_to_its_topology_it_reports_nothing() {
    let mut story = Story::silent(&config(GatewayKind::RcProM3t));
    let now = |seconds: i64| Now {
        mono: Mono::from_elapsed(std::time::Duration::from_secs(seconds.unsigned_abs())),
        utc: UtcMillis::from_seconds(1_782_041_400 + seconds),
    };
    story.machine.handle_connected(now(0), LinkId::Main);
    let mut topologies = 0;
    for second in 1..20 {
        story.machine.handle_time(now(second));
        while let Some(output) = story.machine.poll_output() {
            let text = format!("{output:?}");
            assert!(
                !text.contains("/osd") && !text.contains("/state\""),
                "{text}"
            );
            topologies += u32::from(text.contains("/status"));
        }
    }
    assert!(topologies >= 4, "it asks again: {topologies}");
}

#[test]
fn properties_come_at_half_a_hertz_and_a_docks_in_four_parts() {
    let mut story = Story::of(GatewayKind::DockM30t);
    story.heard.clear();
    story.run(20.0);
    let aircraft = story.world().aircraft_sn;
    let own = |heard: &&Heard| heard.topic.contains(&aircraft);
    assert_eq!(of_topic(&story, "/osd").filter(own).count(), 10);
    let dock: Vec<&Heard> = of_topic(&story, "/osd")
        .filter(|heard| !heard.topic.contains(&aircraft))
        .collect();
    assert_eq!(dock.len(), 40);
    let latitudes = dock
        .iter()
        .filter(|heard| heard.message.data.get("latitude").is_some())
        .count();
    assert_eq!(latitudes, 10, "each part has its own members");
    assert!(
        story
            .heard
            .iter()
            .all(|heard| heard.message.gateway.is_some())
    );
    assert_eq!(of_topic(&story, "/state").count(), 0, "nothing has changed");
    assert_eq!(
        story.told("hms").len(),
        10,
        "the list of ailments, also when it is empty"
    );
}

#[test]
fn an_unanswered_event_is_told_again_with_the_same_ids() {
    let mut story = Story::of(GatewayKind::DockM30t);
    story.serve("flight_authority_grab", json!({}));
    story.answers_events = false;
    story.drc_broker_works = false;
    story.enter_drc();
    story.run(20.0);
    let failed: Vec<&Heard> = of_topic(&story, "/events")
        .filter(|heard| heard.message.data["result"] == 514_300)
        .collect();
    let waits: Vec<f64> = failed
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect();
    assert_eq!(failed.len(), 4, "{waits:?}");
    for (wait, expected) in waits.iter().zip([2.1, 4.2, 8.2]) {
        assert!((wait - expected).abs() < 0.1, "{waits:?}");
    }
    assert!(
        failed
            .iter()
            .all(|heard| heard.message.tid == failed[0].message.tid)
    );
    assert!(
        failed[3].message.timestamp > failed[0].message.timestamp,
        "the time is new"
    );
    story.answers_events = true;
    story.run(20.0);
    assert_eq!(story.world().unanswered, 0);
}

#[test]
fn properties_can_be_set_and_act() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.take_control();
    let set = |story: &mut Story, name: &str, value: Value| {
        let topic = format!("thing/product/{}/property/set", story.machine.gateway_sn());
        let message = json!({ "tid": "p", "bid": "b", "data": { name: value } }).to_string();
        let now = Now {
            mono: Mono::from_elapsed(std::time::Duration::from_secs_f64(story.seconds())),
            utc: UtcMillis::from_seconds(1_782_041_500),
        };
        story
            .machine
            .handle_message(now, LinkId::Main, &topic, message.as_bytes());
        story.run(0.5);
        let reply = of_topic(story, "/property/set_reply").last().unwrap();
        reply.message.data[name]["result"].as_i64().unwrap()
    };
    assert_eq!(set(&mut story, "height_limit", json!(60)), 0);
    assert_eq!(set(&mut story, "height_limit", json!(5)), 1);
    assert_eq!(set(&mut story, "no_such_thing", json!(5)), 1);
    story.fly(0.0, 0.0, 5.0, 0.0, 10.0);
    let height = story.world().above_takeoff;
    assert!(height < 60.1 && height > 55.0, "{height}");
    assert_eq!(story.property("height_limit"), 60);
}

#[test]
fn what_is_unknown_hostile_or_for_others_is_left_alone() {
    let mut story = Story::of(GatewayKind::DockM30t);
    assert_eq!(story.serve("no_such_method", json!({})), 314_000);
    assert_eq!(story.serve("live_camera_change", json!({})), 314_000);
    assert_eq!(story.serve("fly_to_point", json!("")), 325_001);
    story.take_control();
    let before = story.heard.len();
    let own = format!("thing/product/{}/services", story.machine.gateway_sn());
    let now = Now {
        mono: Mono::from_elapsed(std::time::Duration::from_secs_f64(story.seconds())),
        utc: UtcMillis::from_seconds(1_782_041_500),
    };
    let grab = json!({ "tid": "x", "method": "flight_authority_grab", "data": {} }).to_string();
    for (topic, payload) in [
        (own.as_str(), &b"not json"[..]),
        (own.as_str(), b"[]"),
        (own.as_str(), b"{}"),
        ("thing/product/OTHER0000000/services", grab.as_bytes()),
        ("a/b", grab.as_bytes()),
    ] {
        story
            .machine
            .handle_message(now, LinkId::Main, topic, payload);
    }
    assert!(story.machine.poll_output().is_none());
    assert_eq!(story.heard.len(), before);
    story.down("drone_control", json!({ "x": "fast" }), None);
    assert_eq!(story.last("drone_control", "result"), 325_001);
    story.down("drc_no_such_thing", json!({}), None);
    assert_eq!(story.last("drc_no_such_thing", "result"), 314_000);
}

#[test]
fn no_number_of_a_stranger_breaks_it() {
    let mut story = Story::airborne(GatewayKind::Dock3M4td);
    story.take_control();
    let mut body = story.target(30.0, 0.0, 40.0);
    let camera = story.camera();
    for (name, value) in [
        ("payload_index", json!(camera)),
        ("camera_mode", json!(1)),
        ("camera_type", json!("zoom")),
        ("locked", json!(false)),
        ("x", json!(0.5)),
        ("y", json!(0.5)),
        ("pitch_speed", json!(1.0)),
        ("yaw_speed", json!(1.0)),
        ("zoom_factor", json!(3.0)),
        ("fly_to_id", json!("x")),
        ("max_speed", json!(10)),
        ("points", json!([story.target(30.0, 0.0, 40.0)])),
        ("roll", json!(1024)),
        ("pitch", json!(1024)),
        ("throttle", json!(1024)),
        ("yaw", json!(1024)),
    ] {
        body[name] = value;
    }
    let names: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
    let odd = [
        json!(1e308),
        json!(-1e308),
        json!(i64::MIN),
        json!(null),
        json!("x"),
        json!([]),
        json!({}),
    ];
    for method in skyhelm_dji_sim::implemented() {
        for name in &names {
            for value in &odd {
                let mut data = body.clone();
                data[name] = value.clone();
                story.down(method, data.clone(), Some(i64::MAX));
                story.serve(method, data);
            }
        }
        story.run(0.1);
    }
    story.run(2.0);
    let world = story.world();
    assert!(
        world
            .enu
            .iter()
            .chain(&world.velocity)
            .chain(&world.gimbal)
            .all(|number| number.is_finite())
    );
}
