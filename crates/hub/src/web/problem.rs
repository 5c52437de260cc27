//! Errors as RFC 9457 problems.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_units::RequestId;

use crate::HubError;

/// An error on its way to a peer. The door writes it, since only the door knows the request's id.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    error: DeviceError,
}

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Problem>;

#[derive(Serialize)]
struct ProblemBody<'a> {
    r#type: &'static str,
    title: String,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
    kind: ErrorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    request_id: &'a str,
}

impl Problem {
    /// A problem with a status of its own.
    pub(crate) fn new(status: StatusCode, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            status,
            error: DeviceError::new(kind, message),
        }
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
        self.error = self.error.remedy(remedy);
        self
    }

    /// As JSON, for the peer.
    pub(crate) fn json(&self, request: &RequestId) -> serde_json::Value {
        let error = &self.error;
        let body = ProblemBody {
            r#type: "about:blank",
            title: title(error.kind),
            status: self.status.as_u16(),
            detail: &error.message,
            remedy: error.remedy.as_deref(),
            kind: error.kind,
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
        response
    }
}

/// The kind in words: `sun guard`.
fn title(kind: ErrorKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|word| word.as_str().map(|word| word.replace('_', " ")))
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
            error,
        }
    }
}

impl From<HubError> for Problem {
    fn from(error: HubError) -> Self {
        DeviceError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub(super) async fn no_such_route() -> Problem {
    Problem::not_found("There is nothing at this address.")
}

pub(super) async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::Invalid,
        "This address does not take that method.",
    )
}
