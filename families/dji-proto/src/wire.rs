//! How quantities are written: degrees, metres, seconds.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use skyhelm_units::{EllipsoidHeight, GroundPoint};

use crate::tolerant;

/// A place and its height, as a target or on a planned path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WirePoint", into = "WirePoint")]
pub struct Waypoint {
    /// Where.
    pub place: GroundPoint,
    /// How high. The documents call it an absolute altitude, WGS 84.
    pub height: EllipsoidHeight,
}

#[derive(Serialize, Deserialize)]
struct WirePoint {
    #[serde(deserialize_with = "tolerant::float")]
    latitude: f64,
    #[serde(deserialize_with = "tolerant::float")]
    longitude: f64,
    #[serde(deserialize_with = "tolerant::float")]
    height: f64,
}

impl TryFrom<WirePoint> for Waypoint {
    type Error = &'static str;
    fn try_from(point: WirePoint) -> Result<Self, &'static str> {
        let place = GroundPoint::from_degrees(point.latitude, point.longitude);
        Ok(Self {
            place: place.ok_or("latitude or longitude is out of range")?,
            height: EllipsoidHeight::from_metres(point.height),
        })
    }
}

impl From<Waypoint> for WirePoint {
    fn from(point: Waypoint) -> Self {
        Self {
            latitude: degrees(point.place.latitude.degrees()),
            longitude: degrees(point.place.longitude.degrees()),
            height: tenths(point.height.metres),
        }
    }
}

/// A structure all of whose fields may be absent or senseless.
macro_rules! optional_fields {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $read:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$field_doc])*
            #[serde(default, deserialize_with = $read, skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,)*
        }
    };
}
pub(crate) use optional_fields;

/// Six decimals: the documents' precision, a decimetre on the ground.
pub(crate) fn degrees(degrees: f64) -> f64 {
    rounded(degrees, 1e6)
}

/// One decimal: the documents' step of heights.
pub(crate) fn tenths(metres: f64) -> f64 {
    rounded(metres, 10.0)
}

/// A number too large to round stays as it is. Adding zero turns a negative zero into a plain one.
fn rounded(number: f64, steps: f64) -> f64 {
    let rounded = (number * steps).round() / steps;
    if rounded.is_finite() {
        rounded + 0.0
    } else {
        number
    }
}

macro_rules! heights {
    ($($(#[$doc:meta])* $module:ident $type:ty;)*) => {$(
        $(#[$doc])*
        pub(crate) mod $module {
            use super::{Deserializer, Serializer};

            pub(crate) fn serialize<S: Serializer>(height: &$type, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_f64(super::tenths(height.metres))
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                crate::tolerant::float(deserializer).map(<$type>::from_metres)
            }
        }
    )*};
}
heights! {
    /// A height above the ellipsoid.
    ellipsoid skyhelm_units::EllipsoidHeight;
    /// A height above take-off.
    takeoff skyhelm_units::AboveTakeoff;
}

/// A height above take-off that may be absent.
pub(crate) mod maybe_takeoff {
    use skyhelm_units::AboveTakeoff;

    use super::{Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde hands the field by reference")]
    pub(crate) fn serialize<S: Serializer>(
        height: &Option<AboveTakeoff>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match height {
            Some(height) => serializer.serialize_f64(super::tenths(height.metres)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<AboveTakeoff>, D::Error> {
        Ok(crate::tolerant::maybe_float(deserializer)?.map(AboveTakeoff::from_metres))
    }
}

/// A height above take-off in whole metres.
pub(crate) mod whole_takeoff {
    use skyhelm_units::AboveTakeoff;

    use super::{Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands the field by reference"
    )]
    pub(crate) fn serialize<S: Serializer>(
        height: &AboveTakeoff,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(height.metres.round() as i64)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<AboveTakeoff, D::Error> {
        crate::tolerant::float(deserializer).map(AboveTakeoff::from_metres)
    }
}
