//! Orders on their way, step by step.

use core::time::Duration;
use std::collections::VecDeque;

use bytes::Bytes;
use skyhelm_device::{Accepted, DeviceError, ErrorKind, Severity};
use skyhelm_dwarf_proto::table::{self, Completion, Generation, Idempotency};
use skyhelm_units::{JobId, Mono, Now};
use tokio::sync::oneshot;

use super::{Actor, goes_on};
use crate::error::DwarfError;
use crate::known::Slot;
use crate::orders::{self, Effect, Send, Step};
use crate::telescope::Ask;
use crate::wire::{Ticket, Wire};
use crate::zone::Zone;

/// A long command whose reply comes only at its end, of a job or of a motor's way, counts as taken
/// after this, unless it is refused before.
const TAKEN_AFTER: Duration = Duration::from_secs(2);

/// What nobody asked for (the stop after a released stick) may take so long.
const OWN_TIME: Duration = Duration::from_secs(5);

/// An order under way.
#[derive(Debug)]
pub(super) struct Errand {
    steps: VecDeque<Step>,
    waiting: Option<(Ticket, Send)>,
    deadline: Mono,
    job: Option<(Slot, JobId)>,
    taken_at: Option<Mono>,
    reply: Option<oneshot::Sender<Result<Accepted, DeviceError>>>,
    /// Whether the role was asked for already: it is asked for once.
    asked_role: bool,
}

impl Errand {
    pub(super) fn new(ask: Ask, steps: Vec<Step>) -> Self {
        Self {
            steps: steps.into(),
            waiting: None,
            deadline: ask.deadline,
            job: None,
            taken_at: None,
            reply: Some(ask.reply),
            asked_role: false,
        }
    }

    /// Requests of the driver's own.
    pub(super) fn unasked(now: Mono, sends: Vec<Send>) -> Self {
        Self {
            steps: sends.into_iter().map(Step::Send).collect(),
            waiting: None,
            deadline: now + OWN_TIME,
            job: None,
            taken_at: None,
            reply: None,
            asked_role: false,
        }
    }

    pub(super) fn finish(mut self, result: Result<(), DeviceError>) {
        self.answer(result);
    }

