use core::time::Duration;

use skyhelm_device::Reply;
use skyhelm_units::{Redacted, UtcMillis};

use super::address::Told;
use super::embedded::random_word;
use super::{Broker, BrokerError, Door, DrcCredentials};

/// Gateways connect anew within this time.
const DRC_LIFE: Duration = Duration::from_hours(1);

/// A broker that somebody else runs: its accounts and their rights are made there.
#[derive(Clone, Debug)]
pub struct ExternalConfig {
    /// Where the driver connects.
    pub door: Door,
    /// Where gateways open their stick connection, and as whom; without it there are no sticks.
    pub drc: Option<Door>,
}

/// A broker that somebody else runs.
#[derive(Debug)]
pub struct ExternalBroker {
    config: ExternalConfig,
}

impl ExternalBroker {
    /// By its addresses.
    ///
    /// # Errors
    /// When an address is none.
    pub fn new(config: ExternalConfig) -> Result<Self, BrokerError> {
        for door in core::iter::once(&config.door).chain(&config.drc) {
            Told::from_url(&door.url)?;
        }
        Ok(Self { config })
    }
}

impl Broker for ExternalBroker {
    fn own_door(&self) -> Door {
        self.config.door.clone()
    }

    fn set_aircraft(&self, _gateway: &str, _aircraft: &[String]) {
        // Its owner pins the topics.
    }

    fn drc_credentials(
        &self,
        gateway: &str,
        now: UtcMillis,
    ) -> Result<DrcCredentials, BrokerError> {
        let door = self.config.drc.as_ref().ok_or_else(|| {
            BrokerError::Config(String::from(
                "The external broker has no account for stick connections: set it in the configuration.",
            ))
        })?;
        let Told { address, tls } = Told::from_url(&door.url)?;
        Ok(DrcCredentials {
            address,
            client_id: format!("drc-{gateway}-{}", random_word(4)?),
            username: door.username.clone(),
            password: Redacted::new(door.password.expose().clone()),
            expires: UtcMillis::from_seconds((now + DRC_LIFE).millis() / 1000),
            tls,
        })
    }

    fn knows(&self, _username: &str) -> Option<bool> {
        None
    }

    fn refused(&self) -> Option<Vec<String>> {
        None
    }

    fn stop(&self) -> Reply<()> {
        Box::pin(core::future::ready(Ok(())))
    }
}
