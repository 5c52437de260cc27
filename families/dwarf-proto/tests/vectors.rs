//! The messages against vectors this crate did not make (`testdata/README.md`).
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use skyhelm_dwarf_proto::{Generation, MessageType, ModuleId, Packet, message, table};

const MESSAGES: [(Generation, &str); 2] = [
    (
        Generation::V2,
        include_str!("../testdata/messages.v2.jsonl"),
    ),
    (
        Generation::V3,
        include_str!("../testdata/messages.v3.jsonl"),
    ),
];
const REQUESTS: [&str; 2] = [
    include_str!("../testdata/requests.python.jsonl"),
    include_str!("../testdata/requests.javascript.jsonl"),
];

fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn by_name(text: &str) -> BTreeMap<String, Value> {
    lines(text)
        .map(|line| (line["message"].as_str().unwrap().to_owned(), line))
        .collect()
}

#[test]
fn every_message_reads_and_writes_as_its_vector_says() {
    for (generation, text) in MESSAGES {
        for vector in lines(text) {
            let name = vector["message"].as_str().unwrap();
            let wire = bytes(&vector["hex"]);
            let read = message::to_json(generation, name, &wire).unwrap();
            assert_eq!(read, vector["json"], "{generation:?} {name}");
            let written = message::from_json(generation, name, &vector["json"]).unwrap();
            assert_eq!(written, wire, "{generation:?} {name}");
        }
    }
}

#[test]
fn no_message_is_without_a_vector() {
    for (generation, text) in MESSAGES {
        let vectors: BTreeSet<String> = by_name(text).into_keys().collect();
        let messages: BTreeSet<String> = message::names(generation).map(str::to_owned).collect();
        assert_eq!(vectors, messages);
    }
}

#[test]
fn every_row_has_its_vectors_or_says_why_not() {
    let vectors: BTreeMap<_, _> = MESSAGES.map(|(g, text)| (g, by_name(text))).into();
    for row in table::all() {
        let mut named = 0;
        for generation in [Generation::V2, Generation::V3] {
            for name in [row.request(generation), row.reply(generation)]
                .into_iter()
                .flatten()
            {
                let has = |g| vectors[&g].contains_key(name);
                assert!(
                    has(generation) || has(generation.other()),
                    "{}",
                    row.wire_name
                );
            }
            named += usize::from(row.request(generation).is_some());
        }
        assert_eq!(named == 0, !row.no_vector.is_empty(), "{}", row.wire_name);
    }
}

/// The negative control: a vector whose field number or type is off by one must not pass.
#[test]
fn a_wrong_vector_fails() {
    let mut wire = bytes(&by_name(MESSAGES[0].1)["ReqGotoDSO"]["hex"]);
    let right = message::to_json(Generation::V2, "ReqGotoDSO", &wire).unwrap();
    wire[0] += 8;
    let shifted = message::to_json(Generation::V2, "ReqGotoDSO", &wire).unwrap();
    assert_ne!(shifted, right);
    wire[0] = 0x08;
    assert!(message::to_json(Generation::V2, "ReqGotoDSO", &wire).is_err());
}

#[test]
fn captured_requests_are_read_as_their_notes_say() {
    for line in REQUESTS.into_iter().flat_map(lines) {
        if line.get("frame").is_none() {
            assert_eq!(line["ws_text"], "ping");
            continue;
        }
        let packet = Packet::decode(&bytes(&line["frame"])).unwrap();
        assert_eq!(u64::from(packet.cmd), line["cmd"].as_u64().unwrap());
        assert_eq!(
            u64::from(packet.module.number()),
            line["module"].as_u64().unwrap()
        );
        assert_eq!(packet.kind, MessageType::Request);
        assert_eq!(packet.client_id, line["cid"].as_str().unwrap());
        assert_eq!(packet.payload, bytes(&line["data"]));
        let row = table::row(packet.cmd).unwrap();
        assert_eq!(row.module, packet.module);
        let name = row.request(Generation::V2).unwrap();
        let body = message::to_json(Generation::V2, name, &packet.payload).unwrap();
        match packet.cmd {
            11_002 => {
                assert_eq!(body["target_name"], "M42");
                // M 42 lies at 5.588 h: these clients send hours.
                assert!((body["ra"].as_f64().unwrap() - 5.588).abs() < 0.01);
                assert!((body["dec"].as_f64().unwrap() + 5.39).abs() < 0.01);
            }
            13_000 => assert!(body["timestamp"].as_u64().unwrap() > 1_700_000_000),
            13_004 => assert_eq!(body["lock"], true),
            10_009 => assert_eq!(body["index"], 120),
            _ => {}
        }
    }
}

#[test]
fn a_captured_frame_is_written_byte_for_byte() {
    // The Python client leaves out what is zero, as prost does.
    for line in lines(REQUESTS[0]).filter(|line| line.get("frame").is_some()) {
        let frame = bytes(&line["frame"]);
        let packet = Packet::decode(&frame).unwrap();
        assert_eq!(packet.encode(), frame);
    }
}

#[test]
fn numbers_nobody_knows_are_kept() {
    assert_eq!(ModuleId::from_number(99).number(), 99);
    assert_eq!(MessageType::from_number(7), MessageType::Unknown(7));
    assert!(!MessageType::from_number(7).is_reply());
}
