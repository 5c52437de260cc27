//! Watching a device's album, and fetching what appears in it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use skyhelm_device::state::LinkStatus;
use skyhelm_device::{DeviceError, ErrorKind, JobKind, Library, MediaItem, Outcome, Severity};
use skyhelm_units::JobId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::album::{entry_of, title_of};
use super::fetch::fetch_file;
use super::picture::facts_of;
use super::{Entry, EntryState};
use crate::HubError;
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::registry::Member;
use crate::store::FileRow;

/// How long a device may take to list its album.
const LIST_TIME: Duration = Duration::from_mins(1);
/// Looks after a change: a device writes its last files a moment after it said that it ended.
const LATER_LOOKS: [Duration; 3] = [
    Duration::from_secs(3),
    Duration::from_secs(15),
    Duration::from_mins(1),
];
/// The wait after a look that failed.
const AFTER_TROUBLE: Duration = Duration::from_secs(20);
/// Entries fetched of an album seen for the first time; the older ones stay on the device.
const FIRST_FETCHED: usize = 12;
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// Keeps the library in step with a device's album, for as long as the device belongs to the station.
pub(crate) async fn watch(hub: Arc<Hub>, member: Arc<Member>) {
    let Some(library) = member.gate.library() else {
        return;
    };
    let span = tracing::info_span!("library", device = %member.gate.id());
    tokio::select! {
        () = member.ended.cancelled() => {}
        () = hub.stopping.cancelled() => {}
        () = keep_up(&hub, &member, library.as_ref()).instrument(span) => {}
    }
}

async fn keep_up(hub: &Hub, member: &Member, library: &dyn Library) {
    let mut looks = LATER_LOOKS.iter();
    loop {
        if !ready(member).await {
            return;
        }
        let wait = match keep_up_once(hub, member, library).await {
            Ok(()) => looks.next().copied(),
            Err(error) => {
                tracing::warn!(%error, "the album was not fetched");
                Some(AFTER_TROUBLE)
            }
        };
        let later = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = member.album.notified() => looks = LATER_LOOKS.iter(),
            () = later => {}
        }
    }
}

/// Waits until the device answers and no stack grows on it; false when its driver is gone.
async fn ready(member: &Member) -> bool {
    let mut state = member.gate.state();
    let calm = state.wait_for(|state| {
        let stacking = state
            .jobs
            .iter()
            .any(|job| job.kind == JobKind::Stack && job.is_running());
        state.link.status == LinkStatus::Up && !stacking
    });
    calm.await.is_ok()
}

async fn keep_up_once(
    hub: &Hub,
    member: &Member,
    library: &dyn Library,
) -> Result<(), DeviceError> {
    let listed = tokio::time::timeout(LIST_TIME, library.list()).await;
    let items = listed.map_err(|_| {
        DeviceError::new(ErrorKind::TimedOut, "The device did not list its album.")
    })??;
    index(hub, member, &items).await?;
    let device = member.gate.id().as_str().to_owned();
    let cancel = CancellationToken::new();
    *member
        .fetching
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = cancel.clone();
    for entry in hub.store.unfetched(device).await? {
        fetch_entry(hub, member, library, entry, &cancel).await?;
    }
    Ok(())
}

/// Notes what is new in an album, or has changed.
async fn index(hub: &Hub, member: &Member, items: &[MediaItem]) -> Result<(), HubError> {
    let device = member.gate.id().as_str().to_owned();
    let now = hub.clocks.now().utc.millis();
    let first = hub.store.first_look(device.clone(), now).await?;
    for (number, item) in items.iter().enumerate() {
        let state = if first && number >= FIRST_FETCHED {
            EntryState::Left
        } else {
            EntryState::Fetching
        };
        let zone = hub.settings.now().time_zone.clone();
        let mut entry = entry_of(&device, item, &zone, state);
        if let Some(known) = hub.store.entry(entry.id.clone()).await? {
            if !has_changed(&known, &entry) {
                continue;
            }
            keep_what_is_here(&known, &mut entry);
        }
        let id = entry.id.clone();
        hub.store.put_entry(entry).await?;
        if state == EntryState::Fetching {
            hub.announce(HubEvent::Library(id));
        }
    }
    Ok(())
}

/// Whether a device's entry is another than the one that is known.
fn has_changed(known: &Entry, listed: &Entry) -> bool {
    if matches!(known.state, EntryState::Left | EntryState::Removed) {
        return false;
    }
    was_rewritten(known, listed) || listed.files.iter().any(|file| !is_known(known, file))
}

/// Whether a device has written an entry anew. A stack keeps its size whatever it holds, so sizes alone
/// do not tell.
fn was_rewritten(known: &Entry, listed: &Entry) -> bool {
    known.utc_ms != listed.utc_ms || (listed.subs.is_some() && known.subs != listed.subs)
}

/// Whether a listed file is known as it is. Sizes learnt by fetching count as known.
fn is_known(known: &Entry, listed: &FileRow) -> bool {
    let same_size =
        |file: &FileRow| listed.size_bytes.is_none() || file.size_bytes == listed.size_bytes;
    known
        .files
        .iter()
        .any(|file| file.path == listed.path && same_size(file))
}

