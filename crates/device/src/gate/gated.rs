//! The kinds of commands that pass a gate, and what the gate must know of each.

use std::sync::Arc;

use crate::command::{
    AlbumCommand, AutoFocus, CameraAction, CameraCommand, ControlCommand, DarksCommand,
    FocuserCommand, Lens, LightCommand, MountCommand, ParameterValue, PowerCommand, StackerCommand,
};
use crate::device::{Capabilities, Submit};
use crate::error::{DeviceError, ErrorKind};
use crate::state::DeviceState;

/// Longer names of targets are refused: they become file names on a device.
const LONGEST_NAME: usize = 80;

/// Longer names of parameters, lights and frames are nobody's.
const LONGEST_WORD: usize = 60;

/// More files, or frames, are not deleted at once.
const MOST_DELETED: usize = 1000;

pub(super) mod sealed {
    pub trait Sealed {}
}

/// A kind of command that passes a gate.
pub trait Gated: sealed::Sealed + Clone + core::fmt::Debug + Send + Sized + 'static {
    /// The capability that takes it.
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>>;

    /// Whether only the holder of the lease may give it. Ending a motion is everybody's right.
    fn needs_lease(&self) -> bool;

    /// The control it belongs to, as [`DeviceState::blocked`] names it.
    fn control(&self) -> String;

    /// Whether its numbers make sense at all.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`], in a sentence.
    fn validate(&self) -> Result<(), DeviceError> {
        Ok(())
    }

    /// Whether a device in this state may be asked. Also asked of commands that need no lease.
    ///
    /// # Errors
    /// What is missing, or what it would break.
    fn check_state(&self, _state: &DeviceState) -> Result<(), DeviceError> {
        Ok(())
    }

    /// The mount command it is, for the Sun guard.
    fn motion(&self) -> Option<&MountCommand> {
        None
    }
}

impl sealed::Sealed for MountCommand {}
impl Gated for MountCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.mount.clone()
    }

    fn needs_lease(&self) -> bool {
        !matches!(
            self,
            Self::StopAll | Self::StopGoto | Self::StopCalibration | Self::StopJoystick
        )
    }

    fn control(&self) -> String {
        String::from(match self {
            Self::Goto { .. } => "mount.goto",
            Self::GotoBody { .. } => "mount.goto_body",
            Self::Track => "mount.track",
            Self::StopGoto => "mount.stop_goto",
            Self::Calibrate => "mount.calibrate",
            Self::StopCalibration => "mount.stop_calibration",
            Self::Joystick { .. } => "mount.joystick",
            Self::StopJoystick => "mount.stop_joystick",
            Self::CentreOnWide { .. } => "mount.centre",
            Self::Park => "mount.park",
            Self::StopAll => "mount.stop_all",
        })
    }

    fn validate(&self) -> Result<(), DeviceError> {
        let part = |number: &f64| (0.0..=1.0).contains(number);
        let sensible = match self {
            Self::Joystick {
                direction,
                deflection,
            } => direction.is_finite() && part(deflection),
            Self::CentreOnWide { x, y } => part(x) && part(y),
            Self::Goto { name, .. } => name.chars().count() <= LONGEST_NAME,
            _ => true,
        };
        sense(sensible, &self.control())
    }

    fn motion(&self) -> Option<&MountCommand> {
        Some(self)
    }
}

impl sealed::Sealed for CameraCommand {}
impl Gated for CameraCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.camera.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        let action = match &self.action {
            CameraAction::Open => "open",
            CameraAction::Close => "close",
            CameraAction::SetExposure(_) => "exposure",
            CameraAction::SetGain(_) => "gain",
            CameraAction::SetFilter(_) => "filter",
            CameraAction::Photo => "photo",
            CameraAction::RawPhoto => "raw_photo",
            CameraAction::SetParameter { name, .. } => name,
        };
        format!("camera.{}.{action}", self.lens)
    }

    fn validate(&self) -> Result<(), DeviceError> {
        match &self.action {
            CameraAction::SetParameter { name, value } => parameter(name, *value),
            _ => Ok(()),
        }
    }
}

