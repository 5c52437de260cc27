//! What cannot be done now, and why.

use std::collections::BTreeMap;

use skyhelm_device::Lens;
use skyhelm_device::state::{Blocked, LinkStatus, Motion, StackPhase};
use skyhelm_dwarf_proto::v2::OperationState;
use skyhelm_units::Mono;

use super::jobs::Slot;
use super::{Known, is_busy};

/// What moves the telescope.
const MOVING: &[&str] = &[
    "mount.goto",
    "mount.goto_body",
    "mount.track",
    "mount.calibrate",
    "mount.joystick",
    "mount.centre",
    "mount.park",
];

/// What changes the pictures a stack is made of.
const SHOOTING: &[&str] = &[
    "camera.tele.open",
    "camera.tele.close",
    "camera.tele.exposure",
    "camera.tele.gain",
    "camera.tele.filter",
    "camera.tele.photo",
    "camera.tele.raw_photo",
    "camera.wide.open",
    "camera.wide.close",
    "camera.wide.exposure",
    "camera.wide.gain",
    "camera.wide.filter",
    "camera.wide.photo",
    "camera.wide.raw_photo",
    "focuser",
    "focuser.auto",
    "focuser.auto_stars",
    "darks.take",
    "darks.wide.take",
    "stack.subs",
    "stack.binning",
    "stack.format",
];

/// What needs nothing but a connection.
const ALWAYS: &[&str] = &[
    "lights.ring",
    "lights.indicator",
    "power.reboot",
    "power.power_down",
    "darks.delete",
    "darks.wide.delete",
    "album.delete",
    "control.take",
    "control.release",
    "stack.display",
    "stack.enhancement",
];

/// Stacks begin and end.
const STACKING: &[&str] = &[
    "stack.start",
    "stack.stop",
    "stack.go_live",
    "stack.wide.start",
    "stack.wide.stop",
    "stack.wide.go_live",
];

type Map = BTreeMap<String, Blocked>;

fn block(map: &mut Map, names: &[impl AsRef<str>], reason: &str, remedy: Option<&str>) {
    for name in names {
        map.entry(name.as_ref().to_owned())
            .or_insert_with(|| Blocked {
                reason: reason.to_owned(),
                remedy: remedy.map(str::to_owned),
            });
    }
}

impl Known {
    /// The first reason found stands, so the gravest come first.
    pub(super) fn blocked(&self, at: Mono) -> Map {
        let mut map = Map::new();
        if self.state.link.status != LinkStatus::Up {
            let remedy = "Wait for the connection, or look at its address.";
            let reason = "The telescope is not connected.";
            for names in [MOVING, STACKING, ALWAYS] {
                block(&mut map, names, reason, Some(remedy));
            }
            block(&mut map, &self.shooting(), reason, Some(remedy));
            return map;
        }
        self.blocked_by_role(&mut map);
        self.blocked_by_stack(&mut map);
        self.blocked_by_motion(at, &mut map);
        self.blocked_by_following(at, &mut map);
        self.blocked_by_photo(&mut map);
        self.blocked_by_darks(&mut map);
        self.blocked_without_choice(&mut map);
        map
    }

    fn blocked_by_role(&self, map: &mut Map) {
        if self.is_host() {
            let reason = "The telescope obeys this station already.";
            block(map, &["control.take"], reason, None);
        } else {
            let reason = "The telescope does not obey this station.";
            block(map, &["control.release"], reason, None);
        }
    }

    fn blocked_by_stack(&self, map: &mut Map) {
        let state = self.stacker_state();
        let name = state
            .target
            .map_or(String::new(), |name| format!(" {name}"));
        match state.phase {
            StackPhase::Running => {
                let reason = format!("The telescope is stacking{name}.");
                self.block_other_work(map, &reason, "Stop the stack first.");
            }
            StackPhase::Stopping => {
                let reason = "The telescope is saving the stack.";
                self.block_other_work(map, reason, "Wait until it is done.");
            }
            StackPhase::Ended | StackPhase::Live => {}
        }
        for (lens, prefix) in [(Lens::Tele, "stack"), (Lens::Wide, "stack.wide")] {
            let stack = &self.stacks[&lens];
            let [start, stop, go_live] =
                ["start", "stop", "go_live"].map(|end| format!("{prefix}.{end}"));
            match stack.state {
                OperationState::Running => {
                    block(
                        map,
                        &[&go_live],
                        "The stack still runs.",
                        Some("Stop the stack first."),
                    );
                }
                OperationState::Stopping => {
                    let wait = Some("Wait until it is done.");
                    block(
                        map,
                        &[&stop, &go_live],
                        "The telescope is saving the stack.",
                        wait,
                    );
                }
                _ => block(map, &[&stop], "No stack runs.", None),
            }
            if stack.shown && !is_busy(stack.state) {
                let reason = "The last stack is still shown.";
                block(map, &[&start], reason, Some("Go live first."));
            } else if !is_busy(stack.state) {
                block(map, &[&go_live], "The live picture is shown already.", None);
            }
        }
    }

