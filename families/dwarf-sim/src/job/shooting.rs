//! What all of photographs, bursts and the like have in common: they take a camera, tell so, and tell
//! when it is free again.

use std::sync::Arc;

use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::OperationState;
use tokio_util::sync::CancellationToken;

use crate::card::MediaKind;
use crate::device::{CameraId, Core, Shooting};
use crate::handlers::{Answer, closed};

/// Room one photograph may need.
const ROOM_BYTES: u64 = 20_000_000;

/// Takes a camera for some work, which says whether the album has a new entry of a kind.
pub(crate) fn start<Work>(
    core: &Arc<Core>,
    id: CameraId,
    function: Function,
    kind: MediaKind,
    work: impl FnOnce(Arc<Core>, CancellationToken) -> Work,
) -> Result<Answer, Code>
where
    Work: Future<Output = bool> + Send + 'static,
{
    let mut state = core.state();
    if !state.camera(id).is_open {
        return Err(closed(id));
    }
    state.is_free(id)?;
    has_room(core)?;
    let stop = core.stopping.child_token();
    state.shooting[id.index()] = Some(Shooting::new(function, stop.clone()));
    drop(state);
    core.notify_function(id, function, OperationState::Running);
    let work = work(Arc::clone(core), stop);
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        let has_entry = work.await;
        core.state().shooting[id.index()] = None;
        core.notify_function(id, function, OperationState::Idle);
        if has_entry {
            core.notify_album(kind);
        }
    });
    Ok(Answer::Done)
}

/// Ends what a camera is taking, if it is that.
pub(crate) fn stop(core: &Arc<Core>, id: CameraId, function: Function) -> Answer {
    if let Some(shooting) = &core.state().shooting[id.index()]
        && shooting.function == function
    {
        shooting.stop.cancel();
    }
    Answer::Done
}

/// One more photograph fits on the card, or the code that says why not.
pub(crate) fn has_room(core: &Core) -> Result<(), Code> {
    core.card.has_room(ROOM_BYTES).map_err(|no| no.code())
}
