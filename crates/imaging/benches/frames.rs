//! What a full tele frame (3856 x 2180) costs at each stage, beside copying its bytes.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_imaging::debayer::{Demosaic, demosaic, superpixels};
use skyhelm_imaging::fits::{self, Header};
use skyhelm_imaging::stack::{Motion, Resampling, Stack, StackConfig};
use skyhelm_imaging::stars::{DetectConfig, detect};
use skyhelm_imaging::stretch::{AutoStretch, Stretch};
use skyhelm_imaging::{BayerPattern, RawFrame, RgbFrame16, RgbFrameF32, cosmetic, encode, scale};
use skyhelm_units::Angle;

const WIDTH: usize = 3856;
const HEIGHT: usize = 2180;

/// A grainy sky with 500 stars.
fn sky() -> RawFrame {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let noise = Normal::new(1000.0_f32, 30.0).expect("a valid width");
    let mut counts: Vec<u16> = (0..WIDTH * HEIGHT)
        .map(|_| noise.sample(&mut rng) as u16)
        .collect();
    for _ in 0..500 {
        let (x, y) = (
            rng.random_range(10..WIDTH - 10),
            rng.random_range(10..HEIGHT - 10),
        );
        let peak: f32 = rng.random_range(300.0..30_000.0);
        for dy in 0..9 {
            for dx in 0..9 {
                let square = (dx as f32 - 4.0).powi(2) + (dy as f32 - 4.0).powi(2);
                let index = (y + dy - 4) * WIDTH + x + dx - 4;
                counts[index] = counts[index].saturating_add((peak * (-square / 1.8).exp()) as u16);
            }
        }
    }
    RawFrame::new(WIDTH, HEIGHT, BayerPattern::Rggb, counts).expect("a full frame")
}

fn stages(c: &mut Criterion) {
    let raw = sky();
    let floats: RgbFrameF32 = demosaic(&raw, Demosaic::Malvar);
    let full: RgbFrame16 = floats.convert();
    let half: RgbFrame16 = superpixels(&raw).expect("larger than a cell");
    let stretch = Stretch::auto(&full, &AutoStretch::default());
    let picture = stretch.apply(&half);
    let mut group = c.benchmark_group("tele frame");
    group.sample_size(10);

    let mut copy = vec![0_u16; WIDTH * HEIGHT];
    group.bench_function("copy", |b| {
        b.iter(|| black_box(&mut copy).copy_from_slice(black_box(raw.data())));
    });
    let mut file = Vec::with_capacity(2 * WIDTH * HEIGHT + 28_800);
    group.bench_function("write FITS", |b| {
        b.iter(|| {
            file.clear();
            fits::write(&mut file, black_box(&raw), &Header::default())
        });
    });
    group.bench_function("read FITS", |b| {
        b.iter(|| fits::FitsImage::read(black_box(&file)));
    });
    group.bench_function("superpixels", |b| {
        b.iter(|| superpixels::<u16>(black_box(&raw)));
    });
    for method in [Demosaic::Bilinear, Demosaic::Malvar] {
        group.bench_function(format!("demosaic {method:?} u16"), |b| {
            b.iter(|| demosaic::<u16>(black_box(&raw), method));
        });
        group.bench_function(format!("demosaic {method:?} f32"), |b| {
            b.iter(|| demosaic::<f32>(black_box(&raw), method));
        });
    }
    group.bench_function("auto-stretch measure", |b| {
        b.iter(|| Stretch::auto(black_box(&full), &AutoStretch::default()));
    });
    group.bench_function("stretch u16", |b| {
        b.iter(|| stretch.apply(black_box(&full)));
    });
    group.bench_function("stretch f32", |b| {
        b.iter(|| stretch.apply(black_box(&floats)));
    });
    group.bench_function("stretch half size", |b| {
        b.iter(|| stretch.apply(black_box(&half)));
    });
    group.bench_function("JPEG half size", |b| {
        b.iter(|| encode::jpeg(black_box(&picture), 80));
    });
    group.bench_function("thumbnail", |b| {
        b.iter(|| scale::shrink_to_fit(black_box(&picture), 320, 180));
    });
    group.bench_function("hot pixels", |b| {
        b.iter_with_setup(
            || raw.clone(),
            |mut raw| cosmetic::remove_hot_pixels(&mut raw, 8.0),
        );
    });
    let luminance = floats.luminance();
    group.bench_function("detect stars", |b| {
        b.iter(|| detect(black_box(&luminance), &DetectConfig::default()));
    });
    let motion = Motion {
        rotation: Angle::from_degrees(0.3),
        shift_x: 3.3,
        shift_y: -2.4,
    };
    for resampling in [
        Resampling::Nearest,
        Resampling::Bilinear,
        Resampling::Lanczos3,
    ] {
        let config = StackConfig {
            resampling,
            ..StackConfig::default()
        };
        let mut stack = Stack::new(WIDTH, HEIGHT, config).expect("a full frame");
        group.bench_function(format!("stack {resampling:?}"), |b| {
            b.iter(|| stack.add(black_box(&floats), &motion));
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
