use std::sync::Arc;
use std::time::Duration;

use skyhelm_device::Severity;

use super::{Absent, patient};
use crate::HubError;
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::store::AddedDevice;

const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Brings back the devices added before the last stop; those that do not answer are tried again.
pub(crate) async fn restore(hub: &Arc<Hub>) -> Result<(), HubError> {
    for device in hub.store.devices().await? {
        hub.registry.set_absent(Absent {
            device: device.clone(),
            trouble: String::from("The station has just started and looks for it."),
        });
        hub.tasks.spawn(bring_back(hub.clone(), device));
    }
    Ok(())
}

async fn bring_back(hub: Arc<Hub>, device: AddedDevice) {
    let mut wait = FIRST_WAIT;
    let mut told = false;
    while hub.registry.is_absent(&device.id) {
        let tried = match hub.registry.family(&device.family) {
            Ok(family) => patient("Reaching the device", family.add(&device.address)).await,
            Err(error) => Err(error),
        };
        let error = match tried {
            // The family reports it, and with that it is no longer absent.
            Ok(found) if found.device == device.id => return,
            Ok(found) => {
                replaced(&hub, &device, &found.device).await;
                return;
            }
            Err(error) => error,
        };
        if !hub.registry.is_absent(&device.id) {
            return;
        }
        hub.registry.set_absent(Absent {
            device: device.clone(),
            trouble: error.message.clone(),
        });
        hub.announce(HubEvent::Device(device.id.clone()));
        if !told {
            told = true;
            let message = format!("The device does not answer: {}", error.message);
            hub.log(
                Some(&device.id),
                Severity::Warning,
                "device.absent",
                message,
            )
            .await;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = hub.stopping.cancelled() => return,
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// At the known address stands another device now: the old one is forgotten, and a person is told.
async fn replaced(hub: &Hub, device: &AddedDevice, found: &str) {
    hub.registry.forget_absent(&device.id);
    hub.announce(HubEvent::Gone(device.id.clone()));
    let renamed = AddedDevice {
        id: found.to_owned(),
        ..device.clone()
    };
    let message = format!(
        "At {} stands another device than before: {found}.",
        device.address
    );
    hub.log(Some(found), Severity::Warning, "device.replaced", message)
        .await;
    if let Err(error) = hub.store.add_device(renamed).await {
        tracing::warn!(%error, "the new device was not remembered");
    }
}
