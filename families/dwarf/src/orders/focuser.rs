//! Orders for the focuser.

use core::time::Duration;

use skyhelm_device::{AutoFocus, FocusDirection, FocuserCommand, Lens};
use skyhelm_dwarf_proto::{cmd, v2};

use super::{Effect, Plan, Send, patience, request};
use crate::known::{Known, Slot};

/// A running focuser tells its position; at the end of its way it falls silent.
const FOCUS_SILENCE: Duration = Duration::from_secs(20);

pub(super) fn focuser(command: FocuserCommand, known: &Known) -> Plan {
    // 0 far, 1 near (API 2.0 §4.8.6).
    let wire = |direction| u32::from(direction == FocusDirection::Near);
    let send = match command {
        FocuserCommand::Step(direction) => {
            let direction = wire(direction);
            let message = v2::ReqManualSingleStepFocus { direction };
            request(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &message)
        }
        FocuserCommand::Run(direction) => {
            let title = match direction {
                FocusDirection::Far => "Focus towards infinity",
                FocusDirection::Near => "Focus towards the lens",
            };
            let direction = wire(direction);
            let message = v2::ReqManualContinuFocus { direction };
            request(cmd::FOCUS_START_MANUAL_CONTINUOUS_FOCUS, &message)
                .effect(Effect::FocusMoves)
                .begins(Slot::Focus, title, FOCUS_SILENCE)
        }
        FocuserCommand::Auto(how) => return (Some(Lens::Tele), vec![auto(how, known)]),
        FocuserCommand::Stop if known.runs(Slot::AutoFocus) => request(
            cmd::FOCUS_STOP_ASTRO_AUTO_FOCUS,
            &v2::ReqStopAstroAutoFocus {},
        )
        .effect(Effect::StopAsked(Slot::AutoFocus)),
        FocuserCommand::Stop => request(
            cmd::FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS,
            &v2::ReqStopManualContinuFocus {},
        )
        .effect(Effect::FocusRests),
    };
    (None, vec![send])
}

/// The area is given in pixels of the tele picture (API 2.0 §4.8.3).
fn auto(how: AutoFocus, known: &Known) -> Send {
    let stars = |mode, title| {
        let number = cmd::FOCUS_START_ASTRO_AUTO_FOCUS;
        let message = v2::ReqAstroAutoFocus { mode };
        request(number, &message).begins(Slot::AutoFocus, title, patience(number))
    };
    let [width, height] = known.tele_size();
    let pixel = |part: f64, size: u32| (part * f64::from(size)).round() as u32;
    let (mode, center_x, center_y, title) = match how {
        AutoFocus::Stars => return stars(0, "Focus on the stars"),
        AutoFocus::StarsFast => return stars(1, "Focus on the stars, quickly"),
        AutoFocus::Whole => (0, 0, 0, "Focus on the picture"),
        AutoFocus::Area { x, y } => (1, pixel(x, width), pixel(y, height), "Focus on a place"),
    };
    let message = v2::ReqNormalAutoFocus {
        mode,
        center_x,
        center_y,
    };
    let number = cmd::FOCUS_AUTO_FOCUS;
    request(number, &message).begins(Slot::AutoFocus, title, patience(number))
}
