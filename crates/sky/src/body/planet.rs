use skyhelm_units::UnitVector;
use vsop87::vsop87a;

use super::Body;
use crate::vector::{Matrix, turned};

/// From the series' ecliptic of J2000.0 to the equator (Bretagnon & Francou 1988, "FK5").
const TO_EQUATOR: Matrix = [
    1.0,
    0.000_000_440_360,
    -0.000_000_190_919,
    -0.000_000_479_966,
    0.917_482_137_087,
    -0.397_776_982_902,
    0.0,
    0.397_776_982_902,
    0.917_482_137_087,
];

/// A planet from the Sun in astronomical units, at a Julian date of Terrestrial Time; `None` for what is
/// no planet.
pub(super) fn place(body: Body, date: f64) -> Option<UnitVector> {
    let at = match body {
        Body::Sun | Body::Moon => return None,
        Body::Mercury => vsop87a::mercury(date),
        Body::Venus => vsop87a::venus(date),
        Body::Mars => vsop87a::mars(date),
        Body::Jupiter => vsop87a::jupiter(date),
        Body::Saturn => vsop87a::saturn(date),
        Body::Uranus => vsop87a::uranus(date),
        Body::Neptune => vsop87a::neptune(date),
    };
    Some(turned(&TO_EQUATOR, &[at.x, at.y, at.z]))
}
