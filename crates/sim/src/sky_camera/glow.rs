use skyhelm_units::{Angle, UnitVector};

use super::Conditions;
use crate::grain;
use crate::vector;

/// Light of the air itself and what it lets through, in one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Air {
    /// Magnitude-0 stars per square arcsecond: red, green, blue.
    pub(crate) glow: [f32; 3],
    /// Part of a star's light that arrives.
    pub(crate) passes: [f32; 3],
}

/// The sky's own light: airglow, town, twilight, day, moonlight, cloud.
#[derive(Clone, Debug)]
pub(crate) struct SkyGlow {
    dark: f32,
    twilight: f32,
    sun: UnitVector,
    sun_altitude: f32,
    moon: UnitVector,
    moonlight: f32,
    cloud: f32,
    drift: f32,
}

impl SkyGlow {
    /// From where Sun and Moon stand; `drift_s` moves the clouds.
    pub(crate) fn new(
        sun: UnitVector,
        moon: UnitVector,
        moon_lit: f64,
        conditions: &Conditions,
        drift_s: f64,
    ) -> Self {
        let sun_altitude = altitude_degrees(sun);
        let moon_altitude = altitude_degrees(moon);
        let brightness = |magnitude: f32| 10.0_f32.powf(-0.4 * magnitude);
        // A full Moon high up brings the sky to about 18 magnitudes a square arcsecond.
        let height = (moon_altitude.to_radians().sin() + 0.05).max(0.0).powf(0.6);
        Self {
            dark: brightness((conditions.darkness_mag as f32).clamp(14.0, 22.2)),
            twilight: brightness(twilight_magnitude(sun_altitude)),
            sun,
            sun_altitude,
            moon,
            moonlight: brightness(18.3) * (moon_lit as f32).clamp(0.0, 1.0).powf(2.4) * height,
            cloud: (conditions.cloud as f32).clamp(0.0, 1.0),
            drift: (drift_s.rem_euclid(86_400.0) / 240.0) as f32,
        }
    }

    /// In a direction on the ground: (north, east, up).
    pub(crate) fn at(&self, direction: UnitVector) -> Air {
        let altitude = altitude_degrees(direction).max(-2.0);
        let airmass = airmass(altitude);
        let passes = [0.11_f32, 0.16, 0.27].map(|k| 10.0_f32.powf(-0.4 * k * airmass));
        let clear = self.clear_glow(direction, altitude, airmass);
        let cover = self.cover(direction);
        if cover <= 0.0 {
            return Air {
                glow: clear,
                passes,
            };
        }
        // A cloud is lit from all sides: by the town below, the Moon and the Sun above.
        let low = (-altitude.max(0.0) / 14.0).exp();
        let lit = (2.3 + 1.3 * low) * self.dark + 1.6 * self.moonlight + 0.9 * self.twilight;
        let grey = [1.04, 1.0, 0.95].map(|c| c * lit);
        let shade = 1.0 - 0.35 * cover;
        Air {
            glow: std::array::from_fn(|c| clear[c] * (1.0 - cover) + grey[c] * cover * shade),
            passes: passes.map(|p| p * (1.0 - cover) * (1.0 - cover)),
        }
    }

    fn clear_glow(&self, direction: UnitVector, altitude: f32, airmass: f32) -> [f32; 3] {
        let low = (-altitude.max(0.0) / 11.0).exp();
        // Airglow comes from a layer: it gains toward the horizon; the town's dome sits below 20 degrees.
        let airglow = self.dark * (0.72 + 0.28 * airmass.min(6.0).sqrt());
        let town = self.dark * 1.1 * low;
        let sun = self.sunlight(direction, low);
        let moon_off = separation_degrees(direction, self.moon);
        let cos = moon_off.to_radians().cos();
        let scatter = 0.75 * (1.06 + cos * cos)
            + 3.0 * (-moon_off / 8.0).exp()
            + 30.0 * (-moon_off / 1.5).exp();
        let moon = self.moonlight * scatter * (0.6 + 0.4 * airmass.min(4.0).sqrt());
        [
            airglow + 1.25 * town + 0.94 * moon + sun[0],
            airglow + town + moon + sun[1],
            0.96 * airglow + 0.72 * town + 1.10 * moon + sun[2],
        ]
    }

