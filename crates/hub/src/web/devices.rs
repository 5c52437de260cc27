//! Devices: which there are, adding and removing them, who may command them.

use std::sync::Arc;

use axum::extract::{Extension, State};
use schemars::JsonSchema;
use serde::Deserialize;
use skyhelm_device::{DeviceError, ErrorKind, Found, Severity, SolarFilter, Take};

use super::body::{At, Json, JsonOrNothing, NoContent};
use super::problem::{Answer, Problem};
use super::route::{Route, delete, get, patch, post};
use super::session::SignedIn;
use crate::accounts::plain_name;
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::registry::{self, DeviceView, LeaseView};
use crate::sign_in::{Role, Session};

/// Longer addresses name nothing.
const LONGEST_ADDRESS: usize = 255;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/devices",
            Role::Guest,
            "Every device of the station.",
            list,
        ),
        post(
            "/devices",
            Role::Operator,
            "Add a device by its address.",
            add,
        )
        .problems(OF_A_FAMILY),
        post(
            "/devices/probe",
            Role::Operator,
            "Look what answers at an address; changes nothing.",
            probe,
        )
        .problems(OF_A_FAMILY),
        get("/devices/{id}", Role::Guest, "One device.", one),
        patch("/devices/{id}", Role::Operator, "Name a device.", rename),
        delete("/devices/{id}", Role::Operator, "Forget a device.", remove).problems(OF_A_FAMILY),
        post(
            "/devices/{id}/lease",
            Role::Operator,
            "Take, or renew, the right to command a device.",
            take_lease,
        )
        .problems(OUT_OF_REACH),
        delete(
            "/devices/{id}/lease",
            Role::Operator,
            "Give the right to command a device back.",
            release_lease,
        )
        .problems(OUT_OF_REACH),
        post(
            "/devices/{id}/lease/hand-over",
            Role::Operator,
            "Give the right to command a device to somebody whose page is open.",
            hand_over,
        )
        .problems(OUT_OF_REACH),
        post(
            "/devices/{id}/solar-filter",
            Role::Operator,
            "Say whether the solar filter is on the lens.",
            solar_filter,
        )
        .problems(OUT_OF_REACH),
    ]
}

/// What a family may say of an address.
const OF_A_FAMILY: &[u16] = &[404, 409, 422, 502, 504];
/// A lease is another's, or the device has not answered since the start.
const OUT_OF_REACH: &[u16] = &[409, 502];

/// Every device as one session sees it.
pub(super) fn views(hub: &Hub, session: &Session) -> Vec<DeviceView> {
    let now = hub.clocks.now();
    let present = hub.registry.members();
    let absent = hub.registry.absent();
    present
        .iter()
        .map(|member| member.view(session, now))
        .chain(absent.iter().map(DeviceView::absent))
        .collect()
}

/// One device as a session sees it; `None` when it is not of the station.
pub(super) fn view(hub: &Hub, session: &Session, id: &str) -> Option<DeviceView> {
    match hub.registry.member(id) {
        Ok(member) => Some(member.view(session, hub.clocks.now())),
        Err(_) => hub
            .registry
            .absent()
            .iter()
            .find(|absent| absent.device.id == id)
            .map(DeviceView::absent),
    }
}

async fn list(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
) -> axum::Json<Vec<DeviceView>> {
    axum::Json(views(&hub, &session))
}

async fn one(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
) -> Answer<axum::Json<DeviceView>> {
    view(&hub, &session, &id)
        .map(axum::Json)
        .ok_or_else(|| no_such_device(&id))
}

/// Where a device is to be found.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeviceAddress {
    /// `dwarf`, ...
    family: String,
    /// A name or number, with a port if need be.
    address: String,
}

impl DeviceAddress {
    /// The address, when it can be one at all. What it means is the family's business.
    fn address(&self) -> Answer<&str> {
        let address = self.address.trim();
        let odd = |c: char| c.is_control() || c.is_whitespace();
        if address.is_empty() || address.len() > LONGEST_ADDRESS || address.contains(odd) {
            return Err(Problem::invalid("That is not an address.")
                .remedy("Give a name or number, with a port if need be: 192.168.88.1."));
        }
        Ok(address)
    }
}

