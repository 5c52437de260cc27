use skyhelm_units::{Angle, Equatorial, J2000, UnitVector};

use super::{Body, BodyPlace, position_angle};
use crate::vector::dot;

/// How a planet's axis lies to us: its belts and rings run across it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanetAxis {
    /// Position angle of the north pole, from north through east.
    pub position_angle: Angle,
    /// How far the north pole leans toward us: the latitude in the middle of the disc.
    pub tilt: Angle,
}

impl BodyPlace {
    /// The axis of a planet whose pole is known and makes a difference to its look: Mars to Neptune.
    pub fn axis(&self) -> Option<PlanetAxis> {
        of(self.body, &self.position.to_vector())
    }
}

/// Of a body seen in a direction.
pub(super) fn of(body: Body, toward: &UnitVector) -> Option<PlanetAxis> {
    let pole = pole(body)?.to_vector();
    let lean = -dot(&pole, toward);
    Some(PlanetAxis {
        position_angle: position_angle(toward, &pole),
        tilt: Angle::from_radians(lean.clamp(-1.0, 1.0).asin()),
    })
}

/// North poles at J2000.0 (IAU working group 2015); they move by seconds of arc in a century.
fn pole(body: Body) -> Option<Equatorial<J2000>> {
    let (ra, dec) = match body {
        Body::Mars => (317.68, 52.89),
        Body::Jupiter => (268.057, 64.495),
        Body::Saturn => (40.589, 83.537),
        Body::Uranus => (257.311, -15.175),
        Body::Neptune => (299.36, 43.46),
        _ => return None,
    };
    Equatorial::from_degrees(ra, dec).ok()
}
