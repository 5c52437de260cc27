use bytes::Bytes;
use prost::Message;

use crate::error_code::Code;
use crate::message;
use crate::table::{Generation, Row, cmd};
use crate::v2::ComResponse;

/// Replies below this are codes, not values, where a getter's value and a code share a field.
const FIRST_MODULE_CODE: i32 = -10_000;

/// The code in a reply. An empty payload is success.
///
/// Getters answer their own message on success and a bare `ComResponse` on failure; field 1 of the
/// one is the value, of the other the code. No value of a getter reaches a module's code.
pub(super) fn code(generation: Generation, row: &Row, payload: &Bytes) -> Code {
    if payload.is_empty() {
        return Code::OK;
    }
    let bare = || {
        ComResponse::decode(payload.clone()).map_or(Code::PARSE_PROTOBUF_ERROR, |reply| {
            Code::from_wire(reply.code)
        })
    };
    let told = row.reply(generation).and_then(|name| {
        let reply = message::to_json(generation, name, payload).ok()?;
        let number = |field: &str| reply[field].as_i64().and_then(|n| i32::try_from(n).ok());
        match (number("code"), number("value")) {
            (Some(0), Some(value)) if value <= FIRST_MODULE_CODE => Some(Code::from_wire(value)),
            (Some(code), _) => Some(Code::from_wire(code)),
            // A reply without a code is itself the success.
            (None, _) => Some(Code::OK),
        }
    });
    told.unwrap_or_else(bare).canonical(generation, row.module)
}

/// Whether the device goes on after this reply: seen for the first plate solve of a calibration.
pub(super) fn is_interim(row: &Row, code: Code) -> bool {
    row.id == cmd::ASTRO_START_CALIBRATION && code == Code::ASTRO_PLATE_SOLVING_FAILED
}
