//! The names this machine answers to.

use std::net::IpAddr;

/// Which `Host` headers mean this hub. A name that is not on the list and leads here all the same is a
/// foreign page's trick.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Whether other machines may come.
    lan: bool,
    own: Vec<String>,
}

impl Names {
    /// For a hub that listens at an address; `more` are the names its configuration adds.
    pub(crate) fn new(bind: IpAddr, more: &[String]) -> Self {
        let lan = !bind.is_loopback();
        let mut own: Vec<String> = more.iter().map(|name| name.to_ascii_lowercase()).collect();
        if lan && let Some(host) = machine_name() {
            own.push(format!("{host}.local"));
            own.push(host);
        }
        Self { lan, own }
    }

    /// Whether other machines may come.
    pub(crate) fn lan(&self) -> bool {
        self.lan
    }

    /// Whether a `Host` is one of ours; the port does not matter, for a tunnel changes it.
    pub(crate) fn answers_to(&self, host: &str) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
        // An address in numbers belongs to no domain, so no foreign page can make it lead here.
        if let Ok(address) = bare.unwrap_or(name).parse::<IpAddr>() {
            return self.lan || address.is_loopback();
        }
        let name = name.to_ascii_lowercase();
        name == "localhost" || self.own.contains(&name)
    }
}

fn machine_name() -> Option<String> {
    let text = std::fs::read_to_string("/etc/hostname").ok()?;
    let name = text.trim().to_ascii_lowercase();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const BAD: [&str; 5] = [
        "evil.example:8484",
        "127.0.0.1.evil.example",
        "",
        ":80",
        "10.0.0.1.nip.example",
    ];

    #[test]
    fn a_hub_of_one_machine_answers_to_that_machine_only() {
        let names = Names::new(IpAddr::V4(Ipv4Addr::LOCALHOST), &[]);
        for good in [
            "127.0.0.1:8484",
            "localhost",
            "LOCALHOST:1",
            "[::1]:80",
            "127.8.8.8",
        ] {
            assert!(names.answers_to(good), "{good}");
        }
        for bad in BAD.into_iter().chain(["10.0.0.1", "[::2]"]) {
            assert!(!names.answers_to(bad), "{bad}");
        }
    }

    #[test]
    fn a_hub_for_other_machines_answers_to_addresses_and_to_the_names_it_was_given() {
        let names = Names::new(
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            &[String::from("Sky.lan")],
        );
        for good in ["10.0.0.1:8484", "[fe80::1]:80", "sky.lan:8484", "localhost"] {
            assert!(names.answers_to(good), "{good}");
        }
        for bad in BAD {
            assert!(!names.answers_to(bad), "{bad}");
        }
    }
}
