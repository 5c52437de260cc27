//! Commands of a camera.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{CameraAction, CameraCommand, Exposure, Lens};

use super::super::body::{At, Json};
use super::super::order::TakenAnswer;
use super::super::problem::{Answer, Problem};
use super::super::route::Route;
use super::command;
use super::parameter::SetParameter;
use crate::order::Order;

pub(super) fn routes() -> Vec<Route> {
    vec![
        bodyless(
            "/devices/{id}/cameras/{lens}/open",
            "Power a camera up; it streams from then on.",
            CameraAction::Open,
        ),
        bodyless(
            "/devices/{id}/cameras/{lens}/close",
            "Power a camera down.",
            CameraAction::Close,
        ),
        bodyless(
            "/devices/{id}/cameras/{lens}/photo",
            "Take a processed photograph.",
            CameraAction::Photo,
        ),
        bodyless(
            "/devices/{id}/cameras/{lens}/raw-photo",
            "Take a photograph without any processing.",
            CameraAction::RawPhoto,
        ),
        command(
            "/devices/{id}/cameras/{lens}/exposure",
            "Set the exposure, or leave it to the camera.",
            exposure,
        ),
        command(
            "/devices/{id}/cameras/{lens}/parameters/{name}",
            "Set a parameter of the camera's state by its name.",
            parameter,
        ),
        command("/devices/{id}/cameras/{lens}/gain", "Set the gain.", gain),
        command(
            "/devices/{id}/cameras/{lens}/filter",
            "Move the filter.",
            filter,
        ),
    ]
}

/// A row for an action without a body.
fn bodyless(path: &'static str, says: &'static str, action: CameraAction) -> Route {
    command(
        path,
        says,
        move |order: Order, At((id, lens)): At<(String, Lens)>| {
            let action = action.clone();
            async move { ask(order, &id, lens, action).await }
        },
    )
}

async fn ask(order: Order, id: &str, lens: Lens, action: CameraAction) -> Answer<TakenAnswer> {
    order.answer(id, CameraCommand { lens, action }).await
}

/// Either `auto` or an `index` of the camera's choices.
#[derive(Deserialize, JsonSchema)]
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
    ask(order, &id, lens, CameraAction::SetExposure(exposure)).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChoiceIndex {
    index: i32,
}

async fn gain(
    order: Order,
    At((id, lens)): At<(String, Lens)>,
    Json(body): Json<ChoiceIndex>,
) -> Answer<TakenAnswer> {
    ask(order, &id, lens, CameraAction::SetGain(body.index)).await
}

async fn filter(
    order: Order,
    At((id, lens)): At<(String, Lens)>,
    Json(body): Json<ChoiceIndex>,
) -> Answer<TakenAnswer> {
    ask(order, &id, lens, CameraAction::SetFilter(body.index)).await
}

async fn parameter(
    order: Order,
    At((id, lens, name)): At<(String, Lens, String)>,
    Json(body): Json<SetParameter>,
) -> Answer<TakenAnswer> {
    let value = body.value()?;
    ask(order, &id, lens, CameraAction::SetParameter { name, value }).await
}
