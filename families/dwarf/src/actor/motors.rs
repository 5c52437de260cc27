//! Reading the motors: how a motion by hand is followed.

use core::time::Duration;

use bytes::Bytes;
use prost::Message as _;
use skyhelm_dwarf_proto::{cmd, v2};
use skyhelm_units::{Equatorial, J2000, Mono, Now};

use super::Actor;
use crate::error::DwarfError;
use crate::known::Motors;
use crate::orders::request;
use crate::wire::{Ticket, Wire};

/// While a hand moves it: a tenth of a field of the wide lens at full speed.
const MOVING: Duration = Duration::from_millis(300);
/// Standing still or following the sky.
const RESTING: Duration = Duration::from_secs(3);

/// The questions for both motors.
#[derive(Debug, Default)]
pub(super) struct MotorReader {
    next: Option<Mono>,
    rotation: Option<(Ticket, Option<f64>)>,
    pitch: Option<Ticket>,
    /// What was followed when they were asked.
    followed: Option<Equatorial<J2000>>,
    /// This telescope does not tell.
    silent: bool,
}

impl MotorReader {
    pub(super) fn poll_timeout(&self) -> Option<Mono> {
        self.next
    }

    fn is_asking(&self) -> bool {
        self.pitch.is_some()
    }
}

impl Actor {
    /// Asks when it is time.
    pub(super) fn drive_motors(&mut self, now: Now, wire: &mut Wire) {
        let wanted = self.known.wants_motors();
        let reader = &mut self.motors;
        if !wanted || reader.silent || !wire.is_up() {
            reader.next = None;
            return;
        }
        let every = if self.known.wants_motors_often() {
            MOVING
        } else {
            RESTING
        };
        let due = reader
            .next
            .map_or(now.mono, |next| next.min(now.mono + every));
        if due > now.mono {
            reader.next = Some(due);
            return;
        }
        reader.next = Some(now.mono + every);
        if reader.is_asking() {
            return;
        }
        let ids = wire.profile().motors;
        let mut ask = |id| {
            let message = v2::ReqMotorGetPosition { id };
            wire.request(now, &request(cmd::MOTOR_GET_POSITION, &message))
        };
        match (ask(ids.rotation), ask(ids.pitch)) {
            (Ok(rotation), Ok(pitch)) => {
                reader.rotation = Some((rotation, None));
                reader.pitch = Some(pitch);
                reader.followed = self.known.follows_truly(now.mono);
            }
            _ => reader.silent = true,
        }
    }

    /// Takes a reply that is a motor's position; false when it is another's.
    pub(super) fn motor_reply(
        &mut self,
        now: Now,
        ticket: Ticket,
        result: &Result<Bytes, DwarfError>,
    ) -> bool {
        let reader = &mut self.motors;
        let of_rotation = reader.rotation.is_some_and(|(asked, _)| asked == ticket);
        let of_pitch = reader.pitch == Some(ticket);
        if !of_rotation && !of_pitch {
            return false;
        }
        let position = result
            .as_ref()
            .ok()
            .and_then(|payload| v2::ResMotorPosition::decode(payload.clone()).ok())
            .map(|told| told.position)
            .filter(|position| position.is_finite());
        if position.is_none() {
            // Not every firmware answers; nobody is told, for nothing was lost.
            *reader = MotorReader {
                silent: true,
                ..MotorReader::default()
            };
            return true;
        }
        if of_rotation {
            reader.rotation = Some((ticket, position));
            return true;
        }
        reader.pitch = None;
        if let (Some((_, Some(rotation))), Some(pitch)) = (reader.rotation.take(), position) {
            let motors = Motors { rotation, pitch };
            self.known.motors_read(now, motors, reader.followed);
        }
        true
    }
}
