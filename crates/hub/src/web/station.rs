//! The station itself, and its log.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_device::Severity;

use super::body::Asked;
use super::problem::Answer;
use super::route::{Route, get};
use crate::hub::{Hub, StationView};
use crate::sign_in::Role;
use crate::store::{AuditEntry, AuditQuery, LogEntry, LogQuery};
use crate::{bundle, metrics};

const LINES: u32 = 100;
const MOST_LINES: u32 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/station",
            Role::Guest,
            "The station: name, site, clock.",
            station,
        ),
        get("/log", Role::Viewer, "The log, newest first.", log),
        get("/audit", Role::Admin, "Who did what, newest first.", audit),
        get(
            "/support-bundle.zip",
            Role::Admin,
            "What somebody who helps needs, without secrets, as a zip file.",
            bundle,
        )
        .media(200, &["application/zip"]),
    ]
}

pub(super) fn routes_outside() -> Vec<Route> {
    vec![
        get("/healthz", None, "`ok` while the hub runs.", health).media(200, &["text/plain"]),
        get("/metrics", Role::Viewer, "Figures for Prometheus.", metrics)
            .media(200, &["text/plain"]),
    ]
}

async fn health() -> Response {
    "ok".into_response()
}

async fn metrics(State(hub): State<Arc<Hub>>) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], metrics::text(&hub)).into_response()
}

async fn bundle(State(hub): State<Arc<Hub>>) -> Answer<Response> {
    let zip = bundle::pack(&hub).await?;
    let kind = HeaderValue::from_static("application/zip");
    let name = HeaderValue::from_static("attachment; filename=\"skyhelm-support.zip\"");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, zip).into_response())
}

async fn station(State(hub): State<Arc<Hub>>) -> Json<StationView> {
    Json(hub.station_view())
}

#[derive(Deserialize, JsonSchema)]
struct LogAsked {
    /// Lines older than this one, by its number.
    before: Option<i64>,
    limit: Option<u32>,
    /// The least one wanted.
    severity: Option<Severity>,
    device: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Log {
    entries: Vec<LogEntry>,
}

async fn log(State(hub): State<Arc<Hub>>, Asked(asked): Asked<LogAsked>) -> Answer<Json<Log>> {
    let query = LogQuery {
        before: asked.before,
        limit: asked.limit.unwrap_or(LINES).clamp(1, MOST_LINES),
        severity: asked.severity,
        device: asked.device,
    };
    let entries = hub.store.log_entries(query).await?;
    Ok(Json(Log { entries }))
}

#[derive(Deserialize, JsonSchema)]
struct AuditAsked {
    /// Lines older than this one, by its number.
    before: Option<i64>,
    limit: Option<u32>,
    who: Option<String>,
    device: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Audit {
    entries: Vec<AuditEntry>,
}

async fn audit(
    State(hub): State<Arc<Hub>>,
    Asked(asked): Asked<AuditAsked>,
) -> Answer<Json<Audit>> {
    let query = AuditQuery {
        before: asked.before,
        limit: asked.limit.unwrap_or(LINES).clamp(1, MOST_LINES),
        who: asked.who,
        device: asked.device,
    };
    let entries = hub.store.audit_entries(query).await?;
    Ok(Json(Audit { entries }))
}
