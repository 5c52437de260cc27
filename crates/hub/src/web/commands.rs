//! The commands a device takes, each with its body.

mod camera;
mod everyday;
mod flight;
mod focuser;
mod mount;
mod parameter;
mod payload;
mod stack;

use std::sync::{Arc, PoisonError};

use axum::handler::Handler;
use skyhelm_device::{
    Accepted, DarksCommand, DeviceError, ErrorKind, FlightCommand, FocuserCommand, Gated, Job,
    JobKind, Lens, MountCommand, StackerCommand,
};

use super::body::At;
use super::describe::Described;
use super::order::TakenAnswer;
use super::problem::{Answer, Problem};
use super::route::{Route, post};
use crate::hub::Hub;
use crate::order::Order;
use crate::registry::Member;
use crate::sign_in::Role;

pub(super) fn routes() -> Vec<Route> {
    let mut rows = vec![
        command("/devices/{id}/stop", "End every motion.", stop),
        command("/devices/{id}/jobs/{job}/cancel", "End a job.", cancel),
    ];
    rows.extend(mount::routes());
    rows.extend(camera::routes());
    rows.extend(focuser::routes());
    rows.extend(stack::routes());
    rows.extend(everyday::routes());
    rows.extend(flight::routes());
    rows.extend(payload::routes());
    rows
}

/// A row for a command: `POST`, and for operators.
fn command<H, T: 'static, D>(path: &'static str, says: &'static str, handler: H) -> Route
where
    H: Handler<T, Arc<Hub>> + Described<D>,
{
    post(path, Role::Operator, says, handler)
}

/// A row for a command without a body.
fn bodyless<C: Gated + Sync>(path: &'static str, says: &'static str, given: C) -> Route {
    command(path, says, move |order: Order, At(id): At<String>| {
        let given = given.clone();
        async move { order.answer(&id, given).await }
    })
}

/// Ends every motion. All parts of a device are stopped at once; what the largest says counts.
async fn stop(order: Order, At(id): At<String>) -> Answer<TakenAnswer> {
    let member = order.hub.registry.member(&id)?;
    let focuser = order.give(&member, FocuserCommand::Stop);
    let mount = order.give(&member, MountCommand::StopAll);
    let aircraft = order.give(&member, FlightCommand::Stop);
    let (aircraft, mount, focuser) = tokio::join!(aircraft, mount, focuser);
    // What a device has not got need not stop.
    let lacks = |answer: &Result<Accepted, DeviceError>| matches!(answer, Err(error) if error.kind == ErrorKind::NotFound);
    let [first, second] = [aircraft, mount].map(|answer| (!lacks(&answer)).then_some(answer));
    let accepted = first.or(second).unwrap_or(focuser)?;
    Ok(order.taken(accepted))
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
        JobKind::Darks => {
            // The device says which lens it is busy with nowhere; stopping the idle one does nothing.
            let stop = |lens| order.give(member, DarksCommand::Stop { lens });
            let (tele, wide) = tokio::join!(stop(Lens::Tele), stop(Lens::Wide));
            tele.or(wide)?
        }
        JobKind::Download => {
            let fetching = member.fetching.lock();
            fetching.unwrap_or_else(PoisonError::into_inner).cancel();
            Accepted::default()
        }
        // Braking is everybody's right, and ends each of them.
        JobKind::TakeOff
        | JobKind::FlyTo
        | JobKind::ReturnHome
        | JobKind::Land
        | JobKind::CheckAxes => order.give(member, FlightCommand::Stop).await?,
        _ => {
            let why = "This kind of job ends by itself.";
            return Err(DeviceError::new(ErrorKind::Blocked, why).into());
        }
    };
    Ok(order.taken(accepted))
}
