//! A family of toys: devices that do what a test tells them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use skyhelm_device::device::{FileStream, MediaFile};
use skyhelm_device::state::{About, Link, LinkStatus, Motion, MountState};
use skyhelm_device::{
    Accepted, AlbumCommand, CameraCommand, Capabilities, ControlCommand, DarksCommand, Device,
    DeviceError, DeviceEvent, DeviceState, Envelope, ErrorKind, Family, FamilyContext, FamilyEvent,
    FocuserCommand, Found, Job, JobKind, Lens, Library, LightCommand, LiveFrame, LiveView,
    MediaItem, MediaKind, MountCommand, Outcome, PowerCommand, Reply, RunningFamily,
    StackerCommand, Submit,
};
use skyhelm_units::{DeviceId, UtcMillis};
use tokio::sync::{broadcast, mpsc, watch};

/// Everything a toy was asked, as text.
pub(crate) type Asked = Arc<Mutex<Vec<String>>>;

/// What a toy keeps, and how it fails to give it.
#[derive(Debug, Default)]
pub(crate) struct Album {
    pub(crate) items: Vec<MediaItem>,
    pub(crate) files: HashMap<String, Bytes>,
    /// A read ends in an error after so many bytes; each cut is used once.
    pub(crate) cuts: Vec<usize>,
    /// A read stops for ever after so many bytes.
    pub(crate) stall_at: Option<usize>,
    /// Offsets at which reads began.
    pub(crate) reads: Vec<(String, u64)>,
}

/// A device made for tests.
#[derive(Debug)]
pub(crate) struct Toy {
    id: DeviceId,
    pub(crate) state: watch::Sender<Arc<DeviceState>>,
    pub(crate) events: broadcast::Sender<DeviceEvent>,
    pub(crate) live: watch::Sender<Option<LiveFrame>>,
    pub(crate) asked: Asked,
    pub(crate) album: Arc<Mutex<Album>>,
}

#[derive(Debug)]
struct Ears {
    asked: Asked,
    state: watch::Sender<Arc<DeviceState>>,
}

impl Ears {
    fn hear(&self, what: String) -> Reply<Accepted> {
        self.asked.lock().unwrap().push(what);
        Box::pin(std::future::ready(Ok(Accepted::default())))
    }
}

impl Submit<MountCommand> for Ears {
    fn submit(&self, envelope: Envelope<MountCommand>) -> Reply<Accepted> {
        self.state.send_modify(|state| {
            let motion = match &envelope.command {
                MountCommand::Goto { .. } => Motion::Tracking,
                MountCommand::Joystick { .. } => Motion::Joystick,
                _ => Motion::Idle,
            };
            let mount = Arc::make_mut(state).mount.get_or_insert_default();
            mount.motion = motion;
        });
        self.hear(format!("{:?}", envelope.command))
    }
}

macro_rules! heard {
    ($($command:ty),*) => {$(
        impl Submit<$command> for Ears {
            fn submit(&self, envelope: Envelope<$command>) -> Reply<Accepted> {
                self.hear(format!("{:?}", envelope.command))
            }
        }
    )*};
}
heard!(
    AlbumCommand,
    CameraCommand,
    ControlCommand,
    DarksCommand,
    FocuserCommand,
    LightCommand,
    PowerCommand,
    StackerCommand
);

#[derive(Debug)]
struct Eyes(watch::Sender<Option<LiveFrame>>);

impl LiveView for Eyes {
    fn watch(&self, _: Lens) -> watch::Receiver<Option<LiveFrame>> {
        self.0.subscribe()
    }
}

#[derive(Debug)]
struct Shelf(Arc<Mutex<Album>>);

impl Library for Shelf {
    fn list(&self) -> Reply<Vec<MediaItem>> {
        let items = self.0.lock().unwrap().items.clone();
        Box::pin(std::future::ready(Ok(items)))
    }

    fn read(&self, path: &str, offset: u64) -> Reply<FileStream> {
        let mut album = self.0.lock().unwrap();
        album.reads.push((path.to_owned(), offset));
        let Some(file) = album.files.get(path).cloned() else {
            let gone = DeviceError::new(ErrorKind::NotFound, "The file is gone.");
            return Box::pin(std::future::ready(Err(gone)));
        };
        let rest = file.slice(usize::try_from(offset).unwrap().min(file.len())..);
        let cut = (!album.cuts.is_empty()).then(|| album.cuts.remove(0));
        let stall = album.stall_at;
        let (sender, receiver) = mpsc::channel(2);
        tokio::spawn(async move {
            let given = cut.or(stall).unwrap_or(rest.len()).min(rest.len());
            for piece in rest.slice(..given).chunks(1_000) {
                if sender
                    .send(Ok(Bytes::copy_from_slice(piece)))
                    .await
                    .is_err()
                {
                    return;
                }
            }
            if cut.is_some() {
                let cut = DeviceError::new(ErrorKind::Unreachable, "The wire was cut.");
                let _ = sender.send(Err(cut)).await;
            } else if stall.is_some() {
                sender.closed().await;
            }
        });
        Box::pin(std::future::ready(Ok(receiver)))
    }
}

