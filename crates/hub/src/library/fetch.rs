//! Fetching one file: resumed where it broke, checked, and only then put into its place.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use skyhelm_device::{DeviceError, ErrorKind, Library};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

use super::name::entry_id;
use super::{Entry, Shelf};
use crate::store::FileRow;

/// How long a device may take for the next piece of a file.
const PIECE_TIME: Duration = Duration::from_secs(20);
/// Pauses between attempts; a piece that came begins them anew.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];
/// No file of a telescope is larger.
const LARGEST: u64 = 16 * 1024 * 1024 * 1024;

/// Fetches a file of an entry; `progress` is told how many bytes are here.
///
/// # Cancel safety
/// What has come so far is kept and gone on from, the next time.
///
/// # Errors
/// When the device cannot be reached after several attempts, has not got the file, or the disk fails.
pub(crate) async fn fetch_file(
    shelf: &Shelf,
    library: &dyn Library,
    entry: &Entry,
    file: &FileRow,
    mut progress: impl FnMut(u64),
) -> Result<u64, DeviceError> {
    // A part of one version must not become the beginning of another.
    let version = format!("{} {} {:?}", entry.id, entry.utc_ms, entry.subs);
    let part = shelf.parts().join(entry_id(&version, &file.path));
    let mut pauses = PAUSES.iter();
    let mut had = 0;
    loop {
        let error = match fetch_part(library, file, &part, &mut progress).await {
            Ok(size) => {
                let place = shelf.folder(&entry.id).join(&file.name);
                put_in_place(&part, &place)
                    .await
                    .map_err(|error| disk(&error))?;
                return Ok(size);
            }
            Err(error) => error,
        };
        let has = length(&part).await;
        if has > had {
            pauses = PAUSES.iter();
        }
        had = has;
        let passing = matches!(
            error.kind,
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::Protocol
        );
        match pauses.next() {
            Some(pause) if passing => tokio::time::sleep(*pause).await,
            _ => return Err(error),
        }
    }
}

async fn fetch_part(
    library: &dyn Library,
    file: &FileRow,
    part: &Path,
    progress: &mut impl FnMut(u64),
) -> Result<u64, DeviceError> {
    let limit = file.size_bytes.unwrap_or(LARGEST).min(LARGEST);
    let mut offset = length(part).await;
    if file.size_bytes.is_none() || offset > limit {
        // Without a size nobody can tell a whole file from a part of one.
        offset = 0;
    }
    let mut disk_file = open_at(part, offset).await.map_err(|error| disk(&error))?;
    if file.size_bytes != Some(offset) || offset == 0 {
        let opened = tokio::time::timeout(PIECE_TIME, library.read(&file.path, offset)).await;
        let mut pieces = opened.map_err(|_| silent(file))??;
        while let Some(piece) = tokio::time::timeout(PIECE_TIME, pieces.recv())
            .await
            .map_err(|_| silent(file))?
        {
            let piece = piece?;
            offset += piece.len() as u64;
            if offset > limit {
                // It is not the file that was listed; the next attempt begins anew.
                disk_file.set_len(0).await.map_err(|error| disk(&error))?;
                let what = format!("{} is longer than the device said.", file.name);
                return Err(DeviceError::new(ErrorKind::Protocol, what));
            }
            disk_file
                .write_all(&piece)
                .await
                .map_err(|error| disk(&error))?;
            progress(offset);
        }
    }
    disk_file.sync_all().await.map_err(|error| disk(&error))?;
    match file.size_bytes {
        Some(size) if size != offset => Err(DeviceError::new(
            ErrorKind::Unreachable,
            format!("{} broke off after {offset} of {size} bytes.", file.name),
        )),
        _ => Ok(offset),
    }
}

async fn open_at(part: &Path, offset: u64) -> io::Result<File> {
    if offset == 0 {
        return File::create(part).await;
    }
    OpenOptions::new().append(true).open(part).await
}

/// Moves a whole file to its place in one step, and has the disk remember the step.
async fn put_in_place(part: &Path, place: &Path) -> io::Result<()> {
    let folder: PathBuf = place.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&folder).await?;
    fs::rename(part, place).await?;
    File::open(&folder).await?.sync_all().await
}

async fn length(path: &Path) -> u64 {
    fs::metadata(path).await.map_or(0, |data| data.len())
}

fn silent(file: &FileRow) -> DeviceError {
    let what = format!("The device stopped sending {}.", file.name);
    DeviceError::new(ErrorKind::TimedOut, what)
}

fn disk(error: &io::Error) -> DeviceError {
    DeviceError::new(ErrorKind::Storage, format!("The disk failed: {error}."))
        .remedy("Make room on the station's disk.")
}
