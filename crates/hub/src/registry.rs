//! The devices of the station: who they are, what they do, who supervises them.

mod member;
mod restore;
mod supervise;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use skyhelm_device::{
    Device, DeviceError, DeviceState, ErrorKind, FamilyEvent, Found, Gate, Reply, RunningFamily,
    Severity,
};
use skyhelm_units::DeviceId;
use tokio::sync::mpsc;

use crate::hub::Hub;
use crate::store::AddedDevice;
use crate::{events::HubEvent, flights, library};

pub(crate) use member::{DeviceView, LeaseView, Member};
pub(crate) use restore::restore;

/// Longest time a family may take to look at an address.
const PROBE_TIME: Duration = Duration::from_secs(15);

/// The devices of the station.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    families: Mutex<BTreeMap<&'static str, Arc<dyn RunningFamily>>>,
    members: Mutex<BTreeMap<String, Arc<Member>>>,
    absent: Mutex<BTreeMap<String, Absent>>,
}

/// A device that was added once and has not answered since the start.
#[derive(Clone, Debug)]
pub(crate) struct Absent {
    pub(crate) device: AddedDevice,
    pub(crate) trouble: String,
}

impl Registry {
    pub(crate) fn add_family(&self, name: &'static str, family: Arc<dyn RunningFamily>) {
        locked(&self.families).insert(name, family);
    }

    pub(crate) fn family(&self, name: &str) -> Result<Arc<dyn RunningFamily>, DeviceError> {
        let families = locked(&self.families);
        families.get(name).cloned().ok_or_else(|| {
            let known: Vec<&str> = families.keys().copied().collect();
            DeviceError::new(
                ErrorKind::Invalid,
                format!("There is no device family {name:?}."),
            )
            .remedy(format!("Known are: {}.", known.join(", ")))
        })
    }

    pub(crate) fn families(&self) -> Vec<Arc<dyn RunningFamily>> {
        locked(&self.families).values().cloned().collect()
    }

    pub(crate) fn member(&self, id: &str) -> Result<Arc<Member>, DeviceError> {
        locked(&self.members).get(id).cloned().ok_or_else(|| {
            let why = locked(&self.absent).get(id).map(|absent| {
                DeviceError::new(ErrorKind::Unreachable, absent.trouble.clone())
                    .remedy("Switch it on, and check that this machine is in its network.")
            });
            why.unwrap_or_else(|| {
                DeviceError::new(ErrorKind::NotFound, format!("There is no device {id:?}."))
            })
        })
    }

    pub(crate) fn members(&self) -> Vec<Arc<Member>> {
        locked(&self.members).values().cloned().collect()
    }

    pub(crate) fn absent(&self) -> Vec<Absent> {
        locked(&self.absent).values().cloned().collect()
    }

    fn insert(&self, member: Arc<Member>) -> Option<Arc<Member>> {
        let id = member.gate.id().as_str().to_owned();
        locked(&self.absent).remove(&id);
        locked(&self.members).insert(id, member)
    }

    fn remove(&self, id: &str) -> Option<Arc<Member>> {
        locked(&self.members).remove(id)
    }

    pub(crate) fn set_absent(&self, absent: Absent) {
        locked(&self.absent).insert(absent.device.id.clone(), absent);
    }

    /// Says whether it was among the absent.
    pub(crate) fn forget_absent(&self, id: &str) -> bool {
        locked(&self.absent).remove(id).is_some()
    }

