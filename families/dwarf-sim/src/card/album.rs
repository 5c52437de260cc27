use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde_json::Value;
use skyhelm_dwarf_proto::http::{BurstImage, FileSize, MediaType};

/// What kind of thing an album entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Photo,
    Video,
    Burst,
    Astronomy,
    Panorama,
}

impl MediaKind {
    pub(crate) const ALL: [Self; 5] = [
        Self::Photo,
        Self::Video,
        Self::Burst,
        Self::Astronomy,
        Self::Panorama,
    ];

    /// As lists and notifications name it.
    pub(crate) const fn media_type(self) -> MediaType {
        match self {
            Self::Photo => MediaType::Photo,
            Self::Video => MediaType::Video,
            Self::Burst => MediaType::Burst,
            Self::Astronomy => MediaType::Astro,
            Self::Panorama => MediaType::Panorama,
        }
    }

    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Photo => "Normal_Photos",
            Self::Video => "Videos",
            Self::Burst => "Burst",
            Self::Astronomy => "Astronomy",
            Self::Panorama => "Panoramas",
        }
    }
}

/// One entry of the album.
#[derive(Clone, Debug)]
pub(crate) struct AlbumItem {
    pub(crate) kind: MediaKind,
    pub(crate) file_name: String,
    /// As a client sees it, from the web root.
    pub(crate) file_path: String,
    pub(crate) thumbnail_path: String,
    /// Seconds since 1970, by the device's clock where the file tells it.
    pub(crate) modified: i64,
    pub(crate) size_bytes: u64,
    /// What `shotsInfo.json` of an astronomy folder says.
    pub(crate) shots: Option<Value>,
    /// The pictures of a burst, in the order they were taken.
    pub(crate) images: Vec<BurstImage>,
}

/// One FITS file of an astronomy folder.
#[derive(Clone, Debug)]
pub(crate) struct FitsItem {
    pub(crate) file_path: String,
    pub(crate) failed: bool,
}

/// The album: read from the card each time it is asked for, so that files put there by hand show too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Album<'a> {
    pub(crate) root: &'a Path,
    /// The model's folder below the root, such as `DWARF3`.
    pub(crate) model_folder: &'a str,
    /// How paths of that folder begin in answers, such as `/sdcard/DWARF3`.
    pub(crate) shown_root: &'a str,
}

impl Album<'_> {
    /// All entries of some kinds, the newest first.
    pub(crate) fn items(&self, kinds: &[MediaKind]) -> Vec<AlbumItem> {
        let mut items: Vec<AlbumItem> = kinds.iter().flat_map(|&kind| self.of_kind(kind)).collect();
        items.sort_by(|a, b| (b.modified, &b.file_name).cmp(&(a.modified, &a.file_name)));
        items
    }

    /// The one entry with a path.
    pub(crate) fn item(&self, file_path: &str) -> Option<AlbumItem> {
        self.items(&MediaKind::ALL)
            .into_iter()
            .find(|item| item.file_path == file_path)
    }

    /// The FITS files of one astronomy folder, in the order they were taken.
    pub(crate) fn fits(&self, folder: &str) -> Option<Vec<FitsItem>> {
        let path = super::resolve(self.root, &self.on_card(folder)?)?;
        let mut items: Vec<FitsItem> = fs::read_dir(path)
            .ok()?
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| is_fits(name) && !name.starts_with("stacked"))
            .map(|name| FitsItem {
                failed: name.starts_with("failed_"),
                file_path: format!("{}/{name}", folder.trim_end_matches('/')),
            })
            .collect();
        items.sort_by(|a, b| a.file_path.cmp(&b.file_path));
        Some(items)
    }

    /// Where on the card a path of an answer lies.
    pub(crate) fn on_card(&self, shown: &str) -> Option<String> {
        let rest = shown.strip_prefix(self.shown_root)?;
        rest.starts_with('/')
            .then(|| format!("/{}{rest}", self.model_folder))
    }

    fn of_kind(&self, kind: MediaKind) -> Vec<AlbumItem> {
        let web = format!("{}/{}", self.shown_root, kind.folder());
        let Ok(entries) = fs::read_dir(self.root.join(self.model_folder).join(kind.folder()))
        else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let metadata = entry.metadata().ok()?;
                if name.starts_with('.') || name == "Thumbnail" {
                    return None;
                }
                match (kind, metadata.is_dir()) {
                    (MediaKind::Astronomy, true) => astronomy(&web, name, &entry.path()),
                    (MediaKind::Burst, true) => burst(&web, name, &entry.path()),
                    (MediaKind::Astronomy | MediaKind::Burst, false) | (_, true) => None,
                    (_, false) => Some(self.picture(kind, &web, name, &metadata)),
                }
            })
            .collect()
    }

    fn picture(
        &self,
        kind: MediaKind,
        web: &str,
        name: String,
        metadata: &fs::Metadata,
    ) -> AlbumItem {
        let stem = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(stem, _)| stem);
        let thumbnail = format!("{web}/Thumbnail/{stem}.jpg");
        let has_thumbnail = self
            .on_card(&thumbnail)
            .is_some_and(|path| super::resolve(self.root, &path).is_some());
        let file_path = format!("{web}/{name}");
        AlbumItem {
            kind,
            thumbnail_path: if has_thumbnail {
                thumbnail
            } else {
                file_path.clone()
            },
            file_path,
            modified: modified(metadata),
            size_bytes: metadata.len(),
            shots: None,
            images: Vec::new(),
            file_name: name,
        }
    }
}

