//! The world's own door: the truth, faults, what the camera sees, the map. Loopback only, and only for
//! programs: a page that a browser loads from elsewhere cannot use it, since it must send JSON as such.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use skyhelm_sim::land::sun_over;

use crate::machine::{Fault, FaultKind, GatewayMachine, Lens};
use crate::photograph::jpeg;
use crate::virtual_gateway::Shared;

/// The largest body that is read.
const LARGEST_BODY: usize = 4096;

pub(crate) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/world", get(state))
        .route("/world/faults", post(change).delete(clear_all))
        .route("/world/faults/{kind}", delete(clear))
        .route("/world/picture.jpg", get(picture))
        .route("/world/land.geojson", get(land))
        .layer(axum::middleware::from_fn(from_here))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(shared)
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

async fn state(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.machine().world()).into_response()
}

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

async fn change(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send it as application/json",
        );
    }
    let done = match serde_json::from_slice(&body) {
        Ok(Change::Put(fault)) if shared.machine().put(fault) => Ok(()),
        Ok(Change::Put(_)) => Err("a number is out of range".to_owned()),
        Ok(Change::Clear(wanted)) => clear_named(&mut shared.machine(), &wanted.clear),
        Err(_) => Err(usage()),
    };
    shared.wake();
    match done {
        Ok(()) => state(State(shared)).await,
        Err(why) => refused(StatusCode::BAD_REQUEST, &why),
    }
}

fn clear_named(machine: &mut GatewayMachine, name: &str) -> Result<(), String> {
    if name == "all" {
        machine.clear_all();
        return Ok(());
    }
    let kind = FaultKind::from_name(name).ok_or_else(usage)?;
    machine.clear(kind);
    Ok(())
}

async fn clear(State(shared): State<Arc<Shared>>, Path(kind): Path<String>) -> Response {
    let done = clear_named(&mut shared.machine(), &kind);
    match done {
        Ok(()) => state(State(shared)).await,
        Err(why) => refused(StatusCode::NOT_FOUND, &why),
    }
}

async fn clear_all(State(shared): State<Arc<Shared>>) -> Response {
    shared.machine().clear_all();
    state(State(shared)).await
}

#[derive(Deserialize)]
struct Wanted {
    lens: Option<String>,
    width: Option<usize>,
}

async fn picture(State(shared): State<Arc<Shared>>, Query(wanted): Query<Wanted>) -> Response {
    let lens = wanted
        .lens
        .as_deref()
        .map_or(Some(Lens::Wide), Lens::from_name);
    let Some(lens) = lens else {
        return refused(StatusCode::BAD_REQUEST, "lens is one of wide, zoom, ir");
    };
    let width = wanted.width.unwrap_or(1280).clamp(64, 1920);
    let painted = tokio::task::spawn_blocking(move || {
        let view = shared.machine().view(lens);
        let sun = sun_over(&shared.site, shared.clock.now().utc);
        let size = (width, width * 9 / 16);
        let frame = shared
            .painter()
            .paint(&view, size, GatewayMachine::band(lens), sun);
        jpeg(&frame, None)
    })
    .await;
    match painted {
        Ok(Ok(bytes)) => ([(CONTENT_TYPE, "image/jpeg")], bytes).into_response(),
        _ => refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the picture could not be painted",
        ),
    }
}

async fn land(State(shared): State<Arc<Shared>>) -> Response {
    let map = shared.land.geo_json();
    ([(CONTENT_TYPE, "application/geo+json")], map.to_string()).into_response()
}

fn usage() -> String {
    let names = FaultKind::ALL.map(FaultKind::name).join(", ");
    format!(
        "send {{\"fault\":NAME}} with its numbers or {{\"clear\":NAME}} or {{\"clear\":\"all\"}}, NAME one of: {names}"
    )
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}
