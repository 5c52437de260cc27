//! Long commands, followed to their end by replies, notifications and the clock.

use core::fmt;
use core::time::Duration;

use skyhelm_device::{DeviceError, ErrorKind, JobKind, Lens, Outcome, Severity, device::SubCounts};
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::{AstroState, OperationState};
use skyhelm_units::{JobId, Mono, Now};

use super::{Known, is_busy, sooner};

/// After a notification that something ended, its reply with an error code may still be on the way.
const SETTLE: Duration = Duration::from_secs(1);

/// A connection that is down for longer takes its jobs with it: whoever looks must not believe that
/// they run.
const UNHEARD_FOR: Duration = Duration::from_mins(5);

/// A photograph's file is told of within this after its exposure.
const FILE_COMES: Duration = Duration::from_secs(10);

/// What can run at a time: at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Goto,
    Calibrate,
    Photo(Lens),
    Stack(Lens),
    Focus,
    AutoFocus,
    Darks(Lens),
}

impl Slot {
    fn kind(self) -> JobKind {
        match self {
            Self::Goto => JobKind::Goto,
            Self::Calibrate => JobKind::Calibrate,
            Self::Photo(_) => JobKind::Photo,
            Self::Stack(_) => JobKind::Stack,
            Self::Focus | Self::AutoFocus => JobKind::Focus,
            Self::Darks(_) => JobKind::Darks,
        }
    }

    fn topic(self) -> &'static str {
        match self {
            Self::Goto => "goto",
            Self::Calibrate => "calibrate",
            Self::Photo(_) => "photo",
            Self::Stack(_) => "stack",
            Self::Focus | Self::AutoFocus => "focus",
            Self::Darks(_) => "darks",
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.topic())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Running {
    id: JobId,
    title: String,
    /// How long the device may be silent about it.
    patience: Duration,
    give_up: Mono,
    stop_asked: bool,
    /// The device has said that it runs.
    began: bool,
    /// The connection was lost while it ran.
    unheard: bool,
    /// It has ended by the notifications; how, unless an error comes until then.
    settling: Option<(Mono, Outcome)>,
}

impl Known {
    /// A command that takes time was sent. It is given up when the telescope is silent about it for
    /// longer than `patience`.
    pub(crate) fn open_job(
        &mut self,
        now: Now,
        slot: Slot,
        title: impl Into<String>,
        patience: Duration,
    ) -> JobId {
        let title = title.into();
        if self.running.contains_key(&slot) {
            self.close(now, slot, Outcome::Cancelled);
        }
        let id = self.book.open(slot.kind(), title.clone(), now.utc);
        if matches!(slot, Slot::Photo(_)) {
            self.book.make_uncancellable(&id);
        }
        self.running.insert(
            slot,
            Running {
                id: id.clone(),
                title,
                patience,
                give_up: now.mono + patience,
                stop_asked: false,
                began: false,
                unheard: false,
                settling: None,
            },
        );
        id
    }

    /// Whether the device has said that it does what the job is about.
    pub(crate) fn has_begun(&self, slot: Slot) -> bool {
        self.running.get(&slot).is_none_or(|job| job.began)
    }

    /// A person asked to end it.
    pub(crate) fn stop_asked(&mut self, slot: Slot) {
        if let Some(job) = self.running.get_mut(&slot) {
            job.stop_asked = true;
        }
    }

    pub(crate) fn runs(&self, slot: Slot) -> bool {
        self.running.contains_key(&slot)
    }

    /// The device refused the job's command, or failed in the end.
    pub(crate) fn job_failed(&mut self, now: Now, slot: Slot, error: DeviceError) {
        let stopped = self.running.get(&slot).is_some_and(|job| job.stop_asked);
        let outcome = if stopped {
            Outcome::Cancelled
        } else {
            Outcome::Failed { error }
        };
        self.close(now, slot, outcome);
    }

    /// The telescope says yes to the job's command: at its beginning or only at its end, by
    /// firmware; the notifications tell which.
    pub(crate) fn job_taken(&mut self, now: Now, slot: Slot) {
        let rests = |state| matches!(state, AstroState::Idle | AstroState::Stopped);
        let over = match slot {
            Slot::Goto => rests(self.goto),
            Slot::Calibrate => rests(self.calibration),
            _ => false,
        };
        let Some(job) = self.running.get_mut(&slot) else {
            return;
        };
        if job.began && over {
            self.settle(now, slot, Outcome::Done);
        } else {
            job.began |= !matches!(slot, Slot::Goto | Slot::Calibrate);
        }
    }

    pub(crate) fn job_done(&mut self, now: Now, slot: Slot) {
        self.close(now, slot, Outcome::Done);
    }

