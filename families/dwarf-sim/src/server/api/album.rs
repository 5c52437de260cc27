//! What lies on the card, in lists, and its removal.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;
use skyhelm_dwarf_proto::http::{
    AstroFits, AstroFitsList, AstroFitsRequest, DeleteRequest, DeletedItem, FileSize, MediaCount,
    MediaInfo, MediaInfosRequest, MediaType, NamedValue, PathRequest, code,
};

use super::{answered_by_card, failed, ok};
use crate::card::{AlbumItem, MediaKind};
use crate::device::Core;

/// The most entries one page of the album holds.
const LARGEST_PAGE: usize = 5_000;

pub(super) async fn counts(State(core): State<Arc<Core>>) -> Response {
    let nothing_asked = Bytes::from_static(b"null");
    answered_by_card(core, nothing_asked, |core, ()| {
        let album = core.album();
        let of_kind = |kind: MediaKind| MediaCount {
            media_type: kind.media_type(),
            count: count(album.items(&[kind]).len()),
        };
        let kinds = MediaKind::ALL.map(of_kind);
        let all = MediaCount {
            media_type: MediaType::All,
            count: kinds.iter().map(|kind| kind.count).sum(),
        };
        ok([&[all], &kinds[..]].concat())
    })
    .await
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

pub(super) async fn infos(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    answered_by_card(core, body, |core, page: MediaInfosRequest| {
        let Some(kinds) = kinds(page.media_type) else {
            return failed(code::INVALID_PARAM);
        };
        // Size 0 is no paging (API 2.0 §3.3.8.2), within reason.
        let size = match page.page_size as usize {
            0 => LARGEST_PAGE,
            size => size.min(LARGEST_PAGE),
        };
        let items = core.album().items(&kinds);
        let before = (page.page_index as usize).saturating_mul(size);
        let shown = items.iter().skip(before).take(size);
        ok(shown.map(info).collect::<Vec<_>>())
    })
    .await
}

fn kinds(wanted: MediaType) -> Option<Vec<MediaKind>> {
    if wanted == MediaType::All {
        return Some(MediaKind::ALL.to_vec());
    }
    let found = |kind: &MediaKind| kind.media_type() == wanted;
    MediaKind::ALL
        .into_iter()
        .find(found)
        .map(|kind| vec![kind])
}

pub(super) async fn info_by_path(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    answered_by_card(core, body, |core, wanted: PathRequest| {
        core.album()
            .item(&wanted.file_path)
            .map_or_else(|| failed(code::FILE_NOT_EXIST), |item| ok(info(&item)))
    })
    .await
}

pub(super) async fn fits_list(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    answered_by_card(core, body, |core, wanted: AstroFitsRequest| {
        let Some(files) = core.album().fits(&wanted.src_dir) else {
            return failed(code::FILE_NOT_EXIST);
        };
        ok(AstroFitsList {
            total_count: count(files.len()),
            fits_info: files
                .into_iter()
                .map(|file| AstroFits {
                    url: file.file_path.clone(),
                    file_path: file.file_path,
                    is_failed: file.failed,
                })
                .collect(),
        })
    })
    .await
}

pub(super) async fn delete(State(core): State<Arc<Core>>, body: Bytes) -> Response {
    answered_by_card(core, body, |core, wanted: DeleteRequest| {
        // Listed once: a long wish must not read the card as often.
        let items = core.album().items(&MediaKind::ALL);
        let by_path: BTreeMap<&str, &AlbumItem> = items
            .iter()
            .map(|item| (item.file_path.as_str(), item))
            .collect();
        let rows: Vec<DeletedItem> = wanted
            .datas
            .into_iter()
            .map(|wish| DeletedItem {
                is_success: by_path
                    .get(wish.file_path.as_str())
                    .is_some_and(|item| core.remove_media(item)),
                media_type: wish.media_type,
                file_path: wish.file_path,
                file_name: wish.file_name,
            })
            .collect();
        core.notify_card();
        ok(rows)
    })
    .await
}

/// An entry as clients read it (API 2.0 §3.3.8.1).
fn info(item: &AlbumItem) -> MediaInfo {
    let mut info = MediaInfo {
        media_type: item.kind.media_type(),
        file_name: item.file_name.clone(),
        file_path: item.file_path.clone(),
        thumbnail_path: item.thumbnail_path.clone(),
        modification_time: item.modified,
        file_size: FileSize(item.size_bytes),
        ..MediaInfo::default()
    };
    if item.kind == MediaKind::Burst {
        info.burst_img_count = Some(count(item.images.len()));
        info.images.clone_from(&item.images);
    }
    if let Some(shots) = &item.shots {
        info.astro_target_name = Some(text(&shots["target"]));
        info.feature_params = SHOWN_OF_A_STACK
            .iter()
            .filter(|name| !shots[**name].is_null())
            .map(|name| NamedValue {
                name: (*name).to_owned(),
                value: text(&shots[*name]),
            })
            .collect();
    }
    info
}

const SHOWN_OF_A_STACK: [&str; 8] = [
    "exp",
    "gain",
    "ir",
    "binning",
    "format",
    "shotsTaken",
    "shotsStacked",
    "shotsToTake",
];

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

impl Core {
    /// Deletes an album entry with what belongs to it: a thumbnail, or the whole folder of a
    /// stack or a burst.
    fn remove_media(&self, item: &AlbumItem) -> bool {
        let album = self.album();
        let remove = |path: &str| {
            album
                .on_card(path)
                .is_some_and(|path| self.card.remove(&path))
        };
        if matches!(item.kind, MediaKind::Astronomy | MediaKind::Burst) {
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
