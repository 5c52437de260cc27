//! The mind of one telescope's task: orders, replies and notifications in, requests out.
//!
//! Pure like the protocol's session it drives: it is told the time, and sends nothing by itself.
//! [`errands`] walk an order's steps, [`stick`] keeps a joystick motion alive while it is held.

mod errands;
mod motors;
mod stick;
#[cfg(test)]
mod tests;

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use skyhelm_device::state::LinkStatus;
use skyhelm_device::{
    Accepted, DeviceError, DeviceEvent, DeviceState, ErrorKind, FocuserCommand, Lens, MountCommand,
};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_units::{Mono, Now, Site};

use crate::error::DwarfError;
use crate::known::{Known, Slot, sooner};
use crate::orders::{self, Order, Scene};
use crate::telescope::Ask;
use crate::wire::{Ticket, Wire};
use errands::Errand;
use motors::MotorReader;
use stick::Stick;

/// After the telescope answered the question for its whole state, the state itself may still be on
/// its way.
const STATE_SETTLES: Duration = Duration::from_secs(2);

/// One telescope, its orders and what is known of it.
#[derive(Debug)]
pub(crate) struct Actor {
    pub(crate) known: Known,
    site: Site,
    errands: Vec<Errand>,
    stick: Option<Stick>,
    stick_trouble: Option<DeviceError>,
    clock_set: bool,
    check_missed_at: Option<Mono>,
    motors: MotorReader,
}

impl Actor {
    pub(crate) fn new(known: Known, site: Site) -> Self {
        Self {
            known,
            site,
            errands: Vec::new(),
            stick: None,
            stick_trouble: None,
            clock_set: false,
            check_missed_at: None,
            motors: MotorReader::default(),
        }
    }

    pub(crate) fn snapshot(&mut self, now: Now) -> Arc<DeviceState> {
        self.known.look_for_troubles(now);
        self.known.snapshot(now)
    }

    pub(crate) fn take_events(&mut self) -> Vec<DeviceEvent> {
        self.known.take_events()
    }

    /// An order that comes while there is no connection.
    pub(crate) fn refuse(ask: Ask) {
        answer(ask, Err(not_connected()));
    }

    /// A person's order.
    pub(crate) fn ask(&mut self, now: Now, ask: Ask, wire: &mut Wire) {
        tracing::info!(rid = %ask.request_id, order = ?ask.order, "order");
        if !wire.is_up() {
            return answer(ask, Err(not_connected()));
        }
        match &ask.order {
            Order::Mount(MountCommand::Joystick {
                direction,
                deflection,
            }) => {
                if let Some(trouble) = self.stick_trouble.take() {
                    return answer(ask, Err(trouble));
                }
                Stick::push(&mut self.stick, now.mono, *direction, *deflection);
                self.known.joystick(now.mono, true);
            }
            Order::Mount(MountCommand::StopJoystick) if !self.known.is_host() => {
                // Nothing of ours can be moving, and the role is not taken for nothing.
                self.drop_stick(now.mono);
                return answer(ask, Ok(Accepted::default()));
            }
            Order::Mount(MountCommand::StopJoystick) => self.drop_stick(now.mono),
            Order::Mount(MountCommand::StopAll) => {
                self.drop_stick(now.mono);
                self.abandon_unsent();
                self.known.give_up_following();
            }
            Order::Mount(MountCommand::StopGoto) => self.known.give_up_following(),
            Order::Focuser(FocuserCommand::Stop) => self.known.stop_asked(Slot::Focus),
            _ => {}
        }
        match orders::steps(&ask.order, self.scene(now, wire)) {
            Ok(steps) => self.errands.push(Errand::new(ask, steps)),
            Err(error) => answer(ask, Err(error)),
        }
        self.drive(now, wire);
    }

    fn scene<'a>(&'a self, now: Now, wire: &'a Wire) -> Scene<'a> {
        Scene {
            known: &self.known,
            site: &self.site,
            profile: wire.profile(),
            at: now.mono,
        }
    }

    /// The connection stands; the whole state is being told.
    pub(crate) fn connected(&mut self) {
        self.known.forget_operations();
        self.motors = MotorReader::default();
        // Another host may have set it meanwhile, and the telescope may have been switched off.
        self.clock_set = false;
    }

    /// The telescope has answered the question for its whole state.
    pub(crate) fn synchronized(&mut self, now: Now) {
        self.known.link(now, LinkStatus::Up, None);
        self.check_missed_at = Some(now.mono + STATE_SETTLES);
        for lens in [Lens::Tele, Lens::Wide] {
            self.known.darks_changed(lens);
        }
    }

    /// The connection is lost, or could not be made. What was not answered never will be; nothing
    /// is sent again.
    pub(crate) fn disconnected(&mut self, now: Now, trouble: String) {
        self.stick = None;
        self.check_missed_at = None;
        self.known.link(now, LinkStatus::Down, Some(trouble));
        for errand in self.errands.drain(..) {
            let result = if errand.switches_off() {
                Ok(())
            } else {
                Err(not_connected())
            };
            errand.finish(result);
        }
    }

    pub(crate) fn notification(&mut self, now: Now, number: u32, payload: &[u8], wire: &mut Wire) {
        if !self.known.notice(now, number, payload) {
            tracing::debug!(number, bytes = payload.len(), "notification without effect");
        }
        self.drive(now, wire);
    }

