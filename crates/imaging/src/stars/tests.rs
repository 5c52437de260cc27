use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

const SKY: f32 = 800.0;
const NOISE: f32 = 20.0;

/// Light of a Gaussian star falling on one pixel, by integrating over its area.
fn star_light(x: f64, y: f64, sigma: f64, px: usize, py: usize) -> f64 {
    let steps = [-0.4, -0.2, 0.0, 0.2, 0.4];
    let mut light = 0.0;
    for sx in steps {
        for sy in steps {
            let (dx, dy) = (px as f64 + sx - x, py as f64 + sy - y);
            light += (-(dx * dx + dy * dy) / (2.0 * sigma * sigma)).exp();
        }
    }
    light / 25.0 / (2.0 * core::f64::consts::PI * sigma * sigma)
}

struct Scene {
    image: Plane<f32>,
    rng: Xoshiro256PlusPlus,
}

impl Scene {
    fn new(width: usize, height: usize, seed: u64) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let noise = Normal::new(SKY, NOISE).unwrap();
        let samples = (0..width * height)
            .map(|_| noise.sample(&mut rng))
            .collect();
        let image = Plane::new(width, height, samples).unwrap();
        Self { image, rng }
    }

    fn add(&mut self, x: f64, y: f64, sigma: f64, flux: f64) {
        let (width, height) = (self.image.width(), self.image.height());
        let reach = 6.0 * sigma;
        for py in (y - reach).max(0.0) as usize..((y + reach) as usize + 1).min(height) {
            for px in (x - reach).max(0.0) as usize..((x + reach) as usize + 1).min(width) {
                let light = flux * star_light(x, y, sigma, px, py);
                self.image.samples_mut()[py * width + px] += light as f32;
            }
        }
    }
}

/// The flux at which the matched filter sees a star at a given signal to noise.
fn flux_for(snr: f64, sigma: f64) -> f64 {
    snr * f64::from(NOISE) * 2.0 * sigma * core::f64::consts::PI.sqrt()
}

