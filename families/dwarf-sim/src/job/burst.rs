//! A burst: photographs one after the other, in a folder of their own.

use std::sync::Arc;

use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::ResNotifyBurstProgress;
use tokio_util::sync::CancellationToken;

use super::photo::{StoreError, developed, kept, store_picture, store_thumbnail};
use super::shooting;
use super::shutter::{Taken, expose};
use crate::card::MediaKind;
use crate::device::{CameraId, Core};
use crate::handlers::Answer;
use crate::stamp;

pub(crate) fn start(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    shooting::start(core, id, Function::Burst, MediaKind::Burst, |core, stop| {
        run(core, id, stop)
    })
}

/// Takes the photographs; says whether there is at least one.
async fn run(core: Arc<Core>, id: CameraId, stop: CancellationToken) -> bool {
    let (wanted, interval) = {
        let features = &core.state().features;
        (features.burst_count(), features.burst_interval())
    };
    let folder = folder(&core, id);
    let mut completed = 0;
    tell(&core, id, wanted, completed);
    while completed < wanted && shooting::has_room(&core).is_ok() {
        let began = core.pace.now();
        let picture = core.picture(id);
        let Some(taken) = expose(&core, id, picture, Some(Function::Burst), &stop).await else {
            break;
        };
        let (worker, path) = (Arc::clone(&core), folder.clone());
        if !kept(move || store(&worker, &path, completed + 1, &taken)).await {
            break;
        }
        completed += 1;
        tell(&core, id, wanted, completed);
        tokio::select! {
            () = stop.cancelled() => break,
            () = core.pace.sleep_until(began + interval) => {}
        }
    }
    completed > 0
}

fn folder(core: &Core, id: CameraId) -> String {
    let local = core.state().clock.local(core.pace.now());
    format!(
        "{}/{}/{}_{}_{}",
        core.config.model_folder(),
        MediaKind::Burst.folder(),
        core.config.profile.file_prefix,
        id.name(),
        stamp::dashed(local),
    )
}

fn store(core: &Core, folder: &str, number: u32, taken: &Taken) -> Result<(), StoreError> {
    let dated = core.state().clock.utc(taken.opened);
    let image = developed(taken);
    store_thumbnail(
        core,
        &format!("{folder}/Thumbnail/{number}.jpg"),
        &image,
        dated,
    )?;
    store_picture(core, &format!("{folder}/{number}.jpg"), &image, dated)
}

fn tell(core: &Core, id: CameraId, total_count: u32, completed_count: u32) {
    let cmd = match id {
        CameraId::Tele => cmd::NOTIFY_TELE_BURST_PROGRESS,
        CameraId::Wide => cmd::NOTIFY_WIDE_BURST_PROGRESS,
    };
    let message = ResNotifyBurstProgress {
        total_count,
        completed_count,
    };
    core.progress(id, cmd, &message);
}
