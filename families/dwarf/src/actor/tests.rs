use prost::Message as _;
use skyhelm_device::state::About;
use skyhelm_device::{CameraAction, CameraCommand, Lens};
use skyhelm_dwarf_proto::client::{Event, Input, Output};
use skyhelm_dwarf_proto::{MessageType, ModuleId, Packet, Profile, v2};
use skyhelm_units::{Angle, Equatorial, RequestId, StationClock, UtcMillis};
use tokio::sync::oneshot;

use super::*;
use crate::known::Settings;

/// An actor, its wire, and what the wire would carry.
struct Bench {
    actor: Actor,
    wire: Wire,
    now: Now,
    sent: Vec<u32>,
}

type Answer = oneshot::Receiver<Result<Accepted, DeviceError>>;

impl Bench {
    /// Connected, and host.
    fn host() -> Self {
        let site = Site::from_degrees(48.14, 11.58, 520.0);
        let now = Now {
            mono: Mono::ZERO,
            utc: UtcMillis::from_seconds(1_795_287_600),
        };
        let clock = StationClock::new(now.mono, now.utc, 1.0);
        let known = Known::new(About::default(), Settings::default(), site, clock);
        let mut bench = Self {
            actor: Actor::new(known, site),
            wire: Wire::new(&Profile::dwarf3_v2()),
            now,
            sent: Vec::new(),
        };
        bench.wire.session.handle_input(now, Input::Connected);
        bench.actor.connected();
        bench.tell(cmd::NOTIFY_HOST_SLAVE_MODE, &[]);
        bench.reply(ModuleId::CameraTele, cmd::TELE_GET_SYSTEM_WORKING_STATE);
        // It asks for the dark frames by itself.
        bench.wait(Duration::ZERO);
        bench.wait(Duration::ZERO);
        bench.sent.clear();
        assert!(bench.wire.is_up() && bench.actor.known.is_host());
        bench
    }

    fn packet(&mut self, kind: MessageType, module: ModuleId, number: u32, payload: &[u8]) {
        let frame = Packet {
            major_version: 1,
            minor_version: 5,
            device_id: 2,
            module,
            cmd: number,
            kind,
            payload: Bytes::copy_from_slice(payload),
            client_id: String::new(),
        }
        .encode();
        self.wire
            .session
            .handle_input(self.now, Input::Binary(&frame));
        self.drain();
    }

    fn tell(&mut self, number: u32, payload: &[u8]) {
        self.packet(MessageType::Notification, ModuleId::Notify, number, payload);
    }

    /// Success, which is an empty reply.
    fn reply(&mut self, module: ModuleId, number: u32) {
        self.packet(MessageType::ReplyToo, module, number, &[]);
    }

    fn drain(&mut self) {
        while let Some(output) = self.wire.session.poll_output() {
            match output {
                Output::Send(frame) => self.sent.push(Packet::decode(&frame).unwrap().cmd),
                Output::Event(Event::Started) => {
                    self.wire.started();
                    self.actor.synchronized(self.now);
                }
                Output::Event(Event::Reply(reply)) => {
                    let result = self.wire.result(reply.row, reply.code, reply.payload);
                    self.actor
                        .reply(self.now, reply.ticket, result, &mut self.wire);
                }
                Output::Event(Event::Notification(notice)) => {
                    self.actor
                        .notification(self.now, notice.cmd, &notice.payload, &mut self.wire);
                }
                _ => {}
            }
        }
    }

    fn ask(&mut self, order: impl Into<Order>) -> Answer {
        let (reply, answer) = oneshot::channel();
        let ask = Ask {
            order: order.into(),
            request_id: RequestId::new("test"),
            deadline: self.now.mono + Duration::from_secs(5),
            reply,
        };
        self.actor.ask(self.now, ask, &mut self.wire);
        self.drain();
        answer
    }

