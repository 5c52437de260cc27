//! Module 6: the two motors, the joystick, and the click on the wide picture.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::profile::MotorIds;
use skyhelm_dwarf_proto::v2::{
    OperationState, ReqDualCameraLinkage, ReqMotorGetPosition, ReqMotorReset, ReqMotorRun,
    ReqMotorRunTo, ReqMotorServiceJoystick, ReqMotorStop, ResMotor, ResMotorPosition,
};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_sim::mechanics::{Approach, AxisId, Motion, MotorAngles, MountError};
use skyhelm_units::Angle;

use super::{Answer, Row, astro, message};
use crate::darkroom::WIDE_SIZE;
use crate::device::{CameraId, Core};
use crate::job;

pub(super) const ROWS: &[Row] = &[
    (cmd::MOTOR_RUN, run),
    (cmd::MOTOR_RUN_TO, run_to),
    (cmd::MOTOR_STOP, stop),
    (cmd::MOTOR_RESET, reset),
    (cmd::MOTOR_JOYSTICK, joystick),
    (cmd::MOTOR_JOYSTICK_FIXED_ANGLE, joystick_tap),
    (cmd::MOTOR_JOYSTICK_STOP, joystick_stop),
    (cmd::MOTOR_DUAL_CAMERA_LINKAGE, linkage),
    (cmd::MOTOR_GET_POSITION, position),
];

/// Slowest and fastest joystick, degrees a second (API 2.0 §4.13.5).
const JOYSTICK_SPEEDS: (f64, f64) = (0.1, 30.0);
/// Fastest motor, degrees a second (API 2.0 §4.13.3).
const FASTEST: f64 = 32.0;
/// A stick that falls silent for so long (of the host's time) is taken for let go.
const STICK_SILENCE: Duration = Duration::from_millis(1500);
/// How long a tap on an arrow key moves.
const TAP: Duration = Duration::from_millis(250);

/// Takes the mount for a motor command: what followed a target ends.
fn by_hand(core: &Arc<Core>) -> Result<(), Code> {
    may_move(core)?;
    astro::end_tracking(core);
    Ok(())
}

fn may_move(core: &Core) -> Result<(), Code> {
    if core.state().has_motors() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    Ok(())
}

/// A person's hand does not hurry with a scaled clock: its speeds are degrees to a host second.
fn hand_speed(core: &Core, degrees_per_second: f64) -> Angle {
    Angle::from_degrees(degrees_per_second / core.pace.speed())
}

fn axis(ids: MotorIds, number: i32) -> Result<AxisId, Code> {
    match number {
        id if id == ids.rotation => Ok(AxisId::Rotation),
        id if id == ids.pitch => Ok(AxisId::Pitch),
        _ => Err(Code::MOTOR_INVALID_PARAMETER_ID),
    }
}

fn motor_answer(core: &Core, id: i32, outcome: Result<(), Code>) -> Result<Answer, Code> {
    let code = outcome.map_or_else(|code| core.wire(code), |()| 0);
    Answer::with(&ResMotor { id, code })
}

fn run(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqMotorRun = message(request)?;
    let outcome = (|| {
        let axis = axis(core.config.profile.motors, wanted.id)?;
        if !(wanted.speed > 0.0 && wanted.speed <= FASTEST) {
            return Err(Code::INVALID_PARAM);
        }
        by_hand(core)?;
        let sign = if wanted.direction { 1.0 } else { -1.0 };
        let velocity = hand_speed(core, wanted.speed) * sign;
        let now = core.pace.now();
        // It runs until it is stopped or meets a stop of the mechanics: no turn takes longer.
        let until = now + Duration::from_hours(10);
        core.state().mount.run_axis(now, axis, velocity, until);
        Ok(())
    })();
    motor_answer(core, wanted.id, outcome)
}

