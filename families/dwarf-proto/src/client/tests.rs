use core::time::Duration;

use prost::Message as _;
use skyhelm_units::UtcMillis;

use super::*;
use crate::packet::ModuleId;
use crate::v2::{
    ComResWithInt, ComResponse, ReqMotorServiceJoystick, ReqSetTime, ResNotifyHostSlaveMode,
};

fn at(seconds: u64) -> Now {
    Now {
        mono: Mono::from_elapsed(Duration::from_secs(seconds)),
        utc: UtcMillis::from_seconds(1_793_000_000 + seconds as i64),
    }
}

fn connected() -> ClientSession {
    let mut session = ClientSession::new(ClientConfig::new(Profile::dwarf3_v2(), "us"));
    session.handle_input(at(0), Input::Connected);
    assert_eq!(
        sent(&drain(&mut session)),
        [cmd::TELE_GET_SYSTEM_WORKING_STATE]
    );
    session
}

fn drain(session: &mut ClientSession) -> Vec<Output> {
    core::iter::from_fn(|| session.poll_output()).collect()
}

fn packets(outputs: &[Output]) -> Vec<Packet> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Send(frame) => Some(Packet::decode(frame).unwrap()),
            _ => None,
        })
        .collect()
}

fn sent(outputs: &[Output]) -> Vec<u32> {
    packets(outputs)
        .into_iter()
        .map(|packet| packet.cmd)
        .collect()
}

fn tell(
    session: &mut ClientSession,
    now: Now,
    module: ModuleId,
    cmd: u32,
    kind: MessageType,
    payload: &[u8],
) -> Vec<Output> {
    let frame = Packet {
        major_version: 1,
        minor_version: 2,
        device_id: 1,
        module,
        cmd,
        kind,
        payload: payload.to_vec().into(),
        client_id: "somebody else".into(),
    }
    .encode();
    session.handle_input(now, Input::Binary(&frame));
    drain(session)
}

fn answer(session: &mut ClientSession, now: Now, cmd: u32, payload: &[u8]) -> Vec<Output> {
    let module = table::row(cmd).unwrap().module;
    tell(session, now, module, cmd, MessageType::ReplyToo, payload)
}

fn replies(outputs: &[Output]) -> Vec<(u32, Code)> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Event(Event::Reply(reply)) => Some((reply.row.id, reply.code)),
            _ => None,
        })
        .collect()
}

fn role(session: &mut ClientSession, mode: i32, lock: bool) -> Vec<Output> {
    let role = ResNotifyHostSlaveMode { mode, lock }.encode_to_vec();
    let number = cmd::NOTIFY_HOST_SLAVE_MODE;
    tell(
        session,
        at(1),
        ModuleId::Notify,
        number,
        MessageType::Notification,
        &role,
    )
}

fn stick(angle: f64) -> Request {
    let push = ReqMotorServiceJoystick {
        vector_angle: angle,
        vector_length: 1.0,
        speed: 1.0,
    };
    Request::new(cmd::MOTOR_JOYSTICK, &push)
}

#[test]
fn connecting_asks_for_the_state_and_changes_nothing() {
    let mut session = connected();
    let outputs = answer(&mut session, at(1), cmd::TELE_GET_SYSTEM_WORKING_STATE, &[]);
    assert!(matches!(
        outputs.as_slice(),
        [Output::Event(Event::Started)]
    ));
}

#[test]
fn both_kinds_of_reply_and_the_empty_one_are_success() {
    let mut session = connected();
    for kind in [MessageType::Reply, MessageType::ReplyToo] {
        session
            .request(at(1), Request::empty(cmd::TELE_PHOTOGRAPH))
            .unwrap();
        drain(&mut session);
        let outputs = tell(
            &mut session,
            at(1),
            ModuleId::CameraTele,
            cmd::TELE_PHOTOGRAPH,
            kind,
            &[],
        );
        assert_eq!(replies(&outputs), [(cmd::TELE_PHOTOGRAPH, Code::OK)]);
    }
}

#[test]
fn a_code_of_either_sign_is_the_same_failure() {
    let mut session = connected();
    // -10501 as a varint of ten bytes, and 10501.
    for payload in [
        &[
            0x08, 0xfb, 0xad, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
        ][..],
        &[0x08, 0x85, 0x52][..],
    ] {
        session
            .request(at(1), Request::empty(cmd::TELE_PHOTOGRAPH))
            .unwrap();
        drain(&mut session);
        let outputs = answer(&mut session, at(1), cmd::TELE_PHOTOGRAPH, payload);
        assert_eq!(
            replies(&outputs),
            [(cmd::TELE_PHOTOGRAPH, Code::CAMERA_TELE_CLOSED)]
        );
    }
}

