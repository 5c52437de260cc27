use crate::store::LogEntry;
use std::sync::Arc;

/// What the hub tells everybody who watches. Names only: whoever watches reads the newest state.
#[derive(Clone, Debug)]
pub(crate) enum HubEvent {
    /// Something about a device changed.
    Device(String),
    /// A device left.
    Gone(String),
    /// A line came into the log.
    Log(Arc<LogEntry>),
    /// The station's settings changed.
    Station,
    /// A library entry came or changed.
    Library(String),
}
