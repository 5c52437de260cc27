//! The Sun guard of the terminal's door.

use prost::Message as _;
use skyhelm_device::{Body, DeviceState, MountCommand, SolarFilter, SunGuard};
use skyhelm_dwarf_proto::numbers::{SolarBody, SpecialTarget};
use skyhelm_dwarf_proto::table::Idempotency;
use skyhelm_dwarf_proto::{Profile, Row, cmd, v2};
use skyhelm_units::{Equatorial, Site};

use super::{Moving, host_clock};
use crate::error::DwarfError;

/// Whether a row that may move something may be sent.
///
/// # Errors
/// When nobody watches, or it could lead to the Sun.
pub(super) fn check(
    row: &Row,
    bytes: &[u8],
    moving: Moving,
    profile: &Profile,
) -> Result<(), DwarfError> {
    if row.idempotency != Idempotency::Motion || is_focus(row) {
        return Ok(());
    }
    let Moving::Watched { site } = moving else {
        return Err(DwarfError::Invalid(format!(
            "{} moves the telescope and nothing here keeps it from the Sun: say that you watch it",
            row.wire_name
        )));
    };
    for motion in motions(row, bytes, profile)? {
        guard(&motion, site)?;
    }
    Ok(())
}

/// A focuser moves nothing but a lens.
fn is_focus(row: &Row) -> bool {
    row.wire_name.contains("FOCUS")
}

/// The commands of the waist that lead where a row leads.
fn motions(row: &Row, bytes: &[u8], profile: &Profile) -> Result<Vec<MountCommand>, DwarfError> {
    let wrong = |error: prost::DecodeError| DwarfError::Invalid(error.to_string());
    let place = |ra: f64, dec: f64| -> Result<MountCommand, DwarfError> {
        let wrong = |error: skyhelm_units::OutOfRange| DwarfError::Invalid(error.to_string());
        let ra = profile.goto_ra.from_wire(ra).map_err(wrong)?;
        let hours = ra.angle().hours();
        let target = Equatorial::from_hours_degrees(hours, dec).map_err(wrong)?;
        let name = String::new();
        Ok(MountCommand::Goto { target, name })
    };
    let motion = match row.id {
        cmd::ASTRO_START_GOTO_DSO => {
            let goto = v2::ReqGotoDso::decode(bytes).map_err(wrong)?;
            place(goto.ra, goto.dec)?
        }
        cmd::ASTRO_START_ONE_CLICK_GOTO_DSO => {
            let goto = v2::ReqOneClickGotoDso::decode(bytes).map_err(wrong)?;
            // It calibrates on the way.
            return Ok(vec![MountCommand::Calibrate, place(goto.ra, goto.dec)?]);
        }
        cmd::ASTRO_START_GOTO_SOLAR_SYSTEM => {
            let goto = v2::ReqGotoSolarSystem::decode(bytes).map_err(wrong)?;
            body(goto.index)?
        }
        cmd::ASTRO_START_ONE_CLICK_GOTO_SOLAR_SYSTEM => {
            let goto = v2::ReqOneClickGotoSolarSystem::decode(bytes).map_err(wrong)?;
            return Ok(vec![MountCommand::Calibrate, body(goto.index)?]);
        }
        cmd::ASTRO_START_TRACK_SPECIAL_TARGET => {
            let track = v2::ReqTrackSpecialTarget::decode(bytes).map_err(wrong)?;
            let number = u32::try_from(track.index).unwrap_or(u32::MAX);
            let body = match SpecialTarget::from_number(number) {
                SpecialTarget::Moon => Body::Moon,
                // Whatever it means, it may mean the Sun.
                SpecialTarget::Sun | SpecialTarget::Unknown(_) => Body::Sun,
            };
            MountCommand::GotoBody { body }
        }
        // Motors, sticks, clicks, calibration: where they lead is not known here.
        _ => MountCommand::Calibrate,
    };
    Ok(vec![motion])
}

fn body(index: i32) -> Result<MountCommand, DwarfError> {
    let number = u32::try_from(index).unwrap_or(u32::MAX);
    let body = match SolarBody::from_number(number) {
        SolarBody::Mercury => Body::Mercury,
        SolarBody::Venus => Body::Venus,
        SolarBody::Mars => Body::Mars,
        SolarBody::Jupiter => Body::Jupiter,
        SolarBody::Saturn => Body::Saturn,
        SolarBody::Uranus => Body::Uranus,
        SolarBody::Neptune => Body::Neptune,
        SolarBody::Moon => Body::Moon,
        SolarBody::Sun => Body::Sun,
        SolarBody::Unknown(number) => {
            let text = format!("there is no body of the solar system with the number {number}");
            return Err(DwarfError::Invalid(text));
        }
    };
    Ok(MountCommand::GotoBody { body })
}

