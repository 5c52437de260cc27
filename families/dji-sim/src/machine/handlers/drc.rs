//! Commands of live flight control besides frames and heart-beats.

use skyhelm_dji_proto::{Envelope, ErrorCode};
use skyhelm_sim::flight::Command;

use super::super::GatewayMachine;
use super::{Answer, Row};

pub(super) const ROWS: &[Row] = &[
    ("drone_emergency_stop", stop),
    ("drc_emergency_landing", land),
    ("drc_force_landing", force_landing),
    ("drc_initial_state_subscribe", subscribe),
];

/// What the session itself carries out.
pub(super) const FRAMES: [&str; 3] = ["drone_control", "stick_control", "heart_beat"];

fn flying(gateway: &GatewayMachine) -> Answer {
    if !gateway.profile.can_fly() {
        return Err(ErrorCode::UNSUPPORTED);
    }
    if gateway.has_aircraft() {
        Ok(())
    } else {
        Err(ErrorCode::NO_AIRCRAFT)
    }
}

fn tell(gateway: &mut GatewayMachine, command: Command) -> Answer {
    let told = gateway.aircraft.command(command, &gateway.land);
    gateway.drain_flight();
    told.map_err(|_| ErrorCode::UNSUPPORTED)
}

fn stop(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    flying(gateway)?;
    tell(gateway, Command::Hover)
}

fn land(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    flying(gateway)?;
    if !gateway.profile.has_drc_landing {
        return Err(ErrorCode::UNSUPPORTED);
    }
    tell(gateway, Command::Land)
}

fn force_landing(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    flying(gateway)?;
    if !gateway.profile.has_drc_landing {
        return Err(ErrorCode::UNSUPPORTED);
    }
    tell(gateway, Command::ForceLanding)
}

fn subscribe(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    if !gateway.profile.has_initial_state {
        return Err(ErrorCode::UNSUPPORTED);
    }
    gateway.drc.subscribe();
    Ok(())
}
