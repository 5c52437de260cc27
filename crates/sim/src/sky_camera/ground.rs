use skyhelm_units::{Horizontal, UnitVector};

use crate::grain;

/// The silhouette around the station: hills, and trees on them.
#[derive(Clone, Debug)]
pub(crate) struct Skyline {
    /// Altitude of the skyline in degrees, every 360/`STEPS` degrees of azimuth from north.
    heights: Vec<f32>,
    highest: f32,
}

const STEPS: usize = 14_400;

impl Skyline {
    pub(crate) fn seeded(seed: u32) -> Self {
        let heights: Vec<f32> = (0..STEPS)
            .map(|step| {
                // Around a circle in the noise, so that north meets north.
                let turn = step as f32 / STEPS as f32 * std::f32::consts::TAU;
                let (y, x) = turn.sin_cos();
                let hills = 2.2 + 1.9 * grain::layered(x * 2.2, y * 2.2, 4, seed);
                let wood = grain::step(-0.2, 0.4, grain::layered(x * 6.0, y * 6.0, 2, seed ^ 1));
                let crowns = grain::layered(x * 95.0, y * 95.0, 4, seed ^ 2).abs();
                (hills + wood * (0.25 + 1.3 * crowns)).max(0.2)
            })
            .collect();
        let highest = heights.iter().fold(0.0_f32, |a, &h| a.max(h));
        Self { heights, highest }
    }

    /// No direction above this altitude, in degrees, is hidden.
    pub(crate) const fn highest(&self) -> f32 {
        self.highest
    }

    /// How much of a spot of some size (in degrees) the ground covers, 0 to 1.
    pub(crate) fn covers(&self, direction: UnitVector, size: f32) -> f32 {
        let place = Horizontal::from_vector(direction);
        let altitude = place.altitude.angle().degrees() as f32;
        if altitude > self.highest + size {
            return 0.0;
        }
        let step = place.azimuth.angle().degrees() / 360.0 * STEPS as f64;
        let index = step as usize % STEPS;
        let (here, next) = (self.heights[index], self.heights[(index + 1) % STEPS]);
        let height = here + (next - here) * (step - step.floor()) as f32;
        ((height - altitude) / size.max(1e-4) + 0.5).clamp(0.0, 1.0)
    }
}