#[test]
fn a_getter_that_answers_a_bare_code_has_failed() {
    let mut session = connected();
    let closed = ComResponse { code: -10_501 }.encode_to_vec();
    let value = ComResWithInt { value: 24, code: 0 }.encode_to_vec();
    for (payload, code) in [(closed, Code::CAMERA_TELE_CLOSED), (value, Code::OK)] {
        session
            .request(at(1), Request::empty(cmd::TELE_GET_GAIN))
            .unwrap();
        drain(&mut session);
        let outputs = answer(&mut session, at(1), cmd::TELE_GET_GAIN, &payload);
        assert_eq!(replies(&outputs), [(cmd::TELE_GET_GAIN, code)]);
    }
}

#[test]
fn one_request_of_a_kind_is_under_way_and_the_next_waits() {
    let mut session = connected();
    let first = session
        .request(at(1), Request::empty(cmd::TELE_PHOTOGRAPH))
        .unwrap();
    let second = session
        .request(at(1), Request::empty(cmd::TELE_PHOTOGRAPH))
        .unwrap();
    session
        .request(at(1), Request::empty(cmd::WIDE_PHOTOGRAPH))
        .unwrap();
    assert_eq!(
        sent(&drain(&mut session)),
        [cmd::TELE_PHOTOGRAPH, cmd::WIDE_PHOTOGRAPH]
    );
    let outputs = answer(&mut session, at(2), cmd::TELE_PHOTOGRAPH, &[]);
    assert_eq!(sent(&outputs), [cmd::TELE_PHOTOGRAPH]);
    let Output::Event(Event::Reply(reply)) = &outputs[0] else {
        panic!("{outputs:?}")
    };
    assert_eq!(reply.ticket, first);
    assert!(first < second);
}

#[test]
fn a_goto_waits_minutes_and_is_never_sent_twice() {
    let mut session = connected();
    answer(&mut session, at(0), cmd::TELE_GET_SYSTEM_WORKING_STATE, &[]);
    session
        .request(at(1), Request::empty(cmd::ASTRO_START_GOTO_DSO))
        .unwrap();
    drain(&mut session);
    let mut now = at(1);
    let mut gotos = 0;
    let mut timed_out = false;
    while !timed_out {
        let (next, _) = session.poll_timeout().unwrap();
        now.mono = next;
        session.handle_input(now, Input::Text("pong"));
        session.handle_timeout(now);
        for output in drain(&mut session) {
            match output {
                Output::Send(_) => gotos += 1,
                Output::Event(Event::TimedOut { row, .. }) => {
                    timed_out = row.id == cmd::ASTRO_START_GOTO_DSO;
                }
                _ => {}
            }
        }
    }
    assert_eq!(gotos, 0);
    assert_eq!(now.mono.elapsed(), Duration::from_secs(181));
    let outputs = answer(&mut session, now, cmd::ASTRO_START_GOTO_DSO, &[]);
    assert!(matches!(
        outputs.as_slice(),
        [Output::Event(Event::LateReply { .. })]
    ));
}

#[test]
fn a_calibration_goes_on_after_its_first_failed_plate_solve() {
    let mut session = connected();
    session
        .request(at(1), Request::empty(cmd::ASTRO_START_CALIBRATION))
        .unwrap();
    drain(&mut session);
    let failed = |code| ComResponse { code }.encode_to_vec();
    let outputs = answer(
        &mut session,
        at(9),
        cmd::ASTRO_START_CALIBRATION,
        &failed(-11_500),
    );
    assert!(matches!(
        outputs.as_slice(),
        [Output::Event(Event::Interim { .. })]
    ));
    let outputs = answer(
        &mut session,
        at(20),
        cmd::ASTRO_START_CALIBRATION,
        &failed(-11_504),
    );
    let end = (cmd::ASTRO_START_CALIBRATION, Code::ASTRO_CALIBRATION_FAILED);
    assert_eq!(replies(&outputs), [end]);
}

#[test]
fn a_slave_is_told_so_instead_of_being_ignored() {
    let mut session = connected();
    let outputs = role(&mut session, 1, true);
    assert!(matches!(
        outputs[0],
        Output::Event(Event::Role(HostRole { is_host: false, .. }))
    ));
    let refused = session.request(at(2), Request::empty(cmd::TELE_PHOTOGRAPH));
    assert!(matches!(refused, Err(RequestError::NotHost(_))));
    assert!(
        session
            .request(at(2), Request::empty(cmd::TELE_GET_ALL_PARAMS))
            .is_ok()
    );
}

#[test]
fn the_clock_is_set_with_the_host_role_and_not_before() {
    let mut session = connected();
    answer(&mut session, at(0), cmd::TELE_GET_SYSTEM_WORKING_STATE, &[]);
    role(&mut session, 1, false);
    let clock = ClockSetting {
        offset_hours: 1.0,
        zone: "Europe/Berlin".into(),
    };
    session.take_host(at(1), clock).unwrap();
    assert_eq!(sent(&drain(&mut session)), [cmd::SYSTEM_SET_HOST_LOCK]);
    let outputs = role(&mut session, 0, true);
    assert_eq!(
        sent(&outputs),
        [cmd::SYSTEM_SET_TIME, cmd::SYSTEM_SET_TIME_ZONE]
    );
    let time = ReqSetTime::decode(packets(&outputs)[0].payload.clone()).unwrap();
    assert_eq!(time.timestamp, 1_793_000_001);
    let outputs = answer(&mut session, at(2), cmd::SYSTEM_SET_HOST_LOCK, &[]);
    assert!(sent(&outputs).is_empty(), "the clock is set once");
}

