//! What differs between products and documents, and what nobody has settled yet.
//!
//! Logic never asks for a model: it asks a [`Profile`] field.

use core::time::Duration;

use crate::model::{ModelKey, PayloadIndex};
use crate::stick::{AxisConvention, MotionLimits};

mod products;

/// How the cloud flies a product by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManualMethod {
    /// `drone_control`: speeds.
    DroneControl,
    /// `stick_control`: stick positions.
    Sticks,
    /// Not at all: the pilot keeps the sticks, the cloud has the payload only.
    None,
}

/// Where the number of a heart-beat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeqPlace {
    /// In the data: Dock.
    Data,
    /// Beside the data: all later products.
    Envelope,
}

/// How frames are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeqRule {
    /// Each above the one before: document 1.4.
    Rising,
    /// From 0 with each new set-point, rising while it is repeated: document 1.6 and later.
    RestartOnChange,
}

/// How the cloud gets the right to command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorityKind {
    /// It grabs the aircraft and each payload; the controller in the field may take it back.
    Grab,
    /// It asks, and the pilot agrees on the remote controller.
    CloudControl,
}

/// By which commands a camera is worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraCommands {
    /// Services `camera_*` only.
    Services,
    /// Services `camera_*`, and `drc_*` for what they lack.
    ServicesAndDrc,
    /// `drc_camera_*` only.
    Drc,
}

/// Whether a device answers frames of `drone_control`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameReplies {
    /// Each of them: document 1.4.
    Each,
    /// Those it refuses: document 1.7 and later.
    OnError,
    /// None: `stick_control`.
    Never,
}

/// The unit of the speeds of a picture that is dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DragUnit {
    /// Degrees a second: `camera_screen_drag`.
    DegreesPerSecond,
    /// Radians a second: `drc_camera_screen_drag` on RC Plus 2, as its page prints.
    RadiansPerSecond,
}

/// What flights to a point may ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlyToSchema {
    /// The lowest target above the ellipsoid, metres.
    pub height_min_m: f64,
    /// The highest.
    pub height_max_m: f64,
    /// Whether a flight under way can be given another target (`fly_to_point_update`).
    pub has_update: bool,
}

/// What take-offs to a point may ask for, and must.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TakeoffSchema {
    /// The lowest safe height above take-off, metres.
    pub security_height_min_m: f64,
    /// Whether `commander_flight_mode`, `commander_mode_lost_action` and `rth_mode` must be given.
    pub needs_commander: bool,
    /// Whether `rc_lost_action` and `exit_wayline_when_rc_lost` are part of it.
    pub has_exit_wayline: bool,
}

/// One gateway with its aircraft.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact of a product"
)]
pub struct Profile {
    /// For people: "DJI Dock + Matrice 30T".
    pub name: &'static str,
    /// The gateway.
    pub gateway: ModelKey,
    /// The aircraft.
    pub aircraft: ModelKey,
    /// Its main camera.
    pub camera: PayloadIndex,
    /// The axes of `drone_control`.
    pub axes: AxisConvention,
    /// How it is flown by hand.
    pub manual: ManualMethod,
    /// How frames are numbered.
    pub seq_rule: SeqRule,
    /// Where heart-beats carry their number.
    pub seq_place: SeqPlace,
    /// Whether `drone_emergency_stop` and the other commands of DRC carry a number beside the data.
    pub numbered_commands: bool,
    /// Whether frames are answered.
    pub frame_replies: FrameReplies,
    /// How long a device stays in DRC without a heart-beat.
    pub idle_exit: Duration,
    /// How the right to command is had.
    pub authority: AuthorityKind,
    /// How cameras are worked.
    pub camera_commands: CameraCommands,
    /// The unit of dragging.
    pub drag_unit: DragUnit,
    /// Whether it knows `drc_initial_state_subscribe`, and pushes camera and drone state.
    pub has_initial_state: bool,
    /// Whether the cloud may land it by `drc_emergency_landing` and `drc_force_landing`.
    pub has_drc_landing: bool,
    /// Whether it circles a point.
    pub has_poi: bool,
    /// Flights to a point. `None` when the cloud may not fly it.
    pub fly_to: Option<FlyToSchema>,
    /// Take-offs to a point. `None` when the cloud may not fly it.
    pub takeoff: Option<TakeoffSchema>,
    /// What full sticks mean, and what is never exceeded.
    ///
    /// Of `drone_control` these are the document's bounds. What a full stick of `stick_control`
    /// means is not documented: here the speeds of the aircraft's normal mode.
    pub limits: MotionLimits,
    /// How long it keeps flying the last frame when no other comes. Not documented: nothing may rest on it.
    pub hold_last_frame: Duration,
    /// How its live pictures may leave it, by their numbers.
    pub live_url_types: &'static [i64],
    /// What the infrared lens of a live picture is called.
    pub live_infrared: &'static str,
    /// Whether the OSD comes in several partial objects, as docks do.
    pub splits_osd: bool,
}

impl Profile {
    /// The profile of a gateway and an aircraft, by their model numbers.
    ///
    /// An aircraft not listed with a known gateway gets that gateway's profile; an unknown dock
    /// that of Dock 3 and an unknown controller that of RC Plus 2, the newest of their kind.
    /// Whichever it is, its axes are not proven until the aircraft was seen to follow them.
    pub fn of(gateway: ModelKey, aircraft: Option<ModelKey>) -> &'static Self {
        let same_kind = |profile: &&&Self| {
            profile.gateway.domain == gateway.domain && profile.gateway.kind == gateway.kind
        };
        let newest = if gateway.is_dock() {
            &Self::DOCK3_M4TD
        } else if gateway.is_controller() {
            &Self::RC_PLUS2_M4T
        } else {
            &Self::RC_PRO_M3T
        };
        Self::ALL
            .iter()
            .filter(same_kind)
            .find(|profile| Some(profile.aircraft) == aircraft)
            .or_else(|| Self::ALL.iter().find(same_kind))
            .copied()
            .unwrap_or(newest)
    }

    /// Whether the cloud may fly it by hand.
    pub const fn can_fly(&self) -> bool {
        !matches!(self.manual, ManualMethod::None)
    }

    /// The same with other axes: a document or a firmware that differs.
    #[must_use]
    pub const fn with_axes(mut self, axes: AxisConvention) -> Self {
        self.axes = axes;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_gateways_get_their_own_profile_and_unknown_ones_the_newest_of_their_kind() {
        let of = |gateway: &str, aircraft: &str| {
            Profile::of(gateway.parse().unwrap(), Some(aircraft.parse().unwrap())).name
        };
        assert_eq!(of("3-1-0", "0-67-1"), Profile::DOCK_M30T.name);
        assert_eq!(of("3-1-0", "0-67-0"), Profile::DOCK_M30T.name);
        assert_eq!(of("3-2-0", "0-91-1"), Profile::DOCK2_M3TD.name);
        assert_eq!(of("2-144-0", "0-77-1"), Profile::RC_PRO_M3T.name);
        assert_eq!(of("2-174-0", "0-99-1"), Profile::RC_PLUS2_M4T.name);
        assert_eq!(of("3-9-0", "0-999-1"), Profile::DOCK3_M4TD.name);
        assert_eq!(of("2-999-0", "0-1-1"), Profile::RC_PLUS2_M4T.name);
        assert!(!Profile::RC_PRO_M3T.can_fly());
    }
}
