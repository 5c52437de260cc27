//! The library.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use skyhelm_imaging::fits::{Card, Value as CardValue};

use super::body::{Asked, At, NoContent};
use super::problem::{Answer, Problem};
use super::range;
use super::route::{Route, delete, get};
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::library::{
    Entry, EntryState, EntryView, Histogram, PreviewRequest, Source, header_of, is_picture,
};
use crate::sign_in::Role;
use crate::store::{EntryQuery, FileRow};

const ENTRIES: u32 = 100;
const MOST_ENTRIES: u32 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/library", Role::Guest, "The library, newest first.", list),
        get(
            "/library/{id}",
            Role::Guest,
            "One entry, with the header of its FITS.",
            one,
        ),
        delete(
            "/library/{id}",
            Role::Operator,
            "Delete an entry here.",
            remove,
        )
        .problems(&[409]),
        get(
            "/library/{id}/files/{name}",
            Role::Guest,
            "A file, or a part of it.",
            file,
        )
        .media(200, FILES)
        .media(206, FILES)
        .problems(&[416]),
        get(
            "/library/{id}/preview.jpg",
            Role::Guest,
            "A picture of an entry, stretched.",
            preview,
        )
        .media(200, &["image/jpeg"])
        .problems(CANNOT_BE_SHOWN),
        get(
            "/library/{id}/histogram",
            Role::Guest,
            "What the pixels of an entry say.",
            histogram,
        )
        .problems(CANNOT_BE_SHOWN),
    ]
}

/// What files of a library are.
const FILES: &[&str] = &[
    "image/fits",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "video/mp4",
    "application/json",
    "text/plain",
    "application/octet-stream",
];
/// Too many ask at once, or the file is none that can be read.
const CANNOT_BE_SHOWN: &[u16] = &[409, 422, 502];

