//! One row per command and notification: what a driver, a virtual device, the command line and
//! the coverage page all read.

use core::time::Duration;

use crate::packet::ModuleId;

mod astro;
mod focus;
mod motor;
mod notify;
mod panorama;
mod param;
mod schedule;
mod system;
mod task;
mod tele;
mod track;
mod wide;

/// The numbers of all commands and notifications.
pub mod cmd {
    pub use super::astro::id::*;
    pub use super::focus::id::*;
    pub use super::motor::id::*;
    pub use super::notify::id::*;
    pub use super::panorama::id::*;
    pub use super::param::id::*;
    pub use super::schedule::id::*;
    pub use super::system::id::*;
    pub use super::task::id::*;
    pub use super::tele::id::*;
    pub use super::track::id::*;
    pub use super::wide::id::*;
}

/// The firmware generation a device runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Generation {
    /// The one API 2.0 documents: DWARF II and 3.
    V2,
    /// The one after it: DWARF II, 3 and mini with modules 14 and 15.
    V3,
}

impl Generation {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::V2 => Self::V3,
            Self::V3 => Self::V2,
        }
    }
}

/// Who sends the message of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Client to device; a reply may follow.
    Command,
    /// Device to all clients.
    Notification,
}

/// Which devices and firmware know a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// API 2.0 firmware of DWARF II and 3 only; newer firmware passes it over.
    V2,
    /// API 2.0 firmware of DWARF II and 3; newer firmware of DWARF II, 3 and mini.
    V2V3,
    /// Newer firmware of DWARF II, 3 and mini only.
    V3,
    /// Models with a guide camera only.
    Guide,
}

impl Availability {
    /// Whether firmware of a generation knows it.
    pub const fn on(self, generation: Generation) -> bool {
        match generation {
            Generation::V2 => matches!(self, Self::V2 | Self::V2V3),
            Generation::V3 => matches!(self, Self::V2V3 | Self::V3 | Self::Guide),
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::V2 => "DWARF II, 3 (API 2.0)",
            Self::V2V3 => "DWARF II, 3 (API 2.0); DWARF II, 3, mini (newer)",
            Self::V3 => "DWARF II, 3, mini (newer)",
            Self::Guide => "models with a guide camera",
        }
    }
}

/// What tells that a command is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The reply, at once.
    Reply,
    /// The reply, which may come only when the motion or the job has ended.
    ReplyAtEnd,
    /// The reply only says that it began; this notification tells the end.
    Notification(u32),
    /// Nothing: no reply ever comes.
    None,
}

/// Whether a command may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Twice is once.
    Yes,
    /// Twice does it twice.
    No,
    /// It moves something: never to be sent again without a person.
    Motion,
}

/// The role a client needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Anybody: it only reads, or asks for the role itself.
    Viewer,
    /// The host. Commands of others are passed over silently.
    Host,
}

/// Where a row is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The vendor's document.
    Document,
    /// Several public clients agree.
    Clients,
    /// The vendor's app only.
    VendorApp,
}

/// One command or notification.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its number.
    pub id: u32,
    /// The vendor's name.
    pub wire_name: &'static str,
    /// A plain name; the constant in [`cmd`] is called the same.
    pub name: &'static str,
    /// The module it belongs to.
    pub module: ModuleId,
    /// Who sends it.
    pub direction: Direction,
    requests: [&'static str; 2],
    replies: [&'static str; 2],
    completions: [Completion; 2],
    /// Which devices know it.
    pub availability: Availability,
    /// How long a reply may take, or the job when `ReplyAtEnd`.
    pub timeout: Duration,
    /// Whether it may be sent twice.
    pub idempotency: Idempotency,
    /// Who may send it.
    pub needs: Role,
    /// The smallest protocol minor version that has it (API 2.0 §4.3).
    pub min_minor: u32,
    /// Notifications it sets off.
    pub notifies: &'static [u32],
    /// Where it is known from.
    pub evidence: Evidence,
    /// The section of API 2.0 that describes it; empty when none does.
    pub source: &'static str,
    /// Why no vector exists; empty when one does.
    pub no_vector: &'static str,
}

impl Row {
    /// The message a command carries, or a notification. `None` when it has no body.
    pub const fn request(&self, generation: Generation) -> Option<&'static str> {
        some(self.requests[generation as usize])
    }

    /// The message of the reply. `None` for a notification.
    pub const fn reply(&self, generation: Generation) -> Option<&'static str> {
        some(self.replies[generation as usize])
    }

    /// What tells the end of it.
    pub const fn completion(&self, generation: Generation) -> Completion {
        self.completions[generation as usize]
    }

    /// Whether it is a notification.
    pub const fn is_notification(&self) -> bool {
        matches!(self.direction, Direction::Notification)
    }
}

