//! Devices that dial the station: what people type into them, what their own pages need, and messages
//! in their own words.

use std::sync::Arc;

use axum::Json as Answered;
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_device::{Pairing, RawAnswer, RawMessage, SignOn};

use super::body::{At, Json};
use super::problem::{Answer, Problem};
use super::route::{Route, get, post};
use crate::hub::Hub;
use crate::order::Order;
use crate::sign_in::Role;

/// Longer serial numbers are nobody's.
const LONGEST_SERIAL: usize = 64;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/pairing",
            Role::Operator,
            "What a person types into devices that dial the station.",
            pairings,
        ),
        post(
            "/families/{family}/sign-on",
            Role::Operator,
            "What a controller's own page needs to bring it online: secrets, for that page alone.",
            sign_on,
        )
        .problems(&[404]),
        post(
            "/devices/{id}/raw",
            Role::Admin,
            "A message in the device's own words, and its answer. What moves must be meant so.",
            raw,
        )
        .flies()
        .problems(&[404, 409, 422, 502]),
    ]
}

#[derive(Serialize, JsonSchema)]
struct Pairings {
    pairings: Vec<PairingView>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Pairing")]
struct PairingView {
    family: String,
    /// Empty for the name the station is reached by.
    host: String,
    port: u16,
    tls: bool,
    organization_id: String,
    organization_name: String,
    /// Any code does when null.
    binding_code: Option<String>,
    /// Whether the application that the vendor wants registered is set up.
    has_application: bool,
}

fn view(family: &str, pairing: Pairing) -> PairingView {
    PairingView {
        family: family.to_owned(),
        host: pairing.host,
        port: pairing.port,
        tls: pairing.tls,
        organization_id: pairing.organization_id,
        organization_name: pairing.organization_name,
        binding_code: pairing
            .binding_code
            .map(skyhelm_units::Redacted::into_inner),
        has_application: pairing.has_application,
    }
}

async fn pairings(State(hub): State<Arc<Hub>>) -> Answered<Pairings> {
    let families = hub.station.families.iter().map(|family| family.name());
    let pairings = families.filter_map(|name| {
        let pairing = hub.registry.family(name).ok()?.pairing()?;
        Some(view(name, pairing))
    });
    Answered(Pairings {
        pairings: pairings.collect(),
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Controller {
    /// The controller's serial number, as it tells it.
    serial: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignOn")]
struct SignOnView {
    app_id: String,
    app_key: String,
    app_license: String,
    username: String,
    /// Null when only its hash is known: the person types it.
    password: Option<String>,
    workspace_id: String,
    station: String,
    pairing: PairingView,
}

async fn sign_on(
    State(hub): State<Arc<Hub>>,
    At(name): At<String>,
    Json(controller): Json<Controller>,
) -> Answer<Answered<SignOnView>> {
    if controller.serial.len() > LONGEST_SERIAL {
        return Err(Problem::invalid("That is no serial number."));
    }
    let family = hub
        .registry
        .family(&name)
        .map_err(|_| Problem::not_found("There is no such family of devices."))?;
    let SignOn {
        app_id,
        app_key,
        app_license,
        username,
        password,
        workspace_id,
        pairing,
    } = family.sign_on(controller.serial.trim())?;
    Ok(Answered(SignOnView {
        app_id: app_id.into_inner(),
        app_key: app_key.into_inner(),
        app_license: app_license.into_inner(),
        username,
        password: password.map(skyhelm_units::Redacted::into_inner),
        workspace_id,
        station: hub.settings.now().name.clone(),
        pairing: view(&name, pairing),
    }))
}

async fn raw(
    order: Order,
    At(id): At<String>,
    Json(message): Json<RawMessage>,
) -> Answer<Answered<RawAnswer>> {
    let member = order.hub.registry.member(&id)?;
    Ok(Answered(order.raw(&member, message).await?))
}