    fn answer(&mut self, result: Result<(), DeviceError>) {
        if let Some(reply) = self.reply.take() {
            let job = self.job.as_ref().map(|(_, id)| id.clone());
            // Whoever asked may have gone; then nobody needs the answer.
            let _ = reply.send(result.map(|()| Accepted { job }));
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Mono> {
        self.taken_at.filter(|_| self.reply.is_some())
    }

    /// Whether the telescope was told to switch itself off: then a lost connection is the answer.
    pub(super) fn switches_off(&self) -> bool {
        let told = |(_, send): &(Ticket, Send)| matches!(send.effect, Effect::SwitchesOff(_));
        self.waiting.as_ref().is_some_and(told)
    }

    fn is_done(&self) -> bool {
        self.steps.is_empty() && self.waiting.is_none()
    }
}

impl Actor {
    pub(super) fn drive_errands(&mut self, now: Now, wire: &mut Wire) {
        let mut errands = core::mem::take(&mut self.errands);
        for errand in &mut errands {
            self.answer_taken(now, errand);
            if errand.waiting.is_none()
                && let Err(error) = self.advance_errand(now, errand, wire)
            {
                errand.steps.clear();
                errand.answer(Err(error));
            }
        }
        errands.retain_mut(|errand| {
            if errand.is_done() {
                errand.answer(Ok(()));
            }
            !errand.is_done()
        });
        // What was pushed meanwhile (the stop after a stick) stands behind.
        errands.append(&mut self.errands);
        self.errands = errands;
    }

    /// A job has visibly begun, or nothing was refused for a while: whoever asked is told so.
    fn answer_taken(&self, now: Now, errand: &mut Errand) {
        let waited = errand.taken_at.is_some_and(|at| at <= now.mono);
        let begun = |(slot, _): &(Slot, JobId)| self.known.has_begun(*slot);
        if waited || errand.job.as_ref().is_some_and(begun) {
            errand.answer(Ok(()));
        }
    }

    /// Takes steps until one must be waited for.
    fn advance_errand(
        &mut self,
        now: Now,
        errand: &mut Errand,
        wire: &mut Wire,
    ) -> Result<(), DeviceError> {
        while let Some(step) = errand.steps.pop_front() {
            if errand.deadline <= now.mono {
                return Err(DeviceError::new(
                    ErrorKind::TimedOut,
                    "The time for this command was over before the telescope got it.",
                ));
            }
            let send = match step {
                Step::Host => {
                    if self.known.is_host() {
                        self.set_clock_first(now, errand);
                        continue;
                    }
                    if errand.asked_role {
                        return Err(not_ours());
                    }
                    errand.asked_role = true;
                    errand.steps.push_front(Step::Host);
                    orders::take_host()
                }
                Step::Open(lens) if self.known.is_open(lens) => continue,
                Step::Open(lens) => orders::open(lens),
                Step::Send(send) => send,
            };
            return self.send(now, errand, send, wire);
        }
        Ok(())
    }

    fn set_clock_first(&mut self, now: Now, errand: &mut Errand) {
        if !self.clock_set {
            // Not again, even when it fails: the order itself matters more.
            self.clock_set = true;
            let [time, zone] = orders::set_clock(now.utc, &Zone::here(now.utc));
            errand.steps.push_front(Step::Send(zone));
            errand.steps.push_front(Step::Send(time));
        }
    }

    fn send(
        &mut self,
        now: Now,
        errand: &mut Errand,
        send: Send,
        wire: &mut Wire,
    ) -> Result<(), DeviceError> {
        match &send.effect {
            Effect::Aimed(target) => self.known.aim_at(target.clone()),
            Effect::StopAsked(slot) => self.known.stop_asked(*slot),
            Effect::Centring => self.known.centring(),
            _ => {}
        }
        if let Some(begins) = &send.begins {
            let id = self
                .known
                .open_job(now, begins.slot, &*begins.title, begins.patience);
            errand.job = Some((begins.slot, id));
            errand.taken_at = Some(now.mono + TAKEN_AFTER);
        }
        if let Some(way) = motors_way(&send, wire.profile().generation) {
            errand.taken_at.get_or_insert(now.mono + TAKEN_AFTER);
            // The next motor's turn comes when this one has arrived.
            errand.deadline = errand.deadline.max(now.mono + way);
        }
        let ticket = wire.request(now, &send).map_err(|error| {
            let error = DeviceError::from(error);
            if let Some(begins) = &send.begins {
                self.known.job_failed(now, begins.slot, error.clone());
            }
            error
        })?;
        errand.waiting = Some((ticket, send));
        Ok(())
    }

    /// A reply to an errand's request.
    pub(super) fn errand_reply(
        &mut self,
        now: Now,
        ticket: Ticket,
        result: Result<Bytes, DwarfError>,
    ) {
        let mut errands = core::mem::take(&mut self.errands);
        for errand in &mut errands {
            let Some((_, send)) = errand.waiting.take_if(|(waiting, _)| *waiting == ticket) else {
                continue;
            };
            match result {
                Ok(payload) => self.taken(now, &send, &payload),
                Err(error) => self.refused(now, errand, &send, error),
            }
            break;
        }
        self.errands = errands;
    }

    fn taken(&mut self, now: Now, send: &Send, payload: &Bytes) {
        match &send.effect {
            Effect::Opened(lens) => self.known.set_open(*lens, true),
            Effect::Closed(lens) => self.known.set_open(*lens, false),
            Effect::WentLive(lens) => self.known.went_live(*lens),
            Effect::FocusMoves => self.known.focus_moves(true),
            Effect::FocusRests => {
                self.known.focus_moves(false);
                self.known.job_done(now, Slot::Focus);
            }
            Effect::Parked => self.known.parked(),
            Effect::Host => self.known.became_host(),
            Effect::Set(change) => self.known.set(*change),
            Effect::DarksListed(lens) => self.known.darks_listed(*lens, payload),
            Effect::DarksChanged(lens) => self.known.darks_changed(*lens),
            Effect::SwitchesOff(command) => self.known.switches_off(now, *command),
            Effect::ClockSet(zone) => self.known.clock_set(zone.clone()),
            Effect::Nothing | Effect::Aimed(_) | Effect::StopAsked(_) | Effect::Centring => {}
        }
        if let Some(begins) = &send.begins {
            self.known.job_taken(now, begins.slot);
        }
    }

    fn refused(&mut self, now: Now, errand: &mut Errand, send: &Send, error: DwarfError) {
        let fine = send.lenient
            || matches!(&error, DwarfError::Refused { code, .. }
                if send.fine.contains(&skyhelm_dwarf_proto::Code::from_wire(*code)));
        if fine {
            if !matches!(send.effect, Effect::ClockSet(_)) {
                self.taken(now, send, &Bytes::new());
            }
            return;
        }
        if goes_on(send.number, &error) {
            let warning = DeviceError::from(error).to_string();
            self.known
                .event(now, Severity::Warning, "device.warning", warning);
            return self.taken(now, send, &Bytes::new());
        }
        let silent = matches!(error, DwarfError::TimedOut { .. });
        let role = matches!(send.effect, Effect::Host);
        let error = if role {
            not_ours()
        } else {
            self.known.explain(error.into())
        };
        if let Some(begins) = &send.begins {
            // Silence about a job that visibly runs is no failure: its end is told otherwise.
            if silent && self.known.has_begun(begins.slot) {
                return;
            }
            self.known.job_failed(now, begins.slot, error.clone());
        }
        errand.steps.clear();
        if errand.taken_at.is_some() && errand.job.is_none() && errand.reply.is_none() {
            // Whoever asked was told that it began; the end must not be lost.
            self.known
                .event(now, Severity::Warning, "mount.motor", error.to_string());
        }
        errand.answer(Err(error));
    }

    /// Motions that were not sent yet are not sent any more: everything shall stop.
    pub(super) fn abandon_unsent(&mut self) {
        for errand in &mut self.errands {
            if errand.steps.iter().any(is_motion) {
                errand.steps.clear();
                errand.answer(Err(DeviceError::new(
                    ErrorKind::Cancelled,
                    "Everything was stopped before this was sent.",
                )));
            }
        }
    }
}

/// How long a motor's way may take, when the telescope answers only at its end and no job tells of it.
fn motors_way(send: &Send, generation: Generation) -> Option<Duration> {
    let row = table::row(send.number).filter(|_| send.begins.is_none())?;
    let at_end = row.idempotency == Idempotency::Motion
        && row.completion(generation) == Completion::ReplyAtEnd;
    at_end.then_some(row.timeout)
}

fn is_motion(step: &Step) -> bool {
    let Step::Send(send) = step else { return false };
    table::row(send.number).is_some_and(|row| row.idempotency == Idempotency::Motion)
}

fn not_ours() -> DeviceError {
    DeviceError::new(
        ErrorKind::NoControl,
        "Another client controls the telescope and keeps it.",
    )
    .remedy("End the other app's session, or ask its user to release the telescope.")
}
