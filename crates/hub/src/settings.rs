//! What the page may change of what the configuration says: the station's name and place, the
//! horizon line, and what lies below the map. The configuration file is only read; what the page says lies in the database.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_sky::HorizonLine;
use skyhelm_units::{Horizontal, Site};

use crate::HubError;
use crate::accounts::plain_name;
use crate::config::{HubConfig, SiteConfig};
use crate::maps::Tiles;
use crate::store::Store;

const NAME: &str = "name";
const SITE: &str = "site";
const HORIZON: &str = "horizon";
const TILES: &str = "tiles";
const MOST_POINTS: usize = 360;

/// Where a station stands.
#[allow(
    clippy::struct_field_names,
    reason = "a person's word for a place is a place, on the wire too"
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// North positive.
    pub(crate) latitude_deg: f64,
    /// East positive.
    pub(crate) longitude_deg: f64,
    /// Above the ellipsoid.
    pub(crate) height_m: f64,
    /// What people call it.
    pub(crate) place: String,
    /// IANA name: `Europe/Berlin`.
    pub(crate) time_zone: String,
}

/// One point of a horizon line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HorizonPoint {
    /// From north through east.
    pub(crate) azimuth_deg: f64,
    pub(crate) altitude_deg: f64,
}

/// What hides the sky around a station; no points for nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Horizon {
    pub(crate) points: Vec<HorizonPoint>,
}

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum From {
    /// The page.
    Page,
    /// The configuration, or what holds without one.
    Config,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub(crate) struct InForce {
    pub(crate) name: String,
    pub(crate) name_from: From,
    pub(crate) place: Place,
    pub(crate) place_from: From,
    pub(crate) time_zone: TimeZone,
    pub(crate) horizon: Horizon,
    pub(crate) horizon_from: From,
    pub(crate) line: HorizonLine,
    pub(crate) tiles: Tiles,
    pub(crate) tiles_from: From,
}

/// The settings, and where they are kept.
#[derive(Debug)]
pub(crate) struct Settings {
    store: Arc<Store>,
    configured: (String, Place),
    now: RwLock<Arc<InForce>>,
}

impl Place {
    pub(crate) fn site(&self) -> Site {
        Site::from_degrees(self.latitude_deg, self.longitude_deg, self.height_m)
    }

    fn check(&self) -> Result<TimeZone, HubError> {
        SiteConfig {
            latitude: self.latitude_deg,
            longitude: self.longitude_deg,
            height: self.height_m,
            place: String::new(),
        }
        .check()?;
        if self.place.chars().count() > 80 || self.place.contains(char::is_control) {
            return Err(HubError::Unfit(String::from(
                "A place has at most 80 characters, all of them printable.",
            )));
        }
        zone(&self.time_zone)
    }
}

impl Horizon {
    /// As the sky wants it.
    pub(crate) fn line(&self) -> Result<HorizonLine, HubError> {
        let unfit = |error: String| HubError::Unfit(format!("That is no horizon: {error}."));
        if self.points.len() > MOST_POINTS {
            return Err(unfit(format!("it has more than {MOST_POINTS} points")));
        }
        let points: Result<Vec<_>, _> = self
            .points
            .iter()
            .map(|point| Horizontal::from_degrees(point.azimuth_deg, point.altitude_deg))
            .collect();
        let points = points.map_err(|error| unfit(error.to_string()))?;
        HorizonLine::new(points).map_err(|error| unfit(error.to_string()))
    }
}

impl Settings {
    /// What the configuration says, and what the page has said since.
    pub(crate) async fn restore(store: Arc<Store>, config: &HubConfig) -> Result<Self, HubError> {
        let site = config.site.clone().ok_or_else(|| {
            HubError::Config(String::from(
                "it does not say where the station stands; add [site] with latitude and longitude.",
            ))
        })?;
        let time_zone = match &config.time_zone {
            Some(name) => zone(name)?.iana_name().map(str::to_owned),
            None => TimeZone::system().iana_name().map(str::to_owned),
        };
        let place = Place {
            latitude_deg: site.latitude,
            longitude_deg: site.longitude,
            height_m: site.height,
            place: site.place,
            time_zone: time_zone.unwrap_or_else(|| String::from("UTC")),
        };
        let configured = (config.name.clone(), place);
        let now = in_force(&store, &configured).await?;
        Ok(Self {
            store,
            configured,
            now: RwLock::new(Arc::new(now)),
        })
    }

    pub(crate) fn now(&self) -> Arc<InForce> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    /// Says what the station is called; `None` for what the configuration says.
    pub(crate) async fn set_name(&self, name: Option<&str>) -> Result<(), HubError> {
        let name = name.map(plain_name).transpose()?;
        self.store.set_setting(NAME, name.as_ref()).await?;
        self.read_again().await
    }

    /// Says where the station stands.
    pub(crate) async fn set_place(&self, place: Option<&Place>) -> Result<(), HubError> {
        place.map(Place::check).transpose()?;
        self.store.set_setting(SITE, place).await?;
        self.read_again().await
    }

    /// Says what hides the sky.
    pub(crate) async fn set_horizon(&self, horizon: Option<&Horizon>) -> Result<(), HubError> {
        horizon.map(Horizon::line).transpose()?;
        self.store.set_setting(HORIZON, horizon).await?;
        self.read_again().await
    }

    /// Says what lies below the map.
    pub(crate) async fn set_tiles(&self, tiles: Option<&Tiles>) -> Result<(), HubError> {
        tiles.map(Tiles::check).transpose()?;
        self.store.set_setting(TILES, tiles).await?;
        self.read_again().await
    }

    async fn read_again(&self) -> Result<(), HubError> {
        let fresh = in_force(&self.store, &self.configured).await?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(())
    }
}

async fn in_force(store: &Store, configured: &(String, Place)) -> Result<InForce, HubError> {
    let from = |page: bool| if page { From::Page } else { From::Config };
    let name: Option<String> = store.setting(NAME).await?;
    let place: Option<Place> = store.setting(SITE).await?;
    let horizon: Option<Horizon> = store.setting(HORIZON).await?;
    let tiles: Option<Tiles> = store.setting(TILES).await?;
    let (name_from, place_from) = (from(name.is_some()), from(place.is_some()));
    let horizon_from = from(horizon.is_some());
    let place = place.unwrap_or_else(|| configured.1.clone());
    let horizon = horizon.unwrap_or_default();
    Ok(InForce {
        name: name.unwrap_or_else(|| configured.0.clone()),
        name_from,
        time_zone: place.check()?,
        place,
        place_from,
        line: horizon.line()?,
        horizon,
        horizon_from,
        tiles_from: from(tiles.is_some()),
        // What an older program took, and this one does not, draws nothing.
        tiles: tiles
            .filter(|tiles| tiles.check().is_ok())
            .unwrap_or_default(),
    })
}

fn zone(name: &str) -> Result<TimeZone, HubError> {
    TimeZone::get(name).map_err(|error| HubError::Unfit(format!("time_zone: {error}")))
}
