//! The land a virtual aircraft flies over, for the map.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::super::body::At;
use super::super::problem::{Answer, Problem};
use super::super::route::{Route, get};
use crate::hub::Hub;
use crate::sign_in::Role;

const GEO_JSON: &str = "application/geo+json";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/devices/{id}/flight/map.geojson",
            Role::Guest,
            "The land around a virtual aircraft: roads, buildings, trees, water. Real ones have none.",
            land,
        )
        .media(200, &[GEO_JSON])
        .problems(&[404, 502]),
    ]
}

async fn land(State(hub): State<Arc<Hub>>, At(id): At<String>) -> Answer<Response> {
    let member = hub.registry.member(&id)?;
    let land = member
        .gate
        .land()
        .ok_or_else(|| Problem::not_found("This device knows no land around it."))?;
    let map = land.geo_json().await?;
    let kind = HeaderValue::from_static(GEO_JSON);
    Ok(([(header::CONTENT_TYPE, kind)], map).into_response())
}
