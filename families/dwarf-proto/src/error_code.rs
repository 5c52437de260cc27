//! What a device answers when a command fails.
//!
//! The documents print most codes positive and some negative; the devices seen send them negative.
//! A code is therefore known by its magnitude, and the sign to send is a matter of the profile.

use core::fmt;

use crate::packet::ModuleId;
use crate::table::Generation;

mod names;

/// A result code by its magnitude; zero is success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(u32);

/// Which sign a device puts before its codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeSign {
    /// As the devices seen do, and API 2.0 §4.5 prints.
    #[default]
    Negative,
    /// As API 2.0 §4.10 prints.
    Positive,
}

/// What is known of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFacts {
    /// The name the vendor gives it.
    pub name: &'static str,
    /// What it says, as the end of a sentence.
    pub meaning: &'static str,
    /// What a person does next, one or two sentences; empty for success.
    pub advice: &'static str,
}

struct Entry {
    magnitude: u32,
    facts: CodeFacts,
    /// What the older firmware means by the number, when that differs.
    older: &'static [CodeFacts],
}

/// One line per code becomes a constant of [`Code`] and an entry of the table.
macro_rules! codes {
    ($($konst:ident = $magnitude:literal $name:literal $meaning:literal $advice:literal
        $(| $old_name:literal $old_meaning:literal $old_advice:literal)?;)*) => {
        impl super::Code {
            $(#[doc = concat!("`", $name, "`: ", $meaning, ".")]
            pub const $konst: Self = Self($magnitude);)*
        }

        pub(super) static ENTRIES: &[super::Entry] = &[$(super::Entry {
            magnitude: $magnitude,
            facts: super::CodeFacts { name: $name, meaning: $meaning, advice: $advice },
            older: &[$(super::CodeFacts {
                name: $old_name, meaning: $old_meaning, advice: $old_advice,
            })?],
        },)*];
    };
}
use codes;

/// Numbers that firmware of API 2.0 uses for something else than the newer firmware.
impl Code {
    /// On API 2.0 firmware: the telephoto camera could not be opened.
    pub const V2_TELE_OPEN_FAILED: Self = Self(10_504);
    /// On API 2.0 firmware: the telephoto camera is recording.
    pub const V2_TELE_RECORDING: Self = Self(10_506);
    /// On API 2.0 firmware: the telephoto RAW capture failed.
    pub const V2_TELE_RAW_FAILED: Self = Self(10_510);
    /// On API 2.0 firmware: the telephoto camera is busy. 10507 says the same.
    pub const V2_TELE_BUSY: Self = Self(10_511);
}

impl Code {
    /// From the number on the wire, of either sign.
    pub const fn from_wire(number: i32) -> Self {
        Self(number.unsigned_abs())
    }

    /// As it goes on the wire.
    pub const fn to_wire(self, sign: CodeSign) -> i32 {
        match sign {
            CodeSign::Negative => 0i32.wrapping_sub_unsigned(self.0),
            CodeSign::Positive if self.0 > i32::MAX as u32 => i32::MAX,
            CodeSign::Positive => self.0 as i32,
        }
    }

    /// Its magnitude.
    pub const fn magnitude(self) -> u32 {
        self.0
    }

