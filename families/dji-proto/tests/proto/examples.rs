//! Every example of the documents is read, whatever it breaks, and what it says is what it meant.

use serde_json::{Value, json};
use skyhelm_dji_proto::drc::{DrcDown, DrcUp};
use skyhelm_dji_proto::numbers::{
    ControlSource, DrcState, FlyToStatus, JoystickInvalidReason, ModeCode,
};
use skyhelm_dji_proto::state::AuthorityState;
use skyhelm_dji_proto::stick::StickFrame;
use skyhelm_dji_proto::{DeviceEvent, Envelope, Profile, Service, Topic, TopicKind};

const DOCK: &str = include_str!("../vectors/dock-drc.json");
const RC_PRO: &str = include_str!("../vectors/rc-pro-remote-control.json");

struct Example {
    topic: Topic,
    method: String,
    payload: Value,
    covers: String,
}

fn examples() -> Vec<Example> {
    let mut all: Vec<Value> = serde_json::from_str(DOCK).unwrap();
    all.extend(serde_json::from_str::<Vec<Value>>(RC_PRO).unwrap());
    all.into_iter()
        .map(|vector| Example {
            topic: vector["topic"].as_str().unwrap().parse().unwrap(),
            method: vector["method"].as_str().unwrap_or_default().to_owned(),
            payload: vector["payload"].clone(),
            covers: vector["covers"].as_str().unwrap().to_owned(),
        })
        .collect()
}

fn example(kind: TopicKind, method: &str) -> Envelope {
    let found = examples()
        .into_iter()
        .find(|example| example.topic.kind == kind && example.method == method)
        .unwrap_or_else(|| panic!("an example of {method}"));
    Envelope::parse(found.payload.to_string().as_bytes()).unwrap()
}

/// Members of the example that the rewritten message lacks or holds otherwise.
fn differences(example: &Value, written: &Value, path: &str, found: &mut Vec<String>) {
    match (example, written) {
        (Value::Object(example), Value::Object(written)) => {
            for (name, value) in example {
                match written.get(name) {
                    Some(other) => differences(value, other, &format!("{path}.{name}"), found),
                    None => found.push(format!("{path}.{name}")),
                }
            }
        }
        (Value::Array(example), Value::Array(written)) if example.len() == written.len() => {
            for (value, other) in example.iter().zip(written) {
                differences(value, other, path, found);
            }
        }
        (a, b) if a.as_f64().is_some() && a.as_f64() == b.as_f64() => {}
        (a, b) if a == b => {}
        _ => found.push(path.to_owned()),
    }
}

#[test]
fn there_are_48_examples_and_each_is_an_envelope() {
    let all = examples();
    assert_eq!(all.len(), 48);
    for example in all {
        let envelope = Envelope::parse(example.payload.to_string().as_bytes()).unwrap();
        let again: Value = serde_json::from_slice(&envelope.to_bytes()).unwrap();
        assert_eq!(again, example.payload, "{}", example.covers);
    }
}

#[test]
fn every_example_is_typed_and_written_back_loses_nothing() {
    for example in examples() {
        let envelope = Envelope::parse(example.payload.to_string().as_bytes()).unwrap();
        let method = example.method.as_str();
        let data = &envelope.data;
        let written = match example.topic.kind {
            TopicKind::Services => {
                let service = Service::parse(method, data).unwrap();
                assert!(!matches!(service, Service::Other { .. }), "{method}");
                service.data()
            }
            TopicKind::Events => {
                let event = DeviceEvent::parse(method, data).unwrap();
                assert!(!matches!(event, DeviceEvent::Other { .. }), "{method}");
                event.data()
            }
            TopicKind::DrcDown => {
                let down = DrcDown::parse(&envelope).unwrap();
                let profile = if envelope.seq.is_some() {
                    Profile::RC_PRO_M3T
                } else {
                    Profile::DOCK_M30T
                };
                down.envelope(&profile).data
            }
            TopicKind::DrcUp => {
                let up = DrcUp::parse(&envelope).unwrap();
                assert!(!matches!(up, DrcUp::Other { .. }), "{method}");
                let profile = if envelope.seq.is_some() {
                    Profile::RC_PRO_M3T
                } else {
                    Profile::DOCK_M30T
                };
                up.envelope(&profile, skyhelm_units::UtcMillis::new(0), None)
                    .data
            }
            TopicKind::ServicesReply => json!({ "result": envelope.result().unwrap() }),
            TopicKind::State => {
                Value::Object(AuthorityState::read(&envelope.fields()).properties())
            }
            other => panic!("{other:?}"),
        };
        let mut lost = Vec::new();
        differences(data, &written, "data", &mut lost);
        let known_losses: &[&str] = match method {
            // The table's name for the rays is written.
            "hsi_info_push" => &["data.around_distance"],
            // Payloads' serial numbers are not kept as authority; the merged state keeps them.
            "" => &["data.payloads.sn"],
            _ => &[],
        };
        assert_eq!(lost, known_losses, "{}", example.covers);
    }
}

