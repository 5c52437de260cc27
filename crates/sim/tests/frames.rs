//! The rendered frames, judged by their pixels.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use skyhelm_imaging::RawFrame;
use skyhelm_imaging::wcs::{ImagePoint, Wcs};
use skyhelm_sim::optics::{Lens, Orientation};
use skyhelm_sim::sensor::{Gain, Sensor};
use skyhelm_sim::sky_camera::{Scene, SkyCamera, View};
use skyhelm_sim::solve_model::{self, SolveFailure};
use skyhelm_sky::{Atmosphere, Body, Catalogue, SkyFrame};
use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, Site, UtcMillis};

const SITE: Site = Site::from_degrees(48.0, 11.0, 500.0);
/// A moonless winter night in the Alps' foreland.
const NIGHT: UtcMillis = UtcMillis::from_seconds(1_796_860_800);

/// The tele lens with a smaller sensor behind it, so that a test takes no time.
fn small_lens(width: usize, height: usize) -> Lens {
    Lens {
        width,
        height,
        ..Lens::DWARF3_TELE
    }
}

fn frame_at(utc: UtcMillis) -> SkyFrame {
    SkyFrame::new(&SITE, utc, &Atmosphere::default())
}

/// A field in the Milky Way of Cassiopeia and Perseus, high at that hour.
fn field() -> Equatorial<J2000> {
    Equatorial::from_hours_degrees(1.9, 58.0).unwrap()
}

fn looking_at(place: Equatorial<J2000>, utc: UtcMillis) -> Orientation {
    Orientation::level(frame_at(utc).horizontal(place))
}

fn night_scene(seconds: u64) -> Scene {
    let orientation = looking_at(field(), NIGHT);
    Scene::still(SITE, NIGHT, orientation, Duration::from_secs(seconds))
}

fn camera(width: usize, height: usize) -> SkyCamera {
    SkyCamera::new(small_lens(width, height), Sensor::BACK_LIT_2UM, 7)
}

fn values(raw: &RawFrame) -> Vec<f64> {
    raw.data().iter().map(|&v| f64::from(v)).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let middle = mean(values);
    values.iter().map(|v| (v - middle).powi(2)).sum::<f64>() / values.len() as f64
}

#[test]
fn residuals_of_two_frames_do_not_correlate() {
    let mut camera = camera(400, 240);
    let scene = night_scene(15);
    let frames: Vec<Vec<f64>> = (0..4)
        .map(|n| values(&camera.expose(&scene, n).raw))
        .collect();
    let residual = |a: usize, b: usize| -> Vec<f64> {
        frames[a]
            .iter()
            .zip(&frames[b])
            .map(|(x, y)| x - y)
            .collect()
    };
    let (first, second) = (residual(0, 1), residual(2, 3));
    let products: Vec<f64> = first.iter().zip(&second).map(|(x, y)| x * y).collect();
    let correlation = mean(&products) / (variance(&first) * variance(&second)).sqrt();
    assert!(correlation.abs() < 0.01, "{correlation}");
    // Neighbours are independent too: nothing smooths the noise.
    let shifted: Vec<f64> = first.windows(2).map(|pair| pair[0] * pair[1]).collect();
    assert!((mean(&shifted) / variance(&first)).abs() < 0.01);
}

