//! From method and data to a typed message, and back.

use serde_json::Value;

/// Data that do not fit their method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{method}: {reason}")]
pub struct PayloadError {
    /// The method.
    pub method: String,
    /// What is wrong with the data.
    pub reason: String,
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(
    method: &str,
    data: &Value,
) -> Result<T, PayloadError> {
    serde_json::from_value(data.clone()).map_err(|error| PayloadError {
        method: method.to_owned(),
        reason: error.to_string(),
    })
}

pub(crate) fn written<T: serde::Serialize>(body: &T) -> Value {
    serde_json::to_value(body).unwrap_or_else(|_| Value::Object(serde_json::Map::new()))
}

pub(crate) fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

/// An enumeration of messages: those without data, those with, and one for all others.
macro_rules! messages {
    ($(#[$doc:meta])* $name:ident {
        plain { $($(#[$plain_doc:meta])* $plain:ident = $plain_method:literal,)* }
        carrying { $($(#[$doc2:meta])* $variant:ident($body:ty) = $method:literal,)* }
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$plain_doc])* $plain,)*
            $($(#[$doc2])* $variant($body),)*
            /// Any other: kept as it came.
            Other {
                /// Its method.
                method: String,
                /// Its data.
                data: serde_json::Value,
            },
        }

        impl $name {
            /// The methods that are typed.
            pub const METHODS: &[&str] = &[$($plain_method,)* $($method,)*];

            /// The method on the wire.
            pub fn method(&self) -> &str {
                match self {
                    $(Self::$plain => $plain_method,)*
                    $(Self::$variant(_) => $method,)*
                    Self::Other { method, .. } => method,
                }
            }

            /// The data on the wire.
            pub fn data(&self) -> serde_json::Value {
                match self {
                    $(Self::$plain => crate::message::empty(),)*
                    $(Self::$variant(body) => crate::message::written(body),)*
                    Self::Other { data, .. } => data.clone(),
                }
            }

            /// From method and data.
            ///
            /// # Errors
            /// When a typed method's data lack what it needs, or hold it out of range.
            pub fn parse(method: &str, data: &serde_json::Value) -> Result<Self, crate::message::PayloadError> {
                Ok(match method {
                    $($plain_method => Self::$plain,)*
                    $($method => Self::$variant(crate::message::read(method, data)?),)*
                    _ => Self::Other { method: method.to_owned(), data: data.clone() },
                })
            }
        }
    };
}
pub(crate) use messages;
