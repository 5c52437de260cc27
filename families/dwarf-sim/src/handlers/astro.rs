//! Module 3: calibration, goto, tracking, live stacking.

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::numbers::{SolarBody, SpecialTarget};
use skyhelm_dwarf_proto::v2::{
    OperationState, ReqCaptureRawLiveStacking, ReqGotoDso, ReqGotoSolarSystem,
    ReqTrackSpecialTarget, ResNotifyStateAstroTracking, ResNotifyStateAstroTrackingSpecial,
};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_sky::Body;
use skyhelm_units::{Angle, Declination, Equatorial};

use super::{Answer, Row, camera, darks, message, tell_stack};
use crate::device::CameraId::{self, Tele, Wide};
use crate::device::{Activity, Core, StackSlot, State, Target};
use crate::job;

pub(super) const ROWS: &[Row] = &[
    (cmd::ASTRO_START_CALIBRATION, start_calibration),
    (cmd::ASTRO_STOP_CALIBRATION, stop_calibration),
    (cmd::ASTRO_START_GOTO_DSO, goto),
    (cmd::ASTRO_START_GOTO_SOLAR_SYSTEM, goto_wanderer),
    (cmd::ASTRO_START_TRACK_SPECIAL_TARGET, track_special),
    (cmd::ASTRO_STOP_TRACK_SPECIAL_TARGET, stop_special),
    (cmd::ASTRO_STOP_GOTO, stop_goto),
    (cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, |core, r| {
        stack(core, r, Tele)
    }),
    (cmd::ASTRO_START_WIDE_CAPTURE_LIVE_STACKING, |core, r| {
        stack(core, r, Wide)
    }),
    (cmd::ASTRO_STOP_CAPTURE_RAW_LIVE_STACKING, |core, _| {
        stop_stack(core, Tele)
    }),
    (cmd::ASTRO_STOP_WIDE_CAPTURE_LIVE_STACKING, |core, _| {
        stop_stack(core, Wide)
    }),
    (cmd::ASTRO_GO_LIVE, |core, _| go_live(core, Tele)),
    (cmd::ASTRO_WIDE_GO_LIVE, |core, _| go_live(core, Wide)),
];

fn start_calibration(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    if core.state().is_astro_busy() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    end_tracking(core);
    job::calibration::start(core, request.request.clone());
    Ok(Answer::Later)
}

fn stop_calibration(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    if let Activity::Calibrating { stop, .. } = &core.state().activity {
        stop.cancel();
    }
    Ok(Answer::Done)
}

fn goto(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqGotoDso = message(request)?;
    let dec = Declination::new(Angle::from_degrees(wanted.dec));
    let place = core
        .config
        .profile
        .goto_ra
        .from_wire(wanted.ra)
        .and_then(|ra| Ok(Equatorial::new(ra, dec?)))
        .map_err(|_| Code::INVALID_PARAM)?;
    let state = core.state();
    if state.is_astro_busy() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    drop(state);
    let name = named(&wanted.target_name, "Unnamed");
    job::goto::start(core, request.request.clone(), Target::new(name, place))?;
    Ok(Answer::Later)
}

/// A target's name as the client gives it, within reason.
fn named(given: &str, otherwise: &str) -> String {
    if given.trim().is_empty() {
        otherwise.to_owned()
    } else {
        given.chars().take(64).collect()
    }
}

fn goto_wanderer(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqGotoSolarSystem = message(request)?;
    let body = u32::try_from(wanted.index)
        .ok()
        .and_then(|number| match SolarBody::from_number(number) {
            SolarBody::Mercury => Some(Body::Mercury),
            SolarBody::Venus => Some(Body::Venus),
            SolarBody::Mars => Some(Body::Mars),
            SolarBody::Jupiter => Some(Body::Jupiter),
            SolarBody::Saturn => Some(Body::Saturn),
            SolarBody::Uranus => Some(Body::Uranus),
            SolarBody::Neptune => Some(Body::Neptune),
            SolarBody::Moon => Some(Body::Moon),
            SolarBody::Sun => Some(Body::Sun),
            SolarBody::Unknown(_) => None,
        })
        .ok_or(Code::INVALID_PARAM)?;
    let name = named(&wanted.target_name, body.name());
    go_to_body(core, request, (wanted.lon, wanted.lat), name, body)
}

fn track_special(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqTrackSpecialTarget = message(request)?;
    let body = match u32::try_from(wanted.index).map(SpecialTarget::from_number) {
        Ok(SpecialTarget::Sun) => Body::Sun,
        Ok(SpecialTarget::Moon) => Body::Moon,
        _ => return Err(Code::INVALID_PARAM),
    };
    let name = body.name().to_owned();
    go_to_body(core, request, (wanted.lon, wanted.lat), name, body)
}

