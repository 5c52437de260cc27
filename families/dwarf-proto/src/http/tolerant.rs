use serde::{Deserialize, Deserializer, Serialize};

/// A file size in bytes. Read from a number or from a text such as `689.38 KB`; written as a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FileSize(pub u64);

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for FileSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Option::<NumberOrText>::deserialize(deserializer)?;
        Ok(Self(match read {
            Some(NumberOrText::Number(bytes)) => bytes as u64,
            Some(NumberOrText::Text(text)) => bytes_of(&text).unwrap_or(0),
            None => 0,
        }))
    }
}

fn bytes_of(text: &str) -> Option<u64> {
    let text = text.trim();
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 1.0,
        "K" | "KB" => 1024.0,
        "M" | "MB" => 1024.0 * 1024.0,
        "G" | "GB" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some((number.parse::<f64>().ok()? * factor).round() as u64)
}

/// A list that some devices leave out and some answer as null.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A text that some devices answer as a number or as null.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let read = Option::<NumberOrText>::deserialize(deserializer)?;
    Ok(match read {
        Some(NumberOrText::Text(text)) => text,
        Some(NumberOrText::Number(number)) => number.to_string(),
        None => String::new(),
    })
}

/// A number that some devices answer as a text or as null.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let read = Option::<NumberOrText>::deserialize(deserializer)?;
    Ok(match read {
        Some(NumberOrText::Number(number)) => number as i64,
        Some(NumberOrText::Text(text)) => text.trim().parse().unwrap_or(0),
        None => 0,
    })
}
