use std::io;
use std::net::SocketAddr;

use thiserror::Error;

/// Why a virtual telescope could not be switched on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimError {
    /// A port is taken or not allowed.
    #[error("cannot listen on {address}: {source}; choose free ports or another address")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The card's directory cannot be used.
    #[error("cannot use the card's directory: {0}; choose one that can be written")]
    Card(#[source] io::Error),
    /// A setting makes no sense.
    #[error("{0}")]
    Config(&'static str),
}

/// The kinds of [`SimError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimErrorKind {
    /// The network.
    Listen,
    /// The file system.
    Card,
    /// The configuration.
    Config,
}

impl SimError {
    /// What kind of error it is.
    pub fn kind(&self) -> SimErrorKind {
        match self {
            Self::Listen { .. } => SimErrorKind::Listen,
            Self::Card(_) => SimErrorKind::Card,
            Self::Config(_) => SimErrorKind::Config,
        }
    }
}
