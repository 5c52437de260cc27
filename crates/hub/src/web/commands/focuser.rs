//! Commands of a focuser.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{AutoFocus, FocusDirection, FocuserCommand};

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
        command("/devices/{id}/focuser/auto", "Find the focus.", focus_auto),
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

/// How the focus is found.
#[derive(Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum FocusMode {
    /// On the whole picture: for things on the ground and the Moon.
    Normal,
    /// On a place of the tele picture.
    Area,
    /// On stars, thoroughly.
    Astro,
    /// On stars, near the place the device knows to be good.
    AstroFast,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FocusAuto {
    mode: FocusMode,
    /// With `area`: from the left edge, 0 to 1.
    x: Option<f64>,
    /// With `area`: from the top edge, 0 to 1.
    y: Option<f64>,
}

async fn focus_auto(
    order: Order,
    At(id): At<String>,
    Json(body): Json<FocusAuto>,
) -> Answer<TakenAnswer> {
    let how = match (body.mode, body.x, body.y) {
        (FocusMode::Normal, None, None) => AutoFocus::Whole,
        (FocusMode::Area, Some(x), Some(y)) => AutoFocus::Area { x, y },
        (FocusMode::Astro, None, None) => AutoFocus::Stars,
        (FocusMode::AstroFast, None, None) => AutoFocus::StarsFast,
        _ => {
            return Err(Problem::invalid(
                "`x` and `y` belong to `area`, and to nothing else.",
            ));
        }
    };
    order.answer(&id, FocuserCommand::Auto(how)).await
}
