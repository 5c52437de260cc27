//! What every request passes: a name for the log, the checks against foreign pages, the session, a
//! time limit; and on the way out the headers that keep the page to itself.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use skyhelm_device::ErrorKind;
use skyhelm_units::RequestId;
use tracing::Instrument as _;

use super::problem::Problem;
use super::session::cookie_of;
use crate::hub::Hub;
use crate::secret;
use crate::sign_in::Way;

/// The address a request came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The longest any answer may take to begin; a family's look at an address takes the longest.
const ANSWER_TIME: Duration = Duration::from_secs(40);

const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; \
media-src 'self' blob:; \
style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; \
form-action 'self'; frame-ancestors 'none'";

/// Lets a request in, or says why not.
pub(super) async fn door(
    State(hub): State<Arc<Hub>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::new(secret::random_name());
    let span = tracing::info_span!("request", rid = %id, method = %request.method(), path = request.uri().path());
    request.extensions_mut().insert(id.clone());
    let answer = async {
        match admit(&hub, &mut request) {
            Ok(()) => tokio::time::timeout(ANSWER_TIME, next.run(request))
                .await
                .unwrap_or_else(|_| too_long().into_response()),
            Err(problem) => problem.into_response(),
        }
    };
    let answer = answer.instrument(span.clone()).await;
    let _entered = span.entered();
    tracing::debug!(status = answer.status().as_u16(), "answered");
    dressed(answer, &id, &policy(&hub))
}

fn admit(hub: &Arc<Hub>, request: &mut Request) -> Result<(), Problem> {
    let host = host_of(request);
    if !host.is_some_and(|host| hub.names.answers_to(host)) {
        // Another name that leads here is a foreign page's trick (DNS rebinding).
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            ErrorKind::Invalid,
            "This hub does not answer to that name.",
        )
        .remedy("Use its address in numbers, or add the name to `names` in its configuration."));
    }
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let now = hub.clocks.now();
    // A browser never sends a token by itself, so no foreign page can abuse one.
    let found = if let Some(secret) = bearer_of(request.headers()) {
        hub.sessions.find(now, secret, Way::Bearer)
    } else {
        check_origin(request, changes, host)?;
        let cookie = cookie_of(request.headers(), hub);
        cookie.and_then(|cookie| hub.sessions.find(now, cookie, Way::Cookie))
    };
    if let Some((session, note)) = found {
        request.extensions_mut().insert(session);
        if let Some(token) = note {
            let store = hub.store.clone();
            hub.tasks.spawn(async move {
                if let Err(error) = store.token_used(token, now.utc.millis()).await {
                    tracing::warn!(%error, "a token's use was not noted");
                }
            });
        }
    }
    Ok(())
}

/// A request that comes with a browser's cookie must come from the hub's own page.
fn check_origin(request: &Request, changes: bool, host: Option<&str>) -> Result<(), Problem> {
    if changes && request.headers().get("x-skyhelm").is_none_or(|v| v != "1") {
        return Err(foreign(
            "A request that changes something must carry `X-Skyhelm: 1`.",
        ));
    }
    let sensitive = changes || request.uri().path() == "/api/v1/events";
    if sensitive && !same_origin(request.headers(), host) {
        return Err(foreign("A page of another origin may not do this."));
    }
    Ok(())
}

fn bearer_of(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn foreign(message: &str) -> Problem {
    Problem::forbidden(message)
}

fn too_long() -> Problem {
    Problem::new(
        StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::TimedOut,
        format!("There was no answer within {} s.", ANSWER_TIME.as_secs()),
    )
}

fn host_of(request: &Request) -> Option<&str> {
    let named = request.headers().get_all(header::HOST);
    let mut named = named.iter();
    match (named.next(), named.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// A browser names the page's origin with each request that changes something; programs do not.
fn same_origin(headers: &HeaderMap, host: Option<&str>) -> bool {
    match headers.get(header::ORIGIN) {
        None => true,
        Some(origin) => origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|origin| host == Some(origin)),
    }
}

/// What a page may load, and from where: another host only when an admin named it for tiles.
fn policy(hub: &Hub) -> HeaderValue {
    let own = HeaderValue::from_static(CONTENT_POLICY);
    let Some(origin) = hub.settings.now().tiles.origin() else {
        return own;
    };
    let wider = format!("data: blob: {origin}; connect-src 'self' {origin};");
    HeaderValue::from_str(&CONTENT_POLICY.replace("data: blob:;", &wider)).unwrap_or(own)
}

fn dressed(mut answer: Response, id: &RequestId, policy: &HeaderValue) -> Response {
    if let Some(problem) = answer.extensions_mut().remove::<Problem>() {
        answer = problem.response(id);
    }
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert("x-request-id", id);
    }
    answer
}
