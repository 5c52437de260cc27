use std::fmt;
use std::sync::Arc;

use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{Equatorial, J2000, Mono, Site, StationClock};

use super::{MotorAngles, PointingModel};

/// Where the motors ought to be at any time: what a mount follows.
pub trait Trajectory: Send + Sync + fmt::Debug {
    /// The wanted motor angles; the rotation may be given in any turn.
    fn angles(&self, at: Mono) -> MotorAngles;
}

/// Follows a place among the stars by the device's own belief of how it stands.
#[derive(Clone, Debug)]
pub struct SkyTrajectory {
    /// The place to keep in the frame's centre.
    pub target: Equatorial<J2000>,
    /// Where the device believes to stand.
    pub site: Site,
    /// The air whose refraction it allows for.
    pub atmosphere: Atmosphere,
    /// What time it is there.
    pub clock: StationClock,
    /// What calibration found.
    pub model: Arc<PointingModel>,
    /// Added to the motor angles: what re-centring found.
    pub correction: MotorAngles,
}

impl Trajectory for SkyTrajectory {
    fn angles(&self, at: Mono) -> MotorAngles {
        let frame = SkyFrame::new(&self.site, self.clock.utc(at), &self.atmosphere);
        let angles = self.model.motors_for(frame.horizontal(self.target));
        MotorAngles {
            rotation: angles.rotation + self.correction.rotation,
            pitch: angles.pitch + self.correction.pitch,
        }
    }
}
