use skyhelm_units::UnitVector;

use super::raster::Raster;

/// A photograph of the whole Milky Way.
#[derive(Debug)]
pub(crate) struct MilkyWayMap {
    raster: Raster,
}

impl MilkyWayMap {
    pub(super) fn new(raster: Raster) -> Self {
        Self { raster }
    }

    /// Its light in a direction of length one, linear, in units of its own. Right ascension falls to the
    /// right and is 90 degrees at the left edge: so the centre of the galaxy and both clouds of Magellan
    /// lie in the picture of Stellarium 0.22.
    pub(crate) fn at(&self, direction: UnitVector) -> [f32; 3] {
        let turn = direction[1].atan2(direction[0]) / std::f64::consts::TAU;
        let height = direction[2].clamp(-1.0, 1.0).asin() / std::f64::consts::PI;
        let rgb = self
            .raster
            .around((0.25 - turn) as f32, (0.5 - height) as f32);
        let linear = rgb.map(|value| (value / 255.0).powf(1.7));
        // The picture is made for the eye, its colours much stronger than starlight's.
        let [red, green, blue] = linear;
        let white = 0.3 * red + 0.45 * green + 0.25 * blue;
        linear.map(|light| white + 0.3 * (light - white))
    }
}

/// Photographs of the Moon's whole surface: how bright its ground is, and which way it leans.
#[derive(Debug)]
pub(crate) struct MoonMap {
    ground: Raster,
    slopes: Option<Raster>,
    /// Brightness of the highlands in the picture.
    highlands: f32,
}

impl MoonMap {
    pub(super) fn new(ground: Raster, slopes: Option<Raster>) -> Self {
        let mut values: Vec<u8> = ground.pixels.iter().step_by(97).map(|rgb| rgb[1]).collect();
        let place = values.len() * 3 / 4;
        let (_, highlands, _) = values.select_nth_unstable(place);
        Self {
            highlands: f32::from(*highlands).max(1.0),
            ground,
            slopes,
        }
    }

    /// Brightness of the ground at a place in degrees, about 1 on the highlands.
    pub(crate) fn albedo(&self, longitude: f32, latitude: f32) -> f32 {
        let [across, down] = place(longitude, latitude);
        (self.ground.around(across, down)[1] / self.highlands).clamp(0.25, 1.35)
    }

    /// How the ground leans there, to the east and to the north, as parts of one.
    pub(crate) fn slope(&self, longitude: f32, latitude: f32) -> Option<[f32; 2]> {
        let [across, down] = place(longitude, latitude);
        let [east, north, _] = self.slopes.as_ref()?.around(across, down);
        Some([east, north].map(|value| value / 127.5 - 1.0))
    }
}

fn place(longitude: f32, latitude: f32) -> [f32; 2] {
    [0.5 + longitude / 360.0, 0.5 - latitude / 180.0]
}
