//! What passes the driver beside a pilot's commands: services by their names, steps of coming online,
//! the land of a virtual world.

use serde_json::{Value, json};
use skyhelm_device::{
    DeviceError, ErrorKind, FamilyContext, FamilyEvent, FlightCommand, RawAnswer, RawMessage, Take,
};
use skyhelm_dji_sim::{GatewayKind, VirtualGateway, VirtualGatewayConfig};
use skyhelm_units::{LeaseId, Site, StationClock};
use tokio::sync::mpsc;

use crate::bench::{Bench, clock, seen};

pub(crate) async fn raw(
    bench: &Bench,
    method: &str,
    data: Value,
    may_move: bool,
) -> Result<RawAnswer, DeviceError> {
    let now = bench.host.now().mono;
    let lease = LeaseId::new("ada");
    let taken = bench
        .gate
        .take_lease(now, lease.clone(), "Ada", Take::IfFree);
    taken.unwrap();
    let message = RawMessage {
        method: method.to_owned(),
        data,
        may_move,
    };
    bench.gate.send_raw(now, &lease, message).await
}

#[tokio::test]
async fn a_raw_service_passes_no_guard_by_and_brings_its_number_back() {
    let bench = Bench::flying(GatewayKind::DockM30t).await;
    let steps = &seen(&bench).link.steps;
    assert!(
        steps.len() > 5 && steps.iter().all(|step| step.done == Some(true)),
        "{steps:?}"
    );

    let kind = async |method: &str, data: Value, may_move: bool| {
        raw(&bench, method, data, may_move).await.unwrap_err().kind
    };
    // What moves must be meant so, on an armed gateway; what nobody has described counts as moving.
    assert_eq!(
        kind("return_home", json!({}), false).await,
        ErrorKind::Blocked
    );
    assert_eq!(
        kind("return_home", json!({}), true).await,
        ErrorKind::Blocked
    );
    assert_eq!(
        kind("no_such_service", json!({}), false).await,
        ErrorKind::Blocked
    );
    bench.arm().await;
    assert_eq!(
        kind("return_home", json!({}), false).await,
        ErrorKind::Blocked
    );
    // What the station guards by fence, battery and its own connection has no second door.
    for guarded in [
        "fly_to_point",
        "takeoff_to_point",
        "drc_mode_enter",
        "flighttask_execute",
    ] {
        assert_eq!(
            kind(guarded, json!({}), true).await,
            ErrorKind::Blocked,
            "{guarded}"
        );
    }
    assert_eq!(
        kind("gimbal_reset", json!({"payload_index": 7}), true).await,
        ErrorKind::Invalid
    );
    let camera = seen(&bench).payloads[0].index.clone();
    let photo = json!({"payload_index": camera});
    assert_eq!(
        kind("camera_photo_take", photo.clone(), false).await,
        ErrorKind::NoControl
    );

    bench.give(FlightCommand::RequestControl).await.unwrap();
    let grabbed = raw(&bench, "payload_authority_grab", photo.clone(), false)
        .await
        .unwrap();
    assert_eq!((grabbed.result, grabbed.advice), (0, None));
    let mode = json!({"payload_index": camera, "camera_mode": 0});
    raw(&bench, "camera_mode_switch", mode, false)
        .await
        .unwrap();
    let before = bench.world();
    assert_eq!(
        raw(&bench, "camera_photo_take", photo, false)
            .await
            .unwrap()
            .result,
        0
    );
    // The dock then asks where the photograph goes, and is told that nobody wants it.
    for _ in 0..500 {
        if bench.world().storage.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(bench.world().storage.as_deref(), Some("refused: 314000"));
    // A refusal of the device is an answer: its number, what that means, what to do.
    let wrong = json!({"payload_index": camera, "camera_mode": 77});
    if let Ok(refused) = raw(&bench, "camera_mode_switch", wrong, false).await {
        assert!(
            refused.result != 0 && refused.advice.is_some(),
            "{refused:?}"
        );
        assert!(
            refused.words.contains(&refused.result.to_string()),
            "{refused:?}"
        );
    }
    let home = raw(&bench, "return_home", json!({}), true).await.unwrap();
    assert_eq!(home.result, 0, "{home:?} {before:?}");
    bench.end().await;
}

#[tokio::test]
async fn the_land_of_a_virtual_world_is_drawn_and_a_door_that_is_shut_says_so() {
    let site = Site::from_degrees(47.0, 8.5, 450.0);
    let nobody = String::from("mqtt://127.0.0.1:9");
    let world = VirtualGateway::start(VirtualGatewayConfig::new(
        GatewayKind::DockM30t,
        site,
        nobody,
    ));
    let world = world.await.unwrap();
    let door = world.world_address().to_string();
    let land = async || {
        let host = clock();
        let (events, mut reports) = mpsc::channel(16);
        let family = skyhelm_dji::family().start(FamilyContext {
            config: json!({"listen": "127.0.0.1:0", "gateways": [{
                "serial": "4SIM1", "password": "pass word", "simulated": true, "world": door,
            }]}),
            events,
            clock: StationClock::new(host.now().mono, host.now().utc, 1.0),
            host,
            site,
            memory: std::sync::Arc::new(skyhelm_device::Unkept),
        });
        let family = family.unwrap();
        let device = loop {
            if let FamilyEvent::Appeared(device) = reports.recv().await.unwrap() {
                break device;
            }
        };
        let told = device.capabilities().land.unwrap().geo_json().await;
        family.stop().await.unwrap();
        told
    };
    let map: Value = serde_json::from_str(&land().await.unwrap()).unwrap();
    let features = map["features"].as_array().unwrap();
    for kind in ["road", "building"] {
        let drawn = features
            .iter()
            .any(|feature| feature["properties"]["kind"] == kind);
        assert!(drawn, "no {kind}");
    }
    world.stop().await;
    let shut = land().await.unwrap_err();
    assert!(
        shut.kind == ErrorKind::Protocol && shut.remedy.is_some(),
        "{shut:?}"
    );
}
