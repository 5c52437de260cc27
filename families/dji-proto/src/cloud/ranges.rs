//! What is out of the documents' ranges is refused before anything is sent.

use skyhelm_units::AboveTakeoff;

use super::RequestError;
use crate::profile::{FlyToSchema, Profile};
use crate::service::{FlyToPoint, Service, TakeoffToPoint};
use crate::wire::Waypoint;

pub(super) fn check(profile: &Profile, service: &Service) -> Result<(), RequestError> {
    match service {
        Service::FlyToPoint(fly) => {
            let schema = profile.fly_to.ok_or(cannot(profile))?;
            within("max_speed", fly.max_speed as f64, 0.0, 15.0)?;
            fly_to(&schema, fly)
        }
        Service::FlyToPointUpdate(update) => {
            let schema = profile.fly_to.filter(|schema| schema.has_update);
            within("max_speed", update.max_speed as f64, 1.0, 15.0)?;
            targets(&schema.ok_or(cannot(profile))?, &update.points)
        }
        Service::TakeoffToPoint(takeoff) => check_takeoff(profile, takeoff),
        Service::DrcModeEnter(enter) => {
            within("osd_frequency", enter.osd_frequency as f64, 1.0, 30.0)?;
            within("hsi_frequency", enter.hsi_frequency as f64, 1.0, 30.0)
        }
        Service::CameraFocalLengthSet(zoom) if !zoom.is_in_range() => Err(out(
            "zoom_factor",
            zoom.zoom_factor,
            "2 to 200, infrared 2 to 20, wide not at all",
        )),
        Service::CameraAim(aim) => {
            within("x", aim.x, 0.0, 1.0)?;
            within("y", aim.y, 0.0, 1.0)
        }
        _ => Ok(()),
    }
}

fn fly_to(schema: &FlyToSchema, fly: &FlyToPoint) -> Result<(), RequestError> {
    if fly.fly_to_id.is_empty() {
        return Err(out("fly_to_id", "nothing", "some text"));
    }
    targets(schema, &fly.points)
}

/// One target only: what a device does with two is not documented, so two are never sent.
fn targets(schema: &FlyToSchema, points: &[Waypoint]) -> Result<(), RequestError> {
    let [target] = points else {
        return Err(out("points", points.len(), "exactly one target"));
    };
    within(
        "height",
        target.height.metres,
        schema.height_min_m,
        schema.height_max_m,
    )
}

fn check_takeoff(profile: &Profile, takeoff: &TakeoffToPoint) -> Result<(), RequestError> {
    let schema = profile.takeoff.ok_or(cannot(profile))?;
    let height = |field, height: AboveTakeoff, low| within(field, height.metres, low, 1500.0);
    within("target_height", takeoff.target_height.metres, 2.0, 1500.0)?;
    height(
        "security_takeoff_height",
        takeoff.security_takeoff_height,
        schema.security_height_min_m,
    )?;
    height("rth_altitude", takeoff.rth_altitude, 2.0)?;
    within("max_speed", takeoff.max_speed as f64, 1.0, 15.0)?;
    let options = &takeoff.options;
    if let Some(height) = options.commander_flight_height {
        within("commander_flight_height", height.metres, 2.0, 3000.0)?;
    }
    let commander = options.commander_flight_mode.is_some()
        && options.commander_mode_lost_action.is_some()
        && options.commander_flight_height.is_some();
    if schema.needs_commander && !commander {
        return Err(out(
            "commander_flight_mode, commander_mode_lost_action, commander_flight_height",
            "absent",
            "what this product requires",
        ));
    }
    Ok(())
}

fn within(field: &'static str, found: f64, low: f64, high: f64) -> Result<(), RequestError> {
    if (low..=high).contains(&found) {
        Ok(())
    } else {
        Err(out(field, found, &format!("{low} to {high}")))
    }
}

fn out(field: &'static str, found: impl core::fmt::Display, range: &str) -> RequestError {
    RequestError::OutOfRange {
        field,
        found: found.to_string(),
        range: range.to_owned(),
    }
}

const fn cannot(profile: &Profile) -> RequestError {
    RequestError::NotOnThisProduct(profile.name)
}