    fn wait(&mut self, time: Duration) {
        self.now.mono = self.now.mono + time;
        self.actor.handle_timeout(self.now, &mut self.wire);
        self.drain();
    }
}

fn goto() -> MountCommand {
    MountCommand::Goto {
        target: Equatorial::from_hours_degrees(3.783, 24.117).unwrap(),
        name: String::from("M 45"),
    }
}

fn refusal(mut answer: Answer) -> ErrorKind {
    answer.try_recv().unwrap().unwrap_err().kind
}

#[test]
fn nothing_is_sent_after_the_deadline_of_its_order() {
    let mut bench = Bench::host();
    let answer = bench.ask(goto());
    // The telescope takes its time with the clock, the order's time is over meanwhile.
    assert_eq!(bench.sent, [cmd::SYSTEM_SET_TIME]);
    bench.wait(Duration::from_secs(6));
    bench.reply(ModuleId::System, cmd::SYSTEM_SET_TIME);
    assert_eq!(refusal(answer), ErrorKind::TimedOut);
    assert_eq!(bench.sent, [cmd::SYSTEM_SET_TIME]);
}

#[test]
fn a_slew_that_waits_behind_other_steps_is_given_up_when_everything_stops() {
    let mut bench = Bench::host();
    let answer = bench.ask(goto());
    let _stop = bench.ask(MountCommand::StopAll);
    assert_eq!(refusal(answer), ErrorKind::Cancelled);
    bench.reply(ModuleId::System, cmd::SYSTEM_SET_TIME);
    assert!(!bench.sent.contains(&cmd::ASTRO_START_GOTO_DSO));
    assert!(bench.sent.contains(&cmd::MOTOR_JOYSTICK_STOP));
}

#[test]
fn a_stick_that_is_not_pushed_again_is_stopped_within_a_second() {
    let mut bench = Bench::host();
    let _answer = bench.ask(MountCommand::Joystick {
        direction: Angle::ZERO,
        deflection: 1.0,
    });
    assert!(bench.sent.contains(&cmd::MOTOR_JOYSTICK));
    bench.wait(Duration::from_millis(999));
    assert!(!bench.sent.contains(&cmd::MOTOR_JOYSTICK_STOP));
    // Even though the telescope answers nothing.
    bench.wait(Duration::from_millis(1));
    assert!(bench.sent.contains(&cmd::MOTOR_JOYSTICK_STOP));
}

#[test]
fn a_lost_connection_answers_every_order_and_sends_none_again() {
    let mut bench = Bench::host();
    let slew = bench.ask(goto());
    let photo = bench.ask(CameraCommand {
        lens: Lens::Wide,
        action: CameraAction::Photo,
    });
    bench
        .actor
        .disconnected(bench.now, String::from("the cable was pulled"));
    assert_eq!(refusal(slew), ErrorKind::Unreachable);
    assert_eq!(refusal(photo), ErrorKind::Unreachable);
    bench.sent.clear();
    bench.wait(Duration::from_secs(30));
    assert!(bench.sent.is_empty(), "{:?}", bench.sent);
}

#[test]
fn as_a_viewer_it_asks_for_the_role_once_and_then_says_who_has_it() {
    let mut bench = Bench::host();
    let viewer = v2::ResNotifyHostSlaveMode {
        mode: 1,
        lock: true,
    };
    bench.tell(cmd::NOTIFY_HOST_SLAVE_MODE, &viewer.encode_to_vec());
    let answer = bench.ask(goto());
    assert_eq!(bench.sent, [cmd::SYSTEM_SET_HOST_LOCK]);
    let no = v2::ComResponse { code: -1 };
    bench.packet(
        MessageType::Reply,
        ModuleId::System,
        cmd::SYSTEM_SET_HOST_LOCK,
        &no.encode_to_vec(),
    );
    assert_eq!(refusal(answer), ErrorKind::NoControl);
    assert_eq!(bench.sent, [cmd::SYSTEM_SET_HOST_LOCK]);
}
