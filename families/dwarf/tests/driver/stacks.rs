//! Photographs and stacks.

use super::*;

#[tokio::test]
async fn a_stack_is_counted_stopped_and_left_for_the_live_picture() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_TRACKING,
        &tracking(OperationState::Running),
    )
    .await;
    telescope
        .until(|state| !state.blocked.contains_key("stack.start"))
        .await;
    let start = StackerCommand::Start {
        lens: Lens::Tele,
        subs: Some(10),
        without_darks: true,
    };
    telescope.stack(start).await.unwrap();
    let subs = fake.received(cmd::TELE_SET_FEATURE_PARAM).await;
    let subs = v2::ReqSetFeatureParams::decode(subs)
        .unwrap()
        .param
        .unwrap();
    assert_eq!((subs.id, subs.continue_value), (1, 10.0));
    let start = fake
        .received(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING)
        .await;
    assert!(
        v2::ReqCaptureRawLiveStacking::decode(start)
            .unwrap()
            .force_start
    );
    let running = operation(OperationState::Running);
    fake.notify(cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING, &running)
        .await;
    let progress = v2::ResNotifyProgressCaptureRawLiveStacking {
        total_count: 10,
        update_count_type: 2,
        current_count: 4,
        stacked_count: 3,
        exp_index: 156,
        gain_index: 18,
        target_name: String::from("M 31"),
    };
    fake.notify(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING, &progress)
        .await;
    let state = telescope
        .until(|state| newest(state) == "4 taken, 3 stacked")
        .await;
    assert_eq!(
        state.blocked["mount.goto"].reason,
        "The telescope is stacking M 31."
    );
    let stop = StackerCommand::Stop { lens: Lens::Tele };
    telescope.stack(stop).await.unwrap();
    let idle = operation(OperationState::Idle);
    fake.notify(cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING, &idle)
        .await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));
    let state = telescope.state();
    assert_eq!(state.stacker.as_ref().unwrap().phase, StackPhase::Ended);
    assert!(state.blocked.contains_key("stack.start"));
    let live = StackerCommand::GoLive { lens: Lens::Tele };
    telescope.stack(live).await.unwrap();
    telescope
        .until(|state| !state.blocked.contains_key("stack.start"))
        .await;
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_photograph_opens_its_camera_and_is_done_when_the_album_has_it() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let mut events = telescope.device.events();
    let fifteen = CameraAction::SetExposure(Exposure::Choice(156));
    telescope.camera(Lens::Wide, fifteen).await.unwrap();
    let set = fake.received(cmd::WIDE_SET_EXPOSURE).await;
    assert_eq!(v2::ReqSetExp::decode(set).unwrap().index, 156);
    telescope
        .camera(Lens::Wide, CameraAction::Photo)
        .await
        .unwrap();
    assert_eq!(fake.count(cmd::WIDE_OPEN_CAMERA), 1);
    fake.notify(
        cmd::NOTIFY_ALBUM_UPDATE,
        &v2::ResNotifyAlbumUpdate { media_type: 1 },
    )
    .await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));
    let mut topics = Vec::new();
    while let Ok(event) = events.try_recv() {
        topics.push(event.topic);
    }
    assert!(
        topics.contains(&String::from("album.updated")),
        "{topics:?}"
    );
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn missing_darks_are_told_with_a_way_on() {
    let fake = Fake::start().await;
    let no = Answer::No(Code::ASTRO_DARK_NOT_FOUND);
    fake.script(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, no)
        .await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let start = StackerCommand::Start {
        lens: Lens::Tele,
        subs: None,
        without_darks: false,
    };
    let error = telescope.stack(start).await.unwrap_err();
    assert_eq!(error.code, Some(-11_503));
    assert!(error.remedy.is_some());
    station.family.stop().await.unwrap();
}
