//! How the program ends when something went wrong: one sentence, what to do, an exit code by kind.

use std::process::ExitCode;

use skyhelm_device::{DeviceError, ErrorKind};

/// Why the program ends.
#[derive(Debug)]
pub(crate) struct Failure(DeviceError);

impl Failure {
    /// What was asked makes no sense.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self(DeviceError::new(ErrorKind::Invalid, message))
    }

    /// A disk at home failed.
    pub(crate) fn storage(message: impl Into<String>) -> Self {
        Self(DeviceError::new(ErrorKind::Storage, message))
    }

    /// Something at home is broken.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self(DeviceError::new(ErrorKind::Internal, message))
    }

    /// What happened and what to do, in a line.
    pub(crate) fn sentence(&self) -> String {
        let remedy = self.0.remedy.as_deref().unwrap_or_default();
        format!("{} {remedy}", self.0.message).trim_end().to_owned()
    }

    /// Prints itself and gives the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        if json {
            let text = serde_json::json!({ "error": self.0 });
            println!("{text}");
        } else {
            eprintln!("skyhelm: {}", self.0.message);
            if let Some(remedy) = &self.0.remedy {
                eprintln!("         {remedy}");
            }
        }
        ExitCode::from(code(self.0.kind))
    }
}

impl From<DeviceError> for Failure {
    fn from(error: DeviceError) -> Self {
        Self(error)
    }
}

/// Exit codes: 2 is the wrong question (as the argument parser says it too), 3 to 9 are the
/// device's side, 1 is ours.
fn code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Invalid => 2,
        ErrorKind::NotFound => 3,
        ErrorKind::NoLease | ErrorKind::NoControl => 4,
        ErrorKind::Blocked | ErrorKind::SunGuard | ErrorKind::OutOfReach => 5,
        ErrorKind::Refused | ErrorKind::Protocol => 6,
        ErrorKind::Unreachable => 7,
        ErrorKind::TimedOut => 8,
        ErrorKind::Storage => 9,
        ErrorKind::Cancelled => 130,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_a_script_must_tell_apart_have_codes_of_their_own() {
        let kinds = [
            ErrorKind::Invalid,
            ErrorKind::Blocked,
            ErrorKind::Refused,
            ErrorKind::Unreachable,
            ErrorKind::TimedOut,
            ErrorKind::Internal,
        ];
        let mut codes: Vec<u8> = kinds.iter().map(|kind| code(*kind)).collect();
        codes.dedup();
        assert_eq!(codes.len(), kinds.len());
        assert!(codes.iter().all(|code| *code != 0));
    }
}
