use std::sync::Arc;
use std::time::Duration;

use skyhelm_device::state::Motion;
use skyhelm_device::{DeviceEvent, DeviceState, JobKind, Severity};
use tokio::sync::broadcast::error::RecvError;
use tracing::Instrument as _;

use super::Member;
use crate::events::HubEvent;
use crate::hub::Hub;

/// How often a motion by hand is compared with the Sun.
const SUN_WATCH: Duration = Duration::from_millis(250);

/// Follows a device for as long as it belongs to the station.
pub(super) async fn supervise(hub: Arc<Hub>, member: Arc<Member>) {
    let id = member.gate.id().as_str().to_owned();
    let span = tracing::info_span!("device", %id);
    follow(hub, member, id).instrument(span).await;
}

async fn follow(hub: Arc<Hub>, member: Arc<Member>, id: String) {
    let mut state = member.gate.state();
    let mut events = member.gate.events();
    let mut sun_watch = tokio::time::interval(SUN_WATCH);
    let mut ended_jobs = ended_pictures(&state.borrow_and_update());
    let mut by_hand = moved_by_hand(&state.borrow());
    loop {
        tokio::select! {
            () = member.ended.cancelled() => return,
            () = hub.stopping.cancelled() => return,
            changed = state.changed() => {
                if changed.is_err() {
                    return;
                }
                let newest = Arc::clone(&state.borrow_and_update());
                by_hand = moved_by_hand(&newest);
                let ended = ended_pictures(&newest);
                if ended != ended_jobs {
                    ended_jobs = ended;
                    member.album.notify_one();
                }
                hub.announce(HubEvent::Device(id.clone()));
            }
            event = events.recv() => match event {
                Ok(event) => note(&hub, &member, &id, event).await,
                Err(RecvError::Lagged(lost)) => {
                    let message = format!("{lost} events of the device came too fast and were lost.");
                    hub.log(Some(&id), Severity::Warning, "events.lost", message).await;
                }
                // The driver is gone; the family says so in its own words.
                Err(RecvError::Closed) => return,
            },
            _ = sun_watch.tick(), if by_hand => guard_from_sun(&hub, &member, &id).await,
        }
    }
}

fn moved_by_hand(state: &DeviceState) -> bool {
    let mount = state.mount.as_ref();
    mount.is_some_and(|mount| mount.motion == Motion::Joystick)
}

async fn note(hub: &Hub, member: &Member, id: &str, event: DeviceEvent) {
    if event.topic.starts_with("album.") || event.topic.starts_with("link.") {
        member.album.notify_one();
    }
    hub.log_event(Some(id), event).await;
}

/// The jobs that leave pictures, once they have ended.
fn ended_pictures(state: &DeviceState) -> Vec<String> {
    state
        .jobs
        .iter()
        .filter(|job| matches!(job.kind, JobKind::Photo | JobKind::Stack) && !job.is_running())
        .map(|job| job.id.clone())
        .collect()
}

async fn guard_from_sun(hub: &Hub, member: &Member, id: &str) {
    let Some((why, stop)) = member.gate.watch_sun(hub.clocks.now().mono) else {
        return;
    };
    let stopped = tokio::time::timeout(Duration::from_secs(5), stop).await;
    let message = match stopped {
        Ok(Ok(_)) => format!("The motion was stopped. {why}"),
        _ => format!("The motion must be stopped, and the device does not answer. {why}"),
    };
    hub.log(Some(id), Severity::Error, "sun_guard.stopped", message)
        .await;
}
