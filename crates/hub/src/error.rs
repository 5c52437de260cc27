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
    /// An address other machines could reach was asked for, and nobody could be told from anybody.
    #[error(
        "The hub listens on {0} only once there is an admin's account. Make one with \
         `skyhelm account add NAME --role admin`, or reach it from elsewhere with `ssh -L`."
    )]
    NoAdmin(IpAddr),
    /// An account of that name exists.
    #[error("There is an account named {0} already.")]
    NameTaken(String),
    /// A name, a password or a value is not fit to be one.
    #[error("{0}")]
    Unfit(String),
    /// The station would be left without anybody who keeps it.
    #[error("This is the last admin; without one nobody could keep the accounts.")]
    LastAdmin,
    /// A password could not be hashed.
    #[error("The password could not be hashed: {0}")]
    Password(String),
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
            Self::Config(_)
            | Self::NoAdmin(_)
            | Self::NameTaken(_)
            | Self::Unfit(_)
            | Self::Port { .. } => ErrorKind::Invalid,
            Self::LastAdmin => ErrorKind::Blocked,
            Self::Password(_) => ErrorKind::Internal,
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
