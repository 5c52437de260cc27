//! Notifications (API 2.0 §4.16), each into what it changes.

use prost::Message;
use skyhelm_device::device::SubCounts;
use skyhelm_device::state::{Control, PictureBox, StorageState};
use skyhelm_device::{Lens, Outcome, PowerCommand, Severity, Switch};
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::v2::{AstroState, OperationState};
use skyhelm_dwarf_proto::{Code, cmd, v2};
use skyhelm_units::Now;

use super::jobs::Slot;
use super::troubles::Card;
use super::{Hand, Known, is_busy, light};

/// The stop-and-wait before a plate solve is no news for the log; a role is.
const HOST: i32 = 0;

impl Known {
    /// A notification. One that is not understood changes nothing: false.
    pub(crate) fn notice(&mut self, now: Now, number: u32, payload: &[u8]) -> bool {
        self.try_notice(now, number, payload).unwrap_or(false)
    }

    fn try_notice(
        &mut self,
        now: Now,
        number: u32,
        payload: &[u8],
    ) -> Result<bool, prost::DecodeError> {
        match number {
            cmd::NOTIFY_TELE_WIDE_PICTURE_MATCHING => self.picture_matching(&decode(payload)?),
            cmd::NOTIFY_BATTERY => {
                let level: v2::ComResWithInt = decode(payload)?;
                self.state.power.battery_percent = Some(f64::from(level.value));
            }
            cmd::NOTIFY_CHARGE => {
                let charge: v2::ComResWithInt = decode(payload)?;
                self.state.power.charging = Some(charge.value != 0);
            }
            cmd::NOTIFY_STORAGE => self.card(&decode(payload)?),
            cmd::NOTIFY_TEMPERATURE => {
                let report: v2::ResNotifyTemperature = decode(payload)?;
                if report.code == 0 {
                    self.state.power.temperature_c = Some(f64::from(report.temperature));
                }
            }
            cmd::NOTIFY_HOST_SLAVE_MODE => self.role(now, decode(payload)?),
            cmd::NOTIFY_STATE_ASTRO_CALIBRATION => self.calibration(now, decode(payload)?),
            cmd::NOTIFY_STATE_ASTRO_GOTO => self.goto(now, decode(payload)?),
            cmd::NOTIFY_STATE_ASTRO_TRACKING => self.tracking(now, decode(payload)?),
            cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING => {
                self.stacking(now, Lens::Tele, decode(payload)?);
            }
            cmd::NOTIFY_STATE_WIDE_CAPTURE_RAW_LIVE_STACKING => {
                self.stacking(now, Lens::Wide, decode(payload)?);
            }
            cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING => {
                self.subs(now, Lens::Tele, decode(payload)?);
            }
            cmd::NOTIFY_PROGRESS_WIDE_CAPTURE_RAW_LIVE_STACKING => {
                self.subs(now, Lens::Wide, decode(payload)?);
            }
            cmd::NOTIFY_TELE_SET_PARAM => self.params(Lens::Tele, &decode(payload)?),
            cmd::NOTIFY_WIDE_SET_PARAM => self.params(Lens::Wide, &decode(payload)?),
            cmd::NOTIFY_SET_FEATURE_PARAM => {
                let echo: v2::ResNotifyParam = decode(payload)?;
                self.settings.feature_echo(&echo.param);
            }
            cmd::NOTIFY_TELE_FUNCTION_STATE => self.function(now, Lens::Tele, decode(payload)?),
            cmd::NOTIFY_WIDE_FUNCTION_STATE => self.function(now, Lens::Wide, decode(payload)?),
            cmd::NOTIFY_FOCUS_POSITION => self.focus_position(now, decode(payload)?),
            cmd::NOTIFY_ALBUM_UPDATE => self.album(now),
            cmd::NOTIFY_STATE_ASTRO_TRACKING_SPECIAL => self.special(now, decode(payload)?),
            cmd::NOTIFY_STATE_CAPTURE_RAW_DARK => self.darks(now, Lens::Tele, decode(payload)?),
            cmd::NOTIFY_STATE_CAPTURE_WIDE_RAW_DARK => {
                self.darks(now, Lens::Wide, decode(payload)?);
            }
            cmd::NOTIFY_PROGRESS_CAPTURE_RAW_DARK => self.darks_progress(now, decode(payload)?),
            cmd::NOTIFY_RING_LIGHT_STATE => {
                let report: v2::ResNotifyRgbState = decode(payload)?;
                self.light(light::RING, switch(report.state));
            }
            cmd::NOTIFY_POWER_INDICATOR_STATE => {
                let report: v2::ResNotifyPowerIndState = decode(payload)?;
                self.light(light::INDICATOR, switch(report.state));
            }
            cmd::NOTIFY_POWER_OFF if self.going_off.is_some() => {}
            cmd::NOTIFY_POWER_OFF => {
                self.going_off = Some(PowerCommand::PowerDown);
                let message = String::from("The telescope switches itself off.");
                self.event(now, Severity::Warning, "power.off", message);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn focus_position(&mut self, now: Now, report: v2::ResNotifyFocus) {
        if let Some(focuser) = &mut self.state.focuser {
            focuser.position = Some(report.focus);
        }
        for slot in [Slot::Focus, Slot::AutoFocus] {
            if self.runs(slot) {
                self.advance(now, slot, format!("position {}", report.focus), None);
            }
        }
    }

    /// Before the whole state is read anew, nothing counts as running: what runs will be told, and
    /// an idle state may be left out.
    pub(crate) fn forget_operations(&mut self) {
        // Opened again where it is needed; one that is open says so, or shows a picture.
        for camera in self.state.cameras.values_mut() {
            camera.open = false;
        }
        self.goto = AstroState::Idle;
        self.calibration = AstroState::Idle;
        self.tracking = OperationState::Idle;
        self.tracked_name.clear();
        self.functions.clear();
        self.darks_running.clear();
        self.follows_special = false;
        self.going_off = None;
        self.hand = Hand::Off;
        self.led_away = None;
        for stack in self.stacks.values_mut() {
            // A stack that ran may have ended meanwhile, and is then still shown.
            stack.shown |= is_busy(stack.state);
            stack.state = OperationState::Idle;
        }
        if let Some(focuser) = &mut self.state.focuser {
            focuser.moving = false;
        }
    }

    fn picture_matching(&mut self, report: &v2::ResNotifyPictureMatching) {
        let [width, height] = self.wide_size().map(f64::from);
        let place = PictureBox {
            x: f64::from(report.x) / width,
            y: f64::from(report.y) / height,
            width: f64::from(report.width) / width,
            height: f64::from(report.height) / height,
        };
        let sound = report.code == 0 && report.width > 0 && report.height > 0;
        let inside = place.x + place.width <= 1.001 && place.y + place.height <= 1.001;
        self.state.tele_on_wide = (sound && inside).then_some(place);
    }

    fn card(&mut self, report: &v2::ResNotifySDcardInfo) {
        self.card = match Code::from_wire(report.code) {
            Code::OK => Card::Here,
            code => Card::Absent(code),
        };
        // Gigabytes (API 2.0 §4.16.8).
        self.state.storage = (report.code == 0).then_some(StorageState {
            free_gb: f64::from(report.available_size),
            total_gb: f64::from(report.total_size),
        });
    }

    fn role(&mut self, now: Now, report: v2::ResNotifyHostSlaveMode) {
        let role = if report.mode == HOST {
            Control::Host
        } else {
            Control::Viewer
        };
        let before = core::mem::replace(&mut self.state.control, role);
        let lost = before == Control::Host && role == Control::Viewer && self.told_role;
        self.told_role = true;
        if lost {
            let message = String::from("Another client has taken control of the telescope.");
            self.event(now, Severity::Warning, "control.lost", message);
        }
    }

    fn calibration(&mut self, now: Now, report: v2::ResNotifyStateAstroCalibration) {
        let state = report.state();
        let before = core::mem::replace(&mut self.calibration, state);
        match state {
            AstroState::Running => {
                self.advance(now, Slot::Calibrate, "moving to the next place", None);
            }
            AstroState::PlateSolving => {
                self.solves = report.plate_solving_times;
                let step = solving(report.plate_solving_times);
                self.advance(now, Slot::Calibrate, step, None);
            }
            AstroState::Stopping => self.advance(now, Slot::Calibrate, "stopping", None),
            AstroState::Idle | AstroState::Stopped => {
                let ran = !matches!(before, AstroState::Idle | AstroState::Stopped);
                if ran {
                    self.settle(now, Slot::Calibrate, Outcome::Done);
                }
            }
        }
    }

    fn goto(&mut self, now: Now, report: v2::ResNotifyStateAstroGoto) {
        let state = report.state();
        let before = core::mem::replace(&mut self.goto, state);
        match state {
            AstroState::Running => {
                if matches!(before, AstroState::Idle | AstroState::Stopped) {
                    self.solves = 0;
                }
                self.unpark();
                self.advance(now, Slot::Goto, "slewing", None);
            }
            AstroState::PlateSolving => {
                self.solves += i32::from(before != AstroState::PlateSolving);
                let step = solving(self.solves);
                self.advance(now, Slot::Goto, step, None);
            }
            AstroState::Stopping => self.advance(now, Slot::Goto, "stopping", None),
            // What it came to is told by 15212 or by the reply; without either it has failed when
            // the job's patience ends.
            AstroState::Idle | AstroState::Stopped => {
                if self.stop_was_asked(Slot::Goto) {
                    self.settle(now, Slot::Goto, Outcome::Cancelled);
                }
            }
        }
    }

    fn tracking(&mut self, now: Now, report: v2::ResNotifyStateAstroTracking) {
        self.tracking = report.state();
        match self.tracking {
            OperationState::Running => {
                self.tracked_name = report.target_name;
                if self.runs(Slot::Goto) {
                    self.moved_by_hand = false;
                    self.unpark();
                    self.advance(now, Slot::Goto, "tracking", Some(1.0));
                    self.goto = AstroState::Idle;
                    self.job_done(now, Slot::Goto);
                }
            }
            OperationState::Idle | OperationState::Stopped => self.tracked_name.clear(),
            OperationState::Stopping => {}
        }
    }

    /// The Sun or the Moon, followed by its picture. At rest it says nothing about other targets.
    fn special(&mut self, now: Now, report: v2::ResNotifyStateAstroTrackingSpecial) {
        let runs = report.state() == OperationState::Running;
        if runs || self.follows_special {
            let same = v2::ResNotifyStateAstroTracking {
                state: report.state,
                target_name: report.target_name,
            };
            self.tracking(now, same);
        }
        self.follows_special = runs;
    }

    fn darks(&mut self, now: Now, lens: Lens, report: v2::ResNotifyOperationState) {
        let slot = Slot::Darks(lens);
        if is_busy(report.state()) {
            self.darks_running.insert(lens);
            let step = match report.state() {
                OperationState::Stopping => "stopping",
                _ => "exposing in the dark",
            };
            self.advance(now, slot, step, None);
        } else if self.darks_running.remove(&lens) {
            self.settle(now, slot, Outcome::Done);
        }
    }

    fn darks_progress(&mut self, now: Now, report: v2::ResNotifyProgressCaptureRawDark) {
        let Some(&lens) = self.darks_running.first() else {
            return;
        };
        let part = f64::from(report.progress.clamp(0, 100)) / 100.0;
        let step = format!("{} s left", report.remaining_time.max(0));
        self.advance(now, Slot::Darks(lens), step, Some(part));
    }

    fn stacking(&mut self, now: Now, lens: Lens, report: v2::ResNotifyOperationState) {
        let state = report.state();
        let Some(stack) = self.stacks.get_mut(&lens) else {
            return;
        };
        let before = core::mem::replace(&mut stack.state, state);
        match state {
            OperationState::Running => {
                if !is_busy(before) {
                    stack.counts = None;
                    stack.shown = false;
                }
                let step = if before == state {
                    None
                } else {
                    Some("exposing")
                };
                if let Some(step) = step {
                    self.advance(now, Slot::Stack(lens), step, None);
                }
            }
            OperationState::Stopping => {
                self.advance(now, Slot::Stack(lens), "saving the stack", None);
            }
            OperationState::Idle | OperationState::Stopped if is_busy(before) => {
                stack.shown = true;
                self.stack_ended(now, lens);
            }
            OperationState::Idle | OperationState::Stopped => {}
        }
    }

    fn stack_ended(&mut self, now: Now, lens: Lens) {
        let slot = Slot::Stack(lens);
        let stack = &self.stacks[&lens];
        let complete = match (stack.counts, stack.wanted) {
            (Some(counts), Some(wanted)) => counts.taken >= wanted,
            _ => true,
        };
        let outcome = if complete || self.stop_was_asked(slot) {
            Outcome::Done
        } else {
            // The device stops by itself when it cannot go on, and another client may stop it.
            Outcome::Failed {
                error: self.interrupted(lens),
            }
        };
        self.settle(now, slot, outcome);
    }

    fn subs(&mut self, now: Now, lens: Lens, report: v2::ResNotifyProgressCaptureRawLiveStacking) {
        let Some(stack) = self.stacks.get_mut(&lens) else {
            return;
        };
        let count = |number: i32| u32::try_from(number).unwrap_or(0);
        let mut counts = stack.counts.unwrap_or(SubCounts {
            taken: 0,
            stacked: 0,
        });
        // 0 updates the taken, 1 the stacked, 2 both (API 2.0 §4.16.15).
        if report.update_count_type != 1 {
            counts.taken = count(report.current_count);
        }
        if report.update_count_type != 0 {
            counts.stacked = count(report.stacked_count);
        }
        stack.counts = Some(counts);
        stack.judging = report.update_count_type == 0;
        let wanted = count(report.total_count);
        stack.wanted = (wanted > 0).then_some(wanted);
        stack.exposure_index = Some(report.exp_index);
        if !report.target_name.is_empty() {
            self.tracked_name = report.target_name;
        }
        if is_busy(self.stacks[&lens].state) {
            let progress = (wanted > 0).then(|| f64::from(counts.taken) / f64::from(wanted));
            let step = format!("{} taken, {} stacked", counts.taken, counts.stacked);
            self.advance(now, Slot::Stack(lens), step, progress);
        }
    }

    fn params(&mut self, lens: Lens, echo: &v2::ResNotifyParam) {
        if let Some(camera) = self.state.cameras.get_mut(&lens) {
            for param in &echo.param {
                self.settings.camera_echo(lens, camera, param);
            }
        }
    }

    fn function(&mut self, now: Now, lens: Lens, report: v2::ResNotifyCamFunctionState) {
        let key = (lens, report.function_id);
        let busy = is_busy(report.state());
        let ran = if busy {
            !self.functions.insert(key)
        } else {
            self.functions.remove(&key)
        };
        match Function::from_number(report.function_id) {
            Function::Photo if busy => self.advance(now, Slot::Photo(lens), "exposing", None),
            Function::Photo if ran => self.await_file(now, Slot::Photo(lens)),
            // What the end of opening or closing came to is not told: only its beginning counts.
            Function::OpenClose if busy => self.set_open(lens, true),
            Function::DualCameraLinkage => self.linkage(now.mono, busy),
            Function::AstroFocus
            | Function::AstroFocusFast
            | Function::Focus
            | Function::AreaFocus => self.auto_focus(now, busy, ran),
            _ => {}
        }
    }

    fn auto_focus(&mut self, now: Now, busy: bool, ran: bool) {
        if busy {
            self.focus_moves(true);
            self.advance(now, Slot::AutoFocus, "searching", None);
        } else if ran {
            self.focus_moves(false);
            // An error reply overrules this.
            self.settle(now, Slot::AutoFocus, Outcome::Done);
        }
    }

    fn album(&mut self, now: Now) {
        for lens in [Lens::Tele, Lens::Wide] {
            // The file is there: nothing more can go wrong with the photograph.
            let exposing = self.functions.contains(&(lens, Function::Photo.number()));
            if self.has_begun(Slot::Photo(lens)) && !exposing {
                self.job_done(now, Slot::Photo(lens));
            }
        }
        let message = String::from("The telescope has new files.");
        self.event(now, Severity::Info, "album.updated", message);
    }

    fn stop_was_asked(&self, slot: Slot) -> bool {
        self.running
            .get(&slot)
            .is_some_and(super::jobs::Running::is_stop_asked)
    }
}

fn switch(state: i32) -> Switch {
    if state == 0 { Switch::Off } else { Switch::On }
}

fn solving(times: i32) -> String {
    match times {
        ..=1 => String::from("solving"),
        2 => String::from("solving, 2nd try"),
        3 => String::from("solving, 3rd try"),
        more => format!("solving, {more}th try"),
    }
}

fn decode<M: Message + Default>(payload: &[u8]) -> Result<M, prost::DecodeError> {
    M::decode(payload)
}
