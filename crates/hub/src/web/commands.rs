//! The commands a device takes, each with its body.

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::routing::post;
use serde::Deserialize;
use skyhelm_device::{
    CameraAction, CameraCommand, DeviceError, ErrorKind, Exposure, FocusDirection, FocuserCommand,
    Job, JobKind, Lens, MountCommand, StackerCommand,
};
use skyhelm_units::Angle;

use super::body::{At, Json, j2000};
use super::order::TakenAnswer;
use super::problem::{Answer, Problem};
use crate::hub::Hub;
use crate::order::Order;
use crate::registry::Member;

/// Most focus steps in one request.
const MOST_STEPS: u32 = 20;
/// Longest name of a target, in characters; it becomes a file name on the device.
const LONGEST_NAME: usize = 64;

pub(super) fn routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/devices/{id}/stop", post(stop))
        .route("/devices/{id}/mount/goto", post(goto))
        .route("/devices/{id}/mount/joystick", post(joystick))
        .route("/devices/{id}/mount/centre", post(centre))
        .route("/devices/{id}/mount/{action}", post(mount))
        .route("/devices/{id}/cameras/{lens}/exposure", post(exposure))
        .route("/devices/{id}/cameras/{lens}/gain", post(gain))
        .route("/devices/{id}/cameras/{lens}/filter", post(filter))
        .route("/devices/{id}/cameras/{lens}/{action}", post(camera))
        .route("/devices/{id}/focuser/step", post(focus_step))
        .route("/devices/{id}/focuser/run", post(focus_run))
        .route("/devices/{id}/focuser/stop", post(focus_stop))
        .route("/devices/{id}/stack/start", post(stack_start))
        .route("/devices/{id}/stack/stop", post(stack_stop))
        .route("/devices/{id}/stack/go-live", post(stack_go_live))
        .route("/devices/{id}/jobs/{job}/cancel", post(cancel))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goto {
    name: String,
    ra_hours: f64,
    dec_degrees: f64,
}

async fn goto(order: Order, At(id): At<String>, Json(body): Json<Goto>) -> Answer<TakenAnswer> {
    let name = body.name.trim();
    if name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(Problem::invalid(format!(
            "A target's name has at most {LONGEST_NAME} characters, all of them printable."
        )));
    }
    let target = j2000(body.ra_hours, body.dec_degrees)?;
    let name = name.to_owned();
    order.answer(&id, MountCommand::Goto { target, name }).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Joystick {
    direction_deg: f64,
    deflection: f64,
}

async fn joystick(
    order: Order,
    At(id): At<String>,
    Json(body): Json<Joystick>,
) -> Answer<TakenAnswer> {
    let command = MountCommand::Joystick {
        direction: Angle::from_degrees(body.direction_deg),
        deflection: body.deflection,
    };
    order.answer(&id, command).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    x: f64,
    y: f64,
}

async fn centre(order: Order, At(id): At<String>, Json(body): Json<Place>) -> Answer<TakenAnswer> {
    let command = MountCommand::CentreOnWide {
        x: body.x,
        y: body.y,
    };
    order.answer(&id, command).await
}

async fn mount(order: Order, At((id, action)): At<(String, String)>) -> Answer<TakenAnswer> {
    let command = match action.as_str() {
        "stop-goto" => MountCommand::StopGoto,
        "calibrate" => MountCommand::Calibrate,
        "stop-calibration" => MountCommand::StopCalibration,
        "park" => MountCommand::Park,
        "joystick-stop" => MountCommand::StopJoystick,
        _ => return Err(no_such_command()),
    };
    order.answer(&id, command).await
}

/// Ends every motion. A device's parts are stopped one after the other; what the last says counts.
async fn stop(order: Order, At(id): At<String>) -> Answer<TakenAnswer> {
    let member = order.hub.registry.member(&id)?;
    let focuser = order.give(&member, FocuserCommand::Stop);
    let mount = order.give(&member, MountCommand::StopAll);
    let (mount, focuser) = tokio::join!(mount, focuser);
    match (mount, focuser) {
        (Ok(accepted), _) => Ok(order.taken(accepted)),
        (Err(error), Ok(accepted)) if error.kind == ErrorKind::NotFound => {
            Ok(order.taken(accepted))
        }
        (Err(error), _) => Err(error.into()),
    }
}

async fn camera_command(
    order: Order,
    id: &str,
    lens: Lens,
    action: CameraAction,
) -> Answer<TakenAnswer> {
    order.answer(id, CameraCommand { lens, action }).await
}