async fn probe(
    State(hub): State<Arc<Hub>>,
    Json(place): Json<DeviceAddress>,
) -> Answer<axum::Json<Found>> {
    let family = hub.registry.family(&place.family)?;
    let look = family.probe(place.address()?);
    Ok(axum::Json(registry::patient("The look", look).await?))
}

async fn add(
    State(hub): State<Arc<Hub>>,
    Json(place): Json<DeviceAddress>,
) -> Answer<axum::Json<Found>> {
    let found = registry::add(&hub, &place.family, place.address()?).await?;
    Ok(axum::Json(found))
}

async fn remove(State(hub): State<Arc<Hub>>, At(id): At<String>) -> Answer<NoContent> {
    registry::remove(&hub, &id).await?;
    Ok(NoContent)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeviceName {
    /// What people here call it; null for its own name.
    name: Option<String>,
}

async fn rename(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    Json(body): Json<DeviceName>,
) -> Answer<axum::Json<DeviceView>> {
    let name = body.name.as_deref().map(plain_name).transpose()?;
    registry::rename(&hub, &id, name).await?;
    let renamed = view(&hub, &session, &id).ok_or_else(|| no_such_device(&id))?;
    Ok(axum::Json(renamed))
}

fn no_such_device(id: &str) -> Problem {
    Problem::not_found(format!("There is no device {id:?}."))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TakeLease {
    /// From whoever holds it; an admin's right.
    #[serde(default)]
    force: bool,
}

async fn take_lease(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    JsonOrNothing(body): JsonOrNothing<TakeLease>,
) -> Answer<axum::Json<LeaseView>> {
    let member = hub.registry.member(&id)?;
    if body.force && session.role < Role::Admin {
        return Err(
            Problem::forbidden("Only an admin takes control from somebody who holds it.")
                .remedy("Ask for a hand-over."),
        );
    }
    let how = if body.force {
        Take::Force
    } else {
        Take::IfFree
    };
    let now = hub.clocks.now();
    let before = member.gate.lease(now.mono).map(|lease| lease.id);
    let lease = member
        .gate
        .take_lease(now.mono, session.lease.clone(), &session.name, how)?;
    if before.as_ref() != Some(&lease.id) {
        hub.announce(HubEvent::Device(id));
    }
    Ok(axum::Json(LeaseView::new(&lease, &session, now)))
}

async fn release_lease(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
) -> Answer<NoContent> {
    let member = hub.registry.member(&id)?;
    if member.gate.release_lease(&session.lease) {
        hub.announce(HubEvent::Device(id));
    }
    Ok(NoContent)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HandOver {
    /// The name of somebody whose page is open.
    to: String,
}

async fn hand_over(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    Json(body): Json<HandOver>,
) -> Answer<NoContent> {
    let member = hub.registry.member(&id)?;
    let heir = hub.presence.named(&body.to).ok_or_else(|| {
        Problem::not_found("Nobody of that name has a page of this station open.")
    })?;
    if heir.role < Role::Operator {
        let why = format!("{} may look, and not command.", heir.name);
        return Err(DeviceError::new(ErrorKind::Blocked, why).into());
    }
    let now = hub.clocks.now().mono;
    let gate = &member.gate;
    gate.hand_over_lease(now, &session.lease, heir.lease.clone(), &heir.name)?;
    hub.announce(HubEvent::Device(id.clone()));
    let message = format!("{} handed control over to {}.", session.name, heir.name);
    hub.log(Some(&id), Severity::Info, "lease.handed_over", message)
        .await;
    Ok(NoContent)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Filter {
    confirmed: bool,
}

async fn solar_filter(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    Json(body): Json<Filter>,
) -> Answer<NoContent> {
    let member = hub.registry.member(&id)?;
    let word = if body.confirmed {
        SolarFilter::Confirmed
    } else {
        SolarFilter::Unknown
    };
    let now = hub.clocks.now().mono;
    member
        .gate
        .confirm_solar_filter(now, &session.lease, word)?;
    let message = match word {
        SolarFilter::Confirmed => format!("{} confirmed the solar filter.", session.name),
        SolarFilter::Unknown => format!("{} took the solar filter off.", session.name),
    };
    hub.log(Some(&id), Severity::Warning, "sun_guard.filter", message)
        .await;
    Ok(NoContent)
}