#[test]
fn services_say_what_they_said() {
    let service = |method: &str| {
        let envelope = example(TopicKind::Services, method);
        assert_eq!(envelope.method.as_deref(), Some(method));
        Service::parse(method, &envelope.data).unwrap()
    };
    let Service::DrcModeEnter(enter) = service("drc_mode_enter") else {
        panic!("typed");
    };
    assert_eq!((enter.osd_frequency, enter.hsi_frequency), (10, 1));
    assert_eq!(enter.mqtt_broker.expire_time, 1_672_744_922);
    assert!(enter.mqtt_broker.enable_tls);
    assert!(!format!("{enter:?}").contains("jwt_token"));
    let Service::TakeoffToPoint(takeoff) = service("takeoff_to_point") else {
        panic!("typed");
    };
    assert_eq!(takeoff.flight_id, "ABDEAC21DCADDA");
    assert_eq!(takeoff.rc_lost_action, None);
    assert!((takeoff.target.longitude.degrees() - 12.32).abs() < 1e-9);
    let Service::FlyToPoint(fly) = service("fly_to_point") else {
        panic!("typed");
    };
    assert_eq!((fly.points.len(), fly.max_speed), (2, 12));
    assert_eq!(fly.points[0].height.metres, 100.0);
    let Service::CameraFocalLengthSet(zoom) = service("camera_focal_length_set") else {
        panic!("typed");
    };
    assert!(zoom.is_in_range());
    assert_eq!(zoom.payload_index.to_string(), "39-0-7");
}

#[test]
fn events_say_what_they_said_though_they_forgot_their_method() {
    let event = |method: &str| {
        let envelope = example(TopicKind::Events, method);
        assert!(envelope.need_reply && envelope.method.is_none());
        DeviceEvent::parse(method, &envelope.data).unwrap()
    };
    let DeviceEvent::FlyToProgress(fly) = event("fly_to_point_progress") else {
        panic!("typed");
    };
    assert_eq!(
        (fly.status, fly.way_point_index),
        (FlyToStatus::Progress, Some(0))
    );
    let DeviceEvent::TakeoffProgress(takeoff) = event("takeoff_to_point_progress") else {
        panic!("typed");
    };
    assert_eq!(takeoff.status, FlyToStatus::Ok);
    let DeviceEvent::DrcStatus(status) = event("drc_status_notify") else {
        panic!("typed");
    };
    assert_eq!(status.drc_state, DrcState::Connected);
    let DeviceEvent::JoystickInvalid(invalid) = event("joystick_invalid_notify") else {
        panic!("typed");
    };
    assert_eq!(invalid.reason, JoystickInvalidReason::ControllerLost);
    let fourteen = example(TopicKind::Events, "takeoff_to_point_progress");
    assert_eq!(fourteen.timestamp, Some(16_540_709_686_556));
}

#[test]
fn live_flight_control_says_what_it_said() {
    let DrcDown::Frame {
        frame: StickFrame::Velocity(v),
        seq,
    } = DrcDown::parse(&example(TopicKind::DrcDown, "drone_control")).unwrap()
    else {
        panic!("a frame");
    };
    assert_eq!(
        (v.x, v.y, v.h, v.w, seq),
        (2.34, -2.45, 2.76, 2.86, Some(1))
    );
    // By document 1.4, x is to the left: this one flies to the left and backward.
    let motion = Profile::DOCK_M30T_V1_4.motion(&StickFrame::Velocity(v));
    assert_eq!((motion.right, motion.forward), (-2.34, -2.45));

    let DrcUp::HeartBeat(beat) = DrcUp::parse(&example(TopicKind::DrcUp, "heart_beat")).unwrap()
    else {
        panic!("a heart-beat");
    };
    assert_eq!(
        (beat.seq, beat.timestamp),
        (Some(10), Some(1_670_415_891_013))
    );
    let DrcUp::Hsi(hsi) = DrcUp::parse(&example(TopicKind::DrcUp, "hsi_info_push")).unwrap() else {
        panic!("rays");
    };
    assert_eq!(hsi.around_distances, [10, 8, 9, 16, 2]);
    assert_eq!(hsi.nearest(), Some((288.0, 2)));
    assert_eq!((hsi.flag("back_work"), hsi.flags.len()), (Some(true), 16));
    let DrcUp::DroneState(state) =
        DrcUp::parse(&example(TopicKind::DrcUp, "drc_drone_state_push")).unwrap()
    else {
        panic!("drone state");
    };
    assert_eq!(state.mode_code, Some(ModeCode::Standby));
    let DrcUp::CameraOsd(camera) =
        DrcUp::parse(&example(TopicKind::DrcUp, "drc_camera_osd_info_push")).unwrap()
    else {
        panic!("a camera");
    };
    assert_eq!(
        camera.zoom_lense.unwrap().zoom_factor,
        Some(6.999_994_214_380_596)
    );
    assert_eq!(camera.wide_lense.unwrap().wide_aperture_value, Some(10));
    let DrcUp::Reply { result, seq, .. } =
        DrcUp::parse(&example(TopicKind::DrcUp, "drone_control")).unwrap()
    else {
        panic!("a reply");
    };
    assert_eq!((result.is_ok(), seq), (true, Some(1)));
}

#[test]
fn the_authority_is_read_from_the_state_of_the_aircraft() {
    let envelope = example(TopicKind::State, "");
    assert_eq!(envelope.gateway.as_deref(), Some("4BKBJ4R1010TGD"));
    let authority = AuthorityState::read(&envelope.fields());
    assert_eq!(authority.flight, Some(ControlSource::B));
    assert_eq!(authority.locked, Some(true));
    let index = "53-0-0".parse().unwrap();
    assert_eq!(authority.payloads.get(&index), Some(&ControlSource::B));
}
