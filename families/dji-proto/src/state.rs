//! Who has the authority, as the aircraft's `state` tells it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::PayloadIndex;
use crate::numbers::ControlSource;
use crate::tolerant::{as_flag, as_text};

/// Who has the authority over the aircraft and over each payload. Absent parts were not told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityState {
    /// Over the aircraft.
    pub flight: Option<ControlSource>,
    /// Whether it can be taken at all. Payloads cannot be locked.
    pub locked: Option<bool>,
    /// Over each payload.
    pub payloads: BTreeMap<PayloadIndex, ControlSource>,
}

impl AuthorityState {
    /// Reads what a `state` tells of it. Payloads without a serial number are common.
    pub fn read(properties: &Map<String, Value>) -> Self {
        let source = |value: &Value| as_text(value).map(|word| ControlSource::from_word(&word));
        let payloads = properties
            .get("payloads")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|payload| {
                let index = as_text(payload.get("payload_index")?)?.parse().ok()?;
                Some((index, source(payload.get("control_source")?)?))
            });
        Self {
            flight: properties.get("control_source").and_then(source),
            locked: properties.get("locked").and_then(as_flag),
            payloads: payloads.collect(),
        }
    }

    /// The properties as an aircraft writes them.
    pub fn properties(&self) -> Map<String, Value> {
        let mut properties = Map::new();
        if let Some(flight) = &self.flight {
            properties.insert("control_source".to_owned(), flight.word().into());
        }
        if let Some(locked) = self.locked {
            properties.insert("locked".to_owned(), locked.into());
        }
        let payloads: Vec<Value> = self
            .payloads
            .iter()
            .map(|(index, source)| json!({ "payload_index": index, "control_source": source }))
            .collect();
        properties.insert("payloads".to_owned(), payloads.into());
        properties
    }
}
