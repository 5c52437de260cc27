//! The memory card: real files, a size that fills up, writes that are whole or absent.

mod album;
mod dark_library;
mod path;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use skyhelm_dwarf_proto::Code;
use skyhelm_units::UtcMillis;
use thiserror::Error;

pub(crate) use album::{Album, AlbumItem, MediaKind};
pub(crate) use dark_library::{DarkLibrary, DarkSetting};
pub(crate) use path::{percent_encoded, resolve};

/// Why the card did not take a file.
#[derive(Debug, Error)]
pub(crate) enum CardError {
    /// No card in the slot.
    #[error("there is no card")]
    Absent,
    /// No room left.
    #[error("the card is full")]
    Full,
    /// The host's file system said no.
    #[error("writing to the card failed: {0}")]
    Write(#[from] io::Error),
}

impl CardError {
    /// As it is told on the wire (API 2.0 §4.10.9: a full card is a write error).
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Absent => Code::SDCARD_NOT_EXIST,
            Self::Full | Self::Write(_) => Code::SDCARD_WRITE_ERROR,
        }
    }
}

/// A card in its slot.
#[derive(Debug)]
pub(crate) struct Card {
    root: PathBuf,
    size_bytes: u64,
    used_bytes: AtomicU64,
    /// What somebody else has put on it.
    foreign_bytes: AtomicU64,
    is_out: AtomicBool,
    serial: AtomicU64,
    // Removes the directory when the card goes.
    _temporary: Option<tempfile::TempDir>,
}

impl Card {
    /// Puts in the card that lies in `dir`, or a fresh one that vanishes with the device.
    pub(crate) fn insert(dir: Option<&Path>, size_bytes: u64) -> io::Result<Self> {
        let (root, temporary) = if let Some(dir) = dir {
            fs::create_dir_all(dir)?;
            (dir.to_owned(), None)
        } else {
            let temporary = tempfile::Builder::new()
                .prefix("virtual-dwarf-")
                .tempdir()?;
            (temporary.path().to_owned(), Some(temporary))
        };
        let root = root.canonicalize()?;
        let used = tidy(&root)?;
        Ok(Self {
            root,
            size_bytes,
            used_bytes: AtomicU64::new(used),
            foreign_bytes: AtomicU64::new(0),
            is_out: AtomicBool::new(false),
            serial: AtomicU64::new(0),
            _temporary: temporary,
        })
    }

    /// The directory the files server shows as `/`.
    pub(crate) fn root(&self) -> &Path {
        if self.is_in() {
            &self.root
        } else {
            Path::new(EMPTY_SLOT)
        }
    }

    /// Somebody pulls it out.
    pub(crate) fn pull(&self) {
        self.is_out.store(true, Ordering::Relaxed);
    }

    /// It is in its slot again, with all it held.
    pub(crate) fn put_back(&self) {
        self.is_out.store(false, Ordering::Relaxed);
    }

    /// Fills it up but for some room.
    pub(crate) fn fill(&self, free_bytes: u64) {
        self.make_room();
        let foreign = self.free_bytes().saturating_sub(free_bytes);
        self.foreign_bytes.store(foreign, Ordering::Relaxed);
    }

    /// Takes away what filled it up.
    pub(crate) fn make_room(&self) {
        self.foreign_bytes.store(0, Ordering::Relaxed);
    }

    pub(crate) fn is_in(&self) -> bool {
        !self.is_out.load(Ordering::Relaxed)
    }

    /// How much it holds in all; nothing when it is out.
    pub(crate) fn size_bytes(&self) -> u64 {
        if self.is_in() { self.size_bytes } else { 0 }
    }

    /// How much room is left.
    pub(crate) fn free_bytes(&self) -> u64 {
        let used = self.used_bytes.load(Ordering::Relaxed);
        let foreign = self.foreign_bytes.load(Ordering::Relaxed);
        self.size_bytes()
            .saturating_sub(used)
            .saturating_sub(foreign)
    }

    /// Whether so much can be written, before something is begun.
    pub(crate) fn has_room(&self, bytes: u64) -> Result<(), CardError> {
        if !self.is_in() {
            Err(CardError::Absent)
        } else if self.free_bytes() < bytes {
            Err(CardError::Full)
        } else {
            Ok(())
        }
    }

    /// Stores a file under a path relative to the root: the file appears whole or not at all, even if
    /// the host loses power half-way.
    /// It is dated by the device's clock, as the device's own file system does.
    pub(crate) fn store(
        &self,
        relative: &str,
        bytes: &[u8],
        dated: UtcMillis,
    ) -> Result<(), CardError> {
        let length = bytes.len() as u64;
        self.has_room(length)?;
        let target = self.root.join(relative);
        let directory = target.parent().unwrap_or(&self.root);
        fs::create_dir_all(directory)?;
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let unfinished = directory.join(format!(".{serial}{UNFINISHED}"));
        let replaced = fs::metadata(&target).map_or(0, |old| old.len());
        let written = write_through(&unfinished, bytes, dated)
            .and_then(|()| fs::rename(&unfinished, &target))
            .and_then(|()| File::open(directory)?.sync_all());
        if let Err(error) = written {
            // The half-written file is of no use to anybody.
            let _ = fs::remove_file(&unfinished);
            return Err(error.into());
        }
        self.used_bytes.fetch_add(length, Ordering::Relaxed);
        self.forget(replaced);
        Ok(())
    }

