//! What the page may change of the configuration.

use std::sync::Arc;

use axum::Json as Answered;
use axum::extract::{Extension, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_device::Severity;

use super::body::Json;
use super::problem::{Answer, Problem};
use super::route::{Route, delete, get, put};
use super::session::SignedIn;
use crate::events::HubEvent;
use crate::families;
use crate::hub::Hub;
use crate::maps::Tiles;
use crate::settings::{From, Horizon, Place};
use crate::sign_in::{Role, Session};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/settings",
            Role::Viewer,
            "The settings in force.",
            settings,
        ),
        put("/settings/name", Role::Admin, "Name the station.", set_name),
        delete(
            "/settings/name",
            Role::Admin,
            "Back to the configured name.",
            |hub: State<Arc<Hub>>, session: SignedIn| change_name(hub, session, None),
        ),
        put(
            "/settings/site",
            Role::Admin,
            "Move the station; its devices are connected anew.",
            set_site,
        )
        .problems(MOVED),
        delete(
            "/settings/site",
            Role::Admin,
            "Back to the configured site.",
            |hub: State<Arc<Hub>>, session: SignedIn| change_site(hub, session, None),
        )
        .problems(MOVED),
        put(
            "/settings/horizon",
            Role::Admin,
            "Draw the horizon line: no slew goes behind it.",
            set_horizon,
        ),
        delete(
            "/settings/horizon",
            Role::Admin,
            "Back to a free horizon.",
            |hub: State<Arc<Hub>>, session: SignedIn| change_horizon(hub, session, None),
        ),
        put(
            "/settings/tiles",
            Role::Admin,
            "Say what lies below the map; the page may load from another host only when it is named here.",
            set_tiles,
        )
        .problems(&[404]),
        delete(
            "/settings/tiles",
            Role::Admin,
            "Back to the countries that lie in the program.",
            |hub: State<Arc<Hub>>, session: SignedIn| change_tiles(hub, session, None),
        ),
    ]
}

/// What a family may say when it is started anew.
const MOVED: &[u16] = &[409, 422, 502];

#[derive(Serialize, JsonSchema)]
struct NameSetting {
    value: String,
    source: From,
}

#[derive(Serialize, JsonSchema)]
struct SiteSetting {
    value: Place,
    source: From,
}

#[derive(Serialize, JsonSchema)]
struct HorizonSetting {
    value: Horizon,
    source: From,
}

#[derive(Serialize, JsonSchema)]
struct TilesSetting {
    value: Tiles,
    source: From,
}

#[derive(Serialize, JsonSchema)]
struct Settings {
    name: NameSetting,
    site: SiteSetting,
    horizon: HorizonSetting,
    tiles: TilesSetting,
}

fn view(hub: &Hub) -> Settings {
    let now = hub.settings.now();
    Settings {
        name: NameSetting {
            value: now.name.clone(),
            source: now.name_from,
        },
        site: SiteSetting {
            value: now.place.clone(),
            source: now.place_from,
        },
        horizon: HorizonSetting {
            value: now.horizon.clone(),
            source: now.horizon_from,
        },
        tiles: TilesSetting {
            value: now.tiles.clone(),
            source: now.tiles_from,
        },
    }
}

async fn settings(State(hub): State<Arc<Hub>>) -> Answered<Settings> {
    Answered(view(&hub))
}

/// Tells everybody, and answers with what is so now.
async fn changed(hub: &Hub, session: &Session, what: &str) -> Answer<Answered<Settings>> {
    hub.announce(HubEvent::Station);
    let message = format!("{} changed {what}.", session.name);
    hub.log(None, Severity::Info, "settings.changed", message)
        .await;
    Ok(Answered(view(hub)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StationName {
    name: String,
}

async fn set_name(
    hub: State<Arc<Hub>>,
    session: SignedIn,
    Json(body): Json<StationName>,
) -> Answer<Answered<Settings>> {
    change_name(hub, session, Some(body.name)).await
}

async fn change_name(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    name: Option<String>,
) -> Answer<Answered<Settings>> {
    hub.settings.set_name(name.as_deref()).await?;
    changed(&hub, &session, "the station's name").await
}

async fn set_site(
    hub: State<Arc<Hub>>,
    session: SignedIn,
    Json(body): Json<Place>,
) -> Answer<Answered<Settings>> {
    change_site(hub, session, Some(body)).await
}

async fn change_site(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    place: Option<Place>,
) -> Answer<Answered<Settings>> {
    // Half a move would leave the station without drivers: it goes on though the asker hangs up.
    let moving = hub.clone();
    let moved =
        tokio::spawn(async move { families::move_station(&moving, place.as_ref()).await }).await;
    moved.map_err(|_| crate::HubError::Stopping)??;
    changed(&hub, &session, "where the station stands").await
}

async fn set_horizon(
    hub: State<Arc<Hub>>,
    session: SignedIn,
    Json(body): Json<Horizon>,
) -> Answer<Answered<Settings>> {
    change_horizon(hub, session, Some(body)).await
}

async fn change_horizon(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    horizon: Option<Horizon>,
) -> Answer<Answered<Settings>> {
    hub.settings.set_horizon(horizon.as_ref()).await?;
    for member in hub.registry.members() {
        member.gate.set_horizon(hub.horizon_guard());
    }
    changed(&hub, &session, "the horizon line").await
}

async fn set_tiles(
    hub: State<Arc<Hub>>,
    session: SignedIn,
    Json(body): Json<Tiles>,
) -> Answer<Answered<Settings>> {
    if let Tiles::File { name } = &body
        && hub.maps.path(name).is_none()
    {
        return Err(Problem::not_found("There is no such file of tiles.")
            .remedy("Put it into the folder `maps` of the station's data."));
    }
    change_tiles(hub, session, Some(body)).await
}

async fn change_tiles(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    tiles: Option<Tiles>,
) -> Answer<Answered<Settings>> {
    hub.settings.set_tiles(tiles.as_ref()).await?;
    changed(&hub, &session, "what lies below the map").await
}
