//! One photograph: a JPEG, or the sensor's own counts as FITS.

use std::sync::Arc;

use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_imaging::debayer::{Demosaic, demosaic};
use skyhelm_imaging::encode::jpeg;
use skyhelm_imaging::scale::{self, shrink_to_fit};
use skyhelm_imaging::{ImagingError, RgbImage8};
use skyhelm_units::UtcMillis;
use tokio_util::sync::CancellationToken;

use super::shooting;
use super::shutter::{Taken, expose};
use crate::card::{CardError, MediaKind};
use crate::develop::{Subject, fits, for_the_eye, observation, without_rim};
use crate::device::{CameraId, Core};
use crate::handlers::Answer;
use crate::stamp;

/// JPEG quality of photographs.
const QUALITY: u8 = 92;

pub(crate) fn start(core: &Arc<Core>, id: CameraId, raw: bool) -> Result<Answer, Code> {
    shooting::start(core, id, Function::Photo, MediaKind::Photo, |core, stop| {
        take(core, id, raw, stop)
    })
}

async fn take(core: Arc<Core>, id: CameraId, raw: bool, stop: CancellationToken) -> bool {
    let picture = core.picture(id);
    let Some(taken) = expose(&core, id, picture, Some(Function::Photo), &stop).await else {
        return false;
    };
    kept(move || store(&core, id, raw, &taken)).await
}

/// Does what develops and stores on a thread for such work; says whether it succeeded.
pub(crate) async fn kept(store: impl FnOnce() -> Result<(), StoreError> + Send + 'static) -> bool {
    match tokio::task::spawn_blocking(store).await {
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
    let image = developed(taken);
    store_thumbnail(
        core,
        &format!("{folder}/Thumbnail/{stem}.jpg"),
        &image,
        dated,
    )?;
    if raw {
        let halved = taken.picture.is_halved;
        let subject = Subject {
            pointing: Some(pointing),
            binning: if halved { 2 } else { 1 },
            ..Subject::default()
        };
        let header = observation(core, id, taken, &subject).to_header();
        let raw = &taken.exposure.raw;
        let bytes = if halved {
            fits(&scale::binned(raw)?, &header)
        } else {
            fits(raw, &header)
        };
        core.card
            .store(&format!("{folder}/{stem}.fits"), &bytes, dated)?;
    } else {
        store_picture(core, &format!("{folder}/{stem}.jpeg"), &image, dated)?;
    }
    Ok(())
}

/// A frame as it is shown.
pub(crate) fn developed(taken: &Taken) -> RgbImage8 {
    let colours = demosaic::<u16>(&taken.exposure.raw, Demosaic::Bilinear);
    let image = for_the_eye(&without_rim(colours), &taken.picture);
    if taken.picture.is_halved {
        shrink_to_fit(&image, image.width() / 2, image.height() / 2)
    } else {
        image
    }
}

/// A photograph is kept better than the live picture is shown.
pub(crate) fn store_picture(
    core: &Core,
    path: &str,
    image: &RgbImage8,
    dated: UtcMillis,
) -> Result<(), StoreError> {
    core.card.store(path, &jpeg(image, QUALITY)?, dated)?;
    Ok(())
}

/// A small picture for lists.
pub(crate) fn store_thumbnail(
    core: &Core,
    path: &str,
    image: &RgbImage8,
    dated: UtcMillis,
) -> Result<(), StoreError> {
    let small = jpeg(&shrink_to_fit(image, 480, 270), 80)?;
    core.card.store(path, &small, dated)?;
    Ok(())
}
