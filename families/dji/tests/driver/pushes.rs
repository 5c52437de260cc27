//! What live flight control tells of mode and cameras: seen with the documents' own examples, said in the
//! gateway's place.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skyhelm_device::state::LiveStatus;
use skyhelm_device::{DeviceState, FlightCommand};
use skyhelm_dji_sim::GatewayKind;

use crate::bench::{Bench, PATIENCE, Setup, flight, seen};
use crate::own_broker::Somebody;

const RC_PRO: &str = include_str!("../../../dji-proto/tests/vectors/rc-pro-remote-control.json");

fn example(method: &str) -> Value {
    let vectors: Vec<Value> = serde_json::from_str(RC_PRO).unwrap();
    let found = vectors.into_iter().find(|one| one["method"] == method);
    found.unwrap()["payload"].clone()
}

/// Says it until it is seen: the next of the slow properties may overtake it.
async fn said(bench: &Bench, voice: &Somebody, push: &Value, so: impl Fn(&DeviceState) -> bool) {
    let topic = format!("thing/product/{}/drc/up", bench.serial);
    let begun = Instant::now();
    loop {
        voice.says(&topic, push.to_string().into_bytes()).await;
        let mut state = bench.gate.state();
        let soon = state.wait_for(|state| so(state));
        if tokio::time::timeout(Duration::from_millis(300), soon)
            .await
            .is_ok()
        {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{push}: {:#?}", seen(bench));
    }
}

#[tokio::test]
async fn mode_and_cameras_that_live_flight_control_tells_are_on_the_page() {
    let bench = Bench::start(Setup {
        own_broker: true,
        ..Setup::of(GatewayKind::RcProM3t)
    })
    .await;
    let voice = bench.broker.as_ref().unwrap().voice().await;
    // It flies; the example says that it stands by.
    let standby = example("drc_drone_state_push");
    said(&bench, &voice, &standby, |state| {
        flight(state).in_air == Some(false)
    })
    .await;
    bench
        .until("flying", |state| flight(state).in_air == Some(true))
        .await;
    // A camera that this aircraft has not: what is seen of it came by the example.
    let mut camera = example("drc_camera_osd_info_push");
    said(&bench, &voice, &camera, |state| {
        let mut all = state.payloads.iter();
        all.any(|one| {
            one.index == "81-0-0"
                && one
                    .zoom_factor
                    .is_some_and(|zoom| (zoom - 7.0).abs() < 0.01)
                && one.infrared_zoom_factor == Some(2.0)
                && one.laser.is_none()
        })
    })
    .await;
    // Its own camera, which the slow properties name in a list.
    let own = seen(&bench).payloads[0].index.clone();
    camera["data"]["payload_index"] = json!(own);
    camera["data"]["measure_target"]["measure_target_error_state"] = json!(0);
    said(&bench, &voice, &camera, |state| {
        let own = &state.payloads[0];
        own.zoom_factor.is_some_and(|zoom| zoom > 6.9)
            && own.laser.as_ref().and_then(|laser| laser.altitude_m) == Some(34.600_002_288_818_36)
    })
    .await;
    voice.leave().await;
    bench.end().await;
}

#[tokio::test]
async fn entering_live_flight_control_asks_a_controller_for_what_is_so_now() {
    let bench = Bench::start(Setup {
        own_broker: true,
        ..Setup::of(GatewayKind::RcProM3t)
    })
    .await;
    let ear = bench.broker.as_ref().unwrap().somebody().await;
    bench.arm().await;
    bench.give(FlightCommand::RequestControl).await.unwrap();
    bench
        .until("ours", |state| flight(state).authority.ours)
        .await;
    bench.give(FlightCommand::EnterLive).await.unwrap();
    bench
        .until("live", |state| flight(state).live.status == LiveStatus::Up)
        .await;
    let asked = |payload: &Vec<u8>| {
        let said: Value = serde_json::from_slice(payload).unwrap();
        said["method"] == "drc_initial_state_subscribe"
    };
    let begun = Instant::now();
    while !ear.heard("/drc/down").iter().any(asked) {
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ear.leave().await;
    bench.end().await;
}
