use core::time::Duration;

use prost::Message as _;
use skyhelm_device::state::{Motion, PointingSource, StackPhase};
use skyhelm_device::{DeviceError, ErrorKind, Outcome};
use skyhelm_dwarf_proto::{cmd, v2};
use skyhelm_units::{Equatorial, J2000, UtcMillis};

use super::settings::{LensSettings, choice};
use super::*;

mod lasting;

fn at(seconds: f64) -> Now {
    Now {
        mono: Mono::from_elapsed(Duration::from_secs_f64(seconds)),
        utc: UtcMillis::from_seconds(1_795_212_000).plus_seconds(seconds),
    }
}

fn known() -> Known {
    let mut settings = Settings::default();
    let exposure = skyhelm_device::state::Setting {
        has_auto: true,
        choices: vec![choice(75, "1/30"), choice(156, "15")],
        ..Default::default()
    };
    settings.lenses.insert(
        Lens::Tele,
        LensSettings {
            exposure: Some(exposure),
            ..LensSettings::default()
        },
    );
    let site = Site::from_degrees(48.14, 11.58, 520.0);
    let clock = StationClock::new(Mono::ZERO, at(0.0).utc, 1.0);
    let mut known = Known::new(About::default(), settings, site, clock);
    known.link(at(0.0), LinkStatus::Up, None);
    known
}

fn m31() -> Target {
    Target {
        name: String::from("M 31"),
        aim: Aim::Place(m31_place()),
    }
}

fn m31_place() -> Equatorial<J2000> {
    Equatorial::from_hours_degrees(0.712, 41.27).unwrap()
}

fn goto_state(known: &mut Known, seconds: f64, state: AstroState) {
    let notice = v2::ResNotifyStateAstroGoto {
        state: state.into(),
    };
    let number = cmd::NOTIFY_STATE_ASTRO_GOTO;
    assert!(known.notice(at(seconds), number, &notice.encode_to_vec()));
}

fn tracking(known: &mut Known, seconds: f64, state: OperationState, name: &str) {
    let notice = v2::ResNotifyStateAstroTracking {
        state: state.into(),
        target_name: name.to_owned(),
    };
    let number = cmd::NOTIFY_STATE_ASTRO_TRACKING;
    assert!(known.notice(at(seconds), number, &notice.encode_to_vec()));
}

fn stacking(known: &mut Known, seconds: f64, state: OperationState) {
    let notice = v2::ResNotifyOperationState {
        state: state.into(),
    };
    let number = cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING;
    assert!(known.notice(at(seconds), number, &notice.encode_to_vec()));
}

fn progress(known: &mut Known, seconds: f64, taken: i32, stacked: i32) {
    let notice = v2::ResNotifyProgressCaptureRawLiveStacking {
        total_count: 10,
        update_count_type: 2,
        current_count: taken,
        stacked_count: stacked,
        exp_index: 156,
        gain_index: 30,
        target_name: String::from("M 31"),
    };
    let number = cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING;
    assert!(known.notice(at(seconds), number, &notice.encode_to_vec()));
}

fn outcome(known: &Known) -> Option<Outcome> {
    let snapshot = known.snapshot(at(0.0));
    snapshot.jobs.last().and_then(|job| job.outcome.clone())
}

const PATIENCE: Duration = Duration::from_mins(3);

#[test]
fn a_goto_is_followed_from_slewing_through_solving_to_tracking() {
    let mut known = known();
    known.aim_at(m31());
    known.open_job(at(0.0), Slot::Goto, "Slew to M 31", PATIENCE);
    goto_state(&mut known, 1.0, AstroState::Running);
    assert_eq!(known.snapshot(at(0.0)).jobs[0].step, "slewing");
    goto_state(&mut known, 9.0, AstroState::PlateSolving);
    goto_state(&mut known, 14.0, AstroState::Running);
    goto_state(&mut known, 15.0, AstroState::PlateSolving);
    let snapshot = known.snapshot(at(0.0));
    assert_eq!(snapshot.jobs[0].step, "solving, 2nd try");
    assert_eq!(snapshot.mount.as_ref().unwrap().motion, Motion::Solving);
    assert!(snapshot.blocked.contains_key("mount.goto"));
    tracking(&mut known, 20.0, OperationState::Running, "M 31");
    let snapshot = known.snapshot(at(0.0));
    let mount = snapshot.mount.as_ref().unwrap();
    assert_eq!(mount.motion, Motion::Tracking);
    assert!((mount.pointing.as_ref().unwrap().dec_degrees - 41.27).abs() < 1e-9);
    assert_eq!(outcome(&known), Some(Outcome::Done));
    assert!(!snapshot.blocked.contains_key("stack.start"));
}

