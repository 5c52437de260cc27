use super::*;
use crate::Channel;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;

const PATTERNS: [BayerPattern; 4] = [
    BayerPattern::Rggb,
    BayerPattern::Bggr,
    BayerPattern::Grbg,
    BayerPattern::Gbrg,
];

/// What a sensor sees of a scene given as a function of place.
fn seen(
    pattern: BayerPattern,
    width: usize,
    height: usize,
    scene: impl Fn(usize, usize) -> [u16; 3],
) -> RawFrame {
    let counts = (0..width * height)
        .map(|i| {
            let (x, y) = (i % width, i / width);
            scene(x, y)[pattern.channel(x, y) as usize]
        })
        .collect();
    RawFrame::new(width, height, pattern, counts).unwrap()
}

#[test]
fn an_even_colour_comes_out_even_up_to_the_edges() {
    for pattern in PATTERNS {
        let frame = seen(pattern, 13, 9, |_, _| [100, 2000, 30000]);
        for method in [Demosaic::Bilinear, Demosaic::Malvar] {
            let colours = demosaic::<u16>(&frame, method);
            assert!(colours.pixels().iter().all(|p| *p == [100, 2000, 30000]));
        }
        let half = superpixels::<u16>(&frame).unwrap();
        assert_eq!((half.width(), half.height()), (6, 4));
        assert!(half.pixels().iter().all(|p| *p == [100, 2000, 30000]));
    }
}

#[test]
fn a_gray_slope_is_followed_exactly_inside() {
    for pattern in PATTERNS {
        let gray = |x: usize, y: usize| [(1000 + 16 * x + 32 * y) as u16; 3];
        let frame = seen(pattern, 80, 70, gray);
        for method in [Demosaic::Bilinear, Demosaic::Malvar] {
            let colours = demosaic::<u16>(&frame, method);
            for y in 2..68 {
                for x in 2..78 {
                    assert_eq!(colours.row(y)[x], gray(x, y), "{pattern:?} {x} {y}");
                }
            }
        }
    }
}

#[test]
fn the_sharper_filter_is_closer_to_a_fine_gray_pattern() {
    let gray = |x: usize, y: usize| {
        let wave = (x as f64 * 1.1).sin() + (y as f64 * 0.9).sin();
        [(10_000.0 + 3000.0 * wave) as u16; 3]
    };
    let frame = seen(BayerPattern::Rggb, 64, 64, gray);
    let error = |method| {
        let colours = demosaic::<f32>(&frame, method);
        (8..56)
            .flat_map(|y| (8..56).map(move |x| (x, y)))
            .flat_map(|(x, y)| colours.row(y)[x].map(|v| (v - f32::from(gray(x, y)[0])).abs()))
            .sum::<f32>()
    };
    let (plain, sharp) = (error(Demosaic::Bilinear), error(Demosaic::Malvar));
    assert!(sharp < 0.7 * plain, "{sharp} {plain}");
}

#[test]
fn floats_are_not_rounded() {
    let frame = seen(BayerPattern::Rggb, 9, 9, |x, y| {
        [(7 * x * x + 3 * y) as u16; 3]
    });
    let floats = demosaic::<f32>(&frame, Demosaic::Malvar);
    assert!(floats.pixels().iter().flatten().any(|v| v.fract() != 0.0));
}

#[test]
fn a_bright_star_wears_no_dark_ring_and_the_sky_keeps_its_mean() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
    let noise = Normal::new(1000.0_f32, 30.0).unwrap();
    let counts: Vec<u16> = (0..200 * 200)
        .map(|i| {
            let (dx, dy) = ((i % 200) as f32 - 50.3, (i / 200) as f32 - 60.6);
            let star = 50_000.0 * (-(dx * dx + dy * dy) / 1.8).exp();
            (noise.sample(&mut rng) + star) as u16
        })
        .collect();
    let frame = RawFrame::new(200, 200, BayerPattern::Rggb, counts).unwrap();
    let colours = demosaic::<f32>(&frame, Demosaic::Malvar);
    let lowest = colours
        .pixels()
        .iter()
        .flatten()
        .fold(f32::MAX, |a, &b| a.min(b));
    assert!(lowest > 1000.0 - 7.0 * 30.0, "{lowest}");
    for channel in 0..3 {
        let sky: Vec<f32> = (100..200)
            .flat_map(|y| colours.row(y).iter().map(move |pixel| pixel[channel]))
            .collect();
        let mean = sky.iter().sum::<f32>() / sky.len() as f32;
        let seen = frame.data()[200 * 100..]
            .iter()
            .map(|&v| f32::from(v))
            .sum::<f32>()
            / 20_000.0;
        assert!((mean - seen).abs() < 0.5, "{channel} {mean} {seen}");
    }
}

proptest! {
    #[test]
    fn what_a_pixel_saw_is_kept_for_any_size(
        width in 1..12_usize, height in 1..70_usize, seed: u32, which in 0..4_usize,
    ) {
        let pattern = PATTERNS[which];
        let counts: Vec<u16> = (0..width * height)
            .map(|i| (i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) as u16)
            .collect();
        let frame = RawFrame::new(width, height, pattern, counts).unwrap();
        for method in [Demosaic::Bilinear, Demosaic::Malvar] {
            let colours = demosaic::<u16>(&frame, method);
            for y in 0..height {
                for x in 0..width {
                    let channel = match pattern.channel(x, y) {
                        Channel::Red => 0,
                        Channel::Green => 1,
                        Channel::Blue => 2,
                    };
                    prop_assert_eq!(colours.row(y)[x][channel], frame.mosaic.row(y)[x]);
                }
            }
        }
        let _ = superpixels::<f32>(&frame);
    }
}

#[test]
fn a_frame_that_was_there_before_holds_the_new_picture_only() {
    let scene = |salt: usize| move |x: usize, y: usize| [(x * 7 + y * 13 + salt) as u16 * 11; 3];
    let [first, second] = [1, 500].map(|salt| seen(BayerPattern::Rggb, 70, 66, scene(salt)));
    for method in [Demosaic::Bilinear, Demosaic::Malvar] {
        let mut colours = demosaic::<f32>(&first, method);
        demosaic_into(&second, method, &mut colours).unwrap();
        assert_eq!(colours, demosaic(&second, method));
    }
    let mut other = demosaic::<f32>(&first, Demosaic::Bilinear);
    let narrower = seen(BayerPattern::Rggb, 66, 70, scene(1));
    let refused = demosaic_into(&narrower, Demosaic::Bilinear, &mut other);
    assert!(matches!(refused, Err(ImagingError::SizeMismatch { .. })));
}
