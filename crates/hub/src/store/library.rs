use rusqlite::{Connection, OptionalExtension as _, Row, params};
use skyhelm_device::MediaKind;

use super::Store;
use crate::HubError;
use crate::library::{Entry, EntryState};

/// Which entries are wanted, newest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryQuery {
    pub(crate) night: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) before_utc_ms: Option<i64>,
    pub(crate) limit: u32,
}

/// One file of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileRow {
    /// Its name here; safe as a part of a path.
    pub(crate) name: String,
    /// Its path on the device.
    pub(crate) path: String,
    /// Its size, when known.
    pub(crate) size_bytes: Option<u64>,
    pub(crate) media_type: String,
    /// Whether it is here, whole.
    pub(crate) here: bool,
}

const ENTRY_COLUMNS: &str =
    "id, device, path, kind, target, utc_ms, night, subs, exposure_s, state, trouble, thumbnail";

impl Store {
    /// Notes that a device's album is read for the first time; false when it was read before.
    pub(crate) async fn first_look(&self, device: String, utc_ms: i64) -> Result<bool, HubError> {
        let added = self
            .call(move |db| {
                db.execute(
                    "INSERT OR IGNORE INTO album (device, first_seen_utc_ms) VALUES (?1, ?2)",
                    params![device, utc_ms],
                )
            })
            .await?;
        Ok(added > 0)
    }

    /// Writes an entry and its files, replacing what was known of it.
    pub(crate) async fn put_entry(&self, entry: Entry) -> Result<(), HubError> {
        self.call(move |db| {
            let transaction = db.transaction()?;
            write_entry(&transaction, &entry)?;
            transaction.commit()
        })
        .await
    }

    /// An entry by its id.
    pub(crate) async fn entry(&self, id: String) -> Result<Option<Entry>, HubError> {
        self.call(move |db| {
            let sql = format!("SELECT {ENTRY_COLUMNS} FROM entry WHERE id = ?1");
            let found = db.query_row(&sql, [id], read_entry).optional()?;
            found.map(|entry| with_files(db, entry)).transpose()
        })
        .await
    }

    /// Entries that can be shown, newest first.
    pub(crate) async fn entries(&self, query: EntryQuery) -> Result<Vec<Entry>, HubError> {
        self.call(move |db| {
            let sql = format!(
                "SELECT {ENTRY_COLUMNS} FROM entry
                 WHERE state IN ('fetching', 'complete', 'failed') AND utc_ms < ?1
                   AND (?2 IS NULL OR night = ?2) AND (?3 IS NULL OR target = ?3)
                 ORDER BY utc_ms DESC, seq DESC LIMIT ?4"
            );
            let found: Vec<Entry> = db
                .prepare(&sql)?
                .query_map(
                    params![
                        query.before_utc_ms.unwrap_or(i64::MAX),
                        query.night,
                        query.target,
                        query.limit
                    ],
                    read_entry,
                )?
                .collect::<rusqlite::Result<_>>()?;
            found
                .into_iter()
                .map(|entry| with_files(db, entry))
                .collect()
        })
        .await
    }

    /// What of a device is still to be fetched, oldest first.
    pub(crate) async fn unfetched(&self, device: String) -> Result<Vec<Entry>, HubError> {
        self.call(move |db| {
            let sql = format!(
                "SELECT {ENTRY_COLUMNS} FROM entry WHERE device = ?1 AND state = 'fetching' ORDER BY seq"
            );
            let found: Vec<Entry> = db
                .prepare(&sql)?
                .query_map([device], read_entry)?
                .collect::<rusqlite::Result<_>>()?;
            found.into_iter().map(|entry| with_files(db, entry)).collect()
        })
        .await
    }

    /// Notes that a file is here, whole.
    pub(crate) async fn file_is_here(
        &self,
        entry: String,
        name: String,
        size_bytes: u64,
    ) -> Result<(), HubError> {
        let size = i64::try_from(size_bytes).unwrap_or(i64::MAX);
        self.call(move |db| {
            db.execute(
                "UPDATE file SET here = 1, size_bytes = ?3 WHERE entry = ?1 AND name = ?2",
                params![entry, name, size],
            )
        })
        .await?;
        Ok(())
    }

    /// Changes how an entry stands.
    pub(crate) async fn entry_stands(
        &self,
        id: String,
        state: EntryState,
        trouble: Option<String>,
    ) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "UPDATE entry SET state = ?2, trouble = ?3 WHERE id = ?1",
                params![id, state.word(), trouble],
            )
        })
        .await?;
        Ok(())
    }
}

fn write_entry(db: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let kind = serde_json::to_value(entry.kind)
        .ok()
        .and_then(|kind| kind.as_str().map(str::to_owned));
    db.execute(
        "INSERT INTO entry (id, device, path, kind, target, utc_ms, night, subs, exposure_s, state, trouble, thumbnail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (id) DO UPDATE SET kind = ?4, target = ?5, utc_ms = ?6, night = ?7, subs = ?8,
             exposure_s = ?9, state = ?10, trouble = ?11, thumbnail = ?12",
        params![
            entry.id,
            entry.device,
            entry.path,
            kind,
            entry.target,
            entry.utc_ms,
            entry.night,
            entry.subs,
            entry.exposure_s,
            entry.state.word(),
            entry.trouble,
            entry.thumbnail
        ],
    )?;
    db.execute("DELETE FROM file WHERE entry = ?1", [&entry.id])?;
    let mut insert = db.prepare(
        "INSERT INTO file (entry, name, path, size_bytes, media_type, here) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for file in &entry.files {
        let size = file.size_bytes.and_then(|size| i64::try_from(size).ok());
        insert.execute(params![
            entry.id,
            file.name,
            file.path,
            size,
            file.media_type,
            file.here
        ])?;
    }
    Ok(())
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let kind: String = row.get(3)?;
    let state: String = row.get(9)?;
    Ok(Entry {
        id: row.get(0)?,
        device: row.get(1)?,
        path: row.get(2)?,
        kind: serde_json::from_value(kind.into()).unwrap_or(MediaKind::Other),
        target: row.get(4)?,
        utc_ms: row.get(5)?,
        night: row.get(6)?,
        subs: row.get(7)?,
        exposure_s: row.get(8)?,
        state: EntryState::from_word(&state),
        trouble: row.get(10)?,
        thumbnail: row.get(11)?,
        files: Vec::new(),
    })
}

fn with_files(db: &Connection, mut entry: Entry) -> rusqlite::Result<Entry> {
    entry.files = db
        .prepare(
            "SELECT name, path, size_bytes, media_type, here FROM file WHERE entry = ?1 ORDER BY rowid",
        )?
        .query_map([&entry.id], |row| {
            let size: Option<i64> = row.get(2)?;
            Ok(FileRow {
                name: row.get(0)?,
                path: row.get(1)?,
                size_bytes: size.and_then(|size| u64::try_from(size).ok()),
                media_type: row.get(3)?,
                here: row.get(4)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entry)
}
