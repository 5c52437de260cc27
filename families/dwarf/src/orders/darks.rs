//! Orders about dark frames.

use core::time::Duration;

use skyhelm_device::state::Setting;
use skyhelm_device::{Binning, DarksCommand, DeviceError, ErrorKind, Lens};
use skyhelm_dwarf_proto::{cmd, v2};

use super::{Effect, Plan, Send, request};
use crate::known::{DarkId, Known, Slot};

pub(super) fn darks(command: &DarksCommand, known: &Known) -> Result<Plan, DeviceError> {
    match command {
        DarksCommand::Take {
            lens,
            exposure,
            gain,
            binning,
            count,
        } => {
            let shot = DarkId {
                exposure: *exposure,
                gain: *gain,
                binning: *binning,
            };
            Ok((Some(*lens), vec![take(*lens, shot, *count, known)?]))
        }
        DarksCommand::Stop { lens } => Ok((None, vec![stop(*lens)])),
        DarksCommand::Delete { lens, frames } => {
            let frames: Vec<DarkId> = frames
                .iter()
                .map(|id| id.parse())
                .collect::<Result<_, _>>()?;
            Ok((None, vec![delete(*lens, &frames), list(*lens)]))
        }
        DarksCommand::Refresh { lens } => Ok((None, vec![list(*lens)])),
    }
}

fn take(lens: Lens, shot: DarkId, count: u32, known: &Known) -> Result<Send, DeviceError> {
    let named = |setting: Option<&Setting>, index: i32| {
        let choice = setting?.choices.iter().find(|c| c.index == index)?;
        Some((choice.name.clone(), choice.value))
    };
    let unknown = |what: &str, index: i32| {
        let message = format!("The {lens} camera has no {what} with the index {index}.");
        DeviceError::new(ErrorKind::Invalid, message)
    };
    let (exposure, seconds) = named(known.exposure_setting(lens), shot.exposure)
        .ok_or_else(|| unknown("exposure", shot.exposure))?;
    let (gain, _) =
        named(known.gain_setting(lens), shot.gain).ok_or_else(|| unknown("gain", shot.gain))?;
    let cap_size = i32::try_from(count).unwrap_or(i32::MAX);
    let (exp_index, gain_index, bin_index) = shot.to_wire();
    // One frame may pass between two words of progress.
    let patience = Duration::from_mins(1) + Duration::from_secs_f64(seconds.unwrap_or(60.0) * 3.0);
    let title = format!("Dark frames, {exposure} s at gain {gain}");
    let send = match lens {
        Lens::Tele => request(
            cmd::ASTRO_START_CAPTURE_RAW_DARK_WITH_PARAM,
            &v2::ReqCaptureDarkFrameWithParam {
                exp_index,
                gain_index,
                bin_index,
                cap_size,
            },
        ),
        Lens::Wide => request(
            cmd::ASTRO_START_CAPTURE_WIDE_RAW_DARK_WITH_PARAM,
            &v2::ReqCaptureWideDarkFrameWithParam {
                exp_index,
                gain_index,
                bin_index,
                cap_size,
            },
        ),
    };
    Ok(send.begins(Slot::Darks(lens), title, patience))
}

fn stop(lens: Lens) -> Send {
    let send = match lens {
        Lens::Tele => request(
            cmd::ASTRO_STOP_CAPTURE_RAW_DARK_WITH_PARAM,
            &v2::ReqStopCaptureDarkFrameWithParam {},
        ),
        Lens::Wide => request(
            cmd::ASTRO_STOP_CAPTURE_WIDE_RAW_DARK_WITH_PARAM,
            &v2::ReqStopCaptureWideDarkFrameWithParam {},
        ),
    };
    send.effect(Effect::StopAsked(Slot::Darks(lens)))
}

fn delete(lens: Lens, frames: &[DarkId]) -> Send {
    let dark_list = frames
        .iter()
        .map(|frame| {
            let (exp_index, gain_index, bin_index) = frame.to_wire();
            v2::ReqDelDarkFrame {
                exp_index,
                gain_index,
                bin_index,
            }
        })
        .collect();
    let send = match lens {
        Lens::Tele => request(
            cmd::ASTRO_DEL_DARK_FRAME_LIST,
            &v2::ReqDelDarkFrameList { dark_list },
        ),
        Lens::Wide => request(
            cmd::ASTRO_DEL_WIDE_DARK_FRAME_LIST,
            &v2::ReqDelWideDarkFrameList { dark_list },
        ),
    };
    send.effect(Effect::DarksChanged(lens))
}

/// Asks what there is. Not every firmware answers.
pub(crate) fn list(lens: Lens) -> Send {
    let send = match lens {
        Lens::Tele => request(cmd::ASTRO_GET_DARK_FRAME_LIST, &v2::ReqGetDarkFrameList {}),
        Lens::Wide => request(
            cmd::ASTRO_GET_WIDE_DARK_FRAME_LIST,
            &v2::ReqGetWideDarkFrameList {},
        ),
    };
    send.effect(Effect::DarksListed(lens))
}

impl DarkId {
    /// Indexes of exposure, gain and binning; binning 1 is two by two, as in the feature's menu.
    fn to_wire(self) -> (i32, i32, i32) {
        let binning = i32::from(self.binning == Binning::Two);
        (self.exposure, self.gain, binning)
    }
}
