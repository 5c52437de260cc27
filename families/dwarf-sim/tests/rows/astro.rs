//! The astronomy module's rows, and what they share: a target, a calibrated telescope, a second's exposure.

mod calibration;
mod darks;
mod goto;
mod stacking;

use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{ReqGotoDso, ReqSetExp, ReqSetExpMode};
use skyhelm_dwarf_sim::{RunningDwarf, VirtualDwarfConfig};
use skyhelm_units::{Equatorial, J2000};

use crate::harness::{Client, config, start};

/// Exposure gear of one second (parameter configuration).
pub(super) const ONE_SECOND: i32 = 120;
/// Gain gear of 100: enough stars to solve in a sixteenth of the sensor.
pub(super) const GAIN_100: i32 = 30;

pub(super) fn m31() -> ReqGotoDso {
    ReqGotoDso {
        ra: 0.712_3,
        dec: 41.269,
        target_name: "M 31".into(),
    }
}

pub(super) fn m31_place() -> Equatorial<J2000> {
    Equatorial::from_hours_degrees(0.712_3, 41.269).unwrap()
}

pub(super) fn calibrated() -> VirtualDwarfConfig {
    let mut config = config();
    config.initial.calibrated = true;
    config
}

pub(super) async fn expose_a_second(client: &mut Client) {
    client.open_cameras().await;
    for cmd in [cmd::TELE_SET_EXPOSURE_MODE, cmd::WIDE_SET_EXPOSURE_MODE] {
        assert_eq!(client.command(cmd, &ReqSetExpMode { mode: 1 }).await, 0);
    }
    for cmd in [cmd::TELE_SET_GAIN, cmd::WIDE_SET_GAIN] {
        assert_eq!(client.command(cmd, &ReqSetExp { index: GAIN_100 }).await, 0);
    }
    for cmd in [cmd::TELE_SET_EXPOSURE, cmd::WIDE_SET_EXPOSURE] {
        assert_eq!(
            client.command(cmd, &ReqSetExp { index: ONE_SECOND }).await,
            0
        );
    }
}

pub(super) async fn on_target(config: VirtualDwarfConfig) -> (RunningDwarf, Client) {
    let (dwarf, mut client) = start(config).await;
    expose_a_second(&mut client).await;
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31()).await, 0);
    (dwarf, client)
}
