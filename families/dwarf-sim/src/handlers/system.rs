//! Module 4: the clock. The host lock (13004) is the session's business.

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::v2::{ReqSetTime, ReqSetTimezone};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_units::UtcMillis;

use super::{Answer, Row, message};
use crate::device::Core;

pub(super) const ROWS: &[Row] = &[
    (cmd::SYSTEM_SET_TIME, set_time),
    (cmd::SYSTEM_SET_TIME_ZONE, set_zone),
];

fn set_time(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqSetTime = message(request)?;
    // Up to the year 2200: what lies beyond is no time of day.
    let seconds = i64::try_from(wanted.timestamp)
        .ok()
        .filter(|seconds| (1..7_258_118_400).contains(seconds))
        .ok_or(Code::SYSTEM_SET_TIME_FAILED)?;
    let host = core.pace.host();
    let mut client = UtcMillis::from_seconds(seconds);
    // Whole seconds on the wire: a client that is right must not put the clock behind by the fraction.
    let behind = host.utc.millis() - client.millis();
    if (0..1000).contains(&behind) {
        client = host.utc;
    }
    core.state().clock.set(client, host);
    Ok(Answer::Done)
}

fn set_zone(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqSetTimezone = message(request)?;
    let now = core.pace.now();
    let mut state = core.state();
    let seconds = zone_offset(&wanted.timezone, state.clock.utc(now))
        .ok_or(Code::SYSTEM_SET_TIMEZONE_FAILED)?;
    state.clock.set_zone(seconds);
    state.zone = Some(wanted.timezone);
    Ok(Answer::Done)
}

/// Seconds east of Greenwich of a zone by name, at a time.
fn zone_offset(name: &str, at: UtcMillis) -> Option<i32> {
    let zone = jiff::tz::TimeZone::get(name).ok()?;
    let at = jiff::Timestamp::from_millisecond(at.millis()).ok()?;
    Some(zone.to_offset(at).seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_knows_summer_time_and_nonsense_is_refused() {
        let summer = UtcMillis::from_seconds(1_783_000_000);
        assert_eq!(zone_offset("Europe/Berlin", summer), Some(7200));
        assert_eq!(zone_offset("Mars/Olympus", summer), None);
    }
}
