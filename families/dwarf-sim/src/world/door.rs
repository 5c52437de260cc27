//! The world's own door, beside the device's: loopback only, and only for programs. A page that a
//! browser loads from elsewhere cannot use it: it must send JSON as such, which no page may do to
//! another host unasked.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::{Fault, FaultKind, World};

/// The largest body that is read.
const LARGEST_BODY: usize = 4096;

/// The routes of the world's door.
pub(crate) fn routes(world: World) -> Router {
    Router::new()
        .route("/world", get(state))
        .route("/world/faults", post(change).delete(clear_all))
        .route("/world/faults/{kind}", delete(clear))
        .fallback(unknown)
        .layer(axum::middleware::from_fn(from_here))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(world)
}

/// Refuses what a browser was talked into: a name that only now means this host.
async fn from_here(
    headers: HeaderMap,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    match name {
        Some("127.0.0.1" | "localhost") => next.run(request).await,
        _ => refused(
            StatusCode::FORBIDDEN,
            "this door is for programs on this host",
        ),
    }
}

async fn state(State(world): State<World>) -> Response {
    Json(world.state()).into_response()
}

/// What may be sent to `/world/faults`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Change {
    Clear(Clear),
    Put(Fault),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clear {
    clear: String,
}

async fn change(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send it as application/json",
        );
    }
    match serde_json::from_slice(&body) {
        Ok(Change::Put(fault)) if world.put(fault) => state(State(world)).await,
        Ok(Change::Clear(wanted)) if wanted.clear == "all" => clear_all(State(world)).await,
        Ok(Change::Clear(wanted)) => clear(State(world), Path(wanted.clear)).await,
        Ok(Change::Put(_)) => refused(StatusCode::BAD_REQUEST, "a number is out of range"),
        Err(_) => refused(StatusCode::BAD_REQUEST, &usage()),
    }
}

async fn clear(State(world): State<World>, Path(kind): Path<String>) -> Response {
    let Some(kind) = FaultKind::from_name(&kind) else {
        return refused(StatusCode::NOT_FOUND, &usage());
    };
    world.clear(kind);
    state(State(world)).await
}

async fn clear_all(State(world): State<World>) -> Response {
    world.clear_all();
    state(State(world)).await
}

async fn unknown() -> Response {
    refused(
        StatusCode::NOT_FOUND,
        "there are GET /world and POST /world/faults",
    )
}

fn usage() -> String {
    let names = FaultKind::ALL.map(FaultKind::name).join(", ");
    format!(
        "send {{\"fault\":NAME}} or {{\"clear\":NAME}} or {{\"clear\":\"all\"}}, NAME one of: {names}"
    )
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}
