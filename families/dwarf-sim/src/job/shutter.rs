//! One exposure, from opening the shutter to the frame.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::ResNotifyLongExpPhotoProgress;
use skyhelm_imaging::look::Look;
use skyhelm_sim::sensor::{Filter, Gain};
use skyhelm_sim::sky_camera::Exposure;
use skyhelm_sim::solve_model::{Solution, SolveFailure, solve};
use skyhelm_units::Mono;
use tokio_util::sync::CancellationToken;

use crate::device::{CameraId, Core, Picture};

/// A frame, and when and how it was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) exposure: Exposure,
    pub(crate) opened: Mono,
    pub(crate) picture: Picture,
}

impl Taken {
    /// The middle of the exposure.
    pub(crate) fn middle(&self) -> Mono {
        self.opened + self.picture.exposure / 2
    }
}

/// How the device takes pictures to solve: long enough for the stars of any field, short enough for
/// a mount that follows only roughly.
const SOLVING: Picture = Picture {
    exposure: Duration::from_millis(1500),
    gain: Gain(120),
    filter: Filter::Astro,
    look: Look::NEUTRAL,
    is_halved: false,
    quality: 80,
};

/// Exposes one frame; `None` when it was stopped. `function` is told the progress of a long one.
pub(crate) async fn expose(
    core: &Arc<Core>,
    camera: CameraId,
    picture: Picture,
    function: Option<Function>,
    stop: &CancellationToken,
) -> Option<Taken> {
    let opened = core.pace.now();
    let closed = opened + picture.exposure;
    let opening = {
        let state = core.state();
        core.view(&state, camera, opened)
    };
    tokio::select! {
        () = stop.cancelled() => return None,
        () = wait(core, camera, opened, closed, function) => {}
    }
    let closing = {
        let state = core.state();
        core.view(&state, camera, closed)
    };
    let scene = core.scene(camera, &picture, opening, closing);
    let core = Arc::clone(core);
    let exposure = tokio::task::spawn_blocking(move || core.darkroom.expose(camera, &scene))
        .await
        .inspect_err(|error| tracing::error!(%error, "rendering failed"))
        .ok()?;
    Some(Taken {
        exposure,
        opened,
        picture,
    })
}

async fn wait(
    core: &Core,
    camera: CameraId,
    opened: Mono,
    closed: Mono,
    function: Option<Function>,
) {
    let total = closed.since(opened);
    let long = total >= Duration::from_secs(1);
    if let Some(function) = function.filter(|_| long) {
        // A quarter of a second of the host's time at least: a bar needs no more.
        let step =
            Duration::from_secs(1).max(Duration::from_millis(250).mul_f64(core.pace.speed()));
        let mut at = opened;
        while at < closed {
            progress(core, camera, function, total, at.since(opened));
            at = (at + step).min(closed);
            core.pace.sleep_until(at).await;
        }
        progress(core, camera, function, total, total);
    }
    core.pace.sleep_until(closed).await;
}

fn progress(core: &Core, camera: CameraId, function: Function, total: Duration, exposed: Duration) {
    let id = match camera {
        CameraId::Tele => cmd::NOTIFY_TELE_LONG_EXPOSURE_PROGRESS,
        CameraId::Wide => cmd::NOTIFY_WIDE_LONG_EXPOSURE_PROGRESS,
    };
    let message = ResNotifyLongExpPhotoProgress {
        function_id: function.number(),
        total_time: total.as_secs_f64(),
        exposured_time: exposed.as_secs_f64(),
    };
    core.notify(id, &message);
}

/// Takes a picture with the tele as those to solve are taken; `None` when it was stopped.
pub(crate) async fn expose_to_solve(core: &Arc<Core>, stop: &CancellationToken) -> Option<Taken> {
    expose(core, CameraId::Tele, SOLVING, None, stop).await
}

/// Takes a picture with the tele and solves it; `None` when it was stopped.
pub(crate) async fn solve_here(
    core: &Arc<Core>,
    stop: &CancellationToken,
) -> Option<(Taken, Result<Solution, SolveFailure>)> {
    let taken = expose_to_solve(core, stop).await?;
    let seed = core.darkroom.next_seed();
    let solved = tokio::task::spawn_blocking(move || {
        let solution = solve(&taken.exposure, seed);
        (taken, solution)
    })
    .await
    .inspect_err(|error| tracing::error!(%error, "solving failed"))
    .ok()?;
    // The sum itself takes the device a while.
    tokio::select! {
        () = stop.cancelled() => None,
        () = core.pace.sleep(Duration::from_millis(800)) => Some(solved),
    }
}
