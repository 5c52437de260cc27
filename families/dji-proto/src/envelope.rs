//! What every message is wrapped in: read tolerantly, written strictly.

use serde_json::{Map, Value};
use skyhelm_units::UtcMillis;

use crate::tolerant::{as_flag, as_int, as_text};

/// The largest payload that is read. Real ones stay under 16 KiB; the largest is an OSD with live capacities.
pub const MAX_PAYLOAD: usize = 256 * 1024;

/// One message without its topic.
///
/// Reading takes what devices send: no method, no gateway, any count of digits in the timestamp,
/// `data` as an object, an array or an empty text. Members this crate does not know are kept.
///
/// ```
/// use skyhelm_dji_proto::Envelope;
///
/// let seen = Envelope::parse(br#"{"tid":"t1","bid":"b1","need_reply":1,"data":{"reason":0}}"#).unwrap();
/// assert!(seen.need_reply);
/// assert_eq!(seen.method, None);
/// assert_eq!(seen.field("reason"), Some(&0.into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// Names one exchange; an answer echoes it.
    pub tid: Option<String>,
    /// Names one piece of business that may take several exchanges.
    pub bid: Option<String>,
    /// The sender's clock, milliseconds.
    pub timestamp: Option<i64>,
    /// The gateway a device speaks through.
    pub gateway: Option<String>,
    /// Whether the sender wants this very delivery answered.
    pub need_reply: bool,
    /// What it is. Absent on `osd`, `state` and `property/set`.
    pub method: Option<String>,
    /// Its number, when that stands beside the data.
    pub seq: Option<i64>,
    /// What it says.
    pub data: Value,
    /// Members this crate does not know.
    pub extra: Map<String, Value>,
}

/// The two ids of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Names this exchange.
    pub tid: String,
    /// Names the business it belongs to.
    pub bid: String,
}

/// Why a payload is not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Larger than [`MAX_PAYLOAD`].
    #[error("payload of {0} bytes, at most {MAX_PAYLOAD} are read")]
    TooLarge(usize),
    /// Not JSON, or nested too deeply.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but not an object.
    #[error("JSON, but not an object")]
    NotAnObject,
    /// A name in it is one that the JSON reader keeps for itself: written again, it would not be read again.
    #[error("a name in it begins with {READERS_OWN}")]
    ReadersOwnName,
}

/// How the names begin by which the JSON reader tells itself to read an object as something else.
const READERS_OWN: &str = "$serde_json::private::";

fn has_readers_own_name(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.starts_with(READERS_OWN) || has_readers_own_name(value)),
        Value::Array(values) => values.iter().any(has_readers_own_name),
        _ => false,
    }
}

impl Envelope {
    /// Reads a payload.
    ///
    /// # Errors
    /// [`EnvelopeError`]; a message that is merely odd is not an error.
    pub fn parse(payload: &[u8]) -> Result<Self, EnvelopeError> {
        if payload.len() > MAX_PAYLOAD {
            return Err(EnvelopeError::TooLarge(payload.len()));
        }
        match serde_json::from_slice(payload) {
            Ok(value) if has_readers_own_name(&value) => Err(EnvelopeError::ReadersOwnName),
            Ok(Value::Object(members)) => Ok(Self::from_members(members)),
            Ok(_) => Err(EnvelopeError::NotAnObject),
            Err(error) => Err(EnvelopeError::NotJson(error.to_string())),
        }
    }

    fn from_members(mut members: Map<String, Value>) -> Self {
        let text = |value: Option<Value>| {
            value
                .as_ref()
                .and_then(as_text)
                .filter(|text| !text.is_empty())
        };
        Self {
            tid: text(members.remove("tid")),
            bid: text(members.remove("bid")),
            timestamp: members.remove("timestamp").as_ref().and_then(as_int),
            gateway: text(members.remove("gateway")),
            need_reply: members
                .remove("need_reply")
                .as_ref()
                .and_then(as_flag)
                .unwrap_or(false),
            method: text(members.remove("method")),
            seq: members.remove("seq").as_ref().and_then(as_int),
            data: members.remove("data").unwrap_or(Value::Null),
            extra: members,
        }
    }

    /// A command, a question or a notice.
    pub fn message(ids: Exchange, at: UtcMillis, method: &str, data: Value) -> Self {
        Self {
            tid: Some(ids.tid),
            bid: Some(ids.bid),
            timestamp: Some(at.millis()),
            method: Some(method.to_owned()),
            data,
            ..Self::default()
        }
    }

    /// Properties, which have no method.
    pub fn properties(ids: Exchange, at: UtcMillis, data: Value) -> Self {
        Self {
            tid: Some(ids.tid),
            bid: Some(ids.bid),
            timestamp: Some(at.millis()),
            data,
            ..Self::default()
        }
    }

    /// A message of live flight control: it has neither ids nor, unless it is a push, a timestamp.
    pub fn drc(method: &str, data: Value, seq: Option<i64>) -> Self {
        Self {
            method: Some(method.to_owned()),
            data,
            seq,
            ..Self::default()
        }
    }

    /// The answer to this message: its ids and its method, and the data given.
    pub fn reply(&self, at: UtcMillis, data: Value) -> Self {
        Self {
            tid: self.tid.clone(),
            bid: self.bid.clone(),
            timestamp: Some(at.millis()),
            method: self.method.clone(),
            data,
            ..Self::default()
        }
    }