fn keep_what_is_here(known: &Entry, listed: &mut Entry) {
    if was_rewritten(known, listed) {
        return;
    }
    listed.exposure_s = known.exposure_s;
    for file in &mut listed.files {
        let same = known.files.iter().find(|old| {
            old.here
                && old.path == file.path
                && old.name == file.name
                && (file.size_bytes.is_none() || old.size_bytes == file.size_bytes)
        });
        if let Some(same) = same {
            file.here = true;
            file.size_bytes = same.size_bytes;
        }
    }
}

/// Fetches what of an entry is not here. An error means that the device is out of reach; what is
/// wrong with one file only is noted in its entry.
async fn fetch_entry(
    hub: &Hub,
    member: &Member,
    library: &dyn Library,
    entry: Entry,
    cancel: &CancellationToken,
) -> Result<(), DeviceError> {
    let title = title_of(&entry, &hub.settings.now().time_zone);
    let title = format!("Fetch the {title}");
    let job = member.jobs(|book| book.open(JobKind::Download, title, hub.clocks.now().utc));
    let fetched = tokio::select! {
        fetched = fetch_files(hub, member, library, &entry, &job) => fetched,
        () = cancel.cancelled() => Err(DeviceError::new(
            ErrorKind::Cancelled,
            "A person ended the fetching.",
        )),
    };
    let outcome = match &fetched {
        Ok(()) => Outcome::Done,
        Err(error) if error.kind == ErrorKind::Cancelled => Outcome::Cancelled,
        Err(error) => Outcome::Failed {
            error: error.clone(),
        },
    };
    member.jobs(|book| book.close(&job, outcome, hub.clocks.now().utc));
    settle(hub, member, &entry, fetched).await
}

/// Notes how the fetching of an entry ended.
async fn settle(
    hub: &Hub,
    member: &Member,
    entry: &Entry,
    fetched: Result<(), DeviceError>,
) -> Result<(), DeviceError> {
    let device = member.gate.id();
    let (id, title) = (
        entry.id.clone(),
        title_of(entry, &hub.settings.now().time_zone),
    );
    let passing = |kind| matches!(kind, ErrorKind::Unreachable | ErrorKind::TimedOut);
    let answer = match fetched {
        Ok(()) => {
            note_facts(hub, entry).await?;
            let message = format!("The {title} is in the library.");
            hub.log(
                Some(device.as_str()),
                Severity::Info,
                "library.complete",
                message,
            )
            .await;
            Ok(())
        }
        // It stays marked as under way and is gone on with when the device is back.
        Err(error) if passing(error.kind) => Err(error),
        Err(error) => {
            let trouble = Some(error.message.clone());
            hub.store
                .entry_stands(id.clone(), EntryState::Failed, trouble)
                .await?;
            let message = format!("The {title} was not fetched: {error}");
            hub.log(
                Some(device.as_str()),
                Severity::Warning,
                "library.failed",
                message,
            )
            .await;
            Ok(())
        }
    };
    hub.shelf.set_progress(&entry.id, None);
    hub.announce(HubEvent::Library(id));
    hub.announce(HubEvent::Device(device.as_str().to_owned()));
    answer
}

async fn fetch_files(
    hub: &Hub,
    member: &Member,
    library: &dyn Library,
    entry: &Entry,
    job: &JobId,
) -> Result<(), DeviceError> {
    let total: u64 = entry.files.iter().filter_map(|file| file.size_bytes).sum();
    let mut done: u64 = 0;
    let mut told = Instant::now();
    for file in &entry.files {
        if file.here {
            done += file.size_bytes.unwrap_or(0);
            continue;
        }
        let tell = |bytes: u64| {
            if told.elapsed() < TELL_EVERY {
                return;
            }
            told = Instant::now();
            let part = (total > 0).then(|| ((done + bytes) as f64 / total as f64).min(1.0));
            hub.shelf.set_progress(&entry.id, part);
            member.jobs(|book| book.advance(job, file.name.clone(), part));
            hub.announce(HubEvent::Library(entry.id.clone()));
            hub.announce(HubEvent::Device(member.gate.id().as_str().to_owned()));
        };
        let size = fetch_file(&hub.shelf, library, entry, file, tell).await?;
        done += size;
        hub.store
            .file_is_here(entry.id.clone(), file.name.clone(), size)
            .await?;
    }
    Ok(())
}

/// What the entry's picture says of itself, where the device's album was silent.
async fn note_facts(hub: &Hub, entry: &Entry) -> Result<(), HubError> {
    let fits = entry
        .files
        .iter()
        .find(|file| file.media_type == "image/fits")
        .map(|file| hub.shelf.folder(&entry.id).join(&file.name));
    let facts = match fits {
        Some(path) => tokio::task::spawn_blocking(move || facts_of(&path))
            .await
            .unwrap_or_default(),
        None => None,
    };
    if let (Some(facts), Some(mut known)) = (facts, hub.store.entry(entry.id.clone()).await?) {
        known.exposure_s = facts.exposure_s;
        known.target = known.target.or(facts.object);
        known.subs = known.subs.or(facts.subs);
        hub.store.put_entry(known).await?;
    }
    hub.store
        .entry_stands(entry.id.clone(), EntryState::Complete, None)
        .await
}