    /// The device says what it does for a job; one nobody here asked for is opened for what it is.
    pub(super) fn advance(
        &mut self,
        now: Now,
        slot: Slot,
        step: impl Into<String>,
        progress: Option<f64>,
    ) {
        if !self.running.contains_key(&slot) {
            let title = self.title_under_way(slot);
            self.open_job(now, slot, title, Duration::from_mins(10));
        }
        if let Some(job) = self.running.get_mut(&slot) {
            job.began = true;
            job.unheard = false;
            job.settling = None;
            job.give_up = now.mono + job.patience;
            self.book.advance(&job.id, step, progress);
        }
    }

    /// The telescope rests after a photograph, and tells of the file in a moment.
    pub(super) fn await_file(&mut self, now: Now, slot: Slot) {
        let error = DeviceError::new(
            ErrorKind::Storage,
            "The photograph ended, but the telescope tells of no new file.",
        )
        .remedy("Look at its card: it may be full.");
        if let Some(job) = self.running.get_mut(&slot) {
            job.settling = Some((now.mono + FILE_COMES, Outcome::Failed { error }));
        }
    }

    /// By the notifications it has ended; an error reply within a moment overrules that.
    pub(super) fn settle(&mut self, now: Now, slot: Slot, outcome: Outcome) {
        if let Some(job) = self.running.get_mut(&slot) {
            let outcome = match outcome {
                Outcome::Done if job.stop_asked && slot.ends_early() => Outcome::Cancelled,
                other => other,
            };
            job.settling.get_or_insert((now.mono + SETTLE, outcome));
        }
    }

    /// When a job must be looked at again.
    pub(crate) fn poll_timeout(&self) -> Option<Mono> {
        self.running
            .values()
            .map(|job| job.settling.as_ref().map_or(job.give_up, |(at, _)| *at))
            .fold(self.calm_at(), |soonest, at| sooner(soonest, Some(at)))
    }

    /// Ends what has settled, and gives up what has been silent for too long.
    pub(crate) fn handle_timeout(&mut self, now: Now) {
        self.settle_following(now.mono);
        let due: Vec<_> = self
            .running
            .iter()
            .filter_map(|(slot, job)| match &job.settling {
                Some((at, outcome)) => (*at <= now.mono).then(|| (*slot, outcome.clone())),
                None => (job.give_up <= now.mono).then(|| (*slot, silent(*slot, job))),
            })
            .collect();
        for (slot, outcome) in due {
            let outcome = match (slot, outcome) {
                // What was wrong may have been told after the end itself.
                (Slot::Stack(lens), Outcome::Failed { error })
                    if error.kind == ErrorKind::Refused && error.code.is_none() =>
                {
                    Outcome::Failed {
                        error: self.interrupted(lens),
                    }
                }
                (_, outcome) => outcome,
            };
            self.close(now, slot, outcome);
        }
    }

    /// The connection is there again and the telescope has told its whole state: jobs it no longer
    /// speaks of ended while nobody listened.
    pub(crate) fn close_missed(&mut self, now: Now) {
        let slots: Vec<_> = self.running.keys().copied().collect();
        for slot in slots {
            let unheard = self.running.get(&slot).is_some_and(|job| job.unheard);
            if !unheard || self.still_runs(slot) {
                continue;
            }
            let outcome = match slot {
                Slot::Goto if self.tracks_what_was_asked() => Outcome::Done,
                Slot::Stack(lens) if self.stack_is_complete(lens) => Outcome::Done,
                _ => Outcome::Failed {
                    error: DeviceError::new(
                        ErrorKind::Unreachable,
                        "It ended while the connection was down; how is not known.",
                    )
                    .remedy("Look at the telescope and its album, and repeat it if need be."),
                },
            };
            self.close(now, slot, outcome);
        }
    }

    /// The connection is lost: what ends now is not heard of.
    pub(super) fn jobs_unheard(&mut self, now: Now) {
        for job in self.running.values_mut().filter(|job| !job.unheard) {
            job.unheard = true;
            job.settling = None;
            job.give_up = now.mono + UNHEARD_FOR.max(job.patience);
            let told = self
                .book
                .all()
                .iter()
                .find(|told| told.id == job.id.as_str());
            let progress = told.and_then(|told| told.progress);
            self.book
                .advance(&job.id, "waiting for the connection", progress);
        }
    }

    /// The telescope has switched itself off: nothing of what it did goes on.
    pub(super) fn jobs_died(&mut self, now: Now) {
        let slots: Vec<_> = self.running.keys().copied().collect();
        for slot in slots {
            let error = DeviceError::new(
                ErrorKind::Unreachable,
                "The telescope switched itself off while this ran.",
            )
            .remedy("Begin it again when the telescope is back.");
            self.close(now, slot, Outcome::Failed { error });
        }
    }

