//! A station as the hub would compose it, with one family and nothing above it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use skyhelm_device::{
    Accepted, Capabilities, Device, DeviceError, DeviceState, Envelope, FamilyContext, FamilyEvent,
    HostClock, Job, Reply, RunningFamily, Submit,
};
use skyhelm_units::{Mono, Now, RequestId, Site, StationClock, UtcMillis};
use tokio::sync::mpsc;
use tokio::time::timeout;

pub(crate) struct Station {
    pub family: Box<dyn RunningFamily>,
    pub events: mpsc::Receiver<FamilyEvent>,
    pub host: HostClock,
}

pub(crate) fn site() -> Site {
    Site::from_degrees(48.14, 11.58, 520.0)
}

impl Station {
    pub(crate) fn start(config: serde_json::Value) -> Self {
        Self::with_clock(config, |now| StationClock::new(now.mono, now.utc, 1.0))
    }

    /// A station with its own time.
    pub(crate) fn with_clock(
        config: serde_json::Value,
        clock: impl FnOnce(Now) -> StationClock,
    ) -> Self {
        let start = Instant::now();
        let host = HostClock::new(move || Now {
            mono: Mono::from_elapsed(start.elapsed()),
            utc: UtcMillis::new(
                SystemTime::now()
                    .duration_since(SystemTime::UNIX_EPOCH)
                    .unwrap()
                    .as_millis() as i64,
            ),
        });
        let (sender, events) = mpsc::channel(16);
        let context = FamilyContext {
            config,
            events: sender,
            host: host.clone(),
            clock: clock(host.now()),
            site: site(),
            memory: std::sync::Arc::new(skyhelm_device::Unkept),
        };
        Self {
            family: skyhelm_dwarf::family().start(context).unwrap(),
            events,
            host,
        }
    }

    /// Adds a telescope and waits until it is connected.
    pub(crate) async fn telescope(&mut self, address: &str) -> Telescope {
        self.family.add(address).await.unwrap();
        let device = match self.events.recv().await {
            Some(FamilyEvent::Appeared(device)) => device,
            other => panic!("{other:?}"),
        };
        let telescope = Telescope {
            device,
            host: self.host.clone(),
        };
        telescope
            .until(|state| state.link.status == skyhelm_device::state::LinkStatus::Up)
            .await;
        telescope
    }
}

pub(crate) struct Telescope {
    pub device: Arc<dyn Device>,
    host: HostClock,
}

impl Telescope {
    pub(crate) fn state(&self) -> Arc<DeviceState> {
        Arc::clone(&self.device.state().borrow())
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        self.device.capabilities()
    }

    /// Waits for a state; at most a minute, for whole frames are rendered on processors that others use too.
    pub(crate) async fn until(&self, wanted: impl Fn(&DeviceState) -> bool) -> Arc<DeviceState> {
        let mut states = self.device.state();
        let found = timeout(
            Duration::from_mins(1),
            states.wait_for(|state| wanted(state)),
        )
        .await;
        let Ok(state) = found else {
            panic!("it never came to that: {:#?}", self.state());
        };
        Arc::clone(&state.unwrap())
    }

    /// Waits for the end of the newest job.
    pub(crate) async fn ended(&self) -> Job {
        let state = self
            .until(|state| state.jobs.last().is_some_and(|job| !job.is_running()))
            .await;
        state.jobs.last().unwrap().clone()
    }

    pub(crate) fn give<C>(&self, to: Option<Arc<dyn Submit<C>>>, command: C) -> Reply<Accepted> {
        to.unwrap().submit(Envelope {
            lease: None,
            request_id: RequestId::new("test"),
            deadline: self.host.now().mono + Duration::from_secs(8),
            command,
        })
    }

    pub(crate) fn mount(&self, command: skyhelm_device::MountCommand) -> Reply<Accepted> {
        self.give(self.capabilities().mount, command)
    }

    pub(crate) async fn camera(
        &self,
        lens: skyhelm_device::Lens,
        action: skyhelm_device::CameraAction,
    ) -> Result<Accepted, DeviceError> {
        let command = skyhelm_device::CameraCommand { lens, action };
        self.give(self.capabilities().camera, command).await
    }

    pub(crate) async fn stack(
        &self,
        command: skyhelm_device::StackerCommand,
    ) -> Result<Accepted, DeviceError> {
        self.give(self.capabilities().stacker, command).await
    }
}
