//! No telescope is sent behind the house.

use skyhelm_sky::{Atmosphere, HorizonLine, SkyFrame};
use skyhelm_units::{Equatorial, J2000, Site, UtcMillis};

use crate::command::MountCommand;
use crate::error::{DeviceError, ErrorKind};

/// Keeps a telescope at one site from targets that stand behind the site's horizon line.
///
/// ```
/// use skyhelm_device::{HorizonGuard, MountCommand};
/// use skyhelm_sky::HorizonLine;
/// use skyhelm_units::{Equatorial, Site, UtcMillis};
///
/// let wall: HorizonLine = "0 80\n120 80\n240 80".parse().unwrap();
/// let guard = HorizonGuard::new(Site::from_degrees(48.1, 11.6, 500.0), wall);
/// let target = Equatorial::from_hours_degrees(6.0, 5.0).unwrap();
/// let goto = MountCommand::Goto { target, name: String::from("Orion") };
/// assert!(guard.check(&goto, UtcMillis::from_seconds(1_795_219_200)).is_err());
/// assert!(guard.check(&MountCommand::Park, UtcMillis::default()).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonGuard {
    site: Site,
    line: HorizonLine,
}

impl HorizonGuard {
    /// For a telescope at a site.
    pub const fn new(site: Site, line: HorizonLine) -> Self {
        Self { site, line }
    }

    /// Whether a command may be given at a moment of the station's clock.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfReach`] when its target stands behind the line.
    pub fn check(&self, command: &MountCommand, utc: UtcMillis) -> Result<(), DeviceError> {
        match command {
            MountCommand::Goto { target, name } => {
                let frame = self.frame(utc);
                self.check_place(&frame, *target, name)
            }
            MountCommand::GotoBody { body } => {
                let frame = self.frame(utc);
                let target = frame.body(*body).position;
                self.check_place(&frame, target, body.name())
            }
            // A hand, or the device's own choice, is no target.
            _ => Ok(()),
        }
    }

    fn frame(&self, utc: UtcMillis) -> SkyFrame {
        SkyFrame::new(&self.site, utc, &Atmosphere::default())
    }

    fn check_place(
        &self,
        frame: &SkyFrame,
        target: Equatorial<J2000>,
        name: &str,
    ) -> Result<(), DeviceError> {
        let seen = frame.horizontal(target);
        if !self.line.hides(&seen) {
            return Ok(());
        }
        let name = if name.is_empty() { "The target" } else { name };
        let message = format!(
            "{name} stands {:.0} degrees high, behind the horizon line, which is {:.0} degrees high there.",
            seen.altitude.angle().degrees(),
            self.line.altitude(seen.azimuth).degrees()
        );
        Err(DeviceError::new(ErrorKind::OutOfReach, message)
            .remedy("Wait until it has risen above the line, or choose another target."))
    }
}
