use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use skyhelm_device::{DeviceError, ErrorKind};

/// Why the hub cannot start, or cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The configuration makes no sense.
    #[error("The configuration is wrong: {0}")]
    Config(String),
    /// An address other machines could reach was asked for.
    #[error(
        "The hub listens on this machine only, not on {0}: it has no accounts yet. Bind to 127.0.0.1, \
         and reach it from elsewhere with `ssh -L`."
    )]
    NotLoopback(IpAddr),
    /// The port cannot be had.
    #[error("Port {port} cannot be had ({source}). Choose another one with `port`.")]
    Port {
        /// Which.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The data folder cannot be used.
    #[error("{} cannot be used ({source}). Choose another folder with `data_dir`.", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database failed.
    #[error("The hub's database failed: {0}. Is the disk full?")]
    Store(#[from] rusqlite::Error),
    /// The database was written by a newer Skyhelm.
    #[error(
        "The database is of version {found}, this program knows {known}. Use the newer Skyhelm."
    )]
    StoreTooNew {
        /// Version found.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// The hub is stopping.
    #[error("The hub is stopping.")]
    Stopping,
    /// A family did not start.
    #[error("The family {family} did not start: {error}")]
    Family {
        /// Which.
        family: &'static str,
        /// Why.
        error: DeviceError,
    },
}

impl HubError {
    /// The kind, for exit codes and status codes.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Config(_) | Self::NotLoopback(_) | Self::Port { .. } => ErrorKind::Invalid,
            Self::Folder { .. } | Self::Store(_) | Self::StoreTooNew { .. } => ErrorKind::Storage,
            Self::Stopping => ErrorKind::Cancelled,
            Self::Family { error, .. } => error.kind,
        }
    }
}

impl From<HubError> for DeviceError {
    fn from(error: HubError) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}
