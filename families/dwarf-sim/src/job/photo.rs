//! One photograph: a JPEG, or the sensor's own counts as FITS.

use std::sync::Arc;

use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::OperationState;
use skyhelm_imaging::debayer::{Demosaic, demosaic};
use skyhelm_imaging::encode::jpeg;
use skyhelm_imaging::scale::shrink_to_fit;
use skyhelm_imaging::{ImagingError, RgbImage8};

use super::shutter::{Taken, expose};
use crate::card::{CardError, MediaKind};
use crate::develop::{Subject, fits, for_the_eye, observation, without_rim};
use crate::device::{CameraId, Core, Shooting, StackSlot};
use crate::handlers::{Answer, busy, closed};
use crate::stamp;

/// Room a photograph may need.
const ROOM_BYTES: u64 = 20_000_000;

pub(crate) fn start(core: &Arc<Core>, id: CameraId, raw: bool) -> Result<Answer, Code> {
    let mut state = core.state();
    if !state.camera(id).is_open {
        return Err(closed(id));
    }
    if state.shooting[id.index()].is_some() || matches!(state.stack(id), StackSlot::Running(_)) {
        return Err(busy(id));
    }
    core.card.has_room(ROOM_BYTES).map_err(|no| no.code())?;
    let stop = core.stopping.child_token();
    state.shooting[id.index()] = Some(Shooting::new(Function::Photo, stop));
    drop(state);
    core.notify_function(id, Function::Photo, OperationState::Running);
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        let stored = take(&core, id, raw).await;
        core.state().shooting[id.index()] = None;
        core.notify_function(id, Function::Photo, OperationState::Idle);
        if stored {
            core.notify_album(MediaKind::Photo);
        }
    });
    Ok(Answer::Done)
}

async fn take(core: &Arc<Core>, id: CameraId, raw: bool) -> bool {
    let picture = core.picture(id);
    let stopping = core.stopping.clone();
    let Some(taken) = expose(core, id, picture, Some(Function::Photo), &stopping).await else {
        return false;
    };
    let core = Arc::clone(core);
    let stored = tokio::task::spawn_blocking(move || store(&core, id, raw, &taken)).await;
    match stored {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(%error, "a photograph is lost");
            false
        }
        Err(error) => {
            tracing::error!(%error, "developing failed");
            false
        }
    }
}

/// Why a picture could not be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error(transparent)]
    Card(#[from] CardError),
    #[error(transparent)]
    Imaging(#[from] ImagingError),
}

fn store(core: &Core, id: CameraId, raw: bool, taken: &Taken) -> Result<(), StoreError> {
    let (local, dated, pointing) = {
        let state = core.state();
        let frame = core.believed_frame(&state, taken.opened);
        let pointing = frame.j2000(state.model.direction_of(state.mount.motors(taken.opened)));
        let local = state.clock.local(taken.opened);
        (local, state.clock.utc(taken.opened), pointing)
    };
    let model = core.config.model_folder();
    let prefix = core.config.profile.file_prefix;
    let stem = format!("{prefix}_{}_{}", id.name(), stamp::dashed(local));
    let folder = format!("{model}/{}", MediaKind::Photo.folder());
    let image = for_the_eye(
        &without_rim(demosaic::<u16>(&taken.exposure.raw, Demosaic::Bilinear)),
        &taken.picture,
    );
    store_thumbnail(
        core,
        &format!("{folder}/Thumbnail/{stem}.jpg"),
        &image,
        dated,
    )?;
    if raw {
        let subject = Subject {
            pointing: Some(pointing),
            binning: 1,
            ..Subject::default()
        };
        let header = observation(core, id, taken, &subject).to_header();
        let bytes = fits(&taken.exposure.raw, &header);
        core.card
            .store(&format!("{folder}/{stem}.fits"), &bytes, dated)?;
    } else {
        // Photographs are kept better than the live picture is shown.
        let bytes = jpeg(&image, taken.picture.quality.max(90))?;
        core.card
            .store(&format!("{folder}/{stem}.jpeg"), &bytes, dated)?;
    }
    Ok(())
}

/// A small picture for lists.
pub(crate) fn store_thumbnail(
    core: &Core,
    path: &str,
    image: &RgbImage8,
    dated: skyhelm_units::UtcMillis,
) -> Result<(), StoreError> {
    let small = jpeg(&shrink_to_fit(image, 480, 270), 80)?;
    core.card.store(path, &small, dated)?;
    Ok(())
}
