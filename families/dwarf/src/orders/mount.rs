//! Orders for the mount.

use skyhelm_device::{Body, DeviceError, ErrorKind, MountCommand};
use skyhelm_dwarf_proto::numbers::SolarBody;
use skyhelm_dwarf_proto::profile::MotorIds;
use skyhelm_dwarf_proto::{Profile, cmd, v2};
use skyhelm_units::Site;

use super::{Effect, Plan, Scene, Send, patience, request};
use crate::known::{Aim, Slot, Target};
use skyhelm_device::Lens;

pub(super) fn mount(command: &MountCommand, scene: Scene<'_>) -> Result<Plan, DeviceError> {
    let plan = match command {
        MountCommand::Goto { target, name } => {
            let target = Target {
                name: name.clone(),
                aim: Aim::Place(*target),
            };
            let title = format!("Slew to {name}");
            (Some(Lens::Tele), vec![follow(target, title, scene)])
        }
        MountCommand::GotoBody { body } => (Some(Lens::Tele), vec![goto_body(*body, scene.site)]),
        MountCommand::Track => {
            let target = scene.known.where_it_looks(scene.at).ok_or_else(|| {
                DeviceError::new(
                    ErrorKind::Blocked,
                    "Nobody knows where the telescope looks.",
                )
                .remedy("Go to a target first.")
            })?;
            let title = format!("Follow {} again", target.name);
            (Some(Lens::Tele), vec![follow(target, title, scene)])
        }
        MountCommand::StopGoto => (None, vec![stop_goto()]),
        MountCommand::Calibrate => (Some(Lens::Tele), vec![calibrate(scene.site)]),
        MountCommand::StopCalibration => (None, vec![stop_calibration()]),
        MountCommand::CentreOnWide { x, y } => {
            let send = centre(*x, *y, scene.known.wide_size());
            (None, vec![send])
        }
        MountCommand::Joystick { .. } => (None, Vec::new()),
        MountCommand::StopJoystick => (None, vec![stop_joystick()]),
        MountCommand::Park => (None, park(scene.profile)),
        MountCommand::StopAll => (
            None,
            vec![
                stop_joystick().lenient(),
                stop_goto().lenient(),
                stop_calibration().lenient(),
            ],
        ),
    };
    Ok(plan)
}

/// A slew to a place, which the telescope solves and then follows.
pub(crate) fn follow(target: Target, title: String, scene: Scene<'_>) -> Send {
    let place = scene.known.place_of(&target, scene.at);
    let message = v2::ReqGotoDso {
        ra: scene.profile.goto_ra.to_wire(place.ra),
        dec: place.dec.angle().degrees(),
        target_name: target.name.clone(),
    };
    let number = cmd::ASTRO_START_GOTO_DSO;
    request(number, &message)
        .effect(Effect::Aimed(target))
        .begins(Slot::Goto, title, patience(number))
}

fn goto_body(body: Body, site: &Site) -> Send {
    let number = match body {
        Body::Mercury => SolarBody::Mercury,
        Body::Venus => SolarBody::Venus,
        Body::Mars => SolarBody::Mars,
        Body::Jupiter => SolarBody::Jupiter,
        Body::Saturn => SolarBody::Saturn,
        Body::Uranus => SolarBody::Uranus,
        Body::Neptune => SolarBody::Neptune,
        Body::Moon => SolarBody::Moon,
        Body::Sun => SolarBody::Sun,
    };
    let message = v2::ReqGotoSolarSystem {
        index: number.number().cast_signed(),
        lon: site.longitude.degrees(),
        lat: site.latitude.degrees(),
        target_name: body.name().to_owned(),
    };
    let target = Target {
        name: body.name().to_owned(),
        aim: Aim::Body(body),
    };
    let article = match body {
        Body::Sun | Body::Moon => "the ",
        _ => "",
    };
    let number = cmd::ASTRO_START_GOTO_SOLAR_SYSTEM;
    request(number, &message)
        .effect(Effect::Aimed(target))
        .begins(
            Slot::Goto,
            format!("Slew to {article}{body}"),
            patience(number),
        )
}

fn calibrate(site: &Site) -> Send {
    let message = v2::ReqStartCalibration {
        lon: site.longitude.degrees(),
        lat: site.latitude.degrees(),
    };
    let number = cmd::ASTRO_START_CALIBRATION;
    request(number, &message).begins(Slot::Calibrate, "Calibration", patience(number))
}

fn stop_goto() -> Send {
    request(cmd::ASTRO_STOP_GOTO, &v2::ReqStopGoto {}).effect(Effect::StopAsked(Slot::Goto))
}

fn stop_calibration() -> Send {
    request(cmd::ASTRO_STOP_CALIBRATION, &v2::ReqStopCalibration {})
        .effect(Effect::StopAsked(Slot::Calibrate))
}

pub(crate) fn stop_joystick() -> Send {
    request(
        cmd::MOTOR_JOYSTICK_STOP,
        &v2::ReqMotorServiceJoystickStop {},
    )
}

/// A click on the wide picture; pixels of that picture (API 2.0 §4.13.8).
fn centre(x: f64, y: f64, [width, height]: [u32; 2]) -> Send {
    let pixel = |part: f64, size: u32| (part * f64::from(size)).round() as i32;
    let message = v2::ReqDualCameraLinkage {
        x: pixel(x, width),
        y: pixel(y, height),
    };
    request(cmd::MOTOR_DUAL_CAMERA_LINKAGE, &message).effect(Effect::Centring)
}

/// Both motors to their stops, then folded: the presets of the vendor's app.
fn park(profile: &Profile) -> Vec<Send> {
    let MotorIds { rotation, pitch } = profile.motors;
    let run_to = |id, end_position| {
        let message = v2::ReqMotorRunTo {
            id,
            end_position,
            speed: 10.0,
            speed_ramping: 100,
            resolution_level: 3,
        };
        request(cmd::MOTOR_RUN_TO, &message)
    };
    vec![
        stop_goto().lenient(),
        run_to(rotation, 158.6),
        run_to(pitch, 317.0).effect(Effect::Parked),
    ]
}
