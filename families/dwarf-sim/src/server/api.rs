//! The JSON interface of port 8082 (API 2.0 §3).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::card::{AlbumItem, MediaKind};
use crate::device::Core;

/// Codes of this interface (API 2.0 §2.1, §3.10.1).
const FILE_NOT_EXIST: i32 = -1;
const INVALID_PARAM: i32 = -2;
const SET_NAME_FAILED: i32 = -5;
const OLD_PASSWORD_ERROR: i32 = -6;

/// The largest body a client may send.
const LARGEST_BODY: usize = 256 * 1024;
/// The most entries one page of the album holds.
const LARGEST_PAGE: usize = 5_000;
/// How long a client may take to send its body.
const BODY_TIME: Duration = Duration::from_secs(15);

/// The routes of the JSON interface. Endpoints that only newer firmware has are not there, as they are
/// not on a device of this generation.
pub(crate) fn routes(core: Arc<Core>) -> Router {
    Router::new()
        .route("/deviceInfo", any(device_info))
        .route("/firmwareVersion", any(firmware_version))
        .route("/getDefaultParamsConfig", get(params_config))
        .route("/getResetState", post(reset_state))
        .route("/setDeviceNameAndPsd", post(rename))
        .route("/album/list/mediaCounts", post(media_counts))
        .route("/album/list/mediaInfos", post(media_infos))
        .route("/album/getMediaInfoByFilePath", post(media_info))
        .route("/album/astro/fitsList", post(fits_list))
        .route("/album/delete", post(delete).delete(delete))
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

fn ok(data: Value) -> Response {
    let fields = [
        ("code".to_owned(), Value::from(0)),
        ("data".to_owned(), data),
    ];
    Json(Value::from_iter(fields)).into_response()
}

fn failed(code: i32) -> Response {
    Json(json!({ "code": code, "data": null })).into_response()
}

async fn unknown() -> Response {
    let body = json!({ "code": INVALID_PARAM, "data": null, "message": "no such interface on this firmware" });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

/// Reads a body; clients of this interface do not always name its type.
fn parsed<T: for<'a> Deserialize<'a>>(body: &Bytes) -> Result<T, Box<Response>> {
    serde_json::from_slice(body).map_err(|_| Box::new(failed(INVALID_PARAM)))
}

/// Does what touches the card on a thread for such work.
async fn with_card(
    core: Arc<Core>,
    work: impl FnOnce(&Core) -> Response + Send + 'static,
) -> Response {
    tokio::task::spawn_blocking(move || work(&core))
        .await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn device_info(State(core): State<Arc<Core>>) -> Response {
    let gigabytes = |bytes: u64| bytes / 1_000_000_000;
    let (name, password) = {
        let state = core.state();
        (state.name.clone(), state.password.clone())
    };
    let address = core.config.bind.to_string();
    ok(json!({
        "deviceId": core.config.profile.http_device_id,
        "deviceName": name,
        "devicePwd": password,
        "macAddress": mac(core.config.seed),
        "apIpAddress": address,
        "staIpAddress": address,
        "staWifiName": "",
        "staWifiPwd": "",
        "bleServiceId": "0000DAF3-0000-1000-8000-00805F9B34FB",
        "wifiConnectedMode": 1,
        "sn": core.config.serial,
        "activateStatus": 1,
        "sdCardInfo": {
            "availableSize": gigabytes(core.card.free_bytes()),
            "hasSdcard": true,
            "totalSize": gigabytes(core.card.size_bytes()),
        },
    }))
}

/// An address no real device has: locally administered.
fn mac(seed: u64) -> String {
    let bytes = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    let tail: Vec<String> = bytes[..5]
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("02:{}", tail.join(":"))
}

async fn firmware_version(State(core): State<Arc<Core>>) -> Response {
    let config = core.params_config();
    let (major, minor, patch) = (
        config.fw_major_version,
        config.fw_minor_version,
        config.fw_patch_version,
    );
    ok(json!({ "majorVersion": major, "minorVersion": minor, "patchVersion": patch }))
}

async fn params_config(State(core): State<Arc<Core>>) -> Response {
    serde_json::to_value(core.params_config())
        .map_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response(), ok)
}

async fn reset_state(State(core): State<Arc<Core>>) -> Response {
    let state = core.state();
    ok(json!({ "isReseted": false, "deviceName": state.name, "devicePwd": state.password }))
}

#[derive(Deserialize)]
struct Rename {
    mode: i32,
    #[serde(rename = "oldValue", default)]
    old: String,
    #[serde(rename = "newValue")]
    new: String,
}

async fn rename(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    let wanted: Rename = match parsed(&body) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    let mut state = core.state();
    match wanted.mode {
        // Limits of API 2.0 §3.9.1.
        0 if !(8..=64).contains(&wanted.new.len()) => return failed(SET_NAME_FAILED),
        0 if wanted.old != state.password => return failed(OLD_PASSWORD_ERROR),
        0 => state.password = wanted.new,
        1 if !(1..=29).contains(&wanted.new.chars().count()) => return failed(SET_NAME_FAILED),
        1 => state.name = wanted.new,
        _ => return failed(INVALID_PARAM),
    }
    ok(json!({ "mode": wanted.mode, "deviceName": state.name, "devicePwd": state.password }))
}

async fn media_counts(State(core): State<Arc<Core>>) -> Response {
    with_card(core, |core| {
        let album = core.album();
        let counts = MediaKind::ALL.map(|kind| (kind.number(), album.items(&[kind]).len()));
        let all: usize = counts.iter().map(|(_, count)| count).sum();
        let rows: Vec<Value> = std::iter::once((0, all))
            .chain(counts)
            .map(|(kind, count)| json!({ "mediaType": kind, "count": count }))
            .collect();
        ok(Value::Array(rows))
    })
    .await
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "mediaType", default)]
    media_type: i32,
    #[serde(rename = "pageIndex", default)]
    index: usize,
    #[serde(rename = "pageSize", default)]
    size: usize,
}

