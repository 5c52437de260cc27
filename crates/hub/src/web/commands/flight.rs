//! Commands of an aircraft. Who gives them needs the right to fly, but for those that end something.

use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::state::{FenceState, PlaceState};
use skyhelm_device::{FlightCommand, FlyTo, LostAction, TakeOff};
use skyhelm_units::{AboveTakeoff, GroundPoint};

use super::super::body::{At, Json};
use super::super::order::TakenAnswer;
use super::super::problem::{Answer, Problem};
use super::super::route::{Route, post, put};
use super::{bodyless, command};
use crate::order::Order;
use crate::sign_in::Role;

/// Corners of a fence, at most; more would not fit into a request anyway.
const MOST_CORNERS: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    let mut rows = of_control();
    rows.extend(of_motion());
    rows.push(post(
        "/devices/{id}/flight/arm",
        Role::Admin,
        "Let it be flown from here; the gateway's serial number is typed as a confirmation.",
        arm,
    ));
    rows.push(
        put(
            "/devices/{id}/flight/fence",
            Role::Operator,
            "Say where it may fly; without corners and limits anywhere.",
            fence,
        )
        .flies(),
    );
    rows
}

fn of_control() -> Vec<Route> {
    vec![
        bodyless(
            "/devices/{id}/flight/request-control",
            "Ask that the aircraft obeys the station.",
            FlightCommand::RequestControl,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/release-control",
            "Give the control of the aircraft back.",
            FlightCommand::ReleaseControl,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/live/enter",
            "Open the link for sticks and fast telemetry.",
            FlightCommand::EnterLive,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/live/exit",
            "Close the link for sticks and fast telemetry.",
            FlightCommand::ExitLive,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/disarm",
            "Only look from now on.",
            FlightCommand::Disarm,
        ),
    ]
}

fn of_motion() -> Vec<Route> {
    vec![
        command(
            "/devices/{id}/flight/take-off",
            "Rise, and fly to a place; heights are above the place of take-off.",
            take_off,
        )
        .flies(),
        command(
            "/devices/{id}/flight/fly-to",
            "Fly to a place in a straight line; the height is above the place of take-off.",
            fly_to,
        )
        .flies(),
        command(
            "/devices/{id}/flight/axis-check",
            "See by four small pushes whether it moves the way it is told to; a hand rests on the sticks meanwhile.",
            axis_check,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/fly-to/stop",
            "End a flight to a place, and hover.",
            FlightCommand::StopFlyTo,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/stop",
            "Brake and hover, whatever it does. Needs neither lease nor the right to fly.",
            FlightCommand::Stop,
        ),
        bodyless(
            "/devices/{id}/flight/land",
            "Land where it is.",
            FlightCommand::Land,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/return-home",
            "Fly home and land.",
            FlightCommand::ReturnHome,
        )
        .flies(),
        bodyless(
            "/devices/{id}/flight/return-home/cancel",
            "End a flight home, and hover.",
            FlightCommand::CancelReturnHome,
        )
        .flies(),
    ]
}

/// A place on the ground, when its numbers are one.
fn place(latitude_deg: f64, longitude_deg: f64) -> Answer<GroundPoint> {
    let place = PlaceState {
        latitude_deg,
        longitude_deg,
    };
    let nowhere = || Problem::invalid("That is no place on the Earth.");
    place.point().ok_or_else(nowhere)
}

/// Heights are above the place of take-off.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TakeOffTo {
    latitude_deg: f64,
    longitude_deg: f64,
    height_m: f64,
    /// How high it rises before it flies away.
    security_height_m: f64,
    /// How high it flies home.
    return_height_m: f64,
    /// What it does when nobody reaches it.
    #[serde(default)]
    lost_action: LostAction,
    max_speed_m_s: f64,
}

async fn take_off(
    order: Order,
    At(id): At<String>,
    Json(body): Json<TakeOffTo>,
) -> Answer<TakenAnswer> {
    let wanted = TakeOff {
        target: place(body.latitude_deg, body.longitude_deg)?,
        height: AboveTakeoff::from_metres(body.height_m),
        security_height: AboveTakeoff::from_metres(body.security_height_m),
        return_height: AboveTakeoff::from_metres(body.return_height_m),
        lost_action: body.lost_action,
        max_speed_m_s: body.max_speed_m_s,
    };
    order.answer(&id, FlightCommand::TakeOff(wanted)).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FlyThere {
    latitude_deg: f64,
    longitude_deg: f64,
    /// Above the place of take-off.
    height_m: f64,
    max_speed_m_s: f64,
}

async fn fly_to(
    order: Order,
    At(id): At<String>,
    Json(body): Json<FlyThere>,
) -> Answer<TakenAnswer> {
    let wanted = FlyTo {
        target: place(body.latitude_deg, body.longitude_deg)?,
        height: AboveTakeoff::from_metres(body.height_m),
        max_speed_m_s: body.max_speed_m_s,
    };
    order.answer(&id, FlightCommand::FlyTo(wanted)).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LookedAround {
    /// A person has looked around: nothing within 8 m, at least 15 m above take-off.
    confirmed: bool,
}

async fn axis_check(
    order: Order,
    At(id): At<String>,
    Json(body): Json<LookedAround>,
) -> Answer<TakenAnswer> {
    let confirmed = body.confirmed;
    order
        .answer(&id, FlightCommand::CheckAxes { confirmed })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arming {
    /// The gateway's serial number, as it stands on it.
    serial: String,
}

async fn arm(order: Order, At(id): At<String>, Json(body): Json<Arming>) -> Answer<TakenAnswer> {
    let serial = body.serial.trim().to_owned();
    order.answer(&id, FlightCommand::Arm { serial }).await
}

/// Where it may fly.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WantedFence {
    /// Corners in order; without them any place is allowed.
    #[serde(default)]
    polygon: Vec<PlaceState>,
    /// How high at most, above the place of take-off.
    ceiling_m: Option<f64>,
    /// How far from home at most.
    distance_m: Option<f64>,
}

async fn fence(
    order: Order,
    At(id): At<String>,
    Json(body): Json<WantedFence>,
) -> Answer<TakenAnswer> {
    if body.polygon.len() > MOST_CORNERS {
        return Err(Problem::invalid("A fence has at most 500 corners."));
    }
    let wanted = FenceState {
        polygon: body.polygon,
        ceiling_m: body.ceiling_m,
        distance_m: body.distance_m,
    };
    let anywhere = wanted == FenceState::default();
    let fence = wanted
        .fence()
        .ok_or_else(|| Problem::invalid("A corner is no place on the Earth."))?;
    let fence = (!anywhere).then_some(fence);
    order.answer(&id, FlightCommand::SetFence(fence)).await
}
