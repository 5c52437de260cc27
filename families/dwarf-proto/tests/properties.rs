//! What holds for any bytes and any message.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use skyhelm_dwarf_proto::client::{ClientConfig, Input};
use skyhelm_dwarf_proto::device::{ConnectionId, DeviceInput};
use skyhelm_dwarf_proto::error_code::CodeSign;
use skyhelm_dwarf_proto::{
    ClientSession, Code, DeviceHub, Generation, MessageType, ModuleId, Packet, Profile, message,
    table,
};
use skyhelm_units::{Mono, Now, UtcMillis};

fn packet() -> impl Strategy<Value = Packet> {
    let row_or_any = prop_oneof![
        3 => (0..table::all().count()).prop_map(|n| {
            let row = table::all().nth(n).unwrap();
            (row.module.number(), row.id)
        }),
        1 => (any::<u32>(), any::<u32>()),
    ];
    let payload = prop_oneof![
        Just(Vec::new()),
        prop::collection::vec(any::<u8>(), 0..40),
        any::<i32>().prop_map(|code| {
            message::from_json(
                Generation::V2,
                "ComResponse",
                &serde_json::json!({ "code": code }),
            )
            .unwrap()
        }),
    ];
    (row_or_any, 0u32..5, payload, ".{0,12}").prop_map(
        |((module, cmd), kind, payload, client_id)| Packet {
            major_version: 1,
            minor_version: 2,
            device_id: 1,
            module: ModuleId::from_number(module),
            cmd,
            kind: MessageType::from_number(kind),
            payload: payload.into(),
            client_id,
        },
    )
}

fn frame() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => packet().prop_map(|packet| packet.encode().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (packet(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(packet, at, byte)| {
            let mut bytes = packet.encode().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.truncate(at + 20);
            bytes
        }),
    ]
}

fn now() -> Now {
    Now {
        mono: Mono::ZERO,
        utc: UtcMillis::new(0),
    }
}

proptest! {
    #[test]
    fn a_packet_decodes_to_what_was_encoded(packet in packet()) {
        prop_assert_eq!(Packet::decode(&packet.encode()).unwrap(), packet);
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Packet::decode(&bytes);
        for generation in [Generation::V2, Generation::V3] {
            for name in message::names(generation) {
                if let Ok(value) = message::to_json(generation, name, &bytes) {
                    let _ = message::from_json(generation, name, &value);
                }
            }
        }
    }

    #[test]
    fn no_frame_makes_a_client_panic(frames in prop::collection::vec(frame(), 0..30)) {
        for profile in [Profile::dwarf3_v2(), Profile::mini()] {
            let mut session = ClientSession::new(ClientConfig::new(profile, "us"));
            session.handle_input(now(), Input::Connected);
            for frame in &frames {
                session.handle_input(now(), Input::Binary(frame));
                while session.poll_output().is_some() {}
            }
        }
    }

    #[test]
    fn no_frame_makes_a_device_panic_or_a_neighbour_lose_its_role(
        frames in prop::collection::vec(frame(), 0..80),
    ) {
        let (good, bad) = (ConnectionId(1), ConnectionId(2));
        let mut hub = DeviceHub::new(Profile::dwarf3_v2());
        for id in [good, bad] {
            hub.handle_input(now(), DeviceInput::Opened(id));
        }
        let lock = Packet {
            major_version: 1,
            minor_version: 2,
            device_id: 1,
            module: ModuleId::System,
            cmd: 13_004,
            kind: MessageType::Request,
            payload: vec![8, 1].into(),
            client_id: String::new(),
        };
        hub.handle_input(now(), DeviceInput::Binary(good, &lock.encode()));
        for frame in &frames {
            hub.handle_input(now(), DeviceInput::Binary(bad, frame));
            while hub.poll_output().is_some() {}
        }
        prop_assert_eq!(hub.host(), Some(good));
    }

    #[test]
    fn a_code_survives_either_sign(code in any::<i32>()) {
        let read = Code::from_wire(code);
        for sign in [CodeSign::Negative, CodeSign::Positive] {
            if code != i32::MIN {
                prop_assert_eq!(Code::from_wire(read.to_wire(sign)), read);
            }
        }
        prop_assert_eq!(read.is_ok(), code == 0);
    }
}