impl Toy {
    pub(crate) fn new(id: &str, address: &str) -> Arc<Self> {
        let state = DeviceState {
            about: About {
                family: String::from("toy"),
                name: id.to_owned(),
                model: String::from("Toy 1"),
                address: address.to_owned(),
                ..About::default()
            },
            link: Link {
                status: LinkStatus::Up,
                ..Link::default()
            },
            mount: Some(MountState::default()),
            ..DeviceState::default()
        };
        Arc::new(Self {
            id: DeviceId::new(id),
            state: watch::Sender::new(Arc::new(state)),
            events: broadcast::Sender::new(64),
            live: watch::Sender::new(None),
            asked: Asked::default(),
            album: Arc::default(),
        })
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut DeviceState)) {
        self.state.send_modify(|state| change(Arc::make_mut(state)));
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Shows the next live picture.
    pub(crate) fn show(&self, jpeg: Bytes) {
        self.live.send_modify(|frame| {
            let sequence = frame.as_ref().map_or(0, |frame| frame.sequence) + 1;
            *frame = Some(LiveFrame {
                sequence,
                received: UtcMillis::new(0),
                jpeg,
            });
        });
    }

    /// Puts an entry with some files into the album, and ends a job as a device does then.
    pub(crate) fn photograph(&self, path: &str, kind: MediaKind, files: &[(&str, Bytes)]) {
        {
            let mut album = self.album.lock().unwrap();
            let item = MediaItem {
                path: path.to_owned(),
                kind,
                utc_ms: 1_795_226_400_000,
                target: Some(String::from("M 31")),
                thumbnail: None,
                files: files
                    .iter()
                    .map(|(path, bytes)| MediaFile {
                        path: (*path).to_owned(),
                        size_bytes: Some(bytes.len() as u64),
                    })
                    .collect(),
                subs: None,
            };
            album.items.insert(0, item);
            for (path, bytes) in files {
                album.files.insert((*path).to_owned(), bytes.clone());
            }
        }
        self.change(|state| {
            state.jobs.push(Job {
                id: format!("photo-{}", state.jobs.len()),
                kind: JobKind::Photo,
                title: String::from("Photo"),
                step: String::new(),
                progress: Some(1.0),
                started_utc_ms: 0,
                ended_utc_ms: Some(1),
                outcome: Some(Outcome::Done),
                cancellable: false,
            });
        });
    }
}

impl Device for Toy {
    fn id(&self) -> DeviceId {
        self.id.clone()
    }

    fn capabilities(&self) -> Capabilities {
        let ears = Arc::new(Ears {
            asked: self.asked.clone(),
            state: self.state.clone(),
        });
        Capabilities {
            mount: Some(ears.clone()),
            camera: Some(ears.clone()),
            focuser: Some(ears.clone()),
            stacker: Some(ears.clone()),
            darks: Some(ears.clone()),
            lights: Some(ears.clone()),
            power: Some(ears.clone()),
            control: Some(ears.clone()),
            album: Some(ears),
            live: Some(Arc::new(Eyes(self.live.clone()))),
            library: Some(Arc::new(Shelf(self.album.clone()))),
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

/// The family. The test keeps the toys' strings in its hand.
#[derive(Debug, Default)]
pub(crate) struct ToyFamily {
    pub(crate) toys: Arc<Mutex<HashMap<String, Arc<Toy>>>>,
    pub(crate) unreachable: Arc<Mutex<bool>>,
}

#[derive(Debug)]
struct RunningToys {
    events: mpsc::Sender<FamilyEvent>,
    toys: Arc<Mutex<HashMap<String, Arc<Toy>>>>,
    unreachable: Arc<Mutex<bool>>,
}

impl ToyFamily {
    /// Puts a toy at an address.
    pub(crate) fn place(&self, address: &str) -> Arc<Toy> {
        let toy = Toy::new(&format!("toy-{address}"), address);
        self.toys
            .lock()
            .unwrap()
            .insert(address.to_owned(), toy.clone());
        toy
    }
}

impl Family for ToyFamily {
    fn name(&self) -> &'static str {
        "toy"
    }

    fn start(&self, context: FamilyContext) -> Result<Box<dyn RunningFamily>, DeviceError> {
        Ok(Box::new(RunningToys {
            events: context.events,
            toys: self.toys.clone(),
            unreachable: self.unreachable.clone(),
        }))
    }
}

impl RunningToys {
    fn find(&self, address: &str) -> Result<Arc<Toy>, DeviceError> {
        let toy = self.toys.lock().unwrap().get(address).cloned();
        toy.filter(|_| !*self.unreachable.lock().unwrap())
            .ok_or_else(|| DeviceError::new(ErrorKind::Unreachable, "Nothing answers there."))
    }
}

fn found(toy: &Toy) -> Found {
    Found {
        device: toy.id.as_str().to_owned(),
        model: String::from("Toy 1"),
        firmware: None,
        name: None,
    }
}

impl RunningFamily for RunningToys {
    fn probe(&self, address: &str) -> Reply<Found> {
        let answer = self.find(address).map(|toy| found(&toy));
        Box::pin(std::future::ready(answer))
    }

    fn add(&self, address: &str) -> Reply<Found> {
        let (toy, events) = (self.find(address), self.events.clone());
        Box::pin(async move {
            let toy = toy?;
            let answer = found(&toy);
            let _ = events.send(FamilyEvent::Appeared(toy)).await;
            Ok(answer)
        })
    }

    fn remove(&self, device: &DeviceId) -> Reply<()> {
        let (id, events) = (device.clone(), self.events.clone());
        Box::pin(async move {
            let gone = FamilyEvent::Gone(id, String::from("a person removed it"));
            let _ = events.send(gone).await;
            Ok(())
        })
    }

    fn stop(&self) -> Reply<()> {
        Box::pin(std::future::ready(Ok(())))
    }
}
