//! What a person asks, as the calls the wire needs.

use skyhelm_device::stick::Shut;
use skyhelm_device::{
    Accepted, DeviceError, ErrorKind, FlightCommand, Gated as _, GimbalCommand, Outcome,
    PayloadCommand, Severity,
};
use skyhelm_dji_proto::cloud::{Call, DrcPhase, LostBecause, RequestError, Ticket};
use skyhelm_dji_proto::drc::DrcCommand;
use skyhelm_dji_proto::profile::AuthorityKind;
use skyhelm_dji_proto::service::{
    CloudControlRelease, CloudControlRequest, DrcBroker, DrcModeEnter,
};
use skyhelm_dji_proto::{ErrorCode, Service};
use skyhelm_units::JobId;

use super::{Ask, Gateway, Waiting};
use crate::video::LiveOrder;

/// Telemetry of the live link, a second.
const OSD_HZ: i64 = 10;

/// Obstacle rings of the live link, a second.
const HSI_HZ: i64 = 5;

/// What an order began: the call that waits for its answer, and the job that carries it out. Neither, when
/// it is done already.
#[derive(Debug, Default)]
pub(super) struct Under {
    pub(super) ticket: Option<Ticket>,
    pub(super) job: Option<JobId>,
}

pub(super) type Begun = Result<Under, DeviceError>;

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
        if frees && allowed.is_ok() {
            self.foreign = false;
        }
        let foreign = self.foreign && !is_ending(&order);
        let done = if foreign {
            Err(beside_another())
        } else {
            allowed.and_then(|()| self.begin(order))
        };
        match done {
            Ok(Under {
                ticket: Some(ticket),
                job,
            }) => {
                let reply = Some(reply);
                self.waiting.insert(ticket, Waiting { reply, job });
            }
            // Whoever asked may have gone.
            Ok(Under { ticket: None, job }) => {
                self.publish();
                drop(reply.send(Ok(Accepted { job })));
            }
            Err(error) => drop(reply.send(Err(error))),
        }
    }

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
        Ok(Under {
            ticket: Some(ticket),
            job: None,
        })
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
            FlightCommand::Land => self.land(),
            FlightCommand::ReturnHome => self.return_home(),
            FlightCommand::CancelReturnHome => {
                self.end_journeys(&Outcome::Cancelled);
                self.call(Service::ReturnHomeCancel)
            }
            FlightCommand::CheckAxes { .. } => self.check_axes(),
            FlightCommand::Arm { .. } => {
                self.armed = true;
                self.log(Severity::Warning, "flight.armed", "Armed for flight.");
                Ok(Under::default())
            }
            FlightCommand::Disarm => {
                self.armed = false;
                self.log(
                    Severity::Info,
                    "flight.disarmed",
                    "Only looked at from now on.",
                );
                Ok(Under::default())
            }
            FlightCommand::SetFence(fence) => {
                self.start.pump.set_fence(fence.clone());
                self.fence = fence;
                Ok(Under::default())
            }
            // It came by the way of all orders; it is none the less obeyed.
            FlightCommand::Stop => {
                self.brake();
                Ok(Under::default())
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
            AuthorityKind::Grab if self.session.drc().phase() == DrcPhase::Idle => {
                Ok(Under::default())
            }
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
        self.follow_limits();
        self.start.pump.want(self.flown_profile());
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

    pub(super) fn drc(&mut self, command: DrcCommand) -> Begun {
        let now = self.now();
        self.session
            .drc_command(now, command)
            .map_err(|error| not_sent(&error))?;
        Ok(Under::default())
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
            self.forget_journey(job);
        }
        if let Some(reply) = waiting.reply {
            // Whoever has the answer finds its effect in the state.
            self.publish();
            let job = waiting.job;
            drop(reply.send(answer.map(|()| Accepted { job })));
        }
    }
}

/// Why nothing is commanded while a foreign controller's alarm stands.
pub(super) fn beside_another() -> DeviceError {
    DeviceError::new(
        ErrorKind::NoControl,
        "Somebody else sends commands to this aircraft.",
    )
    .remedy("Find out who, then request control anew.")
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