#[derive(Deserialize, JsonSchema)]
struct ListAsked {
    night: Option<String>,
    target: Option<String>,
    limit: Option<u32>,
    before: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Entries {
    entries: Vec<EntryView>,
}

async fn list(
    State(hub): State<Arc<Hub>>,
    Asked(asked): Asked<ListAsked>,
) -> Answer<Json<Entries>> {
    let query = EntryQuery {
        night: asked.night,
        target: asked.target,
        before_utc_ms: asked.before,
        limit: asked.limit.unwrap_or(ENTRIES).clamp(1, MOST_ENTRIES),
    };
    let entries = hub.store.entries(query).await?;
    let entries = entries
        .into_iter()
        .map(|entry| hub.shelf.view(entry))
        .collect();
    Ok(Json(Entries { entries }))
}

/// An entry that can be shown.
async fn entry_of(hub: &Hub, id: String) -> Answer<Entry> {
    let found = hub.store.entry(id).await?;
    found
        .filter(|entry| !matches!(entry.state, EntryState::Left | EntryState::Removed))
        .ok_or_else(|| Problem::not_found("There is no such entry in the library."))
}

#[derive(Serialize, JsonSchema)]
struct EntryWithHeader {
    #[serde(flatten)]
    entry: EntryView,
    header: Vec<HeaderCard>,
}

async fn one(State(hub): State<Arc<Hub>>, At(id): At<String>) -> Answer<Json<EntryWithHeader>> {
    let entry = entry_of(&hub, id).await?;
    let fits = entry
        .files
        .iter()
        .find(|file| file.here && file.media_type == "image/fits")
        .map(|file| path_of(&hub, &entry, file));
    let header = match fits {
        // A header that cannot be read is no reason to hide the entry.
        Some(path) => tokio::task::spawn_blocking(move || header_of(&path))
            .await
            .ok()
            .and_then(Result::ok)
            .map(|header| header.cards().iter().map(card).collect())
            .unwrap_or_default(),
        None => Vec::new(),
    };
    let entry = hub.shelf.view(entry);
    Ok(Json(EntryWithHeader { entry, header }))
}

/// Keyword, value and comment.
#[derive(Serialize, JsonSchema)]
struct HeaderCard(String, Value, Option<String>);

fn card(card: &Card) -> HeaderCard {
    let value = match &card.value {
        Some(CardValue::Text(text)) => json!(text),
        Some(CardValue::Logical(word)) => json!(word),
        Some(CardValue::Integer(number)) => json!(number),
        Some(CardValue::Float(number)) => json!(number),
        Some(other) => json!(format!("{other:?}")),
        None => Value::Null,
    };
    HeaderCard(card.keyword.clone(), value, Some(card.comment.clone()))
}

fn path_of(hub: &Hub, entry: &Entry, file: &FileRow) -> PathBuf {
    // Both parts were made by the library itself: nothing of the request goes into the path.
    hub.shelf.folder(&entry.id).join(&file.name)
}

#[derive(Deserialize, JsonSchema)]
struct FileAsked {
    download: Option<String>,
}

async fn file(
    State(hub): State<Arc<Hub>>,
    At((id, name)): At<(String, String)>,
    Asked(asked): Asked<FileAsked>,
    headers: HeaderMap,
) -> Answer<Response> {
    let entry = entry_of(&hub, id).await?;
    let file = entry
        .files
        .iter()
        .find(|file| file.here && file.name == name)
        .ok_or_else(|| Problem::not_found("The entry has no such file."))?;
    let path = path_of(&hub, &entry, file);
    let mut answer = range::send(&path, &file.media_type, &headers).await?;
    if asked.download.is_some_and(|wanted| wanted != "0") {
        let plain: String = file
            .name
            .chars()
            .map(|c| if c.is_ascii() && c != '"' { c } else { '_' })
            .collect();
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"")) {
            answer
                .headers_mut()
                .insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(answer)
}

/// The file a picture is made of: the one asked for, else the FITS, else any picture.
async fn source(hub: &Hub, id: String, asked: Option<&str>) -> Answer<Source> {
    let entry = entry_of(hub, id).await?;
    let pictures = || {
        entry
            .files
            .iter()
            .filter(|file| file.here && is_picture(&file.media_type))
    };
    let file = match asked {
        Some(name) => pictures().find(|file| file.name == name),
        None => pictures()
            .find(|file| file.media_type == "image/fits")
            .or_else(|| pictures().find(|file| Some(&file.name) != entry.thumbnail.as_ref()))
            .or_else(|| pictures().next()),
    };
    let file = file.ok_or_else(|| Problem::not_found("The entry has no such picture yet."))?;
    Ok(Source {
        path: path_of(hub, &entry, file),
        media_type: file.media_type.clone(),
        size_bytes: file.size_bytes.unwrap_or(0),
    })
}

async fn preview(
    State(hub): State<Arc<Hub>>,
    At(id): At<String>,
    Asked(asked): Asked<PreviewRequest>,
) -> Answer<Response> {
    let source = source(&hub, id, asked.file.as_deref()).await?;
    let jpeg = hub.renderer.preview(source, asked).await?;
    let kind = HeaderValue::from_static("image/jpeg");
    let caching = HeaderValue::from_static("private, max-age=60");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, caching),
    ];
    Ok((headers, jpeg).into_response())
}

#[derive(Deserialize, JsonSchema)]
struct HistogramAsked {
    file: Option<String>,
}

async fn histogram(
    State(hub): State<Arc<Hub>>,
    At(id): At<String>,
    Asked(asked): Asked<HistogramAsked>,
) -> Answer<Json<Arc<Histogram>>> {
    let source = source(&hub, id, asked.file.as_deref()).await?;
    Ok(Json(hub.renderer.histogram(source).await?))
}

async fn remove(State(hub): State<Arc<Hub>>, At(id): At<String>) -> Answer<NoContent> {
    let entry = entry_of(&hub, id).await?;
    if entry.state == EntryState::Fetching {
        return Err(Problem::from(skyhelm_device::DeviceError::new(
            skyhelm_device::ErrorKind::Blocked,
            "Files of this entry are still being fetched.",
        ))
        .remedy("Wait, or cancel the fetching."));
    }
    hub.store
        .entry_stands(entry.id.clone(), EntryState::Removed, None)
        .await?;
    let folder = hub.shelf.folder(&entry.id);
    if let Err(error) = tokio::fs::remove_dir_all(&folder).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %folder.display(), "files were not deleted");
    }
    hub.announce(HubEvent::Library(entry.id));
    Ok(NoContent)
}
