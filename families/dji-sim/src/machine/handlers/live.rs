//! Live pictures: begin, end, how good, which lens. Looking needs no authority.

use serde_json::Value;
use skyhelm_dji_proto::service::{LiveLensChange, LiveQualitySet, LiveStart, LiveStop};
use skyhelm_dji_proto::{Envelope, ErrorCode};

use super::super::GatewayMachine;
use super::super::live::{NO_CAMERA, OFF};
use super::{Answer, Row};

#[cfg(feature = "video")]
pub(super) const ROWS: &[Row] = &[
    ("live_start_push", start),
    ("live_stop_push", stop),
    ("live_set_quality", set_quality),
    ("live_lens_change", change_lens),
];

/// Without an encoder there is nothing to push.
#[cfg(not(feature = "video"))]
pub(super) const ROWS: &[Row] = &[];

/// Live pictures have a number of their own for what is wrong or missing.
fn body<T: serde::de::DeserializeOwned>(data: &Value) -> Result<T, ErrorCode> {
    serde_json::from_value(data.clone()).map_err(|_| ErrorCode::new(513_014))
}

fn start(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: LiveStart = body(&envelope.data)?;
    gateway.start_push(&wanted, envelope)
}

fn stop(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: LiveStop = body(&envelope.data)?;
    gateway.check_video(&wanted.video_id)?;
    if gateway.live.is_off() {
        return Err(OFF);
    }
    gateway.end_push(ErrorCode::OK);
    Ok(())
}

fn set_quality(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: LiveQualitySet = body(&envelope.data)?;
    gateway.check_video(&wanted.video_id)?;
    GatewayMachine::check_quality(&wanted.video_quality)?;
    if !gateway.live.is_on() {
        return Err(OFF);
    }
    gateway.set_live_quality(wanted.video_quality);
    Ok(())
}

fn change_lens(gateway: &mut GatewayMachine, envelope: &Envelope) -> Answer {
    let wanted: LiveLensChange = body(&envelope.data)?;
    // The docks' document names no stream: they have one.
    if let Some(named) = &wanted.video_id {
        gateway.check_video(named)?;
    }
    let lens = gateway.lens_named(&wanted.video_type).ok_or(NO_CAMERA)?;
    if !gateway.live.is_on() {
        return Err(OFF);
    }
    gateway.set_live_lens(lens);
    Ok(())
}