    /// Whether it is success.
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }

    /// Whether the device only warns and goes on, or wants to be told to go on.
    ///
    /// Seen on devices: 11500 during a calibration, 11503 and 11530 before a stack, 11514 during one.
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Self::ASTRO_DARK_NOT_FOUND
                | Self::ASTRO_DARK_TEMP_MISMATCH
                | Self::ASTRO_NEED_ADJUST_SHOOT_PARAM
                | Self::MOTOR_LIMIT_SPEED_TO_MAX
                | Self::MOTOR_LIMIT_SPEED_TO_MIN
                | Self::MOTOR_LIMIT_POSITION_WARNING
        )
    }

    /// The one code meant where the documents print several for one name.
    ///
    /// API 2.0 prints the wide camera's 12501 and 12505 as 10501 and 10502 in many sections, the
    /// time zone's 13301 also as 13302, and the busy telephoto camera as 10507 and 10511.
    #[must_use]
    pub const fn canonical(self, generation: Generation, module: ModuleId) -> Self {
        match (self, module, generation) {
            (Self::CAMERA_TELE_CLOSED, ModuleId::CameraWide, _) => Self::CAMERA_WIDE_CLOSED,
            (Self::CAMERA_TELE_ISP_SET_FAILED, ModuleId::CameraWide, _) => {
                Self::CAMERA_WIDE_SET_ISP_FAILED
            }
            (Self::SYSTEM_SET_TIMEZONE_FAILED_ALIAS, _, _) => Self::SYSTEM_SET_TIMEZONE_FAILED,
            (Self::CAMERA_TELE_WORKING_BUSY, _, Generation::V2) => Self::V2_TELE_BUSY,
            _ => self,
        }
    }

    /// What is known of it on a firmware generation: some numbers changed their meaning.
    pub fn facts(self, generation: Generation) -> Option<CodeFacts> {
        let found = names::ENTRIES
            .binary_search_by_key(&self.0, |entry| entry.magnitude)
            .ok()?;
        let entry = &names::ENTRIES[found];
        let older = match generation {
            Generation::V2 => entry.older.first(),
            Generation::V3 => None,
        };
        Some(*older.unwrap_or(&entry.facts))
    }

    /// The vendor's name, or `None` for a code nobody has named.
    pub fn name(self, generation: Generation) -> Option<&'static str> {
        self.facts(generation).map(|facts| facts.name)
    }

    /// What it says, as the end of a sentence.
    pub fn meaning(self, generation: Generation) -> &'static str {
        self.facts(generation)
            .map_or("the device gives a code nobody has described", |facts| {
                facts.meaning
            })
    }

    /// What a person does next.
    pub fn advice(self, generation: Generation) -> &'static str {
        self.facts(generation).map_or(
            "Try again; if it stays, restart the device and report the number.",
            |facts| facts.advice,
        )
    }

    /// Every code known, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        names::ENTRIES.iter().map(|entry| Self(entry.magnitude))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_wire(CodeSign::Negative))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_signs_are_the_same_code() {
        assert_eq!(Code::from_wire(-11_501), Code::ASTRO_FUNCTION_BUSY);
        assert_eq!(Code::from_wire(11_501), Code::ASTRO_FUNCTION_BUSY);
        assert_eq!(
            Code::ASTRO_FUNCTION_BUSY.to_wire(CodeSign::Negative),
            -11_501
        );
        assert_eq!(
            Code::ASTRO_FUNCTION_BUSY.to_wire(CodeSign::Positive),
            11_501
        );
        assert_eq!(
            Code::from_wire(i32::MIN).to_wire(CodeSign::Negative),
            i32::MIN
        );
    }

    #[test]
    fn a_number_that_changed_its_meaning_is_named_by_generation() {
        let code = Code::from_wire(-10_504);
        assert_eq!(
            code.name(Generation::V2),
            Some("CODE_CAMERA_TELE_OPEN_FAILED")
        );
        assert_eq!(
            code.name(Generation::V3),
            Some("CODE_CAMERA_TELE_START_RECORD_FAILED")
        );
    }

    #[test]
    fn a_wide_command_that_answers_a_telephoto_code_means_its_own() {
        let code = Code::from_wire(-10_501);
        assert_eq!(
            code.canonical(Generation::V2, ModuleId::CameraWide),
            Code::CAMERA_WIDE_CLOSED
        );
        assert_eq!(code.canonical(Generation::V2, ModuleId::CameraTele), code);
    }

    #[test]
    fn the_codes_are_sorted_and_say_what_to_do() {
        assert!(names::ENTRIES.is_sorted_by(|a, b| a.magnitude < b.magnitude));
        for code in Code::all().filter(|code| !code.is_ok()) {
            for generation in [Generation::V2, Generation::V3] {
                assert!(code.advice(generation).ends_with('.'), "{code}");
                assert!(!code.meaning(generation).is_empty(), "{code}");
            }
        }
    }

    #[test]
    fn a_code_nobody_named_still_gives_advice() {
        let odd = Code::from_wire(-99_999);
        assert_eq!(odd.name(Generation::V2), None);
        assert!(!odd.advice(Generation::V2).is_empty());
    }
}
