//! Where things are, at the station's place and time.

mod chart;
mod good;
mod tonight;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_sky::events::{Twilight, showpieces_above, twilight};
use skyhelm_sky::{Atmosphere, Body, BodyPlace, Catalogue, DeepSkyObject, Found, SkyFrame};
use skyhelm_units::{Angle, Equatorial, J2000};

use super::body::{Asked, j2000};
use super::problem::{Answer, Problem};
use super::route::{Route, get};
use crate::hub::Hub;
use crate::settings::Horizon;
use crate::sign_in::Role;

/// Longest text that is searched for.
const LONGEST_QUERY: usize = 64;
const FOUND: usize = 12;
const MOST_FOUND: usize = 50;
/// Showpieces lower than this are not worth showing: the air spoils them.
const LOWEST_SHOWPIECE: Angle = Angle::from_degrees(25.0);
/// Stars of one cone, and its radius.
const STARS: usize = 2_000;
const MOST_STARS: usize = 20_000;
const WIDEST_CONE_DEG: f64 = 20.0;
/// Fainter stars the catalogue has not got.
const FAINTEST: f64 = 20.0;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/sky/chart",
            Role::Guest,
            "What a chart needs and what rarely changes.",
            whole_chart,
        )
        .json::<chart::Chart>(200),
        get(
            "/sky/stars",
            Role::Guest,
            "Fainter stars in a cone, brightest first.",
            stars,
        ),
        get(
            "/sky/search",
            Role::Guest,
            "Things in the sky by name.",
            search,
        ),
        get("/sky/now", Role::Guest, "Sun, Moon and planets now.", now),
        get(
            "/sky/curve",
            Role::Guest,
            "A place's way through the night.",
            curve,
        ),
        get(
            "/sky/showpieces",
            Role::Guest,
            "The best of what is up now.",
            showpieces,
        ),
        get(
            "/sky/tonight",
            Role::Guest,
            "What is good in the dark hours, the best first.",
            good_tonight,
        )
        .problems(&[404, 502]),
        get(
            "/sky/horizon",
            Role::Guest,
            "What hides the sky around the station.",
            horizon,
        ),
    ]
}

/// The sky over the station now.
fn frame(hub: &Hub) -> SkyFrame {
    let site = hub.site();
    let air = Atmosphere::standard(site.height.metres);
    SkyFrame::new(&site, hub.clocks.station_utc(), &air)
}

async fn whole_chart() -> Response {
    let kind = HeaderValue::from_static("application/json");
    let caching = HeaderValue::from_static("private, max-age=86400");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, caching),
    ];
    (headers, chart::chart()).into_response()
}

#[derive(Deserialize, JsonSchema)]
struct Cone {
    /// Degrees, J2000.
    ra: f64,
    /// Degrees, J2000.
    dec: f64,
    /// Degrees, at most 20.
    radius: f64,
    limit: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Stars {
    stars: Vec<chart::StarRow>,
}

async fn stars(Asked(cone): Asked<Cone>) -> Answer<Json<Stars>> {
    let centre = Equatorial::<J2000>::from_degrees(cone.ra, cone.dec)
        .map_err(|error| Problem::invalid(error.to_string()))?;
    if !(0.0..=WIDEST_CONE_DEG).contains(&cone.radius) {
        let message = format!("A cone's radius goes from 0 to {WIDEST_CONE_DEG} degrees.");
        return Err(Problem::invalid(message));
    }
    let catalogue = Catalogue::embedded();
    let radius = Angle::from_degrees(cone.radius);
    let mut found: Vec<_> = catalogue.stars_in_cone(centre, radius, FAINTEST).collect();
    found.sort_by(|a, b| a.magnitude.total_cmp(&b.magnitude));
    found.truncate(cone.limit.unwrap_or(STARS).clamp(1, MOST_STARS));
    let stars = found.iter().map(|star| chart::row(catalogue, star));
    Ok(Json(Stars {
        stars: stars.collect(),
    }))
}

/// Something to point at.
#[derive(Serialize, JsonSchema)]
struct Target {
    id: String,
    name: String,
    kind: &'static str,
    also: Vec<String>,
    ra_hours: f64,
    dec_degrees: f64,
    magnitude: Option<f64>,
    size_arcmin: Option<f64>,
    altitude_deg: f64,
    azimuth_deg: f64,
    up: bool,
}

impl Target {
    fn at(frame: &SkyFrame, place: Equatorial<J2000>) -> Self {
        let seen = frame.horizontal(place);
        Self {
            id: String::new(),
            name: String::new(),
            kind: "",
            also: Vec::new(),
            ra_hours: place.ra.angle().hours(),
            dec_degrees: place.dec.angle().degrees(),
            magnitude: None,
            size_arcmin: None,
            altitude_deg: seen.altitude.angle().degrees(),
            azimuth_deg: seen.azimuth.angle().degrees(),
            up: seen.altitude.angle() > Angle::ZERO,
        }
    }

    fn of_object(frame: &SkyFrame, object: &DeepSkyObject) -> Self {
        let mut also: Vec<String> = object.names.iter().skip(1).cloned().collect();
        if object.messier.is_some() {
            also.push(object.designation.clone());
        }
        Self {
            id: object.designation.clone(),
            name: object.title(),
            kind: object.kind.description(),
            also,
            magnitude: object.magnitude(),
            size_arcmin: object.major_axis.map(Angle::arcminutes),
            ..Self::at(frame, object.position)
        }
    }

