//! One row per message: what a driver, a virtual gateway, the command line and the coverage page all read.

use core::time::Duration;

use crate::model::ModelKey;
use crate::topic::TopicKind;

mod drc_down;
mod drc_up;
mod events;
mod properties;
mod requests;
mod rules;
mod services;

pub use rules::{Rule, rules};

/// Who sends the message of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The cloud; the device answers.
    Down,
    /// The device.
    Up,
}

/// What tells that a command is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The answer.
    Reply,
    /// The answer says that it began; this event tells the rest.
    Progress(&'static str),
    /// Nothing: no answer ever comes.
    None,
}

/// Whether a command may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Twice is once: it may go out again, with the same ids, when no answer came.
    Yes,
    /// Twice does it twice.
    No,
    /// It moves something: never to be sent again without a person.
    Motion,
}

/// What a command needs besides a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing: it asks for a right, shows something or stops something.
    Viewer,
    /// The dock; no authority over the aircraft.
    Dock,
    /// The authority over the payload it names.
    Payload,
    /// The authority over the aircraft.
    Control,
    /// Live flight control.
    Drc,
}

/// A set of product lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Products(u8);

impl Products {
    /// DJI Dock.
    pub const D1: Self = Self(1);
    /// DJI Dock 2.
    pub const D2: Self = Self(2);
    /// DJI Dock 3.
    pub const D3: Self = Self(4);
    /// DJI RC Pro Enterprise.
    pub const RP: Self = Self(8);
    /// DJI RC Plus 2.
    pub const P2: Self = Self(16);
    /// Older remote controllers: topology and live pictures only.
    pub const RC: Self = Self(32);

    const NAMES: [(Self, &'static str); 6] = [
        (Self::D1, "Dock"),
        (Self::D2, "Dock 2"),
        (Self::D3, "Dock 3"),
        (Self::RP, "RC Pro"),
        (Self::P2, "RC Plus 2"),
        (Self::RC, "older RC"),
    ];

    /// Whether a gateway is among them; an unknown one is taken for the newest of its kind.
    pub const fn has(self, gateway: ModelKey) -> bool {
        let one = match (gateway.domain, gateway.kind) {
            (3, 1) => Self::D1,
            (3, 2) => Self::D2,
            (3, _) => Self::D3,
            (_, 144) => Self::RP,
            (_, 56 | 119) => Self::RC,
            _ => Self::P2,
        };
        self.0 & one.0 != 0
    }

    /// In words.
    pub fn words(self) -> String {
        let named = Self::NAMES.iter().filter(|(one, _)| self.0 & one.0 != 0);
        named.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
    }
}

/// One message.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its method; of properties, the property.
    pub method: &'static str,
    /// The topic it is sent on.
    pub topic: TopicKind,
    /// Which gateways know it.
    pub products: Products,
    /// What tells that it is done. `None` for what the device sends.
    pub completion: Completion,
    /// How long the answer may take.
    pub timeout: Duration,
    /// Whether it may be sent twice.
    pub idempotency: Idempotency,
    /// What it needs.
    pub needs: Needs,
    /// The page of the Cloud API 1.16.1 that describes it.
    pub page: &'static str,
    /// The entries of the documents 1.4 (Dock) and 1.11.1 (RC Pro) that it covers.
    pub covers: &'static [&'static str],
}

impl Row {
    /// Topic and method: `services takeoff_to_point`.
    pub fn id(&self) -> String {
        let topic = self.topic.text("");
        let topic = topic.rsplit("//").next().unwrap_or_default();
        format!("{topic} {}", self.method)
    }

    /// Who sends it.
    pub const fn direction(&self) -> Direction {
        if self.topic.is_from_device() {
            Direction::Up
        } else {
            Direction::Down
        }
    }

    /// Whether this crate gives it a type of its own; the others are sent and kept as they are.
    pub fn is_typed(&self) -> bool {
        let methods: &[&str] = match self.topic {
            TopicKind::Services => crate::Service::METHODS,
            TopicKind::Events => crate::DeviceEvent::METHODS,
            TopicKind::Requests => crate::DeviceRequest::METHODS,
            TopicKind::DrcDown => {
                let own = ["drone_control", "stick_control", "heart_beat"];
                return own.contains(&self.method)
                    || crate::drc::DrcCommand::METHODS.contains(&self.method);
            }
            TopicKind::DrcUp => crate::drc::DrcUp::PUSHES,
            _ => return true,
        };
        methods.contains(&self.method)
    }
}