    /// The reply to a request of ours, or its end without one.
    pub(crate) fn reply(
        &mut self,
        now: Now,
        ticket: Ticket,
        result: Result<Bytes, DwarfError>,
        wire: &mut Wire,
    ) {
        if let Some(stick) = &mut self.stick
            && stick.is_answered_by(ticket)
        {
            if let Err(error) = result {
                self.stick_trouble = Some(error.into());
                self.drop_stick(now.mono);
            }
        } else if !self.motor_reply(now, ticket, &result) {
            self.errand_reply(now, ticket, result);
        }
        self.drive(now, wire);
    }

    /// A reply nobody waits for any more. A calibration answers its failed solves on the way, and
    /// its failure at the end.
    pub(crate) fn late_reply(&mut self, now: Now, number: u32, result: Result<Bytes, DwarfError>) {
        let slot = match number {
            cmd::ASTRO_START_GOTO_DSO => Slot::Goto,
            cmd::ASTRO_START_CALIBRATION => Slot::Calibrate,
            _ => return,
        };
        match result {
            Ok(_) => self.known.job_taken(now, slot),
            Err(error) if goes_on(number, &error) => {}
            Err(error) => {
                let error = self.known.explain(error.into());
                self.known.job_failed(now, slot, error);
            }
        }
    }

    /// A live picture came: whoever opened the camera, it is open.
    pub(crate) fn picture_seen(&mut self, lens: Lens) {
        self.known.set_open(lens, true);
    }

    /// When something must be done again.
    pub(crate) fn poll_timeout(&self) -> Option<Mono> {
        [
            self.known.poll_timeout(),
            self.errands.iter().filter_map(Errand::poll_timeout).min(),
            self.stick.as_ref().map(Stick::poll_timeout),
            self.motors.poll_timeout(),
            self.check_missed_at,
        ]
        .into_iter()
        .fold(None, sooner)
    }

    /// When something must be done while there is no connection.
    pub(crate) fn poll_offline(&self) -> Option<Mono> {
        self.known.poll_timeout()
    }

    /// Without a connection nothing is sent, but a job that nobody hears of ends.
    pub(crate) fn handle_offline(&mut self, now: Now) {
        self.known.handle_timeout(now);
    }

    pub(crate) fn handle_timeout(&mut self, now: Now, wire: &mut Wire) {
        self.known.handle_timeout(now);
        if self.check_missed_at.is_some_and(|at| at <= now.mono) {
            self.check_missed_at = None;
            self.known.close_missed(now);
        }
        self.drive(now, wire);
    }

    /// Sends what can be sent.
    fn drive(&mut self, now: Now, wire: &mut Wire) {
        self.drive_stick(now, wire);
        self.drive_following(now, wire);
        self.drive_darks(now, wire);
        self.drive_errands(now, wire);
        self.drive_motors(now, wire);
    }

    /// What a person's hand has led away from its target is followed again where it looks then:
    /// that is what a person expects, and a stack needs. On behalf of whoever moved it, so only
    /// while the telescope still obeys us.
    fn drive_following(&mut self, now: Now, wire: &mut Wire) {
        let busy = self.stick.is_some() || !self.known.is_host() || !wire.is_up();
        if busy || !self.known.waits_to_follow() {
            return;
        }
        if let Some(target) = self.known.take_led_away(now.mono) {
            let title = format!("Follow {} again", target.name);
            let send = orders::follow(target, title, self.scene(now, wire));
            self.errands.push(Errand::unasked(now.mono, vec![send]));
        }
    }

    fn drive_darks(&mut self, now: Now, wire: &mut Wire) {
        if wire.is_up()
            && let Some(lens) = self.known.take_stale_darks()
        {
            let send = orders::list_darks(lens);
            self.errands.push(Errand::unasked(now.mono, vec![send]));
        }
    }

    fn drive_stick(&mut self, now: Now, wire: &mut Wire) {
        let Some(stick) = &mut self.stick else {
            return;
        };
        if stick.is_over(now.mono) {
            self.drop_stick(now.mono);
            self.errands
                .push(Errand::unasked(now.mono, vec![orders::stop_joystick()]));
            return;
        }
        if !stick.is_due(now.mono) {
            return;
        }
        if self.known.is_host() {
            let request = stick.request(now.mono, wire.profile().stick);
            match wire.request(now, &request) {
                Ok(ticket) => stick.sent(ticket),
                Err(error) => {
                    self.stick_trouble = Some(error.into());
                    self.drop_stick(now.mono);
                }
            }
        } else {
            stick.defer(now.mono);
        }
    }

    fn drop_stick(&mut self, at: Mono) {
        self.stick = None;
        self.known.joystick(at, false);
    }
}

/// Whether a telescope goes on after this error. Seen on devices: a failed solve during a
/// calibration is answered, and the calibration tries again; a stack with unwise settings is warned
/// of, and begins.
fn goes_on(number: u32, error: &DwarfError) -> bool {
    let DwarfError::Refused { code, .. } = error else {
        return false;
    };
    match number {
        cmd::ASTRO_START_CALIBRATION => Code::from_wire(*code) == Code::ASTRO_PLATE_SOLVING_FAILED,
        cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING
        | cmd::ASTRO_START_WIDE_CAPTURE_LIVE_STACKING => {
            Code::from_wire(*code) == Code::ASTRO_NEED_ADJUST_SHOOT_PARAM
        }
        _ => false,
    }
}

fn answer(ask: Ask, result: Result<Accepted, DeviceError>) {
    // Whoever asked may have gone; then nobody needs the answer.
    let _ = ask.reply.send(result);
}

fn not_connected() -> DeviceError {
    DeviceError::new(ErrorKind::Unreachable, "The telescope is not connected.")
        .remedy("Wait for the connection, or look at its address.")
}
