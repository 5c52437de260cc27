use std::sync::Arc;

use skyhelm_sim::mechanics::{MotorAngles, PointingModel, Trajectory};
use skyhelm_sky::{Atmosphere, Body, SkyFrame};
use skyhelm_units::{Mono, Site, StationClock};

/// Follows a body of the solar system, by the device's own belief of how it stands.
#[derive(Clone, Debug)]
pub(super) struct WanderingTrajectory {
    pub(super) body: Body,
    pub(super) site: Site,
    pub(super) atmosphere: Atmosphere,
    pub(super) clock: StationClock,
    pub(super) model: Arc<PointingModel>,
    /// Added to the motor angles: what looking found.
    pub(super) correction: MotorAngles,
}

impl Trajectory for WanderingTrajectory {
    fn angles(&self, at: Mono) -> MotorAngles {
        let frame = SkyFrame::new(&self.site, self.clock.utc(at), &self.atmosphere);
        let angles = self.model.motors_for(frame.body(self.body).horizontal);
        MotorAngles {
            rotation: angles.rotation + self.correction.rotation,
            pitch: angles.pitch + self.correction.pitch,
        }
    }
}
