//! What is known of a gateway and its aircraft, as the page reads it.

mod payloads;
mod troubles;

use skyhelm_device::fence::{Aircraft, Braking, distance_m, stopping_point};
use skyhelm_device::state::{
    About, AircraftAbout, Attitude, Authority, Blocked, Control, FenceState, FlightBattery,
    FlightState, Heights, Holder, Link as LinkState, LinkStatus, LiveLink, LiveStatus,
    ObstacleRing, PlaceState, PowerState, Speed, SticksState, StoppingPoint, Wind,
};
use skyhelm_device::{DeviceState, flight_guard};
use skyhelm_dji_proto::ModelKey;
use skyhelm_dji_proto::cloud::{Consent, DrcPhase};
use skyhelm_dji_proto::drc::{HsiInfo, NOTHING_SEEN_MM, OsdInfo};
use skyhelm_dji_proto::numbers::{ControlSource, ModeCode};
use skyhelm_dji_proto::osd::AircraftOsd;
use skyhelm_units::{AboveTakeoff, Angle, GroundPoint, Mono, Now, UtcMillis};

use super::{Gateway, SILENT_AFTER};
use crate::doctor::{self, Clues};

/// Rays shown of the obstacle ring: one each 5 degrees, the nearest of those it stands for.
const RAYS_SHOWN: usize = 72;

impl Gateway {
    /// Where the aircraft is and how it moves, for fence and sticks.
    pub(super) fn whereabouts(&self) -> Option<Aircraft> {
        let osd = self.session.aircraft_properties().aircraft();
        let place = self.place(&osd)?;
        let height = self.above_takeoff(&osd)?;
        let heading = Angle::from_degrees(self.heading(&osd)?);
        let speed_m_s = self.speed_over_ground(&osd, heading);
        Some(Aircraft {
            place,
            height: AboveTakeoff::from_metres(height),
            heading,
            speed_m_s,
            home: self.home(&osd),
        })
    }

    fn is_live(&self) -> bool {
        self.session.drc().phase() == DrcPhase::Connected
    }

    fn fast(&self) -> Option<&OsdInfo> {
        self.osd.as_ref().filter(|_| self.is_live())
    }

    /// The newest fast telemetry, and when it came.
    pub(super) fn osd_seen(&self) -> (Option<&OsdInfo>, Mono) {
        (self.fast(), self.osd_at)
    }

    /// The newest obstacle ring, and when it came.
    pub(super) fn hsi_seen(&self) -> (Option<&HsiInfo>, Mono) {
        (self.hsi.as_ref().filter(|_| self.is_live()), self.hsi_at)
    }

    pub(super) fn place(&self, osd: &AircraftOsd) -> Option<GroundPoint> {
        let fast = self.fast().and_then(OsdInfo::place);
        fast.or_else(|| osd.place())
    }

    pub(super) fn home(&self, osd: &AircraftOsd) -> Option<GroundPoint> {
        // A dock is its aircraft's home when the aircraft does not say.
        let dock = || {
            let dock = self.session.gateway_properties().dock();
            let [latitude, longitude] = [dock.latitude?, dock.longitude?];
            GroundPoint::from_degrees(latitude, longitude)
                .filter(|_| latitude != 0.0 || longitude != 0.0)
        };
        osd.home().or_else(dock)
    }

    pub(super) fn above_takeoff(&self, osd: &AircraftOsd) -> Option<f64> {
        let slow = osd.elevation?;
        // The fast telemetry has the ellipsoid's height alone; the difference is the take-off's.
        match (self.fast().and_then(|fast| fast.height), osd.height) {
            (Some(fast), Some(height)) => Some(fast - height + slow),
            _ => Some(slow),
        }
    }

    fn heading(&self, osd: &AircraftOsd) -> Option<f64> {
        let fast = self.fast().and_then(|fast| fast.attitude_head);
        fast.or(osd.attitude_head)
            .map(|degrees| degrees.rem_euclid(360.0))
    }

    /// East, north, up. The documents give no frame for the fast telemetry's speeds: they are read as
    /// north, east and down, and only their length counts where a mistake would be dangerous.
    fn speed_over_ground(&self, osd: &AircraftOsd, heading: Angle) -> [f64; 3] {
        if let Some(OsdInfo {
            speed_x: Some(x),
            speed_y: Some(y),
            speed_z: Some(z),
            ..
        }) = self.fast()
        {
            return [*y, *x, -*z];
        }
        let level = osd.horizontal_speed.unwrap_or(0.0);
        let (sin, cos) = heading.sin_cos();
        [level * sin, level * cos, osd.vertical_speed.unwrap_or(0.0)]
    }