    fn blocked_by_following(&self, at: Mono, map: &mut Map) {
        let names = &["mount.track"];
        if self.follows_truly(at).is_some() {
            block(map, names, "The telescope follows its target.", None);
        } else if self.where_it_looks(at).is_none() {
            let reason = "Nobody knows where the telescope looks.";
            block(map, names, reason, Some("Go to a target first."));
        }
    }

    fn blocked_by_darks(&self, map: &mut Map) {
        for (lens, stop) in [(Lens::Tele, "darks.stop"), (Lens::Wide, "darks.wide.stop")] {
            if self.runs(Slot::Darks(lens)) {
                let remedy = "Wait, or stop them first.";
                self.block_other_work(map, "Dark frames are being taken.", remedy);
            } else {
                block(map, &[stop], "No dark frames are being taken.", None);
            }
        }
    }

    fn blocked_by_motion(&self, at: Mono, map: &mut Map) {
        let starts: &[&str] = &["stack.start", "stack.wide.start"];
        let (reason, remedy) = match self.motion() {
            Motion::Slewing | Motion::Solving => {
                let name = self
                    .target_state(at)
                    .map_or_else(|| String::from("a target"), |target| target.name);
                (
                    format!("The telescope is going to {name}."),
                    "Stop the slew first.",
                )
            }
            Motion::Calibrating => (
                String::from("The telescope is calibrating."),
                "Stop the calibration first.",
            ),
            Motion::Tracking => return,
            Motion::Joystick if self.tracking == OperationState::Running => return,
            Motion::Idle if self.waits_to_follow() => {
                let reason =
                    "The telescope was moved by hand and follows the sky again in a moment.";
                let remedy = "Wait a moment, or go to a target.";
                block(map, starts, reason, Some(remedy));
                return;
            }
            Motion::Idle | Motion::Joystick | Motion::Parked => {
                let reason = "The telescope follows no target.";
                let remedy = "Go to a target, or follow the sky where it looks.";
                block(map, starts, reason, Some(remedy));
                return;
            }
        };
        for names in [MOVING, starts] {
            block(map, names, &reason, Some(remedy));
        }
    }

    fn blocked_by_photo(&self, map: &mut Map) {
        for (lens, names) in [
            (Lens::Tele, ["camera.tele.photo", "camera.tele.raw_photo"]),
            (Lens::Wide, ["camera.wide.photo", "camera.wide.raw_photo"]),
        ] {
            if self.runs(Slot::Photo(lens)) {
                block(
                    map,
                    &names,
                    "A photograph is being taken.",
                    Some("Wait until it is done."),
                );
            }
        }
    }

    /// What moves the telescope, or changes what it photographs.
    fn block_other_work(&self, map: &mut Map, reason: &str, remedy: &str) {
        block(map, MOVING, reason, Some(remedy));
        block(map, &self.shooting(), reason, Some(remedy));
        let starts = ["stack.start", "stack.wide.start"];
        block(map, &starts, reason, Some(remedy));
    }

    /// The parameters change the pictures a stack is made of, too.
    fn shooting(&self) -> Vec<String> {
        let fixed = SHOOTING.iter().map(|name| (*name).to_owned());
        let of_cameras = self.state.cameras.iter().flat_map(|(lens, camera)| {
            let parameters = camera.parameters.iter();
            parameters.map(move |parameter| format!("camera.{lens}.{}", parameter.name))
        });
        fixed.chain(of_cameras).collect()
    }

    /// What this model does not have. It is told by the settings it offers.
    fn blocked_without_choice(&self, map: &mut Map) {
        for (lens, camera) in &self.state.cameras {
            for (name, setting) in [
                ("exposure", &camera.exposure),
                ("gain", &camera.gain),
                ("filter", &camera.filter),
            ] {
                if setting.is_none() {
                    let control = format!("camera.{lens}.{name}");
                    let reason = format!("The {lens} camera has no {name} to choose.");
                    block(map, &[&control], &reason, None);
                }
            }
        }
    }
}
