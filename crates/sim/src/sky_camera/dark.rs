use std::time::Duration;

use skyhelm_imaging::{BayerPattern, RawFrame};

use super::SkyCamera;
use super::grid::Grid;
use crate::random::mix;
use crate::sensor::{Gain, Readout};

impl SkyCamera {
    /// Exposes a frame with the lid on: dark current, hot pixels and the noise of both and of reading
    /// out; `frame` makes its noise its own.
    ///
    /// # Panics
    /// When the lens was given a sensor without pixels.
    pub fn expose_dark(
        &mut self,
        exposure: Duration,
        gain: Gain,
        sensor_celsius: f64,
        frame: u64,
    ) -> RawFrame {
        let grid = Grid::mosaic(&self.lens);
        let current = self.sensor.dark_current(sensor_celsius);
        let dark = (current * exposure.as_secs_f64()) as f32;
        let (width, height) = (self.lens.width, self.lens.height);
        let cells = vec![[dark; 3]; grid.width * grid.height];
        let mut pixels = vec![0.0_f32; width * height];
        let warmth = dark / self.sensor.dark_e_per_s as f32;
        for (index, leak) in self.hot.iter() {
            if let Some(pixel) = pixels.get_mut(index) {
                *pixel += leak * warmth;
            }
        }
        let readout = Readout::new(&self.sensor, gain, mix(&[self.seed, 0xDA2C, frame]));
        let counts = readout.mosaic(width, &cells, &pixels);
        RawFrame::new(width, height, BayerPattern::Rggb, counts)
            .expect("the lens has pixels and the readout one count for each")
    }
}
