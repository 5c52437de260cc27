//! Commands of a mount.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{Body, MountCommand};
use skyhelm_units::Angle;

use super::super::body::{At, Json, j2000};
use super::super::order::TakenAnswer;
use super::super::problem::{Answer, Problem};
use super::super::route::Route;
use super::{bodyless, command};
use crate::order::Order;

/// Longest name of a target, in characters; it becomes a file name on the device.
const LONGEST_NAME: usize = 64;

pub(super) fn routes() -> Vec<Route> {
    vec![
        command(
            "/devices/{id}/mount/goto",
            "Slew to a place in the sky and track it.",
            goto,
        ),
        command(
            "/devices/{id}/mount/goto-solar",
            "Slew to a body of the solar system and follow it; the Sun needs a confirmed filter.",
            goto_solar,
        ),
        bodyless(
            "/devices/{id}/mount/track",
            "Follow the sky where the telescope looks now.",
            MountCommand::Track,
        ),
        command(
            "/devices/{id}/mount/joystick",
            "Push the stick; repeat while it is held.",
            joystick,
        ),
        command(
            "/devices/{id}/mount/centre",
            "Bring a place of the wide picture to the middle of the tele picture.",
            centre,
        ),
        bodyless(
            "/devices/{id}/mount/stop-goto",
            "End a slew.",
            MountCommand::StopGoto,
        ),
        bodyless(
            "/devices/{id}/mount/calibrate",
            "Learn how the tripod stands.",
            MountCommand::Calibrate,
        ),
        bodyless(
            "/devices/{id}/mount/stop-calibration",
            "End a calibration.",
            MountCommand::StopCalibration,
        ),
        bodyless("/devices/{id}/mount/park", "Fold away.", MountCommand::Park),
        bodyless(
            "/devices/{id}/mount/joystick-stop",
            "Release the stick.",
            MountCommand::StopJoystick,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
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

#[derive(Deserialize, JsonSchema)]
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PicturePlace {
    x: f64,
    y: f64,
}

async fn centre(
    order: Order,
    At(id): At<String>,
    Json(body): Json<PicturePlace>,
) -> Answer<TakenAnswer> {
    let command = MountCommand::CentreOnWide {
        x: body.x,
        y: body.y,
    };
    order.answer(&id, command).await
}

/// A body of the solar system.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum SolarBody {
    Sun,
    Moon,
    Mercury,
    Venus,
    Mars,
    Jupiter,
    Saturn,
    Uranus,
    Neptune,
}

impl From<SolarBody> for Body {
    fn from(body: SolarBody) -> Self {
        match body {
            SolarBody::Sun => Self::Sun,
            SolarBody::Moon => Self::Moon,
            SolarBody::Mercury => Self::Mercury,
            SolarBody::Venus => Self::Venus,
            SolarBody::Mars => Self::Mars,
            SolarBody::Jupiter => Self::Jupiter,
            SolarBody::Saturn => Self::Saturn,
            SolarBody::Uranus => Self::Uranus,
            SolarBody::Neptune => Self::Neptune,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GotoSolar {
    target: SolarBody,
}

async fn goto_solar(
    order: Order,
    At(id): At<String>,
    Json(body): Json<GotoSolar>,
) -> Answer<TakenAnswer> {
    let body = Body::from(body.target);
    order.answer(&id, MountCommand::GotoBody { body }).await
}
