//! What a request carries, checked before a handler sees it.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use skyhelm_device::ErrorKind;
use skyhelm_units::{Equatorial, J2000};

use super::problem::{Answer, Problem};

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(bad_body(&rejection)),
        }
    }
}

/// 204: done, and nothing to say about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// 201: something was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Created<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, axum::Json(self.0)).into_response()
    }
}

/// A JSON body that may be left out.
pub(super) struct JsonOrNothing<T>(pub(super) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for JsonOrNothing<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(Self(T::default()));
        }
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

fn bad_body(rejection: &JsonRejection) -> Problem {
    match rejection.status() {
        // Which of the two 4xx a bad body gets is of no use to a peer.
        StatusCode::UNPROCESSABLE_ENTITY => Problem::invalid(rejection.body_text()),
        status => Problem::new(status, ErrorKind::Invalid, rejection.body_text()),
    }
}

/// What the address says after `?`.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => {
                let rejection: QueryRejection = rejection;
                Err(Problem::invalid(rejection.body_text()))
            }
        }
    }
}

/// The parts of the address itself.
pub(super) struct At<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(at)) => Ok(Self(at)),
            Err(rejection) => {
                let rejection: PathRejection = rejection;
                Err(Problem::not_found(rejection.body_text()))
            }
        }
    }
}

/// A place in the sky, its numbers within their ranges: an hour angle or degrees by mistake must not
/// turn a telescope.
pub(super) fn j2000(ra_hours: f64, dec_degrees: f64) -> Answer<Equatorial<J2000>> {
    if !(0.0..=24.0).contains(&ra_hours) {
        return Err(Problem::invalid(format!(
            "A right ascension goes from 0 to 24 hours, not to {ra_hours}."
        )));
    }
    Equatorial::from_hours_degrees(ra_hours, dec_degrees)
        .map_err(|error| Problem::invalid(error.to_string()))
}
