//! Who commands: authority, consent, live flight control.

use skyhelm_dji_proto::numbers::ControlSource;
use skyhelm_dji_proto::profile::AuthorityKind;
use skyhelm_dji_proto::service::{
    CloudControlRelease, CloudControlRequest, DrcModeEnter, OfPayload,
};
use skyhelm_dji_proto::{Envelope, ErrorCode};

use super::super::{GatewayMachine, Output};
use super::{Answer, Row, body};

pub(super) const ROWS: &[Row] = &[
    ("flight_authority_grab", grab_flight),
    ("payload_authority_grab", grab_payload),
    ("cloud_control_auth_request", ask_pilot),
    ("cloud_control_release", release),
    ("drc_mode_enter", enter),
    ("drc_mode_exit", exit),
];

/// Seen in the field when the aircraft is switched off: the dock waits for it in vain.
const NO_ANSWER: ErrorCode = ErrorCode::new(325_004);

fn can_grab(gateway: &GatewayMachine) -> Answer {
    if gateway.profile.authority != AuthorityKind::Grab {
        return Err(ErrorCode::UNSUPPORTED);
    }
    if !gateway.has_aircraft() {
        return Err(NO_ANSWER);
    }
    Ok(())
}

fn grab_flight(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    can_grab(gateway)?;
    if gateway.authority.is_locked() {
        return Err(ErrorCode::AUTHORITY_LOCKED);
    }
    gateway.authority.grab_flight();
    gateway.drc.sticks_valid = true;
    Ok(())
}

fn grab_payload(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: OfPayload = body(envelope)?;
    can_grab(gateway)?;
    if gateway.authority.grab_payload(wanted.payload_index) {
        Ok(())
    } else {
        Err(ErrorCode::BAD_PARAMETER)
    }
}

fn ask_pilot(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let asked: CloudControlRequest = body(envelope)?;
    if gateway.profile.authority != AuthorityKind::CloudControl {
        return Err(ErrorCode::UNSUPPORTED);
    }
    if asked.user_id.is_empty() {
        return Err(ErrorCode::BAD_PARAMETER);
    }
    gateway.ask_for_consent(asked, envelope.bid.clone());
    Ok(())
}

fn release(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let _: CloudControlRelease = body(envelope)?;
    if gateway.profile.authority != AuthorityKind::CloudControl {
        return Err(ErrorCode::UNSUPPORTED);
    }
    if !gateway.authority.has_consent() {
        return Err(ErrorCode::NO_AUTHORITY);
    }
    gateway.authority.withdraw_consent();
    gateway.leave_drc(ErrorCode::OK);
    Ok(())
}

fn enter(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: DrcModeEnter = body(envelope)?;
    if !wanted.rates_are_in_range() || wanted.mqtt_broker.address.is_empty() {
        return Err(ErrorCode::BAD_PARAMETER);
    }
    if !gateway.has_aircraft() {
        return Err(ErrorCode::NO_AIRCRAFT);
    }
    let may = match gateway.profile.authority {
        AuthorityKind::Grab => gateway.authority.flight() == ControlSource::A,
        AuthorityKind::CloudControl => gateway.authority.has_consent(),
    };
    if !may {
        return Err(ErrorCode::DRC_REFUSED);
    }
    // Expired papers are not worth a try.
    if wanted.mqtt_broker.expire_time * 1000 <= gateway.utc().millis() {
        return Err(ErrorCode::DRC_CERTIFICATE);
    }
    gateway.enter_drc(&wanted, envelope.bid.clone().unwrap_or_default());
    gateway.order(Output::DrcConnect(Box::new(wanted.mqtt_broker)));
    Ok(())
}

fn exit(gateway: &mut GatewayMachine, _: &Envelope) -> Answer {
    if !gateway.drc.is_on() {
        return Err(ErrorCode::UNSUPPORTED);
    }
    gateway.leave_drc(ErrorCode::OK);
    Ok(())
}
