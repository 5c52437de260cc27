use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_units::Angle;

use super::*;
use crate::debayer::{Demosaic, demosaic};
use crate::stars::Star;
use crate::wcs::ImagePoint;
use crate::{BayerPattern, ErrorKind, RawFrame};

fn star(x: f64, y: f64) -> Star {
    Star {
        centre: ImagePoint { x, y },
        flux: 1.0,
        peak: 1.0,
        snr: 10.0,
        fwhm: 2.2,
        elongation: 1.0,
        saturated: false,
    }
}

fn random_stars(count: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<Star> {
    (0..count)
        .map(|_| star(rng.random_range(0.0..3856.0), rng.random_range(0.0..2180.0)))
        .collect()
}

/// The stars as a moved frame sees them, with some error, some lost and some new ones.
fn moved(stars: &[Star], motion: &Motion, rng: &mut Xoshiro256PlusPlus) -> Vec<Star> {
    let error = Normal::new(0.0, 0.1).unwrap();
    let mut seen: Vec<Star> = stars
        .iter()
        .filter(|_| rng.random_bool(0.8))
        .map(|s| motion.apply(s.centre))
        .filter(|p| (0.0..3856.0).contains(&p.x) && (0.0..2180.0).contains(&p.y))
        .map(|p| (p.x, p.y))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|(x, y)| star(x + error.sample(rng), y + error.sample(rng)))
        .collect();
    seen.extend(random_stars(stars.len() / 5, rng));
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(15))]
    #[test]
    fn any_shift_and_rotation_is_found(
        degrees in -180.0..180.0f64, x in -600.0..600.0f64, y in -400.0..400.0f64, seed: u64,
    ) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let reference = random_stars(120, &mut rng);
        // Turned about the frame's middle, as field rotation does.
        let rotation = Angle::from_degrees(degrees);
        let about = Motion { rotation, shift_x: 0.0, shift_y: 0.0 }.apply(ImagePoint { x: 1928.0, y: 1090.0 });
        let motion = Motion { rotation, shift_x: 1928.0 - about.x + x, shift_y: 1090.0 - about.y + y };
        let sub = moved(&reference, &motion, &mut rng);
        let found = register(&reference, &sub, &RegisterConfig::default()).unwrap();
        for corner in [(0.0, 0.0), (3855.0, 0.0), (0.0, 2179.0), (3855.0, 2179.0)] {
            let corner = ImagePoint { x: corner.0, y: corner.1 };
            let (a, b) = (found.motion.apply(corner), motion.apply(corner));
            prop_assert!((a.x - b.x).hypot(a.y - b.y) < 0.3, "{found:?} {motion:?}");
        }
        prop_assert!(found.rms_px < 0.3);
    }

    #[test]
    fn two_fields_that_have_nothing_in_common_do_not_match(seed: u64) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let (a, b) = (random_stars(60, &mut rng), random_stars(60, &mut rng));
        prop_assert_eq!(register(&a, &b, &RegisterConfig::default()), None);
    }
}

#[test]
fn no_stars_or_one_star_or_one_place_match_nothing() {
    let config = RegisterConfig::default();
    assert_eq!(register(&[], &[], &config), None);
    let one = [star(5.0, 5.0)];
    assert_eq!(register(&one, &one, &config), None);
    let heap = vec![star(5.0, 5.0); 50];
    assert_eq!(register(&heap, &heap, &config), None);
}

fn ramp(width: usize, height: usize) -> RgbFrameF32 {
    let pixels = (0..width * height)
        .map(|i| {
            let (x, y) = ((i % width) as f32, (i / width) as f32);
            [100.0 + 2.0 * x, 50.0 + y, 10.0 + x + 3.0 * y]
        })
        .collect();
    RgbFrame::new(width, height, pixels).unwrap()
}

#[test]
fn a_moved_slope_lies_on_itself_again() {
    let width = 60;
    let frame = ramp(width, 40);
    for resampling in [Resampling::Bilinear, Resampling::Lanczos3] {
        let config = StackConfig {
            resampling,
            ..StackConfig::default()
        };
        let mut stack = Stack::new(width, 40, config).unwrap();
        let motion = Motion {
            rotation: Angle::from_degrees(2.0),
            shift_x: 1.3,
            shift_y: -2.7,
        };
        stack.add(&frame, &motion).unwrap();
        let mut covered = 0;
        for y in 0..40 {
            for x in 0..width {
                if stack.coverage().row(y)[x] == 0 {
                    assert!(stack.mean().row(y)[x].iter().all(|v| v.abs() < 1e-9));
                    continue;
                }
                covered += 1;
                let from = motion.apply(ImagePoint {
                    x: x as f64,
                    y: y as f64,
                });
                let expected = 100.0 + 2.0 * from.x;
                assert!((f64::from(stack.mean().row(y)[x][0]) - expected).abs() < 0.1);
            }
        }
        assert!(covered > 2000, "{covered}");
    }
}

