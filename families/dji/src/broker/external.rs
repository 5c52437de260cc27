use core::time::Duration;

use skyhelm_device::Reply;
use skyhelm_units::{Redacted, UtcMillis};

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
            host_and_port(&door.url)?;
        }
        Ok(Self { config })
    }
}

/// `host:port` of an address, and whether it is encrypted.
fn host_and_port(url: &str) -> Result<(String, bool), BrokerError> {
    let wrong = || BrokerError::Config(format!("{url:?} is no address of an MQTT broker."));
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let (tls, port) = match scheme {
        "mqtt" | "tcp" => (false, 1883),
        "mqtts" | "ssl" => (true, 8883),
        "ws" => (false, 80),
        "wss" => (true, 443),
        _ => return Err(wrong()),
    };
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || host.contains('@') {
        return Err(wrong());
    }
    let named = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok_and(|port| port != 0));
    let full = if named {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    };
    // A gateway takes a WebSocket's whole address.
    let address = if scheme.starts_with("ws") {
        url.to_owned()
    } else {
        full
    };
    Ok((address, tls))
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
        let (address, tls) = host_and_port(&door.url)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_a_gateway_needs_it() {
        let read = |url| host_and_port(url).ok();
        assert_eq!(
            read("mqtt://10.0.0.2"),
            Some((String::from("10.0.0.2:1883"), false))
        );
        assert_eq!(
            read("mqtts://a.example:8884"),
            Some((String::from("a.example:8884"), true))
        );
        assert_eq!(
            read("ws://a:80/mqtt"),
            Some((String::from("ws://a:80/mqtt"), false))
        );
        for wrong in ["10.0.0.2", "http://a", "mqtt://", "mqtt://u:p@a"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
