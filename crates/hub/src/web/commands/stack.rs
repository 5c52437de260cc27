//! Commands of a device's own stacker.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{Lens, StackerCommand};

use super::super::body::{At, Json};
use super::super::order::TakenAnswer;
use super::super::problem::{Answer, Problem};
use super::super::route::Route;
use super::command;
use super::parameter::SetParameter;
use crate::order::Order;

pub(super) fn routes() -> Vec<Route> {
    vec![
        command(
            "/devices/{id}/stack/start",
            "Photograph and stack.",
            stack_start,
        ),
        command(
            "/devices/{id}/stack/parameters/{name}",
            "Set a parameter of the stacker's state by its name.",
            parameter,
        ),
        command(
            "/devices/{id}/stack/stop",
            "End a stack and keep what it holds.",
            stack_stop,
        ),
        command(
            "/devices/{id}/stack/go-live",
            "Return from the stack's picture to the live one.",
            stack_go_live,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithLens {
    pub(super) lens: Lens,
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

async fn parameter(
    order: Order,
    At((id, name)): At<(String, String)>,
    Json(body): Json<SetParameter>,
) -> Answer<TakenAnswer> {
    let value = body.value()?;
    let command = StackerCommand::SetParameter { name, value };
    order.answer(&id, command).await
}
