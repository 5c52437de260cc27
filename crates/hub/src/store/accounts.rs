use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Store;
use crate::HubError;
use crate::sign_in::Role;

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) flight: bool,
    pub(crate) disabled: bool,
    /// As the hash's own text says it.
    pub(crate) password: String,
    pub(crate) created_utc_ms: i64,
    pub(crate) last_seen_utc_ms: Option<i64>,
}

/// What of an account is to become something else.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountChange {
    pub(crate) name: Option<String>,
    pub(crate) role: Option<Role>,
    pub(crate) flight: Option<bool>,
    pub(crate) disabled: Option<bool>,
    pub(crate) password: Option<String>,
}

const COLUMNS: &str =
    "id, name, role, flight, disabled, password, created_utc_ms, last_seen_utc_ms";

/// Two names that differ by case only are one.
fn key(name: &str) -> String {
    name.to_lowercase()
}

impl Account {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let role: String = row.get(2)?;
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            role: Role::from_word(&role),
            flight: row.get(3)?,
            disabled: row.get(4)?,
            password: row.get(5)?,
            created_utc_ms: row.get(6)?,
            last_seen_utc_ms: row.get(7)?,
        })
    }

    pub(super) fn by_id(db: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM account WHERE id = ?1");
        db.query_row(&sql, [id], Self::read).optional()
    }

    fn with(mut self, change: AccountChange) -> Self {
        self.name = change.name.unwrap_or(self.name);
        self.role = change.role.unwrap_or(self.role);
        self.flight = change.flight.unwrap_or(self.flight);
        self.disabled = change.disabled.unwrap_or(self.disabled);
        self.password = change.password.unwrap_or(self.password);
        self
    }

    fn keeps_the_house(&self) -> bool {
        self.role == Role::Admin && !self.disabled
    }
}

fn admins(db: &Connection) -> rusqlite::Result<u32> {
    let sql = "SELECT count(*) FROM account WHERE role = 'admin' AND NOT disabled";
    db.query_row(sql, [], |row| row.get(0))
}

fn name_is_free(db: &Connection, name: &str, id: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM account WHERE key = ?1 AND id <> ?2";
    let others: u32 = db.query_row(sql, [&key(name), id], |row| row.get(0))?;
    Ok(others == 0)
}

fn write(db: &Connection, account: &Account) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO account (id, name, key, role, flight, disabled, password, created_utc_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET name = ?2, key = ?3, role = ?4, flight = ?5,
             disabled = ?6, password = ?7",
        params![
            account.id,
            account.name,
            key(&account.name),
            account.role.word(),
            account.flight,
            account.disabled,
            account.password,
            account.created_utc_ms
        ],
    )?;
    Ok(())
}

impl Store {
    /// All accounts, by name.
    pub(crate) async fn accounts(&self) -> Result<Vec<Account>, HubError> {
        self.call(|db| {
            db.prepare(&format!("SELECT {COLUMNS} FROM account ORDER BY key"))?
                .query_map([], Account::read)?
                .collect()
        })
        .await
    }

    /// The account of a name.
    pub(crate) async fn account_named(&self, name: String) -> Result<Option<Account>, HubError> {
        self.call(move |db| {
            let sql = format!("SELECT {COLUMNS} FROM account WHERE key = ?1");
            db.query_row(&sql, [key(&name)], Account::read).optional()
        })
        .await
    }

    /// An account by its id.
    pub(crate) async fn account(&self, id: String) -> Result<Option<Account>, HubError> {
        self.call(move |db| Account::by_id(db, &id)).await
    }

    /// Whether anybody can sign in by name, and whether an admin can.
    pub(crate) async fn who_can_sign_in(&self) -> Result<(bool, bool), HubError> {
        self.call(|db| {
            let sql = "SELECT count(*) FROM account WHERE NOT disabled";
            let any: u32 = db.query_row(sql, [], |row| row.get(0))?;
            Ok((any > 0, admins(db)? > 0))
        })
        .await
    }

    /// Makes an account.
    pub(crate) async fn add_account(&self, account: Account) -> Result<Account, HubError> {
        self.call(move |db| {
            let free = name_is_free(db, &account.name, &account.id)?;
            if free {
                write(db, &account)?;
            }
            Ok(if free {
                Ok(account)
            } else {
                Err(HubError::NameTaken(account.name))
            })
        })
        .await?
    }

    /// Changes an account; `None` when there is none.
    pub(crate) async fn change_account(
        &self,
        id: String,
        change: AccountChange,
    ) -> Result<Option<Account>, HubError> {
        self.call(move |db| {
            let transaction = db.transaction()?;
            let Some(known) = Account::by_id(&transaction, &id)? else {
                return Ok(Ok(None));
            };
            let kept_the_house = known.keeps_the_house();
            let changed = known.with(change);
            if !name_is_free(&transaction, &changed.name, &id)? {
                return Ok(Err(HubError::NameTaken(changed.name)));
            }
            if kept_the_house && !changed.keeps_the_house() && admins(&transaction)? < 2 {
                return Ok(Err(HubError::LastAdmin));
            }
            write(&transaction, &changed)?;
            transaction.commit()?;
            Ok(Ok(Some(changed)))
        })
        .await?
    }

    /// Removes an account with its sessions and tokens; says whether there was one.
    pub(crate) async fn remove_account(&self, id: String) -> Result<bool, HubError> {
        self.call(move |db| {
            let transaction = db.transaction()?;
            let Some(known) = Account::by_id(&transaction, &id)? else {
                return Ok(Ok(false));
            };
            if known.keeps_the_house() && admins(&transaction)? < 2 {
                return Ok(Err(HubError::LastAdmin));
            }
            transaction.execute("DELETE FROM account WHERE id = ?1", [id])?;
            transaction.commit()?;
            Ok(Ok(true))
        })
        .await?
    }

    /// Notes that somebody has signed in.
    pub(crate) async fn account_seen(&self, id: String, utc_ms: i64) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "UPDATE account SET last_seen_utc_ms = ?2 WHERE id = ?1",
                params![id, utc_ms],
            )
        })
        .await?;
        Ok(())
    }
}
