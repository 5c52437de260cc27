//! What is known of one telescope, and how its messages change that.
//!
//! Pure: it is told the time, and has neither sockets nor tasks. [`notices`] takes notifications,
//! [`jobs`] follows long commands to their end, [`bearing`] the tube by its motors, [`blocked`] says what cannot be done now and why,
//! [`settings`] knows what can be chosen, [`sight`] where it looks, [`darks`] and [`house`] the rest.

mod bearing;
mod blocked;
mod darks;
mod house;
mod jobs;
mod notices;
mod settings;
mod sight;
#[cfg(test)]
mod tests;
mod troubles;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use skyhelm_device::device::SubCounts;
use skyhelm_device::state::{
    About, CameraState, Control, FocuserState, LinkStatus, MountState, Parameter, Setting,
    StackPhase, StackerState,
};
use skyhelm_device::{
    DeviceError, DeviceEvent, DeviceState, JobBook, Lens, PowerCommand, Severity,
};
use skyhelm_dwarf_proto::v2::{AstroState, OperationState};
use skyhelm_units::{Mono, Now, Site, StationClock};

use crate::orders::Change;
use crate::parameters;
use bearing::Bearing;
pub(crate) use bearing::Motors;
pub(crate) use darks::DarkId;
pub(crate) use house::light;
pub(crate) use jobs::Slot;
pub(crate) use settings::{LensSettings, Settings, choice};
pub(crate) use sight::{Aim, Target};
use sight::{Hand, LedAway};

/// Stacking with one lens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stack {
    state: OperationState,
    /// It ended, and the device shows the stack until it goes live.
    shown: bool,
    counts: Option<SubCounts>,
    wanted: Option<u32>,
    exposure_index: Option<i32>,
    /// The last word was of a sub taken: it is not judged yet.
    judging: bool,
}

impl Stack {
    /// The protocol tells no reasons, only how many were taken and how many stacked.
    fn rejected(&self) -> Option<u32> {
        let SubCounts { taken, stacked } = self.counts?;
        let judging = self.judging && is_busy(self.state);
        Some(taken.saturating_sub(stacked + u32::from(judging)))
    }
}

/// Everything known of one telescope.
#[derive(Debug)]
pub(crate) struct Known {
    state: DeviceState,
    settings: Settings,
    book: JobBook,
    running: BTreeMap<Slot, jobs::Running>,
    events: Vec<DeviceEvent>,
    goto: AstroState,
    calibration: AstroState,
    solves: i32,
    tracking: OperationState,
    target: Option<Target>,
    tracked_name: String,
    /// It followed its target before, and does not any more.
    moved_by_hand: bool,
    hand: Hand,
    led_away: Option<LedAway>,
    bearing: Bearing,
    stacks: BTreeMap<Lens, Stack>,
    /// Camera functions that run (API 2.0 §4.16.21.1).
    functions: BTreeSet<(Lens, u32)>,
    /// Cameras that take dark frames.
    darks_running: BTreeSet<Lens>,
    /// Cameras whose dark frames must be listed anew.
    stale_darks: BTreeSet<Lens>,
    /// The Sun or the Moon is followed by its picture.
    follows_special: bool,
    told_role: bool,
    /// It has said that it switches itself off, perhaps on again.
    going_off: Option<PowerCommand>,
    card: troubles::Card,
}

impl Known {
    pub(crate) fn new(about: About, settings: Settings, site: Site, clock: StationClock) -> Self {
        let mut state = DeviceState {
            about,
            mount: Some(MountState::default()),
            focuser: Some(FocuserState::default()),
            stacker: Some(StackerState::default()),
            lights: house::lights(),
            ..DeviceState::default()
        };
        for lens in [Lens::Tele, Lens::Wide] {
            state.cameras.insert(lens, settings.camera(lens));
        }
        Self {
            state,
            settings,
            book: JobBook::default(),
            running: BTreeMap::new(),
            events: Vec::new(),
            goto: AstroState::Idle,
            calibration: AstroState::Idle,
            solves: 0,
            tracking: OperationState::Idle,
            target: None,
            tracked_name: String::new(),
            moved_by_hand: false,
            hand: Hand::Off,
            led_away: None,
            bearing: Bearing::new(site, clock),
            stacks: BTreeMap::from([
                (Lens::Tele, Stack::default()),
                (Lens::Wide, Stack::default()),
            ]),
            functions: BTreeSet::new(),
            darks_running: BTreeSet::new(),
            stale_darks: BTreeSet::new(),
            follows_special: false,
            told_role: false,
            going_off: None,
            card: troubles::Card::default(),
        }
    }