#[test]
fn a_goto_that_fails_at_the_end_says_why() {
    let mut known = known();
    known.open_job(at(0.0), Slot::Goto, "Slew to M 31", PATIENCE);
    goto_state(&mut known, 1.0, AstroState::Running);
    goto_state(&mut known, 9.0, AstroState::Idle);
    let error = DeviceError::new(ErrorKind::Refused, "plate solving failed");
    known.job_failed(at(9.2), Slot::Goto, error.clone());
    assert_eq!(outcome(&known), Some(Outcome::Failed { error }));
    let events = known.take_events();
    assert!(events.iter().any(|event| event.topic == "goto.failed"));
}

#[test]
fn a_stopped_goto_is_cancelled_and_a_silent_one_is_given_up() {
    let mut known = known();
    known.open_job(at(0.0), Slot::Goto, "Slew to M 31", PATIENCE);
    goto_state(&mut known, 1.0, AstroState::Running);
    known.stop_asked(Slot::Goto);
    goto_state(&mut known, 2.0, AstroState::Stopped);
    assert_eq!(known.poll_timeout(), Some(at(3.0).mono));
    known.handle_timeout(at(3.0));
    assert_eq!(outcome(&known), Some(Outcome::Cancelled));

    known.open_job(at(10.0), Slot::Goto, "Slew to M 33", PATIENCE);
    known.handle_timeout(at(189.0));
    assert_eq!(outcome(&known), None);
    known.handle_timeout(at(191.0));
    assert!(matches!(
        outcome(&known),
        Some(Outcome::Failed { error }) if error.kind == ErrorKind::TimedOut
    ));
}

#[test]
fn a_calibration_goes_on_through_failed_solves_and_a_late_error_fails_it() {
    let calibration = |known: &mut Known, seconds, state: AstroState, times| {
        let notice = v2::ResNotifyStateAstroCalibration {
            state: state.into(),
            plate_solving_times: times,
        };
        let number = cmd::NOTIFY_STATE_ASTRO_CALIBRATION;
        assert!(known.notice(at(seconds), number, &notice.encode_to_vec()));
    };
    for fails in [false, true] {
        let mut known = known();
        known.open_job(at(0.0), Slot::Calibrate, "Calibration", PATIENCE);
        calibration(&mut known, 1.0, AstroState::Running, 0);
        calibration(&mut known, 5.0, AstroState::PlateSolving, 2);
        assert_eq!(known.snapshot(at(0.0)).jobs[0].step, "solving, 2nd try");
        calibration(&mut known, 9.0, AstroState::Stopped, 0);
        if fails {
            let error = DeviceError::new(ErrorKind::Refused, "calibration failed");
            known.job_failed(at(9.5), Slot::Calibrate, error);
        }
        known.handle_timeout(at(11.0));
        let calibrated = known.snapshot(at(0.0)).mount.as_ref().unwrap().calibrated;
        assert_eq!(outcome(&known) == Some(Outcome::Done), !fails);
        assert_eq!(calibrated, (!fails).then_some(true));
    }
}

