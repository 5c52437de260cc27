//! Between the switch and the doors: boots, reboots, loss of the network, off.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use skyhelm_units::Mono;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::device::{CameraId, Core};
use crate::doors::{Doors, REQUESTS};
use crate::pace::Pace;
use crate::server::{self, socket::Inbound};
use crate::session::Session;
use crate::viewfinder;
use crate::virtual_dwarf::{Addresses, LOOKS, look_after, rebooted};
use crate::world::{FaultKind, World, door};

/// From a restart to the first answer, of the device's time.
const BOOT: Duration = Duration::from_secs(25);
/// Messages that may wait for the device; the connections wait in turn beyond that.
const WAITING_MESSAGES: usize = 256;

/// A device that is plugged in: what it is now, which a restart replaces.
#[derive(Debug)]
pub(crate) struct Power {
    core: Mutex<Arc<Core>>,
    off: CancellationToken,
    tasks: TaskTracker,
}

impl Power {
    /// Switches it on.
    pub(crate) fn on(core: Core, doors: Doors, world: TcpListener) -> Arc<Self> {
        let power = Arc::new(Self {
            off: core.off.clone(),
            core: Mutex::new(Arc::new(core)),
            tasks: TaskTracker::new(),
        });
        power.tasks.spawn(run(Arc::clone(&power), doors));
        let routes = door::routes(World::new(Arc::clone(&power)));
        server::serve(&power.tasks, &power.off, world, REQUESTS, routes);
        power
    }

    /// The device as it is since the last start.
    pub(crate) fn core(&self) -> Arc<Core> {
        Arc::clone(&self.lock())
    }

    /// The network goes for a while of the host's time; restarts do not bring it back sooner.
    pub(crate) fn drop_network(self: &Arc<Self>, lasts: Duration) {
        let network = self.core().network.clone();
        network.send_replace(false);
        let power = Arc::clone(self);
        self.tasks.spawn(async move {
            let mut changes = network.subscribe();
            tokio::select! {
                () = power.off.cancelled() => {}
                // Somebody has brought it back, or taken it for another while.
                _ = changes.changed() => {}
                () = tokio::time::sleep(lasts) => {
                    power.core().state().faults.forget(FaultKind::WifiDrop);
                    network.send_replace(true);
                }
            }
        });
    }

    /// Returns when it is off for good.
    pub(crate) async fn is_off(&self) {
        self.off.cancelled().await;
    }

    /// Pulls the plug.
    pub(crate) fn cut(&self) {
        self.off.cancel();
        self.tasks.close();
    }

    /// Returns when nothing of it is left.
    pub(crate) async fn ended(&self) {
        self.tasks.wait().await;
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Core>> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From one start to the next until it is off.
async fn run(power: Arc<Power>, doors: Doors) {
    let addresses = doors.addresses;
    let mut doors = Some(doors);
    loop {
        let core = power.core();
        awake(&core, doors.take(), &addresses).await;
        core.tasks.close();
        core.tasks.wait().await;
        if power.off.is_cancelled() {
            return;
        }
        tracing::info!("the virtual telescope restarts");
        tokio::select! {
            () = power.off.cancelled() => return,
            () = core.pace.sleep(BOOT) => {}
        }
        if !charged(&power, &core).await {
            return;
        }
        *power.lock() = Arc::new(rebooted(&core));
    }
}

/// An empty battery starts nothing until somebody plugs the charger in; false when it is off for good.
async fn charged(power: &Power, core: &Core) -> bool {
    while core.state().battery.is_empty() {
        tokio::select! {
            () = power.off.cancelled() => return false,
            () = tokio::time::sleep(LOOKS) => {}
        }
    }
    true
}

/// One life, from the start to the end of the work.
async fn awake(core: &Arc<Core>, mut doors: Option<Doors>, addresses: &Addresses) {
    let (inbound, from_clients) = mpsc::channel(WAITING_MESSAGES);
    core.tasks
        .spawn(run_session(Arc::clone(core), from_clients));
    core.tasks.spawn(look_after(Arc::clone(core)));
    for id in CameraId::BOTH {
        core.tasks.spawn(viewfinder::run(Arc::clone(core), id));
    }
    let mut network = core.network.subscribe();
    loop {
        tokio::select! {
            () = core.stopping.cancelled() => return,
            _ = network.wait_for(|is_up| *is_up) => {}
        }
        let opened = match doors.take() {
            Some(doors) => Ok(doors),
            None => Doors::open_again(addresses).await,
        };
        let closing = core.stopping.child_token();
        match opened {
            Ok(doors) => doors.serve(core, inbound.clone(), &closing),
            Err(error) => {
                tracing::error!(%error, "the virtual telescope cannot be reached any more");
                core.off.cancel();
            }
        }
        tokio::select! {
            () = core.stopping.cancelled() => return,
            _ = network.wait_for(|is_up| !*is_up) => closing.cancel(),
        }
    }
}

async fn run_session(core: Arc<Core>, mut from_clients: mpsc::Receiver<Inbound>) {
    let pace = core.pace.clone();
    let mut session = Session::new(Arc::clone(&core));
    loop {
        let silence = session.poll_timeout();
        tokio::select! {
            // What a command has set off is told before the next command is looked at.
            biased;
            () = core.stopping.cancelled() => return,
            saying = core.outbox.next() => session.handle_saying(saying),
            Some(inbound) = from_clients.recv() => session.handle_inbound(&inbound),
            () = until(&pace, silence), if silence.is_some() => session.handle_timeout(),
        }
    }
}

/// Waits for a reading of the host's clock.
async fn until(pace: &Pace, at: Option<Mono>) {
    if let Some(at) = at {
        tokio::time::sleep(at.since(pace.host().mono)).await;
    }
}