#[test]
fn a_stop_leaves_no_stick_position_to_be_sent() {
    let mut session = connected();
    for angle in [0.0, 90.0, 180.0] {
        session.request(at(1), stick(angle)).unwrap();
    }
    let outputs = drain(&mut session);
    assert_eq!(sent(&outputs), [cmd::MOTOR_JOYSTICK]);
    session
        .request(at(1), Request::empty(cmd::MOTOR_JOYSTICK_STOP))
        .unwrap();
    assert_eq!(sent(&drain(&mut session)), [cmd::MOTOR_JOYSTICK_STOP]);
    let outputs = answer(&mut session, at(1), cmd::MOTOR_JOYSTICK, &[]);
    assert!(sent(&outputs).is_empty());
}

#[test]
fn only_the_newest_waiting_stick_position_is_sent() {
    let mut session = connected();
    for angle in [0.0, 90.0, 180.0] {
        session.request(at(1), stick(angle)).unwrap();
    }
    drain(&mut session);
    let outputs = answer(&mut session, at(1), cmd::MOTOR_JOYSTICK, &[]);
    let push = ReqMotorServiceJoystick::decode(packets(&outputs)[0].payload.clone()).unwrap();
    assert!((push.vector_angle - 180.0).abs() < 1e-9);
}

#[test]
fn a_silent_device_is_pinged_and_given_up() {
    let mut session = connected();
    session
        .request(at(0), Request::empty(cmd::TELE_PHOTOGRAPH))
        .unwrap();
    drain(&mut session);
    let mut pings = 0;
    let mut dead = None;
    while let Some((next, _)) = session.poll_timeout() {
        session.handle_timeout(Now {
            mono: next,
            ..at(0)
        });
        for output in drain(&mut session) {
            match output {
                Output::SendText("ping") => pings += 1,
                Output::Event(Event::Dead(reason)) => dead = Some(reason),
                _ => {}
            }
        }
    }
    assert!(pings >= 2, "{pings}");
    assert!(dead.is_some());
}

#[test]
fn what_was_asked_is_reported_lost_when_the_connection_goes_and_asked_anew_by_nobody() {
    let mut session = connected();
    let ticket = session
        .request(at(1), Request::empty(cmd::ASTRO_START_GOTO_DSO))
        .unwrap();
    drain(&mut session);
    session.handle_input(at(2), Input::Closed);
    let outputs = drain(&mut session);
    assert!(
        matches!(outputs.as_slice(), [Output::Event(Event::Lost { ticket: lost, .. })] if *lost == ticket)
    );
    session.handle_input(at(3), Input::Connected);
    assert_eq!(
        sent(&drain(&mut session)),
        [cmd::TELE_GET_SYSTEM_WORKING_STATE]
    );
}

#[test]
fn a_command_of_another_firmware_is_not_sent() {
    let mut session = connected();
    let refused = session.request(at(1), Request::empty(cmd::TASK_ENTER_CAMERA));
    assert!(matches!(refused, Err(RequestError::NotOnThisFirmware(_))));
    let mut profile = Profile::dwarf3_v2();
    profile.minor_version = 1;
    let mut old = ClientSession::new(ClientConfig::new(profile, "us"));
    old.handle_input(at(0), Input::Connected);
    let refused = old.request(at(1), Request::empty(cmd::ASTRO_START_EQ_SOLVING));
    assert!(matches!(
        refused,
        Err(RequestError::NeedsMinor { minor: 5, .. })
    ));
}

#[test]
fn on_newer_firmware_the_role_alone_answers_the_host_lock() {
    let mut session = ClientSession::new(ClientConfig::new(Profile::dwarf3_v3(), "us"));
    session.handle_input(at(0), Input::Connected);
    answer(&mut session, at(0), cmd::TELE_GET_SYSTEM_WORKING_STATE, &[]);
    let clock = ClockSetting {
        offset_hours: 0.0,
        zone: "UTC".into(),
    };
    session.take_host(at(1), clock).unwrap();
    role(&mut session, 0, true);
    for number in [cmd::SYSTEM_SET_TIME, cmd::SYSTEM_SET_TIME_ZONE] {
        answer(&mut session, at(2), number, &[]);
    }
    session.handle_timeout(at(6));
    assert_eq!(
        replies(&drain(&mut session)),
        [(cmd::SYSTEM_SET_HOST_LOCK, Code::OK)]
    );
}