    fn still_runs(&self, slot: Slot) -> bool {
        let moves = |state| !matches!(state, AstroState::Idle | AstroState::Stopped);
        match slot {
            Slot::Goto => moves(self.goto),
            Slot::Calibrate => moves(self.calibration),
            Slot::Photo(lens) => self.functions.contains(&(lens, Function::Photo.number())),
            Slot::Darks(lens) => self.darks_running.contains(&lens),
            Slot::AutoFocus => [
                Function::Focus,
                Function::AreaFocus,
                Function::AstroFocus,
                Function::AstroFocusFast,
            ]
            .iter()
            .any(|function| self.functions.contains(&(Lens::Tele, function.number()))),
            Slot::Stack(lens) => is_busy(self.stacks[&lens].state),
            Slot::Focus => false,
        }
    }

    fn tracks_what_was_asked(&self) -> bool {
        self.tracking == OperationState::Running
            && self
                .target
                .as_ref()
                .is_some_and(|target| target.name == self.tracked_name)
    }

    fn stack_is_complete(&self, lens: Lens) -> bool {
        let stack = &self.stacks[&lens];
        matches!((stack.counts, stack.wanted),
            (Some(SubCounts { taken, .. }), Some(wanted)) if taken >= wanted)
    }

    fn title_under_way(&self, slot: Slot) -> String {
        let target = match slot {
            Slot::Goto | Slot::Stack(_) if !self.tracked_name.is_empty() => {
                format!(" {}", self.tracked_name)
            }
            _ => String::new(),
        };
        let what = match slot {
            Slot::Goto => "Slew",
            Slot::Calibrate => "Calibration",
            Slot::Photo(Lens::Tele) => "Photograph",
            Slot::Photo(Lens::Wide) => "Wide photograph",
            Slot::Stack(Lens::Tele) => "Stack",
            Slot::Stack(Lens::Wide) => "Wide stack",
            Slot::Focus => "Focus",
            Slot::AutoFocus => "Autofocus",
            Slot::Darks(Lens::Tele) => "Dark frames",
            Slot::Darks(Lens::Wide) => "Wide dark frames",
        };
        format!("{what}{target} (already under way)")
    }

    pub(super) fn close(&mut self, now: Now, slot: Slot, outcome: Outcome) {
        let Some(job) = self.running.remove(&slot) else {
            return;
        };
        let (severity, end, message) = match &outcome {
            Outcome::Done => (Severity::Info, "done", format!("{}: done.", job.title)),
            Outcome::Cancelled => (
                Severity::Info,
                "cancelled",
                format!("{}: ended on request.", job.title),
            ),
            Outcome::Failed { error } => (
                Severity::Warning,
                "failed",
                format!("{}: {}", job.title, error.message),
            ),
        };
        if matches!(slot, Slot::Focus | Slot::AutoFocus) {
            self.focus_moves(false);
        }
        if let Slot::Darks(lens) = slot {
            self.stale_darks.insert(lens);
        }
        if slot == Slot::Calibrate
            && outcome == Outcome::Done
            && let Some(mount) = &mut self.state.mount
        {
            mount.calibrated = Some(true);
        }
        self.event(now, severity, &format!("{slot}.{end}"), message);
        self.book.close(&job.id, outcome, now.utc);
    }
}

impl Slot {
    /// Whether a stop on request leaves nothing: a stack keeps what it holds, a focus run just ends.
    fn ends_early(self) -> bool {
        matches!(
            self,
            Self::Goto | Self::Calibrate | Self::AutoFocus | Self::Darks(_)
        )
    }
}

fn silent(slot: Slot, job: &Running) -> Outcome {
    if slot == Slot::Focus {
        return Outcome::Done;
    }
    if job.stop_asked {
        return Outcome::Cancelled;
    }
    if job.unheard {
        let message = "The connection is down for so long that nobody knows what became of it.";
        let error = DeviceError::new(ErrorKind::Unreachable, message)
            .remedy("Look at the telescope and its album when it is connected again.");
        return Outcome::Failed { error };
    }
    Outcome::Failed {
        error: DeviceError::new(
            ErrorKind::TimedOut,
            format!(
                "The telescope said nothing about it for {} seconds.",
                job.patience.as_secs()
            ),
        )
        .remedy("Look at the live picture; stop everything and try again."),
    }
}

impl Running {
    pub(super) fn is_stop_asked(&self) -> bool {
        self.stop_asked
    }
}
