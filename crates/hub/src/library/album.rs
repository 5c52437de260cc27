//! From a device's album to entries of the library.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use skyhelm_device::{MediaItem, MediaKind};

use super::name::{entry_id, file_name, media_type};
use super::{Entry, EntryState};
use crate::store::FileRow;

/// Files of one entry that are kept: the longest bursts have 999 pictures. A device that lists more is out of
/// its mind.
const MOST_FILES: usize = 1_024;

/// An entry of a device's album as the library will hold it.
pub(crate) fn entry_of(
    device: &str,
    item: &MediaItem,
    zone: &TimeZone,
    state: EntryState,
) -> Entry {
    let mut names = BTreeSet::new();
    let mut files: Vec<FileRow> = Vec::new();
    let wanted = wanted_files(item);
    let thumbnail = item.thumbnail.as_ref().map(|path| (path.as_str(), None));
    for (path, size_bytes) in wanted.into_iter().chain(thumbnail) {
        if files.len() == MOST_FILES || files.iter().any(|file| file.path == path) {
            continue;
        }
        let name = free_name(&names, file_name(path));
        names.insert(name.clone());
        files.push(FileRow {
            media_type: media_type(&name).to_owned(),
            name,
            path: path.to_owned(),
            size_bytes,
            here: false,
        });
    }
    let thumbnail = files
        .iter()
        .find(|file| item.thumbnail.as_ref() == Some(&file.path))
        .map(|file| file.name.clone());
    Entry {
        id: entry_id(device, &item.path),
        device: device.to_owned(),
        path: item.path.clone(),
        kind: item.kind,
        target: item.target.clone().filter(|target| !target.is_empty()),
        utc_ms: item.utc_ms,
        night: night_of(item.utc_ms, zone),
        subs: item.subs.map(|subs| subs.stacked),
        exposure_s: None,
        state,
        trouble: None,
        thumbnail,
        files,
    }
}

/// What people call an entry: "stack of M 31", "photo taken at 21:04".
pub(crate) fn title_of(entry: &Entry, zone: &TimeZone) -> String {
    let kind = match entry.kind {
        MediaKind::Photo => "photo",
        MediaKind::Video => "video",
        MediaKind::Burst => "burst",
        MediaKind::Stack => "stack",
        MediaKind::Panorama => "panorama",
        MediaKind::Other => "file",
    };
    if let Some(target) = &entry.target {
        return format!("{kind} of {target}");
    }
    jiff::Timestamp::from_millisecond(entry.utc_ms).map_or_else(
        |_| kind.to_owned(),
        |taken| {
            format!(
                "{kind} taken at {}",
                taken.to_zoned(zone.clone()).strftime("%H:%M")
            )
        },
    )
}

/// A stack's subs stay on the device: they are a hundred times the stack, and can be asked for later.
fn wanted_files(item: &MediaItem) -> Vec<(&str, Option<u64>)> {
    let is_sub = |path: &str| {
        item.kind == MediaKind::Stack
            && media_type(path) == "image/fits"
            && !file_name(path).starts_with("stack")
    };
    // A folder that holds nothing but subs is what there is of that night.
    let leave_subs = item.files.iter().any(|file| !is_sub(&file.path));
    item.files
        .iter()
        .filter(|file| !(leave_subs && is_sub(&file.path)))
        .map(|file| (file.path.as_str(), file.size_bytes))
        .collect()
}

fn free_name(taken: &BTreeSet<String>, name: String) -> String {
    if !taken.contains(&name) {
        return name;
    }
    (2..=MOST_FILES + 1)
        .map(|number| format!("{number}-{name}"))
        .find(|candidate| !taken.contains(candidate))
        .unwrap_or(name)
}

/// The date of the evening a night began: noon to noon, by the station's time zone.
fn night_of(utc_ms: i64, zone: &TimeZone) -> String {
    const HALF_A_DAY_MS: i64 = 12 * 3600 * 1000;
    jiff::Timestamp::from_millisecond(utc_ms.saturating_sub(HALF_A_DAY_MS)).map_or_else(
        |_| String::from("unknown"),
        |noon_before| noon_before.to_zoned(zone.clone()).date().to_string(),
    )
}

#[cfg(test)]
mod tests {
    use skyhelm_device::device::MediaFile;

    use super::*;

    fn file(path: &str) -> MediaFile {
        MediaFile {
            path: path.to_owned(),
            size_bytes: Some(10),
        }
    }

    fn stack() -> MediaItem {
        MediaItem {
            path: String::from("Astro/M31"),
            kind: MediaKind::Stack,
            utc_ms: 1_795_230_000_000,
            target: Some(String::from("M 31")),
            thumbnail: Some(String::from("Astro/M31/stacked_thumbnail.jpg")),
            files: vec![
                file("Astro/M31/M31_15s60_0001.fits"),
                file("Astro/M31/stacked-16_M31.fits"),
                file("Astro/M31/stacked.jpg"),
                file("Astro/M31/Thumbnail/stacked.jpg"),
                file("Astro/M31/stacked_thumbnail.jpg"),
            ],
            subs: None,
        }
    }

    #[test]
    fn subs_stay_on_the_device_and_names_stay_apart() {
        let entry = entry_of("d", &stack(), &TimeZone::UTC, EntryState::Fetching);
        let names: Vec<&str> = entry.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "stacked-16_M31.fits",
                "stacked.jpg",
                "2-stacked.jpg",
                "stacked_thumbnail.jpg"
            ]
        );
        assert_eq!(entry.thumbnail.as_deref(), Some("stacked_thumbnail.jpg"));
    }

    #[test]
    fn a_night_lasts_from_noon_to_noon() {
        // 2026-11-21 02:00 UTC belongs to the night that began on the 20th.
        let after_midnight = 1_795_226_400_000;
        assert_eq!(night_of(after_midnight, &TimeZone::UTC), "2026-11-20");
        assert_eq!(
            night_of(after_midnight + 12 * 3_600_000, &TimeZone::UTC),
            "2026-11-21"
        );
    }
}
