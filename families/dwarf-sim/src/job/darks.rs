//! Dark frames: exposures with the lid on, kept on the card for the stacks that need them.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_dwarf_proto::v2::{
    OperationState, ResNotifyOperationState, ResNotifyProgressCaptureRawDark,
};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_imaging::fits::{FrameType, Observation};
use skyhelm_imaging::scale;
use skyhelm_sim::sensor::Gain;
use tokio_util::sync::CancellationToken;

use super::photo::StoreError;
use crate::card::DarkSetting;
use crate::develop::fits;
use crate::device::{CameraId, Core, DarkJob};
use crate::stamp;

/// Room one frame may need.
const ROOM_BYTES: u64 = 20_000_000;

/// Begins to take dark frames.
pub(crate) fn start(
    core: &Arc<Core>,
    camera: CameraId,
    setting: DarkSetting,
    frames: u32,
) -> Result<(), Code> {
    let room = ROOM_BYTES.saturating_mul(frames.into());
    core.card.has_room(room).map_err(|no| no.code())?;
    let stop = core.stopping.child_token();
    core.state().darks[camera.index()] = Some(DarkJob {
        stop: stop.clone(),
        progress: 0,
    });
    tell(core, camera, OperationState::Running);
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        let stamp = {
            let now = core.pace.now();
            stamp::dashed(core.state().clock.local(now))
        };
        let folder = setting.folder(camera, &stamp);
        let complete = run(&core, camera, &setting, &folder, frames, &stop).await;
        if !complete && !core.stopping.is_cancelled() {
            tell(&core, camera, OperationState::Stopping);
            // Half a set is none.
            let worker = Arc::clone(&core);
            let removed =
                tokio::task::spawn_blocking(move || worker.dark_library().remove(&folder));
            let _ = removed.await;
        }
        core.state().darks[camera.index()] = None;
        tell(&core, camera, OperationState::Stopped);
        tell(&core, camera, OperationState::Idle);
        core.notify_card();
    });
    Ok(())
}

/// Takes all frames; false when it was stopped or the card took no more.
async fn run(
    core: &Arc<Core>,
    camera: CameraId,
    setting: &DarkSetting,
    folder: &str,
    frames: u32,
    stop: &CancellationToken,
) -> bool {
    let exposure = Duration::from_secs_f64(setting.seconds);
    for frame in 0..frames {
        tell_progress(core, camera, exposure, frame, frames);
        tokio::select! {
            () = stop.cancelled() => return false,
            () = core.pace.sleep(exposure) => {}
        }
        let (worker, setting, folder) = (Arc::clone(core), setting.clone(), folder.to_owned());
        let stored =
            tokio::task::spawn_blocking(move || store(&worker, camera, &setting, &folder, frame));
        match stored.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "a dark frame is lost");
                return false;
            }
            Err(error) => {
                tracing::error!(%error, "dark frames failed");
                return false;
            }
        }
    }
    tell_progress(core, camera, exposure, frames, frames);
    true
}

fn store(
    core: &Core,
    camera: CameraId,
    setting: &DarkSetting,
    folder: &str,
    frame: u32,
) -> Result<(), StoreError> {
    let now = core.pace.now();
    let (celsius, dated) = {
        let state = core.state();
        (state.sensor_celsius(now), state.clock.utc(now))
    };
    let exposure = Duration::from_secs_f64(setting.seconds);
    let mut raw = core
        .darkroom
        .expose_dark(camera, exposure, Gain(setting.gain), celsius);
    if setting.binning() == 2 {
        raw = scale::binned(&raw)?;
    }
    let header = Observation {
        frame_type: FrameType::Dark,
        started: Some(dated),
        exposure: Some(exposure),
        gain: Some(setting.gain.into()),
        telescope: Some(core.config.profile.fits_name.to_owned()),
        instrument: Some(core.config.profile.fits_name.to_owned()),
        sensor_celsius: Some(celsius.round()),
        binning: Some(setting.binning()),
        ..Observation::default()
    }
    .to_header();
    let library = core.dark_library();
    let (path, about) = library.path(folder);
    core.card.store(
        &format!("{path}/{frame:04}.fits"),
        &fits(&raw, &header),
        dated,
    )?;
    core.card.store(&about, &setting.about(), dated)?;
    Ok(())
}

fn tell_progress(core: &Core, camera: CameraId, exposure: Duration, frame: u32, frames: u32) {
    let part = f64::from(frame) / f64::from(frames.max(1));
    if let Some(job) = &mut core.state().darks[camera.index()] {
        job.progress = (part * 10_000.0) as i32;
    }
    let left = exposure * frames.saturating_sub(frame);
    let message = ResNotifyProgressCaptureRawDark {
        progress: (part * 100.0) as i32,
        remaining_time: left.as_secs() as i32,
    };
    core.notify(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_DARK, &message);
}

/// Tells how the taking of darks stands.
pub(crate) fn tell(core: &Core, camera: CameraId, state: OperationState) {
    let id = match camera {
        CameraId::Tele => cmd::NOTIFY_STATE_CAPTURE_RAW_DARK,
        CameraId::Wide => cmd::NOTIFY_STATE_CAPTURE_WIDE_RAW_DARK,
    };
    let message = ResNotifyOperationState {
        state: state.into(),
    };
    core.notify(id, &message);
}
