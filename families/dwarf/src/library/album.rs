//! The album (API 2.0 §3.3).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use skyhelm_device::MediaKind;
use skyhelm_device::device::{MediaFile, MediaItem, SubCounts};
use skyhelm_dwarf_proto::http::{
    AstroFitsList, AstroFitsRequest, DeleteAnswer, DeleteItem, DeleteRequest, MediaInfo,
    MediaInfosRequest, MediaType, ShotsInfo, path,
};

use super::{Place, listing};
use crate::error::DwarfError;
use crate::http;

/// Entries asked for at a time.
const PAGE: u32 = 200;
/// An album with more is cut: the oldest are left out.
const MOST_PAGES: u32 = 50;

/// Longer bursts are cut: devices take at most 999 pictures.
const MOST_PICTURES: usize = 1_000;

/// What newer firmware adds to a stack, as far as it is wanted.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Details {
    target: Option<String>,
    shots_taken: Option<u32>,
    shots_stacked: Option<u32>,
    src_dir: Option<String>,
}

/// The whole album, newest first.
pub(super) async fn list(place: &Place) -> Result<Vec<MediaItem>, DwarfError> {
    let mut items = Vec::new();
    for (entry, sizes) in pages(place).await? {
        items.push(item(place, entry, &sizes).await);
    }
    items.sort_by_key(|item| core::cmp::Reverse(item.utc_ms));
    Ok(items)
}

/// Sizes by path, where the telescope tells them exactly.
type Sizes = BTreeMap<String, u64>;

/// The entries as the telescope tells them, with what is known of their files' sizes.
async fn pages(place: &Place) -> Result<Vec<(MediaInfo, Sizes)>, DwarfError> {
    let mut told = Vec::new();
    for page in 0..MOST_PAGES {
        let url = place.endpoints.http_url(path::MEDIA_INFOS);
        let body = json!(MediaInfosRequest {
            media_type: MediaType::All,
            page_index: page,
            page_size: PAGE,
        });
        let entries: Option<Vec<Value>> = http::call(&place.client, &url, Some(&body)).await?;
        let entries = entries.unwrap_or_default();
        let last = entries.len() < PAGE as usize;
        for entry in entries {
            let sizes = exact_sizes(&entry);
            match serde_json::from_value::<MediaInfo>(entry) {
                Ok(entry) if !entry.file_path.is_empty() => {
                    told.push((entry, sizes));
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "an album entry is not understood"),
            }
        }
        if last {
            break;
        }
    }
    Ok(told)
}

/// A size told in words ("689.38 KB") is too coarse to check a download by, and that of a burst counts all
/// its pictures.
fn exact_sizes(entry: &Value) -> Sizes {
    let images = entry.get("images").and_then(Value::as_array);
    let images = images.map_or(&[][..], Vec::as_slice);
    let files = match images {
        [] => core::slice::from_ref(entry),
        images => images,
    };
    let sized = files.iter().filter_map(|file| {
        let path = file.get("filePath")?.as_str()?.to_owned();
        Some((path, file.get("fileSize")?.as_u64()?))
    });
    sized.collect()
}

/// The file an entry is named by, and the other pictures of a burst.
fn files(entry: &MediaInfo, sizes: &Sizes) -> Vec<MediaFile> {
    let others = entry.images.iter().map(|image| &image.file_path);
    let others = others.filter(|path| !path.is_empty() && **path != entry.file_path);
    core::iter::once(&entry.file_path)
        .chain(others)
        .take(MOST_PICTURES)
        .map(|path| MediaFile {
            path: path.clone(),
            size_bytes: sizes.get(path).copied(),
        })
        .collect()
}

async fn item(place: &Place, entry: MediaInfo, sizes: &Sizes) -> MediaItem {
    let files = files(&entry, sizes);
    let details = entry.astro_image_details;
    let details: Details = details
        .and_then(|details| serde_json::from_value(details).ok())
        .unwrap_or_default();
    let mut item = MediaItem {
        kind: kind(entry.media_type),
        utc_ms: entry.modification_time.saturating_mul(1000),
        target: details
            .target
            .or(entry.astro_target_name)
            .filter(|name| !name.is_empty()),
        thumbnail: Some(entry.thumbnail_path).filter(|path| !path.is_empty()),
        files,
        subs: details
            .shots_taken
            .zip(details.shots_stacked)
            .map(|(taken, stacked)| SubCounts { taken, stacked }),
        path: entry.file_path,
    };
    if entry.media_type == MediaType::Astro {
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

fn kind(told: MediaType) -> MediaKind {
    match told {
        MediaType::Photo => MediaKind::Photo,
        MediaType::Video => MediaKind::Video,
        MediaType::Burst => MediaKind::Burst,
        MediaType::Astro => MediaKind::Stack,
        MediaType::Panorama => MediaKind::Panorama,
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
    let url = place.endpoints.http_url(path::ASTRO_FITS_LIST);
    let body = json!(AstroFitsRequest {
        src_dir: folder.to_owned(),
    });
    if let Ok(list) = http::call::<AstroFitsList>(&place.client, &url, Some(&body)).await {
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
        let count = |number: i64| u32::try_from(number).unwrap_or(0);
        item.subs = Some(SubCounts {
            taken: count(info.shots_taken),
            stacked: count(info.shots_stacked),
        });
        let told = Some(info.target).filter(|name| !name.is_empty());
        item.target = item.target.take().or(told);
    }
}

/// Deletes entries (API 2.0 §3.3): which kind each is, the telescope wants to be told.
pub(super) async fn delete(place: &Place, paths: &[String]) -> Result<(), DwarfError> {
    let mut missing: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    let mut datas = Vec::new();
    for (entry, _) in pages(place).await? {
        if missing.remove(&*entry.file_path) {
            datas.push(DeleteItem {
                media_type: entry.media_type,
                file_path: entry.file_path,
                file_name: entry.file_name,
                sub_type: None,
            });
        }
    }
    if let Some(path) = missing.first() {
        return Err(DwarfError::Missing(format!("the album has no `{path}`")));
    }
    let url = place.endpoints.http_url(path::DELETE);
    let body = json!(DeleteRequest { datas });
    let answer: DeleteAnswer = http::call(&place.client, &url, Some(&body)).await?;
    let kept = answer.into_iter().find(|item| !item.is_success);
    match kept {
        Some(kept) => Err(DwarfError::Kept(kept.file_path)),
        None => Ok(()),
    }
}
