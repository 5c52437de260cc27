//! Long commands.

use skyhelm_device::{Job, MountCommand, Outcome};
use tokio::time::timeout;

use crate::breach::{Breach, Checked, ensure};
use crate::subject::Subject;

pub(crate) async fn ends_once(subject: &Subject) -> Checked {
    let Some(target) = subject.target.clone() else {
        return Ok(());
    };
    let id = begin(subject, target).await?;
    let mut states = subject.device.state();
    let mut ended: Option<Job> = None;
    let watched = timeout(subject.patience, async {
        loop {
            let state = states.borrow_and_update().clone();
            let found: Vec<_> = state.jobs.iter().filter(|job| job.id == id).collect();
            let [job] = found[..] else {
                return Err(Breach::new(format!(
                    "{} jobs have the id {id}",
                    found.len()
                )));
            };
            sound(job)?;
            if !job.is_running() {
                ended = Some(job.clone());
                return Ok(());
            }
            if states.changed().await.is_err() {
                return Err(Breach::new("the device went away"));
            }
        }
    });
    watched
        .await
        .map_err(|_| Breach::new("the job never ended"))??;
    let Some(ended) = ended else {
        return Err(Breach::new("the job never ended"));
    };
    ensure(ended.outcome == Some(Outcome::Done), || {
        format!("a slew to a target in reach came to {:?}", ended.outcome)
    })?;
    // Whatever happens next, its end stands.
    let gate = subject.gate();
    drop(subject.give(&gate, None, MountCommand::StopAll).await?);
    let now = subject
        .state()
        .jobs
        .iter()
        .find(|job| job.id == id)
        .cloned();
    ensure(now.as_ref() == Some(&ended), || {
        format!("an ended job changed from {ended:?} to {now:?}")
    })
}

pub(crate) async fn is_cancelled(subject: &Subject) -> Checked {
    let Some(target) = subject.target.clone() else {
        return Ok(());
    };
    let id = begin(subject, target).await?;
    let (gate, lease) = subject.commanding()?;
    subject
        .give(&gate, Some(&lease), MountCommand::StopGoto)
        .await?
        .map_err(|error| Breach::new(format!("a stop was refused: {error}")))?;
    let of = |jobs: &[Job]| jobs.iter().find(|job| job.id == id).cloned();
    let ended =
        |state: &skyhelm_device::DeviceState| of(&state.jobs).is_some_and(|job| !job.is_running());
    let state = subject.until("the end of a cancelled job", ended).await?;
    let outcome = of(&state.jobs).and_then(|job| job.outcome);
    // A slew that was there already has nothing to cancel.
    let fair = matches!(outcome, Some(Outcome::Cancelled | Outcome::Done));
    ensure(fair, || format!("it came to {outcome:?}"))
}

async fn begin(subject: &Subject, target: MountCommand) -> Result<String, Breach> {
    let (gate, lease) = subject.commanding()?;
    let accepted = subject
        .give(&gate, Some(&lease), target)
        .await?
        .map_err(|error| Breach::new(format!("a slew in reach was refused: {error}")))?;
    let id = accepted
        .job
        .ok_or_else(|| Breach::new("a slew is no job"))?;
    Ok(id.as_str().to_owned())
}

fn sound(job: &Job) -> Checked {
    ensure(!job.title.is_empty() && !job.step.is_empty(), || {
        format!("a job without words: {job:?}")
    })?;
    let part = job.progress.is_none_or(|part| (0.0..=1.0).contains(&part));
    ensure(part, || format!("progress beyond its ends: {job:?}"))?;
    let both = job.outcome.is_some() == job.ended_utc_ms.is_some();
    ensure(both, || {
        format!("an end without a time, or a time without an end: {job:?}")
    })
}
