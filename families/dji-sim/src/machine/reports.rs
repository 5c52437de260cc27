//! Properties at their rate and on change.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use skyhelm_dji_proto::topic::TopicKind;
use skyhelm_dji_proto::{Envelope, SerialNumber};
use skyhelm_sim::flight::Phase;
use skyhelm_units::Mono;

use super::drc::Rhythm;
use super::{GatewayMachine, LinkId};

/// Properties of push mode 0 come at 0.5 Hz.
const OSD_EVERY: Duration = Duration::from_secs(2);
/// A dock spreads its four parts over that time: seen on a Dock 3.
const PART_EVERY: Duration = Duration::from_millis(500);
/// How often it looks for changes.
const LOOKS: Duration = Duration::from_millis(200);

/// The firmware of docks and controllers.
const GATEWAY_FIRMWARE: &str = "10.01.16.03";

/// When what is told next, and what was told last.
#[derive(Clone, Debug)]
pub(super) struct Reports {
    aircraft: Rhythm,
    gateway: Rhythm,
    health: Rhythm,
    part: usize,
    looks: Rhythm,
    told: BTreeMap<(bool, String), Value>,
    pub(super) dock_changed: bool,
    pub(super) settings_changed: bool,
}

impl Reports {
    pub(super) fn starting(now: Mono) -> Self {
        Self {
            aircraft: Rhythm::starting(OSD_EVERY, now),
            gateway: Rhythm::starting(PART_EVERY, now),
            health: Rhythm::starting(OSD_EVERY, now),
            part: 0,
            looks: Rhythm::starting(LOOKS, now),
            told: BTreeMap::new(),
            dock_changed: false,
            settings_changed: false,
        }
    }
}

impl GatewayMachine {
    /// Tells all that is told on change: after it came online.
    pub(super) fn report_all(&mut self) {
        self.reports.told.clear();
        self.report_changes();
    }

    /// What a command changed is told at once.
    pub(super) fn after_serving(&mut self) {
        if self.onboarding.is_online() {
            self.report_changes();
        }
    }

    pub(super) fn run_reports(&mut self) {
        if !self.onboarding.is_online() {
            return;
        }
        let now = self.now.mono;
        let has_aircraft = self.has_aircraft();
        if self.reports.aircraft.is_due(now) && has_aircraft {
            let data = self.aircraft_osd();
            self.tell_properties(TopicKind::Osd, true, data);
            if self.aircraft.phase() == Phase::Returning {
                self.tell_way_home();
            }
        }
        if self.reports.health.is_due(now) {
            // The whole list each time, also when nothing ails it: seen on a Dock 3.
            self.tell_event("hms", json!({ "list": [] }), None, false);
        }
        if std::mem::take(&mut self.reports.dock_changed) && self.kind.is_dock() {
            let data = json!({ "drc_state": self.drc.state.number() });
            self.tell_properties(TopicKind::Osd, false, data);
        }
        if self.reports.gateway.is_due(now) {
            let part = self.reports.part;
            self.reports.part = (part + 1) % 4;
            if self.profile.splits_osd {
                let data = self.dock_osd(part);
                self.tell_properties(TopicKind::Osd, false, data);
            } else if part == 0 {
                let data = self.controller_osd();
                self.tell_properties(TopicKind::Osd, false, data);
            }
        }
        if self.reports.looks.is_due(now) {
            self.report_changes();
        }
    }

    fn report_changes(&mut self) {
        self.authority.is_news = false;
        self.reports.settings_changed = false;
        if self.has_aircraft() {
            let authority = Value::Object(self.authority.state().properties());
            self.tell_if_new(true, "control_source", authority);
            let home = self.home_state();
            self.tell_if_new(true, "home_latitude", home);
            for (name, value) in self.settings_state() {
                let data = json!({ name.clone(): value });
                self.tell_if_new(true, &name, data);
            }
        }
        let firmware = json!({ "firmware_version": GATEWAY_FIRMWARE });
        self.tell_if_new(false, "firmware_version", firmware);
        let live = self.live_capacity();
        self.tell_if_new(false, "live_capacity", live);
        let live = self.live_status();
        self.tell_if_new(false, "live_status", live);
        if !self.kind.is_dock() {
            let data = json!({
                "cloud_control_auth": self.authority.consent(),
                "is_cloud_control_auth": self.authority.has_consent(),
            });
            self.tell_if_new(false, "cloud_control_auth", data);
        }
    }

    fn tell_if_new(&mut self, of_aircraft: bool, name: &str, data: Value) {
        let key = (of_aircraft, name.to_owned());
        if self.reports.told.get(&key) != Some(&data) {
            self.reports.told.insert(key, data.clone());
            self.tell_properties(TopicKind::State, of_aircraft, data);
        }
    }

    fn tell_properties(&mut self, kind: TopicKind, of_aircraft: bool, data: Value) {
        let serial: &SerialNumber = if of_aircraft {
            &self.aircraft_sn
        } else {
            &self.gateway
        };
        let topic = kind.text(serial.as_str());
        let ids = self.ids.exchange();
        let envelope = Envelope::properties(ids, self.utc(), data).through(&self.gateway);
        self.publish(LinkId::Main, &topic, &envelope, 0);
    }

    fn tell_way_home(&mut self) {
        let point = |at| {
            let (place, height) = self.land.frame().place(at);
            json!({
                "latitude": place.latitude.degrees(),
                "longitude": place.longitude.degrees(),
                "height": height.metres,
            })
        };
        let data = json!({
            "planned_path_points": [point(self.aircraft.position()), point(self.aircraft.home())],
            "last_point_type": 0,
            "flight_id": "",
            "home_dock_sn": self.gateway.as_str(),
        });
        self.tell_event("return_home_info", data, None, false);
    }

    fn settings_state(&self) -> Map<String, Value> {
        let settings = &self.aircraft.settings;
        let limit = settings.distance_limit;
        let mut state = Map::new();
        let mut put = |name: &str, value: Value| state.insert(name.to_owned(), value);
        put("height_limit", (settings.height_limit as i64).into());
        put("rth_altitude", (settings.return_height as i64).into());
        put(
            "rc_lost_action",
            self.settings.rc_lost_action.number().into(),
        );
        put(
            "commander_flight_height",
            self.settings.commander_height.into(),
        );
        put(
            "distance_limit_status",
            json!({
                "state": i64::from(limit.is_some()),
                "distance_limit": limit.unwrap_or(5000.0) as i64,
                "is_near_distance_limit": i64::from(
                    limit.is_some_and(|limit| self.aircraft.home_distance() > limit - 20.0)
                ),
            }),
        );
        state
    }
}
