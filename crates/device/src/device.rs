//! A device, as everything above the waist sees it.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use skyhelm_units::{DeviceId, JobId, UtcMillis};
use tokio::sync::{broadcast, mpsc, watch};

use crate::command::{
    AlbumCommand, CameraCommand, ControlCommand, DarksCommand, Envelope, FlightCommand,
    FocuserCommand, GimbalCommand, Lens, LightCommand, MountCommand, PayloadCommand, PowerCommand,
    StackerCommand,
};
use crate::error::DeviceError;
use crate::raw::RawDoor;
use crate::state::DeviceState;
use crate::stick::{Ended, Ignored, Release, Shut, StickInput};
use crate::video::VideoView;

/// An answer that is still to come.
pub type Reply<T> = Pin<Box<dyn Future<Output = Result<T, DeviceError>> + Send + 'static>>;

/// What a device answers to a command it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The job that carries the command out, when it takes time.
    pub job: Option<JobId>,
}

/// A capability: something that takes commands of one kind.
pub trait Submit<C>: fmt::Debug + Send + Sync {
    /// Gives a command.
    ///
    /// # Cancel safety
    /// Dropping the reply does not take the command back.
    ///
    /// # Errors
    /// What the device, or the way to it, says; by the envelope's deadline at the latest.
    fn submit(&self, envelope: Envelope<C>) -> Reply<Accepted>;
}

/// What a device is able to do at all. What it cannot do just now is in [`DeviceState::blocked`].
#[derive(Clone, Debug, Default)]
pub struct Capabilities {
    /// It points.
    pub mount: Option<Arc<dyn Submit<MountCommand>>>,
    /// It photographs.
    pub camera: Option<Arc<dyn Submit<CameraCommand>>>,
    /// It focuses.
    pub focuser: Option<Arc<dyn Submit<FocuserCommand>>>,
    /// It stacks by itself.
    pub stacker: Option<Arc<dyn Submit<StackerCommand>>>,
    /// It keeps dark frames.
    pub darks: Option<Arc<dyn Submit<DarksCommand>>>,
    /// It has lights.
    pub lights: Option<Arc<dyn Submit<LightCommand>>>,
    /// It can be switched off.
    pub power: Option<Arc<dyn Submit<PowerCommand>>>,
    /// Several clients may want it, and it obeys one.
    pub control: Option<Arc<dyn Submit<ControlCommand>>>,
    /// Its files can be deleted.
    pub album: Option<Arc<dyn Submit<AlbumCommand>>>,
    /// It flies.
    pub aircraft: Option<Arc<dyn Submit<FlightCommand>>>,
    /// It turns a camera.
    pub gimbal: Option<Arc<dyn Submit<GimbalCommand>>>,
    /// It carries a camera through the air.
    pub payload: Option<Arc<dyn Submit<PayloadCommand>>>,
    /// It can be flown by hand.
    pub sticks: Option<Arc<dyn Sticks>>,
    /// It shows moving pictures.
    pub live: Option<Arc<dyn LiveView>>,
    /// It shows a moving picture as browsers play it.
    pub video: Option<Arc<dyn VideoView>>,
    /// It keeps files.
    pub library: Option<Arc<dyn Library>>,
    /// It knows the land it flies over: a virtual one, whose world can be drawn.
    pub land: Option<Arc<dyn Land>>,
    /// It takes messages in its own words.
    pub raw: Option<Arc<dyn RawDoor>>,
}

/// A device under supervision of its driver.
pub trait Device: fmt::Debug + Send + Sync {
    /// Stable over restarts.
    fn id(&self) -> DeviceId;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Its state, always the newest.
    fn state(&self) -> watch::Receiver<Arc<DeviceState>>;

    /// What happened to it, for the log.
    fn events(&self) -> broadcast::Receiver<DeviceEvent>;
}

/// How grave an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Of the life cycle.
    Info,
    /// Something is worse than it should be.
    Warning,
    /// A person must act.
    Error,
}

/// Something worth a line in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceEvent {
    /// When, by the host's clock.
    pub utc_ms: i64,
    /// How grave.
    pub severity: Severity,
    /// A stable word for programs: `goto.done`, `link.lost`.
    pub topic: String,
    /// One sentence for people.
    pub message: String,
    /// What a program may want beside it.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub details: serde_json::Value,
}

