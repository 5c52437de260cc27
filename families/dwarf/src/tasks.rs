//! The tasks of one telescope: its connection, made anew whenever it breaks, and its live streams.

use core::time::Duration;
use std::sync::Arc;

use skyhelm_device::state::About;
use skyhelm_device::{DeviceEvent, DeviceState, HostClock, Lens};
use skyhelm_session::Backoff;
use skyhelm_units::{DeviceId, Site, StationClock};
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actor::Actor;
use crate::address::Address;
use crate::connection::Connection;
use crate::discovery::{self, Discovered};
use crate::error::DwarfError;
use crate::known::{Known, Settings};
use crate::library::DwarfLibrary;
use crate::live::DwarfLive;
use crate::telescope::{Ask, DwarfTelescope, EVENTS_KEPT, Orders, WAITING_ORDERS};
use crate::wire::Wire;

/// Waits between attempts to connect: at once for a hiccup, seldom for a telescope that is off.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What a telescope's tasks are started with.
pub(crate) struct Start {
    pub(crate) id: DeviceId,
    pub(crate) address: watch::Receiver<Address>,
    pub(crate) name: Option<String>,
    pub(crate) client: reqwest::Client,
    pub(crate) host: HostClock,
    pub(crate) clock: StationClock,
    pub(crate) site: Site,
    pub(crate) cancel: CancellationToken,
}

/// Starts a telescope's tasks.
pub(crate) fn start(start: Start, tasks: &TaskTracker) -> DwarfTelescope {
    let (asks, asked) = mpsc::channel(WAITING_ORDERS);
    let (found, found_reader) = watch::channel(None);
    let events = broadcast::Sender::new(EVENTS_KEPT);
    let about = about(&start.address.borrow(), start.name.as_deref(), None);
    let known = Known::new(about, Settings::default(), start.site, start.clock);
    let mut actor = Actor::new(known, start.site);
    let (state, state_reader) = watch::channel(actor.snapshot(start.host.now()));
    let (seen, pictures) = mpsc::channel(4);
    let live = DwarfLive::new(seen);
    for lens in [Lens::Tele, Lens::Wide] {
        tasks.spawn(live.clone().run(
            lens,
            start.client.clone(),
            found_reader.clone(),
            start.host.clone(),
            start.cancel.clone(),
        ));
    }
    let telescope = DwarfTelescope {
        id: start.id.clone(),
        orders: Orders {
            asks,
            host: start.host.clone(),
        },
        state: state_reader,
        events: events.clone(),
        live,
        library: DwarfLibrary {
            client: start.client.clone(),
            found: found_reader,
            cancel: start.cancel.clone(),
            tasks: tasks.clone(),
            host: start.host.clone(),
        },
    };
    let cancel = start.cancel.clone();
    let task = Task {
        start,
        actor,
        asked,
        pictures,
        found,
        state,
        events,
    };
    tasks.spawn(async move {
        // An open connection is closed in order, with the role given back.
        Box::pin(task.run(cancel)).await;
    });
    telescope
}

/// What is known of a telescope's identity, before and after it answered.
fn about(address: &Address, name: Option<&str>, found: Option<&Discovered>) -> About {
    let told = found.and_then(|found| found.name.clone());
    About {
        family: String::from("dwarf"),
        name: name
            .map(str::to_owned)
            .or(told)
            .unwrap_or_else(|| address.to_string()),
        model: found.map_or_else(|| String::from("DWARF"), |found| found.model.clone()),
        firmware: found.and_then(|found| found.firmware.clone()),
        serial: found.and_then(|found| found.serial.clone()),
        address: address.to_string(),
        simulated: found.is_some_and(|found| found.simulated),
    }
}

/// The task that owns a telescope's session.
pub(crate) struct Task {
    pub(crate) start: Start,
    pub(crate) actor: Actor,
    pub(crate) asked: mpsc::Receiver<Ask>,
    /// Lenses whose live pictures come.
    pub(crate) pictures: mpsc::Receiver<Lens>,
    found: watch::Sender<Option<Discovered>>,
    state: watch::Sender<Arc<DeviceState>>,
    events: broadcast::Sender<DeviceEvent>,
}

impl Task {
    async fn run(mut self, cancel: CancellationToken) {
        let seed = self.start.host.now().utc.millis().unsigned_abs();
        let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT, 0.3, seed);
        loop {
            let was_up = match Box::pin(self.connect(&cancel)).await {
                Ok(connection) => {
                    let ended = connection.run(&mut self, &cancel).await;
                    if cancel.is_cancelled() {
                        return;
                    }
                    tracing::info!(device = %self.start.id, why = %ended.why, "connection ended");
                    self.lost(&ended.why);
                    ended.was_up
                }
                Err(error) => {
                    if cancel.is_cancelled() {
                        return;
                    }
                    self.lost(&error.to_string());
                    false
                }
            };
            if was_up {
                backoff.reset();
            }
            if !self.pause(backoff.next_delay(), &cancel).await {
                return;
            }
        }
    }

    /// Finds the telescope and connects its WebSocket.
    async fn connect(&mut self, cancel: &CancellationToken) -> Result<Connection, DwarfError> {
        let client = self.start.client.clone();
        let address = self.start.address.borrow().clone();
        let look = discovery::look(&client, &address);
        let found = self
            .meanwhile(look, cancel)
            .await
            .ok_or(DwarfError::Gone)??;
        self.identify(&found);
        let url = found.endpoints.ws_url();
        let wire = Wire::new(&found.profile);
        self.found.send_replace(Some(found));
        Box::pin(self.meanwhile(Connection::open(url, wire), cancel))
            .await
            .ok_or(DwarfError::Gone)?
    }

    fn identify(&mut self, found: &Discovered) {
        let name = self.start.name.as_deref();
        let about = about(&self.start.address.borrow(), name, Some(found));
        self.actor.known.identify(about, found.settings.clone());
        self.publish();
    }

    fn lost(&mut self, why: &str) {
        let now = self.start.host.now();
        self.actor.disconnected(now, why.to_owned());
        self.publish();
    }

    /// Waits, answering orders meanwhile; false when cancelled.
    async fn pause(&mut self, wait: Duration, cancel: &CancellationToken) -> bool {
        self.meanwhile(tokio::time::sleep(wait), cancel)
            .await
            .is_some()
    }

    /// Does something while there is no connection: orders are refused at once instead of waiting
    /// for their deadlines. `None` when cancelled.
    async fn meanwhile<T>(
        &mut self,
        work: impl Future<Output = T>,
        cancel: &CancellationToken,
    ) -> Option<T> {
        tokio::pin!(work);
        loop {
            let now = self.start.host.now();
            let wake = self.actor.poll_offline().map(|at| at.since(now.mono));
            tokio::select! {
                () = cancel.cancelled() => return None,
                done = &mut work => return Some(done),
                Some(ask) = self.asked.recv() => Actor::refuse(ask),
                () = tokio::time::sleep(wake.unwrap_or(LONGEST_WAIT)), if wake.is_some() => {
                    self.actor.handle_offline(self.start.host.now());
                    self.publish();
                }
            }
        }
    }

    /// Tells everybody what is new.
    pub(crate) fn publish(&mut self) {
        let snapshot = self.actor.snapshot(self.start.host.now());
        for event in self.actor.take_events() {
            tracing::info!(device = %self.start.id, topic = %event.topic, "{}", event.message);
            // Without a listener the event is only logged.
            let _ = self.events.send(event);
        }
        self.state.send_if_modified(|state| {
            let changed = **state != *snapshot;
            if changed {
                *state = snapshot;
            }
            changed
        });
    }
}