fn run_to(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqMotorRunTo = message(request)?;
    let moved = (|| {
        let axis = axis(core.config.profile.motors, wanted.id)?;
        let allowed = wanted.speed > 0.0 && wanted.speed <= FASTEST;
        if !allowed || !wanted.end_position.is_finite() {
            return Err(Code::INVALID_PARAM);
        }
        by_hand(core)?;
        let now = core.pace.now();
        let mut state = core.state();
        let target = motors_at(state.mount.motors(now), axis, wanted.end_position);
        let speed = hand_speed(core, wanted.speed);
        state
            .mount
            .slew_to(now, target, speed, Approach::Quick)
            .map_err(limit_code)
    })();
    if let Err(code) = moved {
        return motor_answer(core, wanted.id, Err(code));
    }
    answer_at_rest(core, request, wanted.id);
    Ok(Answer::Later)
}

fn stop(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqMotorStop = message(request)?;
    let outcome = axis(core.config.profile.stop_motors, wanted.id)
        .map(|axis| core.state().mount.stop_axis(core.pace.now(), axis));
    motor_answer(core, wanted.id, outcome)
}

/// Resetting sends an axis home to its stop's reference, which is where it parks.
fn reset(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqMotorReset = message(request)?;
    let started = (|| {
        let axis = axis(core.config.profile.motors, wanted.id)?;
        by_hand(core)?;
        let now = core.pace.now();
        let mut state = core.state();
        let here = state.mount.motors(now);
        let park = core.darkroom.park();
        let target = match axis {
            AxisId::Rotation => MotorAngles {
                rotation: park.rotation,
                ..here
            },
            AxisId::Pitch => MotorAngles {
                pitch: park.pitch,
                ..here
            },
        };
        let speed = Angle::from_degrees(FASTEST);
        state
            .mount
            .slew_to(now, target, speed, Approach::Quick)
            .map_err(limit_code)
    })();
    if let Err(code) = started {
        return motor_answer(core, wanted.id, Err(code));
    }
    answer_at_rest(core, request, wanted.id);
    Ok(Answer::Later)
}

/// What is waited for until the mount rests, one of each at a time.
#[derive(Clone, Copy, Debug)]
enum Settling {
    Rotation,
    Pitch,
    Linkage,
}

/// Does something once the mount rests; it is told whether that is so, or another order of its kind has
/// taken its place.
fn once_at_rest(core: &Arc<Core>, what: Settling, then: impl FnOnce(&Core, bool) + Send + 'static) {
    let superseded = core.stopping.child_token();
    let settled = {
        let mut state = core.state();
        let before = std::mem::replace(&mut state.settling[what as usize], superseded.clone());
        before.cancel();
        state.mount.settled_at()
    };
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        let rests = tokio::select! {
            () = superseded.cancelled() => false,
            () = core.pace.sleep_until(settled) => true,
        };
        then(&core, rests);
    });
}

/// Answers a motor command once the mount rests.
fn answer_at_rest(core: &Arc<Core>, request: &Command, id: i32) {
    let asker = request.request.clone();
    let what = if id == core.config.profile.motors.pitch {
        Settling::Pitch
    } else {
        Settling::Rotation
    };
    once_at_rest(core, what, move |core, rests| {
        let code = if rests {
            Code::OK
        } else {
            Code::MOTOR_IS_STOPPED
        };
        let code = core.wire(code);
        core.reply(&asker, &ResMotor { id, code });
    });
}

fn joystick(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    stick(core, request, STICK_SILENCE)
}

fn joystick_tap(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    stick(core, request, TAP)
}

fn stick(core: &Arc<Core>, request: &Command, lasts: Duration) -> Result<Answer, Code> {
    let wanted: ReqMotorServiceJoystick = message(request)?;
    let (slowest, fastest) = JOYSTICK_SPEEDS;
    let allowed = (0.0..=360.0).contains(&wanted.vector_angle)
        && (0.0..=1.0).contains(&wanted.vector_length)
        && (slowest..=fastest).contains(&wanted.speed);
    if !allowed {
        return Err(Code::INVALID_PARAM);
    }
    may_move(core)?;
    let stick = core.config.profile.stick;
    let (right, up) = stick.from_wire(wanted.vector_angle, wanted.vector_length);
    let speed = hand_speed(core, wanted.speed);
    let now = core.pace.now();
    let until = core.pace.after_real(lasts);
    core.state()
        .mount
        .run(now, speed * right, speed * up, until);
    follow_again(core);
    Ok(Answer::Done)
}

