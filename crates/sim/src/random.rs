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

/// One unit of normal noise from 22 random bits: the sum of two draws from a table of quantiles.
///
/// The table stays in the first-level cache, which is what makes a frame of 8 megapixels cheap; the
/// sum reaches 4.9 standard deviations and has the variance of 1 to five digits.
#[derive(Debug)]
pub(crate) struct NormalTable {
    halves: [f32; NORMAL_SIZE],
}

const NORMAL_BITS: u32 = 11;
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
        let mut halves = [0.0; NORMAL_SIZE];
        for (half, quantile) in halves.iter_mut().zip(&quantiles) {
            *half = (quantile * scale) as f32;
        }
        Self { halves }
    }

    /// A deviate from the low 22 bits.
    #[inline]
    pub(crate) fn deviate(&self, bits: u64) -> f32 {
        let mask = NORMAL_SIZE - 1;
        // Masked to the array's size, so that no check is left.
        self.halves[bits as usize & mask] + self.halves[(bits >> NORMAL_BITS) as usize & mask]
    }
}

/// One unit of normal noise from 11 random bits, for pictures that are only looked at.
#[derive(Debug)]
pub(crate) struct CoarseNormalTable {
    quantiles: [f32; NORMAL_SIZE],
}

impl CoarseNormalTable {
    pub(crate) fn shared() -> &'static Self {
        static TABLE: OnceLock<CoarseNormalTable> = OnceLock::new();
        TABLE.get_or_init(|| Self {
            quantiles: NormalTable::shared()
                .halves
                .map(|half| half * std::f32::consts::SQRT_2),
        })
    }

    /// A deviate from the low 11 bits.
    #[inline]
    pub(crate) fn deviate(&self, bits: u64) -> f32 {
        self.quantiles[bits as usize & (NORMAL_SIZE - 1)]
    }
}

/// Inverse of the normal distribution by bisection on its integral: only tables are made with it.
fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-9.0_f64, 9.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if normal_integral(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
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

/// Counts of rare events, photon by photon: for means below [`PoissonTable::LIMIT`].
#[derive(Debug)]
pub(crate) struct PoissonTable {
    /// A row of equally likely counts for each eighth of a photon in the mean.
    counts: Vec<u8>,
}

const POISSON_STEPS: f32 = 8.0;
/// Equally likely counts in a row: tails of less than 1 in 16,000 are cut, which costs a tenth of a
/// percent of the variance.
const POISSON_BITS: u32 = 13;
const POISSON_ROW: usize = 1 << POISSON_BITS;

impl PoissonTable {
    /// Above this mean a normal deviate does as well.
    pub(crate) const LIMIT: f32 = 24.0;

    pub(crate) fn shared() -> &'static Self {
        static TABLE: OnceLock<PoissonTable> = OnceLock::new();
        TABLE.get_or_init(|| {
            let rows = (Self::LIMIT * POISSON_STEPS) as usize + 2;
            let mut counts = Vec::with_capacity(rows * POISSON_ROW);
            for row in 0..rows {
                fill_row(row as f64 / f64::from(POISSON_STEPS), &mut counts);
            }
            Self { counts }
        })
    }

    /// A count with this mean, which must not be negative, from the low 27 bits.
    ///
    /// 14 bits choose between the rows above and below the mean, which keeps the mean exact and
    /// adds less than 0.004 to the variance; 13 choose in the row.
    #[inline]
    pub(crate) fn count(&self, mean: f32, bits: u64) -> f32 {
        let place = whole(mean * (POISSON_STEPS * 16384.0)) + (bits as u32 & 0x3fff);
        let row = (place >> 14) as usize;
        let column = (bits >> 14) as usize & (POISSON_ROW - 1);
        let place = row * POISSON_ROW + column;
        f32::from(self.counts.get(place).copied().unwrap_or(0))
    }
}

/// The nearest whole number, for 0 to 2^22: without the checks a cast makes for the rest.
#[inline]
pub(crate) fn whole(x: f32) -> u32 {
    const SHIFT: f32 = 8_388_608.0;
    (x + SHIFT).to_bits() & 0x007f_ffff
}

fn fill_row(mean: f64, counts: &mut Vec<u8>) {
    let (mut n, mut term) = (0_u8, (-mean).exp());
    let mut sum = term;
    for slot in 0..POISSON_ROW {
        let part = (slot as f64 + 0.5) / POISSON_ROW as f64;
        while part > sum && n < 250 {
            n += 1;
            term *= mean / f64::from(n);
            sum += term;
        }
        counts.push(n);
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
            let (got, variance) = moments(2_000_000, |bits| table.count(mean, bits));
            let mean = f64::from(mean);
            assert!((got / mean - 1.0).abs() < 0.02, "{mean}: {got}");
            assert!(
                (variance - mean).abs() < 0.01 * mean + 0.005,
                "{mean}: {variance}"
            );
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
