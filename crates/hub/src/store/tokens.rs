use rusqlite::params;

use super::Store;
use crate::HubError;
use crate::secret::Hashed;
use crate::sign_in::Role;

/// An API token on its way in.
#[derive(Clone, Debug)]
pub(crate) struct NewToken {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) hash: Hashed,
    pub(crate) account: Option<String>,
    pub(crate) role: Role,
    pub(crate) flight: bool,
    pub(crate) created_utc_ms: i64,
    pub(crate) expires_utc_ms: Option<i64>,
}

/// An API token, with what its account lets it do today.
#[derive(Clone, Debug)]
pub(crate) struct TokenRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) hash: Hashed,
    pub(crate) account: Option<String>,
    /// Name of the account.
    pub(crate) owner: Option<String>,
    pub(crate) role: Role,
    pub(crate) flight: bool,
    /// Its account is disabled.
    pub(crate) rests: bool,
    pub(crate) created_utc_ms: i64,
    pub(crate) last_used_utc_ms: Option<i64>,
    pub(crate) expires_utc_ms: Option<i64>,
}

impl Store {
    /// Keeps a token.
    pub(crate) async fn add_token(&self, token: NewToken) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "INSERT INTO token (id, name, secret_hash, account, role, flight, created_utc_ms, expires_utc_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    token.id,
                    token.name,
                    token.hash,
                    token.account,
                    token.role.word(),
                    token.flight,
                    token.created_utc_ms,
                    token.expires_utc_ms
                ],
            )
        })
        .await?;
        Ok(())
    }

    /// All tokens, oldest first. A token never has more rights than its account has today.
    pub(crate) async fn tokens(&self) -> Result<Vec<TokenRow>, HubError> {
        self.call(|db| {
            db.prepare(
                "SELECT token.id, token.name, token.secret_hash, token.account, account.name,
                     token.role, coalesce(account.role, 'admin'), token.flight,
                     coalesce(account.flight, token.flight), coalesce(account.disabled, 0),
                     token.created_utc_ms, token.last_used_utc_ms, token.expires_utc_ms
                 FROM token LEFT JOIN account ON account.id = token.account
                 ORDER BY token.created_utc_ms, token.id",
            )?
            .query_map([], |row| {
                let (own, most): (String, String) = (row.get(5)?, row.get(6)?);
                let (flies, may_fly): (bool, bool) = (row.get(7)?, row.get(8)?);
                Ok(TokenRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    hash: row.get(2)?,
                    account: row.get(3)?,
                    owner: row.get(4)?,
                    role: Role::from_word(&own).min(Role::from_word(&most)),
                    flight: flies && may_fly,
                    rests: row.get(9)?,
                    created_utc_ms: row.get(10)?,
                    last_used_utc_ms: row.get(11)?,
                    expires_utc_ms: row.get(12)?,
                })
            })?
            .collect()
        })
        .await
    }

    /// Notes that a token was used.
    pub(crate) async fn token_used(&self, id: String, utc_ms: i64) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "UPDATE token SET last_used_utc_ms = ?2 WHERE id = ?1",
                params![id, utc_ms],
            )
        })
        .await?;
        Ok(())
    }

    /// Removes a token.
    pub(crate) async fn remove_token(&self, id: String) -> Result<(), HubError> {
        self.call(move |db| db.execute("DELETE FROM token WHERE id = ?1", [id]))
            .await?;
        Ok(())
    }
}
