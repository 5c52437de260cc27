//! The station itself, and its log.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use skyhelm_device::Severity;

use super::body::Asked;
use super::problem::Answer;
use crate::hub::{Hub, StationView};
use crate::store::{LogEntry, LogQuery};

const LINES: u32 = 100;
const MOST_LINES: u32 = 500;

pub(super) fn routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/station", get(station))
        .route("/log", get(log))
}

async fn station(State(hub): State<Arc<Hub>>) -> Json<StationView> {
    Json(hub.station_view())
}

#[derive(Deserialize)]
struct LogAsked {
    before: Option<i64>,
    limit: Option<u32>,
    severity: Option<Severity>,
    device: Option<String>,
}

#[derive(Serialize)]
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
