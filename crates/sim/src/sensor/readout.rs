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

/// Pixels that are read together, a whole number of cells.
const BLOCK: usize = 16;
/// From this mean on the law of the photons is a bent normal one.
const MANY_PHOTONS: f32 = 7.0;

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
                let blocks = counts.chunks_mut(BLOCK).zip(pixels.chunks(BLOCK));
                for ((counts, pixels), cells) in blocks.zip(row.chunks(BLOCK / 2)) {
                    let mut means = [0.0_f32; BLOCK];
                    for ((pair, pixels), cell) in
                        means.chunks_mut(2).zip(pixels.chunks(2)).zip(cells)
                    {
                        let colours = [cell[even], cell[odd]];
                        for ((mean, pixel), colour) in pair.iter_mut().zip(pixels).zip(colours) {
                            *mean = pixel + colour;
                        }
                    }
                    self.block(&means, &mut rng, counts, normal, poisson);
                }
            });
        counts
    }

    fn block(
        &self,
        means: &[f32; BLOCK],
        rng: &mut Xoshiro256PlusPlus,
        counts: &mut [u16],
        normal: &NormalTable,
        poisson: &PoissonTable,
    ) {
        let (mut least, mut most) = (f32::MAX, 0.0_f32);
        for (&mean, _) in means.iter().zip(counts.iter()) {
            least = if mean < least { mean } else { least };
            most = if mean > most { mean } else { most };
        }
        let mut electrons = [0.0_f32; BLOCK];
        if least >= MANY_PHOTONS {
            self.many(means, rng, normal, &mut electrons);
        } else if most < PoissonTable::LIMIT {
            for (electrons, mean) in electrons.iter_mut().zip(means) {
                *electrons = self.few(*mean, rng.next_u64(), normal, poisson);
            }
        } else {
            // A star's edge.
            for (electrons, mean) in electrons.iter_mut().zip(means) {
                let bits = rng.next_u64();
                *electrons = if *mean < PoissonTable::LIMIT {
                    self.few(*mean, bits, normal, poisson)
                } else {
                    self.bent(*mean, normal.deviate(bits >> 40))
                };
            }
        }
        let bias = f32::from(Sensor::BIAS / Sensor::STEP);
        for (count, electrons) in counts.iter_mut().zip(electrons) {
            let step = (electrons * self.steps_per_electron + bias).clamp(0.0, self.ceiling);
            *count = whole(step) as u16 * Sensor::STEP;
        }
    }

    /// Photons one by one, and the read noise: 27 bits for these, 22 for that.
    #[inline]
    fn few(&self, mean: f32, bits: u64, normal: &NormalTable, poisson: &PoissonTable) -> f32 {
        poisson.count(mean.max(0.0), bits) + self.read_noise * normal.deviate(bits >> 40)
    }

    fn many(
        &self,
        means: &[f32; BLOCK],
        rng: &mut Xoshiro256PlusPlus,
        normal: &NormalTable,
        electrons: &mut [f32; BLOCK],
    ) {
        let mut deviates = [0.0_f32; BLOCK];
        for pair in deviates.chunks_mut(2) {
            let bits = rng.next_u64();
            for (deviate, bits) in pair.iter_mut().zip([bits >> 40, bits >> 16]) {
                *deviate = normal.deviate(bits);
            }
        }
        for ((electrons, mean), deviate) in electrons.iter_mut().zip(means).zip(deviates) {
            *electrons = self.bent(*mean, deviate);
        }
    }

    /// Both noises as one deviate that is bent to the skewness of the photons' law (the first term of
    /// Cornish and Fisher): single photons cannot be told apart under the read noise any more.
    #[inline]
    fn bent(&self, mean: f32, deviate: f32) -> f32 {
        let variance = mean + self.read_noise * self.read_noise;
        let bend = mean / (6.0 * variance);
        // The bend brings two squares of itself into the variance.
        let width = (variance - 2.0 * bend * bend).sqrt();
        mean + width * deviate + bend * (deviate * deviate - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, variance and third central moment in electrons of a frame of one brightness.
    fn moments(mean: f32) -> [f64; 3] {
        let (sensor, gain) = (Sensor::BACK_LIT_2UM, Gain::MAX);
        let pixels = vec![mean; 1_000_000];
        let cells = vec![[0.0; 3]; 500 * 500];
        let counts = Readout::new(&sensor, gain, 5).mosaic(1000, &cells, &pixels);
        let scale = sensor.electrons_per_count(gain);
        let electrons: Vec<f64> = counts
            .iter()
            .map(|&count| (f64::from(count) - f64::from(Sensor::BIAS)) * scale)
            .collect();
        let n = electrons.len() as f64;
        let middle = electrons.iter().sum::<f64>() / n;
        let moment = |power: i32| {
            electrons
                .iter()
                .map(|e| (e - middle).powi(power))
                .sum::<f64>()
                / n
        };
        [middle, moment(2), moment(3)]
    }

    #[test]
    fn few_photons_and_many_follow_one_law() {
        let read = Sensor::BACK_LIT_2UM.read_noise(Gain::MAX).powi(2);
        let rounding = Sensor::BACK_LIT_2UM.electrons_per_step(Gain::MAX).powi(2) / 12.0;
        for photons in [1.7, 6.9, 7.1, 12.3, 23.9, 24.1, 150.0] {
            let [mean, variance, third] = moments(photons);
            let photons = f64::from(photons);
            assert!(
                (mean - photons).abs() < 0.02 + 0.001 * photons,
                "{photons}: {mean}"
            );
            let expected = photons + read + rounding;
            assert!(
                (variance / expected - 1.0).abs() < 0.01,
                "{photons}: {variance}"
            );
            // Poisson's third moment is its mean; the read noise adds none.
            let skew = third / expected.powf(1.5);
            let expected = photons / expected.powf(1.5);
            assert!(
                (skew - expected).abs() < 0.02,
                "{photons}: {skew} for {expected}"
            );
        }
    }
}
