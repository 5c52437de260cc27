//! The smallest family that keeps the contract: one toy mount with a lamp.
//!
//! It shows what a third family is: this one type, and one line in the list of families. Run it with
//! `cargo run -p skyhelm-device-contract --example toy`.
#![allow(clippy::print_stdout, reason = "an example for a terminal")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use skyhelm_device::state::{
    About, Blocked, LightState, Link, LinkStatus, Motion, MountState, PointingSource, PointingState,
};
use skyhelm_device::{
    Accepted, Capabilities, Device, DeviceError, DeviceEvent, DeviceState, Envelope, ErrorKind,
    Family, FamilyContext, FamilyEvent, Found, HostClock, JobBook, JobKind, LightCommand,
    MountCommand, Outcome, Reply, RunningFamily, Submit, Switch,
};
use skyhelm_units::{DeviceId, JobId};
use tokio::sync::{broadcast, watch};

/// How long a slew takes.
const SLEW: Duration = Duration::from_millis(50);

/// The family of toys: the one line of the list.
pub(crate) fn family() -> Arc<dyn Family> {
    Arc::new(ToyFamily)
}

#[derive(Debug)]
struct ToyFamily;

impl Family for ToyFamily {
    fn name(&self) -> &'static str {
        "toy"
    }

    fn start(&self, context: FamilyContext) -> Result<Box<dyn RunningFamily>, DeviceError> {
        let toy = Toy::new("shelf", context.host);
        let appeared = FamilyEvent::Appeared(Arc::new(toy.clone()));
        let sent = context.events.try_send(appeared);
        sent.map_err(|_| DeviceError::new(ErrorKind::Internal, "Nobody listens."))?;
        Ok(Box::new(RunningToys(toy)))
    }
}

#[derive(Debug)]
struct RunningToys(Toy);

fn ready<T: Send + 'static>(answer: Result<T, DeviceError>) -> Reply<T> {
    Box::pin(std::future::ready(answer))
}

impl RunningFamily for RunningToys {
    fn probe(&self, address: &str) -> Reply<Found> {
        ready(if address == "shelf" {
            Ok(Found {
                device: self.0.id().as_str().to_owned(),
                model: String::from("Toy 1"),
                firmware: None,
                name: None,
            })
        } else {
            Err(DeviceError::new(
                ErrorKind::NotFound,
                "Toys stand on the shelf.",
            ))
        })
    }

    fn add(&self, address: &str) -> Reply<Found> {
        self.probe(address)
    }

    fn remove(&self, _: &DeviceId) -> Reply<()> {
        let glued = DeviceError::new(ErrorKind::Blocked, "The toy is glued to its shelf.");
        ready(Err(glued))
    }

    fn stop(&self) -> Reply<()> {
        ready(Ok(()))
    }
}

/// A mount made of nothing, with a lamp.
#[derive(Clone, Debug)]
pub(crate) struct Toy {
    state: Arc<watch::Sender<Arc<DeviceState>>>,
    events: broadcast::Sender<DeviceEvent>,
    book: Arc<Mutex<JobBook>>,
    host: HostClock,
}

impl Toy {
    /// A toy at an address.
    pub(crate) fn new(address: &str, host: HostClock) -> Self {
        let state = DeviceState {
            about: About {
                family: String::from("toy"),
                name: String::from("Toy"),
                model: String::from("Toy 1"),
                address: address.to_owned(),
                simulated: true,
                ..About::default()
            },
            link: Link {
                status: LinkStatus::Up,
                ..Link::default()
            },
            mount: Some(MountState::default()),
            lights: vec![LightState {
                name: String::from("lamp"),
                title: String::from("Lamp"),
                on: Some(false),
            }],
            blocked: [(
                String::from("mount.centre"),
                Blocked {
                    reason: String::from("A toy has no finder."),
                    remedy: None,
                },
            )]
            .into(),
            ..DeviceState::default()
        };
        Self {
            state: Arc::new(watch::Sender::new(Arc::new(state))),
            events: broadcast::Sender::new(8),
            book: Arc::default(),
            host,
        }
    }

    fn book<T>(&self, act: impl FnOnce(&mut JobBook) -> T) -> T {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let done = act(&mut book);
        let jobs = book.all().to_vec();
        drop(book);
        self.change(|state| state.jobs = jobs);
        done
    }

    /// Changes what is known of it.
    pub(crate) fn change(&self, change: impl FnOnce(&mut DeviceState)) {
        self.state.send_modify(|state| change(Arc::make_mut(state)));
    }

    fn moves(&self, motion: Motion, pointing: Option<PointingState>) {
        self.change(|state| {
            let mount = state.mount.get_or_insert_default();
            mount.motion = motion;
            mount.pointing = pointing;
        });
    }

    fn slew(&self, pointing: PointingState) -> JobId {
        let now = self.host.now().utc;
        let job = self.book(|book| book.open(JobKind::Goto, "Slew", now));
        self.moves(Motion::Slewing, None);
        let (toy, id) = (self.clone(), job.clone());
        tokio::spawn(async move {
            tokio::time::sleep(SLEW).await;
            let now = toy.host.now().utc;
            let runs = toy.book(|book| {
                let runs = book
                    .running(JobKind::Goto)
                    .is_some_and(|job| job.id == id.as_str());
                book.close(&id, Outcome::Done, now);
                runs
            });
            if runs {
                toy.moves(Motion::Tracking, Some(pointing));
            }
        });
        job
    }

    fn stop(&self) {
        let now = self.host.now().utc;
        self.book(|book| {
            let running = book
                .running(JobKind::Goto)
                .map(|job| JobId::new(job.id.clone()));
            if let Some(id) = running {
                book.close(&id, Outcome::Cancelled, now);
            }
        });
        self.moves(Motion::Idle, None);
    }
}

impl Submit<MountCommand> for Toy {
    fn submit(&self, envelope: Envelope<MountCommand>) -> Reply<Accepted> {
        let job = if let MountCommand::Goto { target, .. } = envelope.command {
            Some(self.slew(PointingState {
                ra_hours: target.ra.angle().hours(),
                dec_degrees: target.dec.angle().degrees(),
                source: PointingSource::Target,
            }))
        } else {
            self.stop();
            None
        };
        ready(Ok(Accepted { job }))
    }
}

impl Submit<LightCommand> for Toy {
    fn submit(&self, envelope: Envelope<LightCommand>) -> Reply<Accepted> {
        let on = envelope.command.switch == Switch::On;
        self.change(|state| state.lights[0].on = Some(on));
        ready(Ok(Accepted::default()))
    }
}

impl Device for Toy {
    fn id(&self) -> DeviceId {
        DeviceId::new("toy-1")
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mount: Some(Arc::new(self.clone())),
            lights: Some(Arc::new(self.clone())),
            ..Capabilities::default()
        }
    }

    fn state(&self) -> watch::Receiver<Arc<DeviceState>> {
        self.state.subscribe()
    }

    fn events(&self) -> broadcast::Receiver<DeviceEvent> {
        self.events.subscribe()
    }
}

fn main() {
    let family = family();
    println!(
        "A family called {}: see the tests of this crate.",
        family.name()
    );
}
