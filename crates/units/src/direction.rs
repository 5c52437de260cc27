use core::fmt;
use core::marker::PhantomData;

use crate::Angle;

/// A value outside the range its quantity allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfRange {
    /// What was given.
    pub quantity: &'static str,
    /// The value given, in degrees.
    pub degrees: f64,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be {} degrees", self.quantity, self.degrees)
    }
}

impl std::error::Error for OutOfRange {}

macro_rules! turning {
    ($(#[$doc:meta])* $name:ident, $quantity:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(Angle);

        impl $name {
            /// From any finite angle; it is wrapped into `[0, 360)` degrees.
            ///
            /// # Errors
            /// [`OutOfRange`] when the angle is not finite.
            pub fn new(angle: Angle) -> Result<Self, OutOfRange> {
                if angle.is_finite() {
                    Ok(Self(angle.normalized()))
                } else {
                    Err(OutOfRange { quantity: $quantity, degrees: angle.degrees() })
                }
            }

            /// The angle, in `[0, 360)` degrees.
            pub fn angle(self) -> Angle {
                self.0
            }
        }
    };
}

macro_rules! standing {
    ($(#[$doc:meta])* $name:ident, $quantity:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(Angle);

        impl $name {
            /// From an angle in `[-90, 90]` degrees.
            ///
            /// # Errors
            /// [`OutOfRange`] beyond the pole, or when not finite.
            pub fn new(angle: Angle) -> Result<Self, OutOfRange> {
                // A hair over the pole is rounding, not a mistake.
                let degrees = angle.degrees();
                if degrees.abs() <= 90.0 + 1e-9 {
                    Ok(Self(Angle::from_degrees(degrees.clamp(-90.0, 90.0))))
                } else {
                    Err(OutOfRange { quantity: $quantity, degrees })
                }
            }

            /// The angle, in `[-90, 90]` degrees.
            pub fn angle(self) -> Angle {
                self.0
            }
        }
    };
}

turning!(
    /// Right ascension, eastward along the equator.
    RightAscension, "right ascension"
);
turning!(
    /// Azimuth, from north through east.
    Azimuth, "azimuth"
);
standing!(
    /// Declination, north positive.
    Declination, "declination"
);
standing!(
    /// Altitude above the horizon.
    Altitude, "altitude"
);

/// A direction as a vector of length one.
pub type UnitVector = [f64; 3];

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::J2000 {}
    impl Sealed for super::OfDate {}
}

/// A celestial frame: [`J2000`] or [`OfDate`].
pub trait Frame: sealed::Sealed + Copy + fmt::Debug + Default + PartialEq + Send + Sync {}

/// The catalogue frame: ICRS, within 25 milliarcseconds of the mean equator and equinox of J2000.0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct J2000;

/// The true equator and equinox of the date, apparent place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OfDate;

impl Frame for J2000 {}
impl Frame for OfDate {}

/// Right ascension and declination in a named frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Equatorial<F: Frame> {
    /// Right ascension.
    pub ra: RightAscension,
    /// Declination.
    pub dec: Declination,
    frame: PhantomData<F>,
}

impl<F: Frame> Equatorial<F> {
    /// From its two coordinates.
    pub fn new(ra: RightAscension, dec: Declination) -> Self {
        Self {
            ra,
            dec,
            frame: PhantomData,
        }
    }

    /// From hours and degrees.
    ///
    /// # Errors
    /// [`OutOfRange`] when the declination is beyond a pole or a number is not finite.
    pub fn from_hours_degrees(ra_hours: f64, dec_degrees: f64) -> Result<Self, OutOfRange> {
        Ok(Self::new(
            RightAscension::new(Angle::from_hours(ra_hours))?,
            Declination::new(Angle::from_degrees(dec_degrees))?,
        ))
    }

