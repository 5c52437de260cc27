//! Orders for the cameras.

mod parameter;

use core::time::Duration;

use skyhelm_device::{CameraAction, CameraCommand, DeviceError, ErrorKind, Exposure, Lens};
use skyhelm_dwarf_proto::{Code, cmd, v2};

use super::{Change, Effect, Plan, Send, request};
use crate::known::{Known, Slot};

pub(super) fn camera(command: &CameraCommand, known: &Known) -> Result<Plan, DeviceError> {
    let lens = command.lens;
    let tele = lens == Lens::Tele;
    let pick = |for_tele, for_wide| if tele { for_tele } else { for_wide };
    let plan = match &command.action {
        CameraAction::Open => (None, vec![open(lens)]),
        CameraAction::Close => {
            let number = pick(cmd::TELE_CLOSE_CAMERA, cmd::WIDE_CLOSE_CAMERA);
            let closed = &[Code::CAMERA_TELE_CLOSED, Code::CAMERA_WIDE_CLOSED];
            let send = request(number, &v2::ReqCloseCamera {}).fine(closed);
            (None, vec![send.effect(Effect::Closed(lens))])
        }
        CameraAction::SetExposure(exposure) => (Some(lens), set_exposure(lens, *exposure)),
        CameraAction::SetGain(index) => (Some(lens), set_gain(lens, *index)),
        CameraAction::SetFilter(value) if tele => {
            let message = v2::ReqSetIrCut { value: *value };
            let send = request(cmd::TELE_SET_FILTER, &message);
            let send = send.effect(Effect::Set(Change::Filter(*value)));
            (Some(lens), vec![send])
        }
        CameraAction::SetFilter(_) => {
            return Err(DeviceError::new(
                ErrorKind::Invalid,
                "The wide camera has no filter to choose.",
            ));
        }
        CameraAction::Photo => {
            let number = pick(cmd::TELE_PHOTOGRAPH, cmd::WIDE_PHOTOGRAPH);
            let send = request(number, &v2::ReqPhoto {});
            (Some(lens), vec![photo(send, lens, "Photograph", known)])
        }
        CameraAction::RawPhoto => {
            let number = pick(cmd::TELE_PHOTO_RAW, cmd::WIDE_PHOTO_RAW);
            let send = request(number, &v2::ReqPhotoRaw {});
            (Some(lens), vec![photo(send, lens, "RAW photograph", known)])
        }
        CameraAction::SetParameter { name, value } => {
            let offered = known.parameter(lens, name)?;
            (Some(lens), parameter::set(lens, offered, *value)?)
        }
    };
    Ok(plan)
}

fn photo(send: Send, lens: Lens, title: &str, known: &Known) -> Send {
    let exposure = known.exposure_now(lens).unwrap_or(1.0).clamp(0.0, 600.0);
    let patience = Duration::from_secs(30) + Duration::from_secs_f64(exposure);
    let title = match lens {
        Lens::Tele => title.to_owned(),
        Lens::Wide => format!("{title} with the wide lens"),
    };
    send.begins(Slot::Photo(lens), title, patience)
}

pub(crate) fn open(lens: Lens) -> Send {
    let number = match lens {
        Lens::Tele => cmd::TELE_OPEN_CAMERA,
        Lens::Wide => cmd::WIDE_OPEN_CAMERA,
    };
    let message = v2::ReqOpenCamera::default();
    request(number, &message)
        .fine(&[Code::CAMERA_TELE_OPENED, Code::CAMERA_WIDE_OPENED])
        .effect(Effect::Opened(lens))
}

fn set_exposure(lens: Lens, exposure: Exposure) -> Vec<Send> {
    let (mode, value) = match lens {
        Lens::Tele => (cmd::TELE_SET_EXPOSURE_MODE, cmd::TELE_SET_EXPOSURE),
        Lens::Wide => (cmd::WIDE_SET_EXPOSURE_MODE, cmd::WIDE_SET_EXPOSURE),
    };
    // 0 automatic, 1 manual (API 2.0 §4.7.13).
    match exposure {
        Exposure::Auto => vec![
            request(mode, &v2::ReqSetExpMode { mode: 0 })
                .effect(Effect::Set(Change::AutoExposure(lens))),
        ],
        Exposure::Choice(index) => vec![
            request(mode, &v2::ReqSetExpMode { mode: 1 })
                .effect(Effect::Set(Change::ManualExposure(lens))),
            request(value, &v2::ReqSetExp { index })
                .effect(Effect::Set(Change::Exposure(lens, index))),
        ],
    }
}

fn set_gain(lens: Lens, index: i32) -> Vec<Send> {
    let message = v2::ReqSetGain { index };
    let set = Effect::Set(Change::Gain(lens, index));
    match lens {
        Lens::Tele => vec![
            request(cmd::TELE_SET_GAIN_MODE, &v2::ReqSetGainMode { mode: 1 }),
            request(cmd::TELE_SET_GAIN, &message).effect(set),
        ],
        // The wide lens has no gain mode.
        Lens::Wide => vec![request(cmd::WIDE_SET_GAIN, &message).effect(set)],
    }
}
