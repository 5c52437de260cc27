//! Every long command is a job that lives in device state; page, command line and audit read only that.

use serde::{Deserialize, Serialize};
use skyhelm_units::{JobId, UtcMillis};

use crate::error::DeviceError;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobKind {
    /// Slew to a target.
    Goto,
    /// Learn how the tripod stands.
    Calibrate,
    /// Take a photograph.
    Photo,
    /// Take and stack subs.
    Stack,
    /// Focus.
    Focus,
    /// Take dark frames.
    Darks,
    /// Fetch files.
    Download,
    /// Take off and fly to a place.
    TakeOff,
    /// Fly to a place.
    FlyTo,
    /// Fly home.
    ReturnHome,
    /// Land.
    Land,
    /// See whether each axis moves it the right way.
    CheckAxes,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Outcome {
    /// As asked.
    Done,
    /// It did not work.
    Failed {
        /// Why, and what to do.
        error: DeviceError,
    },
    /// Somebody ended it.
    Cancelled,
}

/// A long command under way or ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Job {
    /// Its name, unique on the device.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// For people: "Slew to M 31".
    pub title: String,
    /// What it is waiting for now: "solving, 3rd try".
    pub step: String,
    /// From 0 to 1, when it can be told.
    pub progress: Option<f64>,
    /// Started when, by the host's clock.
    pub started_utc_ms: i64,
    /// Ended when, by the host's clock.
    pub ended_utc_ms: Option<i64>,
    /// How it ended; absent while it runs.
    pub outcome: Option<Outcome>,
    /// Whether it can be cancelled now.
    pub cancellable: bool,
}

impl Job {
    /// Whether it still runs.
    pub fn is_running(&self) -> bool {
        self.outcome.is_none()
    }
}

/// The jobs of one device: those that run, and the last that ended.
#[derive(Clone, Debug, Default)]
pub struct JobBook {
    jobs: Vec<Job>,
    opened: u64,
}

/// Ended jobs kept for people to read.
const ENDED_KEPT: usize = 12;

impl JobBook {
    /// Opens a job. `origin` makes ids unique over restarts (a start time, say).
    pub fn open(&mut self, kind: JobKind, title: impl Into<String>, now: UtcMillis) -> JobId {
        self.opened += 1;
        let id = format!("{}-{}", now.millis(), self.opened);
        self.jobs.push(Job {
            id: id.clone(),
            kind,
            title: title.into(),
            step: String::from("asked"),
            progress: None,
            started_utc_ms: now.millis(),
            ended_utc_ms: None,
            outcome: None,
            cancellable: true,
        });
        JobId::new(id)
    }

    /// Says what a running job does now. An ended or unknown job stays as it is.
    pub fn advance(&mut self, id: &JobId, step: impl Into<String>, progress: Option<f64>) {
        if let Some(job) = self.running_mut(id) {
            job.step = step.into();
            job.progress = progress.map(|part| part.clamp(0.0, 1.0));
        }
    }

    /// A running job that nothing ends early.
    pub fn make_uncancellable(&mut self, id: &JobId) {
        if let Some(job) = self.running_mut(id) {
            job.cancellable = false;
        }
    }

    /// Ends a running job. An ended or unknown job stays as it is.
    pub fn close(&mut self, id: &JobId, outcome: Outcome, now: UtcMillis) {
        if let Some(job) = self.running_mut(id) {
            if outcome == Outcome::Done {
                job.progress = Some(1.0);
            }
            job.outcome = Some(outcome);
            job.ended_utc_ms = Some(now.millis());
            job.cancellable = false;
        }
        let ended = self.jobs.iter().filter(|job| !job.is_running()).count();
        let mut surplus = ended.saturating_sub(ENDED_KEPT);
        self.jobs.retain(|job| {
            let drop = surplus > 0 && !job.is_running();
            surplus -= usize::from(drop);
            !drop
        });
    }

    /// The running job of a kind that was opened last.
    pub fn running(&self, kind: JobKind) -> Option<&Job> {
        self.jobs
            .iter()
            .rev()
            .find(|job| job.kind == kind && job.is_running())
    }

    /// All jobs kept, oldest first.
    pub fn all(&self) -> &[Job] {
        &self.jobs
    }

    fn running_mut(&mut self, id: &JobId) -> Option<&mut Job> {
        self.jobs
            .iter_mut()
            .find(|job| job.id == id.as_str() && job.is_running())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_job_never_runs_again() {
        let mut book = JobBook::default();
        let now = UtcMillis::from_seconds(1);
        let id = book.open(JobKind::Goto, "Slew to M 31", now);
        book.close(&id, Outcome::Cancelled, now);
        book.advance(&id, "solving", Some(0.5));
        book.close(&id, Outcome::Done, now);
        assert_eq!(book.all()[0].outcome, Some(Outcome::Cancelled));
        assert_eq!(book.running(JobKind::Goto), None);
    }

    #[test]
    fn the_book_keeps_running_jobs_and_forgets_old_ends() {
        let mut book = JobBook::default();
        let now = UtcMillis::from_seconds(1);
        let long = book.open(JobKind::Stack, "Stack M 31", now);
        for _ in 0..50 {
            let id = book.open(JobKind::Photo, "Photo", now);
            book.close(&id, Outcome::Done, now);
        }
        assert_eq!(book.all().len(), ENDED_KEPT + 1);
        assert_eq!(
            book.running(JobKind::Stack).map(|j| j.id.as_str()),
            Some(long.as_str())
        );
    }
}
