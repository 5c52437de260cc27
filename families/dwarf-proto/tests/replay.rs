//! The requests of two public clients, replayed in order against the device's end.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use prost::Message;
use serde_json::Value;
use skyhelm_dwarf_proto::device::{ConnectionId, DeviceEvent, DeviceInput, DeviceOutput, Outgoing};
use skyhelm_dwarf_proto::v2::ResNotifyHostSlaveMode;
use skyhelm_dwarf_proto::{Code, DeviceHub, MessageType, Packet, Profile, cmd};
use skyhelm_units::{Mono, Now, UtcMillis};

const ME: ConnectionId = ConnectionId(7);

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn now() -> Now {
    Now {
        mono: Mono::ZERO,
        utc: UtcMillis::new(0),
    }
}

/// What the device sends, answering each command with success as soon as it is told of it.
fn answers(hub: &mut DeviceHub) -> Vec<Outgoing> {
    let mut sent = Vec::new();
    while let Some(output) = hub.poll_output() {
        match output {
            DeviceOutput::Event(DeviceEvent::Command(command)) => {
                hub.reply_code(&command.request, Code::OK);
            }
            DeviceOutput::Event(DeviceEvent::PassedOver { row, .. }) => {
                panic!("{} had no effect", row.wire_name)
            }
            DeviceOutput::Event(_) => {}
            DeviceOutput::Send { message, .. } => {
                hub.handle_input(now(), DeviceInput::Written(ME));
                sent.push(message);
            }
            DeviceOutput::Close { reason, .. } => panic!("{reason:?}"),
        }
    }
    sent
}

fn replay(capture: &str) {
    let mut hub = DeviceHub::new(Profile::dwarf3_v2());
    hub.handle_input(now(), DeviceInput::Opened(ME));
    let mut told_host = false;
    for line in capture
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
    {
        if let Some(text) = line.get("ws_text") {
            hub.handle_input(now(), DeviceInput::Text(ME, text.as_str().unwrap()));
            assert_eq!(answers(&mut hub), [Outgoing::Text("pong")]);
            continue;
        }
        let frame = bytes(line["frame"].as_str().unwrap());
        let asked = Packet::decode(&frame).unwrap();
        hub.handle_input(now(), DeviceInput::Binary(ME, &frame));
        let mut replied = 0;
        for message in answers(&mut hub) {
            match message {
                Outgoing::Reply(frame) => {
                    let reply = Packet::decode(&frame).unwrap();
                    assert!(told_host, "the role is told before the first answer");
                    assert_eq!((reply.module, reply.cmd), (asked.module, asked.cmd));
                    assert_eq!(reply.client_id, asked.client_id);
                    assert_eq!(reply.kind, MessageType::ReplyToo);
                    replied += 1;
                }
                Outgoing::Notification(cmd::NOTIFY_HOST_SLAVE_MODE, frame) => {
                    let packet = Packet::decode(&frame).unwrap();
                    let role = ResNotifyHostSlaveMode::decode(packet.payload).unwrap();
                    assert_eq!(role.mode, 0);
                    told_host = true;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(replied, 1, "{}", asked.cmd);
    }
}

#[test]
fn the_python_client_is_host_and_gets_every_answer() {
    let capture = include_str!("../testdata/requests.python.jsonl");
    // The capture holds two sessions, of a DWARF II and of a DWARF 3.
    let second = capture.match_indices("\"cmd\": 10039").nth(1).unwrap().0;
    let (first, rest) = capture.split_at(capture[..second].rfind('\n').unwrap() + 1);
    replay(first);
    replay(rest);
}

#[test]
fn the_javascript_client_is_host_and_gets_every_answer() {
    replay(include_str!("../testdata/requests.javascript.jsonl"));
}
