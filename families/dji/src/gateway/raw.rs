//! Services by their own names, for people who know the documents.
//!
//! They pass the same session as every other call, so that a product that does not know them, a range
//! or a missing authority refuses them before anything is sent. What the station guards by a fence, by
//! the battery or by its own connection has no way around that guard here.

use std::collections::BTreeMap;

use skyhelm_device::raw::{RawAnswer, RawMessage};
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_dji_proto::cloud::{Call, Ticket};
use skyhelm_dji_proto::table::{self, Idempotency, Needs};
use skyhelm_dji_proto::{ErrorCode, Service, TopicKind};
use tokio::sync::oneshot;

use super::{Gateway, orders};

/// Raw messages that may be unanswered.
const MOST_WAITING: usize = 8;

/// A raw message, and who waits for its answer.
#[derive(Debug)]
pub(crate) struct RawAsk {
    pub(crate) message: RawMessage,
    pub(crate) reply: oneshot::Sender<Result<RawAnswer, DeviceError>>,
}

/// Those that are unanswered.
pub(super) type RawWaiting = BTreeMap<Ticket, oneshot::Sender<Result<RawAnswer, DeviceError>>>;

/// What has a command of its own, with guards that a raw message would pass by.
const GUARDED: [(&str, &str); 9] = [
    ("fly_to_point", "fly-to"),
    ("fly_to_point_update", "fly-to"),
    ("takeoff_to_point", "take-off"),
    ("poi_mode_enter", "fly-to"),
    ("return_specific_home", "return-home"),
    ("flighttask_execute", "fly-to"),
    ("flighttask_recovery", "fly-to"),
    ("drc_mode_enter", "cockpit"),
    ("drc_mode_exit", "release"),
];

impl Gateway {
    pub(super) fn ask_raw(&mut self, ask: RawAsk) {
        let RawAsk { message, reply } = ask;
        match self.send_raw(&message) {
            Ok(ticket) => drop(self.raw.insert(ticket, reply)),
            // Whoever asked may have gone.
            Err(error) => drop(reply.send(Err(error))),
        }
    }

    fn send_raw(&mut self, message: &RawMessage) -> Result<Ticket, DeviceError> {
        let method = message.method.as_str();
        if let Some((_, own)) = GUARDED.iter().find(|(guarded, _)| *guarded == method) {
            let words =
                format!("{method} is sent by its own command only, which looks before it flies.");
            let remedy = format!("Use `skyhelm dji {own}`.");
            return Err(DeviceError::new(ErrorKind::Blocked, words).remedy(remedy));
        }
        let row = table::row(TopicKind::Services, method);
        let ends_or_looks = row
            .is_some_and(|row| row.needs == Needs::Viewer && row.idempotency == Idempotency::Yes);
        if self.foreign && !ends_or_looks {
            return Err(orders::beside_another());
        }
        // What nobody has described may move anything.
        let moves = row.is_none_or(|row| row.idempotency == Idempotency::Motion);
        if moves {
            self.may_move(message)?;
        }
        if self.raw.len() >= MOST_WAITING {
            let words = "Too many messages are unanswered.";
            return Err(DeviceError::new(ErrorKind::Blocked, words).remedy("Wait a moment."));
        }
        let service = Service::parse(method, &message.data)
            .map_err(|error| DeviceError::new(ErrorKind::Invalid, format!("{method}: {error}.")))?;
        let now = self.now();
        self.session
            .request(now, &Call::Service(service))
            .map_err(|error| orders::not_sent(&error))
    }

    fn may_move(&self, message: &RawMessage) -> Result<(), DeviceError> {
        let refused =
            |kind, words: String, remedy: &str| Err(DeviceError::new(kind, words).remedy(remedy));
        let method = &message.method;
        if !message.may_move {
            let words = format!("{method} moves something, or nobody knows that it does not.");
            return refused(
                ErrorKind::Blocked,
                words,
                "Say that it may: `--it-may-move`.",
            );
        }
        if !self.armed {
            let words = format!("{method} moves something, and this gateway is only looked at.");
            return refused(
                ErrorKind::Blocked,
                words,
                "An administrator arms it by its serial number.",
            );
        }
        Ok(())
    }

    /// An answer to a raw message; false when it is of something else.
    pub(super) fn raw_replied(
        &mut self,
        ticket: Ticket,
        result: ErrorCode,
        output: &serde_json::Value,
    ) -> bool {
        let Some(reply) = self.raw.remove(&ticket) else {
            return false;
        };
        let answer = RawAnswer {
            result: result.number(),
            words: if result.is_ok() {
                String::from("done, or begun")
            } else {
                result.to_string()
            },
            advice: (!result.is_ok()).then(|| result.advice().to_owned()),
            output: output.clone(),
        };
        drop(reply.send(Ok(answer)));
        true
    }

    /// No answer to a raw message came.
    pub(super) fn raw_lost(&mut self, ticket: Ticket, method: &str) {
        if let Some(reply) = self.raw.remove(&ticket) {
            drop(reply.send(Err(orders::unanswered(method))));
        }
    }
}
