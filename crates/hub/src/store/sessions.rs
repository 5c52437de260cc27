use rusqlite::params;

use super::{Account, GuestLink, Store};
use crate::HubError;
use crate::secret::Hashed;

/// A session as it is kept. Written with the ids of account or guest link, read with all of them.
#[derive(Clone, Debug)]
pub(crate) struct KeptSession<A = String, G = String> {
    pub(crate) hash: Hashed,
    pub(crate) expires_utc_ms: i64,
    pub(crate) account: Option<A>,
    pub(crate) guest_link: Option<G>,
}

impl Store {
    /// Keeps a session until it ends.
    pub(crate) async fn add_session(&self, session: KeptSession) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "INSERT OR REPLACE INTO session (token_hash, expires_utc_ms, account, guest_link)
                 VALUES (?1, ?2, ?3, ?4)",
                params![
                    session.hash,
                    session.expires_utc_ms,
                    session.account,
                    session.guest_link
                ],
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

    /// The sessions that go on after a time; the others are forgotten, and those of accounts that
    /// rest.
    pub(crate) async fn sessions(
        &self,
        utc_ms: i64,
    ) -> Result<Vec<KeptSession<Account, GuestLink>>, HubError> {
        self.call(move |db| {
            db.execute(
                "DELETE FROM session WHERE expires_utc_ms <= ?1
                 OR account IN (SELECT id FROM account WHERE disabled)",
                [utc_ms],
            )?;
            let rows: Vec<KeptSession> = db
                .prepare("SELECT token_hash, expires_utc_ms, account, guest_link FROM session")?
                .query_map([], |row| {
                    Ok(KeptSession {
                        hash: row.get(0)?,
                        expires_utc_ms: row.get(1)?,
                        account: row.get(2)?,
                        guest_link: row.get(3)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            rows.into_iter()
                .map(|row| {
                    let account = row.account.map(|id| Account::by_id(db, &id)).transpose()?;
                    let link = row.guest_link.map(|id| GuestLink::by_id(db, &id));
                    Ok(KeptSession {
                        hash: row.hash,
                        expires_utc_ms: row.expires_utc_ms,
                        account: account.flatten(),
                        guest_link: link.transpose()?.flatten(),
                    })
                })
                .collect()
        })
        .await
    }
}
