use crate::Angle;

/// A place on the ground (WGS 84), without a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroundPoint {
    /// Geodetic latitude, north positive.
    pub latitude: Angle,
    /// Longitude, east positive.
    pub longitude: Angle,
}

impl GroundPoint {
    /// From degrees, north and east positive; nothing when one is not a number or out of range.
    ///
    /// ```
    /// use skyhelm_units::GroundPoint;
    ///
    /// assert!(GroundPoint::from_degrees(48.1, 11.6).is_some());
    /// assert!(GroundPoint::from_degrees(91.0, 0.0).is_none());
    /// assert!(GroundPoint::from_degrees(f64::NAN, 0.0).is_none());
    /// ```
    pub fn from_degrees(latitude: f64, longitude: f64) -> Option<Self> {
        (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then(|| Self {
            latitude: Angle::from_degrees(latitude),
            longitude: Angle::from_degrees(longitude),
        })
    }
}

/// How an aircraft is asked to move, as the person at the sticks sees it: in the level frame that
/// turns with the aircraft's heading. Every protocol's own axes are mapped from and to this.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BodyMotion {
    /// Along the heading, metres a second; backward negative.
    pub forward: f64,
    /// To the right of the heading, metres a second; left negative.
    pub right: f64,
    /// Upward, metres a second; down negative.
    pub up: f64,
    /// Turning clockwise as seen from above, degrees a second.
    pub clockwise: f64,
}

impl BodyMotion {
    /// Hands off: stand where it is.
    pub const STILL: Self = Self {
        forward: 0.0,
        right: 0.0,
        up: 0.0,
        clockwise: 0.0,
    };

    /// Whether nothing is asked to move.
    pub fn is_still(&self) -> bool {
        *self == Self::STILL
    }

    /// Whether every part is a number that can be flown at all.
    pub fn is_finite(&self) -> bool {
        [self.forward, self.right, self.up, self.clockwise]
            .iter()
            .all(|part| part.is_finite())
    }
}