#[test]
fn a_stack_counts_its_subs_and_must_go_live_before_the_next() {
    let mut known = known();
    tracking(&mut known, 0.0, OperationState::Running, "M 31");
    known.open_job(at(0.0), Slot::Stack(Lens::Tele), "Stack M 31", PATIENCE);
    stacking(&mut known, 1.0, OperationState::Running);
    progress(&mut known, 17.0, 4, 3);
    let snapshot = known.snapshot(at(0.0));
    let stacker = snapshot.stacker.clone().unwrap();
    assert_eq!(stacker.phase, StackPhase::Running);
    assert_eq!(stacker.wanted, Some(10));
    assert_eq!(stacker.sub_seconds, Some(15.0));
    assert_eq!(snapshot.jobs[0].progress, Some(0.4));
    let blocked = &snapshot.blocked["mount.goto"];
    assert_eq!(blocked.reason, "The telescope is stacking M 31.");
    assert_eq!(blocked.remedy.as_deref(), Some("Stop the stack first."));
    progress(&mut known, 150.0, 10, 9);
    stacking(&mut known, 151.0, OperationState::Stopping);
    stacking(&mut known, 155.0, OperationState::Idle);
    known.handle_timeout(at(157.0));
    assert_eq!(outcome(&known), Some(Outcome::Done));
    let snapshot = known.snapshot(at(0.0));
    assert_eq!(snapshot.stacker.as_ref().unwrap().phase, StackPhase::Ended);
    assert!(snapshot.blocked.contains_key("stack.start"));
    assert!(!snapshot.blocked.contains_key("mount.goto"));
    known.went_live(Lens::Tele);
    assert!(!known.snapshot(at(0.0)).blocked.contains_key("stack.start"));
}

#[test]
fn what_others_began_becomes_a_job_too() {
    let mut known = known();
    stacking(&mut known, 1.0, OperationState::Running);
    progress(&mut known, 2.0, 1, 1);
    let snapshot = known.snapshot(at(0.0));
    assert_eq!(snapshot.jobs.len(), 1);
    assert!(snapshot.jobs[0].title.contains("already under way"));
}

#[test]
fn a_job_whose_end_was_missed_is_closed_honestly() {
    let mut known = known();
    known.aim_at(m31());
    known.open_job(at(0.0), Slot::Goto, "Slew to M 31", PATIENCE);
    goto_state(&mut known, 1.0, AstroState::Running);
    known.link(at(2.0), LinkStatus::Down, Some(String::from("reset")));
    assert!(
        known
            .snapshot(at(0.0))
            .blocked
            .contains_key("mount.joystick")
    );
    known.forget_operations();
    known.link(at(9.0), LinkStatus::Up, None);
    tracking(&mut known, 9.1, OperationState::Running, "M 31");
    known.close_missed(at(9.5));
    assert_eq!(outcome(&known), Some(Outcome::Done));

    known.open_job(at(20.0), Slot::Calibrate, "Calibration", PATIENCE);
    known.link(at(21.0), LinkStatus::Down, Some(String::from("reset")));
    assert_eq!(
        known.snapshot(at(21.0)).jobs[1].step,
        "waiting for the connection"
    );
    known.forget_operations();
    known.link(at(29.0), LinkStatus::Up, None);
    known.close_missed(at(30.0));
    assert!(matches!(
        outcome(&known),
        Some(Outcome::Failed { error }) if error.kind == ErrorKind::Unreachable
    ));
}

#[test]
fn an_empty_payload_is_a_state_and_nonsense_is_none() {
    let mut known = known();
    tracking(&mut known, 0.0, OperationState::Running, "M 31");
    assert!(known.notice(at(1.0), cmd::NOTIFY_STATE_ASTRO_TRACKING, &[]));
    assert_eq!(
        known.snapshot(at(0.0)).mount.as_ref().unwrap().motion,
        Motion::Idle
    );
    assert!(!known.notice(at(2.0), cmd::NOTIFY_BATTERY, &[0xFF, 0xFF]));
    assert!(!known.notice(at(2.0), 65_000, &[]));
}

#[test]
fn moved_by_hand_it_no_longer_claims_to_point_at_the_target() {
    let mut known = known();
    known.aim_at(m31());
    known.open_job(at(0.0), Slot::Goto, "Slew to M 31", PATIENCE);
    tracking(&mut known, 5.0, OperationState::Running, "M 31");
    assert!(
        known
            .snapshot(at(0.0))
            .mount
            .as_ref()
            .unwrap()
            .pointing
            .is_some()
    );
    known.joystick(Mono::ZERO, true);
    known.joystick(Mono::ZERO, false);
    let snapshot = known.snapshot(at(0.0));
    let mount = snapshot.mount.as_ref().unwrap();
    assert_eq!(mount.motion, Motion::Tracking);
    assert_eq!(mount.pointing, None);
}

