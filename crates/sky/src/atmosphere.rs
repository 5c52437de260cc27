use erfars::astrometry::Refco;
use skyhelm_units::Angle;

/// The air over the site, and how far the Earth's rotation is off its clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Atmosphere {
    /// Pressure at the site (not reduced to sea level); 0 switches refraction off.
    pub pressure_hpa: f64,
    /// Temperature of the air.
    pub temperature_c: f64,
    /// Relative humidity, 0 to 1.
    pub humidity: f64,
    /// Effective wavelength.
    pub wavelength_um: f64,
    /// UT1 − UTC, as published by the IERS. Zero when unknown: the sky is then off by up to
    /// 13 arc-seconds in right ascension, which a plate solve removes.
    pub dut1_s: f64,
}

impl Atmosphere {
    /// No air: geometric directions.
    pub const NONE: Self = Self {
        pressure_hpa: 0.0,
        temperature_c: 0.0,
        humidity: 0.0,
        wavelength_um: 0.55,
        dut1_s: 0.0,
    };

    /// The standard atmosphere at a height above sea level, at 10 degrees at the site.
    pub fn standard(height_metres: f64) -> Self {
        let height = height_metres.clamp(-500.0, 9000.0);
        Self {
            pressure_hpa: 1013.25 * (1.0 - 2.255_77e-5 * height).powf(5.255_88),
            temperature_c: 10.0,
            humidity: 0.5,
            ..Self::NONE
        }
    }
}

impl Default for Atmosphere {
    fn default() -> Self {
        Self::standard(0.0)
    }
}

/// Below this true altitude the two-constant model gives way to the horizon formula.
const BLEND_TOP: f64 = 5.0;
/// Below this one only the horizon formula is used.
const BLEND_FOOT: f64 = 3.0;
/// Below this one refraction fades out: nobody can see there, and the formula has a pole at −5.1.
const FADE_TOP: f64 = -1.0;
/// Below this one there is none.
const FADE_FOOT: f64 = -6.0;

/// How far the air lifts a direction, continuous from zenith to nadir.
///
/// From 5 degrees up it is the two-constant series in the tangent of the zenith distance, to the
/// last digit what ERFA applies; near the horizon Sæmundsson's formula (Sky & Telescope, July 1986), good to about
/// 0.1 arc-minute in mean conditions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Refraction {
    a: f64,
    b: f64,
    horizon_scale: f64,
}

impl Refraction {
    pub(crate) fn new(air: &Atmosphere) -> Self {
        if air.pressure_hpa.is_nan() || air.pressure_hpa <= 0.0 {
            return Self {
                a: 0.0,
                b: 0.0,
                horizon_scale: 0.0,
            };
        }
        let (a, b) = Refco(
            air.pressure_hpa,
            air.temperature_c,
            air.humidity,
            air.wavelength_um,
        );
        let kelvin = (273.15 + air.temperature_c).max(150.0);
        Self {
            a,
            b,
            horizon_scale: (air.pressure_hpa / 1010.0).min(2.0) * 283.15 / kelvin,
        }
    }

    /// Whether there is any.
    pub(crate) fn is_none(&self) -> bool {
        self.horizon_scale == 0.0
    }

    /// How much higher than its true altitude a thing appears.
    pub(crate) fn lift(&self, true_altitude: Angle) -> Angle {
        let degrees = true_altitude.degrees();
        if self.is_none() || degrees <= FADE_FOOT {
            return Angle::ZERO;
        }
        if degrees >= BLEND_TOP {
            return self.series(true_altitude);
        }
        let horizon = self.horizon(degrees.max(FADE_TOP));
        if degrees >= BLEND_FOOT {
            let weight = smooth((degrees - BLEND_FOOT) / (BLEND_TOP - BLEND_FOOT));
            return self.series(true_altitude) * weight + horizon * (1.0 - weight);
        }
        horizon * smooth((degrees - FADE_FOOT) / (FADE_TOP - FADE_FOOT))
    }

    /// The true altitude of what appears at an altitude.
    pub(crate) fn true_altitude(&self, apparent: Angle) -> Angle {
        // The slope of the lift stays within (-0.25, 0.2), so each round gains a digit or so.
        let mut altitude = apparent;
        for _ in 0..24 {
            let next = apparent - self.lift(altitude);
            let step = (next - altitude).abs();
            altitude = next;
            if step.arcseconds() < 1e-5 {
                break;
            }
        }
        altitude
    }

    fn series(&self, true_altitude: Angle) -> Angle {
        let (sin, cos) = true_altitude.sin_cos();
        let tan = cos.max(1e-6) / sin;
        let w = self.b * tan * tan;
        // One Newton step turns the series, which is in the apparent zenith distance, around.
        Angle::from_radians((self.a + w) * tan / (1.0 + (self.a + 3.0 * w) / (sin * sin)))
    }

    fn horizon(&self, degrees: f64) -> Angle {
        let argument = Angle::from_degrees(degrees + 10.3 / (degrees + 5.11));
        Angle::from_arcminutes(1.02 / argument.tan()) * self.horizon_scale
    }
}

/// 0 to 1 with level ends.
fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn degrees(altitude: f64) -> Angle {
        Angle::from_degrees(altitude)
    }

    #[test]
    fn the_horizon_is_lifted_by_half_a_degree_and_45_degrees_by_an_arc_minute() {
        let air = Refraction::new(&Atmosphere::default());
        assert!((air.lift(degrees(-0.57)).arcminutes() - 34.5).abs() < 1.5);
        assert!((air.lift(degrees(45.0)).arcseconds() - 58.5).abs() < 1.5);
        assert_eq!(
            Refraction::new(&Atmosphere::NONE).lift(degrees(1.0)),
            Angle::ZERO
        );
    }

    proptest! {
        #[test]
        fn apparent_altitude_rises_with_true_altitude(altitude in -89.0..89.0f64, pressure in 0.0..1080.0f64) {
            let air = Refraction::new(&Atmosphere { pressure_hpa: pressure, ..Atmosphere::default() });
            let (low, high) = (degrees(altitude), degrees(altitude + 0.01));
            prop_assert!(high + air.lift(high) > low + air.lift(low));
            prop_assert!((air.lift(high) - air.lift(low)).abs().arcminutes() < 0.25);
        }

        #[test]
        fn lowering_undoes_lifting(altitude in -89.9..89.9f64, temperature in -40.0..45.0f64) {
            let air = Refraction::new(&Atmosphere { temperature_c: temperature, ..Atmosphere::default() });
            let back = air.true_altitude(degrees(altitude) + air.lift(degrees(altitude)));
            prop_assert!((back - degrees(altitude)).abs().arcseconds() < 1e-3);
        }
    }
}
