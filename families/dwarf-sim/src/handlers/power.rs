//! Module 5: lights and power.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_dwarf_proto::v2::{ResNotifyPowerIndState, ResNotifyPowerOff, ResNotifyRgbState};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row};
use crate::device::{Core, Farewell};

pub(super) const ROWS: &[Row] = &[
    (cmd::RING_LIGHT_ON, |core, _| ring(core, true)),
    (cmd::RING_LIGHT_OFF, |core, _| ring(core, false)),
    (cmd::POWER_INDICATOR_ON, |core, _| indicator(core, true)),
    (cmd::POWER_INDICATOR_OFF, |core, _| indicator(core, false)),
    (cmd::POWER_DOWN, |core, _| leave(core, Farewell::Off)),
    (cmd::REBOOT, |core, _| leave(core, Farewell::Restart)),
];

/// Between the farewell and the end the answer leaves.
const FAREWELL: Duration = Duration::from_millis(200);

fn ring(core: &Arc<Core>, lit: bool) -> Result<Answer, Code> {
    core.state().lights.ring = lit;
    tell_lights(core);
    Ok(Answer::Done)
}

fn indicator(core: &Arc<Core>, lit: bool) -> Result<Answer, Code> {
    core.state().lights.indicator = lit;
    tell_lights(core);
    Ok(Answer::Done)
}

/// Tells which lights burn.
pub(super) fn tell_lights(core: &Core) {
    let lights = core.state().lights;
    let ring = ResNotifyRgbState {
        state: lights.ring.into(),
    };
    let indicator = ResNotifyPowerIndState {
        state: lights.indicator.into(),
    };
    core.notify(cmd::NOTIFY_RING_LIGHT_STATE, &ring);
    core.notify(cmd::NOTIFY_POWER_INDICATOR_STATE, &indicator);
}

fn leave(core: &Arc<Core>, farewell: Farewell) -> Result<Answer, Code> {
    core.notify(cmd::NOTIFY_POWER_OFF, &ResNotifyPowerOff {});
    let core = Arc::clone(core);
    core.clone().tasks.spawn(async move {
        tokio::time::sleep(FAREWELL).await;
        core.leave(farewell);
    });
    Ok(Answer::Done)
}
