//! Module 3: dark frames of both cameras.

use std::sync::Arc;

use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::v2::{
    ReqCaptureDarkFrame, ReqCaptureDarkFrameWithParam, ReqDelDarkFrameList, ResCheckDarkFrame,
    ResDelDarkFrameList, ResGetDarkFrameInfo, ResGetDarkFrameInfoList,
};
use skyhelm_dwarf_proto::{Code, cmd};

use super::{Answer, Row, message};
use crate::card::DarkSetting;
use crate::device::CameraId::{self, Tele, Wide};
use crate::device::{Core, camera};
use crate::job;

pub(super) const ROWS: &[Row] = &[
    (cmd::ASTRO_START_CAPTURE_RAW_DARK, start_for_settings),
    (cmd::ASTRO_STOP_CAPTURE_RAW_DARK, |core, _| stop(core, Tele)),
    (cmd::ASTRO_CHECK_GOT_DARK, check),
    (cmd::ASTRO_START_CAPTURE_RAW_DARK_WITH_PARAM, |core, r| {
        start(core, r, Tele)
    }),
    (cmd::ASTRO_STOP_CAPTURE_RAW_DARK_WITH_PARAM, |core, _| {
        stop(core, Tele)
    }),
    (cmd::ASTRO_GET_DARK_FRAME_LIST, |core, _| list(core, Tele)),
    (cmd::ASTRO_DEL_DARK_FRAME_LIST, |core, r| {
        delete(core, r, Tele)
    }),
    // The wide camera's messages have the tele's shape (API 2.0 §4.10.1).
    (
        cmd::ASTRO_START_CAPTURE_WIDE_RAW_DARK_WITH_PARAM,
        |core, r| start(core, r, Wide),
    ),
    (
        cmd::ASTRO_STOP_CAPTURE_WIDE_RAW_DARK_WITH_PARAM,
        |core, _| stop(core, Wide),
    ),
    (cmd::ASTRO_GET_WIDE_DARK_FRAME_LIST, |core, _| {
        list(core, Wide)
    }),
    (cmd::ASTRO_DEL_WIDE_DARK_FRAME_LIST, |core, r| {
        delete(core, r, Wide)
    }),
];

/// How many frames a set has that nobody counted.
const USUAL_FRAMES: u32 = 10;
/// The most frames of a set.
const MOST_FRAMES: i32 = 200;
/// Gains the device takes darks for (API 2.0 §4.10.9.1).
pub(super) const GAINS: std::ops::RangeInclusive<u16> = 30..=150;

/// For the tele as it is set.
fn start_for_settings(core: &Arc<Core>, request: &Command) -> Result<Answer, Code> {
    let wanted: ReqCaptureDarkFrame = message(request)?;
    let state = core.state();
    let camera = state.camera(Tele);
    let (exposure, gain) = (camera.gear(camera::EXPOSURE), camera.gear(camera::GAIN));
    let binning = i32::from(state.features.is_binned());
    drop(state);
    let there = core.dark_library().list(Tele);
    let has = |(_, set): &(String, DarkSetting)| set.has_indexes(exposure, gain, binning);
    if wanted.reshoot == 0 && there.iter().any(has) {
        // Nothing to do, and told as done.
        job::darks::tell(core, Tele, skyhelm_dwarf_proto::v2::OperationState::Idle);
        return Ok(Answer::Done);
    }
    begin(core, Tele, (exposure, gain, binning), USUAL_FRAMES)
}

fn start(core: &Arc<Core>, request: &Command, id: CameraId) -> Result<Answer, Code> {
    let wanted: ReqCaptureDarkFrameWithParam = message(request)?;
    if !(1..=MOST_FRAMES).contains(&wanted.cap_size) {
        return Err(Code::INVALID_PARAM);
    }
    // The wide camera's binning is fixed at one (API 2.0 §4.10.1).
    let binning = if id == Tele { wanted.bin_index } else { 0 };
    let indexes = (wanted.exp_index, wanted.gain_index, binning);
    begin(core, id, indexes, wanted.cap_size.unsigned_abs())
}

fn begin(
    core: &Arc<Core>,
    id: CameraId,
    (exp_index, gain_index, bin_index): (i32, i32, i32),
    frames: u32,
) -> Result<Answer, Code> {
    let state = core.state();
    if state.is_astro_busy() {
        return Err(Code::ASTRO_FUNCTION_BUSY);
    }
    state.is_free(id)?;
    let step = |param, index| {
        let step = state.camera(id).step(param, index);
        step.ok_or(Code::INVALID_PARAM)
    };
    let (exp_name, seconds) = step(camera::EXPOSURE, exp_index)?;
    let (gain_name, gain) = step(camera::GAIN, gain_index)?;
    let temperature = state.sensor_celsius(core.pace.now()).round() as i32;
    drop(state);
    if !(0..=1).contains(&bin_index) {
        return Err(Code::INVALID_PARAM);
    }
    let setting = DarkSetting {
        exp_index,
        gain_index,
        bin_index,
        exp_name,
        gain_name,
        seconds,
        gain: gain as u16,
        temperature,
    };
    job::darks::start(core, id, setting, frames)?;
    Ok(Answer::Done)
}

fn stop(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    if let Some(job) = &core.state().darks[id.index()] {
        job.stop.cancel();
    }
    Ok(Answer::Done)
}

/// How far the tele's darks are: what is running, or all when there are any.
fn check(core: &Arc<Core>, _request: &Command) -> Result<Answer, Code> {
    let running = core.state().darks[Tele.index()]
        .as_ref()
        .map(|job| job.progress);
    let has = || !core.dark_library().list(Tele).is_empty();
    let (progress, code) = match running {
        Some(progress) => (progress, Code::OK),
        None if has() => (10_000, Code::OK),
        None => (0, Code::ASTRO_DARK_NOT_FOUND),
    };
    Answer::with(&ResCheckDarkFrame {
        progress,
        code: core.wire(code),
    })
}

fn list(core: &Arc<Core>, id: CameraId) -> Result<Answer, Code> {
    let results: Vec<ResGetDarkFrameInfo> = core
        .dark_library()
        .list(id)
        .into_iter()
        .map(|(_, set)| ResGetDarkFrameInfo {
            exp_index: set.exp_index,
            gain_index: set.gain_index,
            bin_index: set.bin_index,
            bin_name: format!("{0}*{0}", set.binning()),
            exp_name: set.exp_name,
            gain_name: set.gain_name,
            temperature: set.temperature,
        })
        .collect();
    let code = found(!results.is_empty());
    Answer::with(&ResGetDarkFrameInfoList {
        code: core.wire(code),
        results,
    })
}

fn delete(core: &Arc<Core>, request: &Command, id: CameraId) -> Result<Answer, Code> {
    let wanted: ReqDelDarkFrameList = message(request)?;
    let library = core.dark_library();
    let mut removed = false;
    for (folder, set) in library.list(id) {
        let is_meant = wanted
            .dark_list
            .iter()
            .any(|dark| set.has_indexes(dark.exp_index, dark.gain_index, dark.bin_index));
        removed |= is_meant && library.remove(&folder);
    }
    core.notify_card();
    Answer::with(&ResDelDarkFrameList {
        code: core.wire(found(removed)),
    })
}

const fn found(any: bool) -> Code {
    if any {
        Code::OK
    } else {
        Code::ASTRO_DARK_NOT_FOUND
    }
}
