//! A joystick motion: kept alive while it is held, ended when it is not.

use core::time::Duration;

use skyhelm_dwarf_proto::{cmd, profile::StickTurn, v2};
use skyhelm_units::{Angle, Mono};

use crate::orders::{Send, request};
use crate::wire::Ticket;

/// Not pushed again for so long, a stick counts as released.
const HOLD: Duration = Duration::from_secs(1);
/// How often the telescope is told, at most.
const REPEAT: Duration = Duration::from_millis(150);
/// Degrees per second at full deflection. The telescope takes up to 30 (API 2.0 §4.13.5); at that
/// speed the field of the tele lens passes in a tenth of a second.
const FULL_SPEED: f64 = 10.0;

/// A held stick.
#[derive(Debug)]
pub(super) struct Stick {
    direction: Angle,
    deflection: f64,
    until: Mono,
    next: Mono,
    waiting: Option<Ticket>,
}

impl Stick {
    /// Pushes a stick, or goes on pushing it.
    pub(super) fn push(held: &mut Option<Self>, now: Mono, direction: Angle, deflection: f64) {
        let stick = held.get_or_insert(Self {
            direction,
            deflection,
            until: now,
            next: now,
            waiting: None,
        });
        if stick.direction != direction || (stick.deflection - deflection).abs() > f64::EPSILON {
            stick.direction = direction;
            stick.deflection = deflection;
            stick.next = now;
        }
        stick.until = now + HOLD;
    }

    pub(super) fn is_over(&self, now: Mono) -> bool {
        self.until <= now
    }

    /// Whether the telescope shall be told now: never while an earlier push is unanswered.
    pub(super) fn is_due(&self, now: Mono) -> bool {
        self.waiting.is_none() && self.next <= now
    }

    /// We may not command yet: looks again in a moment.
    pub(super) fn defer(&mut self, now: Mono) {
        self.next = now + REPEAT;
    }

    pub(super) fn request(&mut self, now: Mono, turn: StickTurn) -> Send {
        self.next = now + REPEAT;
        let (sin, cos) = self.direction.sin_cos();
        let (vector_angle, vector_length) =
            turn.to_wire(self.deflection * cos, self.deflection * sin);
        let message = v2::ReqMotorServiceJoystick {
            vector_angle,
            vector_length,
            speed: FULL_SPEED,
        };
        request(cmd::MOTOR_JOYSTICK, &message)
    }

    pub(super) fn sent(&mut self, ticket: Ticket) {
        self.waiting = Some(ticket);
    }

    /// Whether this is the answer to the last push.
    pub(super) fn is_answered_by(&mut self, ticket: Ticket) -> bool {
        self.waiting.take_if(|waiting| *waiting == ticket).is_some()
    }

    pub(super) fn poll_timeout(&self) -> Mono {
        if self.waiting.is_some() {
            self.until
        } else {
            self.until.min(self.next)
        }
    }
}
