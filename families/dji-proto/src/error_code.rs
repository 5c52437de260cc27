//! What a device answers when a command fails: 448 published numbers, in words, with what to do next.

use core::fmt;

mod advice;
mod device;
mod flight;

pub use advice::{Advice, Area};

/// A result on the wire; 0 is success. Numbers this crate does not know are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ErrorCode(i64);

/// What is known of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorFacts {
    /// The number.
    pub code: u32,
    /// What it is about.
    pub area: Area,
    /// What it says, as the end of a sentence.
    pub text: &'static str,
    /// What a person does next.
    pub advice: Advice,
}

/// One line an entry: number, area, advice, text.
macro_rules! entries {
    ($($code:literal $area:ident $advice:ident $text:literal;)*) => {
        pub(super) static ENTRIES: &[super::ErrorFacts] = &[$(super::ErrorFacts {
            code: $code,
            area: super::Area::$area,
            text: $text,
            advice: super::Advice::$advice,
        },)*];
    };
}
use entries;

impl ErrorCode {
    /// Success.
    pub const OK: Self = Self(0);
    /// Not possible in the state the device is in.
    pub const UNSUPPORTED: Self = Self(314_000);
    /// A parameter of the command is wrong.
    pub const BAD_PARAMETER: Self = Self(325_001);
    /// No aircraft is connected.
    pub const NO_AIRCRAFT: Self = Self(325_012);
    /// The authority could not be had.
    pub const NO_AUTHORITY: Self = Self(327_002);
    /// The authority could not be had: it is locked.
    pub const AUTHORITY_LOCKED: Self = Self(327_012);
    /// The link for live flight control failed at the broker.
    pub const DRC_BROKER: Self = Self(514_300);
    /// No heart-beat came.
    pub const DRC_HEARTBEAT: Self = Self(514_301);
    /// The certificate was not accepted.
    pub const DRC_CERTIFICATE: Self = Self(514_302);
    /// The network was lost.
    pub const DRC_NETWORK: Self = Self(514_303);
    /// The broker refused.
    pub const DRC_REFUSED: Self = Self(514_304);

    /// From the number on the wire.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number on the wire.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Whether it is success.
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }

    /// What is known of it.
    pub fn facts(self) -> Option<&'static ErrorFacts> {
        let number = u32::try_from(self.0).ok()?;
        [device::ENTRIES, flight::ENTRIES]
            .into_iter()
            .find_map(|entries| {
                let at = entries
                    .binary_search_by_key(&number, |facts| facts.code)
                    .ok()?;
                entries.get(at)
            })
    }

    /// What a person does next; a general word for numbers that are not known.
    pub fn advice(self) -> &'static str {
        self.facts()
            .map_or(Advice::Unknown, |facts| facts.advice)
            .text()
    }
}

/// All numbers that are known, rising.
pub fn all() -> impl Iterator<Item = &'static ErrorFacts> {
    device::ENTRIES.iter().chain(flight::ENTRIES)
}

impl From<i64> for ErrorCode {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

/// `514301: the link for live flight control ended: no heart-beat came`.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.facts()) {
            (0, _) => f.write_str("success"),
            (number, Some(facts)) => write!(f, "{number}: {}", facts.text),
            (number, None) => write!(f, "{number}: a fault without a published meaning"),
        }
    }
}

impl serde::Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ErrorCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::tolerant::int(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_published_numbers_rise_and_have_words_and_advice() {
        let numbers: Vec<u32> = all().map(|facts| facts.code).collect();
        assert_eq!(numbers.len(), 448);
        assert!(numbers.is_sorted_by(|a, b| a < b));
        for facts in all() {
            let code = ErrorCode::new(i64::from(facts.code));
            assert_eq!(code.facts(), Some(facts));
            assert!(
                facts.text.len() > 8 && !facts.text.ends_with('.'),
                "{facts:?}"
            );
            assert!(code.advice().ends_with('.'), "{facts:?}");
        }
    }

    #[test]
    fn unknown_numbers_are_kept_and_told() {
        for number in [-1, 1, 999_999, i64::MAX] {
            let code = ErrorCode::new(number);
            assert_eq!((code.number(), code.facts()), (number, None));
            assert!(code.to_string().contains(&number.to_string()));
            assert!(!code.advice().is_empty());
        }
    }
}
