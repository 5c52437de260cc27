//! The telescope's album and files.

mod album;
mod download;
mod listing;

use skyhelm_device::device::{FileStream, MediaItem};
use skyhelm_device::{Accepted, AlbumCommand, Envelope, HostClock, Library, Reply, Submit};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::discovery::Discovered;
use crate::error::DwarfError;

/// Files of one telescope. Reading them needs no role.
#[derive(Clone, Debug)]
pub(crate) struct DwarfLibrary {
    pub(crate) client: reqwest::Client,
    pub(crate) found: watch::Receiver<Option<Discovered>>,
    pub(crate) cancel: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) host: HostClock,
}

impl DwarfLibrary {
    fn place(&self) -> Result<Place, DwarfError> {
        let found = self.found.borrow();
        let found = found
            .as_ref()
            .ok_or_else(|| DwarfError::unreachable("the telescope", "it has not answered yet"))?;
        Ok(Place {
            client: self.client.clone(),
            endpoints: found.endpoints.clone(),
            album_root: found.profile.album_root,
            web_root: found.profile.web_root,
        })
    }
}

impl Library for DwarfLibrary {
    fn list(&self) -> Reply<Vec<MediaItem>> {
        let place = self.place();
        Box::pin(async move { Ok(album::list(&place?).await?) })
    }

    fn read(&self, path: &str, offset: u64) -> Reply<FileStream> {
        let place = self.place();
        let path = path.to_owned();
        let (cancel, tasks) = (self.cancel.clone(), self.tasks.clone());
        Box::pin(async move { Ok(download::start(place?, path, offset, cancel, &tasks).await?) })
    }
}

impl Submit<AlbumCommand> for DwarfLibrary {
    fn submit(&self, envelope: Envelope<AlbumCommand>) -> Reply<Accepted> {
        let AlbumCommand::Delete { paths } = envelope.command;
        tracing::info!(rid = %envelope.request_id, files = paths.len(), "delete");
        let place = self.place();
        let wait = envelope.deadline.since(self.host.now().mono);
        Box::pin(async move {
            let place = place?;
            match timeout(wait, album::delete(&place, &paths)).await {
                Ok(done) => Ok(done.map(|()| Accepted::default())?),
                Err(_elapsed) => Err(DwarfError::timed_out("the album").into()),
            }
        })
    }
}

/// Where files are found.
#[derive(Clone, Debug)]
struct Place {
    client: reqwest::Client,
    endpoints: crate::address::Endpoints,
    album_root: &'static str,
    web_root: &'static str,
}

impl Place {
    /// The address of a file the album names. The album counts from the card's root, the file
    /// server from its own, seen on devices.
    fn url(&self, path: &str) -> Result<String, DwarfError> {
        if path.split('/').any(|part| part == "..") || path.contains('\0') {
            return Err(DwarfError::Invalid(format!("`{path}` is no file's path")));
        }
        let inside = path.strip_prefix(self.album_root).unwrap_or(path);
        if inside.len() == path.len() {
            return Ok(self.endpoints.file_url(path));
        }
        Ok(self
            .endpoints
            .file_url(&format!("{}{inside}", self.web_root)))
    }
}
