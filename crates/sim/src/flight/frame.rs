use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use skyhelm_units::{Angle, EllipsoidHeight, GroundPoint, Site};

/// A vector in the local level frame, metres (or metres a second).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Enu {
    /// To the east.
    pub east: f64,
    /// To the north.
    pub north: f64,
    /// Upward.
    pub up: f64,
}

impl Enu {
    /// No length.
    pub const ZERO: Self = Self::new(0.0, 0.0, 0.0);

    /// From its parts.
    pub const fn new(east: f64, north: f64, up: f64) -> Self {
        Self { east, north, up }
    }

    /// A level vector of a length along a heading (degrees from north through east).
    pub fn along(heading_deg: f64, length: f64) -> Self {
        let (sin, cos) = heading_deg.to_radians().sin_cos();
        Self::new(sin * length, cos * length, 0.0)
    }

    /// The same without its upward part.
    pub fn level(self) -> Self {
        Self { up: 0.0, ..self }
    }

    /// Scalar product.
    pub fn dot(self, other: Self) -> f64 {
        self.east * other.east + self.north * other.north + self.up * other.up
    }

    /// Vector product.
    pub fn cross(self, other: Self) -> Self {
        Self::new(
            self.north * other.up - self.up * other.north,
            self.up * other.east - self.east * other.up,
            self.east * other.north - self.north * other.east,
        )
    }

    /// Its length.
    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The length of its level part.
    pub fn level_length(self) -> f64 {
        self.east.hypot(self.north)
    }

    /// The same direction with length 1, or nothing when it has no direction.
    pub fn unit(self) -> Option<Self> {
        let length = self.length();
        (length > 1e-9).then(|| self * (1.0 / length))
    }

    /// Its heading in degrees, 0 up to 360.
    pub fn heading_deg(self) -> f64 {
        self.east.atan2(self.north).to_degrees().rem_euclid(360.0)
    }

    /// The same, no longer than `length`.
    pub fn capped(self, length: f64) -> Self {
        let own = self.length();
        if own > length {
            self * (length / own)
        } else {
            self
        }
    }
}

impl Add for Enu {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(
            self.east + other.east,
            self.north + other.north,
            self.up + other.up,
        )
    }
}

impl AddAssign for Enu {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Enu {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Enu {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.east, -self.north, -self.up)
    }
}

impl Mul<f64> for Enu {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        Self::new(self.east * by, self.north * by, self.up * by)
    }
}

/// The wrap of an angle difference to -180 up to 180 degrees.
pub(crate) fn turn_deg(from: f64, to: f64) -> f64 {
    (to - from + 540.0).rem_euclid(360.0) - 180.0
}

/// Between places on the ellipsoid and the local level frame.
///
/// The Earth is taken as flat around the origin with the ellipsoid's two radii of curvature there:
/// within 5 km that is better than half a metre on the ground.
///
/// ```
/// use skyhelm_sim::flight::{Enu, LocalFrame};
/// use skyhelm_units::Site;
///
/// let frame = LocalFrame::at(Site::from_degrees(47.0, 8.5, 450.0));
/// let (place, height) = frame.place(Enu::new(100.0, 200.0, 30.0));
/// assert!((height.metres - 480.0).abs() < 1e-9);
/// let back = frame.enu(place, height);
/// assert!((back - Enu::new(100.0, 200.0, 30.0)).length() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalFrame {
    origin: Site,
    north_metres: f64,
    east_metres: f64,
}

impl LocalFrame {
    /// A frame whose origin is a place.
    pub fn at(origin: Site) -> Self {
        const EQUATOR: f64 = 6_378_137.0;
        const E2: f64 = 0.006_694_379_990_14;
        let (sin, cos) = origin.latitude.sin_cos();
        let w = (1.0 - E2 * sin * sin).sqrt();
        let meridian = EQUATOR * (1.0 - E2) / (w * w * w);
        let prime_vertical = EQUATOR / w;
        let height = origin.height.metres;
        Self {
            origin,
            north_metres: meridian + height,
            east_metres: (prime_vertical + height) * cos.max(1e-6),
        }
    }

    /// Its origin.
    pub const fn origin(&self) -> Site {
        self.origin
    }

    /// Where a place is in this frame.
    pub fn enu(&self, place: GroundPoint, height: EllipsoidHeight) -> Enu {
        let east = Angle::from_radians(place.longitude.radians() - self.origin.longitude.radians());
        let north = place.latitude.radians() - self.origin.latitude.radians();
        Enu::new(
            east.normalized_signed().radians() * self.east_metres,
            north * self.north_metres,
            height.metres - self.origin.height.metres,
        )
    }

    /// The place of a vector of this frame.
    pub fn place(&self, at: Enu) -> (GroundPoint, EllipsoidHeight) {
        let latitude = self.origin.latitude.radians() + at.north / self.north_metres;
        let longitude = self.origin.longitude.radians() + at.east / self.east_metres;
        let place = GroundPoint {
            latitude: Angle::from_radians(latitude),
            longitude: Angle::from_radians(longitude).normalized_signed(),
        };
        let height = EllipsoidHeight::from_metres(self.origin.height.metres + at.up);
        (place, height)
    }
}
