//! Flights that the aircraft makes by itself, and their ends.

use skyhelm_device::command::LostAction;
use skyhelm_device::fence::distance_m;
use skyhelm_device::state::TargetPlace;
use skyhelm_device::stick::Shut;
use skyhelm_device::{DeviceError, ErrorKind, FlyTo, JobKind, Outcome, TakeOff};
use skyhelm_dji_proto::drc::DrcCommand;
use skyhelm_dji_proto::numbers::{self, ModeCode};
use skyhelm_dji_proto::service::{FlyToPoint, TakeoffOptions, TakeoffToPoint};
use skyhelm_dji_proto::{Service, Waypoint};
use skyhelm_units::{AboveTakeoff, EllipsoidHeight, JobId};

use super::Gateway;
use super::orders::{Begun, Under};

/// How the vendor numbers a flight at the speed a person asked, by its own way.
const COMMANDER_FLIGHT_MODE: i64 = 1;

/// Landed so near to home, it is home, metres.
const AT_HOME_M: f64 = 20.0;

/// A way down that ends when the aircraft stands: nothing on the wire says that it is done.
#[derive(Clone, Debug)]
pub(super) struct Journey {
    job: JobId,
    kind: JobKind,
    /// The aircraft was seen to do it.
    begun: bool,
}

fn unknown_height() -> DeviceError {
    DeviceError::new(
        ErrorKind::Blocked,
        "The aircraft has not told its height, so the target's height cannot be computed.",
    )
    .remedy("Wait for its telemetry.")
}

impl Gateway {
    pub(super) fn land(&mut self) -> Begun {
        if !self.session.profile().has_drc_landing {
            return Err(DeviceError::new(
                ErrorKind::Blocked,
                "This product has no command that lands it where it is.",
            )
            .remedy("Let it return home."));
        }
        self.start.pump.shut(Shut::NotLive);
        self.open = false;
        let job = self.begin_journey(JobKind::Land, "Land");
        let begun = self.drc(DrcCommand::EmergencyLanding);
        self.with_job(begun, job)
    }

    pub(super) fn return_home(&mut self) -> Begun {
        let job = self.begin_journey(JobKind::ReturnHome, "Return home");
        let begun = self.call(Service::ReturnHome);
        self.with_job(begun, job)
    }

    fn begin_journey(&mut self, kind: JobKind, title: &str) -> JobId {
        let now = self.now().utc;
        self.end_journeys(&Outcome::Cancelled);
        let job = self.jobs.open(kind, title, now);
        self.journeys.push(Journey {
            job: job.clone(),
            kind,
            begun: false,
        });
        job
    }

    /// Ends every way down that is under way.
    pub(super) fn end_journeys(&mut self, outcome: &Outcome) {
        let now = self.now().utc;
        for journey in core::mem::take(&mut self.journeys) {
            self.jobs.close(&journey.job, outcome.clone(), now);
        }
    }

    /// The answer to a way down by the live link.
    pub(super) fn landing_answered(&mut self, method: &str, error: Option<DeviceError>) {
        if method == DrcCommand::EmergencyLanding.method()
            && let Some(error) = error
        {
            self.end_journeys(&Outcome::Failed { error });
        }
    }

    /// A job that failed leaves nothing behind.
    pub(super) fn forget_journey(&mut self, job: &JobId) {
        self.flights.retain(|_, known| known != job);
        self.journeys.retain(|journey| journey.job != *job);
        self.target = None;
    }

