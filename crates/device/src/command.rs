//! What can be asked of a device, in typed quantities.

mod flight;

use core::fmt;

use serde::{Deserialize, Serialize};
use skyhelm_sky::Body;
use skyhelm_units::{Angle, Equatorial, J2000, LeaseId, Mono, RequestId};

pub use flight::{
    FlightCommand, FlyTo, GimbalAction, GimbalCommand, GimbalReset, LostAction, PayloadAction,
    PayloadCommand, PayloadLens, PayloadMode, TakeOff,
};

/// One command on its way down, with the right to give it and the time it may take.
#[derive(Clone, Debug)]
pub struct Envelope<C> {
    /// The lease it is given under; `None` only for what needs none (stop, reading).
    pub lease: Option<LeaseId>,
    /// Logged by every hop.
    pub request_id: RequestId,
    /// After this the answer is a time-out, whatever the device does.
    pub deadline: Mono,
    /// What is asked.
    pub command: C,
}

/// One of a device's cameras.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lens {
    /// The long lens, the telescope proper.
    Tele,
    /// The wide lens, the finder.
    Wide,
}

impl fmt::Display for Lens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tele => "tele",
            Self::Wide => "wide",
        })
    }
}

/// What a mount is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum MountCommand {
    /// Slew to a fixed target and track it.
    Goto {
        /// Where, in the catalogue frame.
        target: Equatorial<J2000>,
        /// What it is called; it names the files of a later stack.
        name: String,
    },
    /// Slew to a body of the solar system and follow it. The Sun only when a person has confirmed
    /// the solar filter.
    GotoBody {
        /// Which.
        body: Body,
    },
    /// Follow the sky where the telescope looks now: after it was moved by hand.
    Track,
    /// End a slew.
    StopGoto,
    /// Learn how the tripod stands, by plate solving at several places.
    Calibrate,
    /// End a calibration.
    StopCalibration,
    /// Move while held: repeat within a second, or the mount stops.
    Joystick {
        /// Direction on the picture: 0 right, 90 up.
        direction: Angle,
        /// How far the stick is pushed, 0 to 1.
        deflection: f64,
    },
    /// The stick is released.
    StopJoystick,
    /// Bring a place of the wide picture to the middle of the tele picture.
    CentreOnWide {
        /// From the left edge, 0 to 1.
        x: f64,
        /// From the top edge, 0 to 1.
        y: f64,
    },
    /// Fold away into the parking position.
    Park,
    /// End whatever moves. Needs no lease.
    StopAll,
}

/// What a camera is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct CameraCommand {
    /// Which camera.
    pub lens: Lens,
    /// What.
    pub action: CameraAction,
}

/// Exposure: the camera's own choice, or one of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// The camera chooses.
    Auto,
    /// The choice with this index of [`crate::state::CameraState::exposure`].
    Choice(i32),
}

/// What one camera is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum CameraAction {
    /// Power up and stream.
    Open,
    /// Power down.
    Close,
    /// Set the exposure.
    SetExposure(Exposure),
    /// Set the gain to the choice with this index.
    SetGain(i32),
    /// Move the filter to the choice with this index.
    SetFilter(i32),
    /// Take a processed photograph.
    Photo,
    /// Take a photograph without any processing.
    RawPhoto,
    /// Set one of [`crate::state::CameraState::parameters`].
    SetParameter {
        /// Its name there.
        name: String,
        /// To what.
        value: ParameterValue,
    },
}

/// What a [`crate::state::Parameter`] is set to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ParameterValue {
    /// The device chooses.
    Auto,
    /// The choice with this index.
    Choice(i32),
    /// A number within the range.
    Number(f64),
}

/// Which way a focuser moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FocusDirection {
    /// Towards infinity.
    Far,
    /// Towards the lens.
    Near,
}

/// How a device finds the focus by itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "on")]
pub enum AutoFocus {
    /// On the whole picture, by its contrast: for things on the ground and the Moon.
    Whole,
    /// On a place of the tele picture.
    Area {
        /// From the left edge, 0 to 1.
        x: f64,
        /// From the top edge, 0 to 1.
        y: f64,
    },
    /// On stars, thoroughly.
    Stars,
    /// On stars, near the place it knows to be good.
    StarsFast,
}

/// What a focuser is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FocuserCommand {
    /// One step.
    Step(FocusDirection),
    /// Move until stopped.
    Run(FocusDirection),
    /// Find the focus.
    Auto(AutoFocus),
    /// End a run, or a search for the focus.
    Stop,
}

/// What a live stacker is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum StackerCommand {
    /// Photograph and stack until the count is reached.
    Start {
        /// With which camera.
        lens: Lens,
        /// How many subs; the device's setting when absent.
        subs: Option<u32>,
        /// Go on though no matching dark frame exists.
        without_darks: bool,
    },
    /// End the stack and keep what it holds.
    Stop {
        /// Of which camera.
        lens: Lens,
    },
    /// Return from the stack's picture to the live one.
    GoLive {
        /// Of which camera.
        lens: Lens,
    },
    /// Set one of [`crate::state::StackerState::parameters`].
    SetParameter {
        /// Its name there.
        name: String,
        /// To what.
        value: ParameterValue,
    },
}

/// What a keeper of dark frames is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DarksCommand {
    /// Take dark frames and keep their mean; the lens must be covered, or folded away.
    Take {
        /// With which camera.
        lens: Lens,
        /// Index of the exposure, as in [`crate::state::CameraState::exposure`].
        exposure: i32,
        /// Index of the gain.
        gain: i32,
        /// How many pixels become one.
        binning: Binning,
        /// How many frames.
        count: u32,
    },
    /// End the taking.
    Stop {
        /// Of which camera.
        lens: Lens,
    },
    /// Throw some away.
    Delete {
        /// Of which camera.
        lens: Lens,
        /// Ids of [`crate::state::DarkFrame`].
        frames: Vec<String>,
    },
    /// Read anew what there is. Changes nothing, so it needs no lease.
    Refresh {
        /// Of which camera.
        lens: Lens,
    },
}

/// How many pixels of a sensor become one of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Binning {
    /// Each its own.
    #[default]
    #[serde(rename = "1x1")]
    One,
    /// Two by two.
    #[serde(rename = "2x2")]
    Two,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// What a light is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightCommand {
    /// Which, as [`crate::state::LightState::name`] has it.
    pub light: String,
    /// What.
    pub switch: Switch,
}

/// What a device's power supply is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerCommand {
    /// Switch off and on again: it comes back by itself.
    Reboot,
    /// Switch off: only a hand switches it on again.
    PowerDown,
}

/// What is asked about whom a device obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlCommand {
    /// That it obeys us, and keeps other clients from taking it back unasked.
    Take,
    /// That it need not obey us any more.
    Release,
}

/// What a device's album is asked to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlbumCommand {
    /// Delete entries with everything that belongs to them.
    Delete {
        /// Paths of [`crate::MediaItem`].
        paths: Vec<String>,
    },
}
