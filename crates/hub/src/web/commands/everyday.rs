//! Commands of what a device has beside camera and mount: dark frames, lights, power, album.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{
    AlbumCommand, Binning, ControlCommand, DarksCommand, Lens, LightCommand, PowerCommand, Switch,
};

use super::super::body::{At, Json};
use super::super::order::TakenAnswer;
use super::super::problem::Answer;
use super::super::route::Route;
use super::stack::WithLens;
use super::{bodyless, command};
use crate::order::Order;

pub(super) fn routes() -> Vec<Route> {
    vec![
        command(
            "/devices/{id}/darks/take",
            "Take dark frames and keep their mean; the lens must be dark.",
            darks_take,
        ),
        command(
            "/devices/{id}/darks/stop",
            "End the taking of dark frames.",
            async |order: Order, At(id): At<String>, Json(body): Json<WithLens>| {
                let lens = body.lens;
                order.answer(&id, DarksCommand::Stop { lens }).await
            },
        ),
        command(
            "/devices/{id}/darks/delete",
            "Throw dark frames away.",
            darks_delete,
        ),
        command(
            "/devices/{id}/darks/refresh",
            "Read anew which dark frames there are.",
            async |order: Order, At(id): At<String>, Json(body): Json<WithLens>| {
                let lens = body.lens;
                order.answer(&id, DarksCommand::Refresh { lens }).await
            },
        ),
        command("/devices/{id}/lights/{name}", "Switch a light.", light),
        bodyless(
            "/devices/{id}/power/reboot",
            "Switch the device off and on again.",
            PowerCommand::Reboot,
        ),
        bodyless(
            "/devices/{id}/power/off",
            "Switch the device off; only a hand switches it on again.",
            PowerCommand::PowerDown,
        ),
        bodyless(
            "/devices/{id}/control/take",
            "Ask for the device's own host role.",
            ControlCommand::Take,
        ),
        bodyless(
            "/devices/{id}/control/release",
            "Give the device's own host role up.",
            ControlCommand::Release,
        ),
        command(
            "/devices/{id}/album/delete",
            "Delete entries of the device's own album; the library keeps its copies.",
            album_delete,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TakeDarks {
    lens: Lens,
    /// Index of the exposure, as in the camera's choices.
    exposure: i32,
    /// Index of the gain, as in the camera's choices.
    gain: i32,
    #[serde(default)]
    binning: Binning,
    /// 1 to 1000 frames.
    count: u32,
}

async fn darks_take(
    order: Order,
    At(id): At<String>,
    Json(body): Json<TakeDarks>,
) -> Answer<TakenAnswer> {
    let command = DarksCommand::Take {
        lens: body.lens,
        exposure: body.exposure,
        gain: body.gain,
        binning: body.binning,
        count: body.count,
    };
    order.answer(&id, command).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeleteDarks {
    lens: Lens,
    /// Ids of the state's dark frames.
    frames: Vec<String>,
}

async fn darks_delete(
    order: Order,
    At(id): At<String>,
    Json(body): Json<DeleteDarks>,
) -> Answer<TakenAnswer> {
    let command = DarksCommand::Delete {
        lens: body.lens,
        frames: body.frames,
    };
    order.answer(&id, command).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LightSwitch {
    on: bool,
}

async fn light(
    order: Order,
    At((id, light)): At<(String, String)>,
    Json(body): Json<LightSwitch>,
) -> Answer<TakenAnswer> {
    let switch = if body.on { Switch::On } else { Switch::Off };
    order.answer(&id, LightCommand { light, switch }).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeleteMedia {
    /// Paths of the album's entries.
    paths: Vec<String>,
}

async fn album_delete(
    order: Order,
    At(id): At<String>,
    Json(body): Json<DeleteMedia>,
) -> Answer<TakenAnswer> {
    let paths = body.paths;
    order.answer(&id, AlbumCommand::Delete { paths }).await
}
