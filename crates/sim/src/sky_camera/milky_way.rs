use skyhelm_units::UnitVector;

use crate::grain;
use crate::vector::{self, Matrix3};

/// From J2000 to galactic coordinates (IAU 1958, as rotated to ICRS).
const TO_GALACTIC: Matrix3 = [
    [-0.054_875_560_4, -0.873_437_090_2, -0.483_835_015_5],
    [0.494_109_427_9, -0.444_829_630_0, 0.746_982_244_5],
    [-0.867_666_149_0, -0.198_076_373_4, 0.455_983_776_2],
];

/// Light of the stars too faint to be drawn one by one: magnitude-0 stars per square arcsecond.
///
/// The catalogue's own density says how much; noise in the galaxy's own coordinates adds clouds, and
/// the rift of dust along its plane that a smoothed density cannot show.
pub(crate) fn light(direction: UnitVector, density: f32) -> [f32; 3] {
    let g = vector::apply(&TO_GALACTIC, vector::normalize(direction));
    let p = g.map(|c| c as f32);
    let latitude = p[2].clamp(-1.0, 1.0).asin().to_degrees();
    let longitude = p[1].atan2(p[0]).to_degrees();

    let relative = (density / 11.0).max(0.05);
    let amount = 10.0_f32.powf(-0.4 * 22.75) * relative.powf(1.6);
    let clouds = 1.0
        + 0.55 * grain::layered_in_space(p.map(|c| c * 11.0), 5, 0x31)
        + 0.25 * grain::layered_in_space(p.map(|c| c * 42.0), 4, 0x32);

    // Dust hugs the plane and is thickest from Cygnus to Centaurus.
    let inner = 0.25 + 0.75 * grain::step(95.0, 35.0, longitude.abs());
    let wander = 4.0 * grain::layered_in_space(p.map(|c| c * 4.0), 3, 0x33);
    let near_plane = (-((latitude - wander) / 5.5).powi(2)).exp();
    let wisps = 0.5 + 0.9 * grain::layered_in_space(p.map(|c| c * 8.0 + 5.0), 5, 0x34);
    let depth = 2.1 * inner * near_plane * wisps.max(0.0);
    let bulge = grain::step(40.0, 5.0, longitude.abs()) * grain::step(22.0, 4.0, latitude.abs());
    let amount = amount * clouds.max(0.15) * (1.0 + 0.9 * bulge);
    // Dust dims blue most; the bulge's stars are old and warm.
    [
        amount * (1.03 + 0.08 * bulge) * (-0.92 * depth).exp(),
        amount * (-depth).exp(),
        amount * (0.98 - 0.13 * bulge) * (-1.10 * depth).exp(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_units::{Equatorial, J2000};

    #[test]
    fn the_galactic_centre_and_pole_are_where_they_belong() {
        let centre = Equatorial::<J2000>::from_degrees(266.405, -28.936).unwrap();
        let g = vector::apply(&TO_GALACTIC, centre.to_vector());
        assert!(g[0] > 0.999_999);
        let pole = Equatorial::<J2000>::from_degrees(192.859, 27.128).unwrap();
        let g = vector::apply(&TO_GALACTIC, pole.to_vector());
        assert!(g[2] > 0.999_999);
    }
}
