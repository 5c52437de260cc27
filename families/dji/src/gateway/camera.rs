//! Cameras and gimbals.

use skyhelm_device::{
    DeviceError, ErrorKind, GimbalAction, GimbalCommand, GimbalReset, PayloadAction,
    PayloadCommand, PayloadLens, PayloadMode,
};
use skyhelm_dji_proto::drc::DrcCommand;
use skyhelm_dji_proto::numbers::{self, CameraMode, CameraType};
use skyhelm_dji_proto::profile::{CameraCommands, DragUnit};
use skyhelm_dji_proto::service::{
    CameraAim, CameraModeSwitch, FocalLength, GimbalResetTo, LiveLensChange, OfPayload, ScreenDrag,
};
use skyhelm_dji_proto::{PayloadIndex, Service};

use super::Gateway;
use super::orders::Begun;

impl Gateway {
    pub(in crate::gateway) fn camera(
        &self,
        named: Option<&str>,
    ) -> Result<PayloadIndex, DeviceError> {
        match named {
            None => Ok(self.session.profile().camera),
            Some(name) => name.parse().map_err(|_| {
                DeviceError::new(ErrorKind::Invalid, format!("{name:?} names no camera."))
            }),
        }
    }

    pub(in crate::gateway) fn turn_camera(&mut self, command: &GimbalCommand) -> Begun {
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

    pub(in crate::gateway) fn use_camera(&mut self, command: &PayloadCommand) -> Begun {
        let payload_index = self.camera(command.camera.as_deref())?;
        let of = OfPayload { payload_index };
        let (service, drc) = match command.action {
            PayloadAction::RequestControl => {
                return self.call(Service::PayloadAuthorityGrab(of));
            }
            PayloadAction::Show { lens } => {
                let video_type = match lens {
                    PayloadLens::Infrared => self.session.profile().live_infrared.to_owned(),
                    other => camera_type(other).word().to_owned(),
                };
                let change = LiveLensChange {
                    video_id: self.video_id(payload_index),
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
    pub(in crate::gateway) fn either(&mut self, service: Service, drc: DrcCommand) -> Begun {
        match self.session.profile().camera_commands {
            CameraCommands::Drc => self.drc(drc),
            CameraCommands::Services | CameraCommands::ServicesAndDrc => self.call(service),
        }
    }
}

fn camera_type(lens: PayloadLens) -> CameraType {
    match lens {
        PayloadLens::Wide => CameraType::Wide,
        PayloadLens::Zoom => CameraType::Zoom,
        PayloadLens::Infrared => CameraType::Infrared,
    }
}
