//! Live stacking: subs are exposed one after the other, registered on the first and averaged; each is
//! kept as FITS, and the live picture shows the mean until a client sends GO LIVE.

mod cleaning;
mod folder;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{OperationState, ResNotifyProgressCaptureRawLiveStacking};
use skyhelm_imaging::RgbFrameF32;
use skyhelm_imaging::debayer::{Demosaic, demosaic_into};
use skyhelm_imaging::encode::jpeg;
use skyhelm_imaging::scale::{self, shrink_to_fit};
use skyhelm_imaging::stack::{LiveStack, LiveStackConfig};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::photo::StoreError;
use super::shutter::{Taken, expose};
use crate::card::MediaKind;
use crate::develop::for_the_eye;
use crate::device::{CameraId, Core, Picture, StackSlot, Told, camera};
use crate::handlers::{tell_stack, tell_stack_state};
use cleaning::Cleaning;
pub(crate) use cleaning::darks_for;
use folder::StackFolder;

/// Room one sub and what goes with it may need.
pub(crate) const ROOM_BYTES: u64 = 120_000_000;
/// The results on the card are renewed after so many subs, so that a power cut loses little.
const RENEWED_EVERY: u32 = 20;
/// Between two subs the sensor is read out.
const READOUT: Duration = Duration::from_millis(350);
/// Width of the live picture of a stack.
const SHOWN: (usize, usize) = (1280, 720);

pub(crate) fn start(core: &Arc<Core>, id: CameraId) {
    let stop = core.stopping.child_token();
    {
        let mut state = core.state();
        state.stacks[id.index()] = StackSlot::Running(stop.clone());
        state.stack_progress[id.index()] = None;
    }
    tell_stack(core, id);
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        run(&core, id, &stop).await;
        core.state().stacks[id.index()] = StackSlot::ShowsResult;
        tell_stack(&core, id);
        tell_stack_state(&core, id, OperationState::Idle);
        core.notify_album(MediaKind::Astronomy);
    });
}

/// What a stack is made of so far.
#[derive(Debug)]
struct Pile {
    stack: LiveStack,
    /// The newest sub in colours; its memory serves them all.
    colours: RgbFrameF32,
    cleaning: Cleaning,
    folder: StackFolder,
    taken: u32,
    stacked: u32,
}

async fn run(core: &Arc<Core>, id: CameraId, stop: &CancellationToken) {
    let (picture, wanted, binning) = plan(core, id);
    let Some(target) = core.state().tracking.clone() else {
        return;
    };
    let folder = StackFolder::new(core, id, &target, &picture, wanted, binning);
    let cleaning = Cleaning::choose(core, id).await;
    let mut pile = match pile(core, id, folder, cleaning, binning) {
        Ok(pile) => Some(pile),
        Err(error) => {
            tracing::error!(%error, "no stack can be begun");
            return;
        }
    };
    let mut working: Option<JoinHandle<Result<Pile, StoreError>>> = None;
    // While one sub is exposed the one before is worked on; if that takes longer, the next sub waits.
    for shot in 1..=wanted {
        let exposed = expose(core, id, picture, None, stop).await;
        if let Some(handle) = working.take() {
            pile = finished(core, id, handle).await;
        }
        let Some(taken) = exposed else { break };
        core.pace.sleep(READOUT).await;
        let Some(ready) = pile.take() else { break };
        tell_progress(core, id, &ready, wanted, Count::Taken(shot));
        if let Err(error) = core.card.has_room(ROOM_BYTES) {
            tracing::warn!(%error, "the stack ends");
            pile = Some(ready);
            break;
        }
        let worker = Arc::clone(core);
        working = Some(tokio::task::spawn_blocking(move || {
            work(&worker, id, ready, &taken)
        }));
    }
    if core.stopping.is_cancelled() {
        // The power is gone: what was not on the card is lost.
        return;
    }
    tell_stack_state(core, id, OperationState::Stopping);
    if let Some(handle) = working.take() {
        pile = finished(core, id, handle).await;
    }
    if let Some(pile) = pile {
        let worker = Arc::clone(core);
        let ended = tokio::task::spawn_blocking(move || {
            pile.folder
                .store_results(&worker, id, &pile.stack, pile.taken, pile.stacked)
        });
        if let Ok(Err(error)) = ended.await {
            tracing::warn!(%error, "the results of a stack could not be stored");
        }
    }
}

