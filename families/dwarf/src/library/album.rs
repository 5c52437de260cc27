//! The album (API 2.0 §3.3).

use serde::Deserialize;
use serde_json::json;
use skyhelm_device::MediaKind;
use skyhelm_device::device::{MediaFile, MediaItem, SubCounts};

use super::{Place, listing};
use crate::error::DwarfError;
use crate::http;

/// Entries asked for at a time.
const PAGE: usize = 200;
/// An album with more is cut: the oldest are left out.
const MOST_PAGES: usize = 50;

/// Media type of a stack (API 2.0 §3.3.1).
const ASTRONOMY: i64 = 4;

/// One entry, as far as the telescope tells it. Sizes come as numbers and as "689.38 KB".
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    media_type: i64,
    file_path: String,
    thumbnail_path: Option<String>,
    modification_time: i64,
    file_size: serde_json::Value,
    astro_target_name: Option<String>,
    astro_image_details: Option<Details>,
}

/// What newer firmware adds to a stack.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Details {
    target: Option<String>,
    shots_taken: Option<u32>,
    shots_stacked: Option<u32>,
    src_dir: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FitsList {
    fits_info: Vec<Fits>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Fits {
    file_path: String,
    is_failed: bool,
}

/// The counts of a stack's `shotsInfo.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShotsInfo {
    shots_taken: u32,
    shots_stacked: u32,
    #[serde(default)]
    target: Option<String>,
}

/// The whole album, newest first.
pub(super) async fn list(place: &Place) -> Result<Vec<MediaItem>, DwarfError> {
    let mut items = Vec::new();
    for page in 0..MOST_PAGES {
        let url = place.endpoints.http_url("album/list/mediaInfos");
        let body = json!({"mediaType": 0, "pageIndex": page, "pageSize": PAGE});
        let entries: Option<Vec<Entry>> = http::call(&place.client, &url, Some(&body)).await?;
        let entries = entries.unwrap_or_default();
        let last = entries.len() < PAGE;
        for entry in entries {
            if !entry.file_path.is_empty() {
                items.push(item(place, entry).await);
            }
        }
        if last {
            break;
        }
    }
    items.sort_by_key(|item| core::cmp::Reverse(item.utc_ms));
    Ok(items)
}

async fn item(place: &Place, entry: Entry) -> MediaItem {
    let details = entry.astro_image_details.unwrap_or_default();
    let mut item = MediaItem {
        kind: kind(entry.media_type),
        utc_ms: entry.modification_time.saturating_mul(1000),
        target: details
            .target
            .or(entry.astro_target_name)
            .filter(|name| !name.is_empty()),
        thumbnail: entry.thumbnail_path.filter(|path| !path.is_empty()),
        files: vec![MediaFile {
            path: entry.file_path.clone(),
            size_bytes: entry.file_size.as_u64(),
        }],
        subs: details
            .shots_taken
            .zip(details.shots_stacked)
            .map(|(taken, stacked)| SubCounts { taken, stacked }),
        path: entry.file_path,
    };
    if entry.media_type == ASTRONOMY {
        let folder = details
            .src_dir
            .filter(|folder| !folder.is_empty())
            .or_else(|| {
                item.path
                    .rsplit_once('/')
                    .map(|(above, _)| above.to_owned())
            });
        if let Some(folder) = folder {
            add_stack_files(place, &folder, &mut item).await;
        }
    }
    item
}

fn kind(number: i64) -> MediaKind {
    match number {
        1 => MediaKind::Photo,
        2 => MediaKind::Video,
        3 => MediaKind::Burst,
        4 => MediaKind::Stack,
        5 => MediaKind::Panorama,
        _ => MediaKind::Other,
    }
}

/// A stack is a folder: its subs are told by the album, the rest by the file server's listing.
/// What cannot be had leaves the entry with what is known.
async fn add_stack_files(place: &Place, folder: &str, item: &mut MediaItem) {
    let mut add = |path: String, size_bytes: Option<u64>| match item
        .files
        .iter_mut()
        .find(|file| file.path == path)
    {
        Some(file) => file.size_bytes = file.size_bytes.or(size_bytes),
        None => item.files.push(MediaFile { path, size_bytes }),
    };
    if let Ok(names) = listing::list(place, folder).await {
        for (name, size) in names {
            add(format!("{folder}/{name}"), size);
        }
    }
    let url = place.endpoints.http_url("album/astro/fitsList");
    let body = json!({ "srcDir": folder });
    if let Ok(list) = http::call::<FitsList>(&place.client, &url, Some(&body)).await {
        for fits in list.fits_info {
            if !fits.is_failed && !fits.file_path.is_empty() {
                add(fits.file_path, None);
            }
        }
    }
    if item.subs.is_none() {
        add_counts(place, folder, item).await;
    }
}

async fn add_counts(place: &Place, folder: &str, item: &mut MediaItem) {
    let Ok(url) = place.url(&format!("{folder}/shotsInfo.json")) else {
        return;
    };
    let Ok(bytes) = http::fetch(place.client.get(&url), &url).await else {
        return;
    };
    if let Ok(info) = serde_json::from_slice::<ShotsInfo>(&bytes) {
        item.subs = Some(SubCounts {
            taken: info.shots_taken,
            stacked: info.shots_stacked,
        });
        item.target = item.target.take().or(info.target);
    }
}
