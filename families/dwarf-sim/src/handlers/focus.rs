//! Module 8: focusing by hand.

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::v2::{ReqManualContinuFocus, ReqManualSingleStepFocus, ResNotifyFocus};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row, message};
use crate::device::{Core, TELLS_EVERY, Toward};

pub(super) const ROWS: &[Row] = &[
    (cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, step),
    (cmd::FOCUS_START_MANUAL_CONTINUOUS_FOCUS, run),
    (cmd::FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS, stop),
];

fn step(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let direction = message::<ReqManualSingleStepFocus>(request)?.direction;
    let toward = Toward::from_wire(direction).ok_or(Code::INVALID_PARAM)?;
    core.state().focuser.step(core.pace.now(), toward);
    tell(core);
    Ok(Answer::Done)
}

fn run(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let direction = message::<ReqManualContinuFocus>(request)?.direction;
    let toward = Toward::from_wire(direction).ok_or(Code::INVALID_PARAM)?;
    let mut state = core.state();
    let tells_already = state.focuser.is_running();
    state
        .focuser
        .run(core.pace.now(), toward, core.pace.speed());
    drop(state);
    if !tells_already {
        core.tasks.spawn(tell_while_running(Arc::clone(core)));
    }
    Ok(Answer::Done)
}

fn stop(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    core.state().focuser.stop(core.pace.now());
    tell(core);
    Ok(Answer::Done)
}

/// Tells where the focuser is.
pub(crate) fn tell(core: &Core) {
    let focus = core.state().focuser.position(core.pace.now());
    core.notify(cmd::NOTIFY_FOCUS_POSITION, &ResNotifyFocus { focus });
}

async fn tell_while_running(core: Arc<Core>) {
    loop {
        tokio::select! {
            () = core.stopping.cancelled() => return,
            () = tokio::time::sleep(TELLS_EVERY) => {}
        }
        let now = core.pace.now();
        let mut state = core.state();
        if state.focuser.is_running() && state.focuser.is_at_end(now) {
            state.focuser.stop(now);
        }
        let running = state.focuser.is_running();
        drop(state);
        tell(&core);
        if !running {
            return;
        }
    }
}
