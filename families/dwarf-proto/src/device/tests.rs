use skyhelm_units::{Mono, UtcMillis};

use super::*;
use crate::v2::{ReqGotoDso, ReqOpenCamera, ReqsetMasterLock, ResNotifyHostSlaveMode};

const ALICE: ConnectionId = ConnectionId(1);
const BOB: ConnectionId = ConnectionId(2);

fn now() -> Now {
    Now {
        mono: Mono::ZERO,
        utc: UtcMillis::new(0),
    }
}

fn hub_of(clients: &[ConnectionId]) -> DeviceHub {
    let mut hub = DeviceHub::new(Profile::dwarf3_v2());
    for id in clients {
        hub.handle_input(now(), DeviceInput::Opened(*id));
    }
    hub
}

fn ask(hub: &mut DeviceHub, from: ConnectionId, module: ModuleId, cmd: u32, payload: &[u8]) {
    let frame = Packet {
        major_version: 1,
        minor_version: 1,
        device_id: 1,
        module,
        cmd,
        kind: MessageType::Request,
        payload: payload.to_vec().into(),
        client_id: format!("client {}", from.0),
    }
    .encode();
    hub.handle_input(now(), DeviceInput::Binary(from, &frame));
}

/// What goes to a client, as (number, payload, type).
fn sent_to(outputs: &[DeviceOutput], id: ConnectionId) -> Vec<(u32, Bytes, MessageType)> {
    outputs
        .iter()
        .filter_map(|output| match output {
            DeviceOutput::Send {
                to,
                message: Outgoing::Reply(frame) | Outgoing::Notification(_, frame),
            } if *to == id => {
                let packet = Packet::decode(frame).unwrap();
                Some((packet.cmd, packet.payload, packet.kind))
            }
            _ => None,
        })
        .collect()
}

fn commands(outputs: &[DeviceOutput]) -> Vec<u32> {
    outputs
        .iter()
        .filter_map(|output| match output {
            DeviceOutput::Event(DeviceEvent::Command(command)) => Some(command.row.id),
            _ => None,
        })
        .collect()
}

fn drain(hub: &mut DeviceHub) -> Vec<DeviceOutput> {
    let mut outputs = Vec::new();
    while let Some(output) = hub.poll_output() {
        if let DeviceOutput::Send { to, .. } = &output {
            let to = *to;
            hub.handle_input(now(), DeviceInput::Written(to));
        }
        outputs.push(output);
    }
    outputs
}

fn host_mode(payload: &Bytes) -> ResNotifyHostSlaveMode {
    ResNotifyHostSlaveMode::decode(payload.clone()).unwrap()
}

#[test]
fn a_lone_client_is_host_and_told_so_before_its_first_answer() {
    let mut hub = hub_of(&[ALICE]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_GET_SYSTEM_WORKING_STATE,
        &[],
    );
    let outputs = drain(&mut hub);
    assert_eq!(commands(&outputs), [cmd::TELE_GET_SYSTEM_WORKING_STATE]);
    let (first, payload, kind) = sent_to(&outputs, ALICE).remove(0);
    assert_eq!(
        (first, kind),
        (cmd::NOTIFY_HOST_SLAVE_MODE, MessageType::Notification)
    );
    assert_eq!(host_mode(&payload).mode, 0);
}

#[test]
fn a_slaves_commands_are_passed_over_silently_but_its_questions_are_not() {
    let mut hub = hub_of(&[ALICE, BOB]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_OPEN_CAMERA,
        &[],
    );
    drain(&mut hub);
    ask(
        &mut hub,
        BOB,
        ModuleId::CameraTele,
        cmd::TELE_OPEN_CAMERA,
        &[],
    );
    ask(
        &mut hub,
        BOB,
        ModuleId::CameraTele,
        cmd::TELE_GET_ALL_PARAMS,
        &[],
    );
    let outputs = drain(&mut hub);
    assert_eq!(commands(&outputs), [cmd::TELE_GET_ALL_PARAMS]);
    let told: Vec<u32> = sent_to(&outputs, BOB)
        .into_iter()
        .map(|sent| sent.0)
        .collect();
    assert_eq!(told, [cmd::NOTIFY_HOST_SLAVE_MODE]);
}

#[test]
fn a_slave_takes_an_unlocked_role_and_not_a_locked_one() {
    let lock = ReqsetMasterLock { lock: true }.encode_to_vec();
    let mut hub = hub_of(&[ALICE, BOB]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_GET_SYSTEM_WORKING_STATE,
        &[],
    );
    ask(
        &mut hub,
        BOB,
        ModuleId::System,
        cmd::SYSTEM_SET_HOST_LOCK,
        &lock,
    );
    let outputs = drain(&mut hub);
    assert_eq!(hub.host(), Some(BOB));
    let (_, role, _) = sent_to(&outputs, ALICE).pop().unwrap();
    assert_eq!((host_mode(&role).mode, host_mode(&role).lock), (1, true));
    ask(
        &mut hub,
        ALICE,
        ModuleId::System,
        cmd::SYSTEM_SET_HOST_LOCK,
        &lock,
    );
    let (_, refused, kind) = sent_to(&drain(&mut hub), ALICE).pop().unwrap();
    assert_eq!(ComResponse::decode(refused).unwrap().code, -1);
    assert_eq!(kind, MessageType::Reply);
    assert_eq!(hub.host(), Some(BOB));
}

