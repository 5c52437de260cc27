use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Store;
use crate::HubError;
use crate::secret::Hashed;

/// A link that lets people look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GuestLink {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created_utc_ms: i64,
    pub(crate) expires_utc_ms: i64,
}

const COLUMNS: &str = "id, name, created_utc_ms, expires_utc_ms";

impl GuestLink {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            created_utc_ms: row.get(2)?,
            expires_utc_ms: row.get(3)?,
        })
    }

    pub(super) fn by_id(db: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM guest_link WHERE id = ?1");
        db.query_row(&sql, [id], Self::read).optional()
    }
}

impl Store {
    /// Keeps a link under the hash of its secret.
    pub(crate) async fn add_guest_link(
        &self,
        link: GuestLink,
        secret: Hashed,
    ) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "INSERT INTO guest_link (id, name, secret_hash, created_utc_ms, expires_utc_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    link.id,
                    link.name,
                    secret,
                    link.created_utc_ms,
                    link.expires_utc_ms
                ],
            )
        })
        .await?;
        Ok(())
    }

    /// The link of a secret, when it still opens.
    pub(crate) async fn guest_link(
        &self,
        secret: Hashed,
        utc_ms: i64,
    ) -> Result<Option<GuestLink>, HubError> {
        self.call(move |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM guest_link WHERE secret_hash = ?1 AND expires_utc_ms > ?2"
            );
            db.query_row(&sql, params![secret, utc_ms], GuestLink::read)
                .optional()
        })
        .await
    }

    /// The links that still open, oldest first; the others are forgotten.
    pub(crate) async fn guest_links(&self, utc_ms: i64) -> Result<Vec<GuestLink>, HubError> {
        self.call(move |db| {
            db.execute(
                "DELETE FROM guest_link WHERE expires_utc_ms <= ?1",
                [utc_ms],
            )?;
            db.prepare(&format!(
                "SELECT {COLUMNS} FROM guest_link ORDER BY created_utc_ms"
            ))?
            .query_map([], GuestLink::read)?
            .collect()
        })
        .await
    }

    /// Withdraws a link; says whether there was one.
    pub(crate) async fn remove_guest_link(&self, id: String) -> Result<bool, HubError> {
        let removed = self
            .call(move |db| db.execute("DELETE FROM guest_link WHERE id = ?1", [id]))
            .await?;
        Ok(removed > 0)
    }
}