#[test]
fn variance_follows_the_photon_line() {
    let sensor = Sensor::BACK_LIT_2UM;
    let mut camera = camera(360, 200);
    for (gain, exposures) in [(Gain(60), [4, 30, 240]), (Gain(200), [2, 8, 30])] {
        let per_count = sensor.electrons_per_count(gain);
        let read = sensor.read_noise(gain);
        // Rounding to steps of the converter adds a twelfth of a step squared.
        let rounding = sensor.electrons_per_step(gain).powi(2) / 12.0;
        for seconds in exposures {
            let mut scene = night_scene(seconds);
            scene.gain = gain;
            scene.conditions.darkness_mag = 19.0;
            let first = values(&camera.expose(&scene, 1).raw);
            let second = values(&camera.expose(&scene, 2).raw);
            // Saturated stars have no noise; they are left out.
            let (mut electrons, mut differences) = (Vec::new(), Vec::new());
            for (a, b) in first.iter().zip(&second) {
                let level = ((a + b) / 2.0 - f64::from(Sensor::BIAS)) * per_count;
                if level < 900.0 {
                    electrons.push(level);
                    differences.push((a - b) * per_count);
                }
            }
            let expected = mean(&electrons) + read * read + rounding;
            let measured = variance(&differences) / 2.0;
            let ratio = measured / expected;
            assert!(
                (ratio - 1.0).abs() < 0.03,
                "{seconds} s at {gain:?}: {ratio}"
            );
        }
    }
}

#[test]
fn stacked_noise_falls_with_the_square_root_of_the_number() {
    let mut camera = camera(120, 80);
    let scene = night_scene(10);
    let frames: Vec<Vec<f64>> = (0..128)
        .map(|n| values(&camera.expose(&scene, n).raw))
        .collect();
    let stack = |from: usize, n: usize| -> Vec<f64> {
        (0..frames[0].len())
            .map(|pixel| frames[from..from + n].iter().map(|f| f[pixel]).sum::<f64>() / n as f64)
            .collect()
    };
    let noise = |n: usize| {
        let pairs = 64 / n;
        let squares: f64 = (0..pairs)
            .map(|pair| {
                let (a, b) = (stack(pair * 2 * n, n), stack((pair * 2 + 1) * n, n));
                let difference: Vec<f64> = a.iter().zip(&b).map(|(x, y)| x - y).collect();
                variance(&difference)
            })
            .sum();
        (squares / pairs as f64).sqrt()
    };
    let single = noise(1);
    for n in [4, 16, 64] {
        let ratio = noise(n) * (n as f64).sqrt() / single;
        assert!((ratio - 1.0).abs() < 0.05, "{n}: {ratio}");
    }
}

#[test]
fn the_sky_stays_and_the_noise_changes() {
    let scene = night_scene(10);
    let (mut one, mut two) = (camera(300, 200), camera(300, 200));
    let (a, b) = (one.expose(&scene, 5).raw, two.expose(&scene, 5).raw);
    assert_eq!(a, b, "one seed, one frame number: one picture");
    let c = one.expose(&scene, 6).raw;
    let same = a
        .data()
        .iter()
        .zip(c.data())
        .filter(|(x, y)| x == y)
        .count();
    assert!(same < a.data().len() / 2);
}

/// Centroid of a star above its surroundings, by moments with a window that follows it.
fn centroid(raw: &[f64], width: usize, height: usize, start: ImagePoint) -> Option<ImagePoint> {
    let mut at = start;
    for _ in 0..12 {
        let (x0, y0) = (at.x.round() as i64, at.y.round() as i64);
        if x0 < 12 || y0 < 12 || x0 >= width as i64 - 12 || y0 >= height as i64 - 12 {
            return None;
        }
        let mut ring = Vec::new();
        for y in y0 - 11..=y0 + 11 {
            for x in x0 - 11..=x0 + 11 {
                let r = (x as f64 - at.x).hypot(y as f64 - at.y);
                if (8.0..11.0).contains(&r) {
                    ring.push(raw[y as usize * width + x as usize]);
                }
            }
        }
        ring.sort_unstable_by(f64::total_cmp);
        let background = ring[ring.len() / 2];
        let (mut sum, mut mx, mut my) = (0.0, 0.0, 0.0);
        for y in y0 - 6..=y0 + 6 {
            for x in x0 - 6..=x0 + 6 {
                let (dx, dy) = (x as f64 - at.x, y as f64 - at.y);
                let weight = (-(dx * dx + dy * dy) / (2.0 * 1.6 * 1.6)).exp();
                let value = (raw[y as usize * width + x as usize] - background) * weight;
                sum += value;
                mx += value * dx;
                my += value * dy;
            }
        }
        at = ImagePoint {
            x: at.x + 2.0 * mx / sum,
            y: at.y + 2.0 * my / sum,
        };
    }
    Some(at)
}

