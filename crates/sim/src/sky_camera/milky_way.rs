use rayon::prelude::*;
use skyhelm_sky::Catalogue;
use skyhelm_units::{Angle, Equatorial, UnitVector};

use crate::grain;
use crate::pictures::MilkyWayMap;
use crate::vector::{self, Matrix3};

/// From J2000 to galactic coordinates (IAU 1958, as rotated to ICRS).
const TO_GALACTIC: Matrix3 = [
    [-0.054_875_560_4, -0.873_437_090_2, -0.483_835_015_5],
    [0.494_109_427_9, -0.444_829_630_0, 0.746_982_244_5],
    [-0.867_666_149_0, -0.198_076_373_4, 0.455_983_776_2],
];

/// The light of a part of the sky, on a mesh that is fixed among the stars: made anew only when a
/// camera leaves it, so that a sky that drifts through the field costs nothing.
#[derive(Debug)]
pub(crate) struct Haze {
    /// East, north and outward at the middle.
    basis: [UnitVector; 3],
    /// Half the side, and nodes to one, on the plane that touches the sky in the middle.
    half: f64,
    density: f64,
    side: usize,
    nodes: Vec<[f32; 3]>,
    /// Cosine of how far a field's centre may stray from the middle.
    reach: f64,
    radius: Angle,
}

/// How much wider than the field a mesh is: the field may drift a fifth of its radius away.
const MARGIN: f64 = 1.2;

impl Haze {
    /// Around a field of some radius, with nodes no further apart than `spacing`.
    pub(crate) fn new(
        center: UnitVector,
        radius: Angle,
        spacing: Angle,
        catalogue: &Catalogue,
        map: Option<&MilkyWayMap>,
    ) -> Self {
        let photographed = map.map(|map| (map, photograph_scale(map, catalogue)));
        let basis = super::field_map::tangent_basis(center);
        let half = (radius * MARGIN).radians().min(1.2).tan();
        let side = ((2.0 * half / spacing.radians()) as usize).clamp(8, 640) + 2;
        let density = (side - 1) as f64 / (2.0 * half);
        let nodes = (0..side * side)
            .into_par_iter()
            .with_min_len(64)
            .map(|index| {
                let [u, v] = [index % side, index / side].map(|step| step as f64 / density - half);
                if u.hypot(v) > half * 1.05 {
                    return [0.0; 3];
                }
                let [east, north, outward] = basis;
                let toward = vector::add_scaled(vector::add_scaled(outward, east, u), north, v);
                let toward = vector::normalize(toward);
                match photographed {
                    Some((map, scale)) => map.at(toward).map(|light| light * scale),
                    None => light(toward, catalogue.density(Equatorial::from_vector(toward))),
                }
            })
            .collect();
        Self {
            basis,
            half,
            density,
            side,
            nodes,
            reach: (radius * (MARGIN - 1.0)).cos(),
            radius,
        }
    }

    /// Whether a field of the same radius about a centre lies on the mesh.
    pub(crate) fn covers(&self, center: UnitVector, radius: Angle) -> bool {
        self.radius == radius && vector::dot(center, self.basis[2]) >= self.reach
    }

    /// The light in a direction of any length.
    pub(crate) fn at(&self, direction: UnitVector) -> [f32; 3] {
        let [east, north, outward] = self.basis.map(|axis| vector::dot(axis, direction));
        let last = (self.side - 2) as f64;
        let place = |along: f64| ((along / outward + self.half) * self.density).clamp(0.0, last);
        let (x, y) = (place(east), place(north));
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = ((x - column as f64) as f32, (y - row as f64) as f32);
        let node = |down: usize, across: usize| {
            let index = (row + down) * self.side + column + across;
            self.nodes.get(index).copied().unwrap_or_default()
        };
        vector::between([node(0, 0), node(0, 1), node(1, 0), node(1, 1)], fx, fy)
    }
}

/// What the light of a photograph is multiplied with to shine as brightly, over the whole sky, as the
/// catalogue's density says.
fn photograph_scale(map: &MilkyWayMap, catalogue: &Catalogue) -> f32 {
    let (mut drawn, mut shown) = (0.0, 1e-9);
    for step in 0..2000 {
        // A spiral from pole to pole, evenly dense.
        let z = 1.0 - (f64::from(step) + 0.5) / 1000.0;
        let turn = f64::from(step) * 2.399_963;
        let r = (1.0 - z * z).max(0.0).sqrt();
        let toward = [r * turn.cos(), r * turn.sin(), z];
        drawn += light(toward, catalogue.density(Equatorial::from_vector(toward)))[1];
        shown += map.at(toward)[1];
    }
    drawn / shown
}

/// Galactic latitude from which on there is no dust to speak of, in degrees.
const DUST_ENDS: f32 = 20.0;

/// Light of the stars too faint to be drawn one by one: magnitude-0 stars per square arcsecond.
///
/// The catalogue's own density says how much; noise in the galaxy's own coordinates adds clouds, and
/// the rift of dust along its plane that a smoothed density cannot show.
fn light(direction: UnitVector, density: f32) -> [f32; 3] {
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
    let depth = if latitude.abs() < DUST_ENDS {
        let wander = 4.0 * grain::layered_in_space(p.map(|c| c * 4.0), 3, 0x33);
        let near_plane = (-((latitude - wander) / 5.5).powi(2)).exp();
        let wisps = 0.5 + 0.9 * grain::layered_in_space(p.map(|c| c * 8.0 + 5.0), 5, 0x34);
        2.1 * inner * near_plane * wisps.max(0.0)
    } else {
        0.0
    };
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
    use skyhelm_units::J2000;

    #[test]
    fn the_mesh_has_the_light_of_each_direction_it_covers() {
        let catalogue = Catalogue::embedded();
        let cygnus = Equatorial::<J2000>::from_degrees(305.0, 40.0).unwrap();
        let radius = Angle::from_degrees(6.0);
        let spacing = Angle::from_arcminutes(3.0);
        let haze = Haze::new(cygnus.to_vector(), radius, spacing, catalogue, None);
        for (ra, dec) in [(305.0, 40.0), (307.0, 41.0), (303.3, 38.7), (305.0, 45.0)] {
            let place = Equatorial::<J2000>::from_degrees(ra, dec).unwrap();
            let wanted = light(place.to_vector(), catalogue.density(place));
            let got = haze.at(place.to_vector().map(|c| c * 7.0));
            for c in 0..3 {
                assert!(
                    (got[c] / wanted[c] - 1.0).abs() < 0.05,
                    "{ra}: {got:?} {wanted:?}"
                );
            }
        }
        let near = Equatorial::<J2000>::from_degrees(305.5, 40.5).unwrap();
        let far = Equatorial::<J2000>::from_degrees(308.0, 40.0).unwrap();
        assert!(haze.covers(near.to_vector(), radius) && !haze.covers(far.to_vector(), radius));
    }

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
