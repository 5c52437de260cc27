//! What goes wrong between us and a telescope.

use core::fmt::Display;

use skyhelm_device::{DeviceError, ErrorKind};

/// An error of this crate; each names the peer and what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DwarfError {
    /// The telescope was removed, or the station stops.
    #[error("the telescope is no longer here")]
    Gone,
    /// Nothing answers.
    #[error("{peer} cannot be reached: {cause}")]
    Unreachable {
        /// Where.
        peer: String,
        /// What the network says.
        cause: String,
    },
    /// It answers no more.
    #[error("{peer} did not answer in time")]
    TimedOut {
        /// Where, or which command.
        peer: String,
    },
    /// It answers what cannot be understood.
    #[error("{peer} answers what is no telescope's answer: {cause}")]
    Protocol {
        /// Where.
        peer: String,
        /// What is wrong with it.
        cause: String,
    },
    /// An HTTP answer that says no.
    #[error("{peer} answers HTTP status {status}")]
    Status {
        /// Where.
        peer: String,
        /// Which.
        status: u16,
    },
    /// The telescope refuses, with a code of its own.
    #[error("{command} was refused: {name} ({code}): {meaning}")]
    Refused {
        /// The command, as the wire names it.
        command: String,
        /// The code as it came.
        code: i32,
        /// Its name.
        name: String,
        /// What it means.
        meaning: String,
        /// What to do.
        advice: Option<String>,
    },
    /// Another client is the telescope's host.
    #[error("{command} was not sent: another client controls the telescope")]
    NoControl {
        /// The command, as the wire names it.
        command: String,
    },
    /// What was asked makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// It could lead to the Sun.
    #[error("{message}")]
    Sun {
        /// Why.
        message: String,
        /// What to do.
        remedy: Option<String>,
    },
    /// What was asked for is not there.
    #[error("{0}")]
    Missing(String),
    /// A file was to be deleted and is still there.
    #[error("the telescope could not delete {0}")]
    Kept(String),
}

impl DwarfError {
    pub(crate) fn timed_out(peer: &str) -> Self {
        Self::TimedOut {
            peer: peer.to_owned(),
        }
    }

    pub(crate) fn protocol(peer: &str, cause: impl Display) -> Self {
        Self::Protocol {
            peer: peer.to_owned(),
            cause: cause.to_string(),
        }
    }

    pub(crate) fn unreachable(peer: &str, cause: impl Display) -> Self {
        Self::Unreachable {
            peer: peer.to_owned(),
            cause: cause.to_string(),
        }
    }

    pub(crate) fn http(peer: &str, error: &reqwest::Error) -> Self {
        let peer = peer.to_owned();
        if let Some(status) = error.status() {
            let status = status.as_u16();
            return Self::Status { peer, status };
        }
        if error.is_timeout() {
            return Self::TimedOut { peer };
        }
        // The library's own text repeats the address and hides the reason in its sources.
        let mut cause: &dyn core::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let cause = cause.to_string();
        if error.is_decode() {
            return Self::Protocol { peer, cause };
        }
        Self::Unreachable { peer, cause }
    }

    /// The class, for HTTP status and exit code.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Gone | Self::Missing(_) | Self::Status { status: 404, .. } => ErrorKind::NotFound,
            Self::Kept(_) => ErrorKind::Storage,
            Self::Sun { .. } => ErrorKind::SunGuard,
            Self::Unreachable { .. } => ErrorKind::Unreachable,
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::Protocol { .. } | Self::Status { .. } => ErrorKind::Protocol,
            Self::Refused { code, .. } => match code.unsigned_abs() {
                14_518 | 14_519 | 14_523 => ErrorKind::OutOfReach,
                2 | 4 | 6 => ErrorKind::Storage,
                _ => ErrorKind::Refused,
            },
            Self::NoControl { .. } => ErrorKind::NoControl,
            Self::Invalid(_) => ErrorKind::Invalid,
        }
    }
}

impl From<DwarfError> for DeviceError {
    fn from(error: DwarfError) -> Self {
        let kind = error.kind();
        let sentence = |text: String| {
            let mut letters = text.chars();
            match letters.next() {
                Some(first) => {
                    let rest = letters.as_str().trim_end_matches('.');
                    format!("{}{rest}.", first.to_uppercase())
                }
                None => text,
            }
        };
        match error {
            DwarfError::Refused {
                command,
                code,
                meaning,
                advice,
                ..
            } => {
                let mut out = Self::new(kind, sentence(meaning))
                    .command(command)
                    .code(i64::from(code));
                out.remedy = advice;
                out
            }
            DwarfError::Sun { message, remedy } => Self {
                remedy,
                ..Self::new(kind, message)
            },
            DwarfError::Unreachable { .. } => Self::new(kind, sentence(error.to_string()))
                .remedy("Check that it is switched on and that this computer is in its network."),
            DwarfError::TimedOut { .. } => Self::new(kind, sentence(error.to_string()))
                .remedy("Try again; if it stays silent, switch it off and on."),
            other => Self::new(kind, sentence(other.to_string())),
        }
    }
}