#[test]
fn a_still_stack_is_the_plain_mean_to_the_last_pixel() {
    let frame = ramp(30, 20);
    for resampling in [
        Resampling::Nearest,
        Resampling::Bilinear,
        Resampling::Lanczos3,
    ] {
        let config = StackConfig {
            resampling,
            ..StackConfig::default()
        };
        let mut stack = Stack::new(30, 20, config).unwrap();
        for _ in 0..5 {
            stack.add(&frame, &Motion::default()).unwrap();
        }
        assert!(stack.coverage().samples().iter().all(|&n| n == 5));
        for (ours, theirs) in stack.mean().pixels().iter().zip(frame.pixels()) {
            for channel in 0..3 {
                assert!(
                    (ours[channel] - theirs[channel]).abs() < 1e-3,
                    "{resampling:?}"
                );
            }
        }
    }
}

/// The noise of one colour in the middle of a stack of noisy mosaics, each shifted by its own amount.
fn noise_of_stack(resampling: Resampling, subs: usize, seed: u64) -> f64 {
    let (width, height) = (160, 160);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let normal = Normal::new(1000.0_f32, 50.0).unwrap();
    let config = StackConfig {
        resampling,
        ..StackConfig::default()
    };
    let mut stack = Stack::new(width, height, config).unwrap();
    for index in 0..subs {
        let counts = (0..width * height)
            .map(|_| (normal.sample(&mut rng) + 0.5) as u16)
            .collect();
        let raw = RawFrame::new(width, height, BayerPattern::Rggb, counts).unwrap();
        let motion = if index == 0 {
            Motion::default()
        } else {
            Motion::shift(rng.random_range(-3.0..3.0), rng.random_range(-3.0..3.0))
        };
        stack
            .add(&demosaic(&raw, Demosaic::Malvar), &motion)
            .unwrap();
    }
    let values: Vec<f64> = (10..150)
        .flat_map(|y| stack.mean().row(y)[10..150].iter())
        .map(|pixel| f64::from(pixel[1]))
        .collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / values.len() as f64).sqrt()
}

#[test]
fn noise_falls_with_the_root_of_the_number_of_subs() {
    for resampling in [Resampling::Nearest, Resampling::Lanczos3] {
        let one = noise_of_stack(resampling, 1, 1);
        for subs in [4, 16, 64] {
            let ratio = noise_of_stack(resampling, subs, 2) * (subs as f64).sqrt() / one;
            assert!((ratio - 1.0).abs() < 0.05, "{resampling:?} {subs} {ratio}");
        }
    }
}

#[test]
fn a_shifted_bright_star_wears_no_dark_ring() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(6);
    let motion = Motion::shift(0.5, 0.4);
    let star = scene(&[(150.2, 120.7, 60_000.0)], &motion, &mut rng);
    let mut stack = Stack::new(300, 240, StackConfig::default()).unwrap();
    stack.add(&star, &motion).unwrap();
    let covered = stack.mean().pixels().iter().zip(stack.coverage().samples());
    let lowest = covered
        .filter(|&(_, &count)| count > 0)
        .flat_map(|(pixel, _)| pixel)
        .fold(f32::MAX, |lowest, &value| lowest.min(value));
    assert!(lowest > 500.0 - 7.0 * 10.0, "{lowest}");
}

