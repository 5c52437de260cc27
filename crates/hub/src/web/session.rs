//! Signing in and out.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_device::ErrorKind;
use skyhelm_units::{Now, Redacted, RequestId};

use super::body::{Json, NoContent};
use super::door::Peer;
use super::problem::{Answer, Problem};
use super::route::{Route, delete, get, post};
use crate::accounts;
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::secret;
use crate::sign_in::{Means, Origin, Pauses, Role, Session};
use crate::store::{AccountChange, NewAudit};

/// Longer secrets are not even looked at.
const LONGEST_SECRET: usize = 1_024;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/session", None, "Who is signed in here, if anybody.", who).problems(&[500, 507]),
        post("/session", None, "Sign in.", sign_in)
            .json::<Who>(200)
            .problems(&[401, 429]),
        delete("/session", None, "Sign out.", sign_out).bare(204),
        post(
            "/session/password",
            Role::Viewer,
            "Change one's own password; one's other sessions end.",
            change_password,
        )
        .problems(&[409, 429]),
    ]
}

/// Who gives a command.
pub(super) type SignedIn = Extension<Session>;

/// One of: `token` (of the link the program prints), `name` and `password`, `guest` (of a guest link).
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    token: Option<String>,
    name: Option<String>,
    password: Option<String>,
    guest: Option<String>,
}

impl SignIn {
    /// Whether it is one of the three, and of a sane size.
    fn check(&self) -> Answer<()> {
        let words = [&self.token, &self.name, &self.password, &self.guest];
        let long = |word: &&Option<String>| word.as_ref().is_some_and(|w| w.len() > LONGEST_SECRET);
        if words.iter().any(long) {
            return Err(Problem::unauthenticated("No secret is that long."));
        }
        match words.map(Option::is_some) {
            [true, false, false, false]
            | [false, true, true, false]
            | [false, false, false, true] => Ok(()),
            _ => Err(no_way_in()),
        }
    }
}

fn no_way_in() -> Problem {
    Problem::invalid("Sign in with a `token`, with `name` and `password`, or with a `guest` word.")
}

/// Somebody, or nobody.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own on the wire"
)]
#[derive(Serialize, JsonSchema)]
pub(super) struct Who {
    signed_in: bool,
    name: Option<String>,
    account: Option<String>,
    role: Option<Role>,
    flight: bool,
    means: Option<Means>,
    expires_utc_ms: Option<i64>,
    /// Whether anybody can sign in by name.
    has_accounts: bool,
    /// Whether other machines can reach this hub.
    lan: bool,
}

impl Who {
    pub(super) async fn of(hub: &Hub, session: Option<&Session>) -> Answer<Self> {
        let (has_accounts, _) = hub.store.who_can_sign_in().await?;
        Ok(Self {
            signed_in: session.is_some(),
            name: session.map(|session| session.name.clone()),
            account: session.and_then(|session| session.account.clone()),
            role: session.map(|session| session.role),
            flight: session.is_some_and(|session| session.flight),
            means: session.map(|session| session.means),
            expires_utc_ms: session.and_then(|session| session.expires_utc_ms),
            has_accounts,
            lan: hub.names.lan(),
        })
    }
}

/// Cookies know no ports, so each hub of a machine has a name of its own.
fn cookie_name(hub: &Hub) -> String {
    format!("skyhelm_session_{}", hub.station.port)
}

/// The session's secret among a request's cookies.
pub(super) fn cookie_of<'a>(headers: &'a HeaderMap, hub: &Hub) -> Option<&'a str> {
    let name = cookie_name(hub);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| {
            let (key, value) = cookie.trim().split_once('=')?;
            (key == name).then_some(value)
        })
}

async fn who(
    State(hub): State<Arc<Hub>>,
    session: Option<Extension<Session>>,
) -> Answer<axum::Json<Who>> {
    let session = session.map(|Extension(session)| session);
    Ok(axum::Json(Who::of(&hub, session.as_ref()).await?))
}

async fn sign_in(
    State(hub): State<Arc<Hub>>,
    Extension(Peer(peer)): Extension<Peer>,
    Extension(request): Extension<RequestId>,
    Json(body): Json<SignIn>,
) -> Answer<Response> {
    let now = hub.clocks.now();
    let address = peer.to_string();
    let name = body.name.clone();
    let keys = Pauses::keys(&address, name.as_deref());
    if let Some(wait) = hub.pauses.wait(now.mono, &keys) {
        return Err(Problem::too_many(wait));
    }
    body.check()?;
    // Counted before it is known to be wrong: many at once are no way around the pause.
    hub.pauses.wrong(now.mono, &address, name.as_deref());
    let opened = open(&hub, now, body, peer.is_loopback()).await;
    let mut line = NewAudit {
        utc_ms: now.utc.millis(),
        who: name.unwrap_or_default().chars().take(64).collect(),
        role: None,
        means: None,
        device: None,
        action: String::from("POST /session"),
        details: Some(serde_json::json!({ "from": address }).to_string()),
        status: 200,
        outcome: String::from("taken"),
        request_id: request.as_str().to_owned(),
        delay_ms: None,
    };
    match opened {
        Ok((cookie, session)) => {
            line.who.clone_from(&session.name);
            line.role = Some(session.role.word());
            line.means = Some(session.means.word());
            hub.audit(line).await;
            hub.pauses.right(&address, &session.name);
            welcome(&hub, now, &cookie, &session).await
        }
        Err(problem) => {
            line.status = problem.status().as_u16();
            problem.detail().clone_into(&mut line.outcome);
            hub.audit(line).await;
            Err(problem)
        }
    }
}

