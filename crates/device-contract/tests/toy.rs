//! The toy keeps the contract, and a toy with any one defect breaks it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../examples/toy.rs"]
#[allow(dead_code, reason = "an example with a main of its own")]
mod toy;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use skyhelm_device::state::{Blocked, LinkStatus, MountState};
use skyhelm_device::{
    Accepted, Capabilities, Device, DeviceError, DeviceEvent, DeviceState, Envelope, ErrorKind,
    HostClock, JobBook, JobKind, MountCommand, Outcome, Reply, Submit,
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

fn named(breaches: &[String], promise: &str) {
    let found = breaches.iter().any(|breach| breach.starts_with(promise));
    assert!(found, "{promise}: {breaches:#?}");
}

#[tokio::test]
async fn each_defect_is_found_by_the_promise_it_breaks() {
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

/// What is wrong with a toy that works.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Defect {
    /// Whoever looks second sees another device.
    TwoFaced,
    /// Its lamp has a name that no command can carry.
    NamesItsLampBadly,
    /// It keeps going until somebody with a lease stops it.
    WantsALeaseToStop,
    /// It never says whether it ends a slew.
    FallsSilent,
    /// It begins things by itself.
    Restless,
    /// A slew that a person ends has failed, it says.
    TakesAnEndForAFault,
}

#[derive(Clone, Debug)]
struct Broken {
    toy: Toy,
    defect: Defect,
    looks: Arc<AtomicU32>,
}

impl Submit<MountCommand> for Broken {
    fn submit(&self, envelope: Envelope<MountCommand>) -> Reply<Accepted> {
        let command = envelope.command.clone();
        match (self.defect, command) {
            (Defect::WantsALeaseToStop, MountCommand::StopAll) if envelope.lease.is_none() => {
                let no = DeviceError::new(ErrorKind::NoLease, "Who are you?");
                Box::pin(std::future::ready(Err(no)))
            }
            (Defect::FallsSilent, MountCommand::StopGoto) => Box::pin(std::future::pending()),
            (Defect::TakesAnEndForAFault, MountCommand::StopGoto) => {
                let taken = self.toy.submit(envelope);
                self.toy.change(|state| {
                    let error = DeviceError::new(ErrorKind::Internal, "It stopped!");
                    if let Some(slew) = state.jobs.last_mut() {
                        slew.outcome = Some(Outcome::Failed { error });
                    }
                });
                taken
            }
            _ => self.toy.submit(envelope),
        }
    }
}

impl Device for Broken {
    fn id(&self) -> DeviceId {
        self.toy.id()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mount: Some(Arc::new(self.clone())),
            ..self.toy.capabilities()
        }
    }

    fn state(&self) -> watch::Receiver<Arc<DeviceState>> {
        let look = self.looks.fetch_add(1, Ordering::Relaxed);
        let mut shown = DeviceState::clone(&self.toy.state().borrow());
        match self.defect {
            Defect::TwoFaced => shown.about.model = format!("Toy {look}"),
            Defect::Restless => {
                let mut book = JobBook::default();
                book.open(JobKind::Goto, "Wander", NIGHT);
                let wander = book.all()[0].clone();
                shown.jobs.extend(vec![wander; look as usize]);
            }
            _ => return self.toy.state(),
        }
        watch::channel(Arc::new(shown)).1
    }

    fn events(&self) -> broadcast::Receiver<DeviceEvent> {
        self.toy.events()
    }
}

/// The breaches of a toy that works but for one defect.
async fn breaches_of(defect: Defect) -> Vec<String> {
    let host = host();
    let toy = Toy::new("shelf", host.clone());
    if defect == Defect::NamesItsLampBadly {
        toy.change(|state| state.lights[0].name = String::from("Big Lamp!"));
    }
    let broken = Broken {
        toy: toy.clone(),
        defect,
        looks: Arc::default(),
    };
    let mut subject = subject(&toy, Arc::new(broken), host);
    subject.patience = Duration::from_millis(150);
    subject.breaches().await
}

#[tokio::test]
async fn a_device_that_misbehaves_is_found_by_the_promise_it_breaks() {
    for (defect, promise) in [
        (Defect::TwoFaced, "the newest state is there at once"),
        (Defect::NamesItsLampBadly, "no command without a lease"),
        (Defect::WantsALeaseToStop, "a stop needs no lease"),
        (Defect::FallsSilent, "no command after its deadline"),
        (Defect::Restless, "the Sun guard stands at every door"),
        (Defect::TakesAnEndForAFault, "a cancelled job is cancelled"),
    ] {
        let breaches = breaches_of(defect).await;
        named(&breaches, promise);
        // One defect is not every defect.
        assert!(breaches.len() < 6, "{defect:?}: {breaches:#?}");
    }
}