async fn media_infos(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    let page: Page = match parsed(&body) {
        Ok(page) => page,
        Err(answer) => return *answer,
    };
    let kinds: Vec<MediaKind> = match page.media_type {
        0 => MediaKind::ALL.to_vec(),
        number => MediaKind::ALL
            .into_iter()
            .filter(|kind| kind.number() == number)
            .collect(),
    };
    if kinds.is_empty() {
        return failed(INVALID_PARAM);
    }
    with_card(core, move |core| {
        // Size 0 is no paging (API 2.0 §3.3.8.2), within reason.
        let size = if page.size == 0 {
            LARGEST_PAGE
        } else {
            page.size.min(LARGEST_PAGE)
        };
        let items = core.album().items(&kinds);
        let shown = items
            .iter()
            .skip(page.index.saturating_mul(size))
            .take(size);
        ok(shown.map(info).collect())
    })
    .await
}

#[derive(Deserialize)]
struct ByPath {
    #[serde(rename = "filePath", alias = "srcDir")]
    path: String,
}

async fn media_info(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    let wanted: ByPath = match parsed(&body) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    with_card(core, move |core| {
        core.album()
            .item(&wanted.path)
            .map_or_else(|| failed(FILE_NOT_EXIST), |item| ok(info(&item)))
    })
    .await
}

async fn fits_list(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    let wanted: ByPath = match parsed(&body) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    with_card(core, move |core| {
        let Some(files) = core.album().fits(&wanted.path) else {
            return failed(FILE_NOT_EXIST);
        };
        let rows: Vec<Value> = files
            .iter()
            .map(|file| json!({ "filePath": file.file_path, "isFailed": file.failed, "url": file.file_path }))
            .collect();
        ok(json!({ "totalCount": rows.len(), "fitsInfo": rows }))
    })
    .await
}

#[derive(Deserialize)]
struct Delete {
    datas: Vec<DeleteItem>,
}

#[derive(Deserialize)]
struct DeleteItem {
    #[serde(rename = "mediaType", default)]
    media_type: i32,
    #[serde(rename = "filePath")]
    path: String,
    #[serde(rename = "fileName", default)]
    name: String,
}

async fn delete(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    let wanted: Delete = match parsed(&body) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    with_card(core, move |core| {
        let rows: Vec<Value> = wanted
            .datas
            .iter()
            .map(|item| {
                let removed = core.remove_media(&item.path);
                json!({
                    "mediaType": item.media_type,
                    "filePath": item.path,
                    "fileName": item.name,
                    "isSuccess": removed,
                })
            })
            .collect();
        core.notify_card();
        ok(Value::Array(rows))
    })
    .await
}

/// An entry as clients read it (API 2.0 §3.3.8.1).
fn info(item: &AlbumItem) -> Value {
    let mut info = json!({
        "mediaType": item.kind.number(),
        "fileName": item.file_name,
        "filePath": item.file_path,
        "thumbnailPath": item.thumbnail_path,
        "modificationTime": item.modified,
        "fileSize": item.size_bytes,
        "basicParams": null,
        "featureParams": null,
    });
    if let Some(shots) = &item.shots {
        info["astroTargetName"] = shots["target"].clone();
        let params = [
            "exp",
            "gain",
            "ir",
            "binning",
            "format",
            "shotsTaken",
            "shotsStacked",
            "shotsToTake",
        ];
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let list: Vec<Value> = params
            .iter()
            .filter(|name| !shots[**name].is_null())
            .map(|name| json!({ "name": name, "value": text(&shots[*name]) }))
            .collect();
        info["featureParams"] = Value::Array(list);
    }
    info
}

impl Core {
    /// Deletes an album entry with what belongs to it: a thumbnail, or a stack's whole folder.
    fn remove_media(&self, file_path: &str) -> bool {
        let Some(item) = self.album().item(file_path) else {
            return false;
        };
        let album = self.album();
        let remove = |path: &str| {
            album
                .on_card(path)
                .is_some_and(|path| self.card.remove(&path))
        };
        if item.kind == MediaKind::Astronomy {
            let folder = item
                .file_path
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            return remove(folder);
        }
        if item.thumbnail_path != item.file_path {
            remove(&item.thumbnail_path);
        }
        remove(&item.file_path)
    }
}
