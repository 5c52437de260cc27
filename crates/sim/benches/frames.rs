//! What a frame costs, against one normal deviate per pixel; and what the previews cost.
//!
//! Run on one thread (`RAYON_NUM_THREADS=1`) to compare CPU time with CPU time.

#![allow(missing_docs, reason = "criterion's macros make the functions")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_sim::optics::{Lens, Orientation};
use skyhelm_sim::sensor::Sensor;
use skyhelm_sim::sky_camera::{Scene, SkyCamera};
use skyhelm_sky::{Atmosphere, Catalogue, SkyFrame};
use skyhelm_units::{Site, UtcMillis};

fn scene() -> Scene {
    let site = Site::from_degrees(48.0, 11.0, 500.0);
    let utc = UtcMillis::from_seconds(1_796_860_800);
    let frame = SkyFrame::new(&site, utc, &Atmosphere::default());
    let m31 = Catalogue::embedded().object("M31").expect("it is listed");
    let orientation = Orientation::level(frame.horizontal(m31.position));
    Scene::still(site, utc, orientation, Duration::from_secs(15))
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frames");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(8));
    let tele = Lens::DWARF3_TELE;
    group.bench_function("one normal deviate per tele pixel", |bencher| {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut pixels = vec![0.0_f32; tele.width * tele.height];
        bencher.iter(|| {
            for pixel in &mut pixels {
                *pixel = StandardNormal.sample(&mut rng);
            }
            black_box(&pixels);
        });
    });
    let scene = scene();
    let mut camera = SkyCamera::new(tele, Sensor::BACK_LIT_2UM, 1);
    let mut number = 0;
    group.bench_function("a full tele frame of M31", |bencher| {
        bencher.iter(|| {
            number += 1;
            black_box(camera.expose(&scene, number));
        });
    });
    for (name, lens, width) in [
        ("tele preview, 1920 wide, tracking", tele, 1920),
        ("wide preview, 1920 wide, tracking", Lens::DWARF3_WIDE, 1920),
        ("tele preview, 1280 wide, tracking", tele, 1280),
    ] {
        let mut camera = SkyCamera::new(lens, Sensor::BACK_LIT_2UM, 1);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                number += 1;
                black_box(camera.preview(&scene, width, number));
            });
        });
    }
    for (name, lens) in [("tele", tele), ("wide", Lens::DWARF3_WIDE)] {
        let mut camera = SkyCamera::new(lens, Sensor::BACK_LIT_2UM, 1);
        let mut moving = scene.clone();
        group.bench_function(format!("{name} preview, 1280 wide, slewing"), |bencher| {
            bencher.iter(|| {
                number += 1;
                moving.opened.utc = moving.opened.utc.plus_seconds(2.0);
                moving.closed.utc = moving.opened.utc;
                black_box(camera.preview(&moving, 1280, number));
            });
        });
    }
    let image = camera.preview(&scene, 1920, 1).clone();
    group.bench_function("JPEG of a tele preview", |bencher| {
        bencher.iter(|| black_box(skyhelm_imaging::encode::jpeg(&image, 85)));
    });
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
