//! Setting properties: one in each message.

use serde_json::{Map, Value, json};

use crate::numbers::PropertyResult;
use crate::tolerant::as_int;

/// One property to be set. A dot in its name leads into an object: `obstacle_avoidance.horizon`.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertySet {
    /// Its name.
    pub name: String,
    /// What it is to be.
    pub value: Value,
}

impl PropertySet {
    /// To set a property.
    pub fn new(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    /// The data on the wire.
    pub fn data(&self) -> Value {
        let mut value = self.value.clone();
        for step in self.name.rsplit('.') {
            value = json!({ step: value });
        }
        value
    }

    /// All properties of a message; there should be one.
    pub fn read(data: &Value) -> Vec<Self> {
        data.as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| Self::new(name.as_str(), value.clone()))
            .collect()
    }

    /// The answer: a result for each name.
    pub fn reply(results: &[(String, PropertyResult)]) -> Value {
        let results: Map<String, Value> = results
            .iter()
            .map(|(name, result)| (name.clone(), json!({ "result": result.number() })))
            .collect();
        Value::Object(results)
    }

    /// The results of an answer. One nested a level deeper, as for members of objects, is found too.
    pub fn results(data: &Value) -> Vec<(String, PropertyResult)> {
        data.as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| {
                let number = first_result(value, 0)?;
                Some((name.clone(), PropertyResult::from_number(number)))
            })
            .collect()
    }
}

fn first_result(value: &Value, depth: usize) -> Option<i64> {
    let Value::Object(members) = value else {
        return as_int(value);
    };
    members.get("result").and_then(as_int).or_else(|| {
        (depth < 3)
            .then(|| {
                members
                    .values()
                    .find_map(|inner| first_result(inner, depth + 1))
            })
            .flatten()
    })
}