    fn sunlight(&self, direction: UnitVector, low: f32) -> [f32; 3] {
        if self.twilight < 0.002 * self.dark {
            return [0.0; 3];
        }
        let off = separation_degrees(direction, self.sun);
        let toward = (0.5 + 0.5 * off.to_radians().cos()).powi(3);
        let below = grain::step(2.0, -6.0, self.sun_altitude);
        // Twilight glows where the Sun went down; by day the horizon pales all around.
        let glow = self.twilight * (1.0 + low * (0.8 + 14.0 * below * toward));
        let aureole = if self.sun_altitude > -1.0 {
            self.twilight * (6.0 * (-off / 12.0).exp() + 60.0 * (-off / 2.0).exp())
        } else {
            0.0
        };
        let warmth = below * toward * low * grain::step(-16.0, -4.0, self.sun_altitude);
        let pale = (1.0 - below) * low * 0.6;
        let blue = [0.56, 0.88, 1.42];
        let orange = [1.75, 0.95, 0.42];
        std::array::from_fn(|c| {
            let tint = blue[c] + (1.0 - blue[c]) * pale;
            glow * (tint + (orange[c] - tint) * (warmth * 1.3).min(1.0)) + aureole
        })
    }

    /// How opaque the cloud is in a direction, 0 to 1.
    pub(crate) fn cover(&self, direction: UnitVector) -> f32 {
        if self.cloud <= 0.0 {
            return 0.0;
        }
        // A flat layer: seen ever more from the side toward the horizon.
        let up = (direction[2] as f32).max(0.06);
        let (x, y) = (direction[0] as f32 / up, direction[1] as f32 / up);
        let field =
            0.5 + 0.5 * grain::layered(x * 2.2 + self.drift, y * 2.2 + 0.4 * self.drift, 5, 0xC10);
        // Toward the horizon so many clouds overlap that none can be told from the next.
        let far = grain::step(0.20, 0.07, direction[2] as f32);
        let field = field + (0.35 + 0.3 * self.cloud - field) * far;
        let edge = 1.06 - 1.12 * self.cloud;
        grain::step(edge - 0.12, edge + 0.16, field).max(grain::step(0.9, 1.0, self.cloud) * 0.97)
    }
}

/// Brightness of the zenith by the Sun's altitude, in magnitudes per square arcsecond.
fn twilight_magnitude(altitude: f32) -> f32 {
    const TABLE: [(f32, f32); 10] = [
        (-18.0, 26.0),
        (-15.0, 22.4),
        (-12.0, 19.9),
        (-9.0, 16.8),
        (-6.0, 13.0),
        (-3.0, 9.4),
        (0.0, 6.8),
        (5.0, 5.2),
        (20.0, 4.1),
        (60.0, 3.6),
    ];
    if altitude < TABLE[0].0 {
        return 30.0;
    }
    for pair in TABLE.windows(2) {
        if let [(low, dim), (high, bright)] = *pair
            && altitude <= high
        {
            return dim + (bright - dim) * (altitude - low) / (high - low);
        }
    }
    3.6
}

/// How much air lies in the way, relative to the zenith; stays finite below the horizon.
pub(crate) fn airmass(altitude_degrees: f32) -> f32 {
    let altitude = altitude_degrees.clamp(-1.0, 90.0);
    let zenith = (90.0 - altitude).to_radians();
    1.0 / (zenith.cos() + 0.505_72 * (96.079_95 - (90.0 - altitude)).powf(-1.6364))
}

pub(crate) fn altitude_degrees(direction: UnitVector) -> f32 {
    Angle::from_radians(direction[2].clamp(-1.0, 1.0).asin()).degrees() as f32
}

fn separation_degrees(a: UnitVector, b: UnitVector) -> f32 {
    Angle::from_radians(vector::dot(a, b).clamp(-1.0, 1.0).acos()).degrees() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_units::Horizontal;

    fn toward(azimuth: f64, altitude: f64) -> UnitVector {
        Horizontal::from_degrees(azimuth, altitude)
            .unwrap()
            .to_vector()
    }

    fn glow(sun_altitude: f64, moon_altitude: f64, cloud: f64) -> SkyGlow {
        let conditions = Conditions {
            cloud,
            ..Conditions::default()
        };
        let sun = toward(280.0, sun_altitude);
        SkyGlow::new(sun, toward(120.0, moon_altitude), 1.0, &conditions, 0.0)
    }

    #[test]
    fn day_outshines_moonlight_and_moonlight_outshines_the_night() {
        let zenith = toward(0.0, 85.0);
        let green = |g: &SkyGlow| g.at(zenith).glow[1];
        let (night, moon, day) = (
            glow(-40.0, -20.0, 0.0),
            glow(-40.0, 50.0, 0.0),
            glow(30.0, -20.0, 0.0),
        );
        assert!(green(&moon) > 5.0 * green(&night));
        assert!(green(&day) > 1e4 * green(&moon));
        let [r, _, b] = day.at(zenith).glow;
        assert!(b > 1.5 * r);
    }

    #[test]
    fn a_closed_cloud_lets_no_star_through() {
        let overcast = glow(-40.0, -20.0, 1.0);
        for azimuth in [0.0, 77.0, 200.0] {
            assert!(overcast.at(toward(azimuth, 40.0)).passes[1] < 0.01);
        }
        assert!(glow(-40.0, -20.0, 0.0).at(toward(0.0, 90.0)).passes[1] > 0.8);
    }
}
