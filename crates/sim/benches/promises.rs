//! The promise about frames, judged: a full tele frame costs at most six times what one normal deviate
//! of `rand_distr` for each of its pixels costs in the same run. Exits with 1 when it is broken.
//!
//! Both run on one thread, and processor time is compared, so that a busy machine changes nothing.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it found")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_sim::optics::{Lens, Orientation};
use skyhelm_sim::sensor::Sensor;
use skyhelm_sim::sky_camera::{Scene, SkyCamera};
use skyhelm_sky::{Atmosphere, Catalogue, SkyFrame};
use skyhelm_units::{Site, UtcMillis};

const ROUNDS: usize = 9;
const LIMIT: f64 = 6.0;

/// What this thread has used of a processor so far; where the system does not say, the time of day.
fn used(start: Instant) -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = said.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn cost(start: Instant, work: impl FnOnce()) -> f64 {
    let before = used(start);
    work();
    used(start).saturating_sub(before).as_secs_f64() * 1e3
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn scene(object: &str) -> Scene {
    let site = Site::from_degrees(48.0, 11.0, 500.0);
    let utc = UtcMillis::from_seconds(1_796_860_800);
    let frame = SkyFrame::new(&site, utc, &Atmosphere::default());
    let object = Catalogue::embedded().object(object).expect("it is listed");
    let mut orientation = Orientation::level(frame.horizontal(object.position));
    let opened = orientation;
    // A tripod's mount follows in altitude and azimuth: the field turns meanwhile.
    let later = utc.plus_seconds(15.0);
    orientation = Orientation::level(frame.moved_to(later).horizontal(object.position));
    let mut scene = Scene::still(site, utc, opened, Duration::from_secs(15));
    scene.closed.utc = later;
    scene.closed.orientation = orientation;
    scene
}

fn judge() -> bool {
    let start = Instant::now();
    let tele = Lens::DWARF3_TELE;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut deviates = vec![0.0_f32; tele.width * tele.height];
    let mut kept = true;
    for object in ["M31", "M42", "NGC 7000"] {
        let scene = scene(object);
        let mut camera = SkyCamera::new(tele, Sensor::BACK_LIT_2UM, 1);
        // The first frame paints the objects; a stack has hundreds.
        black_box(camera.expose(&scene, 0));
        let (mut rival, mut frame) = (Vec::new(), Vec::new());
        for round in 1..=ROUNDS as u64 {
            rival.push(cost(start, || {
                for deviate in &mut deviates {
                    *deviate = StandardNormal.sample(&mut rng);
                }
                black_box(&deviates);
            }));
            frame.push(cost(start, || {
                black_box(camera.expose(&scene, round));
            }));
        }
        let (rival, frame) = (middle(rival), middle(frame));
        let ratio = frame / rival;
        println!(
            "full tele frame of {object}: one deviate a pixel {rival:.1} ms, frame {frame:.1} ms, ratio {ratio:.2}, at most {LIMIT}"
        );
        kept &= ratio <= LIMIT;
    }
    kept
}

fn main() -> ExitCode {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let kept = pool.expect("one thread can be started").install(judge);
    if kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