    fn of(frame: &SkyFrame, found: &Found<'_>) -> Self {
        match found {
            Found::Object(object) => Self::of_object(frame, object),
            Found::Star(named, star) => Self {
                id: named.name().to_owned(),
                name: named.name().to_owned(),
                kind: "star",
                also: named.names.iter().skip(1).cloned().collect(),
                magnitude: Some(named.visual_magnitude),
                ..Self::at(frame, star.position)
            },
            Found::Body(body) => {
                let place = frame.body(*body);
                Self {
                    id: body.name().to_owned(),
                    name: body.name().to_owned(),
                    kind: match body {
                        Body::Sun => "sun",
                        Body::Moon => "moon",
                        _ => "planet",
                    },
                    magnitude: Some(place.magnitude),
                    size_arcmin: Some(place.angular_radius.arcminutes() * 2.0),
                    ..Self::at(frame, place.position)
                }
            }
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct SearchAsked {
    q: String,
    limit: Option<usize>,
}

async fn search(
    State(hub): State<Arc<Hub>>,
    Asked(asked): Asked<SearchAsked>,
) -> Answer<Json<Vec<Target>>> {
    if asked.q.len() > LONGEST_QUERY {
        return Err(Problem::invalid("No name in the sky is that long."));
    }
    let frame = frame(&hub);
    let limit = asked.limit.unwrap_or(FOUND).clamp(1, MOST_FOUND);
    let found = Catalogue::embedded().search(&asked.q);
    let targets = found
        .iter()
        .take(limit)
        .map(|one| Target::of(&frame, &one.found));
    Ok(Json(targets.collect()))
}

async fn showpieces(State(hub): State<Arc<Hub>>) -> Json<Vec<Target>> {
    let frame = frame(&hub);
    let up = showpieces_above(&frame, LOWEST_SHOWPIECE);
    let targets = up
        .iter()
        .take(FOUND)
        .map(|(object, _)| Target::of_object(&frame, object));
    Json(targets.collect())
}

#[derive(Deserialize, JsonSchema)]
struct CurveAsked {
    ra_hours: f64,
    dec_degrees: f64,
}

async fn curve(
    State(hub): State<Arc<Hub>>,
    Asked(asked): Asked<CurveAsked>,
) -> Answer<Json<tonight::Curve>> {
    let place = j2000(asked.ra_hours, asked.dec_degrees)?;
    Ok(Json(tonight::curve(&frame(&hub), place)))
}

async fn good_tonight(
    State(hub): State<Arc<Hub>>,
    Asked(asked): Asked<good::TonightAsked>,
) -> Answer<Json<good::TonightView>> {
    let wishes = good::wishes(&hub, &asked)?;
    let frame = frame(&hub);
    // Hundreds of objects at a hundred moments are no work for a network's thread.
    let made = tokio::task::spawn_blocking(move || good::tonight(&frame, &wishes)).await;
    let made = made.map_err(|error| {
        let kind = skyhelm_device::ErrorKind::Internal;
        skyhelm_device::DeviceError::new(kind, format!("The list was not made: {error}."))
    })?;
    Ok(Json(made))
}

async fn horizon(State(hub): State<Arc<Hub>>) -> Json<Horizon> {
    Json(hub.settings.now().horizon.clone())
}

#[derive(Serialize, JsonSchema)]
struct BodyNow {
    name: &'static str,
    ra_hours: f64,
    dec_degrees: f64,
    altitude_deg: f64,
    azimuth_deg: f64,
    phase: f64,
    angular_diameter_deg: f64,
    magnitude: f64,
}

impl BodyNow {
    fn new(place: &BodyPlace) -> Self {
        Self {
            name: place.body.name(),
            ra_hours: place.position.ra.angle().hours(),
            dec_degrees: place.position.dec.angle().degrees(),
            altitude_deg: place.horizontal.altitude.angle().degrees(),
            azimuth_deg: place.horizontal.azimuth.angle().degrees(),
            phase: place.illuminated,
            angular_diameter_deg: place.angular_radius.degrees() * 2.0,
            magnitude: place.magnitude,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct SkyNow {
    utc_ms: i64,
    sun: BodyNow,
    moon: BodyNow,
    planets: Vec<BodyNow>,
    sidereal_hours: f64,
    twilight: &'static str,
}

async fn now(State(hub): State<Arc<Hub>>) -> Json<SkyNow> {
    let frame = frame(&hub);
    let sun = frame.sun();
    let planets = Body::ALL
        .into_iter()
        .filter(|body| !matches!(body, Body::Sun | Body::Moon))
        .map(|body| BodyNow::new(&frame.body(body)));
    Json(SkyNow {
        utc_ms: frame.utc().millis(),
        twilight: word(twilight(&frame)),
        sun: BodyNow::new(&sun),
        moon: BodyNow::new(&frame.moon()),
        planets: planets.collect(),
        sidereal_hours: frame.sidereal_time().normalized().hours(),
    })
}

fn word(twilight: Twilight) -> &'static str {
    match twilight {
        Twilight::Day => "day",
        Twilight::Civil => "civil",
        Twilight::Nautical => "nautical",
        Twilight::Astronomical => "astronomical",
        Twilight::Night => "night",
    }
}
