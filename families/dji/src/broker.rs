//! The MQTT broker between the gateways and us.
//!
//! By default it is part of the program; any other is used by its address. Whichever it is, the
//! driver is a plain client of it.

mod account;
mod address;
mod client_ids;
mod embedded;
mod external;
mod files;
mod gatekeeper;
mod pace;
mod rights;

use core::fmt;
use std::sync::Arc;

use serde::Deserialize;
use skyhelm_device::Reply;
use skyhelm_units::{Redacted, UtcMillis};

pub use account::{Account, PasswordError, hashed};
pub use embedded::{Bounds, EmbeddedBroker, Listen};
pub use external::{ExternalBroker, ExternalConfig};
pub use files::open_all_files;
pub use rights::Rights;

/// Where a client connects, and as whom.
#[derive(Clone, Debug)]
pub struct Door {
    /// `mqtt://host:port`, `mqtts://host:port`, `ws://host:port/path` or `wss://host:port/path`.
    pub url: String,
    /// The account.
    pub username: String,
    /// Its password.
    pub password: Redacted<String>,
    /// Certificates (PEM) that an encrypted connection trusts; without them the well-known public ones.
    pub trusted: Option<Arc<str>>,
    /// What is spoken there.
    pub protocol: Protocol,
}

/// A version of MQTT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Protocol {
    /// MQTT 5.
    #[default]
    #[serde(rename = "5")]
    V5,
    /// MQTT 3.1.1, for brokers that know no other.
    #[serde(rename = "3.1.1")]
    V311,
}

/// Short-lived credentials for a gateway's second connection, the one that carries sticks.
#[derive(Clone, Debug)]
pub struct DrcCredentials {
    /// As a gateway reads it: `host:port`, or a WebSocket's whole address.
    pub address: String,
    /// The client id it must use.
    pub client_id: String,
    /// The account.
    pub username: String,
    /// Its password.
    pub password: Redacted<String>,
    /// No new connection with them after this.
    pub expires: UtcMillis,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

/// What went wrong with a broker.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// It cannot listen.
    #[error("the MQTT broker cannot listen at {at}: {cause}")]
    Listen {
        /// Where.
        at: String,
        /// What the system says.
        cause: String,
    },
    /// Its configuration makes no sense.
    #[error("{0}")]
    Config(String),
    /// The system gave no random numbers, or no thread.
    #[error("the system refuses the MQTT broker what it needs: {0}")]
    System(String),
}

/// A broker the gateways dial.
pub trait Broker: fmt::Debug + Send + Sync {
    /// Where the driver connects, and as whom.
    fn own_door(&self) -> Door;

    /// Says which aircraft a gateway speaks for from now on, besides itself.
    fn set_aircraft(&self, gateway: &str, aircraft: &[String]);

    /// Credentials for the stick connection of a gateway. Those given before stop working for new
    /// connections.
    ///
    /// # Errors
    /// When the broker can give none.
    fn drc_credentials(&self, gateway: &str, now: UtcMillis)
    -> Result<DrcCredentials, BrokerError>;

    /// Whether an account of this name may connect: for telling people why a gateway stays away.
    /// `None` when the broker cannot tell.
    fn knows(&self, username: &str) -> Option<bool>;

    /// Connections refused for a wrong name or password, by the name they gave, newest last.
    /// `None` when the broker cannot tell.
    fn refused(&self) -> Option<Vec<String>>;

    /// Ends it and waits.
    fn stop(&self) -> Reply<()>;
}