    /// The device as found at its address: after a firmware update it may be another one.
    pub(crate) fn identify(&mut self, about: About, settings: Settings) {
        self.state.about = about;
        self.settings = settings;
        for lens in [Lens::Tele, Lens::Wide] {
            let fresh = self.settings.camera(lens);
            self.state.cameras.insert(lens, fresh);
        }
    }

    /// The state as the waist wants it.
    pub(crate) fn snapshot(&self, now: Now) -> Arc<DeviceState> {
        let mut state = self.state.clone();
        if let Some(mount) = &mut state.mount {
            mount.motion = self.motion();
            mount.target = self.target_state(now.mono);
            mount.pointing = self.pointing(now.mono);
        }
        state.stacker = Some(self.stacker_state());
        state.jobs = self.book.all().to_vec();
        state.blocked = self.blocked(now.mono);
        Arc::new(state)
    }

    /// What happened since this was asked last.
    pub(crate) fn take_events(&mut self) -> Vec<DeviceEvent> {
        core::mem::take(&mut self.events)
    }

    pub(crate) fn is_host(&self) -> bool {
        self.state.control == Control::Host
    }

    pub(crate) fn is_open(&self, lens: Lens) -> bool {
        self.state
            .cameras
            .get(&lens)
            .is_some_and(|camera| camera.open)
    }

    /// The target the telescope says it follows or photographs; empty when it says none.
    pub(crate) fn tracked_name(&self) -> &str {
        &self.tracked_name
    }

    /// Seconds of an exposure now, when they are known and fixed.
    pub(crate) fn exposure_now(&self, lens: Lens) -> Option<f64> {
        let exposure = self.state.cameras.get(&lens)?.exposure.as_ref()?;
        let index = exposure.index.filter(|_| !exposure.auto)?;
        self.settings.exposure_seconds(lens, index)
    }

    /// Index of the tele lens's filter.
    pub(crate) fn filter_now(&self) -> Option<i32> {
        self.state.cameras.get(&Lens::Tele)?.filter.as_ref()?.index
    }

    /// Size of the wide lens's live picture, for clicks on it.
    pub(crate) fn wide_size(&self) -> [u32; 2] {
        self.picture_size(Lens::Wide)
    }

    /// Size of the tele lens's live picture.
    pub(crate) fn tele_size(&self) -> [u32; 2] {
        self.picture_size(Lens::Tele)
    }

    fn picture_size(&self, lens: Lens) -> [u32; 2] {
        self.state
            .cameras
            .get(&lens)
            .and_then(|camera| camera.preview_px)
            .unwrap_or([1920, 1080])
    }

    /// What a camera's exposure can be, and is.
    pub(crate) fn exposure_setting(&self, lens: Lens) -> Option<&Setting> {
        self.state.cameras.get(&lens)?.exposure.as_ref()
    }

    /// What a camera's gain can be, and is.
    pub(crate) fn gain_setting(&self, lens: Lens) -> Option<&Setting> {
        self.state.cameras.get(&lens)?.gain.as_ref()
    }

    /// A camera's parameter.
    ///
    /// # Errors
    /// When it has none of that name.
    pub(crate) fn parameter(&self, lens: Lens, name: &str) -> Result<&Parameter, DeviceError> {
        let camera = self.state.cameras.get(&lens);
        let mut offered = camera.into_iter().flat_map(|camera| &camera.parameters);
        offered
            .find(|parameter| parameter.name == name)
            .ok_or_else(|| parameters::unknown(name))
    }

    /// The stacker's parameter.
    ///
    /// # Errors
    /// When it has none of that name.
    pub(crate) fn stack_parameter(&self, name: &str) -> Result<&Parameter, DeviceError> {
        let mut offered = self.settings.features.iter();
        offered
            .find(|parameter| parameter.name == name)
            .ok_or_else(|| parameters::unknown(name))
    }

    pub(crate) fn link(&mut self, now: Now, status: LinkStatus, trouble: Option<String>) {
        let before = core::mem::replace(&mut self.state.link.status, status);
        let news = trouble.is_some() && trouble != self.state.link.trouble;
        match (before, status) {
            (LinkStatus::Up, LinkStatus::Down) => {
                self.event(
                    now,
                    Severity::Warning,
                    "link.lost",
                    lost(trouble.as_deref()),
                );
            }
            (LinkStatus::Connecting, LinkStatus::Down) if news => {
                self.event(
                    now,
                    Severity::Warning,
                    "link.failed",
                    lost(trouble.as_deref()),
                );
            }
            (LinkStatus::Connecting | LinkStatus::Down, LinkStatus::Up) => {
                let name = self.state.about.name.clone();
                self.event(
                    now,
                    Severity::Info,
                    "link.up",
                    format!("{name} is connected."),
                );
            }
            _ => {}
        }
        self.state.link.trouble = trouble;
        if status != LinkStatus::Up {
            if self.going_off.is_some() {
                self.jobs_died(now);
            }
            self.jobs_unheard(now);
            self.state.control = Control::Unknown;
            self.told_role = false;
            self.state.link.round_trip_ms = None;
            self.hand_off(now.mono);
            self.led_away = None;
            self.bearing.forget();
        }
    }