fn plan(core: &Core, id: CameraId) -> (Picture, u32, u32) {
    let picture = core.picture(id);
    let state = core.state();
    // The wide camera's binning is fixed at one (API 2.0 §4.10.1).
    let binning = if id == CameraId::Tele && state.features.is_binned() {
        2
    } else {
        1
    };
    (picture, state.features.subs_to_take(), binning)
}

fn pile(
    core: &Core,
    id: CameraId,
    folder: StackFolder,
    cleaning: Cleaning,
    binning: u32,
) -> Result<Pile, StoreError> {
    let lens = core.darkroom.lens(id);
    let (width, height) = if binning == 2 {
        (lens.width / 4 * 2, lens.height / 4 * 2)
    } else {
        (lens.width, lens.height)
    };
    Ok(Pile {
        stack: LiveStack::new(width, height, LiveStackConfig::default())?,
        colours: RgbFrameF32::new(width, height, vec![[0.0; 3]; width * height])?,
        cleaning,
        folder,
        taken: 0,
        stacked: 0,
    })
}

async fn finished(
    core: &Arc<Core>,
    id: CameraId,
    handle: JoinHandle<Result<Pile, StoreError>>,
) -> Option<Pile> {
    match handle.await {
        Ok(Ok(pile)) => {
            let wanted = pile.folder.wanted();
            tell_progress(core, id, &pile, wanted, Count::Stacked);
            core.notify_card();
            Some(pile)
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "a sub could not be kept: the stack ends");
            None
        }
        Err(error) => {
            tracing::error!(%error, "stacking failed");
            None
        }
    }
}

/// One sub, from the sensor's counts to the card and into the mean.
fn work(core: &Core, id: CameraId, mut pile: Pile, taken: &Taken) -> Result<Pile, StoreError> {
    let raw = if pile.folder.binning() == 2 {
        Cow::Owned(scale::binned(&taken.exposure.raw)?)
    } else {
        Cow::Borrowed(&taken.exposure.raw)
    };
    let clean = pile.cleaning.cleaned(&raw)?;
    demosaic_into(&clean, Demosaic::Bilinear, &mut pile.colours)?;
    drop(clean);
    let outcome = pile.stack.add(&pile.colours)?;
    pile.taken += 1;
    pile.stacked += u32::from(outcome.is_added());
    tracing::debug!(?outcome, "sub stacked");
    pile.folder
        .store_sub(core, id, taken, &raw, outcome.is_added())?;
    show(core, id, &pile, &taken.picture)?;
    if pile.taken == 1 || pile.taken.is_multiple_of(RENEWED_EVERY) {
        pile.folder
            .store_results(core, id, &pile.stack, pile.taken, pile.stacked)?;
    }
    Ok(pile)
}

/// The live picture shows the mean, or the newest sub if the client wants so.
fn show(core: &Core, id: CameraId, pile: &Pile, picture: &Picture) -> Result<(), StoreError> {
    let single = core.state().features.shows_single_subs();
    let shown = if single || pile.stacked == 0 {
        &pile.colours
    } else {
        pile.stack.stack().mean()
    };
    let small = shrink_to_fit(shown, SHOWN.0, SHOWN.1);
    // How it looks may be changed while it grows; what it is made of may not.
    let look = core.picture(id).look;
    let picture = Picture { look, ..*picture };
    let bytes = jpeg(&for_the_eye(&small, &picture), picture.quality.max(80))?;
    core.live[id.index()].publish_stack(Bytes::from(bytes));
    Ok(())
}

#[derive(Clone, Copy)]
enum Count {
    /// A sub was exposed: so many by now.
    Taken(u32),
    /// A sub was worked on.
    Stacked,
}

fn tell_progress(core: &Core, id: CameraId, pile: &Pile, wanted: u32, count: Count) {
    let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let (update, taken) = match count {
        Count::Taken(shot) => (0, shot),
        Count::Stacked => (2, pile.taken),
    };
    let settings = core.state().camera(id).clone();
    let message = ResNotifyProgressCaptureRawLiveStacking {
        total_count: whole(wanted),
        update_count_type: update,
        current_count: whole(taken),
        stacked_count: whole(pile.stacked),
        exp_index: settings.param(camera::EXPOSURE).index,
        gain_index: settings.param(camera::GAIN).index,
        target_name: pile.folder.target().to_owned(),
    };
    let cmd = match id {
        CameraId::Tele => cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING,
        CameraId::Wide => cmd::NOTIFY_PROGRESS_WIDE_CAPTURE_RAW_LIVE_STACKING,
    };
    let told = Told::new(cmd, &message);
    core.state().stack_progress[id.index()] = Some(told.clone());
    core.repeat(told);
}