#[test]
fn when_the_host_goes_the_oldest_client_follows_and_the_lock_is_open() {
    let mut hub = hub_of(&[ALICE, BOB]);
    let lock = ReqsetMasterLock { lock: true }.encode_to_vec();
    for id in [BOB, ALICE] {
        ask(
            &mut hub,
            id,
            ModuleId::CameraTele,
            cmd::TELE_GET_SYSTEM_WORKING_STATE,
            &[],
        );
    }
    ask(
        &mut hub,
        ALICE,
        ModuleId::System,
        cmd::SYSTEM_SET_HOST_LOCK,
        &lock,
    );
    drain(&mut hub);
    hub.handle_input(now(), DeviceInput::Closed(ALICE));
    assert_eq!((hub.host(), hub.is_locked()), (Some(BOB), false));
    let (_, role, _) = sent_to(&drain(&mut hub), BOB).pop().unwrap();
    assert_eq!(host_mode(&role).mode, 0);
}

#[test]
fn unknown_commands_wrong_modules_and_broken_messages_get_the_protocols_code() {
    let mut hub = hub_of(&[ALICE]);
    let open = ReqOpenCamera {
        binning: true,
        rtsp_encode_type: 0,
    }
    .encode_to_vec();
    ask(&mut hub, ALICE, ModuleId::CameraTele, 10_499, &[]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraWide,
        cmd::TELE_OPEN_CAMERA,
        &open,
    );
    ask(
        &mut hub,
        ALICE,
        ModuleId::Astro,
        cmd::ASTRO_START_GOTO_DSO,
        &[9, 1],
    );
    ask(
        &mut hub,
        ALICE,
        ModuleId::TaskCenter,
        cmd::TASK_ENTER_CAMERA,
        &[],
    );
    hub.handle_input(now(), DeviceInput::Binary(ALICE, &[0xff, 0xff]));
    let outputs = drain(&mut hub);
    assert!(commands(&outputs).is_empty());
    let sent = sent_to(&outputs, ALICE);
    assert_eq!(sent.len(), 5);
    for (_, payload, kind) in sent {
        assert_eq!(ComResponse::decode(payload).unwrap().code, -1);
        assert_eq!(kind, MessageType::Reply);
    }
    assert_eq!(hub.host(), None, "rubbish makes nobody host");
}

#[test]
fn a_ping_is_answered_and_other_text_is_not() {
    let mut hub = hub_of(&[ALICE]);
    hub.handle_input(now(), DeviceInput::Text(ALICE, "ping"));
    hub.handle_input(now(), DeviceInput::Text(ALICE, "pong"));
    let outputs = drain(&mut hub);
    assert!(matches!(
        outputs.as_slice(),
        [DeviceOutput::Send {
            message: Outgoing::Text("pong"),
            ..
        }]
    ));
}

#[test]
fn a_flood_of_rubbish_ends_its_connection_and_no_other() {
    let mut hub = hub_of(&[ALICE, BOB]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_OPEN_CAMERA,
        &[],
    );
    for _ in 0..100 {
        hub.handle_input(now(), DeviceInput::Binary(BOB, b"\xff rubbish"));
    }
    hub.handle_input(
        now(),
        DeviceInput::Binary(ALICE, &vec![0; crate::MAX_FRAME + 1]),
    );
    let closed: Vec<_> = drain(&mut hub)
        .into_iter()
        .filter_map(|output| match output {
            DeviceOutput::Close { connection, reason } => Some((connection, reason)),
            _ => None,
        })
        .collect();
    assert_eq!(
        closed,
        [(BOB, CloseReason::Rubbish), (ALICE, CloseReason::TooLarge)]
    );
}

#[test]
fn a_client_that_does_not_read_is_closed_and_the_other_misses_nothing() {
    let mut hub = hub_of(&[ALICE, BOB]);
    for id in [ALICE, BOB] {
        ask(
            &mut hub,
            id,
            ModuleId::CameraTele,
            cmd::TELE_GET_SYSTEM_WORKING_STATE,
            &[],
        );
    }
    drain(&mut hub);
    let mut heard = 0;
    for value in 0..2000 {
        hub.notify(
            cmd::NOTIFY_BATTERY,
            &crate::v2::ComResWithInt { value, code: 0 },
        );
        let request = RequestRef {
            connection: BOB,
            ..RequestRef::unnamed(BOB)
        };
        hub.reply_code(&request, Code::OK);
        while let Some(output) = hub.poll_output() {
            match output {
                DeviceOutput::Send { to: ALICE, .. } => {
                    heard += 1;
                    hub.handle_input(now(), DeviceInput::Written(ALICE));
                }
                DeviceOutput::Close { connection, reason } => {
                    assert_eq!((connection, reason), (BOB, CloseReason::TooSlow));
                }
                _ => {}
            }
        }
    }
    assert_eq!(heard, 2000);
    assert!(!hub.connections.contains_key(&BOB));
}

