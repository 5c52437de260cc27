use core::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use super::Rights;

/// Longer passwords are refused before any work is done on them.
const LONGEST_PASSWORD: usize = 256;

/// An account of the embedded broker.
#[derive(Clone)]
pub struct Account {
    /// The name it connects by.
    pub username: String,
    /// Its password, hashed by [`hashed`].
    pub password_hash: String,
    /// What it may say and hear.
    pub rights: Rights,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("username", &self.username)
            .field("rights", &self.rights)
            .finish_non_exhaustive()
    }
}

/// A password that cannot be hashed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Nobody guesses at most this long for nothing.
    #[error("a password has 1 to {LONGEST_PASSWORD} bytes")]
    Length,
    /// The hash function refused.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// An argon2 hash of a password, with a salt of its own.
///
/// # Errors
/// When the password is empty or too long, or the system gives no random numbers.
pub fn hashed(password: &str) -> Result<String, PasswordError> {
    if password.is_empty() || password.len() > LONGEST_PASSWORD {
        return Err(PasswordError::Length);
    }
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Whether a password is the one that was hashed. Costs some tens of milliseconds.
pub(super) fn matches(password: &[u8], hash: &str) -> bool {
    if password.is_empty() || password.len() > LONGEST_PASSWORD {
        return false;
    }
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok())
}

/// Compares without telling by its time where the difference lies.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    let differs = a.iter().zip(b).fold(0, |sum, (x, y)| sum | (x ^ y));
    a.len() == b.len() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_alone_and_never_twice_the_same() {
        let hash = hashed("long enough").unwrap();
        assert!(matches(b"long enough", &hash));
        assert!(!matches(b"long enougH", &hash));
        assert!(!matches(b"", &hash));
        assert!(!matches(b"long enough", "no hash"));
        assert_ne!(hash, hashed("long enough").unwrap());
        assert_eq!(hashed(""), Err(PasswordError::Length));
        assert!(hashed(&"x".repeat(300)).is_err());
    }

    #[test]
    fn comparing_is_exact() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"abcd"));
    }
}