    /// Sees whether a way down has come to its end.
    pub(super) fn follow_journeys(&mut self) {
        if self.journeys.is_empty() {
            return;
        }
        let osd = self.session.aircraft_properties().aircraft();
        let Some(mode) = osd.mode() else {
            return;
        };
        if !mode.is_airborne() {
            let apart = self.home(&osd).zip(self.place(&osd));
            let away = apart.map(|(home, here)| distance_m(home, here));
            let away = away.filter(|metres| *metres > AT_HOME_M);
            let goes_home = |journey: &Journey| journey.kind == JobKind::ReturnHome;
            let outcome = match away {
                Some(metres) if self.journeys.iter().all(goes_home) => Outcome::Failed {
                    error: DeviceError::new(
                        ErrorKind::Refused,
                        format!("It landed {metres:.0} m away from home."),
                    )
                    .remedy("See why in the log, and fetch it."),
                },
                _ => Outcome::Done,
            };
            return self.end_journeys(&outcome);
        }
        let descends = matches!(
            mode,
            ModeCode::ReturnHome
                | ModeCode::AutoLanding
                | ModeCode::ForcedLanding
                | ModeCode::ThreePropellerLanding
                | ModeCode::DockRoute
        );
        if descends {
            for journey in &mut self.journeys {
                journey.begun = true;
            }
        } else if self.journeys.iter().any(|journey| journey.begun) {
            // It hangs or is flown again: somebody ended it.
            self.end_journeys(&Outcome::Cancelled);
        }
    }

    fn with_job(&mut self, begun: Begun, job: JobId) -> Begun {
        match begun {
            Ok(under) => Ok(Under {
                job: Some(job),
                ..under
            }),
            Err(error) => {
                let now = self.now().utc;
                let failed = Outcome::Failed {
                    error: error.clone(),
                };
                self.jobs.close(&job, failed, now);
                Err(error)
            }
        }
    }

    fn ellipsoid(&self, height: AboveTakeoff) -> Result<EllipsoidHeight, DeviceError> {
        let osd = self.session.aircraft_properties().aircraft();
        osd.to_ellipsoid(height).ok_or_else(unknown_height)
    }

    pub(super) fn take_off(&mut self, wanted: &TakeOff) -> Begun {
        let target_height = self.ellipsoid(wanted.height)?;
        let flight_id = self.flight_id("takeoff");
        let lost = match wanted.lost_action {
            LostAction::Hover => numbers::LostAction::Hover,
            LostAction::Land => numbers::LostAction::Land,
            LostAction::ReturnHome => numbers::LostAction::ReturnHome,
        };
        let takeoff = TakeoffToPoint {
            target: wanted.target,
            target_height,
            security_takeoff_height: wanted.security_height,
            rth_altitude: wanted.return_height,
            flight_id: flight_id.clone(),
            max_speed: wanted.max_speed_m_s.floor() as i64,
            rc_lost_action: Some(lost),
            options: TakeoffOptions {
                rth_mode: Some(1),
                commander_mode_lost_action: Some(1),
                commander_flight_mode: Some(COMMANDER_FLIGHT_MODE),
                commander_flight_height: Some(wanted.height),
                ..TakeoffOptions::default()
            },
        };
        let job = (JobKind::TakeOff, "Take off");
        let target = (wanted.target, wanted.height, target_height);
        self.depart(job, flight_id, target, Service::TakeoffToPoint(takeoff))
    }

    pub(super) fn fly_to(&mut self, wanted: FlyTo) -> Begun {
        let height = self.ellipsoid(wanted.height)?;
        let id = self.flight_id("fly-to");
        let waypoint = Waypoint {
            place: wanted.target,
            height,
        };
        let fly = FlyToPoint::new(id.clone(), waypoint, wanted.max_speed_m_s.floor() as i64);
        let job = (JobKind::FlyTo, "Fly to a point");
        let target = (wanted.target, wanted.height, height);
        self.depart(job, id, target, Service::FlyToPoint(fly))
    }

    fn depart(
        &mut self,
        (kind, title): (JobKind, &str),
        id: String,
        (place, above, ellipsoid): (skyhelm_units::GroundPoint, AboveTakeoff, EllipsoidHeight),
        service: Service,
    ) -> Begun {
        let now = self.now().utc;
        let job = self.jobs.open(kind, title, now);
        let begun = self.call(service);
        if begun.is_ok() {
            self.flights.insert(id, job.clone());
            self.target = Some(TargetPlace {
                place: place.into(),
                above_takeoff_m: above.metres,
                ellipsoid_m: Some(ellipsoid.metres),
                ..TargetPlace::default()
            });
        }
        self.with_job(begun, job)
    }

    fn flight_id(&self, kind: &str) -> String {
        let now = self.now();
        format!(
            "{kind}-{}-{}",
            now.utc.millis(),
            now.mono.elapsed().as_nanos()
        )
    }
}
