//! Properties that the cloud may set.

use serde_json::Value;
use skyhelm_dji_proto::Envelope;
use skyhelm_dji_proto::numbers::{LostAction, PropertyResult};
use skyhelm_dji_proto::property::PropertySet;
use skyhelm_dji_proto::tolerant::{as_flag, as_float, as_int};
use skyhelm_dji_proto::topic::TopicKind;
use skyhelm_sim::flight::Journey;

use super::{GatewayMachine, LinkId};

/// What is set and not part of the flight model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) rc_lost_action: LostAction,
    pub(super) night_lights: bool,
    /// Height a flight to a point climbs to before it leaves, metres: the documents' default.
    pub(super) commander_height: f64,
    pub(super) paused: Option<Journey>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rc_lost_action: LostAction::ReturnHome,
            night_lights: false,
            commander_height: 2.0,
            paused: None,
        }
    }
}

impl GatewayMachine {
    pub(super) fn set_properties(&mut self, envelope: &Envelope) {
        let asked = PropertySet::read(&envelope.data);
        let results: Vec<(String, PropertyResult)> = asked
            .iter()
            .take(16)
            .map(|property| {
                let set = self.set_property(&property.name, &property.value).is_some();
                let result = if set {
                    PropertyResult::Ok
                } else {
                    PropertyResult::Failed
                };
                (property.name.clone(), result)
            })
            .collect();
        let reply = envelope.reply(self.utc(), PropertySet::reply(&results));
        let topic = self.topic(TopicKind::PropertySetReply);
        self.publish(LinkId::Main, &topic, &reply, 1);
        self.reports.settings_changed = true;
    }

    fn set_property(&mut self, name: &str, value: &Value) -> Option<()> {
        let number = |low: f64, high: f64| as_float(value).filter(|n| (low..=high).contains(n));
        let settings = &mut self.aircraft.settings;
        match name {
            "height_limit" => settings.height_limit = number(20.0, 1500.0)?,
            "rth_altitude" => settings.return_height = number(20.0, 1500.0)?,
            "commander_flight_height" => self.settings.commander_height = number(2.0, 3000.0)?,
            "night_lights_state" => self.settings.night_lights = as_flag(value)?,
            "rc_lost_action" => {
                self.settings.rc_lost_action = match LostAction::from_number(as_int(value)?) {
                    LostAction::Unknown(_) => return None,
                    known => known,
                };
            }
            "distance_limit_status" => {
                let on = value.get("state").map_or(Some(true), as_flag)?;
                let limit = value.get("distance_limit").and_then(as_float);
                let limit = limit.filter(|limit| (15.0..=8000.0).contains(limit));
                settings.distance_limit = if on {
                    Some(limit.or(settings.distance_limit)?)
                } else {
                    None
                };
            }
            "obstacle_avoidance" => {
                let side = |side: &str, now: bool| value.get(side).map_or(Some(now), as_flag);
                let before = settings.avoidance;
                settings.avoidance.horizontal = side("horizon", before.horizontal)?;
                settings.avoidance.upward = side("upside", before.upward)?;
                settings.avoidance.downward = side("downside", before.downward)?;
            }
            _ => return None,
        }
        Some(())
    }
}
