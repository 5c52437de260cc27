//! What a rendered frame and a chart ask of the sky.
#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use skyhelm_sky::{Atmosphere, Body, Catalogue, SkyFrame, Star, events};
use skyhelm_units::{Angle, Equatorial, Site, UtcMillis};

fn frame() -> SkyFrame {
    let site = Site::from_degrees(48.14, 11.58, 520.0);
    SkyFrame::new(
        &site,
        UtcMillis::from_seconds(1_795_262_400),
        &Atmosphere::default(),
    )
}

fn cones(c: &mut Criterion) {
    let catalogue = Catalogue::embedded();
    let cygnus = Equatorial::from_degrees(305.0, 40.0).unwrap();
    let tele = Angle::from_degrees(1.7);
    c.bench_function("stars of a tele frame, to G 10", |b| {
        b.iter(|| {
            catalogue
                .stars_in_cone(black_box(cygnus), tele, 10.0)
                .count()
        });
    });
    let wide = Angle::from_degrees(25.0);
    c.bench_function("stars of a wide frame, to G 7", |b| {
        b.iter(|| {
            catalogue
                .stars_in_cone(black_box(cygnus), wide, 7.0)
                .count()
        });
    });
    c.bench_function("deep-sky objects of a wide frame", |b| {
        b.iter(|| catalogue.objects_in_cone(black_box(cygnus), wide).count());
    });
}

fn transforms(c: &mut Criterion) {
    let (catalogue, frame) = (Catalogue::embedded(), frame());
    let cygnus = Equatorial::from_degrees(305.0, 40.0).unwrap();
    let stars: Vec<Star> = catalogue
        .stars_in_cone(cygnus, Angle::from_degrees(25.0), 10.0)
        .take(1000)
        .collect();
    assert_eq!(stars.len(), 1000);
    c.bench_function("1,000 stars to the horizon", |b| {
        b.iter(|| {
            let seen = stars
                .iter()
                .map(|star| frame.horizontal_vector(frame.star_vector(star)));
            seen.map(|v| v[2]).sum::<f64>()
        });
    });
    c.bench_function("a new frame", |b| b.iter(|| black_box(self::frame())));
    c.bench_function("a frame moved in time", |b| {
        b.iter(|| frame.moved_to(black_box(frame.utc().plus_seconds(60.0))));
    });
    c.bench_function("the Moon", |b| b.iter(|| frame.body(black_box(Body::Moon))));
    c.bench_function("an altitude curve of 200 points", |b| {
        let target = events::Target::Fixed(cygnus);
        b.iter(|| events::altitude_curve(&frame, &target, 24.0, 200));
    });
}

fn searches(c: &mut Criterion) {
    let catalogue = Catalogue::embedded();
    c.bench_function("a search", |b| {
        b.iter(|| catalogue.search(black_box("orion neb")));
    });
}

criterion_group!(benches, cones, transforms, searches);
criterion_main!(benches);
