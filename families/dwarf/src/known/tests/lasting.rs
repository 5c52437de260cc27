//! What lasts: troubles, being led by hand, lights.

use super::*;

#[test]
fn a_telescope_that_switches_itself_off_takes_its_jobs_with_it() {
    let mut known = known();
    known.open_job(at(0.0), Slot::Stack(Lens::Tele), "Stack M 31", PATIENCE);
    stacking(&mut known, 1.0, OperationState::Running);
    assert!(known.notice(at(2.0), cmd::NOTIFY_POWER_OFF, &[]));
    known.link(at(3.0), LinkStatus::Down, Some(String::from("reset")));
    let ended = outcome(&known);
    assert!(
        matches!(&ended, Some(Outcome::Failed { error }) if error.message.contains("switched itself off")),
        "{ended:?}"
    );
    known.look_for_troubles(at(3.0));
    let trouble = known.snapshot(at(3.0)).troubles[0].clone();
    assert_eq!(trouble.topic, "power.off");
    assert!(trouble.remedy.unwrap().contains("by hand"));
}

#[test]
fn a_trouble_comes_with_its_cause_and_goes_with_it() {
    let mut known = known();
    let card = |known: &mut Known, seconds, free, code| {
        let report = v2::ResNotifySDcardInfo {
            available_size: free,
            total_size: if code == 0 { 59 } else { 0 },
            code,
        };
        assert!(known.notice(at(seconds), cmd::NOTIFY_STORAGE, &report.encode_to_vec()));
        known.look_for_troubles(at(seconds));
    };
    let topics = |known: &Known| -> Vec<String> {
        let troubles = known.snapshot(at(0.0)).troubles.clone();
        troubles.into_iter().map(|trouble| trouble.topic).collect()
    };
    card(&mut known, 1.0, 40, 0);
    assert!(topics(&known).is_empty());
    card(&mut known, 2.0, 1, 0);
    assert_eq!(topics(&known), ["card.full"]);
    card(&mut known, 3.0, 0, -2);
    assert_eq!(topics(&known), ["card.none"]);
    let battery = v2::ComResWithInt { value: 4, code: 0 };
    assert!(known.notice(at(4.0), cmd::NOTIFY_BATTERY, &battery.encode_to_vec()));
    known.look_for_troubles(at(4.0));
    assert_eq!(topics(&known), ["card.none", "battery.low"]);
    let charge = v2::ComResWithInt { value: 1, code: 0 };
    assert!(known.notice(at(5.0), cmd::NOTIFY_CHARGE, &charge.encode_to_vec()));
    card(&mut known, 6.0, 40, 0);
    assert!(topics(&known).is_empty());
    let events = known.take_events();
    assert!(events.iter().any(|event| event.topic == "card.none.over"));
    assert!(events.iter().all(|event| !event.message.is_empty()));
}

/// Follows M 31, with its motors read there.
fn following() -> Known {
    let mut known = known();
    known.aim_at(m31());
    known.open_job(at(0.0), Slot::Goto, "Slew to M 31", PATIENCE);
    tracking(&mut known, 5.0, OperationState::Running, "M 31");
    let motors = Motors {
        rotation: 100.0,
        pitch: 40.0,
    };
    known.motors_read(at(5.0), motors, known.follows_truly(at(5.0).mono));
    known
}

fn led(known: &mut Known, pitch: f64) -> Option<Target> {
    known.joystick(at(6.0).mono, true);
    tracking(known, 6.1, OperationState::Stopped, "");
    known.joystick(at(7.0).mono, false);
    assert!(known.waits_to_follow());
    let motors = Motors {
        rotation: 100.0,
        pitch,
    };
    known.motors_read(at(7.5), motors, None);
    assert_eq!(known.take_led_away(at(7.5).mono), None, "it may still turn");
    known.motors_read(at(8.5), motors, None);
    known.take_led_away(at(8.5).mono)
}

#[test]
fn led_away_by_hand_it_follows_the_sky_where_it_came_to_rest() {
    let mut known = following();
    let target = led(&mut known, 39.5).unwrap();
    assert_eq!(target.name, "M 31", "it is still in the picture");
    assert_eq!(known.take_led_away(at(9.0).mono), None, "once is enough");
    let mut known = following();
    let target = led(&mut known, 36.0).unwrap();
    assert_eq!(target.name, "near M 31");
    let place = known.place_of(&target, at(8.5).mono);
    let away = place.separation(&m31_place()).degrees();
    assert!((away - 4.0).abs() < 0.1, "{away}");
}

