//! Every message by its wire name, to JSON and back.
//!
//! This is what lets a person send any command from a terminal, and a log show any payload.

use serde_json::Value;
use skyhelm_dwarf_messages::Codec;
pub use skyhelm_dwarf_messages::MessageError;

use crate::table::Generation;

/// Decodes a message by name. An empty payload is the message with all its fields at zero.
///
/// # Errors
/// When no message has the name, or the bytes are not one.
pub fn to_json(generation: Generation, name: &str, payload: &[u8]) -> Result<Value, MessageError> {
    (codec(generation, name)?.to_json)(payload)
}

/// Encodes a message by name. Absent fields are zero; a field the message does not have is refused.
///
/// # Errors
/// When no message has the name, or the JSON does not fit it.
pub fn from_json(
    generation: Generation,
    name: &str,
    value: &Value,
) -> Result<Vec<u8>, MessageError> {
    (codec(generation, name)?.from_json)(value)
}

/// Whether a message of this name is known.
pub fn is_known(generation: Generation, name: &str) -> bool {
    codec(generation, name).is_ok()
}

/// Whether a payload is a message of this name.
pub fn is_readable(generation: Generation, name: &str, payload: &[u8]) -> bool {
    codec(generation, name).is_ok_and(|codec| (codec.is_readable)(payload))
}

/// The names of all messages of a generation's own package, in order.
pub fn names(generation: Generation) -> impl Iterator<Item = &'static str> {
    package(generation).iter().map(|codec| codec.name)
}

fn package(generation: Generation) -> &'static [Codec] {
    match generation {
        Generation::V2 => Codec::V2,
        Generation::V3 => Codec::V3,
    }
}

/// A message the generation's package lacks has kept the shape of the other generation.
fn codec(generation: Generation, name: &str) -> Result<&'static Codec, MessageError> {
    let find = |generation| {
        let package = package(generation);
        package
            .binary_search_by(|codec| codec.name.cmp(name))
            .ok()
            .map(|found| &package[found])
    };
    find(generation)
        .or_else(|| find(generation.other()))
        .ok_or_else(|| MessageError::Unknown(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_and_back_gives_the_same_bytes() {
        let wanted = json!({"ra": 5.5, "dec": -5.25, "target_name": "M42"});
        let bytes = from_json(Generation::V2, "ReqGotoDSO", &wanted).unwrap();
        assert_eq!(
            to_json(Generation::V2, "ReqGotoDSO", &bytes).unwrap(),
            wanted
        );
    }

    #[test]
    fn a_field_the_message_does_not_have_is_refused() {
        let typo = json!({"right_ascension": 5.5});
        assert!(from_json(Generation::V2, "ReqGotoDSO", &typo).is_err());
        assert!(from_json(Generation::V2, "ReqGotoDso", &json!({})).is_err());
    }

    #[test]
    fn the_names_are_sorted_for_the_search() {
        for generation in [Generation::V2, Generation::V3] {
            assert!(package(generation).is_sorted_by(|a, b| a.name < b.name));
        }
    }

    #[test]
    fn every_message_can_be_empty() {
        for generation in [Generation::V2, Generation::V3] {
            for name in names(generation) {
                let value = to_json(generation, name, &[]).unwrap();
                assert!(
                    from_json(generation, name, &value).unwrap().is_empty(),
                    "{name}"
                );
            }
        }
    }
}