fn joystick_stop(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    let now = core.pace.now();
    let mut state = core.state();
    // A late stop of a stick must not end a goto or a following that has begun since.
    let is_driven = matches!(state.mount.motion(now), Motion::Moving);
    if is_driven && !state.has_motors() {
        state.mount.stop(now);
    }
    Ok(Answer::Done)
}

/// A stick or a click corrects the framing of what is followed: once the mount rests it follows the
/// place it was left at, so that the stack a person framed can begin. Only a motor command, which
/// knows no sky, ends the following.
fn follow_again(core: &Arc<Core>) {
    let mut state = core.state();
    if state.tracking.is_none() || std::mem::replace(&mut state.is_nudged, true) {
        return;
    }
    drop(state);
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        if at_rest(&core).await {
            job::goto::follow_here(&core);
        }
        core.state().is_nudged = false;
    });
}

/// Waits until the mount rests, however often a stick prolongs its motion; not when the device stops.
async fn at_rest(core: &Core) -> bool {
    loop {
        let (settled, now) = (core.state().mount.settled_at(), core.pace.now());
        if settled <= now {
            return true;
        }
        tokio::select! {
            () = core.stopping.cancelled() => return false,
            () = core.pace.sleep_until(settled) => {}
        }
    }
}

/// Turns the tele to where a point of the wide picture is.
fn linkage(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqDualCameraLinkage = message(request)?;
    let (width, height) = WIDE_SIZE;
    let inside = |value: i32, size: usize| {
        usize::try_from(value)
            .ok()
            .filter(|&value| value < size)
            .ok_or(Code::INVALID_PARAM)
    };
    let pixel = [
        inside(wanted.x, width)? as f64,
        inside(wanted.y, height)? as f64,
    ];
    may_move(core)?;
    let now = core.pace.now();
    let mut state = core.state();
    let target = core.darkroom.motors_toward(state.mount.motors(now), pixel);
    state
        .mount
        .slew_to(now, target, Angle::from_degrees(10.0), Approach::Quick)
        .map_err(limit_code)?;
    drop(state);
    follow_again(core);
    core.notify_function(
        CameraId::Wide,
        Function::DualCameraLinkage,
        OperationState::Running,
    );
    once_at_rest(core, Settling::Linkage, |core, rests| {
        // A click that another follows has no end of its own.
        if rests {
            core.notify_function(
                CameraId::Wide,
                Function::DualCameraLinkage,
                OperationState::Idle,
            );
        }
    });
    Ok(Answer::Done)
}

fn position(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqMotorGetPosition = message(request)?;
    let motors = core.state().mount.motors(core.pace.now());
    let (position, code) = match axis(core.config.profile.motors, wanted.id) {
        Ok(AxisId::Rotation) => (motors.rotation.normalized().degrees(), Code::OK),
        Ok(AxisId::Pitch) => (motors.pitch.normalized().degrees(), Code::OK),
        Err(code) => (0.0, code),
    };
    Answer::with(&ResMotorPosition {
        id: wanted.id,
        code: core.wire(code),
        position,
    })
}

/// Present angles with one axis at a position in degrees, as the motors count: pitch 317 is 43 below
/// the horizon, folded away.
fn motors_at(here: MotorAngles, axis: AxisId, degrees: f64) -> MotorAngles {
    match axis {
        AxisId::Rotation => MotorAngles {
            rotation: Angle::from_degrees(degrees),
            ..here
        },
        AxisId::Pitch => MotorAngles {
            pitch: Angle::from_degrees(degrees).normalized_signed(),
            ..here
        },
    }
}

/// The code for a direction the arm does not reach.
pub(crate) fn limit_code(error: MountError) -> Code {
    match error {
        MountError::OutOfReach(_) => Code::MOTOR_LIMIT_POSITION_HIT,
        MountError::NotANumber => Code::INVALID_PARAM,
    }
}
