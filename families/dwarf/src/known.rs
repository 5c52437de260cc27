//! What is known of one telescope, and how its messages change that.
//!
//! Pure: it is told the time, and has neither sockets nor tasks. [`notices`] takes notifications,
//! [`jobs`] follows long commands to their end, [`bearing`] the tube by its motors, [`blocked`] says what cannot be done now and why,
//! [`settings`] knows what can be chosen.

mod bearing;
mod blocked;
mod jobs;
mod notices;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use skyhelm_device::device::SubCounts;
use skyhelm_device::state::{
    About, CameraState, Control, FocuserState, LinkStatus, Motion, MountState, PointingSource,
    PointingState, Setting, StackPhase, StackerState, TargetState,
};
use skyhelm_device::{DeviceEvent, DeviceState, JobBook, Lens, Severity};
use skyhelm_dwarf_proto::v2::{AstroState, OperationState};
use skyhelm_units::{Equatorial, J2000, Mono, Now, Site, StationClock};

use crate::orders::Change;
use bearing::Bearing;
pub(crate) use bearing::Motors;
pub(crate) use jobs::Slot;
pub(crate) use settings::{LensSettings, SUBS_TO_TAKE, Settings, choice};

/// A target this driver asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) place: Equatorial<J2000>,
}

/// Stacking with one lens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stack {
    state: OperationState,
    /// It ended, and the device shows the stack until it goes live.
    shown: bool,
    counts: Option<SubCounts>,
    wanted: Option<u32>,
    exposure_index: Option<i32>,
}

/// What a person's hand does with the mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hand {
    Off,
    /// The stick is pushed.
    Stick,
    /// A click on the wide picture is being followed.
    Centring,
    /// It was folded away.
    Parked,
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
    bearing: Bearing,
    stacks: BTreeMap<Lens, Stack>,
    /// Camera functions that run (API 2.0 §4.16.21.1).
    functions: BTreeSet<(Lens, u32)>,
    told_role: bool,
}