type Opened = (Redacted<String>, Session);

async fn open(hub: &Hub, now: Now, body: SignIn, from_here: bool) -> Answer<Opened> {
    match (body.token, body.name, body.password, body.guest) {
        (Some(token), None, None, None) => by_link(hub, now, &token, from_here).await,
        (None, Some(name), Some(password), None) => {
            by_password(hub, now, name, Redacted::new(password)).await
        }
        (None, None, None, Some(guest)) => by_guest_link(hub, now, &guest).await,
        _ => Err(no_way_in()),
    }
}

async fn by_link(hub: &Hub, now: Now, token: &str, from_here: bool) -> Answer<Opened> {
    if !from_here {
        return Err(Problem::unauthenticated(
            "The program's own link signs in on its own machine only.",
        )
        .remedy("Sign in by name and password."));
    }
    if !hub.tokens.redeem(now.mono, token) {
        return Err(Problem::unauthenticated(
            "This sign-in link was used before, or is older than ten minutes.",
        )
        .remedy("Have the program print a new link."));
    }
    Ok(hub.sessions.open(now, Origin::Link).await?)
}

async fn by_password(
    hub: &Hub,
    now: Now,
    name: String,
    password: Redacted<String>,
) -> Answer<Opened> {
    let account = hub.store.account_named(name.trim().to_owned()).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let fits = hub.passwords.fits(password, hash).await?;
    let account = account.filter(|account| fits && !account.disabled);
    let account = account.ok_or_else(|| {
        Problem::unauthenticated("Name and password do not belong together.")
            .remedy("Try again, or ask an admin for a new password.")
    })?;
    let utc_ms = now.utc.millis();
    hub.store.account_seen(account.id.clone(), utc_ms).await?;
    Ok(hub.sessions.open(now, Origin::Account(&account)).await?)
}

async fn by_guest_link(hub: &Hub, now: Now, word: &str) -> Answer<Opened> {
    let hash = secret::hashed(word);
    let link = hub.store.guest_link(hash, now.utc.millis()).await?;
    let link = link.ok_or_else(|| {
        Problem::unauthenticated("This guest link has expired, or was withdrawn.")
            .remedy("Ask for a new one.")
    })?;
    Ok(hub.sessions.open(now, Origin::Guest(&link)).await?)
}

async fn welcome(
    hub: &Hub,
    now: Now,
    cookie: &Redacted<String>,
    session: &Session,
) -> Answer<Response> {
    let ends = session.expires_utc_ms.unwrap_or_default();
    let cookie = format!(
        "{}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}",
        cookie_name(hub),
        cookie.expose(),
        (ends - now.utc.millis()).max(0) / 1_000
    );
    let who = Who::of(hub, Some(session)).await?;
    let set = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((set, axum::Json(who)).into_response())
}

async fn sign_out(
    State(hub): State<Arc<Hub>>,
    session: Option<Extension<Session>>,
    headers: HeaderMap,
) -> Answer<Response> {
    if let Some(Extension(session)) = session {
        give_leases_back(&hub, &session);
    }
    if let Some(cookie) = cookie_of(&headers, &hub) {
        hub.sessions.end(cookie).await?;
    }
    let gone = format!(
        "{}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0",
        cookie_name(&hub)
    );
    let unset = AppendHeaders([(header::SET_COOKIE, gone)]);
    Ok((StatusCode::NO_CONTENT, unset).into_response())
}

/// Whoever leaves holds nothing up.
fn give_leases_back(hub: &Hub, session: &Session) {
    for member in hub.registry.members() {
        if member.gate.release_lease(&session.lease) {
            let id = member.gate.id().as_str().to_owned();
            hub.announce(HubEvent::Device(id));
        }
    }
}

/// One's own password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    current: String,
    new: String,
}

async fn change_password(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    Json(body): Json<NewPassword>,
) -> Answer<NoContent> {
    let now = hub.clocks.now().mono;
    let account = match session.account.clone() {
        Some(id) if session.means == Means::Password => hub.store.account(id).await?,
        _ => None,
    };
    let account = account.ok_or_else(|| {
        let why = "Whoever came without a password has none to change.";
        Problem::new(StatusCode::CONFLICT, ErrorKind::Blocked, why)
    })?;
    let keys = Pauses::keys(&account.id, None);
    if let Some(wait) = hub.pauses.wait(now, &keys) {
        return Err(Problem::too_many(wait));
    }
    let (current, new) = (Redacted::new(body.current), Redacted::new(body.new));
    accounts::check_password(&new)?;
    let known = Some(account.password.clone());
    if !hub.passwords.fits(current, known).await? {
        hub.pauses.wrong(now, &account.id, None);
        return Err(Problem::forbidden("That is not the present password."));
    }
    let change = AccountChange {
        password: Some(hub.passwords.hash(new).await?),
        ..AccountChange::default()
    };
    hub.store.change_account(account.id.clone(), change).await?;
    let but = Some(&session.lease);
    hub.sessions.end_account(&account.id, but).await?;
    Ok(NoContent)
}
