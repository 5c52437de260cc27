//! Devices: which there are, adding and removing them, who may command them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Deserialize;
use skyhelm_device::{Found, SolarFilter, Take};

use super::body::{At, Json, JsonOrNothing};
use super::problem::{Answer, Problem};
use super::session::SignedIn;
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::registry::{self, DeviceView, LeaseView};
use crate::sign_in::Session;

/// Longer addresses name nothing.
const LONGEST_ADDRESS: usize = 255;

pub(super) fn routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/devices", get(list).post(add))
        .route("/devices/probe", post(probe))
        .route("/devices/{id}", get(one).delete(remove))
        .route(
            "/devices/{id}/lease",
            post(take_lease).delete(release_lease),
        )
        .route("/devices/{id}/solar-filter", post(solar_filter))
}

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
        .ok_or_else(|| Problem::not_found(format!("There is no device {id:?}.")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    family: String,
    address: String,
}

impl Place {
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

async fn probe(State(hub): State<Arc<Hub>>, Json(place): Json<Place>) -> Answer<axum::Json<Found>> {
    let family = hub.registry.family(&place.family)?;
    let look = family.probe(place.address()?);
    Ok(axum::Json(registry::patient("The look", look).await?))
}

async fn add(State(hub): State<Arc<Hub>>, Json(place): Json<Place>) -> Answer<axum::Json<Found>> {
    let found = registry::add(&hub, &place.family, place.address()?).await?;
    Ok(axum::Json(found))
}

async fn remove(State(hub): State<Arc<Hub>>, At(id): At<String>) -> Answer<StatusCode> {
    registry::remove(&hub, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakeLease {
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
) -> Answer<StatusCode> {
    let member = hub.registry.member(&id)?;
    if member.gate.release_lease(&session.lease) {
        hub.announce(HubEvent::Device(id));
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    confirmed: bool,
}

async fn solar_filter(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    At(id): At<String>,
    Json(body): Json<Filter>,
) -> Answer<StatusCode> {
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
    let severity = skyhelm_device::Severity::Warning;
    hub.log(Some(&id), severity, "sun_guard.filter", message)
        .await;
    Ok(StatusCode::NO_CONTENT)
}
