//! Flying by command: take-off, fly-to, return.

use skyhelm_dji_proto::numbers::ControlSource;
use skyhelm_dji_proto::service::{FlyToPoint, FlyToUpdate, ReturnSpecificHome, TakeoffToPoint};
use skyhelm_dji_proto::{Envelope, ErrorCode};
use skyhelm_sim::flight::{Command, Journey, Phase, Refusal};
use skyhelm_units::AboveTakeoff;

use super::super::GatewayMachine;
use super::super::mission::Mission;
use super::{Answer, Row, body};

pub(super) const ROWS: &[Row] = &[
    ("takeoff_to_point", take_off),
    ("fly_to_point", fly_to),
    ("fly_to_point_update", redirect),
    ("fly_to_point_stop", stop),
    ("return_home", return_home),
    ("return_home_cancel", cancel_return),
    ("return_specific_home", return_specific),
    ("flighttask_pause", pause),
    ("flighttask_recovery", resume),
];

const B_HOLDS_IT: ErrorCode = ErrorCode::new(321_778);
const BATTERY_UNDER_30: ErrorCode = ErrorCode::new(316_009);
const TAKEOFF_FAILED: ErrorCode = ErrorCode::new(337_025);
const TAKEOFF_SPEED: ErrorCode = ErrorCode::new(337_027);
const CLEARANCE_TOO_LOW: ErrorCode = ErrorCode::new(337_030);
const NO_ROUTE: ErrorCode = ErrorCode::new(321_259);
const OTHER_DOCK: ErrorCode = ErrorCode::new(338_019);

/// The dock's own number for why a flight to a point is refused.
fn fly_to_refusal(refusal: Refusal) -> ErrorCode {
    ErrorCode::new(match refusal {
        Refusal::NoFix => 336_002,
        Refusal::Zone => 336_513,
        Refusal::Distance => 336_514,
        Refusal::TooHigh => 336_516,
        Refusal::TooLow => 336_517,
        Refusal::Battery => 336_017,
        Refusal::Number => 325_001,
        Refusal::OnGround | Refusal::InAir | Refusal::Forced => 314_000,
    })
}

/// And a take-off.
fn takeoff_refusal(refusal: Refusal) -> ErrorCode {
    ErrorCode::new(match refusal {
        Refusal::Zone => 337_537,
        Refusal::Distance => 337_538,
        Refusal::TooHigh => 337_540,
        Refusal::TooLow => 337_541,
        Refusal::NoFix => 321_769,
        Refusal::Battery => 316_009,
        Refusal::Number => 325_001,
        Refusal::OnGround | Refusal::InAir | Refusal::Forced => 337_025,
    })
}

fn may_fly(gateway: &GatewayMachine) -> Answer {
    if gateway.profile.fly_to.is_none() {
        return Err(ErrorCode::UNSUPPORTED);
    }
    if !gateway.has_aircraft() {
        return Err(ErrorCode::NO_AIRCRAFT);
    }
    if gateway.authority.flight() == ControlSource::A {
        Ok(())
    } else {
        Err(ErrorCode::NO_AUTHORITY)
    }
}

fn take_off(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: TakeoffToPoint = body(envelope)?;
    let (Some(schema), Some(fly_to)) = (gateway.profile.takeoff, gateway.profile.fly_to) else {
        return Err(ErrorCode::UNSUPPORTED);
    };
    if !gateway.has_aircraft() {
        return Err(ErrorCode::NO_AIRCRAFT);
    }
    match gateway.authority.flight() {
        ControlSource::B => return Err(B_HOLDS_IT),
        // One key starts it all: a dock that nobody holds takes its aircraft for it.
        ControlSource::Nobody => gateway.authority.grab_flight(),
        _ => {}
    }
    if gateway.aircraft.phase() != Phase::Grounded {
        return Err(TAKEOFF_FAILED);
    }
    if !(1..=15).contains(&wanted.max_speed) {
        return Err(TAKEOFF_SPEED);
    }
    let clearance = wanted.security_takeoff_height.metres;
    if !(schema.security_height_min_m..=1500.0).contains(&clearance) {
        return Err(CLEARANCE_TOO_LOW);
    }
    let height = wanted.target_height.metres;
    let rth = wanted.rth_altitude.metres;
    let options = &wanted.options;
    let lacks = options.commander_flight_mode.is_none() || options.rth_mode.is_none();
    if !(fly_to.height_min_m..=fly_to.height_max_m).contains(&height)
        || !(2.0..=1500.0).contains(&rth)
        || wanted.flight_id.is_empty()
        || (schema.needs_commander && lacks)
    {
        return Err(ErrorCode::BAD_PARAMETER);
    }
    if gateway.aircraft.battery.percent() < 30.0 {
        return Err(BATTERY_UNDER_30);
    }
    let commander = options
        .commander_flight_height
        .map_or(0.0, |height| height.metres);
    let journey = Journey {
        target: gateway
            .land
            .frame()
            .enu(wanted.target, wanted.target_height),
        speed: wanted.max_speed as f64,
        climb_first: AboveTakeoff::from_metres(clearance.max(commander)),
    };
    gateway.aircraft.settings.return_height = rth;
    if let Some(action) = wanted.rc_lost_action {
        gateway.settings.rc_lost_action = action;
    }
    let set_out = Command::FlyTo(journey);
    gateway
        .aircraft
        .command(set_out, &gateway.land)
        .map_err(takeoff_refusal)?;
    gateway.drain_flight();
    gateway.dock.open_for_flight();
    gateway.begin_mission(Mission::takeoff(wanted.flight_id, journey));
    Ok(())
}

