//! Both ends of a DWARF's session, under any order of frames, texts, requests and time.

use core::time::Duration;

use skyhelm_dwarf_proto::client::{ClientConfig, Input, Request};
use skyhelm_dwarf_proto::device::{ConnectionId, DeviceEvent, DeviceInput, DeviceOutput};
use skyhelm_dwarf_proto::profile::Profile;
use skyhelm_dwarf_proto::table::Row;
use skyhelm_dwarf_proto::{ClientSession, Code, DeviceHub};
use skyhelm_units::{Mono, Now, UtcMillis};

/// More than any step may answer at once.
const MOST_OUTPUTS: usize = 10_000;

/// Steps written as bytes: a kind, a number, and for some a text of a stated length.
struct Steps<'a>(&'a [u8]);

impl<'a> Steps<'a> {
    fn next(&mut self) -> Option<(u8, u8)> {
        let [kind, number, rest @ ..] = self.0 else {
            return None;
        };
        self.0 = rest;
        Some((*kind, *number))
    }

    fn bytes(&mut self) -> &'a [u8] {
        let [length, rest @ ..] = self.0 else {
            return &[];
        };
        let (taken, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        self.0 = rest;
        taken
    }
}

fn later(now: Now, number: u8) -> Now {
    Now {
        mono: now.mono + Duration::from_millis(u64::from(number) * 97),
        utc: now.utc.plus_seconds(f64::from(number) * 0.097),
    }
}

fn start() -> Now {
    Now {
        mono: Mono::ZERO,
        utc: UtcMillis::from_seconds(1_795_000_000),
    }
}

fn profile(choice: u8) -> Profile {
    match choice % 4 {
        0 => Profile::dwarf3_v2(),
        1 => Profile::dwarf2_v2(),
        2 => Profile::dwarf3_v3(),
        _ => Profile::mini(),
    }
}

/// A client's session: whatever a device says, it neither panics nor speaks without end, and after
/// each step its next wake-up lies ahead.
pub(super) fn client(data: &[u8]) {
    let [choice, data @ ..] = data else { return };
    let rows: Vec<&Row> = skyhelm_dwarf_proto::table::all().collect();
    let mut session = ClientSession::new(ClientConfig::new(profile(*choice), "fuzz"));
    let mut steps = Steps(data);
    let mut now = start();
    while let Some((kind, number)) = steps.next() {
        match kind % 7 {
            0 => session.handle_input(now, Input::Connected),
            1 => session.handle_input(now, Input::Binary(steps.bytes())),
            2 => session.handle_input(now, Input::Text(&String::from_utf8_lossy(steps.bytes()))),
            3 => session.handle_input(now, Input::Closed),
            4 => {
                let row = rows[usize::from(number) * 2 % rows.len()];
                // A request that cannot be made is refused with a reason, which is an answer too.
                let _ = session.request(now, Request::with_payload(row.id, steps.bytes().to_vec()));
            }
            5 => {
                now = later(now, number);
                session.handle_timeout(now);
            }
            _ => {
                let _ = session.release_host(now);
            }
        }
        let spoken = core::iter::from_fn(|| session.poll_output()).take(MOST_OUTPUTS);
        assert!(spoken.count() < MOST_OUTPUTS, "a session falls silent");
        if let Some((at, why)) = session.poll_timeout()
            && kind % 7 == 5
        {
            assert!(at > now.mono, "{why:?} is due again at once");
        }
    }
}

/// A device's hub with several clients: the same, and each command it hands out can be answered.
pub(super) fn device(data: &[u8]) {
    let [choice, data @ ..] = data else { return };
    let mut hub = DeviceHub::new(profile(*choice));
    let mut steps = Steps(data);
    let mut now = start();
    while let Some((kind, number)) = steps.next() {
        let client = ConnectionId(u64::from(number % 5));
        match kind % 6 {
            0 => hub.handle_input(now, DeviceInput::Opened(client)),
            1 => hub.handle_input(now, DeviceInput::Binary(client, steps.bytes())),
            2 => {
                let text = String::from_utf8_lossy(steps.bytes());
                hub.handle_input(now, DeviceInput::Text(client, &text));
            }
            3 => hub.handle_input(now, DeviceInput::Written(client)),
            4 => hub.handle_input(now, DeviceInput::Closed(client)),
            _ => {
                now = later(now, number);
                hub.handle_timeout(now);
            }
        }
        drain(&mut hub);
    }
}

fn drain(hub: &mut DeviceHub) {
    for _ in 0..MOST_OUTPUTS {
        match hub.poll_output() {
            None => return,
            Some(DeviceOutput::Event(DeviceEvent::Command(command))) => {
                hub.reply_code(&command.request, Code::OK);
            }
            Some(_) => {}
        }
    }
    panic!("a hub falls silent");
}