    /// Removes a file or a folder that lies on the card; says whether it did.
    pub(crate) fn remove(&self, relative: &str) -> bool {
        let Some(path) = resolve(&self.root, relative).filter(|path| *path != self.root) else {
            return false;
        };
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            return false;
        };
        let (size, removed) = if metadata.is_dir() {
            (total_size(&path).unwrap_or(0), fs::remove_dir_all(&path))
        } else {
            (metadata.len(), fs::remove_file(&path))
        };
        if removed.is_ok() {
            self.forget(size);
        }
        removed.is_ok()
    }

    fn forget(&self, bytes: u64) {
        let subtract = |used: u64| Some(used.saturating_sub(bytes));
        let _ = self
            .used_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, subtract);
    }
}

const UNFINISHED: &str = ".unfinished";
/// Where a card that is not there has its files: no path below a device file can exist.
const EMPTY_SLOT: &str = "/dev/null/no-card";

fn write_through(path: &Path, bytes: &[u8], dated: UtcMillis) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    let since_1970 = Duration::from_millis(u64::try_from(dated.millis()).unwrap_or(0));
    file.set_modified(SystemTime::UNIX_EPOCH + since_1970)?;
    file.sync_all()
}

/// Clears what a crash left half-written and says how much the rest takes.
fn tidy(directory: &Path) -> io::Result<u64> {
    let mut used = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let metadata = fs::symlink_metadata(entry.path())?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if metadata.is_dir() {
            used += tidy(&entry.path())?;
        } else if name.starts_with('.') && name.ends_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        } else {
            used += metadata.len();
        }
    }
    Ok(used)
}

fn total_size(directory: &Path) -> io::Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let metadata = fs::symlink_metadata(entry.path())?;
        size += if metadata.is_dir() {
            total_size(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: UtcMillis = UtcMillis::from_seconds(1_700_000_000);

    #[test]
    fn room_falls_with_each_file_and_comes_back_with_its_removal() {
        let card = Card::insert(None, 1000).unwrap();
        card.store("DWARF3/Normal_Photos/a.jpeg", &[1; 300], DATE)
            .unwrap();
        assert_eq!(card.free_bytes(), 700);
        card.store("DWARF3/Normal_Photos/a.jpeg", &[1; 100], DATE)
            .unwrap();
        assert_eq!(card.free_bytes(), 900);
        assert!(card.remove("/DWARF3/Normal_Photos/a.jpeg"));
        assert_eq!(card.free_bytes(), 1000);
    }

    #[test]
    fn a_file_larger_than_the_room_left_is_refused_and_leaves_nothing() {
        let card = Card::insert(None, 100).unwrap();
        assert!(matches!(
            card.store("x/y.bin", &[0; 101], DATE),
            Err(CardError::Full)
        ));
        assert!(fs::read_dir(card.root()).unwrap().next().is_none());
    }

    #[test]
    fn a_card_that_is_out_takes_and_shows_nothing_until_it_is_back() {
        let card = Card::insert(None, 1000).unwrap();
        card.store("a/b.bin", &[1; 300], DATE).unwrap();
        card.pull();
        assert!(matches!(
            card.store("a/c.bin", &[1; 3], DATE),
            Err(CardError::Absent)
        ));
        assert!(!card.root().exists() && card.free_bytes() == 0);
        card.put_back();
        assert!(card.root().join("a/b.bin").exists());
        assert_eq!(card.free_bytes(), 700);
        card.fill(50);
        assert_eq!(card.free_bytes(), 50);
        card.store("a/d.bin", &[1; 40], DATE).unwrap();
        assert_eq!(card.free_bytes(), 10);
        card.make_room();
        assert_eq!(card.free_bytes(), 660);
    }

    #[test]
    fn what_a_crash_left_half_written_is_gone_at_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".7.unfinished"), [0; 50]).unwrap();
        fs::write(dir.path().join("kept.txt"), [0; 20]).unwrap();
        let card = Card::insert(Some(dir.path()), 100).unwrap();
        assert_eq!(card.free_bytes(), 80);
        assert!(!dir.path().join(".7.unfinished").exists());
    }

    #[test]
    fn nothing_outside_the_card_can_be_removed() {
        let card = Card::insert(None, 100).unwrap();
        assert!(!card.remove("/../../etc/hostname"));
        assert!(!card.remove("/"));
        assert!(card.root().exists());
    }
}
