//! Orders for the lights and the power supply.

use skyhelm_device::{DeviceError, ErrorKind, LightCommand, PowerCommand, Switch};
use skyhelm_dwarf_proto::{cmd, v2};

use super::{Change, Effect, Plan, Send, request};
use crate::known::light;

pub(super) fn light(command: &LightCommand) -> Result<Plan, DeviceError> {
    let (name, send) = match (&*command.light, command.switch) {
        (light::RING, Switch::On) => (light::RING, request(cmd::RING_LIGHT_ON, &v2::ReqOpenRgb {})),
        (light::RING, Switch::Off) => (
            light::RING,
            request(cmd::RING_LIGHT_OFF, &v2::ReqCloseRgb {}),
        ),
        (light::INDICATOR, Switch::On) => (
            light::INDICATOR,
            request(cmd::POWER_INDICATOR_ON, &v2::ReqOpenPowerInd {}),
        ),
        (light::INDICATOR, Switch::Off) => (
            light::INDICATOR,
            request(cmd::POWER_INDICATOR_OFF, &v2::ReqClosePowerInd {}),
        ),
        (other, _) => {
            let message = format!("The telescope has no light called {other}.");
            return Err(DeviceError::new(ErrorKind::NotFound, message));
        }
    };
    let set = Effect::Set(Change::Light(name, command.switch));
    Ok((None, vec![send.effect(set)]))
}

pub(super) fn power(command: PowerCommand) -> Send {
    let send = match command {
        PowerCommand::Reboot => request(cmd::REBOOT, &v2::ReqReboot {}),
        PowerCommand::PowerDown => request(cmd::POWER_DOWN, &v2::ReqPowerDown {}),
    };
    send.effect(Effect::SwitchesOff(command))
}
