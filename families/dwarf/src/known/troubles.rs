//! What is wrong with a telescope now, in words a person can act on.

use skyhelm_device::state::{LinkStatus, Trouble};
use skyhelm_device::{DeviceError, ErrorKind, Lens, PowerCommand, Severity};
use skyhelm_dwarf_proto::Code;
use skyhelm_units::Now;

use super::Known;

/// A stack of an hour takes some two gigabytes.
const NEARLY_FULL_GB: f64 = 2.0;
/// The battery warns here; a charger ends the warning.
const LOW_PERCENT: f64 = 15.0;
/// A telescope switches itself off below this, whatever it does.
const EMPTY_PERCENT: f64 = 5.0;

/// What the telescope last said of its card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Card {
    #[default]
    Unknown,
    Here,
    /// It answered with a code instead.
    Absent(Code),
}

struct Found {
    topic: &'static str,
    severity: Severity,
    message: String,
    remedy: &'static str,
}

impl Known {
    /// Notes what is wrong now; each trouble's beginning and end is an event.
    pub(crate) fn look_for_troubles(&mut self, now: Now) {
        let mut found: Vec<Found> = [self.link_trouble(), self.card_trouble(), self.battery()]
            .into_iter()
            .flatten()
            .collect();
        found.sort_by_key(|trouble| core::cmp::Reverse(trouble.severity));
        let before = core::mem::take(&mut self.state.troubles);
        for old in &before {
            if found.iter().all(|trouble| trouble.topic != old.topic) && old.topic != "link" {
                let message = format!("This is over: {}", old.message);
                self.event(now, Severity::Info, &format!("{}.over", old.topic), message);
            }
        }
        for trouble in found {
            let known = before.iter().find(|old| old.topic == trouble.topic);
            if known.is_none() && trouble.topic != "link" {
                let message = format!("{} {}", trouble.message, trouble.remedy);
                self.event(now, trouble.severity, trouble.topic, message);
            }
            self.state.troubles.push(Trouble {
                topic: trouble.topic.to_owned(),
                severity: trouble.severity,
                message: trouble.message,
                remedy: Some(trouble.remedy.to_owned()),
                since_utc_ms: known.map_or(now.utc.millis(), |old| old.since_utc_ms),
            });
        }
    }

    /// Why a stack may have ended before it was complete: the gravest trouble is the likely cause.
    pub(super) fn interrupted(&self, lens: Lens) -> DeviceError {
        let cause = [self.card_trouble(), self.battery()].into_iter().flatten();
        if let Some(cause) = cause.max_by_key(|trouble| trouble.severity) {
            let kind = if cause.topic.starts_with("card") {
                ErrorKind::Storage
            } else {
                ErrorKind::Blocked
            };
            return DeviceError::new(kind, cause.message).remedy(cause.remedy);
        }
        let stack = &self.stacks[&lens];
        let taken = stack.counts.map_or(0, |counts| counts.taken);
        let of = stack
            .wanted
            .map_or(String::new(), |wanted| format!(" of {wanted}"));
        let message =
            format!("The telescope, or another client, ended the stack after {taken}{of} subs.");
        DeviceError::new(ErrorKind::Refused, message)
            .remedy("What it took is kept; look at the telescope, then begin another.")
    }

    /// A refusal with the cause that the telescope's own code does not tell: below a few percent of
    /// battery it refuses what is long by the code for a message it cannot read.
    pub(crate) fn explain(&self, error: DeviceError) -> DeviceError {
        let unread = i64::from(Code::PARSE_PROTOBUF_ERROR.magnitude());
        let empty = self
            .state
            .power
            .battery_percent
            .filter(|p| *p <= EMPTY_PERCENT);
        match (error.code, empty) {
            (Some(code), Some(percent)) if code.abs() == unread => DeviceError {
                message: format!("The battery is at {percent:.0} %, too low for this."),
                remedy: Some(String::from("Plug a charger in, then try again.")),
                kind: ErrorKind::Blocked,
                ..error
            },
            _ => error,
        }
    }

    fn link_trouble(&self) -> Option<Found> {
        let why = self.state.link.trouble.as_deref();
        let (topic, message, remedy) = match (self.state.link.status, self.going_off) {
            (LinkStatus::Up, Some(_)) => (
                "power.off",
                String::from("The telescope is switching itself off."),
                "Wait until it is back.",
            ),
            (LinkStatus::Up, None) => return None,
            (_, Some(PowerCommand::Reboot)) => (
                "power.off",
                String::from("The telescope is starting again."),
                "Wait a minute: it is connected by itself.",
            ),
            (_, Some(PowerCommand::PowerDown)) => (
                "power.off",
                String::from("The telescope has switched itself off."),
                "Switch it on by hand; it is then connected by itself.",
            ),
            (LinkStatus::Connecting, None) if why.is_none() => return None,
            (_, None) => (
                "link",
                String::from("The connection to the telescope is lost."),
                "Check that it is switched on and in this network; it is connected again by itself.",
            ),
        };
        Some(Found {
            topic,
            severity: Severity::Error,
            message,
            remedy,
        })
    }

    fn card_trouble(&self) -> Option<Found> {
        if let Card::Absent(code) = self.card {
            let (topic, message) = match code {
                Code::SDCARD_FULL_ERROR => ("card.full", "The telescope's card is full."),
                Code::SDCARD_WRITE_ERROR => {
                    ("card.error", "The telescope cannot write to its card.")
                }
                _ => (
                    "card.none",
                    "The telescope has no card, so it keeps no files.",
                ),
            };
            let remedy = match topic {
                "card.full" => "Fetch what you want to keep, then delete it from the telescope.",
                "card.error" => "Copy the card's files elsewhere and format it.",
                _ => "Put a card in; what was asked can then be asked again.",
            };
            return Some(Found {
                topic,
                severity: Severity::Error,
                message: message.to_owned(),
                remedy,
            });
        }
        let storage = self.state.storage.as_ref()?;
        let (severity, message) = if storage.free_gb < 1.0 {
            let message = String::from("The telescope's card is full.");
            (Severity::Error, message)
        } else if storage.free_gb < NEARLY_FULL_GB {
            let message = format!(
                "The telescope's card is nearly full: {:.0} GB are left.",
                storage.free_gb
            );
            (Severity::Warning, message)
        } else {
            return None;
        };
        Some(Found {
            topic: "card.full",
            severity,
            message,
            remedy: "Fetch what you want to keep, then delete it from the telescope.",
        })
    }

    fn battery(&self) -> Option<Found> {
        let percent = self.state.power.battery_percent?;
        let charging = self.state.power.charging == Some(true);
        if charging || percent > LOW_PERCENT || self.state.link.status != LinkStatus::Up {
            return None;
        }
        let severity = if percent <= EMPTY_PERCENT {
            Severity::Error
        } else {
            Severity::Warning
        };
        Some(Found {
            topic: "battery.low",
            severity,
            message: format!("The telescope's battery is at {percent:.0} %."),
            remedy: "Plug a charger in, or it switches itself off.",
        })
    }
}
