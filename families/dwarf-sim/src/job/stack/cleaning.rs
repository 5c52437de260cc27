use std::borrow::Cow;
use std::sync::Arc;

use skyhelm_imaging::cosmetic::remove_hot_pixels;
use skyhelm_imaging::darks::{HotPixelMap, MasterDark};
use skyhelm_imaging::{ImagingError, RawFrame};

use super::plan;
use crate::device::{CameraId, Core};

/// Standard deviations above the others at which a pixel of a dark counts as hot.
const HOT: f32 = 12.0;

/// What takes the sensor's own marks off a sub.
#[derive(Debug)]
pub(super) enum Cleaning {
    /// Dark frames of the same setting.
    Darks(Box<(MasterDark, HotPixelMap)>),
    /// The darks the device came with, which are good for hot pixels only.
    Cosmetic,
    /// Nothing: somebody insisted on going without darks.
    Nothing,
}

impl Cleaning {
    /// What there is for the stack to be.
    pub(super) async fn choose(core: &Arc<Core>, id: CameraId) -> Self {
        let Some(folder) = darks_for(core, id) else {
            return if core.state().has_darks {
                Self::Cosmetic
            } else {
                Self::Nothing
            };
        };
        let worker = Arc::clone(core);
        let master = tokio::task::spawn_blocking(move || worker.dark_library().master(&folder));
        match master.await {
            Ok(Some(master)) => {
                let hot = master.hot_pixels(HOT);
                tracing::debug!(frames = master.frames(), hot = hot.count(), "darks");
                Self::Darks(Box::new((master, hot)))
            }
            _ => Self::Cosmetic,
        }
    }

    /// A sub without the sensor's marks.
    pub(super) fn cleaned<'a>(&self, raw: &'a RawFrame) -> Result<Cow<'a, RawFrame>, ImagingError> {
        let mut frame = Cow::Borrowed(raw);
        match self {
            Self::Darks(darks) => {
                let (master, hot) = &**darks;
                master.subtract_from(frame.to_mut(), master.level())?;
                hot.repair(frame.to_mut())?;
            }
            Self::Cosmetic => {
                remove_hot_pixels(frame.to_mut(), HOT);
            }
            Self::Nothing => {}
        }
        Ok(frame)
    }
}

/// The folder of dark frames that fit the next stack of a camera, the newest.
pub(crate) fn darks_for(core: &Core, id: CameraId) -> Option<String> {
    let (picture, _, binning) = plan(core, id);
    let sets = core.dark_library().list(id);
    let fitting = sets
        .into_iter()
        .rfind(|(_, set)| set.fits(picture.exposure, picture.gain.0, binning));
    fitting.map(|(folder, _)| folder)
}
