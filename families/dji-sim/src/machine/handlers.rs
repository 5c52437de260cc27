//! What each method does: one table, one function per method.

mod camera;
mod control;
mod debug;
mod drc;
mod flight;
mod live;

use serde::de::DeserializeOwned;
use skyhelm_dji_proto::{Envelope, ErrorCode};

use super::GatewayMachine;

/// Success, or the number that says why not.
pub(super) type Answer = Result<(), ErrorCode>;
pub(super) type Handler = fn(&mut GatewayMachine, &Envelope) -> Answer;
type Row = (&'static str, Handler);

const SERVICES: [&[Row]; 5] = [
    control::ROWS,
    flight::ROWS,
    camera::ROWS,
    debug::ROWS,
    live::ROWS,
];

/// The methods a virtual gateway carries out, of services and of live flight control. Every other is
/// answered as unsupported; none succeeds without its effect.
pub fn implemented() -> Vec<&'static str> {
    let services = SERVICES.iter().flat_map(|rows| rows.iter());
    let all = services.chain(drc::ROWS).map(|(method, _)| *method);
    let mut methods: Vec<&str> = all.chain(drc::FRAMES).collect();
    methods.sort_unstable();
    methods
}

pub(super) fn find(method: &str) -> Option<Handler> {
    let mut rows = SERVICES.iter().flat_map(|rows| rows.iter());
    rows.find(|(row, _)| *row == method)
        .map(|(_, handler)| *handler)
}

pub(super) fn find_drc(method: &str) -> Option<Handler> {
    drc::ROWS
        .iter()
        .find(|(row, _)| *row == method)
        .map(|(_, handler)| *handler)
}

/// The data as the method's own type; what does not fit is a bad parameter.
fn body<T: DeserializeOwned>(envelope: &Envelope) -> Result<T, ErrorCode> {
    serde_json::from_value(envelope.data.clone()).map_err(|_| ErrorCode::BAD_PARAMETER)
}
