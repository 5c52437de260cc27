//! The family: telescopes come and go, each with its own tasks.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use skyhelm_device::{
    DeviceError, ErrorKind, Family, FamilyContext, FamilyEvent, Found, Reply, RunningFamily,
};
use skyhelm_units::DeviceId;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::address::Address;
use crate::config::DwarfConfig;
use crate::discovery::{self, Discovered};
use crate::http;
use crate::tasks::{self, Start};

/// The family of DWARFLAB telescopes.
pub fn family() -> Arc<dyn Family> {
    Arc::new(DwarfFamily)
}

#[derive(Debug)]
struct DwarfFamily;

impl Family for DwarfFamily {
    fn name(&self) -> &'static str {
        "dwarf"
    }

    fn start(&self, context: FamilyContext) -> Result<Box<dyn RunningFamily>, DeviceError> {
        let config = DwarfConfig::parse(&context.config)?;
        let shared = Arc::new(Shared {
            client: http::client()?,
            context,
            telescopes: Mutex::default(),
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        for telescope in config.telescopes {
            // Known from the configuration, whether it is switched on or not.
            let starting = Arc::clone(&shared);
            shared.tasks.spawn(async move {
                let look = discovery::look(&starting.client, &telescope.address);
                let found = tokio::select! {
                    () = starting.cancel.cancelled() => return,
                    found = timeout(FIRST_LOOK, look) => found.ok().and_then(Result::ok),
                };
                let id = discovery::device_id(&telescope.address, found.as_ref());
                starting.appear(id, telescope.address, telescope.name).await;
            });
        }
        Ok(Box::new(Running(shared)))
    }
}

/// A configured telescope that has not said who it is by then is known by its address.
const FIRST_LOOK: Duration = Duration::from_secs(3);

/// The tasks of one telescope.
#[derive(Clone, Debug)]
struct Tasks {
    /// Where it is looked for from the next connection on.
    address: watch::Sender<Address>,
    cancel: CancellationToken,
    tracker: TaskTracker,
}

impl Tasks {
    async fn end(self) {
        self.cancel.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

#[derive(Debug)]
struct Shared {
    client: reqwest::Client,
    context: FamilyContext,
    telescopes: Mutex<BTreeMap<DeviceId, Tasks>>,
    cancel: CancellationToken,
    tasks: TaskTracker,
}

impl Shared {
    /// Starts a telescope's tasks and reports it. One that is known already is looked for at its new
    /// address from now on.
    async fn appear(&self, id: DeviceId, address: Address, name: Option<String>) {
        let (sender, address_reader) = watch::channel(address.clone());
        let tasks = Tasks {
            address: sender,
            cancel: self.cancel.child_token(),
            tracker: TaskTracker::new(),
        };
        {
            let mut telescopes = self.lock();
            if let Some(known) = telescopes.get(&id) {
                known.address.send_replace(address);
                return;
            }
            telescopes.insert(id.clone(), tasks.clone());
        }
        let device = tasks::start(
            Start {
                id,
                address: address_reader,
                name,
                client: self.client.clone(),
                host: self.context.host.clone(),
                clock: self.context.clock,
                site: self.context.site,
                cancel: tasks.cancel,
            },
            &tasks.tracker,
        );
        let appeared = FamilyEvent::Appeared(Arc::new(device));
        tokio::select! {
            () = self.cancel.cancelled() => {}
            sent = self.context.events.send(appeared) => {
                // A hub that listens no more is going down and cancels us next.
                drop(sent);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<DeviceId, Tasks>> {
        self.telescopes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Running(Arc<Shared>);

impl Running {
    fn look(&self, address: &str, then_add: bool) -> Reply<Found> {
        let shared = Arc::clone(&self.0);
        let address = address.parse::<Address>();
        Box::pin(async move {
            let address =
                address.map_err(|error| DeviceError::new(ErrorKind::Invalid, error.to_string()))?;
            let found = discovery::look(&shared.client, &address).await?;
            let answer = found_at(&address, &found);
            if then_add {
                let id = discovery::device_id(&address, Some(&found));
                shared.appear(id, address, None).await;
            }
            Ok(answer)
        })
    }
}

fn found_at(address: &Address, found: &Discovered) -> Found {
    Found {
        device: discovery::device_id(address, Some(found))
            .as_str()
            .to_owned(),
        model: found.model.clone(),
        firmware: found.firmware.clone(),
        name: found.name.clone(),
    }
}

impl RunningFamily for Running {
    fn probe(&self, address: &str) -> Reply<Found> {
        self.look(address, false)
    }

    fn add(&self, address: &str) -> Reply<Found> {
        self.look(address, true)
    }

    fn remove(&self, device: &DeviceId) -> Reply<()> {
        let shared = Arc::clone(&self.0);
        let device = device.clone();
        Box::pin(async move {
            let tasks = shared.lock().remove(&device).ok_or_else(|| {
                DeviceError::new(ErrorKind::NotFound, "There is no such telescope.")
            })?;
            tasks.end().await;
            let gone = FamilyEvent::Gone(device, String::from("It was removed."));
            // As above: nobody listens only when the hub goes down.
            drop(shared.context.events.send(gone).await);
            Ok(())
        })
    }

    fn stop(&self) -> Reply<()> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move {
            shared.cancel.cancel();
            shared.tasks.close();
            shared.tasks.wait().await;
            let telescopes = core::mem::take(&mut *shared.lock());
            for tasks in telescopes.into_values() {
                tasks.end().await;
            }
            Ok(())
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever forgets to stop the family still ends its tasks.
        self.0.cancel.cancel();
    }
}
