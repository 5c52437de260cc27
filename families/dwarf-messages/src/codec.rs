//! A message by its wire name, to JSON and back.

use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

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

/// The bridge of one message.
#[derive(Debug)]
pub struct Codec {
    /// The message's name on the wire.
    pub name: &'static str,
    /// Decodes it.
    pub to_json: fn(&[u8]) -> Result<Value, MessageError>,
    /// Encodes it; a field the message does not have is refused.
    pub from_json: fn(&Value) -> Result<Vec<u8>, MessageError>,
    /// Whether bytes are one.
    pub is_readable: fn(&[u8]) -> bool,
}

impl Codec {
    /// All messages of API 2.0's firmware, sorted by name.
    pub const V2: &'static [Self] = codecs_v2::V2;
    /// All messages of the newer firmware, sorted by name.
    pub const V3: &'static [Self] = codecs_v3::V3;

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
