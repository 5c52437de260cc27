//! Calibration: plate solves in three parts of the sky and a levelling fit to them.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_dwarf_proto::v2::{AstroState, ResNotifyStateAstroCalibration};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_sim::mechanics::{Approach, PlateSolve, PointingModel};
use skyhelm_sky::SkyFrame;
use skyhelm_units::{Angle, Horizontal};
use tokio_util::sync::CancellationToken;

use super::shutter::solve_here;
use crate::device::{Activity, Core};
use skyhelm_dwarf_proto::device::RequestRef;

/// Turns from where it stands, and altitudes, in degrees; the later ones are for when one fails.
const POSES: [(f64, f64); 7] = [
    (0.0, 52.0),
    (120.0, 46.0),
    (240.0, 56.0),
    (60.0, 62.0),
    (180.0, 44.0),
    (300.0, 60.0),
    (30.0, 70.0),
];
const SOLVES_NEEDED: usize = 3;
/// After a slew, until the mount follows quietly.
pub(super) const SETTLE: Duration = Duration::from_millis(2500);

pub(crate) fn start(core: &Arc<Core>, asker: RequestRef) {
    let stop = core.stopping.child_token();
    core.state().activity = Activity::Calibrating {
        state: AstroState::Running,
        solves: 0,
        stop: stop.clone(),
    };
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        let outcome = run(&core, &asker, &stop).await;
        end(&core, &asker, outcome);
    });
}

async fn run(
    core: &Arc<Core>,
    asker: &RequestRef,
    stop: &CancellationToken,
) -> Result<PointingModel, Code> {
    let from = core
        .state()
        .mount
        .motors(core.pace.now())
        .rotation
        .degrees();
    let mut solves = Vec::new();
    for (attempt, (turn, altitude)) in (1..).zip(POSES) {
        tell(core, AstroState::Running, 0);
        let pose =
            Horizontal::from_degrees(from + turn, altitude).map_err(|_| Code::INVALID_PARAM)?;
        look_at(core, pose)?;
        wait(core, stop).await?;
        tell(core, AstroState::PlateSolving, attempt);
        let (taken, solution) = solve_here(core, stop)
            .await
            .ok_or(Code::ASTRO_CALIBRATION_FAILED)?;
        match solution {
            Ok(solution) => {
                let at = taken.middle();
                let state = core.state();
                let frame = core.believed_frame(&state, at);
                solves.push(PlateSolve {
                    motors: state.mount.motors(at),
                    direction: frame.horizontal(solution.center),
                });
            }
            Err(failure) => {
                tracing::info!(%failure, "a plate solve of the calibration failed");
                // Said at once, and gone on with: the next part of the sky may be clear.
                core.reply_code(asker, Code::ASTRO_PLATE_SOLVING_FAILED);
            }
        }
        if solves.len() >= SOLVES_NEEDED {
            return PointingModel::fit(&solves).map_err(|_| Code::ASTRO_CALIBRATION_FAILED);
        }
    }
    Err(Code::ASTRO_CALIBRATION_FAILED)
}

/// Turns to a direction as the device believes to stand, and follows the sky there.
fn look_at(core: &Core, pose: Horizontal) -> Result<(), Code> {
    let now = core.pace.now();
    let mut state = core.state();
    let there = core.believed_frame(&state, now).j2000(pose);
    let trajectory = core.trajectory(&state, there);
    state
        .mount
        .slew_and_follow(
            now,
            trajectory,
            Angle::from_degrees(20.0),
            Approach::Careful,
        )
        .map_err(|_| Code::MOTOR_LIMIT_POSITION_WARNING)
}

/// Waits for the end of a slew.
pub(super) async fn wait(core: &Core, stop: &CancellationToken) -> Result<(), Code> {
    let settled = core.state().mount.settled_at() + SETTLE;
    tokio::select! {
        () = stop.cancelled() => Err(Code::ASTRO_CALIBRATION_FAILED),
        () = core.pace.sleep_until(settled) => Ok(()),
    }
}

fn end(core: &Core, asker: &RequestRef, outcome: Result<PointingModel, Code>) {
    let mut state = core.state();
    state.mount.stop(core.pace.now());
    let code = match outcome {
        Ok(model) => {
            tracing::info!(residual = ?model.residual(), "levelled");
            state.model = Arc::new(model);
            Code::OK
        }
        Err(code) => code,
    };
    drop(state);
    tell(core, AstroState::Stopped, 0);
    tell(core, AstroState::Idle, 0);
    core.state().activity = Activity::Idle;
    core.reply_code(asker, code);
}

fn tell(core: &Core, now: AstroState, times: i32) {
    if let Activity::Calibrating { state, solves, .. } = &mut core.state().activity {
        *state = now;
        *solves = times;
    }
    let message = ResNotifyStateAstroCalibration {
        state: now.into(),
        plate_solving_times: times,
    };
    core.notify(cmd::NOTIFY_STATE_ASTRO_CALIBRATION, &message);
}

impl Core {
    /// The sky as the device believes it to be: by its own clock.
    pub(crate) fn believed_frame(
        &self,
        state: &crate::device::State,
        at: skyhelm_units::Mono,
    ) -> SkyFrame {
        let clock = self.pace.clock_with_error(state.clock.error_seconds());
        SkyFrame::new(
            &self.config.site,
            clock.utc(at),
            &state.weather.at(at).atmosphere,
        )
    }
}
