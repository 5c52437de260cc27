//! Reading what devices really send: numbers as text, flags as numbers, integers as floats.
//!
//! The documents and the wire disagree on types from page to page, so a field is read as what it
//! is meant to be, whatever it was written as. A field that makes no sense is as good as absent.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

/// As a flag: `true`, `1`, `"1"`, `"true"`.
pub fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.trim() {
            "1" | "true" | "TRUE" | "True" => Some(true),
            "0" | "false" | "FALSE" | "False" => Some(false),
            _ => None,
        },
        Value::Number(_) => match as_int(value)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// As a whole number: `7`, `7.0`, `"7"`, `true`. A fraction is cut off.
pub fn as_int(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => {
            let text = text.trim();
            text.parse()
                .ok()
                .or_else(|| text.parse().ok().and_then(whole))
        }
        Value::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    }
}

/// As a number with a fraction; never infinite, never not-a-number.
pub fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// As text: `"a"`, or a number as it is printed.
pub fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn whole(number: f64) -> Option<i64> {
    // The largest magnitude that a 64-bit float counts exactly.
    (number.abs() < 9.0e15).then_some(number as i64)
}

macro_rules! readers {
    ($($must:ident $may:ident $reader:ident $type:ty, $what:literal;)*) => {$(
        #[doc = concat!("For `deserialize_with`: ", $what, ".")]
        ///
        /// # Errors
        /// When it cannot be read as one.
        pub fn $must<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
            let value = Value::deserialize(deserializer)?;
            $reader(&value).ok_or_else(|| D::Error::custom(concat!("expected ", $what)))
        }

        #[doc = concat!("For `deserialize_with` beside `default`: ", $what, ", or nothing.")]
        ///
        /// # Errors
        /// When it is not JSON at all.
        pub fn $may<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<$type>, D::Error> {
            Ok($reader(&Value::deserialize(deserializer)?))
        }
    )*};
}
readers! {
    flag maybe_flag as_flag bool, "a flag";
    int maybe_int as_int i64, "a whole number";
    float maybe_float as_float f64, "a number";
    text maybe_text as_text String, "text";
}

/// For `deserialize_with` beside `default`: a list, or a single element, or nothing.
///
/// # Errors
/// When it is not JSON at all.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(elements) => elements
            .into_iter()
            .filter_map(|element| serde_json::from_value(element).ok())
            .collect(),
        Value::Null => Vec::new(),
        single => serde_json::from_value(single).into_iter().collect(),
    })
}

/// For `deserialize_with` beside `default`: whatever it is, or nothing when it does not fit.
///
/// # Errors
/// When it is not JSON at all.
pub fn maybe<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_flag_is_read_from_every_form_seen() {
        for (value, flag) in [
            (json!(true), Some(true)),
            (json!(1), Some(true)),
            (json!("1"), Some(true)),
            (json!(0), Some(false)),
            (json!("0"), Some(false)),
            (json!(0.0), Some(false)),
            (json!(7), None),
            (json!("maybe"), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            assert_eq!(as_flag(&value), flag, "{value}");
        }
    }

    #[test]
    fn numbers_are_read_from_text_and_from_each_other() {
        assert_eq!(as_int(&json!("3")), Some(3));
        assert_eq!(as_int(&json!(6.999)), Some(6));
        assert_eq!(as_int(&json!(1e300)), None);
        assert_eq!(
            as_int(&json!(16_540_709_686_556_i64)),
            Some(16_540_709_686_556)
        );
        assert_eq!(as_float(&json!("NaN")), None);
        assert_eq!(as_float(&json!("6.5")), Some(6.5));
        assert_eq!(as_text(&json!(3)), Some(String::from("3")));
    }
}
