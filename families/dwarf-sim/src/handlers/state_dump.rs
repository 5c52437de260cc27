//! 10039: everything a client that has just come must know, told as notifications (API 2.0 §4.7.9).

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::numbers::{Function, StreamType};
use skyhelm_dwarf_proto::v2::{
    AstroState, ComResWithInt, OperationState, ResNotifyCpuMode, ResNotifyMtpState,
    ResNotifyOperationState, ResNotifyParam, ResNotifyPictureMatching,
    ResNotifyStateAstroCalibration, ResNotifyStateAstroGoto, ResNotifyStreamType,
    ResNotifyTemperature,
};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row, astro, focus, power};
use crate::device::{Activity, CameraId, Core, StackSlot};
use crate::job;

pub(super) const ROWS: &[Row] = &[(cmd::TELE_GET_SYSTEM_WORKING_STATE, dump)];

fn dump(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    vitals(core);
    power::tell_lights(core);
    core.notify(cmd::NOTIFY_MTP_STATE, &ResNotifyMtpState { mode: 0 });
    core.notify(cmd::NOTIFY_CPU_MODE, &ResNotifyCpuMode { mode: 0 });
    for id in CameraId::BOTH {
        let params = core.state().camera(id).all_params();
        core.echo(id, params);
        stream_type(core, id);
        functions(core, id);
        tell_stack(core, id);
        let progress = core.state().stack_progress[id.index()].clone();
        if let Some(told) = progress {
            core.repeat(told);
        }
    }
    let param = core.state().features.all();
    core.notify(cmd::NOTIFY_SET_FEATURE_PARAM, &ResNotifyParam { param });
    focus::tell(core);
    activity(core);
    picture_matching(core);
    Ok(Answer::Done)
}

/// What a camera can be busy with.
const fn pursuits(id: CameraId) -> &'static [Function] {
    match id {
        CameraId::Tele => &[
            Function::Photo,
            Function::Burst,
            Function::Panorama,
            Function::Focus,
            Function::AreaFocus,
            Function::AstroFocus,
            Function::AstroFocusFast,
        ],
        CameraId::Wide => &[Function::Photo, Function::Burst],
    }
}

const fn operation(running: bool) -> OperationState {
    if running {
        OperationState::Running
    } else {
        OperationState::Idle
    }
}

/// Battery, charger, card and temperature.
pub(crate) fn vitals(core: &Core) {
    let now = core.pace.now();
    let mut state = core.state();
    state.battery.advance(now);
    let battery = state.battery;
    let temperature = state.sensor_celsius(now).round() as i32;
    drop(state);
    let whole = |value| ComResWithInt { value, code: 0 };
    core.notify(cmd::NOTIFY_BATTERY, &whole(battery.percent()));
    core.notify(cmd::NOTIFY_CHARGE, &whole(battery.charge_state()));
    core.notify_card();
    core.notify(
        cmd::NOTIFY_TEMPERATURE,
        &ResNotifyTemperature {
            code: 0,
            temperature,
        },
    );
}

/// JPEG at every exposure: this device has no RTSP yet, and says so instead of naming a stream that
/// is not there.
pub(super) fn stream_type(core: &Core, id: CameraId) {
    let message = ResNotifyStreamType {
        stream_type: StreamType::Jpeg.number() as i32,
        cam_id: id.index() as i32,
    };
    core.notify(cmd::NOTIFY_STREAM_TYPE, &message);
}

/// Where the tele's picture lies in the wide one, as soon as both cameras see.
pub(crate) fn picture_matching(core: &Core) {
    let state = core.state();
    let both_open = state.cameras.iter().all(|camera| camera.is_open);
    drop(state);
    if !both_open {
        return;
    }
    if let Some([x, y, width, height]) = core.darkroom.tele_box() {
        let message = ResNotifyPictureMatching {
            x,
            y,
            width,
            height,
            value: 0.97,
            code: 0,
        };
        core.notify(cmd::NOTIFY_TELE_WIDE_PICTURE_MATCHING, &message);
    }
}

/// Tells whether a camera is open and what it is taking, with how far it is.
fn functions(core: &Core, id: CameraId) {
    let (is_open, shooting) = {
        let state = core.state();
        (state.camera(id).is_open, state.shooting[id.index()].clone())
    };
    core.notify_function(id, Function::OpenClose, operation(is_open));
    for &function in pursuits(id) {
        let runs = shooting
            .as_ref()
            .is_some_and(|busy| busy.function == function);
        core.notify_function(id, function, operation(runs));
    }
    if let Some(told) = shooting.and_then(|busy| busy.progress) {
        core.repeat(told);
    }
}

/// Tells how a camera's live stacking stands. "Stopped" is one that has ended and is still shown: it
/// wants GO LIVE before the next.
pub(crate) fn tell_stack(core: &Core, id: CameraId) {
    let state = match core.state().stack(id) {
        StackSlot::Live => OperationState::Idle,
        StackSlot::Running(_) => OperationState::Running,
        StackSlot::ShowsResult => OperationState::Stopped,
    };
    tell_stack_state(core, id, state);
}

/// Tells a step of a camera's live stacking.
pub(crate) fn tell_stack_state(core: &Core, id: CameraId, state: OperationState) {
    let cmd = match id {
        CameraId::Tele => cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING,
        CameraId::Wide => cmd::NOTIFY_STATE_WIDE_CAPTURE_RAW_LIVE_STACKING,
    };
    core.notify(
        cmd,
        &ResNotifyOperationState {
            state: state.into(),
        },
    );
}

/// Tells how calibration and goto stand.
fn activity(core: &Core) {
    let state = core.state();
    let (calibration, solves, goto) = match &state.activity {
        Activity::Idle => (AstroState::Idle, 0, AstroState::Idle),
        Activity::Calibrating { state, solves, .. } => (*state, *solves, AstroState::Idle),
        Activity::Going { state, .. } => (AstroState::Idle, 0, *state),
    };
    let tracking = state.tracking.clone();
    let darks = CameraId::BOTH.map(|id| state.darks[id.index()].is_some());
    drop(state);
    for (id, taken) in CameraId::BOTH.into_iter().zip(darks) {
        job::darks::tell(core, id, operation(taken));
    }
    let message = ResNotifyStateAstroCalibration {
        state: calibration.into(),
        plate_solving_times: solves,
    };
    core.notify(cmd::NOTIFY_STATE_ASTRO_CALIBRATION, &message);
    let message = ResNotifyStateAstroGoto { state: goto.into() };
    core.notify(cmd::NOTIFY_STATE_ASTRO_GOTO, &message);
    let running = operation(tracking.is_some());
    astro::tell_tracking(core, running, tracking.as_ref());
}