    pub(crate) fn heard(&mut self, now: Now) {
        self.state.link.last_heard_utc_ms = Some(now.utc.millis());
    }

    pub(crate) fn round_trip(&mut self, took: core::time::Duration) {
        self.state.link.round_trip_ms = Some((took.as_secs_f64() * 10_000.0).round() / 10.0);
    }

    pub(crate) fn set_open(&mut self, lens: Lens, open: bool) {
        if let Some(camera) = self.state.cameras.get_mut(&lens) {
            camera.open = open;
        }
    }

    /// The telescope has taken us as its host: it also tells so, sooner or later.
    pub(crate) fn became_host(&mut self) {
        self.state.control = Control::Host;
        self.told_role = true;
    }

    /// The telescope took a setting.
    pub(crate) fn set(&mut self, change: Change) {
        let settings = |known: &mut Self, lens, set: &dyn Fn(&mut CameraState)| {
            if let Some(camera) = known.state.cameras.get_mut(&lens) {
                set(camera);
            }
        };
        let exposure = |camera: &mut CameraState, auto| {
            if let Some(exposure) = &mut camera.exposure {
                exposure.auto = auto;
            }
        };
        match change {
            Change::AutoExposure(lens) => settings(self, lens, &|camera| exposure(camera, true)),
            Change::ManualExposure(lens) => settings(self, lens, &|camera| exposure(camera, false)),
            Change::Exposure(lens, index) => {
                settings(self, lens, &|camera| set_index(&mut camera.exposure, index));
            }
            Change::Gain(lens, index) => {
                settings(self, lens, &|camera| set_index(&mut camera.gain, index));
            }
            Change::Filter(index) => {
                settings(self, Lens::Tele, &|camera| {
                    set_index(&mut camera.filter, index);
                });
            }
            Change::Parameter(lens, name, value) => settings(self, lens, &|camera| {
                parameters::take(&mut camera.parameters, name, value);
            }),
            Change::Feature(name, value) => {
                parameters::take(&mut self.settings.features, name, value);
            }
            Change::Light(name, switch) => self.light(name, switch),
        }
    }

    pub(crate) fn focus_moves(&mut self, moving: bool) {
        if let Some(focuser) = &mut self.state.focuser {
            focuser.moving = moving;
        }
    }

    pub(crate) fn went_live(&mut self, lens: Lens) {
        if let Some(stack) = self.stacks.get_mut(&lens) {
            *stack = Stack::default();
        }
    }

    pub(crate) fn event(&mut self, now: Now, severity: Severity, topic: &str, message: String) {
        self.events.push(DeviceEvent {
            utc_ms: now.utc.millis(),
            severity,
            topic: topic.to_owned(),
            message,
            details: Value::Null,
        });
    }

    fn stacker_state(&self) -> StackerState {
        let active = |stack: &Stack| is_busy(stack.state) || stack.shown;
        let lens = if active(&self.stacks[&Lens::Wide]) && !active(&self.stacks[&Lens::Tele]) {
            Lens::Wide
        } else {
            Lens::Tele
        };
        let stack = &self.stacks[&lens];
        let phase = match stack.state {
            OperationState::Running => StackPhase::Running,
            OperationState::Stopping => StackPhase::Stopping,
            _ if stack.shown => StackPhase::Ended,
            _ => StackPhase::Live,
        };
        let shown = phase != StackPhase::Live;
        StackerState {
            lens: shown.then_some(lens),
            phase,
            target: (shown && !self.tracked_name.is_empty()).then(|| self.tracked_name.clone()),
            wanted: stack.wanted.or(self.settings.subs_to_take()),
            counts: stack.counts,
            rejected: stack.rejected(),
            parameters: self.settings.features.clone(),
            sub_seconds: stack
                .exposure_index
                .and_then(|index| self.settings.exposure_seconds(lens, index)),
        }
    }
}

fn set_index(setting: &mut Option<Setting>, index: i32) {
    if let Some(setting) = setting {
        setting.index = Some(index);
    }
}

fn lost(trouble: Option<&str>) -> String {
    trouble.map_or_else(
        || String::from("The connection is lost; it is made anew."),
        |why| format!("The connection is lost: {why}"),
    )
}

fn is_busy(state: OperationState) -> bool {
    matches!(state, OperationState::Running | OperationState::Stopping)
}

/// When something must be looked at again, at the latest.
pub(crate) fn sooner(a: Option<Mono>, b: Option<Mono>) -> Option<Mono> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
