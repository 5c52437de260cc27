//! The station's own copy of what its devices photographed.

mod album;
mod fetch;
mod name;
mod picture;
mod render;
mod watch;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;
use std::{fs, io};

use schemars::JsonSchema;
use serde::Serialize;
use skyhelm_device::MediaKind;

use crate::store::FileRow;

pub(crate) use picture::header_of;

pub(crate) use render::{Histogram, PreviewRequest, Renderer, Source, is_picture};
pub(crate) use watch::watch;

/// How long a part of a file waits for the rest.
const PARTS_KEPT: Duration = Duration::from_hours(7 * 24);

/// How an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EntryState {
    /// Files of it are still on their way.
    Fetching,
    /// All of it is here.
    Complete,
    /// Some of it could not be had.
    Failed,
    /// It is on the device only: it was there before the station knew the device.
    Left,
    /// A person deleted it here; it is not fetched again.
    Removed,
}

impl EntryState {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fetching => "fetching",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Left => "left",
            Self::Removed => "removed",
        }
    }

    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "fetching" => Self::Fetching,
            "complete" => Self::Complete,
            "left" => Self::Left,
            "removed" => Self::Removed,
            _ => Self::Failed,
        }
    }
}

/// One entry: a photograph, or a stack with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) device: String,
    /// On the device.
    pub(crate) path: String,
    pub(crate) kind: MediaKind,
    pub(crate) target: Option<String>,
    pub(crate) utc_ms: i64,
    /// Date of the evening the night began.
    pub(crate) night: String,
    pub(crate) subs: Option<u32>,
    pub(crate) exposure_s: Option<f64>,
    pub(crate) state: EntryState,
    pub(crate) trouble: Option<String>,
    /// Name of the file that serves as its small picture.
    pub(crate) thumbnail: Option<String>,
    pub(crate) files: Vec<FileRow>,
}

/// An entry as the page reads it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Entry")]
pub(crate) struct EntryView {
    id: String,
    device: String,
    kind: MediaKind,
    target: Option<String>,
    utc_ms: i64,
    night: String,
    subs: Option<u32>,
    exposure_s: Option<f64>,
    state: EntryState,
    progress: f64,
    trouble: Option<String>,
    files: Vec<FileView>,
    thumbnail: Option<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EntryFile")]
struct FileView {
    name: String,
    size_bytes: Option<u64>,
    media_type: String,
}

/// Where the files lie, and how far those under way have come.
#[derive(Debug)]
pub(crate) struct Shelf {
    root: PathBuf,
    progress: Mutex<HashMap<String, f64>>,
}

impl Shelf {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            progress: Mutex::default(),
        }
    }

    /// Where an entry's files lie.
    pub(crate) fn folder(&self, entry: &str) -> PathBuf {
        self.root.join(entry)
    }

    /// Where files lie until they are whole.
    pub(crate) fn parts(&self) -> PathBuf {
        self.root.join(".parts")
    }

    /// Makes the folders, and clears away parts of files that nobody has gone on with for a week.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        let parts = self.parts();
        fs::create_dir_all(&parts)?;
        for part in fs::read_dir(&parts)? {
            let part = part?;
            let age = part.metadata()?.modified()?.elapsed().unwrap_or_default();
            if age > PARTS_KEPT {
                fs::remove_file(part.path())?;
            }
        }
        Ok(())
    }

    pub(crate) fn set_progress(&self, entry: &str, part: Option<f64>) {
        if let Ok(mut progress) = self.progress.lock() {
            match part {
                Some(part) => progress.insert(entry.to_owned(), part),
                None => progress.remove(entry),
            };
        }
    }

    pub(crate) fn view(&self, entry: Entry) -> EntryView {
        let progress = match entry.state {
            EntryState::Complete => 1.0,
            _ => self
                .progress
                .lock()
                .ok()
                .and_then(|progress| progress.get(&entry.id).copied())
                .unwrap_or(0.0),
        };
        let thumbnail = thumbnail_url(&entry);
        EntryView {
            id: entry.id,
            device: entry.device,
            kind: entry.kind,
            target: entry.target,
            utc_ms: entry.utc_ms,
            night: entry.night,
            subs: entry.subs,
            exposure_s: entry.exposure_s,
            state: entry.state,
            progress,
            trouble: entry.trouble,
            files: entry
                .files
                .into_iter()
                .filter(|file| file.here)
                .map(|file| FileView {
                    name: file.name,
                    size_bytes: file.size_bytes,
                    media_type: file.media_type,
                })
                .collect(),
            thumbnail,
        }
    }
}

fn thumbnail_url(entry: &Entry) -> Option<String> {
    let here = |name: &String| entry.files.iter().any(|f| f.here && f.name == *name);
    if let Some(name) = entry.thumbnail.as_ref().filter(|name| here(name)) {
        let name = name::percent_encoded(name);
        return Some(format!("/api/v1/library/{}/files/{name}", entry.id));
    }
    entry
        .files
        .iter()
        .any(|file| file.here && render::is_picture(&file.media_type))
        .then(|| format!("/api/v1/library/{}/preview.jpg?width=480", entry.id))
}
