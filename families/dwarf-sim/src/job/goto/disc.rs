//! Sun and Moon are found by their picture: there are no stars to solve beside them.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_imaging::debayer::superpixels;
use skyhelm_imaging::look::Look;
use skyhelm_imaging::{Plane, RawFrame};
use skyhelm_sim::mechanics::MotorAngles;
use skyhelm_sim::sensor::{Filter, Gain};
use skyhelm_units::Mono;
use tokio_util::sync::CancellationToken;

use crate::device::{CameraId, Core, Picture};
use crate::job::shutter::expose;

/// From the Sun through its filter to a thin Moon behind haze.
const EXPOSURES: [Duration; 4] = [
    Duration::from_micros(50),
    Duration::from_millis(1),
    Duration::from_millis(10),
    Duration::from_millis(80),
];
/// Widest a disc can be in the wide picture, in cells of 2 x 2 pixels, bloom and all.
const WIDEST: usize = 40;
/// Fewest cells of a disc: less is a star or a lamp.
const FEWEST: usize = 12;

/// Looks for a bright disc with the wide camera; `Ok(None)` when there is none, `None` when stopped.
///
/// What comes out are the motor angles that would bring it into the middle of the tele, and those at
/// which it was seen.
pub(super) async fn find(
    core: &Arc<Core>,
    stop: &CancellationToken,
) -> Option<Option<(MotorAngles, MotorAngles)>> {
    for exposure in EXPOSURES {
        let picture = Picture {
            exposure,
            gain: Gain(0),
            filter: Filter::Vis,
            look: Look::NEUTRAL,
            quality: 80,
            is_halved: false,
        };
        let taken = expose(core, CameraId::Wide, picture, None, stop).await?;
        let Some([x, y]) = disc(&taken.exposure.raw) else {
            continue;
        };
        let seen: Mono = taken.middle();
        let here = core.state().mount.motors(seen);
        let there = core
            .darkroom
            .motors_toward(here, core.darkroom.whole_wide_pixel([x, y]));
        return Some(Some((there, here)));
    }
    Some(None)
}

/// The middle of the one bright disc of a frame, in pixels.
fn disc(raw: &RawFrame) -> Option<[f64; 2]> {
    let cells: Plane<f32> = superpixels::<f32>(raw).ok()?.luminance();
    let mut sorted = cells.samples().to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let quantile = |part: f64| sorted.get((sorted.len() as f64 * part) as usize).copied();
    let (sky, high) = (quantile(0.5)?, *sorted.last()?);
    let noise = ((quantile(0.75)? - quantile(0.25)?) / 1.349).max(8.0);
    if high - sky < 40.0 * noise || sky > 30_000.0 {
        return None;
    }
    let threshold = f32::midpoint(sky, high);
    let (mut sum, mut mean) = (0.0, [0.0; 2]);
    let (mut low, mut top) = ([usize::MAX; 2], [0; 2]);
    let mut count = 0;
    for y in 0..cells.height() {
        for (x, &value) in cells.row(y).iter().enumerate() {
            if value < threshold {
                continue;
            }
            count += 1;
            let light = f64::from(value - sky);
            sum += light;
            mean[0] += light * x as f64;
            mean[1] += light * y as f64;
            low = [low[0].min(x), low[1].min(y)];
            top = [top[0].max(x), top[1].max(y)];
        }
    }
    let is_small = (0..2).all(|axis| top[axis] - low[axis] < WIDEST);
    (count >= FEWEST && is_small).then(|| mean.map(|place| place / sum * 2.0 + 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_imaging::BayerPattern;

    fn frame(bright: impl Fn(f64, f64) -> bool) -> RawFrame {
        let counts = (0..200 * 120)
            .map(|i| {
                let (x, y) = (f64::from(i % 200), f64::from(i / 200));
                1000 + (i * 7919 % 37) as u16 + if bright(x, y) { 50_000 } else { 0 }
            })
            .collect();
        RawFrame::new(200, 120, BayerPattern::Rggb, counts).unwrap()
    }

    #[test]
    fn the_middle_of_a_disc_is_found() {
        let found = disc(&frame(|x, y| (x - 130.0).hypot(y - 41.0) < 11.0)).unwrap();
        assert!((found[0] - 130.0).abs() < 0.5 && (found[1] - 41.0).abs() < 0.5);
    }

    #[test]
    fn a_star_a_bright_sky_and_nothing_are_no_disc() {
        assert_eq!(disc(&frame(|x, y| (x - 50.0).hypot(y - 50.0) < 0.5)), None);
        assert_eq!(disc(&frame(|_, y| y < 60.0)), None);
        assert_eq!(disc(&frame(|_, _| false)), None);
    }
}
