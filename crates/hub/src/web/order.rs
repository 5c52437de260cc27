//! An order as a request brings it, and the answer every command gets.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::Serialize;
use skyhelm_device::{Accepted, DeviceError, ErrorKind, Gated};
use skyhelm_units::RequestId;

use super::problem::{Answer, Problem};
use crate::hub::Hub;
use crate::order::Order;
use crate::sign_in::Session;

/// What a taken command is answered with.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Taken {
    /// The job that carries it out, when it takes time.
    job: Option<String>,
    /// Names the request in the log.
    request_id: String,
}

/// 202 with a job, if there is one.
pub(super) type TakenAnswer = (StatusCode, axum::Json<Taken>);

impl FromRequestParts<Arc<Hub>> for Order {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Problem> {
        let session = parts.extensions.get::<Session>().cloned();
        let request = parts.extensions.get::<RequestId>().cloned();
        match (session, request) {
            (Some(session), Some(request)) => Ok(Self {
                hub: hub.clone(),
                session,
                request,
            }),
            _ => Err(DeviceError::new(ErrorKind::Internal, "The request passed no door.").into()),
        }
    }
}

impl Order {
    /// Gives a command to a device by its id, and answers as every command is answered.
    pub(super) async fn answer<C: Gated>(&self, id: &str, command: C) -> Answer<TakenAnswer> {
        let member = self.hub.registry.member(id)?;
        let accepted = self.give(&member, command).await?;
        Ok(self.taken(accepted))
    }

    pub(super) fn taken(&self, accepted: Accepted) -> TakenAnswer {
        let taken = Taken {
            job: accepted.job.map(|job| job.as_str().to_owned()),
            request_id: self.request.as_str().to_owned(),
        };
        (StatusCode::ACCEPTED, axum::Json(taken))
    }
}
