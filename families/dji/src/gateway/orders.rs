//! What a person asks, as the calls the wire needs.

use skyhelm_device::command::LostAction;
use skyhelm_device::state::TargetPlace;
use skyhelm_device::stick::Shut;
use skyhelm_device::{
    Accepted, DeviceError, ErrorKind, FlightCommand, FlyTo, Gated as _, GimbalCommand, JobKind,
    Outcome, PayloadCommand, Severity, TakeOff,
};
use skyhelm_dji_proto::cloud::{Call, DrcPhase, LostBecause, RequestError, Ticket};
use skyhelm_dji_proto::drc::DrcCommand;
use skyhelm_dji_proto::numbers;
use skyhelm_dji_proto::profile::AuthorityKind;
use skyhelm_dji_proto::service::{
    CloudControlRelease, CloudControlRequest, DrcBroker, DrcModeEnter, FlyToPoint, TakeoffOptions,
    TakeoffToPoint,
};
use skyhelm_dji_proto::{ErrorCode, Service, Waypoint};
use skyhelm_units::{AboveTakeoff, EllipsoidHeight, JobId};

use super::{Ask, Gateway, Waiting};
use crate::pump::stick_limits;
use crate::video::LiveOrder;

/// Telemetry of the live link, a second.
const OSD_HZ: i64 = 10;

/// Obstacle rings of the live link, a second.
const HSI_HZ: i64 = 5;

/// How the vendor numbers a flight at the speed a person asked, by its own way.
const COMMANDER_FLIGHT_MODE: i64 = 1;

/// The call under way with its job, or nothing when it is done already.
pub(super) type Begun = Result<Option<(Ticket, Option<JobId>)>, DeviceError>;

/// A command of any capability.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Order {
    Flight(FlightCommand),
    Gimbal(GimbalCommand),
    Payload(PayloadCommand),
    Live(LiveOrder),
}

impl From<FlightCommand> for Order {
    fn from(command: FlightCommand) -> Self {
        Self::Flight(command)
    }
}
impl From<GimbalCommand> for Order {
    fn from(command: GimbalCommand) -> Self {
        Self::Gimbal(command)
    }
}
impl From<PayloadCommand> for Order {
    fn from(command: PayloadCommand) -> Self {
        Self::Payload(command)
    }
}

pub(super) fn refused(method: &str, code: ErrorCode) -> DeviceError {
    DeviceError::new(ErrorKind::Refused, format!("The device refused: {code}."))
        .remedy(code.advice())
        .command(method)
        .code(code.number())
}

pub(super) fn unanswered(method: &str) -> DeviceError {
    DeviceError::new(ErrorKind::TimedOut, "The device did not answer in time.")
        .remedy("It may have done it all the same: look at its state before trying again.")
        .command(method)
}

pub(super) fn lost_words(because: &LostBecause) -> String {
    match because {
        LostBecause::Joystick(reason) => format!("the aircraft says {reason:?}"),
        LostBecause::TakenBy(_) => String::from("the remote controller has it"),
        LostBecause::ConsentRevoked => String::from("the pilot took it back"),
        LostBecause::AircraftOffline => String::from("the aircraft went offline"),
        LostBecause::GatewayRestarted => String::from("the gateway came online anew"),
        LostBecause::Disconnected => String::from("the broker was lost"),
        LostBecause::Released => String::from("it was given back"),
    }
}

pub(super) fn not_sent(error: &RequestError) -> DeviceError {
    let kind = match error {
        RequestError::NotConnected | RequestError::NotHeard(_) => ErrorKind::Unreachable,
        RequestError::NoControl => ErrorKind::NoControl,
        RequestError::OutOfRange { .. } => ErrorKind::Invalid,
        _ => ErrorKind::Blocked,
    };
    DeviceError::new(kind, format!("Nothing was sent: {error}."))
}

fn unknown_height() -> DeviceError {
    DeviceError::new(
        ErrorKind::Blocked,
        "The aircraft has not told its height, so the target's height cannot be computed.",
    )
    .remedy("Wait for its telemetry.")
}

