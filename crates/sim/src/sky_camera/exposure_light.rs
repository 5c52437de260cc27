use crate::optics::Lens;
use crate::sensor::{Response, Sensor};

use super::Scene;

/// From light on the sky to electrons in the sensor, for one exposure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExposureLight {
    /// Electrons from a white star of magnitude 0, per colour, wherever its light lands.
    pub(crate) star: Response,
    /// Electrons a pixel from a surface of one magnitude-0 star a square arcsecond.
    pub(crate) surface: Response,
    /// The same for the lines of hydrogen and oxygen.
    pub(crate) hydrogen: Response,
    pub(crate) oxygen: Response,
    /// Electrons a pixel of dark current.
    pub(crate) dark: f32,
}

/// Part of the light that glass and windows let through.
const GLASS: f64 = 0.88;

impl ExposureLight {
    pub(crate) fn new(lens: &Lens, sensor: &Sensor, scene: &Scene) -> Self {
        let seconds = scene.exposure.as_secs_f64();
        let radius_cm = lens.aperture_mm / 20.0;
        let area = std::f64::consts::PI * radius_cm * radius_cm;
        let solar = if scene.solar_filter { 1e-5 } else { 1.0 };
        let electrons = sensor.zero_point_e_per_s_cm2 * area * GLASS * solar * seconds;
        let pixel = lens.pixel_scale().arcseconds().powi(2);
        let scaled =
            |response: Response, factor: f64| response.map(|r| (f64::from(r) * factor) as f32);
        let continuum = scene.filter.continuum();
        Self {
            star: scaled(continuum, electrons),
            surface: scaled(continuum, electrons * pixel),
            hydrogen: scaled(scene.filter.hydrogen(), electrons * pixel),
            oxygen: scaled(scene.filter.oxygen(), electrons * pixel),
            dark: (sensor.dark_current(scene.sensor_celsius) * seconds) as f32,
        }
    }
}
