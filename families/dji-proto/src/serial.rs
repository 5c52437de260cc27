use core::fmt;
use core::str::FromStr;

/// The serial number of a gateway, an aircraft or a payload, as topics carry it.
///
/// Documents print 14 and 20 characters; unknown products may have others, so only what could
/// break a topic or a log line is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber(Box<str>);

/// What is wrong with a serial number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a serial number has 4 to 64 letters, digits, '-' or '_'")]
pub struct SerialError;

impl SerialNumber {
    /// From its text.
    ///
    /// # Errors
    /// When it is shorter than 4 or longer than 64 characters, or has any but ASCII letters, digits, `-` and `_`.
    pub fn new(text: &str) -> Result<Self, SerialError> {
        let sound = (4..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if sound {
            Ok(Self(text.into()))
        } else {
            Err(SerialError)
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SerialNumber {
    type Err = SerialError;
    fn from_str(text: &str) -> Result<Self, SerialError> {
        Self::new(text)
    }
}

impl serde::Serialize for SerialNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for SerialNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}
