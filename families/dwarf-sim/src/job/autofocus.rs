//! Autofocus: the focus motor goes through what lies around infinity, a frame is taken at each stop,
//! and the stars in it say where they would be sharpest.

mod sharpness;

use std::ops::RangeInclusive;
use std::sync::Arc;

use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::device::RequestRef;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::OperationState;
use tokio_util::sync::CancellationToken;

use super::shutter::expose_to_solve;
use crate::device::{CameraId, Core, INFINITY, Shooting, TELLS_EVERY};
use crate::handlers::tell_focus;
pub(crate) use sharpness::Region;
use sharpness::{Sample, Sight, clearest, finest, sharpest};

/// How a slow autofocus looks around infinity, in steps: wherever it starts from.
const COARSE: (i32, usize) = (90, 30);
/// How everything looks around the best place known.
const FINE: (i32, usize) = (24, 6);

/// How it looks when the stars are few and faint.
const CLOSE: (i32, usize) = (12, 3);
/// How often it looks around another place when the first was not the best.
const MOST_LOOKS: usize = 4;

/// What kind of autofocus.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Autofocus {
    pub(crate) function: Function,
    /// The part of the picture whose stars count.
    pub(crate) region: Region,
    /// Where to begin when the coarse search can be left out.
    pub(crate) known: Option<i32>,
    /// What is answered when nothing can be focused on.
    pub(crate) failure: Code,
}

pub(crate) fn start(core: &Arc<Core>, asker: RequestRef, wanted: Autofocus) {
    let stop = core.stopping.child_token();
    core.state().shooting[CameraId::Tele.index()] =
        Some(Shooting::new(wanted.function, stop.clone()));
    core.notify_function(CameraId::Tele, wanted.function, OperationState::Running);
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        let from = core.state().focuser.position(core.pace.now());
        let outcome = run(&core, &wanted, &stop).await;
        let code = match outcome {
            Some(Ok(best)) => {
                core.state().focuser.note_sharp(best);
                Code::OK
            }
            Some(Err(code)) => {
                // Better as blurred as it was than somewhere else.
                move_to(&core, from, &stop).await;
                code
            }
            None => {
                core.state().focuser.stop(core.pace.now());
                Code::OK
            }
        };
        core.state().shooting[CameraId::Tele.index()] = None;
        tell_focus(&core);
        core.reply_code(&asker, code);
        core.notify_function(CameraId::Tele, wanted.function, OperationState::Idle);
    });
}

/// The sharpest place; `None` when it was stopped.
async fn run(
    core: &Arc<Core>,
    wanted: &Autofocus,
    stop: &CancellationToken,
) -> Option<Result<i32, Code>> {
    let about = if let Some(known) = wanted.known {
        known
    } else {
        let samples = sweep(core, wanted, around(INFINITY, COARSE), stop).await?;
        match clearest(&samples) {
            Some(best) => best,
            None => return Some(Err(wanted.failure)),
        }
    };
    let mut search = Search { about, look: FINE };
    for _ in 0..MOST_LOOKS {
        let samples = sweep(core, wanted, search.places(), stop).await?;
        if let Some(best) = sharpest(&samples) {
            move_to(core, best, stop).await?;
            return Some(Ok(best));
        }
        if !search.goes_on(&samples) {
            break;
        }
    }
    Some(Err(wanted.failure))
}

/// Where is looked next.
#[derive(Clone, Copy, Debug)]
struct Search {
    about: i32,
    look: (i32, usize),
}

impl Search {
    fn places(self) -> impl Iterator<Item = i32> {
        around(self.about, self.look)
    }

    /// Chooses where to look when what was seen has no sharpest place; false when no star was seen.
    fn goes_on(&mut self, samples: &[Sample]) -> bool {
        let Some(finest) = finest(samples) else {
            return false;
        };
        // Finest at an edge: the best place lies beyond it. Else there are few stars, and they are lost in the blur
        // of the outer places: closer.
        if (finest - self.about).abs() < self.look.0 / 2 {
            self.look = CLOSE;
        }
        self.about = finest;
        true
    }
}

fn around(middle: i32, (reach, step): (i32, usize)) -> impl Iterator<Item = i32> {
    let range: RangeInclusive<i32> = middle - reach..=middle + reach;
    range.step_by(step)
}

/// Always from near to far, so that the gears lie on the same side.
async fn sweep(
    core: &Arc<Core>,
    wanted: &Autofocus,
    positions: impl Iterator<Item = i32>,
    stop: &CancellationToken,
) -> Option<Vec<Sample>> {
    let mut samples = Vec::new();
    for position in positions {
        move_to(core, position, stop).await?;
        let taken = expose_to_solve(core, stop).await?;
        let region = wanted.region;
        let sight = tokio::task::spawn_blocking(move || Sight::of(&taken.exposure.raw, region))
            .await
            .inspect_err(|error| tracing::error!(%error, "measuring failed"))
            .ok()?;
        tracing::debug!(position, ?sight, "focus measured");
        samples.push(Sample {
            position,
            fwhm: sight.fwhm,
            clearness: sight.clearness,
        });
    }
    Some(samples)
}

