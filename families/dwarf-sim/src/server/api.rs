//! The JSON interface of port 8082 (API 2.0 §3).

mod album;
mod identity;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;
use skyhelm_dwarf_proto::http::{Answer, Empty, code, path};

use crate::device::Core;

/// The largest body a client may send.
const LARGEST_BODY: usize = 256 * 1024;
/// How long a client may take to send its body.
const BODY_TIME: Duration = Duration::from_secs(15);

/// The routes of the JSON interface. Endpoints that only newer firmware has are not there, as they are
/// not on a device of this generation.
pub(crate) fn routes(core: Arc<Core>) -> Router {
    Router::new()
        .route(path::DEVICE_INFO, any(identity::device_info))
        .route(path::FIRMWARE_VERSION, any(identity::firmware_version))
        .route(path::PARAMS_CONFIG, get(identity::params_config))
        .route(path::RESET_STATE, post(identity::reset_state))
        .route(path::SET_NAME_AND_PASSWORD, post(identity::rename))
        .route(path::RESET_DEVICE_INFO, post(identity::reset))
        .route(path::LOG_INFO, get(identity::log_info))
        .route(path::MEDIA_COUNTS, post(album::counts))
        .route(path::MEDIA_INFOS, post(album::infos))
        .route(path::MEDIA_INFO_BY_PATH, post(album::info_by_path))
        .route(path::ASTRO_FITS_LIST, post(album::fits_list))
        .route(path::DELETE, post(album::delete).delete(album::delete))
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(axum::middleware::from_fn(within_time))
        .with_state(core)
}

async fn within_time(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    tokio::time::timeout(BODY_TIME, next.run(request))
        .await
        .unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

fn ok(data: impl Serialize) -> Response {
    Json(Answer::ok(data)).into_response()
}

fn failed(code: i32) -> Response {
    Json(Empty::failed(code)).into_response()
}

/// Success without data.
fn done() -> Response {
    failed(code::OK)
}

async fn unknown() -> Response {
    let answer = Empty {
        message: Some("no such interface on this firmware".to_owned()),
        ..Empty::failed(code::INVALID_PARAM)
    };
    (StatusCode::NOT_FOUND, Json(answer)).into_response()
}

/// Reads a body and answers it; clients of this interface do not always name its type.
fn answered<T: DeserializeOwned>(body: &Bytes, answer: impl FnOnce(T) -> Response) -> Response {
    match serde_json::from_slice(body) {
        Ok(wanted) => answer(wanted),
        Err(_) => failed(code::INVALID_PARAM),
    }
}

/// The same on a thread for work that touches the card.
async fn answered_by_card<T: DeserializeOwned>(
    core: Arc<Core>,
    body: Bytes,
    answer: impl FnOnce(&Core, T) -> Response + Send + 'static,
) -> Response {
    let work = move || answered(&body, |wanted| answer(&core, wanted));
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
