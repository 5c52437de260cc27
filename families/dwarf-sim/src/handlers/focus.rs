//! Module 8: focusing by hand and by itself.

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::{
    ReqAstroAutoFocus, ReqManualContinuFocus, ReqManualSingleStepFocus, ReqNormalAutoFocus,
    ResNotifyFocus,
};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row, message};
use crate::device::{CameraId, Core, TELLS_EVERY, Toward};
use crate::job;
use crate::job::autofocus::{Autofocus, Region};

pub(super) const ROWS: &[Row] = &[
    (cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, step),
    (cmd::FOCUS_START_MANUAL_CONTINUOUS_FOCUS, run),
    (cmd::FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS, stop),
    (cmd::FOCUS_AUTO_FOCUS, normal),
    (cmd::FOCUS_START_ASTRO_AUTO_FOCUS, astro),
    (cmd::FOCUS_STOP_ASTRO_AUTO_FOCUS, stop_auto),
];

/// The picture an area is chosen in (API 2.0 §4.8.3 names no size; the preview's is what a client sees).
const PREVIEW: (f64, f64) = (1920.0, 1080.0);
/// Half the side of an area, in parts of the picture's width and height.
const AREA: f64 = 0.15;

fn normal(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqNormalAutoFocus = message(request)?;
    let (function, region) = match wanted.mode {
        0 => (Function::Focus, Region::WHOLE),
        1 => (Function::AreaFocus, area(core, &wanted)?),
        _ => return Err(Code::INVALID_PARAM),
    };
    begin(
        core,
        request,
        Autofocus {
            function,
            region,
            known: None,
            failure: Code::FOCUS_ASTRO_AUTO_FOCUS_SLOW_ERROR,
        },
    )
}

/// The part of what is read out of the sensor that lies around a point of the picture.
fn area(core: &Core, wanted: &ReqNormalAutoFocus) -> Result<Region, Code> {
    let (x, y) = (f64::from(wanted.center_x), f64::from(wanted.center_y));
    let (width, height) = PREVIEW;
    if x >= width || y >= height {
        return Err(Code::INVALID_PARAM);
    }
    // A device for tests reads out the middle only.
    let window = core.config.window as f64;
    let part = |place: f64| {
        let place = |edge: f64| (place + edge - 0.5) * window + 0.5;
        (place(-AREA), place(AREA))
    };
    Ok(Region {
        x: part(x / width),
        y: part(y / height),
    })
}

fn astro(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqAstroAutoFocus = message(request)?;
    let (function, known, failure) = match wanted.mode {
        0 => (
            Function::AstroFocus,
            None,
            Code::FOCUS_ASTRO_AUTO_FOCUS_SLOW_ERROR,
        ),
        1 => {
            let failure = Code::FOCUS_ASTRO_AUTO_FOCUS_FAST_ERROR;
            let found = core.state().focuser.found_sharp();
            // "You need to perform a slow astronomical autofocus first" (API 2.0 §4.8.4.1).
            (
                Function::AstroFocusFast,
                Some(found.ok_or(failure)?),
                failure,
            )
        }
        _ => return Err(Code::INVALID_PARAM),
    };
    begin(
        core,
        request,
        Autofocus {
            function,
            region: Region::WHOLE,
            known,
            failure,
        },
    )
}

fn begin(core: &Arc<Core>, request: &Command, wanted: Autofocus) -> Result<Answer, Code> {
    let state = core.state();
    if !state.camera(CameraId::Tele).is_open {
        return Err(Code::CAMERA_TELE_CLOSED);
    }
    if state.is_astro_busy() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    state.is_free(CameraId::Tele)?;
    drop(state);
    job::autofocus::start(core, request.request.clone(), wanted);
    Ok(Answer::Later)
}

fn stop_auto(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    let state = core.state();
    let job = state.shooting[CameraId::Tele.index()].as_ref();
    if let Some(job) = job.filter(|_| state.is_focusing()) {
        job.stop.cancel();
    }
    Ok(Answer::Done)
}

/// A hand keeps off while the device focuses by itself.
fn by_hand(core: &Core) -> Result<(), Code> {
    if core.state().is_focusing() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    Ok(())
}

fn step(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let direction = message::<ReqManualSingleStepFocus>(request)?.direction;
    let toward = Toward::from_wire(direction).ok_or(Code::INVALID_PARAM)?;
    by_hand(core)?;
    core.state().focuser.step(core.pace.now(), toward);
    tell(core);
    Ok(Answer::Done)
}

fn run(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let direction = message::<ReqManualContinuFocus>(request)?.direction;
    let toward = Toward::from_wire(direction).ok_or(Code::INVALID_PARAM)?;
    by_hand(core)?;
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
    by_hand(core)?;
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
