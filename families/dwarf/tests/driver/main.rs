//! The driver against a telescope that is only a script, over real sockets.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod fake;
mod station;

use std::time::Duration;

use axum::body::Bytes;
use fake::{Answer, Fake};
use prost::Message as _;
use serde_json::{Value, json};
use skyhelm_device::state::{Control, LinkStatus, Motion, StackPhase};
use skyhelm_device::{
    CameraAction, DeviceState, ErrorKind, Exposure, Lens, MediaKind, MountCommand, Outcome,
    StackerCommand,
};
use skyhelm_dwarf::raw;
use skyhelm_dwarf_proto::{Code, cmd, v2};
use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{Angle, Equatorial};
use station::Station;
use v2::{AstroState, OperationState};

fn m31() -> MountCommand {
    MountCommand::Goto {
        target: Equatorial::from_hours_degrees(0.712_3, 41.269).unwrap(),
        name: String::from("M 31"),
    }
}

fn goto_state(state: AstroState) -> v2::ResNotifyStateAstroGoto {
    v2::ResNotifyStateAstroGoto {
        state: state.into(),
    }
}

fn tracking(state: OperationState) -> v2::ResNotifyStateAstroTracking {
    v2::ResNotifyStateAstroTracking {
        state: state.into(),
        target_name: String::from("M 31"),
    }
}

fn operation(state: OperationState) -> v2::ResNotifyOperationState {
    v2::ResNotifyOperationState {
        state: state.into(),
    }
}

fn newest(state: &DeviceState) -> &str {
    state.jobs.last().map_or("", |job| &job.step)
}

/// A second look at what a test waits for, without a fixed wait.
async fn soon(mut done: impl FnMut() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to that");
}

#[tokio::test]
async fn a_probe_names_model_and_firmware_and_changes_nothing() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let found = station.family.probe(&fake.address).await.unwrap();
    assert_eq!(found.model, "DWARF 3");
    assert_eq!(found.firmware.as_deref(), Some("1.1.3"));
    assert_eq!(found.name.as_deref(), Some("DWARF3_TEST01"));
    assert!(fake.shared.lock().unwrap().commands.is_empty());
    assert!(station.events.try_recv().is_err());
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_no_telescope_is_said_to_be_none() {
    let station = Station::start(Value::Null);
    let probe = |address: &str| station.family.probe(address);
    assert_eq!(
        probe("not an address").await.unwrap_err().kind,
        ErrorKind::Invalid
    );
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let error = probe(&address).await.unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Protocol),
        "{error:?}"
    );
}

