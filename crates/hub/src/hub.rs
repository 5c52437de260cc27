//! What every part of the hub shares.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use skyhelm_device::{DeviceEvent, Family, HorizonGuard, Severity, SunGuard};
use skyhelm_units::{Mono, Site};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clocks;
use crate::config::HubConfig;
use crate::events::HubEvent;
use crate::library::{Renderer, Shelf};
use crate::maps::{Maps, Tiles};
use crate::names::Names;
use crate::presence::Presence;
use crate::pushes::Pushes;
use crate::registry::Registry;
use crate::settings::{InForce, Settings};
use crate::sign_in::{Passwords, Pauses, Sessions, Tokens};
use crate::store::{NewAudit, NewLogEntry, Store};

/// Events a slow watcher may lag behind before it is told everything anew.
pub(crate) const EVENTS_KEPT: usize = 512;

/// The station, as it stays from start to stop.
#[derive(Debug)]
pub(crate) struct Station {
    pub(crate) simulated: bool,
    /// Port it is reached at.
    pub(crate) port: u16,
    pub(crate) config: HubConfig,
    /// The families of devices it knows.
    pub(crate) families: Vec<Arc<dyn Family>>,
}

/// What every part of the hub shares.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) station: Station,
    pub(crate) clocks: Clocks,
    pub(crate) started: Mono,
    pub(crate) store: Arc<Store>,
    pub(crate) settings: Settings,
    pub(crate) names: Names,
    pub(crate) tokens: Tokens,
    pub(crate) passwords: Passwords,
    pub(crate) pauses: Pauses,
    pub(crate) sessions: Sessions,
    pub(crate) presence: Presence,
    pub(crate) pushes: Pushes,
    pub(crate) registry: Registry,
    /// Held while the station is moved.
    pub(crate) moving: tokio::sync::Mutex<()>,
    pub(crate) shelf: Shelf,
    pub(crate) maps: Maps,
    pub(crate) renderer: Renderer,
    pub(crate) events: broadcast::Sender<HubEvent>,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// The station's clock as the page reads it.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "StationClock")]
pub(crate) struct ClockView {
    /// The station's clock when this was said.
    utc_ms: i64,
    /// How fast it goes; 1 is the world's own pace.
    speed: f64,
    /// Whether it shows another time than the world's.
    shifted: bool,
}

/// The station as the page reads it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Station")]
pub(crate) struct StationView {
    name: String,
    version: &'static str,
    site: SiteView,
    time_zone: String,
    clock: ClockView,
    simulated: bool,
    /// What lies below the map.
    tiles: Tiles,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "StationSite")]
struct SiteView {
    latitude_deg: f64,
    longitude_deg: f64,
    height_m: f64,
    place: String,
}

impl Hub {
    pub(crate) fn site(&self) -> Site {
        self.settings.now().place.site()
    }

    pub(crate) fn sun_guard(&self) -> SunGuard {
        SunGuard::new(self.site())
    }

    /// What keeps telescopes from the station's horizon; `None` when the horizon is free.
    pub(crate) fn horizon_guard(&self) -> Option<HorizonGuard> {
        let now = self.settings.now();
        let drawn = !now.horizon.points.is_empty();
        drawn.then(|| HorizonGuard::new(now.place.site(), now.line.clone()))
    }

    pub(crate) fn clock_view(&self) -> ClockView {
        ClockView {
            utc_ms: self.clocks.station_utc().millis(),
            speed: self.clocks.station.speed(),
            shifted: self.clocks.is_shifted(),
        }
    }

    pub(crate) fn station_view(&self) -> StationView {
        let settings: &InForce = &self.settings.now();
        let place = &settings.place;
        StationView {
            name: settings.name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            site: SiteView {
                latitude_deg: place.latitude_deg,
                longitude_deg: place.longitude_deg,
                height_m: place.height_m,
                place: place.place.clone(),
            },
            time_zone: place.time_zone.clone(),
            clock: self.clock_view(),
            simulated: self.station.simulated,
            tiles: settings.tiles.clone(),
        }
    }

    /// Tells everybody who watches; nobody watching is no trouble.
    pub(crate) fn announce(&self, event: HubEvent) {
        let _ = self.events.send(event);
    }

    /// Writes a line of the hub's own into the log.
    pub(crate) async fn log(
        &self,
        device: Option<&str>,
        severity: Severity,
        topic: &str,
        message: String,
    ) {
        let event = DeviceEvent {
            utc_ms: self.clocks.now().utc.millis(),
            severity,
            topic: topic.to_owned(),
            message,
            details: serde_json::Value::Null,
        };
        self.log_event(device, event).await;
    }

    /// Writes what happened into the log, and tells it.
    pub(crate) async fn log_event(&self, device: Option<&str>, event: DeviceEvent) {
        match event.severity {
            Severity::Info => tracing::info!(topic = event.topic, "{}", event.message),
            Severity::Warning => tracing::warn!(topic = event.topic, "{}", event.message),
            Severity::Error => tracing::error!(topic = event.topic, "{}", event.message),
        }
        let new = NewLogEntry {
            device: device.map(str::to_owned),
            event,
        };
        match self.store.log(new).await {
            Ok(entry) => self.announce(HubEvent::Log(Arc::new(entry))),
            Err(error) => tracing::error!(%error, "a line of the log was not written"),
        }
    }

    /// Writes down who did what.
    pub(crate) async fn audit(&self, line: NewAudit) {
        tracing::info!(
            who = line.who,
            action = line.action,
            status = line.status,
            "audit"
        );
        if let Err(error) = self.store.audit(line).await {
            tracing::error!(%error, "a line of the audit was not written");
        }
    }
}