    /// All that is known.
    pub(super) fn snapshot(&self) -> DeviceState {
        let now = self.now();
        let topology = self.session.topology();
        let model = topology.map(|topology| topology.gateway);
        let serial = self.start.serial.as_str();
        let name = model.and_then(ModelKey::name).unwrap_or("DJI gateway");
        let mut state = DeviceState {
            about: About {
                family: String::from("dji"),
                name: self.start.name.clone().unwrap_or_else(|| name.to_owned()),
                model: name.to_owned(),
                firmware: self.session.gateway_properties().text("firmware_version"),
                serial: Some(serial.to_owned()),
                address: serial.to_owned(),
                simulated: self.start.simulated,
            },
            link: self.link_state(now),
            control: if self.session.control().has_flight() {
                Control::Host
            } else {
                Control::Viewer
            },
            power: PowerState::default(),
            flight: Some(self.flight_state()),
            payloads: self.payloads(),
            troubles: self.troubles(),
            jobs: self.jobs.all().to_vec(),
            ..DeviceState::default()
        };
        state.blocked = flight_guard::blocked(&state);
        if self.foreign {
            for control in ["flight.fly_to", "flight.take_off", "flight.sticks"] {
                let why = Blocked {
                    reason: String::from("Somebody else sends commands to this aircraft."),
                    remedy: Some(String::from("Find out who, then request control anew.")),
                };
                state.blocked.insert(control.to_owned(), why);
            }
        }
        if !self.session.profile().can_fly() {
            let why = Blocked {
                reason: String::from(
                    "This product lets the station use its camera, not its sticks.",
                ),
                remedy: None,
            };
            state.blocked.insert(String::from("flight.sticks"), why);
        }
        state
    }

    fn link_state(&self, now: Now) -> LinkState {
        let heard = self.session.last_heard();
        let lately = heard.is_some_and(|heard| now.mono.since(heard) < SILENT_AFTER);
        let status = match (self.link.is_some(), lately, self.last_heard_utc) {
            (true, true, _) => LinkStatus::Up,
            (true, false, None) => LinkStatus::Connecting,
            _ => LinkStatus::Down,
        };
        let steps = doctor::steps(&self.clues(lately));
        let missing = steps.iter().find(|step| step.done == Some(false));
        let trouble = missing
            .filter(|_| status != LinkStatus::Up)
            .map(|step| step.advice.to_owned());
        LinkState {
            status,
            last_heard_utc_ms: self.last_heard_utc.map(UtcMillis::millis),
            round_trip_ms: None,
            trouble,
            steps: steps.into_iter().map(Into::into).collect(),
        }
    }

    /// What is known of its way online.
    fn clues(&self, heard_lately: bool) -> Clues {
        let serial = self.start.serial.as_str();
        let topology = self.session.topology();
        let heard = self.last_heard_utc.is_some();
        // Only asked while it matters: the broker's books are under a lock.
        let refused = || {
            let names = self.start.broker.refused();
            names.is_some_and(|names| names.iter().any(|name| name == serial))
        };
        Clues {
            broker_up: self.link.is_some(),
            has_account: if heard {
                Some(true)
            } else {
                self.start.broker.knows(serial)
            },
            was_refused: !heard && refused(),
            heard,
            told_topology: topology.is_some(),
            has_aircraft: topology.is_some_and(|topology| topology.aircraft.is_some()),
            heard_lately,
        }
    }

    fn flight_state(&self) -> FlightState {
        let properties = self.session.aircraft_properties();
        let osd = properties.aircraft();
        let topology = self.session.topology();
        let aircraft = topology.and_then(|topology| topology.aircraft.as_ref());
        let mode = osd.mode();
        let in_air = aircraft.and(mode).map(ModeCode::is_airborne);
        let control = self.session.control();
        let live = self.live_link();
        let ours = control.has_flight();
        let home = self.home(&osd);
        let place = self.place(&osd);
        FlightState {
            aircraft: aircraft.map(|(serial, model)| AircraftAbout {
                model: model
                    .name()
                    .map_or_else(|| model.to_string(), str::to_owned),
                serial: serial.as_str().to_owned(),
                firmware: osd.firmware_version.clone(),
            }),
            profile: self.session.profile().name.to_owned(),
            axes_confirmed: self.axes_known(),
            armed: self.armed,
            authority: Authority {
                holder: holder(control.told.flight.as_ref()),
                ours,
                asked: control.consent == Consent::Asked,
                locked: control.told.locked,
            },
            unattended: in_air == Some(true) && !(ours && live.status == LiveStatus::Up),
            live,
            sticks: self.sticks_state(),
            mode: mode.map(|mode| super::mode::told(mode, osd.mode_code.unwrap_or(-1))),
            in_air,
            position: place.map(PlaceState::from),
            fix: fix_words(&osd),
            heights: Heights {
                above_takeoff_m: self.above_takeoff(&osd),
                ellipsoid_m: self.fast().and_then(|fast| fast.height).or(osd.height),
                amsl_m: None,
            },
            attitude: self.heading(&osd).map(|heading_deg| Attitude {
                heading_deg,
                pitch_deg: osd.attitude_pitch,
                roll_deg: osd.attitude_roll,
            }),
            speed: self.speed(&osd),
            battery: osd.battery.as_ref().map(|battery| FlightBattery {
                percent: battery.capacity_percent.map(|n| n as f64),
                remaining_s: battery.remain_flight_time.map(|n| n as f64),
                return_home_percent: battery.return_home_power.map(|n| n as f64),
                landing_percent: battery.landing_power.map(|n| n as f64),
            }),
            wind: osd.wind_speed.map(|speed_m_s| Wind {
                speed_m_s,
                // The eight directions of the documents, north first.
                from_deg: osd
                    .wind_direction
                    .filter(|n| (1..=8).contains(n))
                    .map(|n| (n - 1) as f64 * 45.0),
            }),
            home: home.map(PlaceState::from),
            home_distance_m: osd
                .home_distance
                .or_else(|| Some(distance_m(home?, place?))),
            obstacles: self.hsi.as_ref().filter(|_| self.is_live()).map(ring),
            fence: self.fence.as_ref().map(FenceState::from),
            stopping_point: self.stopping(),
            target: self.target,
            last_heard_utc_ms: self.last_heard_utc.map(UtcMillis::millis),
        }
    }