fn guard(motion: &MountCommand, site: Site) -> Result<(), DwarfError> {
    let utc = host_clock().now().utc;
    let guard = SunGuard::new(site);
    guard
        .check(motion, &DeviceState::default(), utc, SolarFilter::Unknown)
        .map_err(|error| DwarfError::Sun {
            message: error.message,
            remedy: error.remedy,
        })
}

#[cfg(test)]
mod tests {
    use skyhelm_dwarf_proto::table;

    use super::*;

    fn ask(number: u32, message: &impl prost::Message, site: Site) -> Result<(), DwarfError> {
        let row = table::row(number).unwrap();
        let watched = Moving::Watched { site };
        check(
            row,
            &message.encode_to_vec(),
            watched,
            &Profile::dwarf3_v2(),
        )
    }

    /// Where the Sun stands high, and where it is below the horizon, at any moment.
    fn day_and_night() -> [Site; 2] {
        let utc = host_clock().now().utc;
        let frame = |longitude| {
            let site = Site::from_degrees(0.0, longitude, 0.0);
            let air = skyhelm_sky::Atmosphere::default();
            let sun = skyhelm_sky::SkyFrame::new(&site, utc, &air).sun();
            (sun.horizontal.altitude.angle().degrees(), site)
        };
        let mut sites: Vec<_> = (0..24).map(|hour| frame(f64::from(hour) * 15.0)).collect();
        sites.sort_by(|a, b| a.0.total_cmp(&b.0));
        [sites[23].1, sites[0].1]
    }

    #[test]
    fn free_motions_and_one_click_gotos_wait_for_the_night() {
        let [day, night] = day_and_night();
        let run = v2::ReqMotorRun::default();
        let stick = v2::ReqMotorServiceJoystick::default();
        let click = v2::ReqDualCameraLinkage::default();
        for (site, may) in [(day, false), (night, true)] {
            assert_eq!(ask(cmd::MOTOR_RUN, &run, site).is_ok(), may);
            assert_eq!(ask(cmd::MOTOR_JOYSTICK, &stick, site).is_ok(), may);
            assert_eq!(
                ask(cmd::MOTOR_DUAL_CAMERA_LINKAGE, &click, site).is_ok(),
                may
            );
        }
        let one_click = v2::ReqOneClickGotoDso {
            ra: 12.0,
            dec: 85.0,
            ..Default::default()
        };
        let number = cmd::ASTRO_START_ONE_CLICK_GOTO_DSO;
        assert!(ask(number, &one_click, day).is_err());
        assert!(ask(number, &one_click, night).is_ok());
    }

    #[test]
    fn the_sun_is_no_target_of_this_door_by_any_of_its_numbers() {
        let [_, night] = day_and_night();
        let sun = v2::ReqGotoSolarSystem {
            index: 9,
            ..Default::default()
        };
        assert!(ask(cmd::ASTRO_START_GOTO_SOLAR_SYSTEM, &sun, night).is_err());
        let sun = v2::ReqOneClickGotoSolarSystem {
            index: 9,
            ..Default::default()
        };
        let number = cmd::ASTRO_START_ONE_CLICK_GOTO_SOLAR_SYSTEM;
        assert!(ask(number, &sun, night).is_err());
        for index in [0, 7, -1] {
            let special = v2::ReqTrackSpecialTarget {
                index,
                ..Default::default()
            };
            let number = cmd::ASTRO_START_TRACK_SPECIAL_TARGET;
            assert!(ask(number, &special, night).is_err(), "{index}");
        }
        let nonsense = v2::ReqGotoSolarSystem {
            index: 99,
            ..Default::default()
        };
        assert!(ask(cmd::ASTRO_START_GOTO_SOLAR_SYSTEM, &nonsense, night).is_err());
    }

    #[test]
    fn nothing_moves_unwatched_but_a_focuser_does() {
        let profile = Profile::dwarf3_v2();
        let row = |number| table::row(number).unwrap();
        let refused = check(row(cmd::MOTOR_RUN), &[], Moving::Refused, &profile);
        assert!(refused.is_err());
        let step = row(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS);
        assert!(check(step, &[], Moving::Refused, &profile).is_ok());
    }
}
