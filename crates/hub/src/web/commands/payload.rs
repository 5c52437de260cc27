//! Commands of the cameras an aircraft carries, and of their gimbals.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{
    GimbalAction, GimbalCommand, GimbalReset, PayloadAction, PayloadCommand, PayloadLens,
    PayloadMode,
};

use super::super::body::{At, Json, JsonOrNothing};
use super::super::order::TakenAnswer;
use super::super::problem::Answer;
use super::super::route::Route;
use super::command;
use crate::order::Order;

pub(super) fn routes() -> Vec<Route> {
    vec![
        command(
            "/devices/{id}/gimbal/reset",
            "Turn a gimbal back.",
            gimbal_reset,
        )
        .flies(),
        command(
            "/devices/{id}/gimbal/aim",
            "Bring a place of the picture to its middle.",
            gimbal_aim,
        )
        .flies(),
        command(
            "/devices/{id}/gimbal/rate",
            "Turn a gimbal while held: repeat within half a second.",
            gimbal_rate,
        )
        .flies(),
        of_camera(
            "/devices/{id}/payload/request-control",
            "Ask that a camera obeys the station.",
            PayloadAction::RequestControl,
        ),
        of_camera(
            "/devices/{id}/payload/photo",
            "Take a photograph from the air.",
            PayloadAction::Photo,
        ),
        of_camera(
            "/devices/{id}/payload/record/start",
            "Begin to record.",
            PayloadAction::StartRecording,
        ),
        of_camera(
            "/devices/{id}/payload/record/stop",
            "End the recording.",
            PayloadAction::StopRecording,
        ),
        command("/devices/{id}/payload/zoom", "Zoom.", zoom).flies(),
        command(
            "/devices/{id}/payload/show",
            "Show another lens in the live picture.",
            show,
        )
        .flies(),
        command(
            "/devices/{id}/payload/mode",
            "Photographs or video.",
            set_mode,
        )
        .flies(),
    ]
}

/// Which camera.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichCamera {
    /// Its index in the device's state; the main one when absent.
    camera: Option<String>,
}

/// A row for an action that needs no more than its camera's index.
fn of_camera(path: &'static str, says: &'static str, action: PayloadAction) -> Route {
    let handler = move |order: Order, at: At<String>, body: JsonOrNothing<WhichCamera>| async move {
        let (At(id), JsonOrNothing(WhichCamera { camera })) = (at, body);
        order.answer(&id, PayloadCommand { camera, action }).await
    };
    command(path, says, handler).flies()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ResetGimbal {
    /// Its index in the device's state; the main one when absent.
    camera: Option<String>,
    how: GimbalReset,
}

async fn gimbal_reset(
    order: Order,
    At(id): At<String>,
    Json(body): Json<ResetGimbal>,
) -> Answer<TakenAnswer> {
    let command = GimbalCommand {
        camera: body.camera,
        action: GimbalAction::Reset(body.how),
    };
    order.answer(&id, command).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AimGimbal {
    /// Its index in the device's state; the main one when absent.
    camera: Option<String>,
    /// Of which lens's picture.
    lens: PayloadLens,
    /// From the left edge, 0 to 1.
    x: f64,
    /// From the top edge, 0 to 1.
    y: f64,
    /// The aircraft turns with the lens; else only the gimbal turns.
    #[serde(default)]
    locked: bool,
}

async fn gimbal_aim(
    order: Order,
    At(id): At<String>,
    Json(body): Json<AimGimbal>,
) -> Answer<TakenAnswer> {
    let action = GimbalAction::Aim {
        lens: body.lens,
        x: body.x,
        y: body.y,
        locked: body.locked,
    };
    let camera = body.camera;
    order.answer(&id, GimbalCommand { camera, action }).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TurnGimbal {
    /// Its index in the device's state; the main one when absent.
    camera: Option<String>,
    /// Upward.
    pitch_deg_s: f64,
    /// Clockwise.
    yaw_deg_s: f64,
    /// The aircraft turns with the lens; else only the gimbal turns.
    #[serde(default)]
    locked: bool,
}

async fn gimbal_rate(
    order: Order,
    At(id): At<String>,
    Json(body): Json<TurnGimbal>,
) -> Answer<TakenAnswer> {
    let action = GimbalAction::Drag {
        pitch_deg_s: body.pitch_deg_s,
        yaw_deg_s: body.yaw_deg_s,
        locked: body.locked,
    };
    let camera = body.camera;
    order.answer(&id, GimbalCommand { camera, action }).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ZoomTo {
    /// Its index in the device's state; the main one when absent.
    camera: Option<String>,
    lens: PayloadLens,
    /// How many times the widest.
    factor: f64,
}

async fn zoom(order: Order, At(id): At<String>, Json(body): Json<ZoomTo>) -> Answer<TakenAnswer> {
    let action = PayloadAction::Zoom {
        lens: body.lens,
        factor: body.factor,
    };
    let camera = body.camera;
    order.answer(&id, PayloadCommand { camera, action }).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShowLens {
    /// Its index in the device's state; the main one when absent.
    camera: Option<String>,
    lens: PayloadLens,
}

async fn show(order: Order, At(id): At<String>, Json(body): Json<ShowLens>) -> Answer<TakenAnswer> {
    let action = PayloadAction::Show { lens: body.lens };
    let camera = body.camera;
    order.answer(&id, PayloadCommand { camera, action }).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetMode {
    /// Its index in the device's state; the main one when absent.
    camera: Option<String>,
    mode: PayloadMode,
}

async fn set_mode(
    order: Order,
    At(id): At<String>,
    Json(body): Json<SetMode>,
) -> Answer<TakenAnswer> {
    let action = PayloadAction::SetMode(body.mode);
    let camera = body.camera;
    order.answer(&id, PayloadCommand { camera, action }).await
}