    fn live_link(&self) -> LiveLink {
        let drc = self.session.drc();
        LiveLink {
            status: match drc.phase() {
                DrcPhase::Idle => LiveStatus::Off,
                DrcPhase::Entering | DrcPhase::Connecting => LiveStatus::Opening,
                DrcPhase::Connected => LiveStatus::Up,
                DrcPhase::Bad => LiveStatus::Bad,
            },
            reason: self.link_reason.clone(),
            round_trip_ms: drc.round_trip().map(|time| time.as_secs_f64() * 1000.0),
            radio_delay_ms: self.radio_delay_ms,
            picture_delay_ms: self.picture_delay_ms,
        }
    }

    fn sticks_state(&self) -> SticksState {
        if !self.session.profile().can_fly() {
            return SticksState::default();
        }
        let view = self.start.pump.view();
        SticksState {
            phase: view.phase,
            holder: view.holder,
            held_back: view.held_back,
        }
    }

    fn speed(&self, osd: &AircraftOsd) -> Option<Speed> {
        let heading = Angle::from_degrees(self.heading(osd)?);
        osd.horizontal_speed?;
        let [east, north, up] = self.speed_over_ground(osd, heading);
        let known = self.fast().is_some();
        Some(Speed {
            level_m_s: east.hypot(north),
            up_m_s: up,
            east_m_s: known.then_some(east),
            north_m_s: known.then_some(north),
        })
    }

    fn stopping(&self) -> Option<StoppingPoint> {
        let aircraft = self.whereabouts()?;
        let (place, height) = stopping_point(&aircraft, aircraft.speed_m_s, &Braking::default());
        Some(StoppingPoint {
            place: place.into(),
            above_takeoff_m: height.metres,
            distance_m: distance_m(aircraft.place, place),
        })
    }
}

fn holder(source: Option<&ControlSource>) -> Holder {
    match source {
        None | Some(ControlSource::Unknown(_)) => Holder::Unknown,
        Some(ControlSource::A) => Holder::Station,
        Some(ControlSource::B) => Holder::RemoteController,
        Some(ControlSource::Nobody) => Holder::Nobody,
    }
}

fn fix_words(osd: &AircraftOsd) -> Option<String> {
    let position = osd.position_state.as_ref()?;
    let satellites = position.gps_number.unwrap_or(0);
    Some(match position.quality {
        Some(10) => format!("RTK fixed, {satellites} satellites"),
        _ => format!("{satellites} satellites"),
    })
}

fn ring(hsi: &HsiInfo) -> ObstacleRing {
    let metres = |mm: i64| (mm > 0 && mm < NOTHING_SEEN_MM).then_some(mm as f64 / 1000.0);
    let rays = &hsi.around_distances;
    let around = (0..RAYS_SHOWN.min(rays.len())).map(|ray| {
        let from = ray * rays.len() / RAYS_SHOWN.min(rays.len());
        let to = (ray + 1) * rays.len() / RAYS_SHOWN.min(rays.len());
        let seen = rays.get(from..to).unwrap_or_default();
        seen.iter().filter_map(|mm| metres(*mm)).reduce(f64::min)
    });
    ObstacleRing {
        around_m: around.collect(),
        above_m: hsi.up_distance.and_then(metres),
        below_m: hsi.down_distance.and_then(metres),
    }
}
