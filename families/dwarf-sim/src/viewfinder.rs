//! The live pictures: rendered only while somebody watches, as often as the exposure and the host
//! allow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::device::{CameraId, Core};

/// Rendering may take this part of one core: a slow host shows fewer pictures and stays usable.
const SHARE: f64 = 0.6;
/// Width of the pictures.
const WIDTH: usize = 1280;
/// While the camera is closed or shows a stack, this often is looked again.
const IDLE: Duration = Duration::from_millis(200);

/// Shows one camera's live picture until the device stops.
pub(crate) async fn run(core: Arc<Core>, id: CameraId) {
    let live = Arc::clone(&core.live[id.index()]);
    loop {
        if !live.is_watched() {
            let free = Arc::clone(&core);
            let _ = tokio::task::spawn_blocking(move || free.darkroom.forget_show(id)).await;
            tokio::select! {
                () = core.stopping.cancelled() => return,
                () = live.wait_for_viewer() => {}
            }
        }
        let pause = if shows_live(&core, id) {
            picture(&core, id).await
        } else {
            if core.state().stack(id).shows_stack() {
                live.show_stack_again();
            }
            IDLE
        };
        tokio::select! {
            () = core.stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn shows_live(core: &Core, id: CameraId) -> bool {
    let state = core.state();
    state.camera(id).is_open && !state.stack(id).shows_stack()
}

/// Renders and publishes one picture; says how long to wait before the next.
async fn picture(core: &Arc<Core>, id: CameraId) -> Duration {
    let started = Instant::now();
    let picture = core.picture(id);
    let closed = core.pace.now();
    let opened = skyhelm_units::Mono::from_elapsed(
        closed.since(skyhelm_units::Mono::ZERO + picture.exposure),
    );
    let views = {
        let state = core.state();
        (core.view(&state, id, opened), core.view(&state, id, closed))
    };
    let scene = core.scene(id, &picture, views.0, views.1);
    let worker = Arc::clone(core);
    let rendered =
        tokio::task::spawn_blocking(move || worker.darkroom.show(id, &scene, WIDTH, &picture))
            .await;
    match rendered {
        // Stacking may have begun meanwhile; its picture must not be painted over.
        Ok(Ok(bytes)) if shows_live(core, id) => core.live[id.index()].publish(Bytes::from(bytes)),
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a live picture could not be encoded"),
        Err(error) => tracing::error!(%error, "rendering a live picture failed"),
    }
    let took = started.elapsed();
    let exposure = picture.exposure.div_f64(core.pace.speed());
    (Duration::from_secs(1) / core.config.live_rate)
        .max(exposure)
        .max(took.div_f64(SHARE))
        .saturating_sub(took)
}
