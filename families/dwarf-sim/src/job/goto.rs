//! Goto: slew, look, correct, and follow from then on.

mod disc;
mod wandering;

use std::sync::Arc;

use skyhelm_dwarf_proto::v2::{AstroState, OperationState, ResNotifyStateAstroGoto};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_sim::mechanics::{Approach, Motion, MotorAngles, SkyTrajectory, Trajectory};
use skyhelm_units::{Angle, Equatorial, J2000, Mono};
use tokio_util::sync::CancellationToken;

use super::calibration::wait;
use super::shutter::solve_here;
use crate::device::{Activity, Core, State, Target};
use crate::handlers::{end_tracking, limit_code, tell_tracking};
use skyhelm_dwarf_proto::device::RequestRef;
use wandering::WanderingTrajectory;

/// How often it looks and corrects before it gives up.
const TRIES: usize = 4;
/// Near enough.
const NEAR: Angle = Angle::from_arcminutes(2.2);

pub(crate) fn start(core: &Arc<Core>, asker: RequestRef, target: Target) -> Result<(), Code> {
    let now = core.pace.now();
    let state = core.state();
    let seen = core.believed_frame(&state, now).horizontal(target.place);
    drop(state);
    if seen.altitude.angle() < Angle::ZERO {
        return Err(Code::ASTRO_GOTO_FAILED);
    }
    end_tracking(core);
    let stop = core.stopping.child_token();
    core.state().activity = Activity::Going {
        state: AstroState::Running,
        stop: stop.clone(),
    };
    tell(core, AstroState::Running);
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        let outcome = run(&core, &target, &stop).await;
        end(&core, &asker, target, outcome);
    });
    Ok(())
}

async fn run(core: &Arc<Core>, target: &Target, stop: &CancellationToken) -> Result<(), Code> {
    let mut correction = MotorAngles::default();
    slew(core, target, correction)?;
    arrive(core, stop).await?;
    if target.special().is_some() {
        return center_disc(core, target, stop).await;
    }
    if !core.state().model.is_levelled() {
        // Nothing to correct by before calibration: it misses by how badly it stands.
        return Ok(());
    }
    let mut failures = 0;
    for _ in 0..TRIES {
        tell(core, AstroState::PlateSolving);
        let (taken, solution) = solve_here(core, stop)
            .await
            .ok_or(Code::ASTRO_GOTO_FAILED)?;
        let Ok(solution) = solution else {
            failures += 1;
            continue;
        };
        let wanted = core.place_of(target, taken.middle());
        let off = solution.center.separation(&wanted);
        tracing::debug!(%off, stars = solution.stars, "goto solved");
        if off < NEAR {
            return Ok(());
        }
        let more = missing(core, taken.middle(), wanted, solution.center);
        correction.rotation += more.rotation;
        correction.pitch += more.pitch;
        tell(core, AstroState::Running);
        slew(core, target, correction)?;
        arrive(core, stop).await?;
    }
    Err(if failures > 0 {
        Code::ASTRO_PLATE_SOLVING_FAILED
    } else {
        Code::ASTRO_GOTO_FAILED
    })
}

/// Sun and Moon: the wide camera sees where the disc is, whether levelled or not.
async fn center_disc(
    core: &Arc<Core>,
    target: &Target,
    stop: &CancellationToken,
) -> Result<(), Code> {
    let mut correction = MotorAngles::default();
    // The first look may be from far off, where the lens is less well known.
    for _ in 0..2 {
        let found = disc::find(core, stop)
            .await
            .ok_or(Code::ASTRO_GOTO_FAILED)?;
        let (there, here) = found.ok_or(Code::ASTRO_SUN_MOON_NOT_FOUND)?;
        correction.rotation += (there.rotation - here.rotation).normalized_signed();
        correction.pitch += there.pitch - here.pitch;
        slew(core, target, correction)?;
        arrive(core, stop).await?;
    }
    Ok(())
}

fn slew(core: &Core, target: &Target, correction: MotorAngles) -> Result<(), Code> {
    let now = core.pace.now();
    let mut state = core.state();
    let trajectory = core.trajectory_of(&state, target, correction);
    state
        .mount
        .slew_and_follow(now, trajectory, Angle::from_degrees(20.0), Approach::Quick)
        .map_err(limit_code)
}

