//! Errors as RFC 9457 problems.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Extension, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_units::RequestId;

use crate::HubError;
use crate::sign_in::Session;

/// An error on its way to a peer. The door writes it, since only the door knows the request's id.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    error: Box<DeviceError>,
    /// A kind that only the web knows, in place of the error's.
    kind: Option<&'static str>,
    retry_after_s: Option<u64>,
}

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Problem>;

/// What went wrong, as RFC 9457 has it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct ProblemBody<'a> {
    /// Always `about:blank`.
    r#type: &'static str,
    /// The kind in words.
    title: String,
    status: u16,
    /// One sentence: what happened.
    detail: &'a str,
    /// One sentence: what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
    /// `sun_guard`, `no_lease`, `forbidden`, ...
    kind: String,
    /// The command it happened to, as the device's protocol names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    /// The device's own code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    /// Names the request in the log.
    request_id: &'a str,
}

impl Problem {
    /// A problem with a status of its own.
    pub(crate) fn new(status: StatusCode, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            status,
            error: Box::new(DeviceError::new(kind, message)),
            kind: None,
            retry_after_s: None,
        }
    }

    /// Nobody is signed in.
    pub(crate) fn signed_out() -> Self {
        Self::unauthenticated("Nobody is signed in here.")
            .remedy("Sign in, or open the link the program printed.")
    }

    /// That does not open anything.
    pub(crate) fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ErrorKind::NoLease, message).kind("unauthenticated")
    }

    /// Whoever asks may not do this.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorKind::NoLease, message).kind("forbidden")
    }

    /// Whoever asks must wait first.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let message = format!("There were too many wrong answers; wait {seconds} s.");
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self {
            retry_after_s: Some(seconds),
            ..Self::new(status, ErrorKind::Blocked, message).kind("too_many")
        }
    }

    fn kind(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence that says what happened.
    pub(super) fn detail(&self) -> &str {
        &self.error.message
    }

    /// A request that makes no sense.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        DeviceError::new(ErrorKind::Invalid, message).into()
    }

    /// There is no such thing.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        DeviceError::new(ErrorKind::NotFound, message).into()
    }

    /// With what to do about it.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.error.remedy = Some(remedy.into());
        self
    }

    /// As JSON, for the peer.
    pub(crate) fn json(&self, request: &RequestId) -> serde_json::Value {
        let error = &self.error;
        let kind = self.kind.map_or_else(|| word(error.kind), str::to_owned);
        let body = ProblemBody {
            r#type: "about:blank",
            title: kind.replace('_', " "),
            status: self.status.as_u16(),
            detail: &error.message,
            remedy: error.remedy.as_deref(),
            kind,
            command: error.command.as_deref(),
            code: error.code,
            request_id: request.as_str(),
        };
        serde_json::to_value(body).unwrap_or_default()
    }

    /// The whole answer.
    pub(crate) fn response(&self, request: &RequestId) -> Response {
        let mut response =
            (self.status, Body::from(self.json(request).to_string())).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_s {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        response
    }
}

/// The kind as programs read it: `sun_guard`.
fn word(kind: ErrorKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::NoLease
        | ErrorKind::NoControl
        | ErrorKind::Blocked
        | ErrorKind::SunGuard
        | ErrorKind::OutOfReach
        | ErrorKind::Cancelled => StatusCode::CONFLICT,
        ErrorKind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unreachable | ErrorKind::Protocol => StatusCode::BAD_GATEWAY,
        ErrorKind::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::Storage => StatusCode::INSUFFICIENT_STORAGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<DeviceError> for Problem {
    fn from(error: DeviceError) -> Self {
        Self {
            status: status_of(error.kind),
            error: Box::new(error),
            kind: None,
            retry_after_s: None,
        }
    }
}

impl From<HubError> for Problem {
    fn from(error: HubError) -> Self {
        let conflict = matches!(error, HubError::NameTaken(_));
        let problem = Self::from(DeviceError::from(error));
        if conflict {
            let status = StatusCode::CONFLICT;
            return Self { status, ..problem }.kind("conflict");
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Strangers are not told which routes there are.
pub(super) async fn no_such_route(session: Option<Extension<Session>>) -> Problem {
    match session {
        Some(_) => Problem::not_found("There is nothing at this address."),
        None => Problem::signed_out(),
    }
}

pub(super) async fn wrong_method(request: Request) -> Problem {
    let stranger = request.extensions().get::<Session>().is_none();
    if stranger && request.uri().path().starts_with("/api/") {
        return Problem::signed_out();
    }
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::Invalid,
        "This address does not take that method.",
    )
}
