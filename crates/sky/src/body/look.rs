use skyhelm_units::UnitVector;

use super::{Body, axis};

/// Visual magnitude at distances in astronomical units from observer and Sun, by the phase angle; Saturn
/// without its rings.
pub(super) fn magnitude(body: Body, distance: f64, from_sun: f64, phase: f64) -> f64 {
    let (at_one_au, [linear, square, cube, fourth]) = brightness(body);
    let degrees = phase.to_degrees();
    let falloff = degrees * (linear + degrees * (square + degrees * (cube + degrees * fourth)));
    let spread = match body {
        Body::Sun => 5.0 * distance.log10(),
        _ => 5.0 * (distance * from_sun).log10(),
    };
    at_one_au + spread + falloff
}

/// What Saturn's rings add to its magnitude, seen in a direction (Astronomical Almanac).
pub(super) fn rings(body: Body, toward: &UnitVector) -> f64 {
    let axis = axis::of(body, toward).filter(|_| body == Body::Saturn);
    axis.map_or(0.0, |axis| {
        let opening = axis.tilt.sin().abs();
        -2.60 * opening + 1.25 * opening * opening
    })
}

/// Brightness at one astronomical unit from Sun and Earth, fully lit, and how it falls with the
/// phase angle in degrees (first to fourth power); after the Astronomical Almanac's older
/// expressions, Saturn without its rings.
const fn brightness(body: Body) -> (f64, [f64; 4]) {
    match body {
        Body::Sun => (-26.74, [0.0; 4]),
        // The Moon's and Mercury's curves are steep; the others nearly flat.
        Body::Moon => (0.21, [0.026, 0.0, 0.0, 4.0e-9]),
        Body::Mercury => (-0.42, [0.0380, -0.000_273, 0.000_002, 0.0]),
        Body::Venus => (-4.40, [0.0009, 0.000_239, -0.000_000_65, 0.0]),
        Body::Mars => (-1.52, [0.016, 0.0, 0.0, 0.0]),
        Body::Jupiter => (-9.40, [0.005, 0.0, 0.0, 0.0]),
        Body::Saturn => (-8.88, [0.044, 0.0, 0.0, 0.0]),
        Body::Uranus => (-7.19, [0.0, 0.0, 0.0, 0.0]),
        Body::Neptune => (-6.87, [0.0, 0.0, 0.0, 0.0]),
    }
}