    pub(crate) fn is_absent(&self, id: &str) -> bool {
        locked(&self.absent).contains_key(id)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads what a family reports, for as long as it lives.
pub(crate) async fn follow_family(
    hub: Arc<Hub>,
    family: &'static str,
    mut reports: mpsc::Receiver<FamilyEvent>,
) {
    loop {
        let report = tokio::select! {
            report = reports.recv() => report,
            // Closing the channel lets the family go on, and stop, without a reader.
            () = hub.stopping.cancelled() => return,
        };
        let Some(report) = report else {
            return;
        };
        match report {
            FamilyEvent::Appeared(device) => appeared(&hub, family, device).await,
            FamilyEvent::Gone(id, reason) => gone(&hub, &id, &reason).await,
            FamilyEvent::Health(message) => {
                hub.log(
                    None,
                    Severity::Info,
                    "family.health",
                    format!("{family}: {message}"),
                )
                .await;
            }
        }
    }
}

async fn appeared(hub: &Arc<Hub>, family: &'static str, device: Arc<dyn Device>) {
    let gate = Gate::new(device, hub.clocks.station, hub.sun_guard());
    gate.set_horizon(hub.horizon_guard());
    let member = Arc::new(Member::new(gate, family));
    let id = member.gate.id();
    match hub.store.device_name(id.as_str().to_owned()).await {
        Ok(name) => member.call(name),
        Err(error) => tracing::warn!(%error, %id, "the device's name was not read"),
    }
    if let Some(replaced) = hub.registry.insert(member.clone()) {
        replaced.ended.cancel();
    }
    hub.tasks
        .spawn(supervise::supervise(hub.clone(), member.clone()));
    hub.tasks.spawn(library::watch(hub.clone(), member.clone()));
    if member.gate.capability_names().contains(&"aircraft") {
        hub.tasks.spawn(flights::watch(hub.clone(), member));
    }
    hub.announce(HubEvent::Device(id.as_str().to_owned()));
    hub.log(
        Some(id.as_str()),
        Severity::Info,
        "device.appeared",
        String::from("The device is known to the station."),
    )
    .await;
}

async fn gone(hub: &Hub, id: &DeviceId, reason: &str) {
    let Some(member) = hub.registry.remove(id.as_str()) else {
        return;
    };
    member.ended.cancel();
    hub.announce(HubEvent::Gone(id.as_str().to_owned()));
    hub.log(
        Some(id.as_str()),
        Severity::Info,
        "device.gone",
        format!("The device is gone: {reason}"),
    )
    .await;
}

/// Lets every device go, because its family has stopped.
pub(crate) async fn all_gone(hub: &Hub, reason: &str) {
    for member in hub.registry.members() {
        gone(hub, &member.gate.id(), reason).await;
    }
}

/// Waits for a family, but not for ever.
pub(crate) async fn patient<T>(what: &str, reply: Reply<T>) -> Result<T, DeviceError> {
    tokio::time::timeout(PROBE_TIME, reply)
        .await
        .unwrap_or_else(|_| {
            Err(DeviceError::new(
                ErrorKind::TimedOut,
                format!("{what} took longer than {} s.", PROBE_TIME.as_secs()),
            )
            .remedy("Check the address and try again."))
        })
}

/// Adds a device by its address, and remembers it.
pub(crate) async fn add(hub: &Hub, family: &str, address: &str) -> Result<Found, DeviceError> {
    let running = hub.registry.family(family)?;
    let found = patient("Reaching the device", running.add(address)).await?;
    hub.store
        .add_device(AddedDevice {
            family: family.to_owned(),
            address: address.to_owned(),
            id: found.device.clone(),
            model: found.model.clone(),
            name: found.name.clone(),
            given_name: None,
        })
        .await?;
    Ok(found)
}

/// Forgets a device.
pub(crate) async fn remove(hub: &Hub, id: &str) -> Result<(), DeviceError> {
    if hub.registry.forget_absent(id) {
        hub.store.remove_device(id.to_owned()).await?;
        hub.announce(HubEvent::Gone(id.to_owned()));
        return Ok(());
    }
    let member = hub.registry.member(id)?;
    let family = hub.registry.family(member.family)?;
    patient("Removing the device", family.remove(&member.gate.id())).await?;
    hub.store.remove_device(id.to_owned()).await?;
    Ok(())
}

/// Says what people here call a device; `None` for its own name.
pub(crate) async fn rename(hub: &Hub, id: &str, name: Option<String>) -> Result<(), DeviceError> {
    let absent = hub.registry.absent().into_iter();
    let absent = absent.into_iter().find(|absent| absent.device.id == id);
    match (absent, hub.registry.member(id)) {
        (Some(mut absent), _) => {
            absent.device.given_name.clone_from(&name);
            hub.registry.set_absent(absent);
        }
        (None, Ok(member)) => member.call(name.clone()),
        (None, Err(error)) => return Err(error),
    }
    hub.store.name_device(id.to_owned(), name).await?;
    hub.announce(HubEvent::Device(id.to_owned()));
    Ok(())
}

/// What the page is shown of a device that has not answered since the start.
pub(crate) fn absent_state(absent: &Absent) -> DeviceState {
    use skyhelm_device::state::{About, Link, LinkStatus};
    let device = &absent.device;
    DeviceState {
        about: About {
            family: device.family.clone(),
            name: device
                .given_name
                .clone()
                .or_else(|| device.name.clone())
                .unwrap_or_else(|| device.model.clone()),
            model: device.model.clone(),
            address: device.address.clone(),
            ..About::default()
        },
        link: Link {
            status: LinkStatus::Down,
            trouble: Some(absent.trouble.clone()),
            ..Link::default()
        },
        ..DeviceState::default()
    }
}