/// One picture of a live view.
#[derive(Clone, Debug)]
pub struct LiveFrame {
    /// Counts up; gaps are dropped frames.
    pub sequence: u64,
    /// When it arrived, by the host's clock.
    pub received: UtcMillis,
    /// A whole JPEG file, shared by all who look.
    pub jpeg: Bytes,
}

/// Moving pictures: one upstream per lens, any number of viewers, the newest frame only.
pub trait LiveView: fmt::Debug + Send + Sync {
    /// Looks through a lens. The upstream runs while at least one receiver lives; `None` until the
    /// first picture.
    fn watch(&self, lens: Lens) -> watch::Receiver<Option<LiveFrame>>;
}

/// The land around a virtual aircraft. Of a real one the map knows more than the aircraft does.
pub trait Land: fmt::Debug + Send + Sync {
    /// Roads, buildings, trees and water as a `FeatureCollection` of `GeoJSON`, in its text.
    ///
    /// # Errors
    /// When the world does not answer, or with something else.
    fn geo_json(&self) -> Reply<String>;
}

/// The sticks of an aircraft. Faces reach them by [`crate::Gate::take_sticks`] only.
pub trait Sticks: fmt::Debug + Send + Sync {
    /// Takes them; whoever held them loses them. Never waits.
    ///
    /// # Errors
    /// Why nobody can hold them now.
    fn take(&self, holder: &str) -> Result<Arc<dyn StickHand>, Shut>;
}

/// A hand on the sticks. The stick's own thread keeps every promise of [`crate::stick`], however
/// long whoever holds this is delayed.
pub trait StickHand: fmt::Debug + Send + Sync {
    /// The newest nonce: to be sent to the page whenever it changes.
    fn nonces(&self) -> watch::Receiver<u64>;

    /// Gives what the page says. Never waits; a push that cannot be taken at once is lost.
    ///
    /// # Errors
    /// Why an earlier push did not count, when it did not: for the page to show.
    fn push(&self, input: StickInput) -> Result<(), Ignored>;

    /// Lets go. Never waits.
    fn release(&self, why: Release);

    /// Why it was lost, once it is.
    fn ended(&self) -> watch::Receiver<Option<Ended>>;
}

/// What a file of a device shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A photograph.
    Photo,
    /// A video.
    Video,
    /// A burst of photographs.
    Burst,
    /// A stack of subs with everything that made it.
    Stack,
    /// A panorama.
    Panorama,
    /// Something else.
    Other,
}

/// One entry of a device's album.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MediaItem {
    /// Path on the device; names it in [`Library::read`].
    pub path: String,
    /// What it is.
    pub kind: MediaKind,
    /// Taken when.
    pub utc_ms: i64,
    /// The target's name, when known.
    pub target: Option<String>,
    /// Path of a small picture, when the device has one.
    pub thumbnail: Option<String>,
    /// Files that belong to it (a stack's FITS, PNG, JPEG, subs); the entry's own file among them.
    pub files: Vec<MediaFile>,
    /// Subs taken and subs stacked, for a stack.
    pub subs: Option<SubCounts>,
}

/// One file of an album entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MediaFile {
    /// Path on the device.
    pub path: String,
    /// Size, when the device tells.
    pub size_bytes: Option<u64>,
}

/// Counts of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubCounts {
    /// Exposed.
    pub taken: u32,
    /// Added to the stack.
    pub stacked: u32,
}

/// Bytes of a file on their way; bounded, so a slow reader slows the download and nothing else.
pub type FileStream = mpsc::Receiver<Result<Bytes, DeviceError>>;

/// Files a device keeps.
pub trait Library: fmt::Debug + Send + Sync {
    /// The album, newest first.
    ///
    /// # Errors
    /// When the device cannot be reached or answers nonsense.
    fn list(&self) -> Reply<Vec<MediaItem>>;

    /// Reads a file from a byte on, so that an interrupted download goes on where it broke.
    ///
    /// # Errors
    /// When the file is gone or the device cannot be reached.
    fn read(&self, path: &str, offset: u64) -> Reply<FileStream>;
}
