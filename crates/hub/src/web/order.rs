//! One command, from a person to a device.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Serialize;
use skyhelm_device::{Accepted, DeviceError, Envelope, ErrorKind, Gated, Take};
use skyhelm_units::RequestId;
use tracing::Instrument as _;

use super::problem::{Answer, Problem};
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::registry::Member;
use crate::sign_in::Session;

/// How long a device may take to say whether it takes a command.
const COMMAND_TIME: Duration = Duration::from_secs(20);

/// One person's wish to command one device.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) hub: Arc<Hub>,
    pub(super) session: Session,
    pub(super) request: RequestId,
}

/// What a taken command is answered with.
#[derive(Debug, Serialize)]
pub(super) struct Taken {
    job: Option<String>,
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
    /// Gives a command, taking or renewing the lease it needs.
    pub(super) async fn give<C: Gated>(
        &self,
        member: &Member,
        command: C,
    ) -> Result<Accepted, DeviceError> {
        let now = self.hub.clocks.now().mono;
        let id = member.gate.id();
        if command.needs_lease() {
            let before = member.gate.lease(now).map(|lease| lease.id);
            let lease = self.session.lease.clone();
            member
                .gate
                .take_lease(now, lease, &self.session.name, Take::IfFree)?;
            if before.as_ref() != Some(&self.session.lease) {
                self.hub.announce(HubEvent::Device(id.as_str().to_owned()));
            }
        }
        let span = tracing::info_span!("device", %id);
        span.in_scope(|| tracing::debug!(?command, rid = %self.request, "asked"));
        let reply = member.gate.submit(
            now,
            Envelope {
                lease: Some(self.session.lease.clone()),
                request_id: self.request.clone(),
                deadline: now + COMMAND_TIME,
                command,
            },
        );
        // A driver that forgets its deadline must not hold the peer.
        tokio::time::timeout(COMMAND_TIME + Duration::from_secs(1), reply)
            .instrument(span)
            .await
            .unwrap_or_else(|_| {
                Err(DeviceError::new(
                    ErrorKind::TimedOut,
                    "The device did not say whether it takes the command.",
                ))
            })
    }

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