fn nearest(stars: &[Star], x: f64, y: f64) -> Option<(&Star, f64)> {
    stars
        .iter()
        .map(|star| (star, (star.centre.x - x).hypot(star.centre.y - y)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
}

/// Stars on a jittered grid, all of one brightness. Returns their places.
fn grid(scene: &mut Scene, sigma: f64, flux: f64) -> Vec<(f64, f64)> {
    let mut places = Vec::new();
    for row in 0..20 {
        for column in 0..20 {
            let x = 25.0 + 24.0 * f64::from(column) + scene.rng.random_range(-3.0..3.0);
            let y = 25.0 + 24.0 * f64::from(row) + scene.rng.random_range(-3.0..3.0);
            scene.add(x, y, sigma, flux);
            places.push((x, y));
        }
    }
    places
}

#[test]
fn centres_of_stars_twenty_times_the_noise_are_good_to_a_tenth_of_a_pixel() {
    for sigma in [0.95, 1.3] {
        let mut scene = Scene::new(512, 512, 7);
        let places = grid(&mut scene, sigma, flux_for(20.0, sigma));
        let found = detect(&scene.image, &DetectConfig::default());
        assert!(
            (found.stars.len() as i32 - 400).abs() <= 2,
            "{}",
            found.stars.len()
        );
        let (mut squares, mut sum_x, mut sum_y, mut snr) = (0.0, 0.0, 0.0, 0.0);
        for &(x, y) in &places {
            let (star, _) = nearest(&found.stars, x, y).unwrap();
            let (dx, dy) = (star.centre.x - x, star.centre.y - y);
            squares += dx * dx + dy * dy;
            sum_x += dx;
            sum_y += dy;
            snr += f64::from(star.snr);
        }
        let rms_per_axis = (squares / 800.0).sqrt();
        assert!(rms_per_axis < 0.1, "{rms_per_axis}");
        assert!((sum_x / 400.0).abs() < 0.015 && (sum_y / 400.0).abs() < 0.015);
        assert!((snr / 400.0 - 20.0).abs() < 2.0, "{}", snr / 400.0);
    }
}

#[test]
fn width_flux_and_roundness_of_bright_stars_are_right() {
    let sigma = 1.1;
    let flux = flux_for(300.0, sigma);
    let mut scene = Scene::new(512, 512, 8);
    let places = grid(&mut scene, sigma, flux);
    let found = detect(&scene.image, &DetectConfig::default());
    // The pixel's own width adds 1/12 of a square pixel.
    let fwhm = 2.3548 * (sigma * sigma + 1.0 / 12.0_f64).sqrt();
    assert!(
        (f64::from(found.fwhm.unwrap()) - fwhm).abs() < 0.05,
        "{:?} {fwhm}",
        found.fwhm
    );
    for &(x, y) in &places {
        let (star, distance) = nearest(&found.stars, x, y).unwrap();
        assert!(distance < 0.03, "{distance}");
        assert!(
            (f64::from(star.flux) / flux - 1.0).abs() < 0.05,
            "{} {flux}",
            star.flux
        );
        assert!(star.elongation < 1.1 && !star.saturated);
    }
    assert!((found.sky - SKY).abs() < 2.0, "{}", found.sky);
    assert!((found.noise - NOISE).abs() < 1.0, "{}", found.noise);
}

#[test]
fn an_empty_sky_has_no_stars() {
    let scene = Scene::new(700, 500, 9);
    let found = detect(&scene.image, &DetectConfig::default());
    assert!(found.stars.len() <= 1, "{}", found.stars.len());
}

#[test]
fn a_slope_in_the_sky_is_no_star_and_hides_none() {
    let mut scene = Scene::new(512, 512, 10);
    let places = grid(&mut scene, 1.2, flux_for(40.0, 1.2));
    for (index, sample) in scene.image.samples_mut().iter_mut().enumerate() {
        *sample += (index % 512) as f32 * 3.0 + (index / 512) as f32;
    }
    let found = detect(&scene.image, &DetectConfig::default());
    assert!(
        (found.stars.len() as i32 - 400).abs() <= 3,
        "{}",
        found.stars.len()
    );
    for (x, y) in places {
        assert!(nearest(&found.stars, x, y).unwrap().1 < 0.3);
    }
}

#[test]
fn a_close_pair_is_two_stars() {
    let mut scene = Scene::new(200, 200, 11);
    scene.add(100.0, 100.0, 1.1, 60_000.0);
    scene.add(106.0, 101.0, 1.1, 20_000.0);
    let found = detect(&scene.image, &DetectConfig::default());
    assert_eq!(found.stars.len(), 2);
    assert!(nearest(&found.stars, 106.0, 101.0).unwrap().1 < 0.2);
}

#[test]
fn a_saturated_star_says_so_and_is_one() {
    let mut scene = Scene::new(200, 200, 12);
    scene.add(90.3, 80.7, 2.0, 8e6);
    for sample in scene.image.samples_mut() {
        *sample = sample.min(65535.0);
    }
    let found = detect(&scene.image, &DetectConfig::default());
    let (star, distance) = nearest(&found.stars, 90.3, 80.7).unwrap();
    assert_eq!(found.stars.len(), 1, "{:?}", found.stars);
    assert!(star.saturated && distance < 0.2, "{distance}");
}

#[test]
fn a_trail_is_long() {
    let mut scene = Scene::new(200, 200, 13);
    for step in 0..20 {
        scene.add(95.0 + 0.3 * f64::from(step), 100.0, 1.0, 3000.0);
    }
    let found = detect(&scene.image, &DetectConfig::default());
    assert!(
        found.stars[0].elongation > 1.5,
        "{}",
        found.stars[0].elongation
    );
}

#[test]
fn the_brightest_come_first_and_no_more_than_asked() {
    let mut scene = Scene::new(300, 300, 14);
    for n in 0..10 {
        scene.add(
            30.0 + 25.0 * f64::from(n),
            150.0,
            1.2,
            5000.0 * f64::from(n + 1),
        );
    }
    let config = DetectConfig {
        most: 4,
        ..DetectConfig::default()
    };
    let found = detect(&scene.image, &config);
    assert_eq!(found.stars.len(), 4);
    assert!(
        found
            .stars
            .windows(2)
            .all(|pair| pair[0].flux >= pair[1].flux)
    );
    assert!((found.stars[0].centre.x - 255.0).abs() < 0.5);
}

proptest! {
    #[test]
    fn no_image_makes_it_panic(
        width in 1..40_usize, height in 1..40_usize, seed: u64, kind in 0..4_u8,
    ) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let samples = (0..width * height)
            .map(|_| match kind {
                0 => rng.random_range(0.0..65535.0),
                1 => 100.0,
                2 => [f32::NAN, f32::INFINITY, 5.0, -1e30][rng.random_range(0..4)],
                _ => [0.0, 60_000.0][usize::from(rng.random_bool(0.05))],
            })
            .collect();
        let image = Plane::new(width, height, samples).unwrap();
        detect(&image, &DetectConfig::default());
    }
}
