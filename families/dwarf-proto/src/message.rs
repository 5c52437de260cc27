//! Every message by its wire name, to JSON and back.
//!
//! This is what lets a person send any command from a terminal, and a log show any payload.

use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::table::Generation;

#[path = "gen/codecs.v2.rs"]
mod codecs_v2;
#[path = "gen/codecs.v3.rs"]
mod codecs_v3;

/// Why a message could not be bridged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// No message has this name.
    #[error("no message is called {0}")]
    Unknown(String),
    /// The bytes are not this message.
    #[error("the bytes are not a {name}: {source}")]
    Bytes {
        /// The message's name.
        name: String,
        /// What the decoder met.
        source: prost::DecodeError,
    },
    /// The JSON is not this message.
    #[error("the JSON is not a {name}: {source}")]
    Json {
        /// The message's name.
        name: String,
        /// What the reader met.
        source: serde_json::Error,
    },
}

#[derive(Debug)]
struct Codec {
    name: &'static str,
    to_json: fn(&[u8]) -> Result<Value, MessageError>,
    from_json: fn(&Value) -> Result<Vec<u8>, MessageError>,
    is_readable: fn(&[u8]) -> bool,
}

impl Codec {
    const fn of<M>(name: &'static str) -> Self
    where
        M: Message + Default + prost::Name + Serialize + DeserializeOwned,
    {
        Self {
            name,
            to_json: decode::<M>,
            from_json: encode::<M>,
            is_readable: |payload| M::decode(payload).is_ok(),
        }
    }
}

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
        Generation::V2 => codecs_v2::V2,
        Generation::V3 => codecs_v3::V3,
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

fn decode<M>(payload: &[u8]) -> Result<Value, MessageError>
where
    M: Message + Default + prost::Name + Serialize,
{
    let message = M::decode(payload).map_err(|source| MessageError::Bytes {
        name: M::NAME.to_owned(),
        source,
    })?;
    serde_json::to_value(message).map_err(|source| MessageError::Json {
        name: M::NAME.to_owned(),
        source,
    })
}

fn encode<M>(value: &Value) -> Result<Vec<u8>, MessageError>
where
    M: Message + Default + prost::Name + DeserializeOwned,
{
    M::deserialize(value)
        .map(|message| message.encode_to_vec())
        .map_err(|source| MessageError::Json {
            name: M::NAME.to_owned(),
            source,
        })
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
