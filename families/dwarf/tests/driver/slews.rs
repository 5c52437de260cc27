//! Slews, sticks, and what a hand leads away.

use super::*;

#[tokio::test]
async fn a_goto_sets_the_clock_opens_the_camera_and_is_followed_to_its_end() {
    let fake = Fake::start().await;
    fake.script(cmd::ASTRO_START_GOTO_DSO, Answer::Later).await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let taken = telescope.mount(m31());
    let goto = fake.received(cmd::ASTRO_START_GOTO_DSO).await;
    let goto = v2::ReqGotoDso::decode(goto).unwrap();
    assert!((goto.ra - 0.712_3).abs() < 1e-9);
    assert_eq!(goto.target_name, "M 31");
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_GOTO,
        &goto_state(AstroState::Running),
    )
    .await;
    assert!(taken.await.unwrap().job.is_some());
    let order: Vec<u32> = fake
        .shared
        .lock()
        .unwrap()
        .commands
        .iter()
        .map(|(number, _)| *number)
        .collect();
    assert_eq!(order, [13_000, 13_001, 10_000, 11_002]);
    telescope.until(|state| newest(state) == "slewing").await;
    let solving = goto_state(AstroState::PlateSolving);
    fake.notify(cmd::NOTIFY_STATE_ASTRO_GOTO, &solving).await;
    telescope
        .until(|state| state.mount.as_ref().unwrap().motion == Motion::Solving)
        .await;
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_TRACKING,
        &tracking(OperationState::Running),
    )
    .await;
    fake.reply(cmd::ASTRO_START_GOTO_DSO, Code::OK).await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));
    let state = telescope.state();
    let mount = state.mount.as_ref().unwrap();
    assert!((mount.pointing.as_ref().unwrap().ra_hours - 0.712_3).abs() < 1e-9);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_goto_that_is_refused_says_what_to_do() {
    let fake = Fake::start().await;
    let no = Answer::No(Code::MOTOR_LIMIT_POSITION_WARNING);
    fake.script(cmd::ASTRO_START_GOTO_DSO, no).await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let error = telescope.mount(m31()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::OutOfReach);
    assert_eq!(error.code, Some(-14_518));
    assert_eq!(error.command.as_deref(), Some("CMD_ASTRO_START_GOTO_DSO"));
    assert!(error.remedy.is_some());
    let job = telescope.ended().await;
    assert!(matches!(job.outcome, Some(Outcome::Failed { .. })));
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_stick_is_repeated_while_it_is_held_and_then_stopped() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let push = || MountCommand::Joystick {
        direction: Angle::from_degrees(90.0),
        deflection: 0.5,
    };
    telescope.mount(push()).await.unwrap();
    soon(|| fake.count(cmd::MOTOR_JOYSTICK) >= 3).await;
    let state = telescope.state();
    assert_eq!(state.mount.as_ref().unwrap().motion, Motion::Joystick);
    telescope.mount(MountCommand::StopJoystick).await.unwrap();
    assert_eq!(fake.count(cmd::MOTOR_JOYSTICK_STOP), 1);
    let pushed = fake.count(cmd::MOTOR_JOYSTICK);
    // A second stick, never pushed again, ends by itself.
    telescope.mount(push()).await.unwrap();
    soon(|| fake.count(cmd::MOTOR_JOYSTICK_STOP) == 2).await;
    let repeats = fake.count(cmd::MOTOR_JOYSTICK) - pushed;
    assert!((4..=9).contains(&repeats), "{repeats}");
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn stop_everything_ends_a_slew_that_still_runs() {
    let (fake, station, telescope) = slewing().await;
    telescope.mount(MountCommand::StopAll).await.unwrap();
    for number in [11_004, 11_001, 14_008] {
        assert_eq!(fake.count(number), 1, "{number}");
    }
    fake.reply(cmd::ASTRO_START_GOTO_DSO, Code::ASTRO_GOTO_FAILED)
        .await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Cancelled));
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn led_away_by_a_stick_it_is_followed_again_where_it_looks() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    telescope.mount(m31()).await.unwrap();
    let goto = cmd::ASTRO_START_GOTO_DSO;
    let follows = cmd::NOTIFY_STATE_ASTRO_TRACKING;
    fake.notify(follows, &tracking(OperationState::Running))
        .await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));
    telescope
        .until(|state| state.mount.as_ref().unwrap().pointing.is_some())
        .await;
    // Both motors are read once it follows.
    soon(|| fake.asked(cmd::MOTOR_GET_POSITION) >= 2).await;
    let stick = MountCommand::Joystick {
        direction: Angle::ZERO,
        deflection: 1.0,
    };
    telescope.mount(stick).await.unwrap();
    fake.notify(follows, &tracking(OperationState::Stopped))
        .await;
    telescope.mount(MountCommand::StopJoystick).await.unwrap();
    let state = telescope
        .until(|state| {
            let start = state.blocked.get("stack.start");
            start.is_some_and(|blocked| blocked.reason.contains("in a moment"))
        })
        .await;
    assert!(state.blocked.contains_key("stack.start"));
    soon(|| fake.count(goto) == 2).await;
    let again = v2::ReqGotoDso::decode(fake.received(goto).await).unwrap();
    assert_eq!(again.target_name, "M 31");
    assert!((again.dec - 41.269).abs() < 0.1, "{}", again.dec);
    telescope
        .until(|state| state.jobs.last().unwrap().title == "Follow M 31 again")
        .await;
    fake.notify(follows, &tracking(OperationState::Running))
        .await;
    telescope
        .until(|state| !state.blocked.contains_key("stack.start"))
        .await;
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_body_of_the_solar_system_goes_by_its_number() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let jupiter = MountCommand::GotoBody {
        body: skyhelm_device::Body::Jupiter,
    };
    telescope.mount(jupiter).await.unwrap();
    let number = cmd::ASTRO_START_GOTO_SOLAR_SYSTEM;
    let goto = v2::ReqGotoSolarSystem::decode(fake.received(number).await).unwrap();
    assert_eq!((goto.index, &*goto.target_name), (4, "Jupiter"));
    assert!((goto.lat - 48.14).abs() < 1e-9);
    let follows = v2::ResNotifyStateAstroTracking {
        state: OperationState::Running.into(),
        target_name: String::from("Jupiter"),
    };
    fake.notify(cmd::NOTIFY_STATE_ASTRO_TRACKING, &follows)
        .await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));
    let state = telescope.state();
    let pointing = state.mount.as_ref().unwrap().pointing.clone().unwrap();
    let now = station.host.now().utc;
    let frame = SkyFrame::new(&station::site(), now, &Atmosphere::default());
    let there = frame.body(skyhelm_device::Body::Jupiter).position;
    assert!((pointing.dec_degrees - there.dec.angle().degrees()).abs() < 0.01);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn parking_ends_the_slew_and_folds_both_axes() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    telescope.mount(MountCommand::Park).await.unwrap();
    assert_eq!(fake.count(cmd::ASTRO_STOP_GOTO), 1);
    assert_eq!(fake.count(cmd::MOTOR_RUN_TO), 2);
    let last = v2::ReqMotorRunTo::decode(fake.received(cmd::MOTOR_RUN_TO).await).unwrap();
    assert_eq!((last.id, last.end_position), (2, 317.0));
    telescope
        .until(|state| state.mount.as_ref().unwrap().motion == Motion::Parked)
        .await;
    station.family.stop().await.unwrap();
}
