//! A flight to a point under way, and what is told of it.

use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_sim::flight::{EndReason, Journey};
use skyhelm_units::Mono;

use super::GatewayMachine;

/// How often progress is told: seen on a Dock 3.
const TELLS: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    FlyTo {
        id: String,
    },
    Takeoff {
        flight_id: String,
        track_id: Option<String>,
    },
}

/// A flight to a point.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mission {
    kind: Kind,
    journey: Journey,
    next: Option<Mono>,
}

impl Mission {
    pub(super) fn fly_to(id: String, journey: Journey) -> Self {
        Self {
            kind: Kind::FlyTo { id },
            journey,
            next: None,
        }
    }

    pub(super) fn takeoff(flight_id: String, journey: Journey) -> Self {
        Self {
            kind: Kind::Takeoff {
                flight_id,
                track_id: None,
            },
            journey,
            next: None,
        }
    }

    pub(super) fn is_fly_to(&self) -> bool {
        matches!(self.kind, Kind::FlyTo { .. })
    }

    pub(super) fn redirected(self, journey: Journey) -> Self {
        Self { journey, ..self }
    }

    fn method(&self) -> &'static str {
        match self.kind {
            Kind::FlyTo { .. } => "fly_to_point_progress",
            Kind::Takeoff { .. } => "takeoff_to_point_progress",
        }
    }

    /// Why it ended, as the product numbers it.
    fn result(&self, reason: EndReason) -> i64 {
        let takeoff = !self.is_fly_to();
        match reason {
            EndReason::Arrived => 0,
            EndReason::Blocked if takeoff => 337_544,
            EndReason::Blocked => 321_517,
            EndReason::Sticks => 338_049,
            EndReason::Stopped => 338_050,
            EndReason::LowBatteryReturn => 338_051,
            EndReason::LowBatteryLanding => 338_052,
            EndReason::Replaced => 338_054,
            EndReason::NoFix if takeoff => 321_769,
            EndReason::NoFix => 336_002,
        }
    }
}

impl GatewayMachine {
    pub(super) fn begin_mission(&mut self, mut mission: Mission) {
        mission.next = Some(self.now.mono + TELLS);
        if let Kind::Takeoff { track_id, .. } = &mut mission.kind {
            *track_id = Some(self.ids.next_id());
        }
        let first = if mission.is_fly_to() {
            "wayline_progress"
        } else {
            "task_ready"
        };
        self.tell_mission(&mission, first, 0, false);
        self.mission = Some(mission);
    }

    pub(super) fn run_mission(&mut self) {
        let Some(mut mission) = self.mission.take() else {
            return;
        };
        if mission.next.is_none_or(|next| next <= self.now.mono) {
            mission.next = Some(self.now.mono + TELLS);
            self.tell_mission(&mission, "wayline_progress", 0, false);
        }
        self.mission = Some(mission);
    }

    pub(super) fn end_mission(&mut self, reason: EndReason) {
        let Some(mission) = self.mission.take() else {
            return;
        };
        let result = mission.result(reason);
        let status = match reason {
            EndReason::Arrived => "wayline_ok",
            EndReason::Sticks | EndReason::Stopped | EndReason::Replaced => "wayline_cancel",
            _ => "wayline_failed",
        };
        self.tell_mission(&mission, status, result, true);
        if reason == EndReason::Arrived && !mission.is_fly_to() {
            self.tell_mission(&mission, "task_finish", 0, true);
        }
    }

    fn tell_mission(&mut self, mission: &Mission, status: &str, result: i64, is_end: bool) {
        let mut data = json!({
            "status": status,
            "result": result,
            "way_point_index": i64::from(status == "wayline_ok" || status == "task_finish"),
        });
        match &mission.kind {
            Kind::FlyTo { id } => data["fly_to_id"] = id.as_str().into(),
            Kind::Takeoff {
                flight_id,
                track_id,
            } => {
                data["flight_id"] = flight_id.as_str().into();
                data["track_id"] = track_id.clone().into();
            }
        }
        if !is_end {
            self.add_rest(&mut data, &mission.journey);
        }
        self.tell_event(mission.method(), data, None, is_end);
    }

    /// What is left of the way.
    fn add_rest(&self, data: &mut Value, journey: &Journey) {
        let rest = (journey.target - self.aircraft.position()).length();
        let point = |at| {
            let (place, height) = self.land.frame().place(at);
            json!({
                "latitude": place.latitude.degrees(),
                "longitude": place.longitude.degrees(),
                "height": height.metres,
            })
        };
        data["remaining_distance"] = ((rest * 10.0).round() / 10.0).into();
        data["remaining_time"] = ((rest / journey.speed).round()).into();
        data["planned_path_points"] =
            json!([point(self.aircraft.position()), point(journey.target)]);
    }
}
