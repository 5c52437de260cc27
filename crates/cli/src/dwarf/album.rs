//! The files a telescope keeps.

use std::path::Path;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use skyhelm_device::{AlbumCommand, Library, MediaItem};
use tokio::io::AsyncWriteExt as _;

use super::follow::done;
use super::session::Session;
use crate::failure::Failure;

fn library(session: &Session) -> Result<Arc<dyn Library>, Failure> {
    let library = session.gate().library();
    library.ok_or_else(|| Failure::invalid("this telescope keeps no files"))
}

pub(super) async fn list(session: &Session, json: bool) -> Result<(), Failure> {
    let items = library(session)?.list().await?;
    if json {
        println!("{}", json!({ "album": items }));
        return Ok(());
    }
    for item in &items {
        let when = jiff::Timestamp::from_millisecond(item.utc_ms)
            .map_or_else(|_| String::from("-"), |moment| moment.to_string());
        let target = item.target.as_deref().unwrap_or("-");
        println!("{when}  {:<9} {target:<20} {}", kind(item), item.path);
    }
    println!("{} entries.", items.len());
    Ok(())
}

fn kind(item: &MediaItem) -> String {
    format!("{:?}", item.kind).to_lowercase()
}

pub(super) async fn delete(session: &Session, paths: &[String], json: bool) -> Result<(), Failure> {
    let paths = paths.to_vec();
    let count = paths.len();
    session.give(AlbumCommand::Delete { paths }).await?;
    done(
        json,
        &json!({ "deleted": count }),
        &format!("Deleted {count}."),
    );
    Ok(())
}

/// Fetches an entry's files. A file appears under its name when it is whole.
pub(super) async fn fetch(
    session: &Session,
    path: &str,
    into: &Path,
    json: bool,
) -> Result<(), Failure> {
    let library = library(session)?;
    let items = library.list().await?;
    let item = items
        .iter()
        .find(|item| item.path == path)
        .ok_or_else(|| Failure::invalid(format!("the album has no {path}")))?;
    let mut fetched = Vec::new();
    for file in &item.files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if name.is_empty() || name == ".." || name.contains('\\') {
            continue;
        }
        let place = into.join(name);
        let bar = bar(name, file.size_bytes, json);
        fetch_file(&*library, &file.path, &place, &bar).await?;
        bar.finish_and_clear();
        fetched.push(place.display().to_string());
    }
    let count = fetched.len();
    done(
        json,
        &json!({ "files": fetched }),
        &format!("Fetched {count} files."),
    );
    Ok(())
}

fn bar(name: &str, size: Option<u64>, json: bool) -> ProgressBar {
    if json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg}");
    ProgressBar::new(size.unwrap_or(0))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(name.to_owned())
}

async fn fetch_file(
    library: &dyn Library,
    path: &str,
    place: &Path,
    bar: &ProgressBar,
) -> Result<(), Failure> {
    let disk = |error: std::io::Error| {
        Failure::storage(format!("{} cannot be written: {error}", place.display()))
    };
    let mut part = place.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let mut pieces = library.read(path, 0).await?;
    let mut file = tokio::fs::File::create(part).await.map_err(disk)?;
    while let Some(piece) = pieces.recv().await {
        let piece = piece?;
        bar.inc(piece.len() as u64);
        file.write_all(&piece).await.map_err(disk)?;
    }
    file.sync_all().await.map_err(disk)?;
    tokio::fs::rename(part, place).await.map_err(disk)
}
