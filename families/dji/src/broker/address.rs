use super::BrokerError;

/// Where a gateway connects, as the wire tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// `host:port`, or a WebSocket's whole address.
    pub(super) address: String,
    /// Whether the connection is encrypted.
    pub(super) tls: bool,
}

impl Told {
    /// From an address with a scheme.
    pub(super) fn from_url(url: &str) -> Result<Self, BrokerError> {
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
        // A gateway takes a WebSocket's whole address.
        let address = if scheme.starts_with("ws") {
            url.to_owned()
        } else if has_port(host) {
            host.to_owned()
        } else {
            format!("{host}:{port}")
        };
        Ok(Self { address, tls })
    }

    /// From what an operator writes: an address with a scheme, or `host:port` without encryption.
    pub(super) fn from_operator(text: &str) -> Result<Self, BrokerError> {
        if text.contains("://") {
            return Self::from_url(text);
        }
        if !has_port(text) || text.contains(['/', '@']) {
            let wrong = format!("advertise = {text:?} is neither host:port nor an address.");
            return Err(BrokerError::Config(wrong));
        }
        Ok(Self {
            address: text.to_owned(),
            tls: false,
        })
    }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(name, port)| {
        !name.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(address: &str, tls: bool) -> Told {
        let address = address.to_owned();
        Told { address, tls }
    }

    #[test]
    fn an_address_is_read_as_a_gateway_needs_it() {
        let read = |url| Told::from_url(url).ok();
        assert_eq!(read("mqtt://10.0.0.2"), Some(told("10.0.0.2:1883", false)));
        assert_eq!(
            read("mqtts://a.example:8884"),
            Some(told("a.example:8884", true))
        );
        assert_eq!(read("ws://a:80/mqtt"), Some(told("ws://a:80/mqtt", false)));
        assert_eq!(read("wss://a/mqtt"), Some(told("wss://a/mqtt", true)));
        for wrong in ["10.0.0.2", "http://a", "mqtt://", "mqtt://u:p@a"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_operator_may_leave_the_scheme_out() {
        let read = |text| Told::from_operator(text).ok();
        assert_eq!(read("dock.lan:1883"), Some(told("dock.lan:1883", false)));
        assert_eq!(
            read("mqtts://dock.lan:8883"),
            Some(told("dock.lan:8883", true))
        );
        for wrong in ["dock.lan", ":1883", "dock.lan:0", "dock.lan:1883/mqtt"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
