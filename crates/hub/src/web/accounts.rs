//! Accounts, API tokens and guest links.

use std::sync::Arc;
use std::time::Duration;

use axum::Json as Answered;
use axum::extract::{Extension, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_units::Redacted;

use super::body::{At, Created, Json, NoContent};
use super::problem::{Answer, Problem};
use super::route::{Route, delete, get, patch, post};
use super::session::SignedIn;
use crate::accounts::{self, NewAccount, plain_name};
use crate::hub::Hub;
use crate::secret;
use crate::sign_in::{Role, Session};
use crate::store::{Account, AccountChange, GuestLink, NewToken, TokenRow};

/// Tokens and guest links of one station.
const MOST_SECRETS: usize = 500;
const LONGEST_TOKEN_DAYS: u32 = 3_660;
const LONGEST_GUEST_HOURS: u32 = 720;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/accounts", Role::Admin, "All accounts.", list),
        post("/accounts", Role::Admin, "Make an account.", add).problems(&[409]),
        patch("/accounts/{id}", Role::Admin, "Change an account.", change).problems(&[409]),
        delete("/accounts/{id}", Role::Admin, "Remove an account.", remove).problems(&[409]),
        get(
            "/tokens",
            Role::Viewer,
            "One's own API tokens; an admin sees all.",
            tokens,
        ),
        post(
            "/tokens",
            Role::Viewer,
            "Make an API token; its secret is shown this once.",
            add_token,
        )
        .problems(&[409]),
        delete(
            "/tokens/{id}",
            Role::Viewer,
            "Remove one's own API token; an admin any.",
            remove_token,
        ),
        get("/guest-links", Role::Admin, "Guest links.", guest_links),
        post(
            "/guest-links",
            Role::Admin,
            "Make a guest link; its word is shown this once.",
            add_guest_link,
        )
        .problems(&[409]),
        delete(
            "/guest-links/{id}",
            Role::Admin,
            "Withdraw a guest link; its sessions end.",
            remove_guest_link,
        ),
    ]
}

/// A person's account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Account")]
struct AccountView {
    id: String,
    name: String,
    role: Role,
    flight: bool,
    disabled: bool,
    created_utc_ms: i64,
    last_seen_utc_ms: Option<i64>,
    /// Whether it is the asker's own.
    mine: bool,
}

