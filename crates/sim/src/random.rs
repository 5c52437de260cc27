//! Random numbers by the million: a normal deviate from a table and an exact Poisson.

use rand::Rng;
use std::sync::OnceLock;

/// A number in `[0, 1)` with 53 random bits.
pub(crate) fn uniform(rng: &mut impl Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
}

/// Mixes words to a well-spread 64-bit value: the seed of a cell of the sky, of a frame, of a row.
pub(crate) fn mix(words: &[u64]) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for &word in words {
        state = (state ^ word).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 32;
    }
    state
}

/// One unit of normal noise from 24 random bits: the sum of two draws from a table of quantiles.
///
/// The table stays in the first-level cache, which is what makes a frame of 8 megapixels cheap; the
/// sum reaches 5 standard deviations and has the variance of 1 to five digits.
#[derive(Debug)]
pub(crate) struct NormalTable {
    halves: Vec<f32>,
}

const NORMAL_BITS: u32 = 12;
const NORMAL_SIZE: usize = 1 << NORMAL_BITS;

impl NormalTable {
    pub(crate) fn shared() -> &'static Self {
        static TABLE: OnceLock<NormalTable> = OnceLock::new();
        TABLE.get_or_init(Self::new)
    }

    fn new() -> Self {
        let quantiles: Vec<f64> = (0..NORMAL_SIZE)
            .map(|i| normal_quantile((i as f64 + 0.5) / NORMAL_SIZE as f64))
            .collect();
        let variance = quantiles.iter().map(|q| q * q).sum::<f64>() / NORMAL_SIZE as f64;
        // Each half carries half of the variance.
        let scale = (0.5 / variance).sqrt();
        Self {
            halves: quantiles.iter().map(|q| (q * scale) as f32).collect(),
        }
    }

    /// A deviate from the low 24 bits.
    #[inline]
    pub(crate) fn deviate(&self, bits: u64) -> f32 {
        let mask = NORMAL_SIZE - 1;
        let first = bits as usize & mask;
        let second = (bits >> NORMAL_BITS) as usize & mask;
        // The mask keeps both inside; a miss is impossible and reads as no noise.
        self.halves.get(first).copied().unwrap_or(0.0)
            + self.halves.get(second).copied().unwrap_or(0.0)
    }
}

/// Inverse of the normal distribution by bisection on its integral: only tables are made with it.
fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-9.0_f64, 9.0_f64);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if normal_integral(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// Integral of the normal density up to `x`.
fn normal_integral(x: f64) -> f64 {
    0.5 * (1.0 + error_function(x * std::f64::consts::FRAC_1_SQRT_2))
}

/// The error function: its series near zero, its continued fraction beyond, good to 1e-12.
pub(crate) fn error_function(x: f64) -> f64 {
    let a = x.abs();
    let value = if a < 2.5 {
        let (mut term, mut sum, mut n) = (a, a, 0.0);
        while term.abs() > 1e-17 * sum.abs() {
            n += 1.0;
            term *= -a * a / n;
            sum += term / (2.0 * n + 1.0);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    } else {
        let mut fraction = 0.0;
        for k in (1..60).rev() {
            fraction = f64::from(k) / 2.0 / (a + fraction);
        }
        1.0 - (-a * a).exp() / ((a + fraction) * std::f64::consts::PI.sqrt())
    };
    value.copysign(x)
}

/// Counts of rare events: exact below [`PoissonTable::LIMIT`], where light is counted photon by photon.
#[derive(Debug)]
pub(crate) struct PoissonTable {
    rows: Vec<PoissonRow>,
}

#[derive(Debug)]
struct PoissonRow {
    guide: [u8; 64],
    cumulative: [u32; 64],
}

const POISSON_STEPS: f32 = 8.0;

impl PoissonTable {
    /// Above this mean a normal deviate does as well.
    pub(crate) const LIMIT: f32 = 24.0;

    pub(crate) fn shared() -> &'static Self {
        static TABLE: OnceLock<PoissonTable> = OnceLock::new();
        TABLE.get_or_init(|| {
            let rows = (Self::LIMIT * POISSON_STEPS) as usize + 1;
            Self {
                rows: (0..rows)
                    .map(|row| PoissonRow::new(row as f64 / f64::from(POISSON_STEPS)))
                    .collect(),
            }
        })
    }

    /// A count with this mean from 40 random bits: 26 for the tabled part of the mean, 14 for the rest
    /// (the sum of two Poisson counts is a Poisson count).
    #[inline]
    pub(crate) fn count(&self, mean: f32, bits: u64) -> f32 {
        let steps = mean * POISSON_STEPS;
        let index = steps as usize;
        let Some(row) = self.rows.get(index) else {
            return mean;
        };
        let rest = (steps - index as f32) * (1.0 / POISSON_STEPS);
        let draw = (bits >> 26 & 0x3fff) as f32 * (1.0 / 16384.0);
        let none = 1.0 - rest + rest * rest * (0.5 - rest * (1.0 / 6.0));
        let extra = if draw < none {
            0.0
        } else if draw < none * (1.0 + rest) {
            1.0
        } else {
            2.0
        };
        row.count((bits as u32) << 6) + extra
    }
}

impl PoissonRow {
    fn new(mean: f64) -> Self {
        let mut cumulative = [u32::MAX; 64];
        let (mut term, mut sum) = ((-mean).exp(), 0.0);
        for (n, slot) in cumulative.iter_mut().enumerate() {
            sum += term;
            *slot = (sum.min(1.0) * f64::from(u32::MAX)) as u32;
            term *= mean / (n as f64 + 1.0);
        }
        let guide = std::array::from_fn(|slot| {
            let floor = (slot as u32) << 26;
            cumulative
                .iter()
                .take_while(|&&c| c <= floor)
                .count()
                .min(63) as u8
        });
        Self { guide, cumulative }
    }

    #[inline]
    fn count(&self, draw: u32) -> f32 {
        let mut n = usize::from(self.guide[(draw >> 26) as usize]);
        while n < 63 && self.cumulative[n] <= draw {
            n += 1;
        }
        n as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn moments(n: usize, mut draw: impl FnMut(u64) -> f32) -> (f64, f64) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
        let values: Vec<f64> = (0..n).map(|_| f64::from(draw(rng.next_u64()))).collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64;
        (mean, variance)
    }

    #[test]
    fn counts_have_the_mean_and_variance_of_a_poisson_law() {
        let table = PoissonTable::shared();
        for mean in [0.05, 0.33, 1.9, 4.77, 11.1, 23.9] {
            let (got, variance) = moments(400_000, |bits| table.count(mean, bits));
            let mean = f64::from(mean);
            assert!((got / mean - 1.0).abs() < 0.02, "{mean}: {got}");
            assert!((variance / mean - 1.0).abs() < 0.02, "{mean}: {variance}");
        }
    }

    #[test]
    fn deviates_are_normal_with_variance_one() {
        let table = NormalTable::shared();
        let (mean, variance) = moments(400_000, |bits| table.deviate(bits));
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.01);
        let (beyond_two, _) = moments(400_000, |bits| {
            f32::from(u8::from(table.deviate(bits).abs() > 2.0))
        });
        assert!((beyond_two - 0.0455).abs() < 0.002, "{beyond_two}");
    }

    #[test]
    fn the_error_function_has_its_known_values() {
        assert!((error_function(0.5) - 0.520_499_877_8).abs() < 1e-9);
        assert!((error_function(-3.0) + 0.999_977_909_5).abs() < 1e-9);
    }
}
