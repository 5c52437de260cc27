//! Topics: typed, read and written.

use core::fmt;

use crate::serial::{SerialError, SerialNumber};

/// One topic: what it carries and whose it is.
///
/// ```
/// use skyhelm_dji_proto::topic::{Topic, TopicKind};
///
/// let topic: Topic = "thing/product/4BKBJ4R1010TGD/drc/up".parse().unwrap();
/// assert_eq!(topic.kind, TopicKind::DrcUp);
/// assert_eq!(topic.to_string(), "thing/product/4BKBJ4R1010TGD/drc/up");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic {
    /// What it carries.
    pub kind: TopicKind,
    /// Of the gateway; on `osd` and `state`, of the device itself.
    pub serial: SerialNumber,
}

/// What a topic carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TopicKind {
    /// `update_topo`: who is there.
    Status,
    /// Its answer.
    StatusReply,
    /// Properties at a fixed rate.
    Osd,
    /// Properties when they change.
    State,
    /// Its answer; not in the documents, but devices ask for it.
    StateReply,
    /// Commands.
    Services,
    /// Their answers.
    ServicesReply,
    /// Notices of the device.
    Events,
    /// Their answers.
    EventsReply,
    /// Questions of the device.
    Requests,
    /// Their answers.
    RequestsReply,
    /// A property is to be set.
    PropertySet,
    /// Its answer.
    PropertySetReply,
    /// Live flight control to the device.
    DrcDown,
    /// Live flight control from the device.
    DrcUp,
}

/// Why a topic is none of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// Not a topic of the Cloud API.
    #[error("not a topic of the Cloud API")]
    Unknown,
    /// Its serial number is malformed.
    #[error(transparent)]
    Serial(#[from] SerialError),
}

impl TopicKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Status,
        Self::StatusReply,
        Self::Osd,
        Self::State,
        Self::StateReply,
        Self::Services,
        Self::ServicesReply,
        Self::Events,
        Self::EventsReply,
        Self::Requests,
        Self::RequestsReply,
        Self::PropertySet,
        Self::PropertySetReply,
        Self::DrcDown,
        Self::DrcUp,
    ];

    const fn parts(self) -> (&'static str, &'static str) {
        const SYS: &str = "sys/product/";
        const THING: &str = "thing/product/";
        match self {
            Self::Status => (SYS, "/status"),
            Self::StatusReply => (SYS, "/status_reply"),
            Self::Osd => (THING, "/osd"),
            Self::State => (THING, "/state"),
            Self::StateReply => (THING, "/state_reply"),
            Self::Services => (THING, "/services"),
            Self::ServicesReply => (THING, "/services_reply"),
            Self::Events => (THING, "/events"),
            Self::EventsReply => (THING, "/events_reply"),
            Self::Requests => (THING, "/requests"),
            Self::RequestsReply => (THING, "/requests_reply"),
            Self::PropertySet => (THING, "/property/set"),
            Self::PropertySetReply => (THING, "/property/set_reply"),
            Self::DrcDown => (THING, "/drc/down"),
            Self::DrcUp => (THING, "/drc/up"),
        }
    }

    /// Whether the device publishes on it.
    pub const fn is_from_device(self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Osd
                | Self::State
                | Self::ServicesReply
                | Self::Events
                | Self::Requests
                | Self::PropertySetReply
                | Self::DrcUp
        )
    }

    /// Whether its messages have neither transaction nor business id: live flight control.
    pub const fn is_drc(self) -> bool {
        matches!(self, Self::DrcDown | Self::DrcUp)
    }

    /// The topic an answer to a message on this one goes to.
    pub const fn reply(self) -> Option<Self> {
        match self {
            Self::Status => Some(Self::StatusReply),
            Self::State => Some(Self::StateReply),
            Self::Services => Some(Self::ServicesReply),
            Self::Events => Some(Self::EventsReply),
            Self::Requests => Some(Self::RequestsReply),
            Self::PropertySet => Some(Self::PropertySetReply),
            Self::DrcDown => Some(Self::DrcUp),
            _ => None,
        }
    }

    /// Its topic for a device, or, with `+`, the filter for all devices.
    pub fn text(self, serial: &str) -> String {
        let (before, after) = self.parts();
        format!("{before}{serial}{after}")
    }
}

impl Topic {
    /// Of a device.
    pub const fn new(kind: TopicKind, serial: SerialNumber) -> Self {
        Self { kind, serial }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.kind.parts();
        write!(f, "{before}{}{after}", self.serial)
    }
}

impl core::str::FromStr for Topic {
    type Err = TopicError;
    fn from_str(text: &str) -> Result<Self, TopicError> {
        TopicKind::ALL
            .into_iter()
            .find_map(|kind| {
                let (before, after) = kind.parts();
                let serial = text.strip_prefix(before)?.strip_suffix(after)?;
                (!serial.contains('/')).then_some((kind, serial))
            })
            .ok_or(TopicError::Unknown)
            .and_then(|(kind, serial)| Ok(Self::new(kind, SerialNumber::new(serial)?)))
    }
}

/// The filters a cloud subscribes to, for all gateways.
pub fn cloud_filters() -> Vec<String> {
    TopicKind::ALL
        .into_iter()
        .filter(|kind| kind.is_from_device())
        .map(|kind| kind.text("+"))
        .collect()
}

/// The topics a gateway subscribes to.
pub fn gateway_topics(gateway: &SerialNumber) -> Vec<Topic> {
    TopicKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_from_device())
        .map(|kind| Topic::new(kind, gateway.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_reads_back_as_it_was_written() {
        let serial = SerialNumber::new("4BKBJ4R1010TGD").unwrap();
        for kind in TopicKind::ALL {
            let topic = Topic::new(kind, serial.clone());
            assert_eq!(topic.to_string().parse::<Topic>(), Ok(topic));
        }
    }

    #[test]
    fn foreign_topics_and_serial_numbers_with_wildcards_are_refused() {
        for text in [
            "",
            "thing/product//osd",
            "thing/product/+/osd",
            "thing/product/#/osd",
            "thing/product/a/b/osd",
            "thing/product/4BKBJ4R1010TGD/osd/x",
            "sys/product/4BKBJ4R1010TGD/osd",
            "thing/product/4BKBJ4R1010TGD",
            "thing/product/4BKBJ4R1010T\u{0}/osd",
            "thing/product/osd",
        ] {
            assert!(text.parse::<Topic>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_cloud_subscribes_to_what_devices_say_and_a_gateway_to_the_rest() {
        let filters = cloud_filters();
        assert_eq!(filters.len(), 8);
        assert!(filters.contains(&String::from("sys/product/+/status")));
        assert!(filters.contains(&String::from("thing/product/+/property/set_reply")));
        let topics = gateway_topics(&SerialNumber::new("7UUXN2S00A0D89").unwrap());
        assert_eq!(topics.len(), 7);
        assert!(topics.iter().all(|topic| !topic.kind.is_from_device()));
    }
}
