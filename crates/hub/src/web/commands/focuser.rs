//! Commands of a focuser.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{FocusDirection, FocuserCommand};

use super::super::body::{At, Json};
use super::super::order::TakenAnswer;
use super::super::problem::{Answer, Problem};
use super::super::route::Route;
use super::command;
use crate::order::Order;

/// Most focus steps in one request.
const MOST_STEPS: u32 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        command("/devices/{id}/focuser/step", "Move by steps.", focus_step),
        command(
            "/devices/{id}/focuser/run",
            "Move until stopped.",
            focus_run,
        ),
        command("/devices/{id}/focuser/stop", "End a run.", focus_stop),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FocusSteps {
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
    Json(body): Json<FocusSteps>,
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FocusRun {
    direction: FocusDirection,
}

async fn focus_run(
    order: Order,
    At(id): At<String>,
    Json(body): Json<FocusRun>,
) -> Answer<TakenAnswer> {
    order.answer(&id, FocuserCommand::Run(body.direction)).await
}

async fn focus_stop(order: Order, At(id): At<String>) -> Answer<TakenAnswer> {
    order.answer(&id, FocuserCommand::Stop).await
}