/// Offsets in pixels of all unsaturated catalogue stars of a frame from where a header says they are.
fn offsets(camera: &mut SkyCamera, scene: &Scene, header: &Wcs) -> Vec<f64> {
    let truth = frame_at(NIGHT);
    let exposure = camera.expose(scene, 1);
    let raw = values(&exposure.raw);
    let (width, height) = (exposure.raw.width(), exposure.raw.height());
    let projection = header.projection().unwrap();
    let center = header.crval;
    let mut offsets = Vec::new();
    for star in Catalogue::embedded().stars_in_cone(center, camera.lens().half_diagonal(), 9.8) {
        let place = truth.star_vector(&star);
        let Some(point) = projection.to_pixel(place).map(ImagePoint::from) else {
            continue;
        };
        if star.magnitude < 7.8 || point.x < 20.0 || point.y < 20.0 {
            continue;
        }
        if let Some(found) = centroid(&raw, width, height, point) {
            offsets.push((found.x - point.x).hypot(found.y - point.y));
        }
    }
    offsets
}

fn median(mut values: Vec<f64>) -> f64 {
    assert!(values.len() >= 5, "only {} stars", values.len());
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn stars_stand_where_the_header_says_and_a_second_of_time_is_noticed() {
    let mut camera = camera(1600, 1000);
    let mut scene = night_scene(2);
    scene.gain = Gain(0);
    let header = camera.wcs(&scene);
    let right = median(offsets(&mut camera, &scene, &header));
    assert!(right < 0.2, "{right} px");
    // Negative control: the same, but the sky is a second of sidereal time off.
    scene.opened.utc = NIGHT.plus_seconds(1.0);
    scene.closed.utc = scene.opened.utc;
    let late = median(offsets(&mut camera, &scene, &header));
    assert!(late > 1.0, "{late} px");
}

#[test]
fn a_star_in_focus_is_two_pixels_wide() {
    let mut camera = camera(1600, 1000);
    let scene = night_scene(2);
    let exposure = camera.expose(&scene, 1);
    let raw = values(&exposure.raw);
    let projection = exposure.wcs.projection().unwrap();
    let truth = frame_at(NIGHT);
    let radius = camera.lens().half_diagonal();
    let mut widths = Vec::new();
    for star in Catalogue::embedded().stars_in_cone(exposure.wcs.crval, radius, 9.8) {
        let Some(point) = projection
            .to_pixel(truth.star_vector(&star))
            .map(ImagePoint::from)
        else {
            continue;
        };
        if star.magnitude < 8.5 {
            continue;
        }
        let Some(at) = centroid(&raw, 1600, 1000, point) else {
            continue;
        };
        // Least squares of the logarithm against radius squared, near the centre, in green alone.
        let (x0, y0) = (at.x.round() as usize, at.y.round() as usize);
        let (mut n, mut sr, mut sl, mut srr, mut srl) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for y in y0 - 2..=y0 + 2 {
            for x in x0 - 2..=x0 + 2 {
                let level = raw[y * 1600 + x] - f64::from(Sensor::BIAS) - 60.0;
                let r2 = (x as f64 - at.x).powi(2) + (y as f64 - at.y).powi(2);
                if (x + y) % 2 == 1 && level > 300.0 && r2 < 4.5 {
                    let log = level.ln();
                    n += 1.0;
                    sr += r2;
                    sl += log;
                    srr += r2 * r2;
                    srl += r2 * log;
                }
            }
        }
        let slope = (n * srl - sr * sl) / (n * srr - sr * sr);
        if n >= 5.0 && slope < 0.0 {
            widths.push(2.354_82 * (-0.5 / slope).sqrt());
        }
    }
    let width = median(widths);
    assert!((width - 2.2).abs() < 0.3, "{width} px");
}

#[test]
fn a_clear_sharp_frame_solves_to_within_seconds_of_arc() {
    let mut camera = camera(1600, 1000);
    let exposure = camera.expose(&night_scene(5), 1);
    let mut squares = 0.0;
    for seed in 0..50 {
        let solution = solve_model::solve(&exposure, seed).unwrap();
        let off = solution.center.separation(&field()).arcseconds();
        assert!(off < 25.0, "{off}");
        squares += off * off;
    }
    let rms = (squares / 50.0_f64).sqrt();
    assert!((3.0..8.0).contains(&rms), "{rms}");
}

fn failure(scene: &Scene) -> SolveFailure {
    let exposure = camera(1600, 1000).expose(scene, 3);
    solve_model::solve(&exposure, 1).unwrap_err()
}

fn is_few(failure: SolveFailure) -> bool {
    matches!(failure, SolveFailure::TooFewStars(seen) if seen < solve_model::STARS_NEEDED)
}

#[test]
fn an_overcast_frame_does_not_solve() {
    let mut overcast = night_scene(5);
    overcast.conditions.cloud = 1.0;
    assert!(is_few(failure(&overcast)));
}

#[test]
fn a_daylight_frame_does_not_solve() {
    let noon = UtcMillis::from_seconds(1_796_860_800 - 10 * 3600);
    let mut day = night_scene(1);
    day.opened.utc = noon;
    day.closed.utc = noon;
    day.exposure = Duration::from_micros(500);
    assert!(is_few(failure(&day)));
}

#[test]
fn a_defocused_frame_does_not_solve() {
    let mut defocused = night_scene(5);
    defocused.defocus_um = 150.0;
    assert_eq!(failure(&defocused), SolveFailure::Blurred);
}

#[test]
fn a_trailed_frame_does_not_solve() {
    for arcminutes in [0.6, 3.0] {
        let mut trailed = night_scene(5);
        let moved = Horizontal::from_vector({
            let mut v = trailed.opened.orientation.direction().to_vector();
            v[0] += Angle::from_arcminutes(arcminutes).radians();
            v
        });
        trailed.closed = View {
            utc: NIGHT.plus_seconds(5.0),
            orientation: Orientation::level(moved),
        };
        // A long trail is not even found as one thing.
        let failure = failure(&trailed);
        assert!(
            failure == SolveFailure::Blurred || is_few(failure),
            "{failure}"
        );
    }
}

#[test]
fn a_frame_of_seven_stars_does_not_solve() {
    // A hundredth of a second shows only the brightest.
    let mut scene = night_scene(5);
    scene.exposure = Duration::from_millis(2);
    assert!(is_few(failure(&scene)));
}

#[test]
fn previews_are_kept_while_nothing_moves_and_their_noise_is_fresh() {
    let mut camera = camera(1920, 1080);
    let scene = night_scene(1);
    let first = camera.preview(&scene, 640, 1).clone();
    let again = camera.preview(&scene, 640, 1).clone();
    let other = camera.preview(&scene, 640, 2).clone();
    assert_eq!(first, again);
    assert_ne!(first, other);
    camera.drop_buffers();
    assert_eq!(first, *camera.preview(&scene, 640, 1));
}

#[test]
fn both_cameras_draw_the_whole_sky_without_a_panic() {
    for lens in [Lens::DWARF3_WIDE, small_lens(480, 270)] {
        let mut camera = SkyCamera::new(lens, Sensor::BACK_LIT_2UM, 1);
        for azimuth in [0.0, 90.0, 215.0] {
            for altitude in [-30.0, 0.0, 30.0, 89.9] {
                for hour in [0, 6, 12, 18] {
                    let utc = NIGHT.plus_seconds(f64::from(hour) * 3600.0);
                    let seen = Horizontal::from_degrees(azimuth, altitude).unwrap();
                    let exposure = Duration::from_millis(200);
                    let scene = Scene::still(SITE, utc, Orientation::level(seen), exposure);
                    let image = camera.preview(&scene, 320, 1);
                    assert_eq!(image.width(), 320);
                }
            }
        }
    }
}

#[test]
fn planets_stand_where_the_sky_has_them() {
    for body in [Body::Jupiter, Body::Saturn, Body::Mars] {
        // The first quarter of an hour of that week at which it stands well up in the dark.
        let moments = (0..700).map(|step| NIGHT.plus_seconds(900.0 * f64::from(step)));
        let utc = moments
            .into_iter()
            .find(|&utc| {
                let frame = frame_at(utc);
                let high = |body, degrees| {
                    frame.body(body).horizontal.altitude.angle().degrees() > degrees
                };
                high(body, 25.0) && !high(Body::Sun, -12.0)
            })
            .unwrap_or_else(|| panic!("{body} does not rise"));
        let place = frame_at(utc).body(body);
        let mut scene = Scene::still(
            SITE,
            utc,
            Orientation::level(place.horizontal),
            Duration::from_millis(8),
        );
        scene.gain = Gain(0);
        let mut camera = camera(400, 240);
        let exposure = camera.expose(&scene, 1);
        let counts = exposure.raw.data();
        let ground = f64::from(Sensor::BIAS) + 400.0;
        let (mut sum, mut moment) = (0.0, [0.0; 2]);
        for (index, &count) in counts.iter().enumerate() {
            let (x, y) = ((index % 400) as f64, (index / 400) as f64);
            let light = (f64::from(count) - ground).max(0.0);
            if (x - 199.5).hypot(y - 119.5) < 30.0 {
                sum += light;
                moment[0] += light * x;
                moment[1] += light * y;
            }
        }
        assert!(sum > 10_000.0, "{body} is not to be seen: {sum}");
        let expected = exposure.wcs.sky_to_pixel(&place.position).unwrap();
        let ImagePoint { x, y } = ImagePoint::from(expected);
        let off = (moment[0] / sum - x).hypot(moment[1] / sum - y);
        assert!(off < 1.5, "{body} is {off} pixels off");
    }
}

/// The middle of each colour of a wide preview, 50 degrees beside the Moon (or where it would be).
fn wide_sky(utc: UtcMillis, exposure: Duration) -> [u8; 3] {
    let moon = frame_at(utc).moon().horizontal;
    let azimuth = moon.azimuth.angle().degrees() + 50.0;
    let orientation = Orientation::level(Horizontal::from_degrees(azimuth, 50.0).unwrap());
    let scene = Scene::still(SITE, utc, orientation, exposure);
    let mut camera = SkyCamera::new(Lens::DWARF3_WIDE, Sensor::BACK_LIT_2UM, 7);
    let image = camera.preview(&scene, 320, 1);
    [0, 1, 2].map(|c| {
        let mut values: Vec<u8> = image.pixels().iter().map(|pixel| pixel[c]).collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable(middle).1
    })
}

#[test]
fn the_night_is_shown_dark_bluish_under_the_moon_and_an_overexposed_dusk_white() {
    let exposure = Duration::from_secs(10);
    // 2026-11-21 22:20 UTC: the Moon high, nine tenths lit.
    let [r, g, b] = wide_sky(UtcMillis::from_seconds(1_795_299_600), exposure);
    assert!(g < 50 && b > g && g > r, "moonlight {r} {g} {b}");
    // 2026-11-09 20:00 UTC: a new Moon.
    let [r, g, b] = wide_sky(UtcMillis::from_seconds(1_794_254_400), exposure);
    assert!(g < 40 && r.abs_diff(b) < 5, "no Moon {r} {g} {b}");
    let [r, g, b] = wide_sky(UtcMillis::from_seconds(1_794_240_000), exposure);
    assert!(r > 245 && g > 245 && b > 245, "dusk {r} {g} {b}");
}