impl Gateway {
    /// Carries out an order, or says why not.
    pub(super) fn ask(&mut self, ask: Ask) {
        tracing::debug!(gateway = %self.start.serial, rid = %ask.request_id, order = ?ask.order, "asked");
        let Ask { order, reply, .. } = ask;
        let state = self.snapshot();
        let allowed = match &order {
            Order::Flight(command) => command.check_state(&state),
            Order::Gimbal(command) => command.check_state(&state),
            Order::Payload(command) => command.check_state(&state),
            Order::Live(_) => Ok(()),
        };
        let frees = matches!(
            order,
            Order::Flight(FlightCommand::RequestControl | FlightCommand::Arm { .. })
        );
        if frees {
            self.foreign = false;
        }
        let foreign = self.foreign && !is_ending(&order);
        let done = if foreign {
            Err(DeviceError::new(
                ErrorKind::NoControl,
                "Somebody else sends commands to this aircraft.",
            )
            .remedy("Find out who, then request control anew."))
        } else {
            allowed.and_then(|()| self.begin(order))
        };
        match done {
            Ok(Some((ticket, job))) => {
                let reply = Some(reply);
                self.waiting.insert(ticket, Waiting { reply, job });
            }
            // Whoever asked may have gone.
            Ok(None) => {
                self.publish();
                drop(reply.send(Ok(Accepted::default())));
            }
            Err(error) => drop(reply.send(Err(error))),
        }
    }

    /// The call under way, or nothing when it is done already.
    fn begin(&mut self, order: Order) -> Begun {
        match order {
            Order::Flight(command) => self.fly(command),
            Order::Gimbal(command) => self.turn_camera(&command),
            Order::Payload(command) => self.use_camera(&command),
            Order::Live(order) => self.order_live(order),
        }
    }

    pub(super) fn call(&mut self, service: Service) -> Begun {
        let now = self.now();
        let ticket = self
            .session
            .request(now, &Call::Service(service))
            .map_err(|error| not_sent(&error))?;
        Ok(Some((ticket, None)))
    }

    fn fly(&mut self, command: FlightCommand) -> Begun {
        match command {
            FlightCommand::RequestControl => self.request_control(),
            FlightCommand::ReleaseControl => self.release_control(),
            FlightCommand::EnterLive => self.enter_live(),
            FlightCommand::ExitLive => {
                self.start.pump.shut(Shut::NotLive);
                self.call(Service::DrcModeExit)
            }
            FlightCommand::TakeOff(wanted) => self.take_off(&wanted),
            FlightCommand::FlyTo(wanted) => self.fly_to(wanted),
            FlightCommand::StopFlyTo => self.call(Service::FlyToPointStop),
            FlightCommand::Land => {
                self.start.pump.shut(Shut::NotLive);
                self.open = false;
                self.drc(DrcCommand::EmergencyLanding)
            }
            FlightCommand::ReturnHome => {
                let now = self.now().utc;
                let job = self.jobs.open(JobKind::ReturnHome, "Return home", now);
                self.return_job = Some(job.clone());
                let begun = self.call(Service::ReturnHome);
                self.with_job(begun, job)
            }
            FlightCommand::CancelReturnHome => {
                if let Some(job) = self.return_job.take() {
                    let now = self.now().utc;
                    self.jobs.close(&job, Outcome::Cancelled, now);
                }
                self.call(Service::ReturnHomeCancel)
            }
            FlightCommand::Arm { .. } => {
                self.armed = true;
                self.log(Severity::Warning, "flight.armed", "Armed for flight.");
                Ok(None)
            }
            FlightCommand::Disarm => {
                self.armed = false;
                self.log(
                    Severity::Info,
                    "flight.disarmed",
                    "Only looked at from now on.",
                );
                Ok(None)
            }
            FlightCommand::SetFence(fence) => {
                self.start.pump.set_fence(fence.clone());
                self.fence = fence;
                Ok(None)
            }
            // It came by the way of all orders; it is none the less obeyed.
            FlightCommand::Stop => {
                self.brake();
                Ok(None)
            }
        }
    }

