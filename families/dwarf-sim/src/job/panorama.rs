//! A panorama: the tele photographs tile after tile and puts them together.

use std::sync::Arc;

use crate::darkroom::TELE_PICTURE;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::{ReqStartPanoramaByGrid, ResNotifyPanoramaProgress};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_imaging::RgbImage8;
use skyhelm_imaging::scale::shrink_to_fit;
use skyhelm_sim::mechanics::{Approach, MotorAngles};
use skyhelm_sim::panorama::{Grid, compose};
use skyhelm_units::Angle;
use tokio_util::sync::CancellationToken;

use super::photo::{StoreError, developed, kept, store_picture, store_thumbnail};
use super::shooting;
use super::shutter::expose;
use crate::card::MediaKind;
use crate::device::CameraId::Tele;
use crate::device::Core;
use crate::handlers::{Answer, end_tracking, limit_code};
use crate::stamp;

/// From tile to tile, degrees to a second.
const SPEED: f64 = 20.0;

pub(crate) fn start(core: &Arc<Core>, wanted: ReqStartPanoramaByGrid) -> Result<Answer, Code> {
    let grid = {
        let state = core.state();
        if state.is_astro_busy() {
            return Err(Code::ASTRO_FUNCTION_BUSY);
        }
        let (rows, columns) = state.features.panorama(wanted.rows, wanted.cols)?;
        let middle = state.mount.motors(core.pace.now());
        Grid::new(middle, rows, columns, core.darkroom.lens(Tele))
    };
    // Better refused at once than given up half-way.
    let mut trial = core.state().mount.clone();
    for number in 0..grid.len() {
        let speed = Angle::from_degrees(SPEED);
        trial
            .slew_to(core.pace.now(), grid.motors(number), speed, Approach::Quick)
            .map_err(limit_code)?;
    }
    let answer = shooting::start(
        core,
        Tele,
        Function::Panorama,
        MediaKind::Panorama,
        |core, stop| run(core, grid, stop),
    )?;
    end_tracking(core);
    Ok(answer)
}

async fn run(core: Arc<Core>, grid: Grid, stop: CancellationToken) -> bool {
    let begun = core.pace.now();
    let tiles = tiles(&core, &grid, &stop).await;
    core.state().mount.stop(core.pace.now());
    let Some(tiles) = tiles else {
        return false;
    };
    kept(move || {
        let whole = compose(&grid, &tiles, core.darkroom.lens(Tele), TELE_PICTURE.0);
        whole.map_or(Ok(()), |whole| store(&core, begun, &whole))
    })
    .await
}

/// All tiles; `None` when it was stopped, or something stood in the way.
async fn tiles(core: &Arc<Core>, grid: &Grid, stop: &CancellationToken) -> Option<Vec<RgbImage8>> {
    let mut tiles = Vec::with_capacity(grid.len());
    tell(core, grid.len(), 0);
    for number in 0..grid.len() {
        move_to(core, grid.motors(number), stop).await?;
        let picture = core.picture(Tele);
        let taken = expose(core, Tele, picture, Some(Function::Panorama), stop).await?;
        let width = grid.tile_width();
        let tile = move || shrink_to_fit(&developed(&taken), width, width);
        tiles.push(tokio::task::spawn_blocking(tile).await.ok()?);
        tell(core, grid.len(), tiles.len());
    }
    Some(tiles)
}

async fn move_to(core: &Core, motors: MotorAngles, stop: &CancellationToken) -> Option<()> {
    let settled = {
        let mut state = core.state();
        let speed = Angle::from_degrees(SPEED);
        let now = core.pace.now();
        let moved = state.mount.slew_to(now, motors, speed, Approach::Quick);
        moved
            .inspect_err(|error| tracing::warn!(%error, "a panorama is given up"))
            .ok()?;
        state.mount.settled_at()
    };
    tokio::select! {
        () = stop.cancelled() => None,
        () = core.pace.sleep_until(settled) => Some(()),
    }
}

fn store(core: &Core, begun: skyhelm_units::Mono, whole: &RgbImage8) -> Result<(), StoreError> {
    let (local, dated) = {
        let state = core.state();
        (state.clock.local(begun), state.clock.utc(begun))
    };
    let folder = format!(
        "{}/{}",
        core.config.model_folder(),
        MediaKind::Panorama.folder()
    );
    let prefix = core.config.profile.file_prefix;
    let stem = format!("{prefix}_{}_{}", Tele.name(), stamp::dashed(local));
    store_thumbnail(
        core,
        &format!("{folder}/Thumbnail/{stem}.jpg"),
        whole,
        dated,
    )?;
    store_picture(core, &format!("{folder}/{stem}.jpeg"), whole, dated)
}

fn tell(core: &Core, total: usize, completed: usize) {
    let whole = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let message = ResNotifyPanoramaProgress {
        total_count: whole(total),
        completed_count: whole(completed),
    };
    core.progress(Tele, cmd::NOTIFY_PANORAMA_PROGRESS, &message);
}