/// An astronomy folder shows as its stacked picture (API 2.0 §3.3.8).
fn astronomy(web: &str, name: String, path: &Path) -> Option<AlbumItem> {
    let stacked = path.join("stacked.jpg");
    let metadata = fs::metadata(&stacked).ok()?;
    let shots = fs::read(path.join("shotsInfo.json"))
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok());
    Some(AlbumItem {
        kind: MediaKind::Astronomy,
        file_path: format!("{web}/{name}/stacked.jpg"),
        thumbnail_path: format!("{web}/{name}/stacked_thumbnail.jpg"),
        modified: modified(&metadata),
        size_bytes: metadata.len(),
        shots,
        images: Vec::new(),
        file_name: name,
    })
}

/// A burst shows as its first picture, with all of them beside (API 2.0 §3.3.8.1).
fn burst(web: &str, name: String, path: &Path) -> Option<AlbumItem> {
    let mut pictures: Vec<(u32, fs::Metadata)> = fs::read_dir(path)
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let file = entry.file_name();
            let number = file.to_str()?.strip_suffix(".jpg")?.parse().ok()?;
            Some((number, entry.metadata().ok()?))
        })
        .collect();
    pictures.sort_by_key(|(number, _)| *number);
    let (first, _) = pictures.first()?;
    let place = |number: &u32| format!("{web}/{name}/{number}.jpg");
    let small = |number: &u32| format!("{web}/{name}/Thumbnail/{number}.jpg");
    Some(AlbumItem {
        kind: MediaKind::Burst,
        file_path: place(first),
        thumbnail_path: small(first),
        modified: pictures.iter().map(|(_, file)| modified(file)).max()?,
        size_bytes: pictures.iter().map(|(_, file)| file.len()).sum(),
        shots: None,
        images: pictures
            .iter()
            .map(|(number, file)| BurstImage {
                file_path: place(number),
                thumbnail_path: small(number),
                file_size: FileSize(file.len()),
            })
            .collect(),
        file_name: name,
    })
}

fn is_fits(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("fits"))
}

fn modified(metadata: &fs::Metadata) -> i64 {
    metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::Card;
    use skyhelm_units::UtcMillis;

    #[test]
    fn the_album_shows_pictures_and_stacks_but_not_thumbnails() {
        let card = Card::insert(None, 1 << 20).unwrap();
        for path in [
            "DWARF3/Normal_Photos/DWARF3_TELE_1.jpeg",
            "DWARF3/Normal_Photos/Thumbnail/DWARF3_TELE_1.jpg",
            "DWARF3/Astronomy/DWARF_RAW_TELE_M 31/stacked.jpg",
            "DWARF3/Astronomy/DWARF_RAW_TELE_M 31/M 31_15s60_1.fits",
            "DWARF3/Astronomy/DWARF_RAW_TELE_M 31/failed_M 31_15s60_2.fits",
            "DWARF3/Astronomy/DWARF_RAW_TELE_M 31/stacked-16_M 31.fits",
            "DWARF3/Astronomy/DWARF_RAW_TELE_unfinished/M 31_15s60_1.fits",
        ] {
            card.store(path, b"x", UtcMillis::from_seconds(1_700_000_000))
                .unwrap();
        }
        let album = Album {
            root: card.root(),
            model_folder: "DWARF3",
            shown_root: "/sdcard/DWARF3",
        };
        let items = album.items(&MediaKind::ALL);
        assert_eq!(items.len(), 2);
        let photo = items
            .iter()
            .find(|item| item.kind == MediaKind::Photo)
            .unwrap();
        assert_eq!(
            photo.thumbnail_path,
            "/sdcard/DWARF3/Normal_Photos/Thumbnail/DWARF3_TELE_1.jpg"
        );
        let fits = album
            .fits("/sdcard/DWARF3/Astronomy/DWARF_RAW_TELE_M 31")
            .unwrap();
        assert_eq!(fits.len(), 2);
        assert!(fits.iter().any(|file| file.failed));
        assert!(album.item(&photo.file_path).is_some());
        assert!(album.fits("/../..").is_none());
    }
}
