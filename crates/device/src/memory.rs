//! What a family keeps over restarts of the program.

use core::fmt;
use core::future::ready;

use crate::device::Reply;

/// A few small facts by name, kept by whoever composes the station: on its disk before they count as kept.
pub trait Memory: fmt::Debug + Send + Sync {
    /// What is kept under a name.
    ///
    /// # Errors
    /// When it cannot be read.
    fn recall(&self, name: &str) -> Reply<Option<serde_json::Value>>;

    /// Keeps something under a name; `None` forgets it.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn keep(&self, name: &str, value: Option<serde_json::Value>) -> Reply<()>;
}

/// The memory of a program that has none: nothing outlives it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unkept;

impl Memory for Unkept {
    fn recall(&self, _: &str) -> Reply<Option<serde_json::Value>> {
        Box::pin(ready(Ok(None)))
    }

    fn keep(&self, _: &str, _: Option<serde_json::Value>) -> Reply<()> {
        Box::pin(ready(Ok(())))
    }
}
