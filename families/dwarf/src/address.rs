//! Where a telescope is reached.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// The WebSocket port of every real telescope (API 2.0 §4.1).
const STANDARD_WS: u16 = 9900;

/// `host` or `host:port`, the port being the WebSocket's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Address {
    host: String,
    ws_port: u16,
}

/// An address nobody can dial.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address: write a host name or IP address, with `:port` if it is not 9900")]
pub struct AddressError(String);

impl Address {
    /// The host: a name or an IP address, an IPv6 one in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The WebSocket's port.
    pub fn ws_port(&self) -> u16 {
        self.ws_port
    }

    /// The ports of a real telescope (API 2.0 §3.3 to §4.1).
    pub(crate) fn standard_ports(&self) -> Ports {
        Ports {
            ws: self.ws_port,
            http: 8082,
            jpeg: 8092,
            files: 80,
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.chars().take(80).collect());
        let text = text.trim();
        let (host, port) = if text.starts_with('[') {
            let end = text.find(']').ok_or_else(wrong)?;
            text.split_at(end + 1)
        } else {
            text.split_at(text.find(':').unwrap_or(text.len()))
        };
        let ws_port = match port.strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| wrong())?,
            None if port.is_empty() => STANDARD_WS,
            None => return Err(wrong()),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let sound = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
            Some(inner) => inner.parse::<core::net::Ipv6Addr>().is_ok(),
            None => !host.is_empty() && host.len() <= 253 && host.chars().all(plain),
        };
        if !sound || ws_port == 0 {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_ascii_lowercase(),
            ws_port,
        })
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ws_port == STANDARD_WS {
            f.write_str(&self.host)
        } else {
            write!(f, "{}:{}", self.host, self.ws_port)
        }
    }
}

/// The ports of one telescope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ports {
    /// WebSocket.
    pub(crate) ws: u16,
    /// JSON interface.
    pub(crate) http: u16,
    /// Live pictures.
    pub(crate) jpeg: u16,
    /// Files.
    pub(crate) files: u16,
}

/// Where everything of one telescope is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoints {
    pub(crate) host: String,
    pub(crate) ports: Ports,
}

impl Endpoints {
    pub(crate) fn ws_url(&self) -> String {
        format!("ws://{}:{}/", self.host, self.ports.ws)
    }

    pub(crate) fn http_url(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.ports.http)
    }

    pub(crate) fn jpeg_url(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.ports.jpeg)
    }

    /// `path` is a path on the web root, not yet encoded.
    pub(crate) fn file_url(&self, path: &str) -> String {
        let mut url = format!("http://{}:{}", self.host, self.ports.files);
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            url.push('/');
            percent_encode(segment, &mut url);
        }
        url
    }
}

/// Everything but the unreserved characters (RFC 3986 §2.3): targets bring spaces and worse into
/// file names.
fn percent_encode(segment: &str, into: &mut String) {
    use fmt::Write as _;
    for byte in segment.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                into.push(char::from(byte));
            }
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(into, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_with_or_without_a_port() {
        let plain: Address = "192.168.88.1".parse().unwrap();
        assert_eq!((plain.host(), plain.ws_port()), ("192.168.88.1", 9900));
        assert_eq!(plain.to_string(), "192.168.88.1");
        let other: Address = " Dwarf.local:41234 ".parse().unwrap();
        assert_eq!(other.to_string(), "dwarf.local:41234");
        let six: Address = "[fe80::1]:9901".parse().unwrap();
        assert_eq!((six.host(), six.ws_port()), ("[fe80::1]", 9901));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            ":9900",
            "host:",
            "host:0",
            "host:99999",
            "http://host",
            "host/path",
            "user@host",
            "[::1",
            "[::1]x",
            "[no]",
            "a b",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn file_names_are_encoded_segment_by_segment() {
        let endpoints = Endpoints {
            host: String::from("h"),
            ports: "h".parse::<Address>().unwrap().standard_ports(),
        };
        assert_eq!(
            endpoints.file_url("/DWARF3/M 31 #1/ä.fits"),
            "http://h:80/DWARF3/M%2031%20%231/%C3%A4.fits"
        );
    }
}
