//! What an aircraft may be asked now, and why not.
//!
//! The same rules fill [`DeviceState::blocked`], so that a control says why it cannot be used before
//! anybody tries it.

use std::collections::BTreeMap;

use skyhelm_units::{AboveTakeoff, GroundPoint};

use crate::command::{FlightCommand, FlyTo, TakeOff};
use crate::error::{DeviceError, ErrorKind};
use crate::fence::distance_m;
use crate::state::{Blocked, DeviceState, FlightState, LiveStatus, PlaceState};

/// Homeward an aircraft is trusted with no more than this.
const HOMEWARD_M_S: f64 = 8.0;

/// Climbing and sinking at the ends of the way home.
const UPRIGHT_M_S: f64 = 2.0;

/// Flight time that must be left when it is home again.
const RESERVE_S: f64 = 120.0;

/// What a control needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Armed,
    Aircraft,
    Control,
    Live,
    InAir,
    OnGround,
}

use Need::{Aircraft, Armed, Control, InAir, Live, OnGround};

/// What is left out needs nothing: stops, and whatever gives something up.
const NEEDS: &[(&str, &[Need])] = &[
    ("flight.request_control", &[Armed, Aircraft]),
    ("flight.enter_live", &[Armed, Aircraft, Control]),
    ("flight.take_off", &[Armed, Aircraft, Control, OnGround]),
    ("flight.fly_to", &[Armed, Aircraft, Control, InAir]),
    ("flight.land", &[Armed, Aircraft, Control, InAir]),
    ("flight.return_home", &[Armed, Aircraft, InAir]),
    ("flight.cancel_return_home", &[Armed, Aircraft, InAir]),
    ("flight.sticks", &[Armed, Aircraft, Control, Live, InAir]),
    (
        "flight.check_axes",
        &[Armed, Aircraft, Control, Live, InAir],
    ),
    ("gimbal", &[Armed, Aircraft]),
    ("payload", &[Armed, Aircraft]),
];

/// The controls that cannot be used now, and why; nothing for what does not fly.
pub fn blocked(state: &DeviceState) -> BTreeMap<String, Blocked> {
    let Some(flight) = &state.flight else {
        return BTreeMap::new();
    };
    NEEDS
        .iter()
        .filter_map(|(control, needs)| {
            let why = needs.iter().find_map(|need| missing(*need, flight))?;
            Some(((*control).to_owned(), why))
        })
        .collect()
}

/// Whether a control of an aircraft can be used now.
///
/// # Errors
/// [`ErrorKind::NoControl`] or [`ErrorKind::Blocked`], and what to do.
pub fn check_control(control: &str, state: &DeviceState) -> Result<(), DeviceError> {
    let Some(flight) = &state.flight else {
        return Ok(());
    };
    let Some((_, needs)) = NEEDS.iter().find(|(name, _)| *name == control) else {
        return Ok(());
    };
    for need in *needs {
        if let Some(why) = missing(*need, flight) {
            let kind = match need {
                Control => ErrorKind::NoControl,
                _ => ErrorKind::Blocked,
            };
            return Err(DeviceError {
                remedy: why.remedy,
                ..DeviceError::new(kind, why.reason)
            });
        }
    }
    Ok(())
}

/// Whether a command may be given to an aircraft in this state.
///
/// # Errors
/// What is missing, which side of the fence the target lies beyond, or why the battery does not reach.
pub fn check(command: &FlightCommand, state: &DeviceState) -> Result<(), DeviceError> {
    let Some(flight) = &state.flight else {
        return Err(DeviceError::new(ErrorKind::NotFound, "It does not fly."));
    };
    match command {
        FlightCommand::Arm { serial } => check_serial(serial, state),
        FlightCommand::TakeOff(take_off) => check_take_off(take_off, flight),
        FlightCommand::FlyTo(fly_to) => check_fly_to(fly_to, flight),
        _ => Ok(()),
    }
}

