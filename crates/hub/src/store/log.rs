use rusqlite::{Row, params};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use skyhelm_device::{DeviceEvent, Severity};

use super::Store;
use crate::HubError;

/// Lines kept; about twenty megabytes.
const LINES_KEPT: i64 = 100_000;
/// The oldest lines go each time so many have come.
const TRIM_EVERY: i64 = 1_000;

/// A line on its way into the log.
#[derive(Clone, Debug)]
pub(crate) struct NewLogEntry {
    pub(crate) device: Option<String>,
    pub(crate) event: DeviceEvent,
}

/// A line of the log.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LogEntry {
    pub(crate) id: i64,
    /// By the host's clock.
    pub(crate) utc_ms: i64,
    pub(crate) device: Option<String>,
    pub(crate) severity: Severity,
    pub(crate) topic: String,
    pub(crate) message: String,
    pub(crate) details: Value,
}

/// Which lines are wanted, newest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogQuery {
    pub(crate) before: Option<i64>,
    pub(crate) limit: u32,
    pub(crate) severity: Option<Severity>,
    pub(crate) device: Option<String>,
}

impl LogEntry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let details: Option<String> = row.get(6)?;
        Ok(Self {
            id: row.get(0)?,
            utc_ms: row.get(1)?,
            device: row.get(2)?,
            severity: severity_of(row.get(3)?),
            topic: row.get(4)?,
            message: row.get(5)?,
            details: details
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or(Value::Null),
        })
    }
}

fn rank(severity: Severity) -> i64 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}

fn severity_of(rank: i64) -> Severity {
    match rank {
        0 => Severity::Info,
        1 => Severity::Warning,
        _ => Severity::Error,
    }
}

impl Store {
    /// Writes a line and gives it its number.
    pub(crate) async fn log(&self, new: NewLogEntry) -> Result<LogEntry, HubError> {
        self.call(move |db| {
            let NewLogEntry { device, event } = new;
            let details = (!event.details.is_null()).then(|| event.details.to_string());
            db.prepare(
                "INSERT INTO log (utc_ms, device, severity, topic, message, details) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                event.utc_ms,
                device,
                rank(event.severity),
                event.topic,
                event.message,
                details
            ])?;
            let id = db.last_insert_rowid();
            if id % TRIM_EVERY == 0 {
                db.execute("DELETE FROM log WHERE id <= ?1", [id - LINES_KEPT])?;
            }
            Ok(LogEntry {
                id,
                utc_ms: event.utc_ms,
                device,
                severity: event.severity,
                topic: event.topic,
                message: event.message,
                details: event.details,
            })
        })
        .await
    }

    /// Reads lines, newest first.
    pub(crate) async fn log_entries(&self, query: LogQuery) -> Result<Vec<LogEntry>, HubError> {
        self.call(move |db| {
            db.prepare(
                "SELECT id, utc_ms, device, severity, topic, message, details FROM log
                 WHERE id < ?1 AND severity >= ?2 AND (?3 IS NULL OR device = ?3)
                 ORDER BY id DESC LIMIT ?4",
            )?
            .query_map(
                params![
                    query.before.unwrap_or(i64::MAX),
                    query.severity.map_or(0, rank),
                    query.device,
                    query.limit
                ],
                LogEntry::read,
            )?
            .collect()
        })
        .await
    }
}