impl AccountView {
    fn new(account: Account, session: &Session) -> Self {
        Self {
            mine: session.account.as_ref() == Some(&account.id),
            id: account.id,
            name: account.name,
            role: account.role,
            flight: account.flight,
            disabled: account.disabled,
            created_utc_ms: account.created_utc_ms,
            last_seen_utc_ms: account.last_seen_utc_ms,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Accounts {
    accounts: Vec<AccountView>,
}

async fn list(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
) -> Answer<Answered<Accounts>> {
    let accounts = hub.store.accounts().await?;
    let view = |account| AccountView::new(account, &session);
    Ok(Answered(Accounts {
        accounts: accounts.into_iter().map(view).collect(),
    }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddAccount {
    name: String,
    role: Role,
    #[serde(default)]
    flight: bool,
    password: String,
}

async fn add(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    Json(body): Json<AddAccount>,
) -> Answer<Created<AccountView>> {
    let new = NewAccount {
        name: body.name,
        role: body.role,
        flight: body.flight,
        password: Redacted::new(body.password),
    };
    let now = hub.clocks.now().utc;
    let account = accounts::add(&hub.store, &hub.passwords, new, now).await?;
    Ok(Created(AccountView::new(account, &session)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangeAccount {
    name: Option<String>,
    role: Option<Role>,
    flight: Option<bool>,
    disabled: Option<bool>,
    password: Option<String>,
}

async fn change(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    Json(body): Json<ChangeAccount>,
) -> Answer<Answered<AccountView>> {
    if body.role == Some(Role::Guest) {
        return Err(Problem::invalid(
            "Guests come by a guest link; an account is a viewer at least.",
        ));
    }
    let password = match body.password.map(Redacted::new) {
        Some(password) => {
            accounts::check_password(&password)?;
            Some(hub.passwords.hash(password).await?)
        }
        None => None,
    };
    let change = AccountChange {
        name: body.name.as_deref().map(plain_name).transpose()?,
        role: body.role,
        flight: body.flight,
        disabled: body.disabled,
        password,
    };
    let ends = change.role.is_some() || change.password.is_some() || change.disabled == Some(true);
    let changed = hub.store.change_account(id.clone(), change).await?;
    let account = changed.ok_or_else(no_such_account)?;
    if ends {
        let own = (session.account.as_ref() == Some(&id)).then_some(&session.lease);
        // Who has just become less must not go on as more, not even with the session that did it.
        let but = own.filter(|_| account.role == session.role && !account.disabled);
        hub.sessions.end_account(&id, but).await?;
    }
    hub.sessions.reload_tokens().await?;
    Ok(Answered(AccountView::new(account, &session)))
}

async fn remove(State(hub): State<Arc<Hub>>, At(id): At<String>) -> Answer<NoContent> {
    if !hub.store.remove_account(id.clone()).await? {
        return Err(no_such_account());
    }
    hub.sessions.end_account(&id, None).await?;
    hub.sessions.reload_tokens().await?;
    Ok(NoContent)
}

fn no_such_account() -> Problem {
    Problem::not_found("There is no such account.")
}

/// An API token, without its secret.
#[derive(Serialize, JsonSchema)]
struct Token {
    id: String,
    name: String,
    role: Role,
    flight: bool,
    /// Name of the account it belongs to.
    account: Option<String>,
    created_utc_ms: i64,
    last_used_utc_ms: Option<i64>,
    expires_utc_ms: Option<i64>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role,
            flight: row.flight,
            account: row.owner,
            created_utc_ms: row.created_utc_ms,
            last_used_utc_ms: row.last_used_utc_ms,
            expires_utc_ms: row.expires_utc_ms,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Tokens {
    tokens: Vec<Token>,
}

/// A token is its maker's; those made by link belong to nobody, and so to admins.
fn may_see(session: &Session, row: &TokenRow) -> bool {
    session.role == Role::Admin || (row.account.is_some() && row.account == session.account)
}

async fn tokens(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
) -> Answer<Answered<Tokens>> {
    let rows = hub.store.tokens().await?;
    let seen = rows.into_iter().filter(|row| may_see(&session, row));
    Ok(Answered(Tokens {
        tokens: seen.map(Token::from).collect(),
    }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddToken {
    name: String,
    /// Not above one's own.
    role: Role,
    #[serde(default)]
    flight: bool,
    /// How long it opens, 1 to 3660; for ever when absent.
    days: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct MadeToken {
    token: Token,
    /// Shown this once.
    secret: String,
}

async fn add_token(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    Json(body): Json<AddToken>,
) -> Answer<Created<MadeToken>> {
    if body.role > session.role || (body.flight && !session.flight) {
        return Err(Problem::forbidden(
            "A token cannot do more than the one who makes it.",
        ));
    }
    if body
        .days
        .is_some_and(|days| !(1..=LONGEST_TOKEN_DAYS).contains(&days))
    {
        return Err(Problem::invalid(format!(
            "A token opens for 1 to {LONGEST_TOKEN_DAYS} days, or for ever."
        )));
    }
    if hub.store.tokens().await?.len() >= MOST_SECRETS {
        return Err(too_many("tokens"));
    }
    let utc = hub.clocks.now().utc;
    let secret = Redacted::new(format!("skyhelm_{}", secret::random().expose()));
    let days = body
        .days
        .map(|days| Duration::from_hours(24 * u64::from(days)));
    let new = NewToken {
        id: secret::random_name(),
        name: plain_name(&body.name)?,
        hash: secret::hashed(secret.expose()),
        account: session.account.clone(),
        role: body.role,
        flight: body.flight,
        created_utc_ms: utc.millis(),
        expires_utc_ms: days.map(|days| (utc + days).millis()),
    };
    let id = new.id.clone();
    hub.store.add_token(new).await?;
    hub.sessions.reload_tokens().await?;
    let rows = hub.store.tokens().await?;
    let row = rows.into_iter().find(|row| row.id == id);
    let row = row.ok_or_else(|| Problem::not_found("The token is gone again."))?;
    Ok(Created(MadeToken {
        token: row.into(),
        secret: secret.into_inner(),
    }))
}

async fn remove_token(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
) -> Answer<NoContent> {
    let rows = hub.store.tokens().await?;
    let known = rows
        .iter()
        .any(|row| row.id == id && may_see(&session, row));
    if !known {
        return Err(Problem::not_found("There is no such token."));
    }
    hub.store.remove_token(id).await?;
    hub.sessions.reload_tokens().await?;
    Ok(NoContent)
}

fn too_many(what: &str) -> Problem {
    let why = format!("There are {MOST_SECRETS} {what} already.");
    let error = skyhelm_device::DeviceError::new(skyhelm_device::ErrorKind::Blocked, why);
    Problem::from(error).remedy("Remove those that nobody needs.")
}

/// A link that lets people look, without its word.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GuestLink")]
struct GuestLinkView {
    id: String,
    name: String,
    created_utc_ms: i64,
    expires_utc_ms: i64,
}

impl From<GuestLink> for GuestLinkView {
    fn from(link: GuestLink) -> Self {
        Self {
            id: link.id,
            name: link.name,
            created_utc_ms: link.created_utc_ms,
            expires_utc_ms: link.expires_utc_ms,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct GuestLinks {
    links: Vec<GuestLinkView>,
}

async fn guest_links(State(hub): State<Arc<Hub>>) -> Answer<Answered<GuestLinks>> {
    let utc_ms = hub.clocks.now().utc.millis();
    let links = hub.store.guest_links(utc_ms).await?;
    Ok(Answered(GuestLinks {
        links: links.into_iter().map(Into::into).collect(),
    }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddGuestLink {
    name: String,
    /// How long it opens, 1 to 720.
    hours: u32,
}

#[derive(Serialize, JsonSchema)]
struct MadeGuestLink {
    link: GuestLinkView,
    /// To be put behind the hub's address; shown this once.
    fragment: String,
}

async fn add_guest_link(
    State(hub): State<Arc<Hub>>,
    Json(body): Json<AddGuestLink>,
) -> Answer<Created<MadeGuestLink>> {
    if !(1..=LONGEST_GUEST_HOURS).contains(&body.hours) {
        return Err(Problem::invalid(format!(
            "A guest link opens for 1 to {LONGEST_GUEST_HOURS} hours."
        )));
    }
    let utc = hub.clocks.now().utc;
    if hub.store.guest_links(utc.millis()).await?.len() >= MOST_SECRETS {
        return Err(too_many("guest links"));
    }
    let word = secret::random();
    let link = GuestLink {
        id: secret::random_name(),
        name: plain_name(&body.name)?,
        created_utc_ms: utc.millis(),
        expires_utc_ms: (utc + Duration::from_hours(u64::from(body.hours))).millis(),
    };
    let hash = secret::hashed(word.expose());
    hub.store.add_guest_link(link.clone(), hash).await?;
    Ok(Created(MadeGuestLink {
        link: link.into(),
        fragment: format!("#guest={}", word.expose()),
    }))
}

async fn remove_guest_link(State(hub): State<Arc<Hub>>, At(id): At<String>) -> Answer<NoContent> {
    if !hub.store.remove_guest_link(id.clone()).await? {
        return Err(Problem::not_found("There is no such guest link."));
    }
    hub.sessions.end_guest_link(&id).await?;
    Ok(NoContent)
}
