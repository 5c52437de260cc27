use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;
use crate::RawFrame;

const WIDTH: usize = 120;
const HEIGHT: usize = 80;
const LEVEL: f32 = 500.0;
const NOISE: f32 = 12.0;

/// What each pixel adds by itself: a slope, and a few hot ones.
fn pattern(x: usize, y: usize) -> f32 {
    let hot = if is_hot(x, y) { 3000.0 } else { 0.0 };
    LEVEL + 0.2 * x as f32 + hot
}

fn is_hot(x: usize, y: usize) -> bool {
    (x * 31 + y * 17) % 977 == 5
}

fn exposure(seed: u64, light: f32) -> RawFrame {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let noise = Normal::new(0.0_f32, NOISE).unwrap();
    let data = (0..WIDTH * HEIGHT)
        .map(|i| {
            let value = pattern(i % WIDTH, i / WIDTH) + light + noise.sample(&mut rng);
            (value + 0.5) as u16
        })
        .collect();
    RawFrame::new(WIDTH, HEIGHT, BayerPattern::Rggb, data).unwrap()
}

fn master(frames: u64) -> MasterDark {
    let mut darks = DarkFrames::new(exposure(1000, 0.0));
    for seed in 1..frames {
        darks.add(exposure(1000 + seed, 0.0)).unwrap();
    }
    assert_eq!(u64::from(darks.frames()), frames);
    darks.finish()
}

fn noise_of(master: &MasterDark) -> f32 {
    let squares: Vec<f32> = (0..WIDTH * HEIGHT)
        .map(|i| (master.counts().samples()[i] - pattern(i % WIDTH, i / WIDTH)).powi(2))
        .collect();
    (squares.iter().sum::<f32>() / squares.len() as f32).sqrt()
}

#[test]
fn the_master_is_the_pattern_and_its_noise_falls_with_the_frames() {
    for (frames, expected) in [(1, 1.0), (2, 0.71), (7, 0.46), (21, 0.27), (40, 0.19)] {
        let noise = noise_of(&master(frames)) / NOISE;
        assert!((noise / expected - 1.0).abs() < 0.12, "{frames}: {noise}");
    }
}

#[test]
fn a_cosmic_ray_in_one_dark_leaves_no_trace() {
    let mut struck = exposure(1, 0.0);
    struck.mosaic.samples_mut()[40 * WIDTH + 60] = 40_000;
    let mut darks = DarkFrames::new(struck);
    for seed in 2..6 {
        darks.add(exposure(seed, 0.0)).unwrap();
    }
    let left = darks.finish().counts().row(40)[60] - pattern(60, 40);
    assert!(left.abs() < 4.0 * NOISE, "{left}");
}

#[test]
fn a_calibrated_sub_is_flat_and_keeps_its_offset() {
    let master = master(20);
    let mut sub = exposure(7, 800.0);
    master.subtract_from(&mut sub, master.level()).unwrap();
    let expected = master.level() + 800.0;
    let columns = [5, WIDTH - 6].map(|x| {
        let column: Vec<f32> = (0..HEIGHT)
            .map(|y| f32::from(sub.mosaic.row(y)[x]))
            .collect();
        column.iter().sum::<f32>() / HEIGHT as f32
    });
    for mean in columns {
        assert!((mean - expected).abs() < 4.0, "{mean} for {expected}");
    }
    let hot = (0..WIDTH * HEIGHT)
        .find(|i| is_hot(i % WIDTH, i / WIDTH))
        .unwrap();
    assert!((f32::from(sub.data()[hot]) - expected).abs() < 5.0 * NOISE);
}

#[test]
fn full_counts_stay_full_and_nothing_goes_below_nought() {
    let master = master(3);
    let mut sub = exposure(7, 0.0);
    sub.mosaic.samples_mut()[5] = u16::MAX;
    master.subtract_from(&mut sub, 0.0).unwrap();
    assert_eq!(sub.data()[5], u16::MAX);
    assert!(sub.data()[6] < 100);
}

#[test]
fn the_map_has_the_hot_pixels_and_mends_them() {
    let map = master(9).hot_pixels(8.0);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            assert_eq!(map.contains(x, y), is_hot(x, y), "{x}, {y}");
        }
    }
    let mut sub = exposure(3, 100.0);
    map.repair(&mut sub).unwrap();
    for i in (0..WIDTH * HEIGHT).filter(|i| is_hot(i % WIDTH, i / WIDTH)) {
        assert!(sub.data()[i] < 800, "{}", sub.data()[i]);
    }
    assert!(!map.contains(WIDTH, 0) && !map.contains(0, HEIGHT * 9));
}

#[test]
fn neighbours_that_are_hot_too_mend_nothing() {
    let mut frame = RawFrame::new(9, 1, BayerPattern::Rggb, vec![100; 9]).unwrap();
    for x in [2, 4] {
        frame.mosaic.samples_mut()[x] = 9000;
    }
    let map = MasterDark::from_frame(&frame, 5).hot_pixels(10.0);
    assert_eq!(map.count(), 2);
    map.repair(&mut frame).unwrap();
    assert_eq!(frame.data(), [100; 9]);
    let mut all = RawFrame::new(2, 2, BayerPattern::Rggb, vec![7; 4]).unwrap();
    let lone = HotPixelMap::of(&Plane::made(2, 2, vec![0.0, 0.0, 0.0, 99.0]), 5.0);
    lone.repair(&mut all).unwrap();
    assert_eq!(all.data(), [7; 4]);
}

#[test]
fn frames_of_another_size_are_refused() {
    let other = RawFrame::new(4, 4, BayerPattern::Rggb, vec![1; 16]).unwrap();
    let mut darks = DarkFrames::new(exposure(1, 0.0));
    assert!(darks.add(other.clone()).is_err());
    let master = darks.finish();
    assert_eq!(master.frames(), 1);
    assert!(master.subtract_from(&mut other.clone(), 0.0).is_err());
    assert!(master.hot_pixels(5.0).repair(&mut other.clone()).is_err());
}

#[test]
fn a_master_survives_its_file() {
    let master = master(5);
    let frame = master.to_frame();
    let back = MasterDark::from_frame(&frame, master.frames());
    assert_eq!(back.frames(), 5);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    for _ in 0..100 {
        let (x, y) = (rng.random_range(0..WIDTH), rng.random_range(0..HEIGHT));
        assert!((back.counts().row(y)[x] - master.counts().row(y)[x]).abs() <= 0.51);
    }
}
