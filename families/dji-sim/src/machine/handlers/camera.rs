//! Payload control: photographs, video, zoom, gimbal.

use skyhelm_dji_proto::numbers::{CameraMode, CameraType, ControlSource, GimbalReset};
use skyhelm_dji_proto::profile::AuthorityKind;
use skyhelm_dji_proto::service::{
    CameraAim, CameraLookAt, CameraModeSwitch, CameraScreenSplit, FocalLength, GimbalResetTo,
    OfPayload, ScreenDrag,
};
use skyhelm_dji_proto::{Envelope, ErrorCode, PayloadIndex};
use skyhelm_sim::flight::{Command, Enu};

use super::super::GatewayMachine;
use super::super::camera::Lens;
use super::{Answer, Row, body};

pub(super) const ROWS: &[Row] = &[
    ("camera_mode_switch", switch_mode),
    ("camera_photo_take", take_photo),
    ("camera_photo_stop", stop_photo),
    ("camera_recording_start", start_recording),
    ("camera_recording_stop", stop_recording),
    ("camera_screen_drag", drag),
    ("camera_aim", aim),
    ("camera_focal_length_set", zoom),
    ("camera_look_at", look_at),
    ("camera_screen_split", split),
    ("gimbal_reset", reset),
];

const CANNOT_PHOTOGRAPH: ErrorCode = ErrorCode::new(327_006);
const CANNOT_RECORD: ErrorCode = ErrorCode::new(327_007);
const CANNOT_STOP_RECORDING: ErrorCode = ErrorCode::new(327_008);
const CANNOT_SWITCH: ErrorCode = ErrorCode::new(327_009);
const CANNOT_ZOOM: ErrorCode = ErrorCode::new(327_010);
const CANNOT_ZOOM_INFRARED: ErrorCode = ErrorCode::new(327_011);
const CANNOT_AIM: ErrorCode = ErrorCode::new(327_005);
const CANNOT_DRAG: ErrorCode = ErrorCode::new(327_004);
const CANNOT_STOP_PANORAMA: ErrorCode = ErrorCode::new(327_022);
/// How long a drag goes on when no other comes: the documents have no command that ends one.
const DRAG_HOLD_S: f64 = 0.6;

/// The payload is there, and ours to command.
fn may_work(gateway: &GatewayMachine, index: PayloadIndex) -> Answer {
    if index != gateway.camera_index() {
        return Err(ErrorCode::BAD_PARAMETER);
    }
    if !gateway.has_aircraft() {
        return Err(ErrorCode::NO_AIRCRAFT);
    }
    let may = match gateway.profile.authority {
        AuthorityKind::Grab => gateway.authority.payload(index) == Some(ControlSource::A),
        AuthorityKind::CloudControl => gateway.authority.has_consent(),
    };
    if may {
        Ok(())
    } else {
        Err(ErrorCode::NO_AUTHORITY)
    }
}

fn switch_mode(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: CameraModeSwitch = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    if matches!(wanted.camera_mode, CameraMode::Unknown(_)) {
        return Err(ErrorCode::BAD_PARAMETER);
    }
    if gateway.camera.switch(wanted.camera_mode) {
        Ok(())
    } else {
        Err(CANNOT_SWITCH)
    }
}

fn take_photo(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: OfPayload = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    let bid = envelope.bid.clone().unwrap_or_default();
    if gateway.camera.begin_photo(bid) {
        Ok(())
    } else {
        Err(CANNOT_PHOTOGRAPH)
    }
}

fn stop_photo(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: OfPayload = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    if gateway.stop_panorama() {
        Ok(())
    } else {
        Err(CANNOT_STOP_PANORAMA)
    }
}

fn start_recording(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: OfPayload = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    if gateway.camera.begin_recording() {
        Ok(())
    } else {
        Err(CANNOT_RECORD)
    }
}

fn stop_recording(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: OfPayload = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    if gateway.camera.end_recording() {
        Ok(())
    } else {
        Err(CANNOT_STOP_RECORDING)
    }
}

fn drag(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: ScreenDrag = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    let (pitch, yaw) = (wanted.pitch_speed, wanted.yaw_speed);
    if !(pitch.abs() <= 360.0 && yaw.abs() <= 360.0) {
        return Err(CANNOT_DRAG);
    }
    // With the nose locked only the pitch is the cloud's.
    let yaw = if wanted.locked { 0.0 } else { yaw };
    gateway.aircraft.gimbal.drag(pitch, yaw, DRAG_HOLD_S);
    Ok(())
}

/// Turns the lens to a direction of the local frame: the gimbal alone, or with the aircraft.
fn turn_to(gateway: &mut GatewayMachine, direction: Enu, with_nose: bool) {
    let pitch = direction.up.atan2(direction.level_length()).to_degrees();
    let heading = direction.heading_deg();
    let nose = gateway.aircraft.heading_deg();
    let side = (heading - nose + 540.0).rem_euclid(360.0) - 180.0;
    if with_nose && gateway.aircraft.is_flying() {
        gateway.aircraft.gimbal.look(pitch, 0.0);
        let face = Command::Face {
            heading_deg: heading,
        };
        // On a journey the nose has its own way to point.
        let _ = gateway.aircraft.command(face, &gateway.land);
    } else {
        gateway.aircraft.gimbal.look(pitch, side);
    }
}

fn aim(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: CameraAim = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    let Some(lens) = Lens::of(&wanted.camera_type) else {
        return Err(ErrorCode::BAD_PARAMETER);
    };
    let inside = 0.0..=1.0;
    if !inside.contains(&wanted.x) || !inside.contains(&wanted.y) {
        return Err(CANNOT_AIM);
    }
    let direction = gateway.view(lens).direction(wanted.x, wanted.y, 16.0 / 9.0);
    turn_to(gateway, direction, wanted.locked);
    Ok(())
}

fn look_at(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: CameraLookAt = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    let target = gateway
        .land
        .frame()
        .enu(wanted.place.place, wanted.place.height);
    let direction = target - gateway.aircraft.position();
    if direction.length() < 1.0 {
        return Err(CANNOT_AIM);
    }
    turn_to(gateway, direction, wanted.locked);
    Ok(())
}

fn zoom(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: FocalLength = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    let infrared = wanted.camera_type == CameraType::Infrared;
    if !wanted.is_in_range() {
        return Err(if infrared {
            CANNOT_ZOOM_INFRARED
        } else {
            CANNOT_ZOOM
        });
    }
    if infrared {
        gateway.camera.ir_zoom = wanted.zoom_factor;
    } else {
        gateway.camera.zoom = wanted.zoom_factor;
    }
    Ok(())
}

fn split(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: CameraScreenSplit = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    gateway.camera.split = wanted.enable;
    Ok(())
}

fn reset(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: GimbalResetTo = body(envelope)?;
    may_work(gateway, wanted.payload_index)?;
    let gimbal = &mut gateway.aircraft.gimbal;
    let (pitch, side) = (gimbal.pitch_deg(), gimbal.side_deg());
    match wanted.reset_mode {
        GimbalReset::Centre => gimbal.look(0.0, 0.0),
        GimbalReset::Down => gimbal.look(-90.0, 0.0),
        GimbalReset::CentreYaw => gimbal.look(pitch, 0.0),
        GimbalReset::PitchDown => gimbal.look(-90.0, side),
        GimbalReset::Unknown(_) => return Err(ErrorCode::BAD_PARAMETER),
    }
    Ok(())
}
