//! Run-time state in `SQLite`, on a thread of its own.
//!
//! ```text
//!  tasks ──bounded channel of closures──> one thread ──> skyhelm.db (WAL)
//! ```
//! The channel is bounded: when the disk is slow, those who write wait.

mod accounts;
mod audit;
mod devices;
mod flights;
mod guests;
mod library;
mod log;
mod migrations;
mod sessions;
mod settings;
mod tokens;

use std::path::Path;
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::HubError;

pub(crate) use accounts::{Account, AccountChange};
pub(crate) use audit::{AuditEntry, AuditQuery, NewAudit};
pub(crate) use devices::AddedDevice;
pub(crate) use flights::{Flight, FlightId, NewFlight, TrackPoint};
pub(crate) use guests::GuestLink;
pub(crate) use library::{EntryQuery, FileRow};
pub(crate) use log::{LogEntry, LogQuery, NewLogEntry};
pub(crate) use sessions::KeptSession;
pub(crate) use tokens::{NewToken, TokenRow};

/// Requests that may wait for the disk.
const QUEUE: usize = 256;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// The database.
#[derive(Debug)]
pub(crate) struct Store {
    work: Mutex<Option<mpsc::Sender<Work>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database in a folder, making or upgrading it.
    pub(crate) fn open(folder: &Path) -> Result<Self, HubError> {
        let mut connection = Connection::open(folder.join("skyhelm.db"))?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrations::run(&mut connection)?;
        let (sender, mut receiver) = mpsc::channel::<Work>(QUEUE);
        let thread = std::thread::Builder::new()
            .name(String::from("store"))
            .spawn(move || {
                while let Some(work) = receiver.blocking_recv() {
                    work(&mut connection);
                }
            })
            .map_err(|source| HubError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        Ok(Self {
            work: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Runs `work` on the database's thread.
    ///
    /// # Cancel safety
    /// Dropping the future does not take queued work back.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, HubError> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            // The asker may be gone; the work is done all the same.
            let _ = answer.send(work(connection));
        });
        let sender = self
            .work
            .lock()
            .ok()
            .and_then(|sender| sender.clone())
            .ok_or(HubError::Stopping)?;
        sender.send(work).await.map_err(|_| HubError::Stopping)?;
        Ok(answered.await.map_err(|_| HubError::Stopping)??)
    }

    /// Ends the thread once all queued work is done.
    pub(crate) async fn close(&self) {
        if let Ok(mut sender) = self.work.lock() {
            sender.take();
        }
        let thread = self.thread.lock().ok().and_then(|mut slot| slot.take());
        if let Some(thread) = thread {
            // Joining blocks; the queue is short.
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!("the database's thread ended badly");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_of_a_newer_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("skyhelm.db")).unwrap();
        connection
            .pragma_update(None, "user_version", 9_999)
            .unwrap();
        drop(connection);
        let error = Store::open(folder.path()).unwrap_err();
        assert!(matches!(error, HubError::StoreTooNew { found: 9_999, .. }));
    }

    #[tokio::test]
    async fn work_queued_before_closing_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let kept = KeptSession {
            hash: [7; 32],
            expires_utc_ms: 1_000,
            account: None,
            guest_link: None,
        };
        store.add_session(kept).await.unwrap();
        store.close().await;
        assert!(matches!(store.sessions(0).await, Err(HubError::Stopping)));
        let again = Store::open(folder.path()).unwrap();
        assert_eq!(again.sessions(0).await.unwrap()[0].hash, [7; 32]);
    }
}
