use std::io;

use thiserror::Error;

/// Why a virtual gateway could not be switched on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimError {
    /// A setting makes no sense.
    #[error("{0}")]
    Config(String),
    /// The world's door cannot listen.
    #[error("cannot open the world's door on port {port}: {source}; choose another port")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The card's folder cannot be used.
    #[error("cannot use the card's folder: {0}; choose one that can be written")]
    Card(#[source] io::Error),
}

/// The kinds of [`SimError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimErrorKind {
    /// The configuration.
    Config,
    /// The network.
    Listen,
    /// The file system.
    Card,
}

impl SimError {
    /// What kind of error it is.
    pub fn kind(&self) -> SimErrorKind {
        match self {
            Self::Config(_) => SimErrorKind::Config,
            Self::Listen { .. } => SimErrorKind::Listen,
            Self::Card(_) => SimErrorKind::Card,
        }
    }
}
