//! Files of tiles for the map, read in parts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use super::body::At;
use super::problem::{Answer, Problem};
use super::range;
use super::route::{Route, get};
use crate::hub::Hub;
use crate::maps::MapFile;
use crate::sign_in::Role;

/// As the format's own registration has it.
const PMTILES: &str = "application/vnd.pmtiles";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/maps",
            Role::Viewer,
            "The files of tiles in the station's folder.",
            list,
        ),
        get(
            "/maps/{name}",
            Role::Guest,
            "A file of tiles, or the part of it that `Range` asks for.",
            file,
        )
        .media(200, &[PMTILES])
        .media(206, &[PMTILES])
        .problems(&[404, 416]),
    ]
}

#[derive(Serialize, JsonSchema)]
struct MapFiles {
    /// Where they lie: a person puts them there.
    folder: String,
    files: Vec<MapFile>,
}

async fn list(State(hub): State<Arc<Hub>>) -> Json<MapFiles> {
    Json(MapFiles {
        folder: hub.maps.folder().display().to_string(),
        files: hub.maps.files(),
    })
}

async fn file(
    State(hub): State<Arc<Hub>>,
    At(name): At<String>,
    asked: HeaderMap,
) -> Answer<Response> {
    let path = hub
        .maps
        .path(&name)
        .ok_or_else(|| Problem::not_found("There is no such file of tiles."))?;
    range::send(&path, PMTILES, &asked).await
}