    /// The same, asking for an answer.
    #[must_use]
    pub fn asking_reply(mut self, need_reply: bool) -> Self {
        self.need_reply = need_reply;
        self
    }

    /// The same, naming the gateway.
    #[must_use]
    pub fn through(mut self, gateway: &crate::SerialNumber) -> Self {
        self.gateway = Some(gateway.as_str().to_owned());
        self
    }

    /// The same, with the sender's time.
    #[must_use]
    pub fn at(mut self, at: UtcMillis) -> Self {
        self.timestamp = Some(at.millis());
        self
    }

    /// The bytes to publish.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut members = self.extra.clone();
        let mut text = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), Value::from(value.as_str()));
            }
        };
        text("tid", &self.tid);
        text("bid", &self.bid);
        text("gateway", &self.gateway);
        text("method", &self.method);
        if let Some(timestamp) = self.timestamp {
            members.insert("timestamp".to_owned(), timestamp.into());
        }
        if self.need_reply {
            members.insert("need_reply".to_owned(), 1.into());
        }
        if let Some(seq) = self.seq {
            members.insert("seq".to_owned(), seq.into());
        }
        members.insert("data".to_owned(), self.data.clone());
        Value::Object(members).to_string().into_bytes()
    }

    /// A member of the data, when that is an object.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.data.get(name)
    }

    /// The result of an answer; 0 is success.
    pub fn result(&self) -> Option<i64> {
        self.field("result").and_then(as_int)
    }

    /// The number of the message, wherever it stands.
    pub fn any_seq(&self) -> Option<i64> {
        self.seq.or_else(|| {
            self.field("seq")
                .or_else(|| self.field("output")?.get("seq"))
                .and_then(as_int)
        })
    }

    /// The data as an object; empty when it is an empty text, an array or absent.
    pub fn fields(&self) -> Map<String, Value> {
        match &self.data {
            Value::Object(fields) => fields.clone(),
            _ => Map::new(),
        }
    }
}

/// Ids for exchanges, shaped as UUIDs of version 4, from a counter with a seed: who owns it gives
/// each run another seed, and a test the same one.
#[derive(Clone, Debug)]
pub struct IdSource {
    state: u64,
}

impl IdSource {
    /// Starts at a seed.
    pub const fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next id.
    pub fn next_id(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 50),
            low & 0xffff_ffff_ffff
        )
    }

    /// The ids of a new exchange of new business.
    pub fn exchange(&mut self) -> Exchange {
        Exchange {
            tid: self.next_id(),
            bid: self.next_id(),
        }
    }

    /// The ids of a new exchange of known business.
    pub fn exchange_of(&mut self, bid: &str) -> Exchange {
        Exchange {
            tid: self.next_id(),
            bid: bid.to_owned(),
        }
    }

    /// `SplitMix64` (Steele, Lea, Flood 2014): a full period over its 64 bits, so no id comes twice.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_of_the_reader_is_refused_wherever_it_stands() {
        for payload in [
            r#"{"bid":55,"$serde_json::private::RawValue":{"ctor":0}}"#,
            r#"{"data":{"a":[{"b":1,"\u0024serde_json::private::RawValue":"{}"}]}}"#,
        ] {
            assert_eq!(
                Envelope::parse(payload.as_bytes()),
                Err(EnvelopeError::ReadersOwnName)
            );
        }
    }

    #[test]
    fn hostile_payloads_are_refused_or_read_but_never_panic() {
        let deep = "[".repeat(100_000);
        for payload in [
            &b""[..],
            b"\xff\xfe",
            b"null",
            b"[]",
            b"{\"data\":",
            deep.as_bytes(),
            format!("{{\"data\":{deep}").as_bytes(),
        ] {
            assert!(Envelope::parse(payload).is_err());
        }
        let huge = vec![b' '; MAX_PAYLOAD + 1];
        assert_eq!(
            Envelope::parse(&huge),
            Err(EnvelopeError::TooLarge(MAX_PAYLOAD + 1))
        );
        let odd = Envelope::parse(br#"{"tid":7,"need_reply":"1","method":[],"seq":"9","data":""}"#)
            .unwrap();
        assert_eq!(odd.tid.as_deref(), Some("7"));
        assert!(odd.need_reply);
        assert_eq!((odd.method.as_deref(), odd.seq), (None, Some(9)));
        assert!(odd.fields().is_empty());
    }

    #[test]
    fn what_was_written_reads_back_and_unknown_members_stay() {
        let mut ids = IdSource::seeded(1);
        let mut message = Envelope::message(
            ids.exchange(),
            UtcMillis::new(5),
            "hms",
            json!({"list": []}),
        )
        .asking_reply(true);
        message.extra.insert("version".into(), json!("1.2"));
        assert_eq!(Envelope::parse(&message.to_bytes()), Ok(message));
    }

    #[test]
    fn ids_look_like_uuids_and_do_not_repeat() {
        let mut ids = IdSource::seeded(7);
        let some: std::collections::BTreeSet<String> = (0..1000).map(|_| ids.next_id()).collect();
        assert_eq!(some.len(), 1000);
        assert!(some.iter().all(|id| {
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            parts == [8, 4, 4, 4, 12]
        }));
    }
}
