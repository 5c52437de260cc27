//! What a person asks, as the calls the wire needs.

use skyhelm_device::ErrorKind;
use skyhelm_device::gate::Gated as _;
use skyhelm_device::{
    FlightCommand, FlyTo, GimbalAction, GimbalCommand, GimbalReset, PayloadAction, PayloadCommand,
    PayloadLens, PayloadMode, TakeOff, command::LostAction,
};
use skyhelm_dji_proto::cloud::{Call, RequestError};
use skyhelm_dji_proto::drc::DrcCommand;
use skyhelm_dji_proto::numbers::{self, CameraMode, CameraType};
use skyhelm_dji_proto::profile::{AuthorityKind, CameraCommands, DragUnit};
use skyhelm_dji_proto::service::{
    CameraAim, CameraModeSwitch, CloudControlRelease, CloudControlRequest, DrcBroker, DrcModeEnter,
    FlyToPoint, FocalLength, GimbalResetTo, LiveLensChange, OfPayload, ScreenDrag, TakeoffOptions,
    TakeoffToPoint,
};
use skyhelm_dji_proto::{ErrorCode, PayloadIndex, Service, Waypoint};
use skyhelm_units::{AboveTakeoff, EllipsoidHeight};

use super::*;

/// Telemetry of the live link, a second.
const OSD_HZ: i64 = 10;

/// Obstacle rings of the live link, a second.
const HSI_HZ: i64 = 5;

/// How the vendor numbers a flight at the speed a person asked, by its own way.
const COMMANDER_FLIGHT_MODE: i64 = 1;

/// A command of any capability.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Order {
    Flight(FlightCommand),
    Gimbal(GimbalCommand),
    Payload(PayloadCommand),
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

