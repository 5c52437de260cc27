use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use skyhelm_imaging::RgbImage8;

use super::grid::Grid;
use crate::random::{CoarseNormalTable, mix, whole};
use crate::sensor::{Gain, Response, Sensor};

/// How a preview is shown: black point and colour balance per colour, and one curve for brightness,
/// so that colours stay what they are.
#[derive(Clone, Debug)]
pub(crate) struct Display {
    black: [f32; 3],
    balance: [f32; 3],
    /// What brightness is multiplied with, by the square root of brightness over white.
    curve: Vec<f32>,
    index_scale: f32,
    last_index: f32,
}

const CURVE_SIZE: usize = 2048;
/// Where the sky's background comes to lie, of 1.
const BACKGROUND: f32 = 0.085;

/// The noise of one pixel of a preview.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PreviewNoise {
    /// Read noise in electrons, squared.
    read_variance: f32,
    /// One over the number of sensor pixels that share a cell, per colour.
    shares: [f32; 3],
    full_well: f32,
}

impl PreviewNoise {
    pub(crate) fn new(sensor: &Sensor, gain: Gain, grid: &Grid) -> Self {
        let pixels = (grid.pitch * grid.pitch) as f32;
        let read = sensor.read_noise(gain) as f32;
        let shares = [pixels / 4.0, pixels / 2.0, pixels / 4.0].map(|n: f32| 1.0 / n.max(1.0));
        Self {
            read_variance: read * read,
            shares,
            full_well: ceiling(sensor, gain),
        }
    }

    /// The same after stacking some frames.
    #[must_use]
    pub(crate) fn stacked(mut self, frames: f32) -> Self {
        self.shares = self.shares.map(|s| s / frames.max(1.0));
        self
    }
}

/// Electrons at which the converter or the well is full.
fn ceiling(sensor: &Sensor, gain: Gain) -> f32 {
    (4031.0 * sensor.electrons_per_step(gain)).min(sensor.full_well_e) as f32
}

impl Display {
    /// Chosen for a picture of expected electrons: the sky dark grey, faint things lifted, bright
    /// scenes (the day, the Moon) left as they are.
    pub(crate) fn chosen(cells: &[[f32; 3]], response: Response, noise: &PreviewNoise) -> Self {
        let step = (cells.len() / 20_000).max(1) | 1;
        let mut samples: [Vec<f32>; 3] = Default::default();
        for cell in cells.iter().step_by(step) {
            for (samples, value) in samples.iter_mut().zip(cell) {
                samples.push(value.min(noise.full_well));
            }
        }
        let green = response[1];
        let balance = response.map(|r| green / r.max(1e-6));
        let median: [f32; 3] = std::array::from_fn(|c| quantile(&mut samples[c], 0.5));
        let sigma: [f32; 3] =
            std::array::from_fn(|c| ((median[c] + noise.read_variance) * noise.shares[c]).sqrt());
        let bright = median[1] / noise.full_well;
        // By day the colour of the sky is the picture; at night it is a veil to be taken off.
        let night = 1.0 - crate::grain::step(0.02, 0.15, bright);
        // One distance below the sky for all colours, or the background would have a tint.
        let deepest = (0..3).fold(0.0_f32, |a, c| a.max(sigma[c] * balance[c]));
        // The darkest tenth is sky even where the Milky Way fills most of the field.
        let dark: [f32; 3] = std::array::from_fn(|c| quantile(&mut samples[c], 0.1));
        let black: [f32; 3] = std::array::from_fn(|c| {
            night * (1.2 * dark[c] - 0.2 * median[c] - 2.2 * deepest / balance[c])
        });
        let black = tinted(black, median, balance, night);
        // White is what few places exceed, so that a galaxy's core comes out bright.
        let few = quantile(&mut samples[1], 0.9985) - black[1];
        let brightest = few.max(0.45 * (quantile(&mut samples[1], 0.9997) - black[1]));
        let least = (30.0 * sigma[1]).max(0.02 * noise.full_well * (1.0 - night));
        let background = (median[1] - black[1]).max(1e-3);
        // The night stays dark even where moonlight is all there is to see.
        let darkened = night * background / BACKGROUND;
        let white = (1.25 * brightest).max(least).max(darkened);
        let white = white.min(noise.full_well * 0.98);
        // A large bright thing (the Moon) is shown nearly as it is, else its face would be flat.
        let large = quantile(&mut samples[1], 0.985) - black[1];
        let steepest = 5.5
            - 4.7
                * crate::grain::step(0.15, 0.5, large / white)
                * night
                * crate::grain::step(0.02, 0.004, background / white);
        let target = BACKGROUND + (bright.powf(1.0 / 2.2) - BACKGROUND) * (1.0 - night);
        Self {
            black,
            balance,
            curve: curve(background / white, target.clamp(0.02, 0.95), steepest),
            index_scale: (CURVE_SIZE - 1) as f32 / white.sqrt(),
            last_index: (CURVE_SIZE - 1) as f32,
        }
        .scaled_by(255.0 / white)
    }

    fn scaled_by(mut self, factor: f32) -> Self {
        for value in &mut self.curve {
            *value *= factor;
        }
        self
    }

