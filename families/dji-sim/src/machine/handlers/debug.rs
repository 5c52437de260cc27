//! Working the dock from afar.

use skyhelm_dji_proto::ErrorCode;

use super::super::GatewayMachine;
use super::{Answer, Row};

pub(super) const ROWS: &[Row] = &[
    ("debug_mode_open", |gateway, _| debug_mode(gateway, true)),
    ("debug_mode_close", |gateway, _| debug_mode(gateway, false)),
    ("cover_open", |gateway, _| cover(gateway, true)),
    ("cover_close", |gateway, _| cover(gateway, false)),
    ("drone_open", |gateway, _| aircraft_power(gateway, true)),
    ("drone_close", |gateway, _| aircraft_power(gateway, false)),
    ("charge_open", |gateway, _| charge(gateway, true)),
    ("charge_close", |gateway, _| charge(gateway, false)),
    ("supplement_light_open", |gateway, _| light(gateway, true)),
    ("supplement_light_close", |gateway, _| light(gateway, false)),
];

fn is_dock(gateway: &GatewayMachine) -> Answer {
    if gateway.kind.is_dock() {
        Ok(())
    } else {
        Err(ErrorCode::UNSUPPORTED)
    }
}

/// What a person does at the dock needs debug mode, and an aircraft that stands.
fn may_work(gateway: &GatewayMachine) -> Answer {
    is_dock(gateway)?;
    if gateway.dock.debug && !gateway.aircraft.is_flying() {
        Ok(())
    } else {
        Err(ErrorCode::UNSUPPORTED)
    }
}

fn debug_mode(gateway: &mut GatewayMachine, on: bool) -> Answer {
    is_dock(gateway)?;
    if gateway.aircraft.is_flying() {
        return Err(ErrorCode::new(325_007));
    }
    gateway.dock.debug = on;
    Ok(())
}

fn cover(gateway: &mut GatewayMachine, open: bool) -> Answer {
    may_work(gateway)?;
    gateway.dock.move_cover(open);
    Ok(())
}

fn aircraft_power(gateway: &mut GatewayMachine, on: bool) -> Answer {
    may_work(gateway)?;
    gateway.switch_aircraft(on);
    Ok(())
}

fn charge(gateway: &mut GatewayMachine, on: bool) -> Answer {
    may_work(gateway)?;
    gateway.dock.charging = on;
    Ok(())
}

fn light(gateway: &mut GatewayMachine, on: bool) -> Answer {
    may_work(gateway)?;
    gateway.dock.light = on;
    Ok(())
}
