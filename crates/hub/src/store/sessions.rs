use rusqlite::params;

use super::Store;
use crate::HubError;
use crate::secret::Hashed;

impl Store {
    /// Keeps a session until it ends.
    pub(crate) async fn add_session(
        &self,
        token: Hashed,
        expires_utc_ms: i64,
    ) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "INSERT OR REPLACE INTO session (token_hash, expires_utc_ms) VALUES (?1, ?2)",
                params![token, expires_utc_ms],
            )
        })
        .await?;
        Ok(())
    }

    /// Ends a session.
    pub(crate) async fn remove_session(&self, token: Hashed) -> Result<(), HubError> {
        self.call(move |db| db.execute("DELETE FROM session WHERE token_hash = ?1", [token]))
            .await?;
        Ok(())
    }

    /// The sessions that go on after a time; the others are forgotten.
    pub(crate) async fn sessions(&self, utc_ms: i64) -> Result<Vec<(Hashed, i64)>, HubError> {
        self.call(move |db| {
            db.execute("DELETE FROM session WHERE expires_utc_ms <= ?1", [utc_ms])?;
            db.prepare("SELECT token_hash, expires_utc_ms FROM session")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .await
    }
}
