//! The log of flights, and their tracks as files for other programs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::body::{Asked, At};
use super::super::problem::{Answer, Problem};
use super::super::route::{Route, get};
use super::track::Format;
use crate::hub::Hub;
use crate::sign_in::Role;
use crate::store::Flight;

/// Flights in one answer.
const USUAL: u32 = 50;
const MOST: u32 = 500;

pub(super) fn routes() -> Vec<Route> {
    let mut rows = vec![get(
        "/devices/{id}/flights",
        Role::Viewer,
        "The flights of a device, newest first.",
        flights,
    )];
    rows.extend(Format::ALL.map(|format| {
        let handler = move |hub: State<Arc<Hub>>, at: At<(String, i64)>| track(hub, at, format);
        get(format.path(), Role::Viewer, format.says(), handler).media(200, format.kinds())
    }));
    rows
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichFlights {
    /// With smaller numbers only.
    before: Option<i64>,
    /// 1 to 500.
    limit: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Flights {
    flights: Vec<Flight>,
}

async fn flights(
    State(hub): State<Arc<Hub>>,
    At(id): At<String>,
    Asked(which): Asked<WhichFlights>,
) -> Answer<axum::Json<Flights>> {
    let limit = which.limit.unwrap_or(USUAL).clamp(1, MOST);
    let flights = hub.store.flights(id, which.before, limit).await?;
    Ok(axum::Json(Flights { flights }))
}

async fn track(
    State(hub): State<Arc<Hub>>,
    At((id, number)): At<(String, i64)>,
    format: Format,
) -> Answer<Response> {
    let found = hub.store.track(id.clone(), number).await?;
    let (flight, points) = found.ok_or_else(|| Problem::not_found("There is no such flight."))?;
    let text = format.write(&flight, &points);
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.kinds()[0]),
    );
    let name = format!("attachment; filename=\"flight-{number}.{}\"", format.word());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok((headers, text).into_response())
}
