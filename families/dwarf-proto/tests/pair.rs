//! Both ends over a seeded link in virtual time.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;
use skyhelm_dwarf_proto::client::{ClientConfig, Event, Input, Output, Request, Ticket};
use skyhelm_dwarf_proto::device::{
    ConnectionId, DeviceEvent, DeviceInput, DeviceOutput, Outgoing, RequestRef,
};
use skyhelm_dwarf_proto::table::Idempotency;
use skyhelm_dwarf_proto::v2::{ComResWithInt, ReqGotoDso, ReqMotorServiceJoystick};
use skyhelm_dwarf_proto::{ClientSession, Code, DeviceHub, Profile, cmd};
use skyhelm_units::{Mono, Now, UtcMillis};

/// A repeatable sequence (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

#[derive(Clone, Debug)]
enum Word {
    Binary(Vec<u8>),
    Text(&'static str),
}

/// A stream in order, each word delayed.
#[derive(Default)]
struct Pipe {
    words: VecDeque<(Mono, Word)>,
}

impl Pipe {
    fn push(&mut self, at: Mono, word: Word) {
        let at = self.words.back().map_or(at, |(last, _)| at.max(*last));
        self.words.push_back((at, word));
    }
}

struct World {
    dice: Dice,
    now: Mono,
    client: ClientSession,
    hub: DeviceHub,
    to_device: Pipe,
    to_client: Pipe,
    connection: Option<ConnectionId>,
    connections: u64,
    /// Replies the device owes, and when.
    owed: Vec<(Mono, RequestRef)>,
    /// The device forgets to answer some.
    deaf_percent: u64,
    asked: BTreeSet<Ticket>,
    ended: BTreeMap<Ticket, u32>,
    motions_asked: usize,
    motions_seen: usize,
    states_asked: usize,
    starts: usize,
    connects: usize,
}

impl World {
    fn new(seed: u64, deaf_percent: u64) -> Self {
        let profile = Profile::dwarf3_v2();
        Self {
            dice: Dice(seed),
            now: Mono::ZERO,
            client: ClientSession::new(ClientConfig::new(profile, "us")),
            hub: DeviceHub::new(profile),
            to_device: Pipe::default(),
            to_client: Pipe::default(),
            connection: None,
            connections: 0,
            owed: Vec::new(),
            deaf_percent,
            asked: BTreeSet::new(),
            ended: BTreeMap::new(),
            motions_asked: 0,
            motions_seen: 0,
            states_asked: 0,
            starts: 0,
            connects: 0,
        }
    }

    fn time(&self) -> Now {
        Now {
            mono: self.now,
            utc: UtcMillis::new(0),
        }
    }

    fn connect(&mut self) {
        self.connections += 1;
        let id = ConnectionId(self.connections);
        self.connection = Some(id);
        self.connects += 1;
        self.hub.handle_input(self.time(), DeviceInput::Opened(id));
        self.client.handle_input(self.time(), Input::Connected);
    }

    fn cut(&mut self) {
        if let Some(id) = self.connection.take() {
            self.to_device.words.clear();
            self.to_client.words.clear();
            self.hub.handle_input(self.time(), DeviceInput::Closed(id));
            self.client.handle_input(self.time(), Input::Closed);
        }
    }

    fn ask(&mut self) {
        let stick = ReqMotorServiceJoystick {
            vector_angle: 1.0,
            vector_length: 1.0,
            speed: 1.0,
        };
        let goto = ReqGotoDso {
            ra: 5.0,
            dec: 1.0,
            target_name: String::new(),
        };
        let request = match self.dice.below(6) {
            0 => Request::new(cmd::ASTRO_START_GOTO_DSO, &goto),
            1 => Request::new(cmd::MOTOR_JOYSTICK, &stick),
            2 => Request::empty(cmd::MOTOR_JOYSTICK_STOP),
            3 => Request::empty(cmd::TELE_PHOTOGRAPH),
            4 => Request::empty(cmd::TELE_GET_ALL_PARAMS),
            _ => Request::empty(cmd::WIDE_OPEN_CAMERA),
        };
        let is_goto = request.cmd == cmd::ASTRO_START_GOTO_DSO;
        if let Ok(ticket) = self.client.request(self.time(), request) {
            self.asked.insert(ticket);
            self.motions_asked += usize::from(is_goto);
        }
    }

    fn delay(&mut self) -> Mono {
        self.now + Duration::from_millis(1 + self.dice.below(400))
    }

