//! Packets, payloads and HTTP bodies of a DWARF.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use skyhelm_dwarf_proto::table::Generation;
use skyhelm_dwarf_proto::{Packet, http, message};

/// A frame decodes or is refused; what decodes is encoded to what decodes the same.
pub(super) fn packet(data: &[u8]) {
    let Ok(packet) = Packet::decode(data) else {
        return;
    };
    let again = Packet::decode(&packet.encode()).expect("our own encoding decodes");
    assert_eq!(again, packet, "a packet survives the wire");
}

/// The first two bytes choose generation and message, the rest is its payload: readable as JSON or
/// refused; what was read makes the same JSON after another round.
pub(super) fn payload(data: &[u8]) {
    let [choice, more, payload @ ..] = data else {
        return;
    };
    let generation = if more & 0x80 == 0 {
        Generation::V2
    } else {
        Generation::V3
    };
    let names: Vec<_> = message::names(generation).collect();
    let at = usize::from(*choice) + 256 * usize::from(more & 0x7f);
    let name = names[at % names.len()];
    let Ok(shown) = message::to_json(generation, name, payload) else {
        return;
    };
    // A number that JSON cannot say is shown as null and cannot be written again.
    let Ok(written) = message::from_json(generation, name, &shown) else {
        return;
    };
    let again = message::to_json(generation, name, &written).expect("our own encoding decodes");
    assert_eq!(again, shown, "{name} survives the wire");
}

/// Each body either end reads.
pub(super) fn http(data: &[u8]) {
    let [choice, body @ ..] = data else { return };
    let readers: &[fn(&[u8])] = &[
        body_of::<http::Answer<Vec<http::MediaCount>>>,
        body_of::<http::Answer<Vec<http::MediaInfo>>>,
        body_of::<http::MediaInfosRequest>,
        body_of::<http::Answer<http::DeviceInfo>>,
        body_of::<http::Answer<Value>>,
        body_of::<http::ParamAndSettingRequest>,
        body_of::<http::Answer<http::ParamsConfig>>,
        body_of::<http::Answer<http::ShootingModes>>,
    ];
    readers[usize::from(*choice) % readers.len()](body);
}

fn body_of<T: DeserializeOwned + Serialize>(body: &[u8]) {
    if let Ok(read) = serde_json::from_slice::<T>(body) {
        serde_json::to_vec(&read).expect("what was read can be written");
    }
}
