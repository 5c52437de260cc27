//! The toy keeps the contract, and a toy with any one defect breaks it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../examples/toy.rs"]
#[allow(dead_code, reason = "an example with a main of its own")]
mod toy;

use std::sync::Arc;
use std::time::{Duration, Instant};

use skyhelm_device::state::{Blocked, LinkStatus, MountState};
use skyhelm_device::{
    Capabilities, Device, DeviceEvent, DeviceState, HostClock, MountCommand, Reply,
};
use skyhelm_device_contract::{Subject, World};
use skyhelm_units::{DeviceId, Equatorial, Mono, Now, Site, StationClock, UtcMillis};
use tokio::sync::{broadcast, watch};
use toy::Toy;

/// The solstice of June 2026 in the night of Munich.
const NIGHT: UtcMillis = UtcMillis::from_seconds(1_782_000_000);

fn host() -> HostClock {
    let start = Instant::now();
    HostClock::new(move || Now {
        mono: Mono::from_elapsed(start.elapsed()),
        utc: NIGHT,
    })
}

/// Breaks the toy's string, and ties it again.
#[derive(Debug)]
struct Scissors(Toy);

impl World for Scissors {
    fn break_connection(&self) -> Reply<bool> {
        let toy = self.0.clone();
        toy.change(|state| {
            state.link.status = LinkStatus::Down;
            state.link.trouble = Some(String::from("the string is cut"));
            let reason = String::from("The string is cut.");
            let blocked = Blocked {
                reason,
                remedy: None,
            };
            state.blocked.insert(String::from("mount.goto"), blocked);
        });
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            toy.change(|state| {
                state.link.status = LinkStatus::Up;
                state.link.trouble = None;
                state.blocked.remove("mount.goto");
            });
        });
        Box::pin(std::future::ready(Ok(true)))
    }
}

fn subject(toy: &Toy, device: Arc<dyn Device>, host: HostClock) -> Subject {
    let now = host.now();
    Subject {
        device,
        world: Box::new(Scissors(toy.clone())),
        clock: StationClock::new(now.mono, NIGHT, 1.0),
        host,
        site: Site::from_degrees(48.14, 11.58, 520.0),
        target: Some(MountCommand::Goto {
            target: Equatorial::from_hours_degrees(18.0, 60.0).unwrap(),
            name: String::from("a place"),
        }),
        patience: Duration::from_millis(500),
    }
}

#[tokio::test]
async fn the_toy_keeps_the_contract() {
    let host = host();
    let toy = Toy::new("shelf", host.clone());
    let breaches = subject(&toy, Arc::new(toy.clone()), host).breaches().await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}

/// A toy that lies about its state.
#[derive(Debug)]
struct Liar {
    toy: Toy,
    lies: watch::Sender<Arc<DeviceState>>,
}

impl Device for Liar {
    fn id(&self) -> DeviceId {
        self.toy.id()
    }
    fn capabilities(&self) -> Capabilities {
        self.toy.capabilities()
    }
    fn state(&self) -> watch::Receiver<Arc<DeviceState>> {
        self.lies.subscribe()
    }
    fn events(&self) -> broadcast::Receiver<DeviceEvent> {
        self.toy.events()
    }
}

/// The breaches of a toy whose state is frozen with a defect in it.
async fn breaches(defect: impl FnOnce(&mut DeviceState)) -> Vec<String> {
    let host = host();
    let toy = Toy::new("shelf", host.clone());
    let mut state = DeviceState::clone(&toy.state().borrow());
    defect(&mut state);
    let lies = watch::Sender::new(Arc::new(state));
    let liar = Liar {
        toy: toy.clone(),
        lies,
    };
    let mut subject = subject(&toy, Arc::new(liar), host);
    subject.patience = Duration::from_millis(150);
    subject.breaches().await
}

#[tokio::test]
async fn each_defect_is_found_by_the_promise_it_breaks() {
    let named = |breaches: &[String], promise: &str| {
        let found = breaches.iter().any(|breach| breach.starts_with(promise));
        assert!(found, "{promise}: {breaches:#?}");
    };
    let nameless = breaches(|state| state.about.model.clear()).await;
    named(&nameless, "a device says what it is");
    let endless = breaches(|state| {
        let mount = state.mount.get_or_insert_with(MountState::default);
        mount.pointing = Some(skyhelm_device::state::PointingState {
            ra_hours: f64::NAN,
            dec_degrees: 0.0,
            source: skyhelm_device::state::PointingSource::Motors,
        });
    })
    .await;
    named(&endless, "its state is JSON and back");
    let mute = breaches(|state| {
        let blocked = Blocked {
            reason: String::from("no"),
            remedy: None,
        };
        state.blocked.insert(String::from("mount.park"), blocked);
    })
    .await;
    named(&mute, "a blocked control is refused with its reason");
    // A state that never changes shows neither jobs nor broken connections.
    named(&mute, "a job ends exactly once");
    named(&mute, "after a break everything is as it was");
}
