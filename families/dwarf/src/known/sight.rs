//! Where the telescope looks, what it follows, and what a person's hand does to that.

use core::time::Duration;

use skyhelm_device::state::{Motion, PointingSource, PointingState, TargetState};
use skyhelm_device::{Body, MountCommand, SolarFilter, SunGuard};
use skyhelm_dwarf_proto::v2::{AstroState, OperationState};
use skyhelm_units::{Angle, Equatorial, J2000, Mono, Now};

use super::{Known, Motors};

/// Where a target is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aim {
    /// Among the stars.
    Place(Equatorial<J2000>),
    /// It wanders among them.
    Body(Body),
}

/// A target this driver asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) aim: Aim,
}

/// What a person's hand does with the mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    Off,
    /// The stick is pushed.
    Stick,
    /// A click on the wide picture is being followed.
    Centring,
    /// It was folded away.
    Parked,
}

/// A telescope that a hand has led away from what it followed.
#[derive(Clone, Debug)]
pub(super) struct LedAway {
    from: Target,
    /// When the hand let go.
    released: Option<Mono>,
}

/// After a hand lets go the motors come to rest, and the hand may come back.
const CALM: Duration = Duration::from_millis(1200);

/// Led away by less than this, the tele lens still shows the target.
const STILL_IN_THE_PICTURE: Angle = Angle::from_degrees(1.2);

impl Known {
    /// A person moves the telescope by hand: it no longer looks where it was sent.
    pub(crate) fn joystick(&mut self, at: Mono, active: bool) {
        if active {
            self.lead_away();
            self.hand = Hand::Stick;
        } else if self.hand == Hand::Stick {
            self.hand_off(at);
        }
    }

    /// The wide lens leads the tele lens to a place on its picture.
    pub(crate) fn centring(&mut self) {
        self.lead_away();
        self.unpark();
    }

    /// The telescope says whether it follows a click on the wide picture.
    pub(super) fn linkage(&mut self, at: Mono, busy: bool) {
        if busy {
            self.hand = Hand::Centring;
        } else {
            self.hand_off(at);
        }
    }

    /// Whether a motion by hand ends the following is told by no document: where it does, nothing but
    /// a goto begins it anew.
    fn lead_away(&mut self) {
        let follows = self.tracking == OperationState::Running && !self.tracked_name.is_empty();
        if let (true, Some(target)) = (follows, &self.target) {
            let from = target.clone();
            self.led_away.get_or_insert(LedAway {
                from,
                released: None,
            });
        }
        if let Some(away) = &mut self.led_away {
            away.released = None;
        }
        self.moved_by_hand = true;
    }

    pub(super) fn unpark(&mut self) {
        if self.hand == Hand::Parked {
            self.hand = Hand::Off;
        }
    }

    pub(super) fn hand_off(&mut self, at: Mono) {
        if self.hand != Hand::Parked {
            self.hand = Hand::Off;
        }
        if let Some(away) = &mut self.led_away {
            away.released.get_or_insert(at);
        }
    }

    pub(crate) fn parked(&mut self) {
        self.hand = Hand::Parked;
        self.moved_by_hand = true;
        self.led_away = None;
        self.tracking = OperationState::Idle;
    }

    /// A person wants it to stand still, or elsewhere: what was followed is given up.
    pub(crate) fn give_up_following(&mut self) {
        self.led_away = None;
    }

    /// Whether a hand has led it away from what it followed and let go.
    pub(crate) fn waits_to_follow(&self) -> bool {
        let released = self
            .led_away
            .as_ref()
            .is_some_and(|away| away.released.is_some());
        released && self.tracking != OperationState::Running
    }

    /// What to follow now that a hand has led the telescope away, once it has come to rest and its
    /// motors tell where it looks. Asked again, it says nothing.
    pub(crate) fn take_led_away(&mut self, at: Mono) -> Option<Target> {
        let released = self.led_away.as_ref()?.released?;
        let rests = self.hand == Hand::Off && self.is_at_rest();
        if !rests || self.bearing.read_last()? < released + CALM {
            return None;
        }
        let target = self.where_it_looks(at)?;
        self.led_away = None;
        self.is_far_from_the_sun(&target, at).then_some(target)
    }

    /// Once the motors have come to rest, a telescope that still follows does so by itself.
    pub(super) fn settle_following(&mut self, at: Mono) {
        let calm = self.calm_at().is_some_and(|calm| calm <= at);
        if calm && self.tracking == OperationState::Running {
            self.led_away = None;
        }
    }

