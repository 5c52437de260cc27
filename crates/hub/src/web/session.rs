//! Signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use axum::{Router, extract::Extension};
use serde::{Deserialize, Serialize};
use skyhelm_device::ErrorKind;

use super::body::Json;
use super::problem::{Answer, Problem};
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::sign_in::{SESSION_LIFE, Session};

/// Longer tokens are not even looked at.
const LONGEST_TOKEN: usize = 128;

pub(super) fn routes() -> Router<Arc<Hub>> {
    Router::new().route("/session", get(who).post(sign_in).delete(sign_out))
}

/// Whether a path is the one that is open to all.
pub(super) fn is_session_route(path: &str) -> bool {
    path == "/api/v1/session"
}

/// Who gives a command.
pub(super) type SignedIn = Extension<Session>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    token: String,
}

#[derive(Serialize)]
struct Who {
    signed_in: bool,
    name: Option<String>,
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

async fn who(State(hub): State<Arc<Hub>>, headers: HeaderMap) -> axum::Json<Who> {
    let session =
        cookie_of(&headers, &hub).and_then(|cookie| hub.sessions.find(hub.clocks.now(), cookie));
    axum::Json(Who {
        signed_in: session.is_some(),
        name: session.map(|session| session.name),
    })
}

async fn sign_in(
    State(hub): State<Arc<Hub>>,
    Json(body): Json<SignIn>,
) -> Answer<impl IntoResponse> {
    let now = hub.clocks.now();
    if body.token.len() > LONGEST_TOKEN || !hub.tokens.redeem(now.mono, &body.token) {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            ErrorKind::NoLease,
            "This sign-in link was used before, or is older than ten minutes.",
        )
        .remedy("Have the program print a new link."));
    }
    let (cookie, session) = hub.sessions.open(now).await?;
    let cookie = format!(
        "{}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}",
        cookie_name(&hub),
        cookie.expose(),
        SESSION_LIFE.as_secs()
    );
    let who = Who {
        signed_in: true,
        name: Some(session.name),
    };
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        axum::Json(who),
    ))
}

async fn sign_out(State(hub): State<Arc<Hub>>, headers: HeaderMap) -> Answer<impl IntoResponse> {
    if let Some(cookie) = cookie_of(&headers, &hub) {
        if let Some(session) = hub.sessions.find(hub.clocks.now(), cookie) {
            give_leases_back(&hub, &session);
        }
        hub.sessions.end(cookie).await?;
    }
    let gone = format!(
        "{}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0",
        cookie_name(&hub)
    );
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, gone)]),
    ))
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