fn go_to_body(
    core: &Arc<Core>,
    request: &Command,
    (longitude, latitude): (f64, f64),
    name: String,
    body: Body,
) -> Result<Answer, Code> {
    if !(-180.0..=180.0).contains(&longitude) || !(-90.0..=90.0).contains(&latitude) {
        return Err(Code::INVALID_PARAM);
    }
    let state = core.state();
    if state.is_astro_busy() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    let frame = core.believed_frame(&state, core.pace.now());
    drop(state);
    let target = Target::wandering(name, body, frame.body(body).position);
    job::goto::start(core, request.request.clone(), target)?;
    Ok(Answer::Later)
}

fn stop_special(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    let state = core.state();
    let is_special = |target: &Target| target.special().is_some();
    let follows = state.tracking.as_ref().is_some_and(is_special);
    drop(state);
    if follows {
        end_tracking(core);
    }
    Ok(Answer::Done)
}

fn stop_goto(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    let state = core.state();
    if let Activity::Going { stop, .. } = &state.activity {
        stop.cancel();
        return Ok(Answer::Done);
    }
    drop(state);
    // Stopping after arrival ends what the goto began: the following.
    end_tracking(core);
    Ok(Answer::Done)
}

/// Ends the following of a target, if one is followed, and tells so.
pub(crate) fn end_tracking(core: &Core) {
    let mut state = core.state();
    let Some(mut target) = state.tracking.take() else {
        return;
    };
    state.mount.stop(core.pace.now());
    drop(state);
    tell_tracking(core, OperationState::Stopped, Some(&target));
    target.name.clear();
    tell_tracking(core, OperationState::Idle, Some(&target));
}

/// Tells how the following stands: of Sun and Moon, which are found by their picture, by a
/// notification of its own.
pub(crate) fn tell_tracking(core: &Core, state: OperationState, target: Option<&Target>) {
    let target_name = target.map_or_else(String::new, |target| target.name.clone());
    let state = state.into();
    if let Some(special) = target.and_then(Target::special) {
        let message = ResNotifyStateAstroTrackingSpecial {
            state,
            target_name,
            index: special.number() as i32,
        };
        return core.notify(cmd::NOTIFY_STATE_ASTRO_TRACKING_SPECIAL, &message);
    }
    let message = ResNotifyStateAstroTracking { state, target_name };
    core.notify(cmd::NOTIFY_STATE_ASTRO_TRACKING, &message);
}

fn stack(core: &Arc<Core>, request: &Command, id: CameraId) -> Result<Answer, Code> {
    // The wide camera's request is empty in the document; clients may send the tele's fields.
    let wanted: ReqCaptureRawLiveStacking = message(request)?;
    let state = core.state();
    may_stack(&state, id)?;
    let came_with_darks = state.has_darks;
    drop(state);
    if !came_with_darks && !wanted.force_start && job::stack::darks_for(core, id).is_none() {
        // A question: whoever wants to shoot without darks asks again with force.
        return Err(if darks::GAINS.contains(&core.picture(id).gain.0) {
            Code::ASTRO_DARK_NOT_FOUND
        } else {
            Code::ASTRO_DARK_GAIN_OUT_OF_RANGE
        });
    }
    core.card
        .has_room(job::stack::ROOM_BYTES)
        .map_err(|no| no.code())?;
    Ok(begin_stack(core, id))
}

fn may_stack(state: &State, id: CameraId) -> Result<(), Code> {
    if !state.camera(id).is_open {
        return Err(camera::closed(id));
    }
    if state.is_calibrating_or_going() || !matches!(state.stack(id), StackSlot::Live) {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    state.is_free(id)?;
    if state.tracking.is_none() {
        return Err(Code::ASTRO_NEED_GOTO);
    }
    Ok(())
}

fn begin_stack(core: &Arc<Core>, id: CameraId) -> Answer {
    let short = core.picture(id).exposure.as_secs_f64() < 1.0;
    job::stack::start(core, id);
    if short {
        // Said, and gone on with: subs below a second gain nothing from stacking on this device.
        Answer::Warned(Code::ASTRO_NEED_ADJUST_SHOOT_PARAM)
    } else {
        Answer::Done
    }
}

fn stop_stack(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    if let StackSlot::Running(stop) = core.state().stack(id) {
        stop.cancel();
    }
    Ok(Answer::Done)
}

fn go_live(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    let mut state = core.state();
    let slot = &mut state.stacks[id.index()];
    if slot.is_running() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    *slot = StackSlot::Live;
    state.stack_progress[id.index()] = None;
    drop(state);
    tell_stack(core, id);
    Ok(Answer::Done)
}
