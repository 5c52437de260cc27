use rusqlite::{Row, params};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Store;
use crate::HubError;

/// Lines kept; some tens of megabytes.
const LINES_KEPT: i64 = 200_000;
/// The oldest lines go each time so many have come.
const TRIM_EVERY: i64 = 1_000;

/// A line on its way into the audit.
#[derive(Clone, Debug)]
pub(crate) struct NewAudit {
    pub(crate) utc_ms: i64,
    pub(crate) who: String,
    pub(crate) role: Option<&'static str>,
    pub(crate) means: Option<&'static str>,
    pub(crate) device: Option<String>,
    pub(crate) action: String,
    pub(crate) details: Option<String>,
    pub(crate) status: u16,
    pub(crate) outcome: String,
    pub(crate) request_id: String,
    pub(crate) delay_ms: Option<i64>,
}

/// Who did what, when, and what came of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AuditEntry {
    pub(crate) id: i64,
    /// By the host's clock.
    pub(crate) utc_ms: i64,
    pub(crate) who: String,
    pub(crate) role: Option<String>,
    /// How they were signed in.
    pub(crate) means: Option<String>,
    pub(crate) device: Option<String>,
    /// Method and route.
    pub(crate) action: String,
    /// What the request carried, without secrets.
    pub(crate) details: Value,
    pub(crate) status: u16,
    /// `taken`, or why not.
    pub(crate) outcome: String,
    pub(crate) request_id: String,
    /// From the request to its answer, where that was measured.
    pub(crate) delay_ms: Option<i64>,
}

/// Which lines are wanted, newest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditQuery {
    pub(crate) before: Option<i64>,
    pub(crate) limit: u32,
    pub(crate) who: Option<String>,
    pub(crate) device: Option<String>,
}

impl AuditEntry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let details: Option<String> = row.get(7)?;
        Ok(Self {
            id: row.get(0)?,
            utc_ms: row.get(1)?,
            who: row.get(2)?,
            role: row.get(3)?,
            means: row.get(4)?,
            device: row.get(5)?,
            action: row.get(6)?,
            details: details
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or(Value::Null),
            status: row.get(8)?,
            outcome: row.get(9)?,
            request_id: row.get(10)?,
            delay_ms: row.get(11)?,
        })
    }
}

impl Store {
    /// Writes a line.
    pub(crate) async fn audit(&self, new: NewAudit) -> Result<(), HubError> {
        self.call(move |db| {
            db.prepare(
                "INSERT INTO audit (utc_ms, who, role, means, device, action, details, status, outcome, request_id, delay_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                new.utc_ms,
                new.who,
                new.role,
                new.means,
                new.device,
                new.action,
                new.details,
                new.status,
                new.outcome,
                new.request_id,
                new.delay_ms
            ])?;
            let id = db.last_insert_rowid();
            if id % TRIM_EVERY == 0 {
                db.execute("DELETE FROM audit WHERE id <= ?1", [id - LINES_KEPT])?;
            }
            Ok(())
        })
        .await
    }

    /// Reads lines, newest first.
    pub(crate) async fn audit_entries(
        &self,
        query: AuditQuery,
    ) -> Result<Vec<AuditEntry>, HubError> {
        self.call(move |db| {
            db.prepare(
                "SELECT id, utc_ms, who, role, means, device, action, details, status, outcome, request_id, delay_ms
                 FROM audit
                 WHERE id < ?1 AND (?2 IS NULL OR who = ?2) AND (?3 IS NULL OR device = ?3)
                 ORDER BY id DESC LIMIT ?4",
            )?
            .query_map(
                params![
                    query.before.unwrap_or(i64::MAX),
                    query.who,
                    query.device,
                    query.limit
                ],
                AuditEntry::read,
            )?
            .collect()
        })
        .await
    }
}
