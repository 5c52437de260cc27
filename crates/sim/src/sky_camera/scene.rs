use std::time::Duration;

use skyhelm_sky::Atmosphere;
use skyhelm_units::{Angle, Site, UtcMillis};

use crate::optics::Orientation;
use crate::sensor::{Filter, Gain};

/// Where the camera looked at one moment of the exposure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The moment, by the sky's true time.
    pub utc: UtcMillis,
    /// Where the camera looked, as it really stood.
    pub orientation: Orientation,
}

/// The sky's weather and darkness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// Air pressure and the rest of what bends light.
    pub atmosphere: Atmosphere,
    /// Full width at half maximum of a star by the air alone, at the zenith.
    pub seeing: Angle,
    /// Brightness of the moonless night sky at the zenith, in magnitudes per square arcsecond:
    /// 21.7 in a desert, 18 in a town.
    pub darkness_mag: f64,
    /// Part of the sky under cloud, 0 to 1.
    pub cloud: f64,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            atmosphere: Atmosphere::default(),
            seeing: Angle::from_arcseconds(2.2),
            darkness_mag: 21.3,
            cloud: 0.0,
        }
    }
}

/// Everything a frame depends on, but for the camera itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Where the camera stands.
    pub site: Site,
    /// When the shutter opened.
    pub opened: View,
    /// When it closed; a tracking mount has turned meanwhile.
    pub closed: View,
    /// How long light was gathered.
    pub exposure: Duration,
    /// Gain index.
    pub gain: Gain,
    /// Filter before the sensor.
    pub filter: Filter,
    /// A solar filter (1 part in 100,000 passes) sits before the lens.
    pub solar_filter: bool,
    /// How far the sensor lies from the focal plane, in micrometres.
    pub defocus_um: f64,
    /// Temperature of the sensor in degrees Celsius.
    pub sensor_celsius: f64,
    /// The sky's weather and darkness.
    pub conditions: Conditions,
}

impl Scene {
    /// A still camera at one moment, in focus, at 20 degrees Celsius, under a clear dark sky.
    pub fn still(site: Site, utc: UtcMillis, orientation: Orientation, exposure: Duration) -> Self {
        let view = View { utc, orientation };
        Self {
            site,
            opened: view,
            closed: view,
            exposure,
            gain: Gain(60),
            filter: Filter::Vis,
            solar_filter: false,
            defocus_um: 0.0,
            sensor_celsius: 20.0,
            conditions: Conditions::default(),
        }
    }
}