impl sealed::Sealed for FocuserCommand {}
impl Gated for FocuserCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.focuser.clone()
    }

    fn needs_lease(&self) -> bool {
        !matches!(self, Self::Stop)
    }

    fn control(&self) -> String {
        String::from(match self {
            Self::Step(_) | Self::Run(_) => "focuser",
            Self::Auto(AutoFocus::Whole | AutoFocus::Area { .. }) => "focuser.auto",
            Self::Auto(AutoFocus::Stars | AutoFocus::StarsFast) => "focuser.auto_stars",
            Self::Stop => "focuser.stop",
        })
    }

    fn validate(&self) -> Result<(), DeviceError> {
        match self {
            Self::Auto(AutoFocus::Area { x, y }) => {
                let part = |number: &f64| (0.0..=1.0).contains(number);
                sense(part(x) && part(y), "focuser.auto")
            }
            _ => Ok(()),
        }
    }
}

impl sealed::Sealed for StackerCommand {}
impl Gated for StackerCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.stacker.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        let (action, lens) = match self {
            Self::Start { lens, .. } => ("start", lens),
            Self::Stop { lens } => ("stop", lens),
            Self::GoLive { lens } => ("go_live", lens),
            Self::SetParameter { name, .. } => return format!("stack.{name}"),
        };
        of_lens("stack", *lens, action)
    }

    fn validate(&self) -> Result<(), DeviceError> {
        match self {
            Self::SetParameter { name, value } => parameter(name, *value),
            _ => Ok(()),
        }
    }
}

impl sealed::Sealed for DarksCommand {}
impl Gated for DarksCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.darks.clone()
    }

    fn needs_lease(&self) -> bool {
        !matches!(self, Self::Refresh { .. })
    }

    fn control(&self) -> String {
        let (action, lens) = match self {
            Self::Take { lens, .. } => ("take", lens),
            Self::Stop { lens } => ("stop", lens),
            Self::Delete { lens, .. } => ("delete", lens),
            Self::Refresh { lens } => ("refresh", lens),
        };
        of_lens("darks", *lens, action)
    }

    fn validate(&self) -> Result<(), DeviceError> {
        let sensible = match self {
            Self::Take { count, .. } => (1..=1000).contains(count),
            Self::Delete { frames, .. } => {
                !frames.is_empty()
                    && frames.len() <= MOST_DELETED
                    && frames.iter().all(|frame| frame.len() <= LONGEST_WORD)
            }
            Self::Stop { .. } | Self::Refresh { .. } => true,
        };
        sense(sensible, &self.control())
    }
}

impl sealed::Sealed for LightCommand {}
impl Gated for LightCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.lights.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        format!("lights.{}", self.light)
    }

    fn validate(&self) -> Result<(), DeviceError> {
        word(&self.light)
    }
}

impl sealed::Sealed for PowerCommand {}
impl Gated for PowerCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.power.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        String::from(match self {
            Self::Reboot => "power.reboot",
            Self::PowerDown => "power.power_down",
        })
    }
}

impl sealed::Sealed for ControlCommand {}
impl Gated for ControlCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.control.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        String::from(match self {
            Self::Take => "control.take",
            Self::Release => "control.release",
        })
    }
}

impl sealed::Sealed for AlbumCommand {}
impl Gated for AlbumCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.album.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        let Self::Delete { .. } = self;
        String::from("album.delete")
    }

    fn validate(&self) -> Result<(), DeviceError> {
        let Self::Delete { paths } = self;
        let sane = |path: &String| !path.is_empty() && path.len() <= 1024 && !path.contains('\0');
        let few = !paths.is_empty() && paths.len() <= MOST_DELETED;
        sense(few && paths.iter().all(sane), "album.delete")
    }
}

fn of_lens(what: &str, lens: Lens, action: &str) -> String {
    match lens {
        Lens::Tele => format!("{what}.{action}"),
        Lens::Wide => format!("{what}.wide.{action}"),
    }
}

pub(super) fn sense(sensible: bool, control: &str) -> Result<(), DeviceError> {
    if sensible {
        return Ok(());
    }
    let message = format!("The numbers of {control} are out of range.");
    Err(DeviceError::new(ErrorKind::Invalid, message))
}

/// A name becomes part of a control's name.
fn word(name: &str) -> Result<(), DeviceError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.is_empty() && name.len() <= LONGEST_WORD && name.chars().all(plain) {
        return Ok(());
    }
    let message = "Such names have small letters, digits and underscores only.";
    Err(DeviceError::new(ErrorKind::Invalid, message))
}

fn parameter(name: &str, value: ParameterValue) -> Result<(), DeviceError> {
    word(name)?;
    let finite = !matches!(value, ParameterValue::Number(number) if !number.is_finite());
    sense(finite, name)
}
