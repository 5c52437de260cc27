use rayon::prelude::*;

use crate::Plane;

/// Rows made by one task: enough to amortise the rows above them that it filters first.
const BAND: usize = 64;

/// Convolves with a round Gaussian of a given width: the best detector of stars of that width. Beyond
/// the edges there is nothing; repeating the last pixels would multiply their noise.
pub(super) fn smooth(image: &Plane<f32>, fwhm: f32) -> Plane<f32> {
    let kernel = gaussian(fwhm);
    let (width, height) = (image.width(), image.height());
    let (taps, reach) = (kernel.len(), kernel.len() / 2);
    let mut samples = vec![0.0; image.samples().len()];
    samples
        .par_chunks_mut(width * BAND)
        .enumerate()
        .for_each(|(band, rows)| {
            let first = band * BAND;
            let mut padded = Vec::with_capacity(width + 2 * reach);
            // Row `y` along its own axis lies in slot `y % taps`, for as long as the kernel reaches it.
            let mut across = vec![0.0; taps * width];
            let mut filter_row = |across: &mut [f32], y: usize| {
                let out = &mut across[y % taps * width..][..width];
                along_row(image.row(y), &kernel, &mut padded, out);
            };
            for y in first.saturating_sub(reach)..(first + reach).min(height) {
                filter_row(&mut across, y);
            }
            for (y, out) in (first..).zip(rows.chunks_mut(width)) {
                if y + reach < height {
                    filter_row(&mut across, y + reach);
                }
                for (index, weight) in kernel.iter().enumerate() {
                    let Some(row) = (y + index).checked_sub(reach) else {
                        continue;
                    };
                    if row >= height {
                        break;
                    }
                    let row = &across[row % taps * width..][..width];
                    for (out, sample) in out.iter_mut().zip(row) {
                        *out += weight * sample;
                    }
                }
            }
        });
    Plane::made(width, height, samples)
}

/// What [`smooth`] makes of noise that is independent from pixel to pixel, as a factor.
pub(super) fn noise_factor(fwhm: f32) -> f32 {
    gaussian(fwhm).iter().map(|weight| weight * weight).sum()
}

fn along_row(row: &[f32], kernel: &[f32], padded: &mut Vec<f32>, out: &mut [f32]) {
    let (width, reach) = (row.len(), kernel.len() / 2);
    // What is not a number would spread; it becomes sky.
    let clean = |value: f32| if value.is_finite() { value } else { 0.0 };
    padded.clear();
    padded.resize(reach, 0.0);
    padded.extend(row.iter().copied().map(clean));
    padded.resize(width + 2 * reach, 0.0);
    out.fill(0.0);
    for (index, weight) in kernel.iter().enumerate() {
        for (out, sample) in out.iter_mut().zip(&padded[index..]) {
            *out += weight * sample;
        }
    }
}

/// One axis of the kernel, with sum one.
fn gaussian(fwhm: f32) -> Vec<f32> {
    let sigma = fwhm.clamp(1.0, 20.0) / 2.3548;
    let reach = (2.5 * sigma).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach)
        .map(|step| (-0.5 * (step as f32 / sigma).powi(2)).exp())
        .collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pixel by itself, from its neighbours in both directions.
    fn slowly(image: &Plane<f32>, kernel: &[f32]) -> Vec<f32> {
        let reach = (kernel.len() / 2) as isize;
        let (width, height) = (image.width() as isize, image.height() as isize);
        let at = |x: isize, y: isize| {
            let inside = (0..width).contains(&x) && (0..height).contains(&y);
            let value = if inside {
                image.row(y as usize)[x as usize]
            } else {
                0.0
            };
            if value.is_finite() { value } else { 0.0 }
        };
        let weighted = |x: isize, y: isize| {
            let steps = || (-reach..).zip(kernel);
            steps()
                .flat_map(|(dy, down)| steps().map(move |(dx, across)| (dx, dy, down * across)))
                .map(|(dx, dy, weight)| weight * at(x + dx, y + dy))
                .sum()
        };
        (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| weighted(x, y))
            .collect()
    }

    #[test]
    fn each_pixel_is_the_weighted_sum_around_it_also_where_two_tasks_meet() {
        for (width, height) in [(37, 2 * BAND + 5), (5, BAND), (1, BAND + 1), (9, 1)] {
            let mut samples: Vec<f32> = (0..width * height)
                .map(|index| (index * 7919 % 1009) as f32)
                .collect();
            samples[width * height / 2] = f32::NAN;
            let image = Plane::made(width, height, samples);
            for fwhm in [1.0, 2.5, 9.0] {
                let expected = slowly(&image, &gaussian(fwhm));
                let found = smooth(&image, fwhm);
                for (index, (found, expected)) in found.samples().iter().zip(expected).enumerate() {
                    let place = (index % width, index / width);
                    assert!(
                        (found - expected).abs() < 0.01,
                        "{width} x {height}, {fwhm}: {found}, not {expected}, at {place:?}"
                    );
                }
            }
        }
    }
}