async fn camera(
    order: Order,
    At((id, lens, action)): At<(String, Lens, String)>,
) -> Answer<TakenAnswer> {
    let action = match action.as_str() {
        "open" => CameraAction::Open,
        "close" => CameraAction::Close,
        "photo" => CameraAction::Photo,
        "raw-photo" => CameraAction::RawPhoto,
        _ => return Err(no_such_command()),
    };
    camera_command(order, &id, lens, action).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExposureChoice {
    #[serde(default)]
    auto: bool,
    index: Option<i32>,
}

async fn exposure(
    order: Order,
    At((id, lens)): At<(String, Lens)>,
    Json(body): Json<ExposureChoice>,
) -> Answer<TakenAnswer> {
    let exposure = match (body.auto, body.index) {
        (true, None) => Exposure::Auto,
        (false, Some(index)) => Exposure::Choice(index),
        _ => return Err(Problem::invalid("Give either `auto: true` or an `index`.")),
    };
    camera_command(order, &id, lens, CameraAction::SetExposure(exposure)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    index: i32,
}

async fn gain(
    order: Order,
    At((id, lens)): At<(String, Lens)>,
    Json(body): Json<Choice>,
) -> Answer<TakenAnswer> {
    camera_command(order, &id, lens, CameraAction::SetGain(body.index)).await
}

async fn filter(
    order: Order,
    At((id, lens)): At<(String, Lens)>,
    Json(body): Json<Choice>,
) -> Answer<TakenAnswer> {
    camera_command(order, &id, lens, CameraAction::SetFilter(body.index)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    direction: FocusDirection,
    #[serde(default = "one")]
    steps: u32,
}

fn one() -> u32 {
    1
}

async fn focus_step(
    order: Order,
    At(id): At<String>,
    Json(body): Json<Steps>,
) -> Answer<TakenAnswer> {
    if !(1..=MOST_STEPS).contains(&body.steps) {
        return Err(Problem::invalid(format!(
            "From 1 to {MOST_STEPS} steps can be asked for at once."
        )));
    }
    for _ in 1..body.steps {
        let member = order.hub.registry.member(&id)?;
        order
            .give(&member, FocuserCommand::Step(body.direction))
            .await?;
    }
    order
        .answer(&id, FocuserCommand::Step(body.direction))
        .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    direction: FocusDirection,
}

async fn focus_run(order: Order, At(id): At<String>, Json(body): Json<Run>) -> Answer<TakenAnswer> {
    order.answer(&id, FocuserCommand::Run(body.direction)).await
}

async fn focus_stop(order: Order, At(id): At<String>) -> Answer<TakenAnswer> {
    order.answer(&id, FocuserCommand::Stop).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StackStart {
    lens: Lens,
    subs: Option<u32>,
    #[serde(default)]
    without_darks: bool,
}

async fn stack_start(
    order: Order,
    At(id): At<String>,
    Json(body): Json<StackStart>,
) -> Answer<TakenAnswer> {
    if body.subs == Some(0) {
        return Err(Problem::invalid("A stack has at least one sub."));
    }
    let command = StackerCommand::Start {
        lens: body.lens,
        subs: body.subs,
        without_darks: body.without_darks,
    };
    order.answer(&id, command).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithLens {
    lens: Lens,
}

async fn stack_stop(
    order: Order,
    At(id): At<String>,
    Json(body): Json<WithLens>,
) -> Answer<TakenAnswer> {
    let lens = body.lens;
    order.answer(&id, StackerCommand::Stop { lens }).await
}

async fn stack_go_live(
    order: Order,
    At(id): At<String>,
    Json(body): Json<WithLens>,
) -> Answer<TakenAnswer> {
    let lens = body.lens;
    order.answer(&id, StackerCommand::GoLive { lens }).await
}

async fn cancel(order: Order, At((id, job)): At<(String, String)>) -> Answer<TakenAnswer> {
    let member = order.hub.registry.member(&id)?;
    let state = member.state();
    let found = state.jobs.iter().find(|candidate| candidate.id == job);
    let job = found.ok_or_else(|| Problem::not_found("There is no such job."))?;
    if !job.is_running() || !job.cancellable {
        let why = format!("\u{201c}{}\u{201d} cannot be cancelled now.", job.title);
        return Err(DeviceError::new(ErrorKind::Blocked, why).into());
    }
    cancel_job(&order, &member, job).await
}

/// Each kind of job is ended by a command of its own.
async fn cancel_job(order: &Order, member: &Member, job: &Job) -> Answer<TakenAnswer> {
    let accepted = match job.kind {
        JobKind::Goto => order.give(member, MountCommand::StopGoto).await?,
        JobKind::Calibrate => order.give(member, MountCommand::StopCalibration).await?,
        JobKind::Focus => order.give(member, FocuserCommand::Stop).await?,
        JobKind::Stack => {
            let stacker = member.state().stacker;
            let lens = stacker
                .and_then(|stacker| stacker.lens)
                .unwrap_or(Lens::Tele);
            order.give(member, StackerCommand::Stop { lens }).await?
        }
        JobKind::Download => {
            let fetching = member.fetching.lock();
            fetching.unwrap_or_else(PoisonError::into_inner).cancel();
            skyhelm_device::Accepted::default()
        }
        _ => {
            let why = "This kind of job ends by itself.";
            return Err(DeviceError::new(ErrorKind::Blocked, why).into());
        }
    };
    Ok(order.taken(accepted))
}

fn no_such_command() -> Problem {
    Problem::not_found("There is no such command.")
}
