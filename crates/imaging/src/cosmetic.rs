//! Hot pixels, taken out of a mosaic before colours are made of it.

use rayon::prelude::*;

use crate::RawFrame;
use crate::statistics::Spread;

/// Replaces lonely bright pixels by the mean of their nearest neighbours of the same colour, and says how
/// many.
///
/// A pixel is hot when it stands `sigmas` above the sky and the four pixels that touch it hold less than a
/// tenth of its excess on average: the light of a star, however sharp the optics, spreads further than
/// that. Pixels at the frame's edge are left alone.
pub fn remove_hot_pixels(frame: &mut RawFrame, sigmas: f32) -> usize {
    let (width, height) = (frame.width(), frame.height());
    if width < 5 || height < 5 {
        return 0;
    }
    let skies = skies(frame);
    let hot: Vec<(usize, u16)> = (2..height - 2)
        .into_par_iter()
        .flat_map_iter(|y| {
            let frame = &*frame;
            (2..width - 2).filter_map(move |x| {
                replacement(frame, x, y, &skies, sigmas).map(|value| (y * width + x, value))
            })
        })
        .collect();
    let count = hot.len();
    let samples = frame.mosaic.samples_mut();
    for (index, value) in hot {
        samples[index] = value;
    }
    count
}

/// Level and noise of the sky under each place of the mosaic's cell.
pub(crate) fn skies(frame: &RawFrame) -> [[Spread; 2]; 2] {
    // Steps of a whole number of cells, coarse enough for some ten thousand samples.
    let step = 2 * (frame.data().len() / 200_000).isqrt().max(1);
    [0, 1].map(|y0| {
        [0, 1].map(|x0| {
            let mut values = (y0..frame.height())
                .step_by(step)
                .flat_map(|y| frame.mosaic.row(y)[x0..].iter().step_by(step))
                .map(|&count| f32::from(count))
                .collect();
            Spread::of(&mut values)
        })
    })
}

fn replacement(
    frame: &RawFrame,
    x: usize,
    y: usize,
    skies: &[[Spread; 2]; 2],
    sigmas: f32,
) -> Option<u16> {
    let at = |x: usize, y: usize| f32::from(frame.mosaic.row(y)[x]);
    let sky = |x: usize, y: usize| skies[y & 1][x & 1];
    let own = sky(x, y);
    let excess = at(x, y) - own.median;
    // Noise of whole counts can have a spread of nought.
    if excess < sigmas * own.sigma().max(1.0) {
        return None;
    }
    let touching =
        [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)].map(|(x, y)| at(x, y) - sky(x, y).median);
    let around = touching.iter().sum::<f32>() / 4.0;
    if around > 0.1 * excess {
        return None;
    }
    let same = at(x - 2, y) + at(x + 2, y) + at(x, y - 2) + at(x, y + 2);
    Some((same / 4.0 + 0.5) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BayerPattern;

    #[test]
    fn a_hot_pixel_goes_and_a_star_stays() {
        let (width, height) = (64, 48);
        let mut counts: Vec<u16> = (0..width * height)
            .map(|i: usize| 500 + (i as u32).wrapping_mul(2_654_435_761).rotate_left(9) as u16 % 20)
            .collect();
        counts[20 * width + 30] = 9000;
        for dy in -3..=3_i32 {
            for dx in -3..=3_i32 {
                let light = 8000.0 * (-((dx * dx + dy * dy) as f32) / 1.75).exp();
                counts[(30 + dy) as usize * width + (40 + dx) as usize] += light as u16;
            }
        }
        let mut frame = RawFrame::new(width, height, BayerPattern::Rggb, counts).unwrap();
        let star = frame.mosaic.row(30)[40];
        assert_eq!(remove_hot_pixels(&mut frame, 8.0), 1);
        assert!(frame.mosaic.row(20)[30] < 530);
        assert_eq!(frame.mosaic.row(30)[40], star);
    }

    #[test]
    fn a_tiny_frame_is_left_alone() {
        let mut frame = RawFrame::new(3, 3, BayerPattern::Rggb, vec![9; 9]).unwrap();
        assert_eq!(remove_hot_pixels(&mut frame, 5.0), 0);
    }
}