#[test]
fn while_a_client_is_slow_it_keeps_only_the_newest_of_each_reading() {
    let mut hub = hub_of(&[ALICE]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_GET_SYSTEM_WORKING_STATE,
        &[],
    );
    drain(&mut hub);
    for value in 0..1000 {
        hub.notify(
            cmd::NOTIFY_BATTERY,
            &crate::v2::ComResWithInt { value, code: 0 },
        );
        if let Some(output) = hub.poll_output() {
            assert!(matches!(output, DeviceOutput::Send { .. }));
        }
    }
    let (_, newest, _) = sent_to(&drain_after_reading(&mut hub), ALICE)
        .pop()
        .unwrap();
    assert_eq!(crate::v2::ComResWithInt::decode(newest).unwrap().value, 999);
}

#[test]
fn what_happened_and_what_differs_survives_a_slow_client() {
    use crate::v2::{ResNotifyOperationState, ResNotifyStreamType};
    let mut hub = hub_of(&[ALICE]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_GET_SYSTEM_WORKING_STATE,
        &[],
    );
    drain(&mut hub);
    for value in 0..1000 {
        hub.notify(
            cmd::NOTIFY_BATTERY,
            &crate::v2::ComResWithInt { value, code: 0 },
        );
        hub.poll_output();
    }
    let stacking = cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING;
    for state in [1, 2, 3, 0] {
        hub.notify(stacking, &ResNotifyOperationState { state });
        for cam_id in [0, 1] {
            let stream_type = 1 + i32::from(state > 1);
            let stream = ResNotifyStreamType {
                stream_type,
                cam_id,
            };
            hub.notify(cmd::NOTIFY_STREAM_TYPE, &stream);
        }
    }
    let told = sent_to(&drain_after_reading(&mut hub), ALICE);
    let states: Vec<_> = told
        .iter()
        .filter(|(cmd, ..)| *cmd == stacking)
        .map(|(_, payload, _)| {
            ResNotifyOperationState::decode(payload.clone())
                .unwrap()
                .state
        })
        .collect();
    assert_eq!(states, [1, 2, 3, 0]);
    let cameras: Vec<_> = told
        .iter()
        .filter(|(number, ..)| *number == cmd::NOTIFY_STREAM_TYPE)
        .map(|(_, payload, _)| ResNotifyStreamType::decode(payload.clone()).unwrap().cam_id)
        .collect();
    assert_eq!(cameras, [0, 1]);
}

fn drain_after_reading(hub: &mut DeviceHub) -> Vec<DeviceOutput> {
    for _ in 0..WINDOW {
        hub.handle_input(now(), DeviceInput::Written(ALICE));
    }
    drain(hub)
}

#[test]
fn a_client_that_falls_silent_loses_its_connection_and_the_role() {
    let mut hub = hub_of(&[ALICE]);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_OPEN_CAMERA,
        &[],
    );
    let (at, why) = hub.poll_timeout().unwrap();
    assert_eq!(why, Wakeup::Silence);
    hub.handle_timeout(Now { mono: at, ..now() });
    assert_eq!(hub.host(), None);
    assert!(drain(&mut hub).iter().any(|output| matches!(
        output,
        DeviceOutput::Close {
            connection: ALICE,
            reason: CloseReason::Silent
        }
    )));
}

#[test]
fn a_reply_after_the_motion_still_finds_its_asker() {
    let mut hub = hub_of(&[ALICE]);
    let goto = ReqGotoDso {
        ra: 5.5,
        dec: -5.4,
        target_name: "M42".into(),
    };
    ask(
        &mut hub,
        ALICE,
        ModuleId::Astro,
        cmd::ASTRO_START_GOTO_DSO,
        &goto.encode_to_vec(),
    );
    let command = drain(&mut hub)
        .into_iter()
        .find_map(|output| match output {
            DeviceOutput::Event(DeviceEvent::Command(command)) => Some(command),
            _ => None,
        })
        .unwrap();
    assert_eq!(command.message::<ReqGotoDso>().unwrap(), goto);
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_GET_ALL_PARAMS,
        &[],
    );
    hub.reply_code(&command.request, Code::OK);
    let (number, payload, kind) = sent_to(&drain(&mut hub), ALICE).pop().unwrap();
    assert_eq!(
        (number, kind),
        (cmd::ASTRO_START_GOTO_DSO, MessageType::ReplyToo)
    );
    assert!(payload.is_empty(), "success has no bytes");
}

#[test]
fn newer_firmware_passes_over_the_old_way_to_open_a_camera() {
    let mut hub = DeviceHub::new(Profile::dwarf3_v3());
    hub.handle_input(now(), DeviceInput::Opened(ALICE));
    ask(
        &mut hub,
        ALICE,
        ModuleId::CameraTele,
        cmd::TELE_OPEN_CAMERA,
        &[],
    );
    let outputs = drain(&mut hub);
    assert!(commands(&outputs).is_empty());
    assert!(
        sent_to(&outputs, ALICE)
            .iter()
            .all(|sent| sent.2 == MessageType::Notification)
    );
}
