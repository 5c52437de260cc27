//! A job, followed to its end with a bar.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use skyhelm_device::{Accepted, DeviceError, ErrorKind, Job, Outcome};

use super::session::Session;
use crate::failure::Failure;

/// No job of a terminal lasts longer.
const LONGEST: Duration = Duration::from_hours(12);

/// Waits for the end of a job and prints what it came to; a bar shows its steps meanwhile, unless a
/// program reads.
pub(super) async fn follow(
    session: &Session,
    accepted: &Accepted,
    json: bool,
) -> Result<(), Failure> {
    let Some(id) = &accepted.job else {
        done(json, &json!({ "done": true }), "Done.");
        return Ok(());
    };
    let bar = if json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(1000).with_style(style())
    };
    let of = |jobs: &[Job]| jobs.iter().find(|job| job.id == id.as_str()).cloned();
    let state = session
        .until(LONGEST, |state| {
            let Some(job) = of(&state.jobs) else {
                return false;
            };
            bar.set_message(format!("{}: {}", job.title, job.step));
            bar.set_position((job.progress.unwrap_or(0.0) * 1000.0) as u64);
            !job.is_running()
        })
        .await?;
    bar.finish_and_clear();
    let Some(job) = of(&state.jobs) else {
        return Err(Failure::internal("the job is gone"));
    };
    match &job.outcome {
        Some(Outcome::Failed { error }) => Err(error.clone().into()),
        Some(Outcome::Cancelled) => {
            let message = format!("{}: ended before it was done.", job.title);
            Err(DeviceError::new(ErrorKind::Cancelled, message).into())
        }
        _ => {
            done(
                json,
                &json!({ "job": job }),
                &format!("{}: done.", job.title),
            );
            Ok(())
        }
    }
}

/// Prints an end, for a program or for a person.
pub(super) fn done(json: bool, for_program: &serde_json::Value, for_person: &str) {
    if json {
        println!("{for_program}");
    } else {
        println!("{for_person}");
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {msg} ({elapsed})")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
