//! What stands before each route: whether the caller's role suffices, and the line in the audit.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use skyhelm_device::ErrorKind;
use skyhelm_units::RequestId;

use super::problem::Problem;
use crate::hub::Hub;
use crate::secret;
use crate::sign_in::{Role, Session};
use crate::store::NewAudit;

/// Longest details kept of a request.
const LONGEST_DETAILS: usize = 2_000;
/// Values under these names are secrets, or hold one.
const SECRETS: [&str; 6] = ["password", "current", "new", "token", "guest", "secret"];

/// What a route asks of its callers.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) hub: Arc<Hub>,
    pub(super) needs: Option<Role>,
    pub(super) flies: bool,
    pub(super) changes: bool,
    pub(super) method: Method,
    pub(super) path: &'static str,
}

/// Lets a request through to its handler, or says why not; and notes who changed what.
pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let id = request.extensions().get::<RequestId>().cloned();
    let device = device_of(guard.path, request.uri().path());
    let admitted =
        admit(guard.needs, session.as_ref()).and_then(|()| guard.may_fly(session.as_ref()));
    if let Err(problem) = admitted {
        if session.is_some() {
            let line = line(&guard, session.as_ref(), id.as_ref(), device, None);
            note(&guard.hub, line, &problem).await;
        }
        return problem.into_response();
    }
    if !guard.changes {
        return next.run(request).await;
    }
    let (request, details) = match read_body(request).await {
        Ok(read) => read,
        Err(problem) => return problem.into_response(),
    };
    let begun = guard.hub.clocks.now().mono;
    let response = next.run(request).await;
    // Signing in notes itself: only it knows who it was.
    if guard.needs.is_some() && !guard.is_a_repeated_push(session.as_ref(), device.as_deref()) {
        let mut line = line(&guard, session.as_ref(), id.as_ref(), device, details);
        let delay = guard.hub.clocks.now().mono.since(begun);
        line.delay_ms = i64::try_from(delay.as_millis()).ok();
        line.status = response.status().as_u16();
        if let Some(problem) = response.extensions().get::<Problem>() {
            problem.detail().clone_into(&mut line.outcome);
        }
        guard.hub.audit(line).await;
    }
    response
}

impl Guard {
    /// The right to fly stands beside the role: an admin has it only when given.
    fn may_fly(&self, session: Option<&Session>) -> Result<(), Problem> {
        if !self.flies || session.is_some_and(|session| session.flight) {
            return Ok(());
        }
        let name = session.map_or("nobody", |session| &session.name);
        Err(Problem::forbidden(format!(
            "That needs the right to fly, and {name} has not got it."
        ))
        .remedy("An admin gives it, with the account."))
    }

    /// A stick is pushed, and a gimbal dragged, several times a second: the beginning is worth a line,
    /// not each push.
    fn is_a_repeated_push(&self, session: Option<&Session>, device: Option<&str>) -> bool {
        if !(self.path.ends_with("/mount/joystick") || self.path.ends_with("/gimbal/rate")) {
            return false;
        }
        let who = session.map_or("", |session| session.lease.as_str());
        let now = self.hub.clocks.now().mono;
        self.hub
            .pushes
            .repeats(now, who, device.unwrap_or_default())
    }
}

/// Whether somebody may use a route.
pub(super) fn admit(needs: Option<Role>, session: Option<&Session>) -> Result<(), Problem> {
    match (needs, session) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(Problem::signed_out()),
        (Some(needs), Some(session)) if session.role >= needs => Ok(()),
        (Some(needs), Some(session)) => Err(Problem::forbidden(format!(
            "That needs the role {needs}, and {} is a {}.",
            session.name, session.role
        ))),
    }
}

/// The device's id, where the route has one.
fn device_of(route: &str, path: &str) -> Option<String> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    route.starts_with("/devices/{id}").then(|| {
        let id = path.split('/').nth(2).unwrap_or_default();
        id.chars().take(80).collect()
    })
}

/// Reads a small JSON body, and gives the request back with it.
async fn read_body(request: Request) -> Result<(Request, Option<String>), Problem> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, super::BODY_LIMIT).await.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::Invalid,
            format!("A request carries at most {} bytes.", super::BODY_LIMIT),
        )
    })?;
    let details = serde_json::from_slice::<Value>(&bytes)
        .ok()
        .map(|mut value| {
            secret::hide(&mut value, is_secret);
            let mut text = value.to_string();
            if text.len() > LONGEST_DETAILS {
                text = String::from("\"too long to keep\"");
            }
            text
        });
    Ok((Request::from_parts(parts, Body::from(bytes)), details))
}

fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name)
}

fn line(
    guard: &Guard,
    session: Option<&Session>,
    request: Option<&RequestId>,
    device: Option<String>,
    details: Option<String>,
) -> NewAudit {
    NewAudit {
        utc_ms: guard.hub.clocks.now().utc.millis(),
        who: session.map_or_else(String::new, |session| session.name.clone()),
        role: session.map(|session| session.role.word()),
        means: session.map(|session| session.means.word()),
        device,
        action: format!("{} {}", guard.method, guard.path),
        details,
        status: 0,
        outcome: String::from("taken"),
        request_id: request.map_or_else(String::new, |id| id.as_str().to_owned()),
        delay_ms: None,
    }
}

async fn note(hub: &Hub, mut line: NewAudit, problem: &Problem) {
    line.status = problem.status().as_u16();
    problem.detail().clone_into(&mut line.outcome);
    hub.audit(line).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_kept_in_details() {
        let mut value = serde_json::json!({
            "name": "Ada", "password": "a", "deep": [{"token": "b", "new": {"x": "c"}}]
        });
        secret::hide(&mut value, is_secret);
        assert_eq!(
            value.to_string(),
            r#"{"deep":[{"new":"hidden","token":"hidden"}],"name":"Ada","password":"hidden"}"#
        );
    }

    #[test]
    fn the_device_is_read_from_the_path() {
        let of = |path| device_of("/devices/{id}/stop", path);
        assert_eq!(of("/api/v1/devices/toy-a/stop").as_deref(), Some("toy-a"));
        assert_eq!(of("/devices/toy-a/stop").as_deref(), Some("toy-a"));
        assert_eq!(device_of("/library/{id}", "/library/x"), None);
    }
}