#[test]
fn the_motors_tell_how_far_a_hand_has_moved_it() {
    let mut known = known();
    known.aim_at(m31());
    known.open_job(at(0.0), Slot::Goto, "Slew to M 31", PATIENCE);
    tracking(&mut known, 5.0, OperationState::Running, "M 31");
    let motors = |rotation, pitch| Motors { rotation, pitch };
    let followed = known.follows_truly(Mono::ZERO);
    assert_eq!(followed, Some(m31_place()));
    known.motors_read(at(5.0), motors(359.0, 40.0), followed);
    known.joystick(Mono::ZERO, true);
    tracking(&mut known, 6.0, OperationState::Idle, "");
    known.motors_read(
        at(6.0),
        motors(359.0, 37.0),
        known.follows_truly(Mono::ZERO),
    );
    let snapshot = known.snapshot(at(6.0));
    let pointing = snapshot.mount.as_ref().unwrap().pointing.clone().unwrap();
    assert_eq!(pointing.source, PointingSource::Motors);
    let looks = Equatorial::from_hours_degrees(pointing.ra_hours, pointing.dec_degrees).unwrap();
    // Three degrees lower, and a second of the sky's turn.
    let moved = looks.separation(&m31_place()).degrees();
    assert!((moved - 3.0).abs() < 0.02, "{moved}");
    known.link(at(7.0), LinkStatus::Down, None);
    assert!(!known.wants_motors());
}

#[test]
fn a_photograph_is_done_when_its_function_rests_or_the_album_has_it() {
    let mut known = known();
    let function = |known: &mut Known, seconds, state: OperationState| {
        let notice = v2::ResNotifyCamFunctionState {
            state: state.into(),
            function_id: 2,
        };
        let number = cmd::NOTIFY_TELE_FUNCTION_STATE;
        assert!(known.notice(at(seconds), number, &notice.encode_to_vec()));
    };
    known.open_job(at(0.0), Slot::Photo(Lens::Tele), "Photograph", PATIENCE);
    function(&mut known, 0.5, OperationState::Running);
    assert!(
        known
            .snapshot(at(0.0))
            .blocked
            .contains_key("camera.tele.photo")
    );
    assert!(!known.snapshot(at(0.0)).jobs[0].cancellable);
    function(&mut known, 1.0, OperationState::Idle);
    assert!(known.notice(at(1.1), cmd::NOTIFY_ALBUM_UPDATE, &[8, 1]));
    assert_eq!(outcome(&known), Some(Outcome::Done));
    known.open_job(at(5.0), Slot::Photo(Lens::Tele), "Photograph", PATIENCE);
    function(&mut known, 5.5, OperationState::Running);
    function(&mut known, 6.0, OperationState::Idle);
    known.handle_timeout(at(17.0));
    assert!(matches!(
        outcome(&known),
        Some(Outcome::Failed { error }) if error.kind == ErrorKind::Storage
    ));
    assert!(
        known
            .take_events()
            .iter()
            .any(|event| event.topic == "album.updated")
    );
}

#[test]
fn parameters_are_echoed_into_the_settings() {
    let mut known = known();
    let echo = v2::ResNotifyParam {
        param: vec![v2::CommonParam {
            has_auto: true,
            auto_mode: 1,
            id: 0,
            index: 156,
            ..Default::default()
        }],
    };
    assert!(known.notice(at(0.0), cmd::NOTIFY_TELE_SET_PARAM, &echo.encode_to_vec()));
    let snapshot = known.snapshot(at(0.0));
    let exposure = snapshot.cameras[&Lens::Tele].exposure.clone().unwrap();
    assert_eq!((exposure.auto, exposure.index), (false, Some(156)));
    assert_eq!(exposure.choices[0].value, Some(1.0 / 30.0));
}

#[test]
fn a_job_that_nobody_hears_of_ends_though_the_connection_never_comes_back() {
    let mut known = known();
    known.open_job(at(0.0), Slot::Stack(Lens::Tele), "Stack M 31", PATIENCE);
    stacking(&mut known, 1.0, OperationState::Running);
    known.link(at(10.0), LinkStatus::Down, Some(String::from("reset")));
    known.handle_timeout(at(300.0));
    assert_eq!(outcome(&known), None);
    known.handle_timeout(at(311.0));
    assert!(matches!(
        outcome(&known),
        Some(Outcome::Failed { error }) if error.kind == ErrorKind::Unreachable
    ));
}