#[test]
fn what_a_person_stopped_or_the_telescope_still_follows_is_not_followed_anew() {
    let mut known = following();
    known.joystick(at(6.0).mono, true);
    known.joystick(at(7.0).mono, false);
    assert!(!known.waits_to_follow());
    known.handle_timeout(at(9.0));
    tracking(&mut known, 60.0, OperationState::Stopped, "");
    assert!(!known.waits_to_follow());
    let mut known = following();
    known.joystick(at(6.0).mono, true);
    tracking(&mut known, 6.1, OperationState::Stopped, "");
    known.joystick(at(7.0).mono, false);
    known.give_up_following();
    assert!(!known.waits_to_follow());
}

#[test]
fn a_sub_that_is_being_judged_is_not_rejected() {
    let mut known = known();
    stacking(&mut known, 1.0, OperationState::Running);
    let counts = |known: &mut Known, kind, taken, stacked| {
        let notice = v2::ResNotifyProgressCaptureRawLiveStacking {
            total_count: 10,
            update_count_type: kind,
            current_count: taken,
            stacked_count: stacked,
            ..Default::default()
        };
        let number = cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING;
        assert!(known.notice(at(2.0), number, &notice.encode_to_vec()));
        known.snapshot(at(2.0)).stacker.as_ref().unwrap().rejected
    };
    assert_eq!(counts(&mut known, 0, 1, 0), Some(0));
    assert_eq!(counts(&mut known, 1, 0, 1), Some(0));
    assert_eq!(counts(&mut known, 0, 2, 0), Some(0));
    assert_eq!(counts(&mut known, 0, 3, 0), Some(1));
    assert_eq!(counts(&mut known, 1, 0, 2), Some(1));
}

#[test]
fn lights_and_dark_frames_are_told() {
    let mut known = known();
    let on = v2::ResNotifyRgbState { state: 1 };
    assert!(known.notice(at(0.0), cmd::NOTIFY_RING_LIGHT_STATE, &on.encode_to_vec()));
    let snapshot = known.snapshot(at(0.0));
    assert_eq!(snapshot.lights[0].on, Some(true));
    assert_eq!(snapshot.lights[1].on, None);

    known.open_job(at(0.0), Slot::Darks(Lens::Tele), "Dark frames", PATIENCE);
    let state = |known: &mut Known, seconds, state: OperationState| {
        let notice = v2::ResNotifyOperationState {
            state: state.into(),
        };
        let number = cmd::NOTIFY_STATE_CAPTURE_RAW_DARK;
        assert!(known.notice(at(seconds), number, &notice.encode_to_vec()));
    };
    state(&mut known, 1.0, OperationState::Running);
    let half = v2::ResNotifyProgressCaptureRawDark {
        progress: 50,
        remaining_time: 75,
    };
    let number = cmd::NOTIFY_PROGRESS_CAPTURE_RAW_DARK;
    assert!(known.notice(at(2.0), number, &half.encode_to_vec()));
    let snapshot = known.snapshot(at(2.0));
    assert_eq!(snapshot.jobs[0].progress, Some(0.5));
    assert_eq!(snapshot.jobs[0].step, "75 s left");
    assert!(snapshot.blocked.contains_key("stack.start"));
    state(&mut known, 3.0, OperationState::Idle);
    known.handle_timeout(at(5.0));
    assert_eq!(outcome(&known), Some(Outcome::Done));
    assert_eq!(known.take_stale_darks(), Some(Lens::Tele));
    let list = v2::ResGetDarkFrameInfoList {
        code: 0,
        results: vec![v2::ResGetDarkFrameInfo {
            exp_index: 156,
            gain_index: 18,
            bin_index: 0,
            exp_name: String::from("15"),
            gain_name: String::from("60"),
            bin_name: String::from("1"),
            temperature: -3,
        }],
    };
    known.darks_listed(Lens::Tele, &list.encode_to_vec().into());
    let frame = known.snapshot(at(5.0)).darks.clone().unwrap().frames[0].clone();
    assert_eq!((&*frame.id, frame.exposure_s), ("156-18-1", Some(15.0)));
}