#[tokio::test]
async fn it_connects_looks_and_keeps_the_passwords_to_itself() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    fake.notify(
        cmd::NOTIFY_BATTERY,
        &v2::ComResWithInt { value: 87, code: 0 },
    )
    .await;
    let state = telescope
        .until(|state| state.power.battery_percent == Some(87.0))
        .await;
    assert!(state.about.simulated);
    assert_eq!(state.about.serial.as_deref(), Some("SN-0001"));
    let exposure = state.cameras[&Lens::Tele].exposure.as_ref().unwrap();
    assert_eq!(exposure.choices.len(), 2);
    let everything = format!("{state:?} {}", serde_json::to_string(&*state).unwrap());
    for secret in ["DWARF_12345678", "correct horse"] {
        assert!(!everything.contains(secret));
    }
    assert!(fake.shared.lock().unwrap().commands.is_empty());
    station.family.stop().await.unwrap();
}

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
    let fake = Fake::start().await;
    fake.script(cmd::ASTRO_START_GOTO_DSO, Answer::Later).await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let taken = telescope.mount(m31());
    fake.received(cmd::ASTRO_START_GOTO_DSO).await;
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_GOTO,
        &goto_state(AstroState::Running),
    )
    .await;
    taken.await.unwrap();
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
async fn two_drivers_share_a_telescope_as_host_and_viewer() {
    let fake = Fake::start().await;
    let mut one = Station::start(Value::Null);
    let first = one.telescope(&fake.address).await;
    let mut two = Station::start(Value::Null);
    let second = two.telescope(&fake.address).await;
    first.until(|state| state.control == Control::Host).await;
    second.until(|state| state.control == Control::Viewer).await;
    // The second takes the role when its person acts, and the first is told.
    second.mount(MountCommand::StopGoto).await.unwrap();
    second.until(|state| state.control == Control::Host).await;
    first.until(|state| state.control == Control::Viewer).await;
    // It keeps the role: the first is refused, and nothing of it reaches the telescope.
    let error = first.mount(m31()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoControl);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 0);
    // Gone, it gives the role back.
    two.family.stop().await.unwrap();
    first.until(|state| state.control == Control::Host).await;
    one.family.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_lost_connection_the_state_is_read_anew_and_nothing_is_sent_again() {
    let fake = Fake::start().await;
    fake.script(cmd::ASTRO_START_GOTO_DSO, Answer::Later).await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let taken = telescope.mount(m31());
    fake.received(cmd::ASTRO_START_GOTO_DSO).await;
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_GOTO,
        &goto_state(AstroState::Running),
    )
    .await;
    taken.await.unwrap();
    fake.cut().await;
    let down = telescope
        .until(|state| state.link.status == LinkStatus::Down)
        .await;
    assert!(down.link.trouble.is_some());
    let error = telescope.mount(MountCommand::StopGoto).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    telescope
        .until(|state| state.link.status == LinkStatus::Up)
        .await;
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_TRACKING,
        &tracking(OperationState::Running),
    )
    .await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 1);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn the_live_picture_is_fetched_only_while_somebody_looks() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let viewers = || fake.shared.lock().unwrap().viewers;
    assert_eq!(viewers(), 0);
    let live = telescope.capabilities().live.unwrap();
    let mut looking = live.watch(Lens::Tele);
    let also = live.watch(Lens::Tele);
    let picture = looking.wait_for(Option::is_some).await.unwrap().clone();
    assert!(picture.unwrap().jpeg.starts_with(&fake::PICTURE));
    assert_eq!(viewers(), 1);
    drop((looking, also));
    soon(|| viewers() == 0).await;
    assert!(live.watch(Lens::Tele).borrow().is_none());
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn the_album_lists_a_stack_with_its_files() {
    let fake = Fake::start().await;
    let folder = "/sdcard/DWARF3/Astronomy/DWARF_RAW_TELE_M 31";
    {
        let mut shared = fake.shared.lock().unwrap();
        shared.album = json!([
            {"mediaType": 1, "fileName": "a.jpeg", "filePath": "/sdcard/DWARF3/Normal_Photos/a.jpeg",
             "thumbnailPath": "", "modificationTime": 100, "fileSize": "689.38 KB"},
            {"mediaType": 4, "fileName": "stacked.jpg", "filePath": format!("{folder}/stacked.jpg"),
             "thumbnailPath": format!("{folder}/stacked_thumbnail.jpg"), "modificationTime": 200,
             "fileSize": 4, "astroTargetName": "M 31"},
        ]);
        let base = "Astronomy/DWARF_RAW_TELE_M 31";
        for (name, bytes) in [
            ("stacked.jpg", "jpeg"),
            ("stacked-16_M 31.fits", "fits!"),
            (
                "shotsInfo.json",
                r#"{"shotsTaken": 12, "shotsStacked": 10}"#,
            ),
        ] {
            let path = format!("{base}/{name}");
            shared
                .files
                .insert(path, Bytes::from_static(bytes.as_bytes()));
        }
    }
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let library = telescope.capabilities().library.unwrap();
    let items = library.list().await.unwrap();
    assert_eq!(items.len(), 2);
    let stack = &items[0];
    assert_eq!(stack.kind, MediaKind::Stack);
    assert_eq!(stack.target.as_deref(), Some("M 31"));
    let subs = stack.subs.unwrap();
    assert_eq!((subs.taken, subs.stacked), (12, 10));
    let size = |name: &str| {
        let path = format!("{folder}/{name}");
        let file = stack.files.iter().find(|file| file.path == path);
        file.map(|file| file.size_bytes)
    };
    assert_eq!(size("stacked-16_M 31.fits"), Some(Some(5)));
    assert_eq!(size("M 31_0001.fits"), Some(None));
    assert_eq!(size("failed_0002.fits"), None);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_download_goes_on_where_the_connection_broke() {
    let fake = Fake::start().await;
    let whole: Vec<u8> = (0..200_000u32).map(|i| (i * 7 % 251) as u8).collect();
    {
        let mut shared = fake.shared.lock().unwrap();
        let bytes = Bytes::from(whole.clone());
        shared
            .files
            .insert(String::from("Astronomy/a b.fits"), bytes);
        shared.break_after = Some(70_000);
    }
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let library = telescope.capabilities().library.unwrap();
    let path = "/sdcard/DWARF3/Astronomy/a b.fits";
    let mut pieces = library.read(path, 1_000).await.unwrap();
    let mut got = Vec::new();
    while let Some(piece) = pieces.recv().await {
        got.extend_from_slice(&piece.unwrap());
    }
    assert!(got == whole[1_000..], "{} bytes", got.len());
    let ranges = fake.shared.lock().unwrap().ranges.clone();
    assert_eq!(ranges[0].as_deref(), Some("bytes=1000-"));
    assert_eq!(ranges.len(), 2);
    let gone = library.read("/sdcard/DWARF3/none.fits", 0).await;
    assert_eq!(gone.unwrap_err().kind, ErrorKind::NotFound);
    let out = library.read("/sdcard/DWARF3/../../etc/passwd", 0).await;
    assert_eq!(out.unwrap_err().kind, ErrorKind::Invalid);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_telescope_of_the_configuration_is_known_before_it_answers() {
    let config = json!({"telescopes": [{"address": "127.0.0.1:9", "name": "Balcony"}]});
    let mut station = Station::start(config);
    let Some(skyhelm_device::FamilyEvent::Appeared(device)) = station.events.recv().await else {
        panic!("it was not reported");
    };
    let state = device.state().borrow().clone();
    assert_eq!(state.about.name, "Balcony");
    assert!(state.blocked.contains_key("mount.goto"));
    station.family.remove(&device.id()).await.unwrap();
    assert!(matches!(
        station.events.recv().await,
        Some(skyhelm_device::FamilyEvent::Gone(..))
    ));
    assert!(station.family.remove(&device.id()).await.is_err());
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn any_row_can_be_sent_by_hand_but_nothing_moves_unwatched() {
    let fake = Fake::start().await;
    let options = raw::RawOptions {
        listen: Duration::from_millis(100),
        moving: raw::Moving::Refused,
    };
    let row = raw::row("CMD_CAMERA_TELE_SET_EXP").unwrap();
    let outcome = raw::send(&fake.address, row, &json!({"index": 75}), options)
        .await
        .unwrap();
    assert_eq!((outcome.complete, outcome.code), (true, Some(0)));
    let set = fake.received(cmd::TELE_SET_EXPOSURE).await;
    assert_eq!(v2::ReqSetExp::decode(set).unwrap().index, 75);

    let goto = raw::row("11002").unwrap();
    let m31 = json!({"ra": 0.712, "dec": 41.27, "target_name": "M 31"});
    let refused = raw::send(&fake.address, goto, &m31, options).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    let wrong = raw::send(&fake.address, row, &json!({"nonsense": 1}), options).await;
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 0);
    assert!(raw::list().count() > 200);
}

#[tokio::test]
async fn a_goto_by_hand_near_the_sun_is_never_sent() {
    let fake = Fake::start().await;
    let station = Station::start(Value::Null);
    let now = station.host.now().utc;
    let sun = SkyFrame::new(&station::site(), now, &Atmosphere::default()).sun();
    let watched = raw::RawOptions {
        listen: Duration::from_millis(10),
        moving: raw::Moving::Watched,
    };
    let (ra, dec) = (sun.position.ra.angle(), sun.position.dec.angle());
    let goto = raw::row("ASTRO_START_GOTO_DSO").unwrap();
    let towards = |ra: f64| json!({"ra": ra, "dec": dec.degrees(), "target_name": "x"});
    let refused = raw::send(&fake.address, goto, &towards(ra.hours()), watched).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 0);
    let away = (ra.hours() + 12.0) % 24.0;
    let sent = raw::send(&fake.address, goto, &towards(away), watched).await;
    assert!(sent.unwrap().complete);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 1);
}
