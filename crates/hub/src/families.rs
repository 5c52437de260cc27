//! Starting and stopping the families of devices, and both when the station moves.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_device::{DeviceError, ErrorKind, FamilyContext, Job, RunningFamily};
use tokio::sync::mpsc;

use crate::HubError;
use crate::hub::Hub;
use crate::memory::Kept;
use crate::registry;
use crate::settings::Place;

/// Reports of a family that may wait.
const QUEUE: usize = 64;
/// How long a family may take to stop.
const STOP_TIME: Duration = Duration::from_secs(5);

/// Starts every family of the station.
pub(crate) async fn start(hub: &Arc<Hub>) -> Result<(), HubError> {
    for family in &hub.station.families {
        let name = family.name();
        let (events, reports) = mpsc::channel(QUEUE);
        let config = hub.station.config.families.get(name).cloned();
        let started = family.start(FamilyContext {
            config: config.unwrap_or_default(),
            events,
            host: hub.clocks.host.clone(),
            clock: hub.clocks.station,
            site: hub.site(),
            memory: Arc::new(Kept::new(hub.store.clone(), name)),
        });
        match started {
            Ok(running) => {
                hub.registry.add_family(name, Arc::from(running));
                let following = registry::follow_family(hub.clone(), name, reports);
                hub.tasks.spawn(following);
            }
            Err(error) => {
                stop(hub.registry.families()).await;
                return Err(HubError::Family {
                    family: name,
                    error,
                });
            }
        }
    }
    Ok(())
}

/// Stops families; one that does not stop in time is left behind, and told of.
pub(crate) async fn stop(families: Vec<Arc<dyn RunningFamily>>) {
    for family in families {
        let stopped = tokio::time::timeout(STOP_TIME, family.stop()).await;
        if stopped.is_err() {
            tracing::warn!(?family, "the family did not stop in time");
        }
    }
}

/// Moves the station. Drivers were told at their start where it stands, so they are started anew.
///
/// # Errors
/// When a job runs, the place is none, or a family does not start again.
pub(crate) async fn move_station(hub: &Arc<Hub>, place: Option<&Place>) -> Result<(), DeviceError> {
    let _one_at_a_time = hub.moving.lock().await;
    let members = hub.registry.members();
    let busy = members
        .iter()
        .find_map(|member| member.state().jobs.into_iter().find(Job::is_running));
    if let Some(job) = busy {
        let why = format!(
            "\u{201c}{}\u{201d} runs, and the telescopes are connected anew.",
            job.title
        );
        return Err(DeviceError::new(ErrorKind::Blocked, why).remedy("Wait, or cancel it."));
    }
    hub.settings.set_place(place).await?;
    stop(hub.registry.families()).await;
    registry::all_gone(hub, "The station was moved; it is connected anew.").await;
    start(hub).await?;
    registry::restore(hub).await?;
    Ok(())
}
