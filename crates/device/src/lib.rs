//! The waist: what any camera that looks at the sky, or flies in it, can do, knows and refuses.
//!
//! Families below implement [`Device`]; faces above use nothing else. So N families and M faces
//! cost N + M.
//!
//! ```text
//!   face ── Envelope<MountCommand> ──> Gate (lease, control, Sun) ──> Submit<MountCommand> ── driver
//!   face <── watch: DeviceState, jobs in it ─────────────────────────────────────────────────┘
//! ```
//!
//! - [`command`]: what can be asked, in typed quantities.
//! - [`state`]: what is known, in the form the page reads (JSON; each name carries its unit).
//! - [`job`]: every long command, its progress and its end.
//! - [`error`]: what went wrong, and what to do about it.
//! - [`authority`]: who may command a device, and until when.
//! - [`gate`]: the only door to a device's commands; [`sun_guard`], [`horizon_guard`] and
//!   [`flight_guard`] stand in it.
//! - [`fence`]: where an aircraft may be; [`stick`]: what keeps it still unless a person moves it.
//! - [`axis_check`]: whether an aircraft moves the way it is told to.
//! - [`memory`]: what a family keeps over restarts.
//! - [`family`]: how a family of devices lives in the station.
//!
//! It holds no socket, no clock and no task.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod authority;
pub mod axis_check;
pub mod command;
pub mod device;
pub mod error;
pub mod family;
pub mod fence;
pub mod flight_guard;
pub mod gate;
pub mod horizon_guard;
pub mod job;
pub mod memory;
pub mod pairing;
pub mod raw;
pub mod state;
pub mod stick;
pub mod sun_guard;
pub mod video;

pub use authority::{LEASE_LIFE, Lease, LeaseBook, Take};
pub use command::{
    AlbumCommand, AutoFocus, Binning, CameraAction, CameraCommand, ControlCommand, DarksCommand,
    Envelope, Exposure, FlightCommand, FlyTo, FocusDirection, FocuserCommand, GimbalAction,
    GimbalCommand, GimbalReset, Lens, LightCommand, LostAction, MountCommand, ParameterValue,
    PayloadAction, PayloadCommand, PayloadLens, PayloadMode, PowerCommand, StackerCommand, Switch,
    TakeOff,
};
pub use device::{
    Accepted, Capabilities, Device, DeviceEvent, Land, Library, LiveFrame, LiveView, MediaItem,
    MediaKind, Reply, Severity, StickHand, Sticks, Submit,
};
pub use error::{DeviceError, ErrorKind};
pub use family::{Family, FamilyContext, FamilyEvent, Found, HostClock, RunningFamily};
pub use fence::Fence;
pub use gate::{Gate, Gated, GatedHand};
pub use horizon_guard::HorizonGuard;
pub use job::{Job, JobBook, JobKind, Outcome};
pub use memory::{Memory, Unkept};
pub use pairing::{Pairing, SignOn};
pub use raw::{RawAnswer, RawDoor, RawMessage};
/// The bodies of the solar system a mount can be sent to.
pub use skyhelm_sky::Body;
pub use state::DeviceState;
pub use sun_guard::{SolarFilter, SunGuard};
pub use video::{VideoFeed, VideoPart, VideoStatus, VideoTrack, VideoView};
