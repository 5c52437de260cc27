//! Who is signed in, how they came, and what they may do.

mod identity;
mod link;
mod password;
mod pauses;
mod sessions;

pub(crate) use identity::{Means, Role, Session};
pub(crate) use link::Tokens;
pub use password::PasswordCost;
pub(crate) use password::Passwords;
pub(crate) use pauses::Pauses;
pub(crate) use sessions::{Origin, Sessions, Way};