async fn arrive(core: &Core, stop: &CancellationToken) -> Result<(), Code> {
    wait(core, stop).await.map_err(|_| Code::ASTRO_GOTO_FAILED)
}

/// By how much the motors are off, from where a solve says the frame's centre is.
fn missing(
    core: &Core,
    at: Mono,
    wanted: Equatorial<J2000>,
    found: Equatorial<J2000>,
) -> MotorAngles {
    let state = core.state();
    let frame = core.believed_frame(&state, at);
    let wanted = state.model.motors_for(frame.horizontal(wanted));
    let found = state.model.motors_for(frame.horizontal(found));
    MotorAngles {
        rotation: (wanted.rotation - found.rotation).normalized_signed(),
        pitch: wanted.pitch - found.pitch,
    }
}

fn end(core: &Core, asker: &RequestRef, target: Target, outcome: Result<(), Code>) {
    let told = target.clone();
    let mut state = core.state();
    state.activity = Activity::Idle;
    let code = match outcome {
        Ok(()) => {
            state.tracking = Some(target);
            Code::OK
        }
        Err(code) => {
            state.mount.stop(core.pace.now());
            code
        }
    };
    drop(state);
    tell(core, AstroState::Stopped);
    tell(core, AstroState::Idle);
    if code.is_ok() {
        tell_tracking(core, OperationState::Running, Some(&told));
    }
    core.reply_code(asker, code);
}

/// Follows, from rest, the place the device believes to look at: after a person has corrected the
/// framing of what is followed.
pub(crate) fn follow_here(core: &Core) {
    let now = core.pace.now();
    let mut state = core.state();
    let rests = matches!(state.mount.motion(now), Motion::Rest) && !state.is_calibrating_or_going();
    let Some(target) = state.tracking.take().filter(|_| rests) else {
        return;
    };
    let frame = core.believed_frame(&state, now);
    let place = frame.j2000(state.model.direction_of(state.mount.motors(now)));
    let target = target.moved_to(place);
    let trajectory = core.trajectory(&state, place);
    state.mount.follow(now, trajectory);
    state.tracking = Some(target.clone());
    drop(state);
    tell_tracking(core, OperationState::Running, Some(&target));
}

fn tell(core: &Core, now: AstroState) {
    if let Activity::Going { state, .. } = &mut core.state().activity {
        *state = now;
    }
    let message = ResNotifyStateAstroGoto { state: now.into() };
    core.notify(cmd::NOTIFY_STATE_ASTRO_GOTO, &message);
}

impl Core {
    /// Where a target is among the stars at a time, by the device's own clock.
    pub(crate) fn place_of(&self, target: &Target, at: Mono) -> Equatorial<J2000> {
        let Some(body) = target.body else {
            return target.place;
        };
        let state = self.state();
        self.believed_frame(&state, at).body(body).position
    }

    fn trajectory_of(
        &self,
        state: &State,
        target: &Target,
        correction: MotorAngles,
    ) -> Arc<dyn Trajectory> {
        let sky = SkyTrajectory {
            correction,
            ..self.sky_trajectory(state, target.place)
        };
        match target.body {
            None => Arc::new(sky),
            Some(body) => Arc::new(WanderingTrajectory {
                body,
                site: sky.site,
                atmosphere: sky.atmosphere,
                clock: sky.clock,
                model: sky.model,
                correction,
            }),
        }
    }

    /// Following a place among the stars by the device's belief and clock.
    pub(crate) fn sky_trajectory(&self, state: &State, target: Equatorial<J2000>) -> SkyTrajectory {
        SkyTrajectory {
            target,
            site: self.config.site,
            atmosphere: state.weather.at(self.pace.now()).atmosphere,
            clock: self.pace.clock_with_error(state.clock.error_seconds()),
            model: Arc::clone(&state.model),
            correction: MotorAngles::default(),
        }
    }

    /// The same as a thing the mount can follow.
    pub(crate) fn trajectory(
        &self,
        state: &State,
        target: Equatorial<J2000>,
    ) -> Arc<dyn Trajectory> {
        Arc::new(self.sky_trajectory(state, target))
    }
}
