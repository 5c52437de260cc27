//! Cameras and gimbals, and an aircraft whose pilot is asked.

use skyhelm_device::stick::Shut;
use skyhelm_device::{
    ErrorKind, FlightCommand, GimbalAction, GimbalCommand, GimbalReset, PayloadAction,
    PayloadCommand, PayloadLens, PayloadMode,
};
use skyhelm_dji_sim::{Fault, GatewayKind};

use crate::bench::{AHEAD, Bench, flight, seen};

fn camera(action: PayloadAction) -> PayloadCommand {
    PayloadCommand {
        camera: None,
        action,
    }
}

fn gimbal(action: GimbalAction) -> GimbalCommand {
    GimbalCommand {
        camera: None,
        action,
    }
}

/// All that a camera and its gimbal are asked, each seen on the aircraft.
async fn used(bench: &Bench) {
    let photos = bench.world().photos;
    let photo = camera(PayloadAction::SetMode(PayloadMode::Photo));
    bench.give(photo).await.unwrap();
    bench.give(camera(PayloadAction::Photo)).await.unwrap();
    bench
        .until_really("photographed", |world| world.photos == photos + 1)
        .await;
    let zoom = PayloadAction::Zoom {
        lens: PayloadLens::Zoom,
        factor: 7.0,
    };
    bench.give(camera(zoom)).await.unwrap();
    bench
        .until_really("zoomed", |world| (world.zoom[0] - 7.0).abs() < 0.1)
        .await;
    // A place below the middle of the picture: the gimbal alone looks there.
    let aim = GimbalAction::Aim {
        lens: PayloadLens::Wide,
        x: 0.5,
        y: 0.75,
        locked: false,
    };
    let level = bench.world().gimbal[0];
    bench.give(gimbal(aim)).await.unwrap();
    bench
        .until_really("aimed", |world| world.gimbal[0] < level - 5.0)
        .await;
    let drag = GimbalAction::Drag {
        pitch_deg_s: 0.0,
        yaw_deg_s: 20.0,
        locked: false,
    };
    bench.give(gimbal(drag)).await.unwrap();
    bench
        .until_really("dragged", |world| world.gimbal[1].abs() > 3.0)
        .await;
    let down = gimbal(GimbalAction::Reset(GimbalReset::Down));
    bench.give(down).await.unwrap();
    bench
        .until_really("looking down", |world| world.gimbal[0] < -85.0)
        .await;
    bench
        .until("told", |state| {
            let gimbal = state.payloads.first().and_then(|camera| camera.gimbal);
            gimbal.is_some_and(|gimbal| gimbal.pitch_deg < -85.0)
        })
        .await;
    let video = camera(PayloadAction::SetMode(PayloadMode::Video));
    bench.give(video).await.unwrap();
    let begin = camera(PayloadAction::StartRecording);
    bench.give(begin).await.unwrap();
    bench
        .until_really("recording", |world| world.recording.is_some())
        .await;
    let end = camera(PayloadAction::StopRecording);
    bench.give(end).await.unwrap();
    bench
        .until_really("recorded", |world| world.videos == 1)
        .await;
}

#[tokio::test]
async fn a_docks_camera_is_used_once_it_is_ours() {
    let bench = Bench::flying(GatewayKind::DockM30t).await;
    bench.arm().await;
    let unasked = bench.give(camera(PayloadAction::Photo)).await.unwrap_err();
    assert_eq!(unasked.kind, ErrorKind::NoControl, "{unasked}");
    bench.give(FlightCommand::RequestControl).await.unwrap();
    let grab = camera(PayloadAction::RequestControl);
    bench.give(grab).await.unwrap();
    bench
        .until("ours", |state| {
            let camera = state.payloads.first();
            camera.is_some_and(|camera| camera.authority.ours)
        })
        .await;
    used(&bench).await;
    let other = PayloadCommand {
        camera: Some(String::from("not-a-camera")),
        action: PayloadAction::Photo,
    };
    assert_eq!(
        bench.give(other).await.unwrap_err().kind,
        ErrorKind::Invalid
    );
    bench.end().await;
}

#[tokio::test]
async fn a_pilot_is_asked_agrees_and_takes_his_consent_back() {
    let bench = Bench::flying(GatewayKind::RcProM3t).await;
    bench.arm().await;
    bench.give(FlightCommand::RequestControl).await.unwrap();
    bench
        .until("asked", |state| {
            let authority = flight(state).authority;
            authority.asked && !authority.ours
        })
        .await;
    bench
        .until("agreed", |state| flight(state).authority.ours)
        .await;
    // The camera is ours, the sticks stay the pilot's.
    let state = seen(&bench);
    assert!(state.blocked["flight.sticks"].reason.contains("camera"));
    used(&bench).await;
    bench.put(Fault::RcTakesOver { locked: false });
    bench
        .until("revoked", |state| !flight(state).authority.ours)
        .await;
    let refused = bench.give(camera(PayloadAction::Photo)).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NoControl, "{refused}");
    bench.end().await;
}

#[tokio::test]
async fn a_controller_in_the_field_that_takes_a_docks_aircraft_takes_the_sticks() {
    let mut bench = Bench::flying(GatewayKind::DockM30t).await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.fly(&hand, AHEAD, 2.0).await;
    bench.put(Fault::RcTakesOver { locked: false });
    bench
        .until("taken", |state| !flight(state).authority.ours)
        .await;
    let why = bench.lost(&hand).await;
    assert_eq!(why, skyhelm_device::stick::Ended::Shut(Shut::ControlLost));
    bench.end().await;
}
