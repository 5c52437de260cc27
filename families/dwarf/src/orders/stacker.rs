//! Orders for the live stacker.

use core::time::Duration;

use skyhelm_device::{DeviceError, Lens, ParameterValue, StackerCommand};
use skyhelm_dwarf_proto::{cmd, v2};

use super::{Change, Effect, Plan, Send, request};
use crate::known::{Known, Slot};
use crate::parameters;

pub(super) fn stacker(command: &StackerCommand, known: &Known) -> Result<Plan, DeviceError> {
    match command {
        StackerCommand::Start {
            lens,
            subs,
            without_darks,
        } => {
            let mut sends = Vec::new();
            if let Some(subs) = subs {
                let subs = ParameterValue::Number(f64::from(*subs));
                sends.push(set_feature("subs", subs, known)?);
            }
            sends.push(start_stack(*lens, *without_darks, known));
            Ok((Some(*lens), sends))
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
                vec![send.effect(Effect::StopAsked(Slot::Stack(*lens)))],
            ))
        }
        StackerCommand::GoLive { lens } => {
            let number = match lens {
                Lens::Tele => cmd::ASTRO_GO_LIVE,
                Lens::Wide => cmd::ASTRO_WIDE_GO_LIVE,
            };
            let send = request(number, &v2::ReqGoLive {}).effect(Effect::WentLive(*lens));
            Ok((None, vec![send]))
        }
        StackerCommand::SetParameter { name, value } => {
            // Features belong to the tele camera, which must be open.
            Ok((Some(Lens::Tele), vec![set_feature(name, *value, known)?]))
        }
    }
}

/// Sets a feature (API 2.0 §4.7.7).
fn set_feature(name: &str, value: ParameterValue, known: &Known) -> Result<Send, DeviceError> {
    let (name, id) = parameters::stacker_id(name)?;
    parameters::check(known.stack_parameter(name)?, value)?;
    let message = v2::ReqSetFeatureParams {
        param: Some(parameters::feature(id, value)),
    };
    let send = request(cmd::TELE_SET_FEATURE_PARAM, &message);
    Ok(send.effect(Effect::Set(Change::Feature(name, value))))
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