    /// From degrees and degrees.
    ///
    /// # Errors
    /// [`OutOfRange`] when the declination is beyond a pole or a number is not finite.
    pub fn from_degrees(ra_degrees: f64, dec_degrees: f64) -> Result<Self, OutOfRange> {
        Self::from_hours_degrees(ra_degrees / 15.0, dec_degrees)
    }

    /// As a vector: x to right ascension 0 h, y to 6 h, z to the north pole.
    pub fn to_vector(&self) -> UnitVector {
        spherical(self.ra.angle(), self.dec.angle())
    }

    /// From a vector of any length but zero.
    pub fn from_vector(v: UnitVector) -> Self {
        let (longitude, latitude) = angles(v);
        Self::new(
            RightAscension(longitude.normalized()),
            Declination(latitude),
        )
    }

    /// Angle on the sky between two directions of one frame.
    pub fn separation(&self, other: &Self) -> Angle {
        between(self.to_vector(), other.to_vector())
    }
}

/// Azimuth and altitude at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Horizontal {
    /// From north through east.
    pub azimuth: Azimuth,
    /// Above the horizon.
    pub altitude: Altitude,
}

impl Horizontal {
    /// From its two coordinates.
    pub fn new(azimuth: Azimuth, altitude: Altitude) -> Self {
        Self { azimuth, altitude }
    }

    /// From degrees.
    ///
    /// # Errors
    /// [`OutOfRange`] when the altitude is beyond the zenith or a number is not finite.
    pub fn from_degrees(azimuth: f64, altitude: f64) -> Result<Self, OutOfRange> {
        Ok(Self::new(
            Azimuth::new(Angle::from_degrees(azimuth))?,
            Altitude::new(Angle::from_degrees(altitude))?,
        ))
    }

    /// As a vector: x to the north, y to the east, z to the zenith.
    pub fn to_vector(&self) -> UnitVector {
        spherical(self.azimuth.angle(), self.altitude.angle())
    }

    /// From a vector (north, east, up) of any length but zero.
    pub fn from_vector(v: UnitVector) -> Self {
        let (longitude, latitude) = angles(v);
        Self::new(Azimuth(longitude.normalized()), Altitude(latitude))
    }

    /// Angle on the sky between two directions.
    pub fn separation(&self, other: &Self) -> Angle {
        between(self.to_vector(), other.to_vector())
    }
}

fn spherical(longitude: Angle, latitude: Angle) -> UnitVector {
    let (sin_lon, cos_lon) = longitude.sin_cos();
    let (sin_lat, cos_lat) = latitude.sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

fn angles(v: UnitVector) -> (Angle, Angle) {
    let longitude = Angle::from_radians(v[1].atan2(v[0]));
    let latitude = Angle::from_radians(v[2].atan2(v[0].hypot(v[1])));
    (longitude, latitude)
}

fn between(a: UnitVector, b: UnitVector) -> Angle {
    let cross = [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ];
    let sin = cross[0].hypot(cross[1]).hypot(cross[2]);
    let cos = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    Angle::from_radians(sin.atan2(cos))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_declination_beyond_the_pole_is_refused() {
        assert!(Equatorial::<J2000>::from_hours_degrees(1.0, 90.5).is_err());
        assert!(Equatorial::<J2000>::from_hours_degrees(f64::NAN, 0.0).is_err());
        assert!(Horizontal::from_degrees(10.0, f64::INFINITY).is_err());
    }

    #[test]
    fn azimuth_runs_from_north_through_east() {
        let east = Horizontal::from_degrees(90.0, 0.0).expect("valid");
        let v = east.to_vector();
        assert!(v[1] > 0.999_999 && v[0].abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_vector_and_back_is_the_same_direction(ra in 0.0..24.0f64, dec in -89.9..89.9f64) {
            let place = Equatorial::<J2000>::from_hours_degrees(ra, dec).expect("valid");
            let back = Equatorial::<J2000>::from_vector(place.to_vector());
            prop_assert!(place.separation(&back).arcseconds() < 1e-6);
        }
    }
}
