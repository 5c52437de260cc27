//! Random words nobody can guess, and the form in which they are kept.

use core::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use skyhelm_units::Redacted;

/// What is kept of a secret: enough to know it again, not enough to use it.
pub(crate) type Hashed = [u8; 32];

/// 256 random bits as 64 hexadecimal digits.
pub(crate) fn random() -> Redacted<String> {
    Redacted::new(hex(&random_bytes::<32>()))
}

/// A short random word for names that only have to differ.
pub(crate) fn random_name() -> String {
    hex(&random_bytes::<8>())
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system without random bytes runs no server");
    bytes
}

pub(crate) fn hashed(secret: &str) -> Hashed {
    Sha256::digest(secret.as_bytes()).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Puts `hidden` in the place of every member whose name tells that it is a secret, at any depth.
pub(crate) fn hide(value: &mut Value, is_secret: fn(&str) -> bool) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) {
                    *member = Value::from("hidden");
                } else {
                    hide(member, is_secret);
                }
            }
        }
        Value::Array(members) => members.iter_mut().for_each(|one| hide(one, is_secret)),
        _ => {}
    }
}
