//! A broken promise.

use core::fmt;

/// What was seen instead of what was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach(String);

/// Whether a promise was kept.
pub type Checked = Result<(), Breach>;

impl Breach {
    /// In a sentence.
    pub fn new(seen: impl Into<String>) -> Self {
        Self(seen.into())
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A promise with what is said when it is broken.
pub(crate) fn ensure(kept: bool, seen: impl FnOnce() -> String) -> Checked {
    if kept {
        Ok(())
    } else {
        Err(Breach::new(seen()))
    }
}
