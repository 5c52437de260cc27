//! Somebody else commands on our topics.

use std::time::Duration;

use serde_json::json;
use skyhelm_device::stick::{Ended, Shut};
use skyhelm_device::{ErrorKind, FlightCommand};
use skyhelm_dji_sim::GatewayKind;
use skyhelm_units::BodyMotion;

use crate::bench::{AHEAD, Bench, Setup, flight, seen};
use crate::own_broker::Somebody;
use crate::raw::raw;

async fn flown(kind: GatewayKind) -> (Bench, skyhelm_device::GatedHand, Somebody) {
    let mut bench = Bench::start(Setup {
        own_broker: true,
        ..Setup::of(kind)
    })
    .await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.hold(&hand, BodyMotion::STILL, 500).await;
    bench.fly(&hand, AHEAD, 2.0).await;
    // All that the station has said so far came back to it, and none of it is another's.
    assert_eq!(seen(&bench).troubles, [], "its own echo");
    let eve = bench.broker.as_ref().unwrap().somebody().await;
    (bench, hand, eve)
}

async fn stopped(bench: &mut Bench, hand: &skyhelm_device::GatedHand, eve: &Somebody, how: &str) {
    bench
        .until("alarmed", |state| {
            let mut troubles = state.troubles.iter();
            troubles.any(|trouble| trouble.topic == "control.foreign")
                && state.blocked.contains_key("flight.sticks")
        })
        .await;
    let why = bench.lost(hand).await;
    assert_eq!(why, Ended::Shut(Shut::Foreign), "{how}");
    let moving = eve.moving_frames();
    bench.hold(hand, AHEAD, 500).await;
    assert_eq!(eve.moving_frames(), moving, "{how}: it went on");
    bench
        .until_really("standing", |world| {
            world.velocity[0].hypot(world.velocity[1]) < 0.5
        })
        .await;
    let refused = bench.give(FlightCommand::EnterLive).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NoControl, "{how}");
}

#[tokio::test]
async fn a_foreign_command_raises_an_alarm_and_stops_ours_until_a_person_takes_control_anew() {
    let (mut bench, hand, eve) = flown(GatewayKind::DockM30t).await;
    let topic = format!("thing/product/{}/services", bench.serial);
    let command = json!({"tid": "t", "bid": "b", "timestamp": 1, "method": "cover_close",
        "data": {}});
    eve.says(&topic, command.to_string().into_bytes()).await;
    stopped(&mut bench, &hand, &eve, "services").await;
    // The raw door is no way around it; what only stops still goes.
    for (method, data) in [
        ("return_home", json!({})),
        ("flight_authority_grab", json!({})),
        (
            "camera_mode_switch",
            json!({"payload_index": "53-0-0", "camera_mode": 0}),
        ),
    ] {
        let refused = raw(&bench, method, data, true).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::NoControl, "{method}: {refused}");
    }
    raw(&bench, "fly_to_point_stop", json!({}), false)
        .await
        .unwrap();
    bench.give(FlightCommand::RequestControl).await.unwrap();
    bench
        .until("ours again", |state| {
            state.troubles.is_empty() && flight(state).authority.ours
        })
        .await;
    let hand = bench.hand().await;
    bench.hold(&hand, BodyMotion::STILL, 500).await;
    bench.fly(&hand, AHEAD, 1.0).await;

    let topic = format!("thing/product/{}/property/set", bench.serial);
    let set = json!({"tid": "u", "bid": "b", "timestamp": 1, "data": {"night_lights_state": 1}});
    eve.says(&topic, set.to_string().into_bytes()).await;
    stopped(&mut bench, &hand, &eve, "property/set").await;
    eve.leave().await;
    bench.end().await;
}

#[tokio::test]
async fn a_copy_of_our_own_frame_is_foreign_too() {
    let (mut bench, hand, eve) = flown(GatewayKind::Dock3M4td).await;
    bench.hold(&hand, AHEAD, 300).await;
    let frames = eve.heard("/drc/down");
    let own = frames.iter().find(|frame| {
        let said = String::from_utf8_lossy(frame);
        said.contains("stick_control")
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let topic = format!("thing/product/{}/drc/down", bench.serial);
    eve.says(&topic, own.unwrap().clone()).await;
    stopped(&mut bench, &hand, &eve, "drc/down").await;
    eve.leave().await;
    bench.end().await;
}
