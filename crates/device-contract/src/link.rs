//! Connections break.

use skyhelm_device::state::LinkStatus;
use skyhelm_device::{ErrorKind, MountCommand};

use crate::breach::{Breach, Checked, ensure};
use crate::subject::Subject;

pub(crate) async fn comes_back(subject: &Subject) -> Checked {
    let before = subject.state();
    let broke = subject.world.break_connection().await;
    let broke = broke.map_err(|error| Breach::new(format!("the world failed: {error}")))?;
    if !broke {
        return Ok(());
    }
    let down = subject
        .until("a broken connection", |state| {
            state.link.status != LinkStatus::Up
        })
        .await?;
    ensure(!down.blocked.is_empty(), || {
        String::from("nothing is blocked though nothing can be sent")
    })?;
    let told = down.link.trouble.is_some() || !down.troubles.is_empty();
    ensure(told, || {
        String::from("nobody is told that the connection is lost")
    })?;
    if let Some(target) = &subject.target {
        let (gate, lease) = subject.commanding()?;
        let answer = subject.give(&gate, Some(&lease), target.clone()).await?;
        let kind = answer.map_err(|error| error.kind);
        let honest = matches!(kind, Err(ErrorKind::Blocked | ErrorKind::Unreachable));
        let back = subject.state().link.status == LinkStatus::Up;
        ensure(honest || back, || {
            format!("a command without a connection was answered {kind:?}")
        })?;
        drop(subject.give(&gate, None, MountCommand::StopAll).await?);
    }
    let after = subject
        .until("the connection", |state| {
            state.link.status == LinkStatus::Up
        })
        .await?;
    ensure(after.about == before.about, || {
        format!(
            "it is another device: {:?} was {:?}",
            after.about, before.about
        )
    })?;
    subject
        .until("no job left running", |state| {
            state.jobs.iter().all(|job| !job.is_running())
        })
        .await
        .map(drop)
}
