use std::collections::BTreeSet;

/// What an account may say and hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// The driver itself.
    Station,
    /// A gateway: what devices say, under its own serial number and those of its aircraft.
    Gateway {
        /// Its serial number.
        serial: String,
        /// Its aircraft.
        aircraft: BTreeSet<String>,
    },
    /// A gateway's stick connection: its own `drc` topics and nothing else.
    Drc {
        /// The gateway's serial number.
        gateway: String,
    },
}

/// What a gateway says under `thing/product/{serial}/`.
const SAID: [&str; 7] = [
    "osd",
    "state",
    "events",
    "requests",
    "services_reply",
    "property/set_reply",
    "drc/up",
];

/// What a gateway hears there.
const HEARD: [&str; 7] = [
    "state_reply",
    "events_reply",
    "requests_reply",
    "services",
    "property/set",
    "drc/down",
    "#",
];

/// The serial number of a topic or filter, and what follows it.
fn split(topic: &str) -> Option<(&str, &str, &str)> {
    let (root, rest) = topic.split_once("/product/")?;
    let (serial, tail) = rest.split_once('/')?;
    matches!(root, "sys" | "thing").then_some((root, serial, tail))
}

impl Rights {
    fn speaks_for(&self, serial: &str) -> bool {
        match self {
            Self::Station => true,
            Self::Gateway {
                serial: own,
                aircraft,
            } => own == serial || aircraft.contains(serial),
            Self::Drc { gateway } => gateway == serial,
        }
    }

    /// Whether it may publish to a topic.
    pub fn may_publish(&self, topic: &str) -> bool {
        let Some((root, serial, tail)) = split(topic) else {
            return false;
        };
        match self {
            // Wildcards never name a topic; mqtt refuses them before this.
            Self::Station => match root {
                "sys" => tail == "status_reply",
                _ => HEARD[..6].contains(&tail),
            },
            Self::Gateway { serial: own, .. } => match root {
                "sys" => serial == own && tail == "status",
                _ => self.speaks_for(serial) && SAID.contains(&tail),
            },
            Self::Drc { .. } => root == "thing" && self.speaks_for(serial) && tail == "drc/up",
        }
    }

    /// Whether it may subscribe to a filter.
    pub fn may_subscribe(&self, filter: &str) -> bool {
        if filter.starts_with('$') {
            return false;
        }
        if *self == Self::Station {
            return true;
        }
        let Some((root, serial, tail)) = split(filter) else {
            return false;
        };
        // A serial number is compared as text, so a wildcard in its place is nobody's.
        match self {
            Self::Drc { .. } => root == "thing" && self.speaks_for(serial) && tail == "drc/down",
            _ => match root {
                "sys" => self.speaks_for(serial) && matches!(tail, "status_reply" | "#"),
                _ => self.speaks_for(serial) && HEARD.contains(&tail),
            },
        }
    }

    /// Whether it may leave a last will at a topic: only a gateway's own status.
    pub(super) fn may_will(&self, topic: &str) -> bool {
        matches!(self, Self::Gateway { .. }) && self.may_publish(topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway() -> Rights {
        Rights::Gateway {
            serial: String::from("GW1"),
            aircraft: BTreeSet::from([String::from("AC1")]),
        }
    }

    #[test]
    fn a_gateway_says_only_what_devices_say_and_only_for_itself_and_its_aircraft() {
        let own = [
            "sys/product/GW1/status",
            "thing/product/GW1/osd",
            "thing/product/AC1/osd",
            "thing/product/AC1/state",
            "thing/product/GW1/drc/up",
            "thing/product/GW1/property/set_reply",
        ];
        assert!(own.iter().all(|topic| gateway().may_publish(topic)));
        let foreign = [
            "sys/product/GW2/status",
            "sys/product/AC1/status",
            "thing/product/GW2/osd",
            "thing/product/GW1/services",
            "thing/product/GW1/drc/down",
            "thing/product/GW1/osd/more",
            "thing/product//osd",
            "thing/product/GW1",
            "other/product/GW1/osd",
            "$SYS/broker/load",
            "",
        ];
        for topic in foreign {
            assert!(!gateway().may_publish(topic), "{topic}");
        }
    }

    #[test]
    fn a_gateway_hears_only_its_own_topics() {
        for filter in [
            "sys/product/GW1/status_reply",
            "thing/product/GW1/services",
            "thing/product/GW1/#",
            "thing/product/AC1/property/set",
        ] {
            assert!(gateway().may_subscribe(filter), "{filter}");
        }
        for filter in [
            "#",
            "+/product/GW1/services",
            "thing/product/+/services",
            "thing/product/GW2/services",
            "thing/#",
            "$SYS/#",
            "$share/a/thing/product/GW1/services",
        ] {
            assert!(!gateway().may_subscribe(filter), "{filter}");
        }
    }

    #[test]
    fn a_stick_connection_has_its_two_topics_and_no_other() {
        let drc = Rights::Drc {
            gateway: String::from("GW1"),
        };
        assert!(drc.may_publish("thing/product/GW1/drc/up"));
        assert!(drc.may_subscribe("thing/product/GW1/drc/down"));
        assert!(!drc.may_publish("thing/product/GW1/osd"));
        assert!(!drc.may_publish("thing/product/GW1/drc/down"));
        assert!(!drc.may_subscribe("thing/product/GW1/#"));
        assert!(!drc.may_will("thing/product/GW1/drc/up"));
    }

    #[test]
    fn the_station_says_only_what_a_cloud_says() {
        assert!(Rights::Station.may_publish("thing/product/GW1/services"));
        assert!(Rights::Station.may_publish("sys/product/GW1/status_reply"));
        assert!(!Rights::Station.may_publish("thing/product/GW1/osd"));
        assert!(!Rights::Station.may_subscribe("$SYS/#"));
    }
}