    fn with_job(&mut self, begun: Begun, job: JobId) -> Begun {
        match begun {
            Ok(Some((ticket, _))) => Ok(Some((ticket, Some(job)))),
            Ok(None) => Ok(None),
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

    fn request_control(&mut self) -> Begun {
        match self.session.profile().authority {
            AuthorityKind::Grab => self.call(Service::FlightAuthorityGrab),
            AuthorityKind::CloudControl => {
                self.call(Service::CloudControlAuthRequest(CloudControlRequest {
                    user_id: String::from("skyhelm"),
                    user_callsign: self.start.config.organization_name.clone(),
                    control_keys: vec![String::from("flight")],
                }))
            }
        }
    }

    fn release_control(&mut self) -> Begun {
        self.start.pump.shut(Shut::NotLive);
        self.open = false;
        match self.session.profile().authority {
            // A dock has no way to give it back: leaving the live link is what there is.
            AuthorityKind::Grab if self.session.drc().phase() == DrcPhase::Idle => Ok(None),
            AuthorityKind::Grab => self.call(Service::DrcModeExit),
            AuthorityKind::CloudControl => {
                self.call(Service::CloudControlRelease(CloudControlRelease {
                    control_keys: vec![String::from("flight")],
                }))
            }
        }
    }

    fn enter_live(&mut self) -> Begun {
        let now = self.now();
        let given = self
            .start
            .broker
            .drc_credentials(self.start.serial.as_str(), now.utc)
            .map_err(|error| DeviceError::new(ErrorKind::Blocked, error.to_string()))?;
        self.link_reason = None;
        let profile = *self.session.profile();
        // Of a virtual aircraft the axes are known; of any other they wait for a self-check, which is not built yet.
        let limits = stick_limits(&profile, self.start.simulated);
        self.start.pump.want(profile, limits);
        self.call(Service::DrcModeEnter(DrcModeEnter {
            mqtt_broker: DrcBroker {
                address: given.address,
                client_id: given.client_id,
                username: given.username,
                password: given.password,
                expire_time: given.expires.millis() / 1000,
                enable_tls: given.tls,
            },
            osd_frequency: OSD_HZ,
            hsi_frequency: HSI_HZ,
        }))
    }

    fn ellipsoid(&self, height: AboveTakeoff) -> Result<EllipsoidHeight, DeviceError> {
        let osd = self.session.aircraft_properties().aircraft();
        osd.to_ellipsoid(height).ok_or_else(unknown_height)
    }

    fn take_off(&mut self, wanted: &TakeOff) -> Begun {
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

    fn fly_to(&mut self, wanted: FlyTo) -> Begun {
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

    pub(super) fn drc(&mut self, command: DrcCommand) -> Begun {
        let now = self.now();
        self.session
            .drc_command(now, command)
            .map_err(|error| not_sent(&error))?;
        Ok(None)
    }

    /// The answer to a call.
    pub(super) fn answered(
        &mut self,
        ticket: Ticket,
        method: &str,
        answer: Result<(), DeviceError>,
    ) {
        let outcome = answer.as_ref().err().map(|error| error.message.clone());
        self.stop_tried(method, outcome);
        let Some(waiting) = self.waiting.remove(&ticket) else {
            return;
        };
        if method == "drc_mode_enter" && answer.is_err() {
            self.start.pump.unwant();
        }
        if method == "drc_mode_exit" && answer.is_ok() {
            self.start.pump.unwant();
        }
        if let (Some(job), Err(error)) = (&waiting.job, &answer) {
            let now = self.now().utc;
            let failed = Outcome::Failed {
                error: error.clone(),
            };
            self.jobs.close(job, failed, now);
            self.flights.retain(|_, known| known != job);
            self.target = None;
        }
        if let Some(reply) = waiting.reply {
            // Whoever has the answer finds its effect in the state.
            self.publish();
            let job = waiting.job;
            drop(reply.send(answer.map(|()| Accepted { job })));
        }
    }
}

/// Whatever ends a motion, gives something up or only looks is obeyed even beside a foreign controller.
fn is_ending(order: &Order) -> bool {
    matches!(
        order,
        Order::Flight(
            FlightCommand::Stop
                | FlightCommand::StopFlyTo
                | FlightCommand::ExitLive
                | FlightCommand::ReleaseControl
                | FlightCommand::Disarm
                | FlightCommand::SetFence(_)
        ) | Order::Live(_)
    )
}