fn not_sent(error: &RequestError) -> DeviceError {
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
            Ok(None) => drop(reply.send(Ok(Accepted::default()))),
            Err(error) => drop(reply.send(Err(error))),
        }
    }

    /// The call under way, or nothing when it is done already.
    fn begin(&mut self, order: Order) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
        match order {
            Order::Flight(command) => self.fly(command),
            Order::Gimbal(command) => self.turn_camera(&command),
            Order::Payload(command) => self.use_camera(&command),
        }
    }

    fn call(&mut self, service: Service) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
        let now = self.now();
        let ticket = self
            .session
            .request(now, &Call::Service(service))
            .map_err(|error| not_sent(&error))?;
        Ok(Some((ticket, None)))
    }

    fn fly(
        &mut self,
        command: FlightCommand,
    ) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
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

    fn with_job(
        &mut self,
        begun: Result<Option<(Ticket, Option<JobId>)>, DeviceError>,
        job: JobId,
    ) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
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

    fn request_control(&mut self) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
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

    fn release_control(&mut self) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
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

    fn enter_live(&mut self) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
        let now = self.now();
        let given = self
            .start
            .broker
            .drc_credentials(self.start.serial.as_str(), now.utc)
            .map_err(|error| DeviceError::new(ErrorKind::Blocked, error.to_string()))?;
        self.link_reason = None;
        self.start.pump.want(*self.session.profile());
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

    fn take_off(
        &mut self,
        wanted: &TakeOff,
    ) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
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

    fn fly_to(&mut self, wanted: FlyTo) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
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
    ) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
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

    fn drc(&mut self, command: DrcCommand) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
        let now = self.now();
        self.session
            .drc_command(now, command)
            .map_err(|error| not_sent(&error))?;
        Ok(None)
    }

    fn camera(&self, named: Option<&str>) -> Result<PayloadIndex, DeviceError> {
        match named {
            None => Ok(self.session.profile().camera),
            Some(name) => name.parse().map_err(|_| {
                DeviceError::new(ErrorKind::Invalid, format!("{name:?} names no camera."))
            }),
        }
    }

    fn turn_camera(
        &mut self,
        command: &GimbalCommand,
    ) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
        let payload_index = self.camera(command.camera.as_deref())?;
        let radians = self.session.profile().drag_unit == DragUnit::RadiansPerSecond;
        let unit = |degrees: f64| {
            if radians {
                degrees.to_radians()
            } else {
                degrees
            }
        };
        let (service, drc) = match command.action {
            GimbalAction::Reset(mode) => {
                let reset_mode = match mode {
                    GimbalReset::Centre => numbers::GimbalReset::Centre,
                    GimbalReset::Down => numbers::GimbalReset::Down,
                    GimbalReset::CentreYaw => numbers::GimbalReset::CentreYaw,
                    GimbalReset::PitchDown => numbers::GimbalReset::PitchDown,
                };
                let to = GimbalResetTo {
                    payload_index,
                    reset_mode,
                };
                (Service::GimbalReset(to), DrcCommand::GimbalReset(to))
            }
            GimbalAction::Aim { lens, x, y, locked } => {
                let aim = CameraAim {
                    payload_index,
                    camera_type: camera_type(lens),
                    locked,
                    x,
                    y,
                };
                (Service::CameraAim(aim.clone()), DrcCommand::Aim(aim))
            }
            GimbalAction::Drag {
                pitch_deg_s,
                yaw_deg_s,
                locked,
            } => {
                let drag = ScreenDrag {
                    payload_index,
                    locked,
                    pitch_speed: unit(pitch_deg_s),
                    yaw_speed: unit(yaw_deg_s),
                };
                (
                    Service::CameraScreenDrag(drag),
                    DrcCommand::ScreenDrag(drag),
                )
            }
        };
        self.either(service, drc)
    }

    fn use_camera(
        &mut self,
        command: &PayloadCommand,
    ) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
        let payload_index = self.camera(command.camera.as_deref())?;
        let of = OfPayload { payload_index };
        let (service, drc) = match command.action {
            PayloadAction::RequestControl => {
                return self.call(Service::PayloadAuthorityGrab(of));
            }
            PayloadAction::Show { lens } => {
                let video_type = camera_type(lens).word().to_owned();
                let change = LiveLensChange {
                    video_id: None,
                    video_type,
                };
                return self.call(Service::LiveLensChange(change));
            }
            PayloadAction::SetMode(mode) => {
                let camera_mode = match mode {
                    PayloadMode::Photo => CameraMode::Photo,
                    PayloadMode::Video => CameraMode::Video,
                    PayloadMode::LowLight => CameraMode::LowLight,
                    PayloadMode::Panorama => CameraMode::Panorama,
                };
                let to = CameraModeSwitch {
                    payload_index,
                    camera_mode,
                };
                (
                    Service::CameraModeSwitch(to),
                    DrcCommand::CameraModeSwitch(to),
                )
            }
            PayloadAction::Photo => (Service::CameraPhotoTake(of), DrcCommand::PhotoTake(of)),
            PayloadAction::StartRecording => (
                Service::CameraRecordingStart(of),
                DrcCommand::RecordingStart(of),
            ),
            PayloadAction::StopRecording => (
                Service::CameraRecordingStop(of),
                DrcCommand::RecordingStop(of),
            ),
            PayloadAction::Zoom { lens, factor } => {
                let zoom = FocalLength {
                    payload_index,
                    camera_type: camera_type(lens),
                    zoom_factor: factor,
                };
                (
                    Service::CameraFocalLengthSet(zoom.clone()),
                    DrcCommand::FocalLengthSet(zoom),
                )
            }
        };
        self.either(service, drc)
    }

    /// By the way this product takes it.
    fn either(
        &mut self,
        service: Service,
        drc: DrcCommand,
    ) -> Result<Option<(Ticket, Option<JobId>)>, DeviceError> {
        match self.session.profile().camera_commands {
            CameraCommands::Drc => self.drc(drc),
            CameraCommands::Services | CameraCommands::ServicesAndDrc => self.call(service),
        }
    }

    /// A stop: by the live link when it is open, else by what else ends a motion.
    pub(super) fn stop(&mut self, ask: Ask) {
        let tried = self.brake();
        let answer = if tried.is_empty() {
            Err(DeviceError::new(
                ErrorKind::Unreachable,
                "No stop could be sent: the gateway is not reached.",
            )
            .remedy("Stop it at the remote controller."))
        } else {
            let words = tried.join(", ");
            self.log(
                Severity::Warning,
                "flight.stop",
                &format!("Stop: sent {words}."),
            );
            let tried = tried.into_iter().map(|method| (method, None)).collect();
            self.stopping = Some(Stopping {
                reply: Some(ask.reply),
                tried,
            });
            return;
        };
        drop(ask.reply.send(answer));
    }

    /// Sends every stop there is a way for; says which.
    fn brake(&mut self) -> Vec<String> {
        let now = self.now();
        let mut tried = Vec::new();
        let live = self.session.drc_command(now, DrcCommand::EmergencyStop);
        if live.is_ok() {
            tried.push(String::from(DrcCommand::EmergencyStop.method()));
        }
        let connected = self.session.drc().phase() == DrcPhase::Connected;
        if !connected {
            for service in [Service::FlyToPointStop, Service::FlightTaskPause] {
                let method = service.method().to_owned();
                if let Ok(Some((ticket, _))) = self.call(service) {
                    let (reply, job) = (None, None);
                    self.waiting.insert(ticket, Waiting { reply, job });
                    tried.push(method);
                }
            }
        }
        tried
    }

    /// What became of one way to stop. The first that worked answers; when none did, the last.
    pub(super) fn stop_tried(&mut self, method: &str, failed: Option<String>) {
        let Some(stopping) = &mut self.stopping else {
            return;
        };
        let Some(entry) = stopping.tried.iter_mut().find(|(name, _)| name == method) else {
            return;
        };
        let worked = failed.is_none();
        entry.1 = Some(failed.unwrap_or_else(|| String::from("taken")));
        let all = stopping.tried.iter().all(|(_, outcome)| outcome.is_some());
        if !worked && !all {
            return;
        }
        let answer = if worked {
            Ok(Accepted::default())
        } else {
            let words: Vec<String> = stopping
                .tried
                .iter()
                .map(|(name, outcome)| format!("{name}: {}", outcome.as_deref().unwrap_or("?")))
                .collect();
            Err(DeviceError::new(
                ErrorKind::Refused,
                format!("No stop was taken ({}).", words.join("; ")),
            )
            .remedy("Stop it at the remote controller."))
        };
        if let Some(reply) = stopping.reply.take() {
            drop(reply.send(answer));
        }
        if all {
            self.stopping = None;
        }
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
            let job = waiting.job;
            drop(reply.send(answer.map(|()| Accepted { job })));
        }
    }
}

/// Whatever ends a motion or gives something up is obeyed even beside a foreign controller.
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
        )
    )
}

fn camera_type(lens: PayloadLens) -> CameraType {
    match lens {
        PayloadLens::Wide => CameraType::Wide,
        PayloadLens::Zoom => CameraType::Zoom,
        PayloadLens::Infrared => CameraType::Infrared,
    }
}