/// Goes to a position and says how far it is on the way; `None` when it was stopped.
async fn move_to(core: &Core, position: i32, stop: &CancellationToken) -> Option<()> {
    let arrival = {
        let now = core.pace.now();
        core.state().focuser.go_to(now, position)
    };
    loop {
        // Told as often to a person's eye, however fast time runs.
        let next = core.pace.after_real(TELLS_EVERY).min(arrival);
        tokio::select! {
            () = stop.cancelled() => return None,
            () = core.pace.sleep_until(next) => {}
        }
        tell_focus(core);
        if next >= arrival {
            return Some(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use skyhelm_sim::optics::{Lens, Orientation};
    use skyhelm_sim::sensor::{Gain, Sensor};
    use skyhelm_sim::sky_camera::{Scene, SkyCamera};
    use skyhelm_units::{Horizontal, Site, UtcMillis};

    use super::*;

    #[test]
    fn stars_widen_with_the_distance_from_focus() {
        let lens = Lens {
            width: 960,
            height: 540,
            ..Lens::DWARF3_TELE
        };
        let mut camera = SkyCamera::new(lens, Sensor::BACK_LIT_2UM, 3);
        let up = Orientation::level(Horizontal::from_degrees(280.0, 60.0).unwrap());
        let night = UtcMillis::from_seconds(1_795_294_800);
        let site = Site::from_degrees(47.0, 8.5, 600.0);
        let mut widths = Vec::new();
        for steps in [0_i32, 8, 16, 24, 32, 40] {
            for side in [-1.0, 1.0] {
                let mut scene = Scene::still(site, night, up, Duration::from_millis(1500));
                scene.gain = Gain(120);
                scene.defocus_um = side * f64::from(steps) * 3.0;
                let frame = camera.expose(&scene, steps.unsigned_abs().into());
                let sight = Sight::of(&frame.raw, Region::WHOLE);
                widths.push((steps, sight.fwhm.expect("stars to measure")));
            }
        }
        for pair in widths.chunks(2).collect::<Vec<_>>().windows(2) {
            let widest = |at: &[(i32, f64)]| at.iter().map(|(_, w)| *w).fold(0.0, f64::max);
            let finest = |at: &[(i32, f64)]| at.iter().map(|(_, w)| *w).fold(99.0, f64::min);
            assert!(finest(pair[1]) > widest(pair[0]), "{widths:?}");
        }
    }

    /// Every eighth of the sky's circle at three heights: bright stars and the Milky Way, and places nearly without stars,
    /// through a small window.
    #[test]
    fn the_focus_is_found_wherever_it_looks() {
        let lens = Lens {
            width: 1200,
            height: 680,
            ..Lens::DWARF3_TELE
        };
        let mut camera = SkyCamera::new(lens, Sensor::BACK_LIT_2UM, 3);
        let night = UtcMillis::from_seconds(1_795_294_800);
        let site = Site::from_degrees(47.0, 8.5, 600.0);
        let best = INFINITY + 11;
        let mut seed = 0;
        for at in 0..24_i32 {
            let (azimuth, altitude) = (f64::from(at % 8) * 45.0, 35.0 + f64::from(at / 8) * 15.0);
            let towards = Orientation::level(Horizontal::from_degrees(azimuth, altitude).unwrap());
            let mut scene = Scene::still(site, night, towards, Duration::from_millis(1500));
            scene.gain = Gain(120);
            let mut sample = |position: i32| {
                seed += 1;
                scene.defocus_um = f64::from(position - best) * 3.0;
                let sight = Sight::of(&camera.expose(&scene, seed).raw, Region::WHOLE);
                Sample {
                    position,
                    fwhm: sight.fwhm,
                    clearness: sight.clearness,
                }
            };
            let coarse: Vec<_> = around(INFINITY, COARSE).map(&mut sample).collect();
            let about = clearest(&coarse).unwrap();
            let mut search = Search { about, look: FINE };
            let mut found = None;
            for _ in 0..MOST_LOOKS {
                let samples: Vec<_> = search.places().map(&mut sample).collect();
                found = sharpest(&samples);
                if found.is_some() || !search.goes_on(&samples) {
                    break;
                }
            }
            let found = found.unwrap_or_else(|| panic!("not found at {azimuth} {altitude}"));
            assert!((found - best).abs() <= 3, "{azimuth} {altitude}: {found}");
        }
    }
}
