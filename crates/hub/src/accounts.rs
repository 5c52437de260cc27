//! Accounts as people make and change them: what a name and a password must be, and what follows from
//! a change.

use std::path::Path;
use std::sync::Arc;

use skyhelm_units::{Redacted, UtcMillis};

use crate::HubError;
use crate::secret;
use crate::sign_in::{PasswordCost, Passwords, Role};
use crate::store::{Account, AccountChange, Store};

/// Longest name, in characters.
pub(crate) const LONGEST_NAME: usize = 64;
const SHORTEST_PASSWORD: usize = 10;
const LONGEST_PASSWORD: usize = 256;

/// A new account.
#[derive(Debug)]
pub(crate) struct NewAccount {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) flight: bool,
    pub(crate) password: Redacted<String>,
}

/// A name as it is kept: no control characters, no space around it, not empty, not long.
pub(crate) fn plain_name(name: &str) -> Result<String, HubError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME || name.contains(char::is_control) {
        return Err(HubError::Unfit(format!(
            "A name has 1 to {LONGEST_NAME} characters, all of them printable."
        )));
    }
    Ok(name.to_owned())
}

/// Whether a password is one.
pub(crate) fn check_password(password: &Redacted<String>) -> Result<(), HubError> {
    let length = password.expose().chars().count();
    if (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        return Ok(());
    }
    Err(HubError::Unfit(format!(
        "A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
    )))
}

/// Makes an account.
pub(crate) async fn add(
    store: &Store,
    passwords: &Passwords,
    new: NewAccount,
    now: UtcMillis,
) -> Result<Account, HubError> {
    let name = plain_name(&new.name)?;
    check_password(&new.password)?;
    if new.role == Role::Guest {
        return Err(HubError::Unfit(String::from(
            "Guests come by a guest link; an account is a viewer at least.",
        )));
    }
    store
        .add_account(Account {
            id: secret::random_name(),
            name,
            role: new.role,
            flight: new.flight,
            disabled: false,
            password: passwords.hash(new.password).await?,
            created_utc_ms: now.millis(),
            last_seen_utc_ms: None,
        })
        .await
}

/// The accounts of a station that need not run: for the command line.
#[derive(Debug)]
pub struct AccountBook {
    store: Arc<Store>,
    passwords: Passwords,
}

/// An account as the command line lists it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AccountLine {
    /// The name one signs in with.
    pub name: String,
    /// `viewer`, `operator` or `admin`.
    pub role: &'static str,
    /// Whether they may fly aircraft.
    pub flight: bool,
    /// Whether they are kept out.
    pub disabled: bool,
}

impl AccountBook {
    /// Opens the accounts in a station's data folder, making it when there is none.
    ///
    /// # Errors
    /// When the folder or the database in it cannot be used.
    pub fn open(data_dir: &Path) -> Result<Self, HubError> {
        std::fs::create_dir_all(data_dir).map_err(|source| HubError::Folder {
            path: data_dir.to_owned(),
            source,
        })?;
        Ok(Self {
            store: Arc::new(Store::open(data_dir)?),
            passwords: Passwords::new(PasswordCost::default()),
        })
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When there is no such role, the name is taken, or name or password are none.
    pub async fn add(
        &self,
        name: &str,
        role: &str,
        flight: bool,
        password: Redacted<String>,
    ) -> Result<(), HubError> {
        let known = Role::ALL.into_iter().find(|known| known.word() == role);
        let role = known.filter(|role| *role > Role::Guest).ok_or_else(|| {
            HubError::Unfit(format!(
                "There is no role {role:?}: viewer, operator or admin."
            ))
        })?;
        let new = NewAccount {
            name: name.to_owned(),
            role,
            flight,
            password,
        };
        let now = crate::system_clock(std::time::Instant::now()).now().utc;
        add(&self.store, &self.passwords, new, now).await?;
        Ok(())
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(&self) -> Result<Vec<AccountLine>, HubError> {
        let accounts = self.store.accounts().await?;
        let line = |account: Account| AccountLine {
            name: account.name,
            role: account.role.word(),
            flight: account.flight,
            disabled: account.disabled,
        };
        Ok(accounts.into_iter().map(line).collect())
    }

    /// Gives an account another password.
    ///
    /// # Errors
    /// When there is no such account, or that is no password.
    pub async fn set_password(
        &self,
        name: &str,
        password: Redacted<String>,
    ) -> Result<(), HubError> {
        check_password(&password)?;
        let id = self.id(name).await?;
        let change = AccountChange {
            password: Some(self.passwords.hash(password).await?),
            ..AccountChange::default()
        };
        self.store.change_account(id, change).await?;
        Ok(())
    }

    /// Removes an account.
    ///
    /// # Errors
    /// When there is no such account, or it is the last admin's.
    pub async fn remove(&self, name: &str) -> Result<(), HubError> {
        let id = self.id(name).await?;
        self.store.remove_account(id).await?;
        Ok(())
    }

    /// Closes the database.
    pub async fn close(self) {
        self.store.close().await;
    }

    async fn id(&self, name: &str) -> Result<String, HubError> {
        let found = self.store.account_named(name.to_owned()).await?;
        found
            .map(|account| account.id)
            .ok_or_else(|| HubError::Unfit(format!("There is no account named {name}.")))
    }
}
