//! Orders for the live stacker.

use core::time::Duration;

use skyhelm_device::{DeviceError, ErrorKind, Lens, StackerCommand};
use skyhelm_dwarf_proto::{cmd, v2};

use super::{Change, Effect, Plan, Send, request};
use crate::known::{Known, SUBS_TO_TAKE, Slot};

pub(super) fn stacker(command: &StackerCommand, known: &Known) -> Result<Plan, DeviceError> {
    match *command {
        StackerCommand::Start {
            lens,
            subs,
            without_darks,
        } => {
            let mut sends = Vec::new();
            if let Some(subs) = subs {
                sends.push(set_subs(subs)?);
            }
            sends.push(start_stack(lens, without_darks, known));
            Ok((Some(lens), sends))
        }
        StackerCommand::Stop { lens } => {
            let send = match lens {
                Lens::Tele => request(
                    cmd::ASTRO_STOP_CAPTURE_RAW_LIVE_STACKING,
                    &v2::ReqStopCaptureRawLiveStacking {},
                ),
                Lens::Wide => request(
                    cmd::ASTRO_STOP_WIDE_CAPTURE_LIVE_STACKING,
                    &v2::ReqStopCaptureWideRawLiveStacking {},
                ),
            };
            Ok((
                None,
                vec![send.effect(Effect::StopAsked(Slot::Stack(lens)))],
            ))
        }
        StackerCommand::GoLive { lens } => {
            let number = match lens {
                Lens::Tele => cmd::ASTRO_GO_LIVE,
                Lens::Wide => cmd::ASTRO_WIDE_GO_LIVE,
            };
            let send = request(number, &v2::ReqGoLive {}).effect(Effect::WentLive(lens));
            Ok((None, vec![send]))
        }
    }
}

fn set_subs(subs: u32) -> Result<Send, DeviceError> {
    // The range the vendor's parameter configuration gives for a DWARF 3.
    if !(1..=999).contains(&subs) {
        return Err(DeviceError::new(
            ErrorKind::Invalid,
            format!("A stack takes 1 to 999 subs, not {subs}."),
        ));
    }
    let message = v2::ReqSetFeatureParams {
        param: Some(v2::CommonParam {
            has_auto: false,
            auto_mode: 1,
            id: SUBS_TO_TAKE,
            // 1 is a continuous value.
            mode_index: 1,
            index: 0,
            continue_value: f64::from(subs),
        }),
    };
    let send = request(cmd::TELE_SET_FEATURE_PARAM, &message);
    Ok(send.effect(Effect::Set(Change::Subs(subs))))
}

fn start_stack(lens: Lens, without_darks: bool, known: &Known) -> Send {
    let name = known.tracked_name();
    let exposure = known.exposure_now(lens).unwrap_or(15.0).clamp(0.0, 600.0);
    // A sub is told of when it is stacked: exposure, read-out and stacking, and some may fail.
    let patience = Duration::from_mins(1) + Duration::from_secs_f64(exposure * 3.0);
    match lens {
        Lens::Tele => {
            let message = v2::ReqCaptureRawLiveStacking {
                ir_index: known.filter_now().unwrap_or(0),
                force_start: without_darks,
            };
            let title = format!("Stack {name}");
            request(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, &message).begins(
                Slot::Stack(lens),
                title.trim_end(),
                patience,
            )
        }
        Lens::Wide => {
            let title = format!("Wide stack {name}");
            let message = v2::ReqCaptureWideRawLiveStacking {};
            request(cmd::ASTRO_START_WIDE_CAPTURE_LIVE_STACKING, &message).begins(
                Slot::Stack(lens),
                title.trim_end(),
                patience,
            )
        }
    }
}
