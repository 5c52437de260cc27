use std::sync::Arc;

use skyhelm_sim::sky_camera::Conditions;
use skyhelm_sky::SkyFrame;
use skyhelm_units::{Equatorial, Horizontal, J2000, UtcMillis};

use crate::device::{CameraId, Core, Weather};
use crate::power::Power;

/// What is really so, as no client and no device can know: for judges of a test, and for whoever
/// makes the weather.
#[derive(Clone, Debug)]
pub struct Truth {
    power: Arc<Power>,
}

impl Truth {
    pub(crate) fn new(power: Arc<Power>) -> Self {
        Self { power }
    }

    /// The device as it is since its last start.
    fn core(&self) -> Arc<Core> {
        self.power.core()
    }

    /// The true time at the station.
    pub fn utc(&self) -> UtcMillis {
        self.core().pace.utc(self.core().pace.now())
    }

    /// Where the tele really looks.
    pub fn direction(&self) -> Horizontal {
        self.core()
            .state()
            .mount
            .true_direction(self.core().pace.now())
    }

    /// Where among the stars the tele really looks.
    pub fn pointing(&self) -> Equatorial<J2000> {
        let core = self.core();
        let now = core.pace.now();
        let state = core.state();
        let frame = SkyFrame::new(
            &core.config.site,
            core.pace.utc(now),
            &state.weather.at(now).atmosphere,
        );
        frame.j2000(state.mount.true_direction(now))
    }

    /// What the motors read: rotation and pitch in degrees.
    pub fn motors_deg(&self) -> (f64, f64) {
        let motors = self.core().state().mount.motors(self.core().pace.now());
        (motors.rotation.degrees(), motors.pitch.degrees())
    }

    /// How far the tele's sensor is from the focal plane, in micrometres.
    pub fn defocus_um(&self) -> f64 {
        self.core()
            .state()
            .focuser
            .defocus_um(self.core().pace.now())
    }

    /// How many seconds the device's clock is ahead of the station's true time.
    pub fn clock_error_s(&self) -> f64 {
        self.core().state().clock.error_seconds()
    }

    /// How far from UTC the device's zone is, in seconds east.
    pub fn zone_s(&self) -> f64 {
        let core = self.core();
        let state = core.state();
        let now = core.pace.now();
        state.clock.local(now) - state.clock.utc(now)
    }

    /// Whether somebody watches the tele's live picture, and the wide camera's.
    pub fn watched(&self) -> [bool; 2] {
        CameraId::BOTH.map(|id| self.core().live[id.index()].is_watched())
    }

    /// The weather.
    pub fn conditions(&self) -> Conditions {
        self.core().state().weather.at(self.core().pace.now())
    }

    /// Makes other weather.
    pub fn set_conditions(&self, conditions: Conditions) {
        self.core().state().weather = Weather::new(conditions);
    }

    /// Takes the network away, or gives it back: without it the doors are shut and no connection lives.
    pub fn set_network(&self, up: bool) {
        self.core().network.send_replace(up);
    }
}