    /// Shows a block of noisy cells, given colour by colour, paled by so much.
    fn show(&self, light: &mut Block, pales: &[f32; BLOCK], pixels: &mut [[u8; 3]]) {
        for (c, light) in light.iter_mut().enumerate() {
            for light in light.iter_mut() {
                *light = (*light - self.black[c]) * self.balance[c];
            }
        }
        let [red, green, blue] = &*light;
        let mut places = [0.0_f32; BLOCK];
        for (i, place) in places.iter_mut().enumerate() {
            let brightness = (0.3 * red[i] + 0.45 * green[i] + 0.25 * blue[i]).max(0.0);
            *place = (brightness.sqrt() * self.index_scale).min(self.last_index);
        }
        let mut lifts = [0.0_f32; BLOCK];
        for (lift, place) in lifts.iter_mut().zip(places) {
            *lift = self
                .curve
                .get(whole(place) as usize)
                .copied()
                .unwrap_or(0.0);
        }
        let mut shown = [[0_u8; BLOCK]; 3];
        for (shown, light) in shown.iter_mut().zip(light.iter()) {
            for (i, shown) in shown.iter_mut().enumerate() {
                // A pixel below black is black.
                let value = (light[i] * lifts[i]).clamp(0.0, 255.0);
                *shown = whole(value + (255.0 - value) * pales[i]) as u8;
            }
        }
        for (i, pixel) in pixels.iter_mut().enumerate().take(BLOCK) {
            *pixel = [shown[0][i], shown[1][i], shown[2][i]];
        }
    }
}

/// Cells that are developed together, and their light colour by colour.
const BLOCK: usize = 16;
type Block = [[f32; BLOCK]; 3];

/// Black points that leave the sky a hint of its own blue under the Moon and in twilight; a town's orange
/// is a veil that is taken off.
fn tinted(black: [f32; 3], sky: [f32; 3], balance: [f32; 3], night: f32) -> [f32; 3] {
    let green = (sky[1] * balance[1]).max(1e-6);
    let blueness =
        (sky[2] * balance[2] / green - sky[0] * balance[0] / green - 0.02).clamp(0.0, 0.3);
    let background = (sky[1] - black[1]) * balance[1];
    let tint = [-1.1, 0.0, 1.6].map(|strength: f32| strength * blueness * night * background);
    std::array::from_fn(|c| black[c] - tint[c] / balance[c])
}

/// A curve through (`low`, `target`) that rises steeply from nothing and ends at (1, 1): given as
/// factors on brightness. `steepest` is the natural logarithm of the greatest lift.
fn curve(low: f32, target: f32, steepest: f32) -> Vec<f32> {
    // asinh(v k) / asinh(k) = target at v = low; found by bisection on the logarithm of k.
    let (mut small, mut large) = (-3.0_f32, steepest);
    for _ in 0..50 {
        let k = f32::midpoint(small, large).exp();
        if (low * k).asinh() / k.asinh() < target {
            small = k.ln();
        } else {
            large = k.ln();
        }
    }
    let k = f32::midpoint(small, large).exp();
    (0..CURVE_SIZE)
        .map(|i| {
            let root = (i as f32 + 0.5) / (CURVE_SIZE - 1) as f32;
            let v = (root * root).max(1e-7);
            (v * k).asinh() / k.asinh() / v
        })
        .collect()
}

fn quantile(samples: &mut [f32], part: f32) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    let index = ((samples.len() as f32 * part) as usize).min(samples.len() - 1);
    let (_, value, _) = samples.select_nth_unstable_by(index, f32::total_cmp);
    *value
}

/// Makes a picture for the eye of expected electrons: fresh noise, then the display's curve.
pub(crate) fn develop(
    cells: &[[f32; 3]],
    grid: &Grid,
    display: &Display,
    noise: &PreviewNoise,
    seed: u64,
    image: &mut RgbImage8,
) {
    let normal = CoarseNormalTable::shared();
    image
        .pixels_mut()
        .par_chunks_mut(grid.width)
        .zip(cells.par_chunks(grid.width))
        .enumerate()
        .for_each(|(y, (pixels, cells))| {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(&[seed, y as u64]));
            for (pixels, cells) in pixels.chunks_mut(BLOCK).zip(cells.chunks(BLOCK)) {
                let mut light: Block = [[0.0; BLOCK]; 3];
                for (i, cell) in cells.iter().enumerate() {
                    for c in 0..3 {
                        light[c][i] = cell[c];
                    }
                }
                let mut draws: Block = [[0.0; BLOCK]; 3];
                let [red, green, blue] = &mut draws;
                for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
                    let bits = rng.next_u64();
                    *red = normal.deviate(bits);
                    *green = normal.deviate(bits >> 20);
                    *blue = normal.deviate(bits >> 40);
                }
                let mut full = [0.0_f32; BLOCK];
                for c in 0..3 {
                    for ((light, full), draw) in light[c].iter_mut().zip(&mut full).zip(draws[c]) {
                        let variance = (*light + noise.read_variance) * noise.shares[c];
                        let noisy = *light + variance.sqrt() * draw;
                        *full = full.max(noisy);
                        *light = noisy.min(noise.full_well);
                    }
                }
                // Where a colour is full the others catch up: what is too bright is white, not cyan.
                let pales = full.map(|full| (full / noise.full_well - 0.8).clamp(0.0, 1.0));
                display.show(&mut light, &pales, pixels);
            }
        });
}