impl Known {
    pub(crate) fn new(about: About, settings: Settings, site: Site, clock: StationClock) -> Self {
        let mut state = DeviceState {
            about,
            mount: Some(MountState::default()),
            focuser: Some(FocuserState::default()),
            stacker: Some(StackerState::default()),
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
            bearing: Bearing::new(site, clock),
            stacks: BTreeMap::from([
                (Lens::Tele, Stack::default()),
                (Lens::Wide, Stack::default()),
            ]),
            functions: BTreeSet::new(),
            told_role: false,
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
            mount.target = self.target_state();
            mount.pointing = self.pointing(now);
        }
        state.stacker = Some(self.stacker_state());
        state.jobs = self.book.all().to_vec();
        state.blocked = self.blocked();
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
        self.state
            .cameras
            .get(&Lens::Wide)
            .and_then(|camera| camera.preview_px)
            .unwrap_or([1920, 1080])
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
            self.state.control = Control::Unknown;
            self.told_role = false;
            self.state.link.round_trip_ms = None;
            self.hand_off();
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
            Change::Subs(subs) => self.settings.subs_to_take = Some(subs),
        }
    }

    pub(crate) fn focus_moves(&mut self, moving: bool) {
        if let Some(focuser) = &mut self.state.focuser {
            focuser.moving = moving;
        }
    }

    /// A person moves the telescope by hand: it no longer looks where it was sent.
    pub(crate) fn joystick(&mut self, active: bool) {
        if active {
            self.hand = Hand::Stick;
            self.moved_by_hand = true;
        } else if self.hand == Hand::Stick {
            self.hand = Hand::Off;
        }
    }

    /// The wide lens leads the tele lens to a place on its picture.
    pub(crate) fn centring(&mut self) {
        self.moved_by_hand = true;
        self.unpark();
    }

    fn unpark(&mut self) {
        if self.hand == Hand::Parked {
            self.hand = Hand::Off;
        }
    }

    fn hand_off(&mut self) {
        if self.hand != Hand::Parked {
            self.hand = Hand::Off;
        }
    }

    pub(crate) fn parked(&mut self) {
        self.hand = Hand::Parked;
        self.moved_by_hand = true;
        self.tracking = OperationState::Idle;
    }

    /// Whether the motors are worth reading: only with a reference do they tell a direction.
    pub(crate) fn wants_motors(&self) -> bool {
        self.follows_truly().is_some() || (self.bearing.is_known() && self.is_at_rest())
    }

    pub(crate) fn is_moved_by_hand_now(&self) -> bool {
        matches!(self.hand, Hand::Stick | Hand::Centring)
    }

    /// The motors were read; `followed` is what the telescope followed when they were asked.
    pub(crate) fn motors_read(
        &mut self,
        now: Now,
        motors: Motors,
        followed: Option<Equatorial<J2000>>,
    ) {
        match followed {
            Some(place) => self.bearing.read_on(now.mono, motors, place),
            None => self.bearing.read(motors),
        }
    }

    /// The target, while the telescope follows it and no hand has moved it since.
    pub(crate) fn follows_truly(&self) -> Option<Equatorial<J2000>> {
        let target = self.target.as_ref()?;
        let follows = self.motion() == Motion::Tracking
            && !self.moved_by_hand
            && self.tracked_name == target.name;
        follows.then_some(target.place)
    }

    /// Neither slewing nor calibrating: what the motors read then is not where it will look.
    fn is_at_rest(&self) -> bool {
        !matches!(
            self.motion(),
            Motion::Slewing | Motion::Solving | Motion::Calibrating | Motion::Parked
        )
    }

    pub(crate) fn went_live(&mut self, lens: Lens) {
        if let Some(stack) = self.stacks.get_mut(&lens) {
            *stack = Stack::default();
        }
    }

    pub(crate) fn aim_at(&mut self, target: Target) {
        self.target = Some(target);
        self.unpark();
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

    fn motion(&self) -> Motion {
        if self.calibration != AstroState::Idle && self.calibration != AstroState::Stopped {
            Motion::Calibrating
        } else if self.goto == AstroState::PlateSolving {
            Motion::Solving
        } else if matches!(self.goto, AstroState::Running | AstroState::Stopping) {
            Motion::Slewing
        } else if self.is_moved_by_hand_now() {
            Motion::Joystick
        } else if self.tracking == OperationState::Running {
            Motion::Tracking
        } else if self.hand == Hand::Parked {
            Motion::Parked
        } else {
            Motion::Idle
        }
    }

    fn target_state(&self) -> Option<TargetState> {
        let active = matches!(
            self.motion(),
            Motion::Tracking | Motion::Slewing | Motion::Solving
        );
        if !active {
            return None;
        }
        match &self.target {
            Some(target) if self.tracked_name.is_empty() || self.tracked_name == target.name => {
                Some(TargetState {
                    name: target.name.clone(),
                    ra_hours: Some(target.place.ra.angle().hours()),
                    dec_degrees: Some(target.place.dec.angle().degrees()),
                })
            }
            // Another client's target: the device tells its name and no more.
            _ if !self.tracked_name.is_empty() => Some(TargetState {
                name: self.tracked_name.clone(),
                ..TargetState::default()
            }),
            _ => None,
        }
    }

    fn pointing(&self, now: Now) -> Option<PointingState> {
        let (place, source) = match self.follows_truly() {
            Some(place) => (place, PointingSource::Target),
            None if self.moved_by_hand && self.is_at_rest() => {
                (self.bearing.looks_at(now.mono)?, PointingSource::Motors)
            }
            None => return None,
        };
        Some(PointingState {
            ra_hours: place.ra.angle().hours(),
            dec_degrees: place.dec.angle().degrees(),
            source,
        })
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
            wanted: stack.wanted.or(self.settings.subs_to_take),
            counts: stack.counts,
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
