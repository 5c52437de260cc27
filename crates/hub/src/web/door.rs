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
use super::session::{cookie_of, is_session_route};
use crate::hub::Hub;
use crate::secret;

/// The longest any answer may take to begin; a family's look at an address takes the longest.
const ANSWER_TIME: Duration = Duration::from_secs(40);

const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; \
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
    dressed(answer, &id)
}

fn admit(hub: &Hub, request: &mut Request) -> Result<(), Problem> {
    let host = host_of(request);
    if !host.is_some_and(is_loopback_name) {
        // Another name that leads here is a foreign page's trick (DNS rebinding).
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            ErrorKind::Invalid,
            "This hub answers to the names of this machine only.",
        )
        .remedy("Use http://127.0.0.1 or http://localhost with the hub's port."));
    }
    let path = request.uri().path();
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if changes && request.headers().get("x-skyhelm").is_none_or(|v| v != "1") {
        return Err(foreign(
            "A request that changes something must carry `X-Skyhelm: 1`.",
        ));
    }
    if (changes || path == "/api/v1/events") && !same_origin(request.headers(), host) {
        return Err(foreign("A page of another origin may not do this."));
    }
    if !path.starts_with("/api/") || is_session_route(path) {
        return Ok(());
    }
    let session = cookie_of(request.headers(), hub)
        .and_then(|cookie| hub.sessions.find(hub.clocks.now(), cookie));
    match session {
        Some(session) => {
            request.extensions_mut().insert(session);
            Ok(())
        }
        None => Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            ErrorKind::NoLease,
            "Nobody is signed in here.",
        )
        .remedy("Open the link the program printed, or have it print a new one.")),
    }
}

fn foreign(message: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, ErrorKind::Invalid, message)
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

/// Whether a `Host` names this machine; the port does not matter, for a tunnel changes it.
fn is_loopback_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
    name.eq_ignore_ascii_case("localhost")
        || bare
            .unwrap_or(name)
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
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

fn dressed(mut answer: Response, id: &RequestId) -> Response {
    if let Some(problem) = answer.extensions_mut().remove::<Problem>() {
        answer = problem.response(id);
    }
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert("x-request-id", id);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for good in [
            "127.0.0.1:8484",
            "localhost",
            "LOCALHOST:1",
            "[::1]:80",
            "127.8.8.8",
        ] {
            assert!(is_loopback_name(good), "{good}");
        }
        for bad in [
            "evil.example:8484",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "",
            ":80",
            "[::2]",
        ] {
            assert!(!is_loopback_name(bad), "{bad}");
        }
    }
}