#[test]
fn a_satellite_is_left_out_when_asked() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let normal = Normal::new(1000.0_f32, 10.0).unwrap();
    let config = StackConfig {
        reject_sigmas: Some(5.0),
        ..StackConfig::default()
    };
    let (mut plain, mut careful) = (
        Stack::new(40, 40, StackConfig::default()).unwrap(),
        Stack::new(40, 40, config).unwrap(),
    );
    for index in 0..20 {
        let mut pixels: Vec<[f32; 3]> = (0..1600)
            .map(|_| core::array::from_fn(|_| normal.sample(&mut rng)))
            .collect();
        if index == 12 {
            for step in 0..40 {
                pixels[step * 41] = [9000.0; 3];
            }
        }
        let sub = RgbFrame::new(40, 40, pixels).unwrap();
        plain.add(&sub, &Motion::default()).unwrap();
        careful.add(&sub, &Motion::default()).unwrap();
    }
    assert!(plain.mean().row(20)[20][0] > 1300.0);
    assert!((careful.mean().row(20)[20][0] - 1000.0).abs() < 15.0);
    assert_eq!(careful.coverage().row(20)[20], 19);
    let lost: usize = careful
        .coverage()
        .samples()
        .iter()
        .map(|&n| 20 - usize::from(n))
        .sum();
    assert!(lost < 100, "{lost}");
}

#[test]
fn a_sub_of_another_size_is_refused() {
    let mut stack = Stack::new(30, 20, StackConfig::default()).unwrap();
    let error = stack.add(&ramp(20, 30), &Motion::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    assert!(Stack::new(usize::MAX, 3, StackConfig::default()).is_err());
}

#[test]
fn a_motion_that_is_no_number_covers_nothing() {
    for resampling in [
        Resampling::Nearest,
        Resampling::Bilinear,
        Resampling::Lanczos3,
    ] {
        let config = StackConfig {
            resampling,
            ..StackConfig::default()
        };
        let mut stack = Stack::new(30, 20, config).unwrap();
        stack
            .add(&ramp(30, 20), &Motion::shift(f64::NAN, 1e300))
            .unwrap();
        assert!(stack.coverage().samples().iter().all(|&n| n == 0));
    }
}

/// A field of stars on a noisy sky, moved.
fn scene(places: &[(f64, f64, f64)], motion: &Motion, rng: &mut Xoshiro256PlusPlus) -> RgbFrameF32 {
    let (width, height) = (300, 240);
    let normal = Normal::new(500.0_f32, 10.0).unwrap();
    let mut pixels: Vec<[f32; 3]> = (0..width * height)
        .map(|_| core::array::from_fn(|_| normal.sample(rng)))
        .collect();
    for &(x, y, peak) in places {
        let at = motion.apply(ImagePoint { x, y });
        for (index, pixel) in pixels.iter_mut().enumerate() {
            let (dx, dy) = ((index % width) as f64 - at.x, (index / width) as f64 - at.y);
            let square = dx * dx + dy * dy;
            if square < 64.0 {
                let light = (peak * (-square / 2.0).exp()) as f32;
                *pixel = pixel.map(|value| value + light);
            }
        }
    }
    RgbFrame::new(width, height, pixels).unwrap()
}

#[test]
fn a_live_stack_follows_drift_and_rotation_and_refuses_cloud() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(21);
    let places: Vec<_> = (0..30)
        .map(|_| {
            (
                rng.random_range(20.0..280.0),
                rng.random_range(20.0..220.0),
                rng.random_range(400.0..4000.0),
            )
        })
        .collect();
    let mut live = LiveStack::new(300, 240, LiveStackConfig::default()).unwrap();
    let cloud = scene(&[], &Motion::default(), &mut rng);
    assert!(matches!(
        live.add(&cloud).unwrap(),
        SubOutcome::TooFewStars { .. }
    ));
    for step in 0..6 {
        let motion = Motion {
            rotation: Angle::from_degrees(0.1 * f64::from(step)),
            shift_x: 2.3 * f64::from(step),
            shift_y: -1.1 * f64::from(step),
        };
        let outcome = live.add(&scene(&places, &motion, &mut rng)).unwrap();
        assert!(outcome.is_added(), "{outcome:?}");
        if let SubOutcome::Added(registration) = outcome {
            assert!(registration.rms_px < 0.15, "{registration:?}");
            let turned = (registration.motion.rotation - motion.rotation).abs();
            assert!(turned.degrees() < 0.05);
        }
    }
    let elsewhere: Vec<_> = places
        .iter()
        .rev()
        .map(|&(x, y, p)| (y, x * 0.77, p))
        .collect();
    let other = scene(&elsewhere, &Motion::default(), &mut rng);
    assert!(matches!(
        live.add(&other).unwrap(),
        SubOutcome::NoMatch { .. }
    ));
    assert_eq!(live.stack().subs(), 6);
    let (x, y, peak) = places[0];
    let seen = live.stack().mean().row(y.round() as usize)[x.round() as usize][1] - 500.0;
    assert!(f64::from(seen) > 0.6 * peak, "{seen} {peak}");
}