    fn drain_client(&mut self) {
        while let Some(output) = self.client.poll_output() {
            let at = self.delay();
            match output {
                Output::Send(frame) => self.to_device.push(at, Word::Binary(frame.to_vec())),
                Output::SendText(text) => self.to_device.push(at, Word::Text(text)),
                Output::Close => self.cut(),
                Output::Event(event) => {
                    self.starts += usize::from(matches!(event, Event::Started));
                    let ended = match event {
                        Event::Reply(reply) => Some(reply.ticket),
                        Event::TimedOut { ticket, .. }
                        | Event::Lost { ticket, .. }
                        | Event::SentOnly { ticket, .. }
                        | Event::Superseded { ticket } => Some(ticket),
                        _ => None,
                    };
                    if let Some(ticket) = ended {
                        *self.ended.entry(ticket).or_default() += 1;
                    }
                }
            }
        }
    }

    fn drain_hub(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                DeviceOutput::Send { to, message } => {
                    self.hub.handle_input(self.time(), DeviceInput::Written(to));
                    if Some(to) != self.connection {
                        continue;
                    }
                    let at = self.delay();
                    let word = match message {
                        Outgoing::Text(text) => Word::Text(text),
                        Outgoing::Reply(frame) | Outgoing::Notification(_, frame) => {
                            Word::Binary(frame.to_vec())
                        }
                    };
                    self.to_client.push(at, word);
                }
                DeviceOutput::Close { connection, .. } => {
                    if Some(connection) == self.connection {
                        self.cut();
                    }
                }
                DeviceOutput::Event(DeviceEvent::Command(command)) => {
                    let goto = command.row.id == cmd::ASTRO_START_GOTO_DSO;
                    let state = command.row.id == cmd::TELE_GET_SYSTEM_WORKING_STATE;
                    self.motions_seen += usize::from(goto);
                    self.states_asked += usize::from(state);
                    let battery = ComResWithInt { value: 80, code: 0 };
                    self.hub.notify(cmd::NOTIFY_BATTERY, &battery);
                    if state || self.dice.below(100) >= self.deaf_percent {
                        let wait = if command.row.idempotency == Idempotency::Motion && goto {
                            Duration::from_secs(self.dice.below(200))
                        } else {
                            Duration::from_millis(self.dice.below(2000))
                        };
                        self.owed.push((self.now + wait, command.request));
                    }
                }
                DeviceOutput::Event(_) => {}
            }
        }
    }

    fn step(&mut self, tick: Duration) {
        self.now = self.now + tick;
        let (due, later) = core::mem::take(&mut self.owed)
            .into_iter()
            .partition(|(at, _): &(Mono, RequestRef)| *at <= self.now);
        self.owed = later;
        for (_, request) in due {
            self.hub.reply_code(&request, Code::OK);
        }
        self.drain_hub();
        while self
            .to_device
            .words
            .front()
            .is_some_and(|(at, _)| *at <= self.now)
        {
            let (_, word) = self.to_device.words.pop_front().unwrap();
            let Some(id) = self.connection else { continue };
            match &word {
                Word::Binary(frame) => {
                    self.hub
                        .handle_input(self.time(), DeviceInput::Binary(id, frame));
                }
                Word::Text(text) => self
                    .hub
                    .handle_input(self.time(), DeviceInput::Text(id, text)),
            }
            self.drain_hub();
        }
        while self
            .to_client
            .words
            .front()
            .is_some_and(|(at, _)| *at <= self.now)
        {
            let (_, word) = self.to_client.words.pop_front().unwrap();
            match &word {
                Word::Binary(frame) => self.client.handle_input(self.time(), Input::Binary(frame)),
                Word::Text(text) => self.client.handle_input(self.time(), Input::Text(text)),
            }
            self.drain_client();
        }
        self.client.handle_timeout(self.time());
        self.hub.handle_timeout(self.time());
        self.drain_client();
        self.drain_hub();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_request_ends_once_and_no_motion_happens_twice(seed: u64, deaf in 0u64..40) {
        let mut world = World::new(seed, deaf);
        world.connect();
        for _ in 0..1500 {
            match world.dice.below(60) {
                0 => world.cut(),
                1..=8 => world.ask(),
                _ => {}
            }
            if world.connection.is_none() && world.dice.below(5) == 0 {
                world.connect();
            }
            world.step(Duration::from_millis(200));
        }
        for _ in 0..4000 {
            world.step(Duration::from_millis(500));
        }
        world.cut();
        world.drain_client();
        prop_assert!(world.ended.values().all(|times| *times == 1));
        let ended: BTreeSet<Ticket> = world.ended.keys().copied().collect();
        prop_assert_eq!(&ended, &world.asked);
        prop_assert!((1..=world.motions_asked).contains(&world.motions_seen));
        prop_assert!(world.starts <= world.connects);
    }

    #[test]
    fn after_each_connection_the_whole_state_is_read_again(seed: u64) {
        let mut world = World::new(seed, 0);
        for round in 1..=5 {
            world.connect();
            for _ in 0..40 {
                world.step(Duration::from_millis(200));
            }
            prop_assert_eq!(world.starts, round);
            prop_assert_eq!(world.states_asked, round);
            world.cut();
            world.drain_client();
        }
    }
}