fn journey_to(
    gateway: &GatewayMachine,
    points: &[skyhelm_dji_proto::Waypoint],
    speed: i64,
) -> Result<Journey, ErrorCode> {
    let Some(schema) = gateway.profile.fly_to else {
        return Err(ErrorCode::UNSUPPORTED);
    };
    let [target] = points else {
        return Err(ErrorCode::BAD_PARAMETER);
    };
    let height = target.height.metres;
    if !(0..=15).contains(&speed) || !(schema.height_min_m..=schema.height_max_m).contains(&height)
    {
        return Err(ErrorCode::BAD_PARAMETER);
    }
    Ok(Journey {
        target: gateway.land.frame().enu(target.place, target.height),
        // 0 is in the documents' range; it is taken as "as you like".
        speed: if speed == 0 { 8.0 } else { speed as f64 },
        climb_first: AboveTakeoff::from_metres(gateway.settings.commander_height),
    })
}

fn in_flight(gateway: &GatewayMachine) -> Answer {
    match gateway.aircraft.phase() {
        Phase::Grounded | Phase::Starting => Err(ErrorCode::UNSUPPORTED),
        _ => Ok(()),
    }
}

fn fly_to(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: FlyToPoint = body(envelope)?;
    may_fly(gateway)?;
    in_flight(gateway)?;
    if wanted.fly_to_id.is_empty() {
        return Err(ErrorCode::BAD_PARAMETER);
    }
    let journey = journey_to(gateway, &wanted.points, wanted.max_speed)?;
    let set_out = Command::FlyTo(journey);
    gateway
        .aircraft
        .command(set_out, &gateway.land)
        .map_err(fly_to_refusal)?;
    gateway.drain_flight();
    gateway.begin_mission(Mission::fly_to(wanted.fly_to_id, journey));
    Ok(())
}

fn redirect(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: FlyToUpdate = body(envelope)?;
    may_fly(gateway)?;
    if !gateway
        .profile
        .fly_to
        .is_some_and(|schema| schema.has_update)
    {
        return Err(ErrorCode::UNSUPPORTED);
    }
    let Some(mission) = gateway.mission.take_if(|mission| mission.is_fly_to()) else {
        return Err(ErrorCode::UNSUPPORTED);
    };
    // The flight goes on under its own name: that it was replaced is nobody's news.
    let answer = journey_to(gateway, &wanted.points, wanted.max_speed).and_then(|journey| {
        let command = Command::FlyTo(journey);
        gateway
            .aircraft
            .command(command, &gateway.land)
            .map_err(fly_to_refusal)?;
        gateway.drain_flight();
        Ok(journey)
    });
    match answer {
        Ok(journey) => {
            gateway.mission = Some(mission.redirected(journey));
            Ok(())
        }
        Err(code) => {
            gateway.mission = Some(mission);
            Err(code)
        }
    }
}

/// Brakes and hangs, whatever journey it is on.
fn halt(gateway: &mut GatewayMachine) -> Answer {
    gateway
        .aircraft
        .command(Command::Hover, &gateway.land)
        .map_err(fly_to_refusal)?;
    gateway.drain_flight();
    Ok(())
}

fn stop(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    may_fly(gateway)?;
    if gateway.aircraft.journey().is_none() {
        return Err(ErrorCode::UNSUPPORTED);
    }
    halt(gateway)
}

fn pause(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    may_fly(gateway)?;
    let Some(journey) = gateway.aircraft.journey() else {
        return Err(NO_ROUTE);
    };
    halt(gateway)?;
    gateway.settings.paused = Some(journey);
    Ok(())
}

fn resume(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    may_fly(gateway)?;
    let Some(journey) = gateway.settings.paused.take() else {
        return Err(NO_ROUTE);
    };
    let set_out = Command::FlyTo(journey);
    gateway
        .aircraft
        .command(set_out, &gateway.land)
        .map_err(fly_to_refusal)
}

fn return_home(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    may_fly(gateway)?;
    in_flight(gateway)?;
    gateway
        .aircraft
        .command(Command::ReturnHome, &gateway.land)
        .map_err(fly_to_refusal)?;
    gateway.drain_flight();
    Ok(())
}

fn cancel_return(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    may_fly(gateway)?;
    gateway.aircraft.cancel_return().map_err(fly_to_refusal)
}

fn return_specific(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: ReturnSpecificHome = body(envelope)?;
    if wanted.home_dock_sn != gateway.gateway.as_str() {
        return Err(OTHER_DOCK);
    }
    return_home(gateway, envelope)
}