fn missing(need: Need, flight: &FlightState) -> Option<Blocked> {
    let (there, reason, remedy) = match need {
        Armed => (
            flight.armed,
            "It is not armed for flight: it is only looked at.",
            "An administrator arms it by typing its serial number.",
        ),
        Aircraft => (
            flight.aircraft.is_some(),
            "The gateway has no aircraft online.",
            "Switch the aircraft on and wait until it is linked.",
        ),
        Control => (
            flight.authority.ours,
            "The aircraft does not obey this station.",
            "Request control first.",
        ),
        Live => (
            flight.live.status == LiveStatus::Up,
            "The live link is not open.",
            "Open it first; if it was lost, see why.",
        ),
        InAir => (
            flight.in_air != Some(false),
            "The aircraft is on the ground.",
            "Take off first.",
        ),
        OnGround => (
            flight.in_air == Some(false),
            "The aircraft is not known to be on the ground.",
            "Wait for its telemetry, or land it first.",
        ),
    };
    (!there).then(|| Blocked {
        reason: reason.to_owned(),
        remedy: Some(remedy.to_owned()),
    })
}

fn check_serial(serial: &str, state: &DeviceState) -> Result<(), DeviceError> {
    let known = state.about.serial.as_deref();
    if known.is_some_and(|known| known == serial.trim()) {
        return Ok(());
    }
    Err(DeviceError::new(
        ErrorKind::Invalid,
        "That is not the serial number of this gateway.",
    )
    .remedy("Read it from the device's label and type it as it is."))
}

fn check_take_off(wanted: &TakeOff, flight: &FlightState) -> Result<(), DeviceError> {
    let home = here(flight);
    let start = home.unwrap_or(wanted.target);
    check_place(wanted.target, wanted.height, home, flight)?;
    // It rises straight up first, and flies home at its own height.
    check_place(start, wanted.security_height, home, flight)?;
    check_place(start, wanted.return_height, home, flight)?;
    check_battery(
        flight,
        start,
        wanted.target,
        wanted.height,
        wanted.max_speed_m_s,
    )
}

fn check_fly_to(wanted: &FlyTo, flight: &FlightState) -> Result<(), DeviceError> {
    let home = flight.home.as_ref().and_then(PlaceState::point);
    let Some(from) = here(flight) else {
        return Err(
            DeviceError::new(ErrorKind::Blocked, "It is not known where the aircraft is.")
                .remedy("Wait for its position."),
        );
    };
    check_place(wanted.target, wanted.height, home, flight)?;
    check_battery(
        flight,
        from,
        wanted.target,
        wanted.height,
        wanted.max_speed_m_s,
    )
}

fn here(flight: &FlightState) -> Option<GroundPoint> {
    flight.position.as_ref().and_then(PlaceState::point)
}

fn check_place(
    place: GroundPoint,
    height: AboveTakeoff,
    home: Option<GroundPoint>,
    flight: &FlightState,
) -> Result<(), DeviceError> {
    let Some(fence) = &flight.fence else {
        return Ok(());
    };
    let Some(fence) = fence.fence() else {
        return Err(DeviceError::new(
            ErrorKind::OutOfReach,
            "The fence cannot be read, so nothing lies inside it.",
        )
        .remedy("Set the fence anew."));
    };
    fence.check(place, height, home)?;
    here(flight).map_or(Ok(()), |from| fence.check_way(from, place))
}

/// There, and home again, on what the battery promises.
fn check_battery(
    flight: &FlightState,
    from: GroundPoint,
    to: GroundPoint,
    height: AboveTakeoff,
    speed_m_s: f64,
) -> Result<(), DeviceError> {
    let battery = flight.battery.unwrap_or_default();
    let low = DeviceError::new(
        ErrorKind::Blocked,
        "The battery does not promise the way there and home again.",
    )
    .remedy("Choose a nearer target, or return home.");
    if let (Some(charge), Some(home)) = (battery.percent, battery.return_home_percent)
        && charge <= home
    {
        return Err(low);
    }
    let Some(left) = battery.remaining_s else {
        // On the ground some models promise no flight time yet; then their charge must do.
        let charged = battery.percent.is_some_and(|charge| charge >= 30.0);
        if flight.in_air == Some(false) && charged {
            return Ok(());
        }
        return Err(DeviceError::new(
            ErrorKind::Blocked,
            "The aircraft does not say how long its battery lasts.",
        )
        .remedy("Wait for its telemetry."));
    };
    let home = flight.home.as_ref().and_then(PlaceState::point);
    let way_there = distance_m(from, to) / speed_m_s.max(0.1);
    let way_home = distance_m(to, home.unwrap_or(from)) / HOMEWARD_M_S;
    let upright = height.metres.abs() * 2.0 / UPRIGHT_M_S;
    // Some models promise no time on the ground but zero.
    let unknown = flight.in_air == Some(false) && left <= 0.0;
    if !unknown && way_there + way_home + upright + RESERVE_S > left {
        return Err(low);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