/// All rows, topic by topic.
pub fn all() -> impl Iterator<Item = &'static Row> {
    [
        services::ROWS,
        drc_down::ROWS,
        drc_up::ROWS,
        events::ROWS,
        requests::ROWS,
    ]
    .into_iter()
    .chain(properties::PARTS)
    .flatten()
}

/// The row of a message.
pub fn row(topic: TopicKind, method: &str) -> Option<&'static Row> {
    all().find(|row| row.topic == topic && row.method == method)
}

/// One line a row: method, products; for what the cloud sends completion, time-out, idempotency and
/// needs; page, and what it covers.
macro_rules! rows {
    ($topic:ident $($method:literal [$($product:ident)*]
        $($completion:ident $(($event:literal))? $seconds:literal s $idempotency:ident $needs:ident)?
        $page:literal [$($covers:literal),*];)*) => {
        pub(in crate::table) static ROWS: &[crate::table::Row] = &[$({
            #[allow(unused_mut, reason = "set for what the cloud sends only")]
            let mut row = crate::table::Row {
                method: $method,
                topic: crate::topic::TopicKind::$topic,
                products: crate::table::Products(0 $(| crate::table::Products::$product.0)*),
                completion: crate::table::Completion::None,
                timeout: core::time::Duration::ZERO,
                idempotency: crate::table::Idempotency::Yes,
                needs: crate::table::Needs::Viewer,
                page: $page,
                covers: &[$($covers),*],
            };
            $(
                row.completion = crate::table::Completion::$completion $(($event))?;
                row.timeout = core::time::Duration::from_secs($seconds);
                row.idempotency = crate::table::Idempotency::$idempotency;
                row.needs = crate::table::Needs::$needs;
            )?
            row
        },)*];
    };
}
use rows;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The 50 entries of the two documents, as they were counted from their text.
    const ENTRIES: &[&str] = &include!("table/entries.in");

    #[test]
    fn every_entry_of_the_documents_is_covered_by_a_row_or_a_rule_and_nothing_else_is_claimed() {
        let covered: Vec<&str> = all()
            .flat_map(|row| row.covers)
            .chain(rules().iter().flat_map(|rule| rule.covers))
            .copied()
            .collect();
        let set: BTreeSet<&str> = covered.iter().copied().collect();
        assert_eq!(set.len(), covered.len(), "an entry is covered twice");
        assert_eq!(set, ENTRIES.iter().copied().collect());
        assert_eq!(ENTRIES.len(), 50);
    }

    #[test]
    fn no_message_stands_twice_and_what_the_cloud_sends_has_a_time_out() {
        let ids: BTreeSet<String> = all().map(Row::id).collect();
        assert_eq!(ids.len(), all().count());
        assert!(
            ids.contains("services takeoff_to_point") && ids.contains("drc/down stick_control")
        );
        for row in all().filter(|row| row.direction() == Direction::Down) {
            assert!(
                !row.timeout.is_zero() && !row.products.words().is_empty(),
                "{}",
                row.id()
            );
        }
    }

    #[test]
    fn whatever_sends_the_aircraft_somewhere_is_motion_and_whatever_stops_it_needs_no_control() {
        for (topic, method) in [
            (TopicKind::Services, "takeoff_to_point"),
            (TopicKind::Services, "fly_to_point"),
            (TopicKind::Services, "fly_to_point_update"),
            (TopicKind::Services, "return_home"),
            (TopicKind::Services, "flighttask_execute"),
            (TopicKind::DrcDown, "drone_control"),
            (TopicKind::DrcDown, "stick_control"),
            (TopicKind::DrcDown, "drc_force_landing"),
        ] {
            assert_eq!(
                row(topic, method).unwrap().idempotency,
                Idempotency::Motion,
                "{method}"
            );
        }
        for (topic, method) in [
            (TopicKind::DrcDown, "drone_emergency_stop"),
            (TopicKind::Services, "fly_to_point_stop"),
            (TopicKind::Services, "flighttask_pause"),
        ] {
            let row = row(topic, method).unwrap();
            assert_eq!(
                (row.needs, row.idempotency),
                (Needs::Viewer, Idempotency::Yes),
                "{method}"
            );
        }
    }

    #[test]
    fn every_typed_message_has_a_row() {
        for method in crate::Service::METHODS {
            assert!(row(TopicKind::Services, method).is_some(), "{method}");
        }
        for method in crate::DeviceEvent::METHODS {
            assert!(row(TopicKind::Events, method).is_some(), "{method}");
        }
        for method in crate::drc::DrcCommand::METHODS {
            assert!(row(TopicKind::DrcDown, method).is_some(), "{method}");
        }
        for method in crate::DeviceRequest::METHODS {
            assert!(row(TopicKind::Requests, method).is_some(), "{method}");
        }
    }
}
