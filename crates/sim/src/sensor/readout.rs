use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::{Gain, Sensor};
use crate::random::{NormalTable, PoissonTable, mix, uniform, whole};

/// Pixels that leak: where, and how much at 20 degrees Celsius.
#[derive(Clone, Debug)]
pub(crate) struct HotPixels {
    pixels: Vec<(u32, f32)>,
}

impl HotPixels {
    /// The sensor's flaws: always the same ones for a seed.
    pub(crate) fn seeded(sensor: &Sensor, pixels: usize, seed: u64) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(&[seed, 0x407]));
        let count = (pixels as f64 * sensor.hot_fraction) as usize;
        let mut hot: Vec<_> = (0..count)
            .map(|_| {
                let index = (uniform(&mut rng) * pixels as f64) as u32;
                // Few are very hot: leak falls off as a power law from 0.5 e/s.
                let leak = 0.5 / (1.0 - uniform(&mut rng)).max(1e-3).powf(0.8);
                (index, leak as f32)
            })
            .collect();
        hot.sort_unstable_by_key(|&(index, _)| index);
        Self { pixels: hot }
    }

    /// Index of each pixel and its leak in electrons a second at 20 degrees Celsius.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, f32)> + '_ {
        self.pixels.iter().map(|&(i, leak)| (i as usize, leak))
    }
}

/// Turns expected electrons into counts with photon, read and conversion noise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Readout {
    read_noise: f32,
    steps_per_electron: f32,
    ceiling: f32,
    seed: u64,
}

impl Readout {
    /// The noise of one frame; another `seed` gives another frame.
    pub(crate) fn new(sensor: &Sensor, gain: Gain, seed: u64) -> Self {
        let full_well = (sensor.full_well_e / sensor.electrons_per_step(gain)) as f32;
        Self {
            read_noise: sensor.read_noise(gain) as f32,
            steps_per_electron: (1.0 / sensor.electrons_per_step(gain)) as f32,
            ceiling: (full_well + f32::from(Sensor::BIAS / Sensor::STEP)).min(4095.0),
            seed,
        }
    }

    /// Reads a whole mosaic whose expected electrons are the sum of a layer of colour cells (2 x 2
    /// pixels: red, green / green, blue) and a layer of single pixels.
    ///
    /// # Shape
    /// `cells` has `width.div_ceil(2)` cells a row, `pixels` and the answer `width` a row.
    pub(crate) fn mosaic(&self, width: usize, cells: &[[f32; 3]], pixels: &[f32]) -> Vec<u16> {
        let mut counts = vec![0_u16; pixels.len()];
        let cell_width = width.div_ceil(2).max(1);
        let (normal, poisson) = (NormalTable::shared(), PoissonTable::shared());
        counts
            .par_chunks_mut(width)
            .zip(pixels.par_chunks(width))
            .enumerate()
            .for_each(|(y, (counts, pixels))| {
                let row = cells.get(y / 2 * cell_width..).unwrap_or(&[]);
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(&[self.seed, y as u64]));
                let (even, odd) = if y % 2 == 0 { (0, 1) } else { (1, 2) };
                let pairs = counts.chunks_mut(2).zip(pixels.chunks(2)).zip(row);
                for ((counts, pixels), cell) in pairs {
                    let colours = [cell[even], cell[odd]];
                    for ((count, pixel), colour) in counts.iter_mut().zip(pixels).zip(colours) {
                        *count = self.count(pixel + colour, rng.next_u64(), normal, poisson);
                    }
                }
            });
        counts
    }

    #[inline]
    fn count(&self, mean: f32, bits: u64, normal: &NormalTable, poisson: &PoissonTable) -> u16 {
        let electrons = if mean < PoissonTable::LIMIT {
            // 27 bits count photons, the upper 24 make the read noise.
            poisson.count(mean.max(0.0), bits) + self.read_noise * normal.deviate(bits >> 40)
        } else {
            let variance = mean + self.read_noise * self.read_noise;
            mean + variance.sqrt() * normal.deviate(bits >> 40)
        };
        let bias = f32::from(Sensor::BIAS / Sensor::STEP);
        let step = (electrons * self.steps_per_electron + bias).clamp(0.0, self.ceiling);
        whole(step) as u16 * Sensor::STEP
    }
}
