use crate::Angle;

macro_rules! height {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name {
            /// Height in metres.
            pub metres: f64,
        }

        impl $name {
            /// From metres.
            pub const fn from_metres(metres: f64) -> Self {
                Self { metres }
            }
        }
    };
}

height!(
    /// Height above the WGS 84 ellipsoid.
    EllipsoidHeight
);
height!(
    /// Height above the point of take-off.
    AboveTakeoff
);
height!(
    /// Height above mean sea level.
    Amsl
);

/// A place on the Earth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Site {
    /// Geodetic latitude (WGS 84), north positive.
    pub latitude: Angle,
    /// Longitude, east positive.
    pub longitude: Angle,
    /// Height above the ellipsoid.
    pub height: EllipsoidHeight,
}

impl Site {
    /// From degrees (north and east positive) and metres above the ellipsoid.
    pub const fn from_degrees(latitude: f64, longitude: f64, height_metres: f64) -> Self {
        Self {
            latitude: Angle::from_degrees(latitude),
            longitude: Angle::from_degrees(longitude),
            height: EllipsoidHeight::from_metres(height_metres),
        }
    }
}