    /// When to look again whether it still follows.
    pub(super) fn calm_at(&self) -> Option<Mono> {
        let released = self.led_away.as_ref()?.released?;
        (self.tracking == OperationState::Running).then_some(released + CALM)
    }

    /// The guard of this door: nobody stands before a motion that the driver begins by itself.
    fn is_far_from_the_sun(&self, target: &Target, at: Mono) -> bool {
        let goto = MountCommand::Goto {
            target: self.place_of(target, at),
            name: String::new(),
        };
        let guard = SunGuard::new(*self.bearing.site());
        let utc = self.bearing.utc(at);
        guard
            .check(&goto, &self.state, utc, SolarFilter::Unknown)
            .is_ok()
    }

    /// Whether the motors are worth reading: only with a reference do they tell a direction.
    pub(crate) fn wants_motors(&self) -> bool {
        self.truly_followed().is_some() || (self.bearing.is_known() && self.is_at_rest())
    }

    /// Whether the motors turn, or somebody waits for where they stopped.
    pub(crate) fn wants_motors_often(&self) -> bool {
        self.is_moved_by_hand_now() || self.waits_to_follow()
    }

    pub(super) fn is_moved_by_hand_now(&self) -> bool {
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
            None => self.bearing.read(now.mono, motors),
        }
    }

    /// The target's place, while the telescope follows it and no hand has moved it since.
    pub(crate) fn follows_truly(&self, at: Mono) -> Option<Equatorial<J2000>> {
        self.truly_followed()
            .map(|target| self.place_of(target, at))
    }

    fn truly_followed(&self) -> Option<&Target> {
        let target = self.target.as_ref()?;
        let follows = self.motion() == Motion::Tracking
            && !self.moved_by_hand
            && self.tracked_name == target.name;
        follows.then_some(target)
    }

    /// Neither slewing nor calibrating: what the motors read then is not where it will look.
    fn is_at_rest(&self) -> bool {
        !matches!(
            self.motion(),
            Motion::Slewing | Motion::Solving | Motion::Calibrating | Motion::Parked
        )
    }

    pub(crate) fn aim_at(&mut self, target: Target) {
        self.target = Some(target);
        self.led_away = None;
        self.unpark();
    }

    /// Where a target is now.
    pub(crate) fn place_of(&self, target: &Target, at: Mono) -> Equatorial<J2000> {
        match target.aim {
            Aim::Place(place) => place,
            Aim::Body(body) => self.bearing.place_of(body, at),
        }
    }

    /// Where it looks, as a target: after a hand has moved it. Named after what it looked at before,
    /// for its files are.
    pub(crate) fn where_it_looks(&self, at: Mono) -> Option<Target> {
        let place = self
            .follows_truly(at)
            .or_else(|| self.bearing.looks_at(at))?;
        let before = self.led_away.as_ref().map(|away| &away.from);
        let name = match before.or(self.target.as_ref()) {
            Some(before) => {
                let away = self.place_of(before, at).separation(&place);
                let known = before.name.trim_start_matches(NEAR);
                if away < STILL_IN_THE_PICTURE {
                    known.to_owned()
                } else {
                    format!("{NEAR}{known}")
                }
            }
            None => format!(
                "Field {:.2}h {:+.1}",
                place.ra.angle().hours(),
                place.dec.angle().degrees()
            ),
        };
        Some(Target {
            name,
            aim: Aim::Place(place),
        })
    }

    pub(super) fn motion(&self) -> Motion {
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

    pub(super) fn target_state(&self, at: Mono) -> Option<TargetState> {
        let active = matches!(
            self.motion(),
            Motion::Tracking | Motion::Slewing | Motion::Solving
        );
        if !active {
            return None;
        }
        match &self.target {
            Some(target) if self.tracked_name.is_empty() || self.tracked_name == target.name => {
                let place = self.place_of(target, at);
                Some(TargetState {
                    name: target.name.clone(),
                    ra_hours: Some(place.ra.angle().hours()),
                    dec_degrees: Some(place.dec.angle().degrees()),
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

    pub(super) fn pointing(&self, at: Mono) -> Option<PointingState> {
        let (place, source) = match self.follows_truly(at) {
            Some(place) => (place, PointingSource::Target),
            None if self.moved_by_hand && self.is_at_rest() => {
                (self.bearing.looks_at(at)?, PointingSource::Motors)
            }
            None => return None,
        };
        Some(PointingState {
            ra_hours: place.ra.angle().hours(),
            dec_degrees: place.dec.angle().degrees(),
            source,
        })
    }
}

/// What stands before the name of a field beside a target.
const NEAR: &str = "near ";
