//! The colours and brightness of stars.

use std::sync::OnceLock;

/// Brightness relative to a star of magnitude 0.
pub(crate) fn flux(magnitude: f32) -> f32 {
    10.0_f32.powf(-0.4 * magnitude)
}

/// Red, green and blue of a star by its colour index B - V, the Sun being white, the mean about 1.
pub(crate) fn colour(b_minus_v: f32) -> [f32; 3] {
    static TABLE: OnceLock<Vec<[f32; 3]>> = OnceLock::new();
    let table = TABLE.get_or_init(|| (0..64).map(|i| black_body(i as f32 / 25.0 - 0.4)).collect());
    let place = ((b_minus_v + 0.4) * 25.0).clamp(0.0, 62.99);
    let index = place as usize;
    let part = place - index as f32;
    match (table.get(index), table.get(index + 1)) {
        (Some(a), Some(b)) => std::array::from_fn(|c| a[c] + (b[c] - a[c]) * part),
        _ => [1.0; 3],
    }
}

/// Temperature in kelvin by B - V, for a body that radiates like a black one.
fn temperature(b_minus_v: f32) -> f32 {
    let scaled = 0.92 * b_minus_v;
    4600.0 * (1.0 / (scaled + 1.7) + 1.0 / (scaled + 0.62))
}

fn black_body(b_minus_v: f32) -> [f32; 3] {
    let kelvin = temperature(b_minus_v);
    // Effective wavelengths of the mosaic's colours, in metres.
    let rgb = [605e-9_f32, 535e-9, 462e-9].map(|wavelength| {
        let ratio = 0.014_387_77 / wavelength;
        ((ratio / 5772.0).exp() - 1.0) / ((ratio / kelvin).exp() - 1.0)
    });
    let mean = 0.3 * rgb[0] + 0.45 * rgb[1] + 0.25 * rgb[2];
    rgb.map(|c| c / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hot_stars_are_blue_and_cool_ones_red() {
        let [r, _, b] = colour(-0.2);
        assert!(b > 1.3 * r);
        let [r, _, b] = colour(1.6);
        assert!(r > 1.8 * b);
        let sun = colour(0.65);
        assert!(sun.iter().all(|c| (c - 1.0).abs() < 0.06), "{sun:?}");
        assert!((flux(5.0) - 0.01).abs() < 1e-6);
    }
}