const fn some(name: &'static str) -> Option<&'static str> {
    if name.is_empty() { None } else { Some(name) }
}

/// The row of a number.
pub fn row(id: u32) -> Option<&'static Row> {
    all().find(|row| row.id == id)
}

/// The row of a name: the vendor's or the plain one, in any case.
pub fn row_named(name: &str) -> Option<&'static Row> {
    all()
        .find(|row| row.wire_name.eq_ignore_ascii_case(name) || row.name.eq_ignore_ascii_case(name))
}

/// All rows, module by module.
pub fn all() -> impl Iterator<Item = &'static Row> {
    [
        tele::ROWS,
        wide::ROWS,
        astro::ROWS,
        system::ROWS,
        motor::ROWS,
        track::ROWS,
        focus::ROWS,
        notify::ROWS,
        panorama::ROWS,
        schedule::ROWS,
        task::ROWS,
        param::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// Rows in one or two lines each.
///
/// `NAME = number "wire name" "section" Evidence Availability minor n`, then for a command
/// `"Request" => "Reply", completion V2, completion V3, n s, Idempotency, Role, [notifications]`
/// and for a notification its message. `"A" | "B"` is a message by generation.
macro_rules! rows {
    ($($module:ident { $(
        $name:ident = $id:literal $wire:literal $source:literal $evidence:ident $availability:ident minor $minor:literal
            $(notification $body2:literal $(| $body3:literal)?)?
            $($req2:literal $(| $req3:literal)? => $rep2:literal $(| $rep3:literal)?,
                $end2:expr, $end3:expr, $seconds:literal s, $idempotency:ident, $role:ident, $notifies:expr)?
            $(, why $why:literal)?;
    )* })*) => {
        use core::time::Duration;

        #[allow(unused_imports, reason = "a module may have one kind of completion only")]
        use super::Completion::{None, Notification, Reply, ReplyAtEnd};
        use super::{Availability, Direction, Evidence, Idempotency, Role, Row};
        use crate::packet::ModuleId;

        pub(super) mod id {
            $($(#[doc = concat!("`", $wire, "`.")]
            pub const $name: u32 = $id;)*)*
        }

        pub(super) static ROWS: &[Row] = &[$($(
            {
                #[allow(unused_mut, reason = "set for commands only")]
                let mut row = Row {
                    id: $id,
                    wire_name: $wire,
                    name: stringify!($name),
                    module: ModuleId::$module,
                    direction: Direction::Notification,
                    requests: [""; 2],
                    replies: [""; 2],
                    completions: [None; 2],
                    availability: Availability::$availability,
                    timeout: Duration::ZERO,
                    idempotency: Idempotency::Yes,
                    needs: Role::Viewer,
                    min_minor: $minor,
                    notifies: &[],
                    evidence: Evidence::$evidence,
                    source: $source,
                    no_vector: concat!($($why)?),
                };
                $(row.requests = super::pair!($body2 $(| $body3)?);)?
                $(
                    row.direction = Direction::Command;
                    row.requests = super::pair!($req2 $(| $req3)?);
                    row.replies = super::pair!($rep2 $(| $rep3)?);
                    row.completions = [$end2, $end3];
                    row.timeout = Duration::from_secs($seconds);
                    row.idempotency = Idempotency::$idempotency;
                    row.needs = Role::$role;
                    row.notifies = &$notifies;
                )?
                row
            },
        )*)*];
    };
}
use rows;

macro_rules! pair {
    ($both:literal) => {
        [$both; 2]
    };
    ($v2:literal | $v3:literal) => {
        [$v2, $v3]
    };
}
use pair;

#[cfg(test)]
mod tests;
