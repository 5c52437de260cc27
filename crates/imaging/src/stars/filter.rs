use rayon::prelude::*;

use crate::Plane;

/// Convolves with a round Gaussian of a given width: the best detector of stars of that width. Beyond
/// the edges there is nothing; repeating the last pixels would multiply their noise.
pub(super) fn smooth(image: &Plane<f32>, fwhm: f32) -> Plane<f32> {
    let kernel = gaussian(fwhm);
    let width = image.width();
    let across = along_rows(image, &kernel);
    let mut samples = vec![0.0; across.samples().len()];
    samples
        .par_chunks_mut(width)
        .enumerate()
        .for_each(|(y, out)| {
            let reach = kernel.len() / 2;
            for (index, weight) in kernel.iter().enumerate() {
                let Some(row) = (y + index).checked_sub(reach) else {
                    continue;
                };
                if row >= image.height() {
                    break;
                }
                for (out, sample) in out.iter_mut().zip(across.row(row)) {
                    *out += weight * sample;
                }
            }
        });
    Plane::made(width, image.height(), samples)
}

/// What [`smooth`] makes of noise that is independent from pixel to pixel, as a factor.
pub(super) fn noise_factor(fwhm: f32) -> f32 {
    gaussian(fwhm).iter().map(|weight| weight * weight).sum()
}

fn along_rows(image: &Plane<f32>, kernel: &[f32]) -> Plane<f32> {
    let width = image.width();
    let reach = kernel.len() / 2;
    let mut samples = vec![0.0; image.samples().len()];
    samples.par_chunks_mut(width).enumerate().for_each_init(
        || Vec::with_capacity(width + 2 * reach),
        |padded, (y, out)| {
            let row = image.row(y);
            // What is not a number would spread; it becomes sky.
            let clean = |value: f32| if value.is_finite() { value } else { 0.0 };
            padded.clear();
            padded.resize(reach, 0.0);
            padded.extend(row.iter().copied().map(clean));
            padded.resize(width + 2 * reach, 0.0);
            for (index, weight) in kernel.iter().enumerate() {
                for (out, sample) in out.iter_mut().zip(&padded[index..]) {
                    *out += weight * sample;
                }
            }
        },
    );
    Plane::made(width, image.height(), samples)
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
