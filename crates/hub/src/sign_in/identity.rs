use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_units::LeaseId;
use tokio_util::sync::CancellationToken;

use crate::secret;

/// What somebody may do; each role may do what the one before it may.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Looks at devices, live pictures, sky and library.
    Guest,
    /// Reads the log too.
    Viewer,
    /// Commands devices.
    Operator,
    /// Keeps accounts and settings.
    Admin,
}

impl Role {
    pub(crate) const ALL: [Self; 4] = [Self::Guest, Self::Viewer, Self::Operator, Self::Admin];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// An unknown word gives the least right.
    pub(crate) fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == word)
            .unwrap_or(Self::Guest)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Means {
    /// By the link the program prints.
    Link,
    /// By name and password.
    Password,
    /// By a guest link.
    Guest,
    /// By an API token.
    Token,
}

impl Means {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Password => "password",
            Self::Guest => "guest",
            Self::Token => "token",
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// For people.
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The right to fly aircraft.
    pub(crate) flight: bool,
    pub(crate) means: Means,
    /// The account, when they have one.
    pub(crate) account: Option<String>,
    pub(crate) expires_utc_ms: Option<i64>,
    /// What its leases are called.
    pub(crate) lease: LeaseId,
    /// Falls when the session ends: its sockets and live pictures end with it.
    pub(crate) ended: CancellationToken,
}

impl Session {
    /// The program itself, when it gives commands in nobody's name.
    pub(crate) fn of_program() -> Self {
        Self {
            name: String::from("the program"),
            role: Role::Admin,
            flight: false,
            means: Means::Link,
            account: None,
            expires_utc_ms: None,
            lease: LeaseId::new(secret::random().into_inner()),
            ended: CancellationToken::new(),
        }
    }
}
