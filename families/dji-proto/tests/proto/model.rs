//! Thousands of random schedules of loss, delay, duplicates, takeover and restart, each watched by
//! a checker that shares no code with the machines. `SKYHELM_SCHEDULES` says how many.

use std::collections::BTreeMap;

use skyhelm_dji_proto::cloud::{self, DrcEvent, DrcPhase};
use skyhelm_dji_proto::drc::DrcCommand;
use skyhelm_dji_proto::event::JoystickInvalid;
use skyhelm_dji_proto::numbers::{ControlSource, JoystickInvalidReason};
use skyhelm_dji_proto::profile::AuthorityKind;
use skyhelm_dji_proto::service::{FlyToPoint, Service};
use skyhelm_dji_proto::{DeviceEvent, Envelope, Profile, Publish, TopicKind, Waypoint, gateway};
use skyhelm_units::{BodyMotion, EllipsoidHeight, GroundPoint};

use crate::world::{Act, Bug, Dice, Faults, Seen, World, is_still};

/// How many in the usual run.
const SCHEDULES: u64 = 1500;

/// The rules, written anew from what is seen on the wire and told by the machines.
#[derive(Default)]
struct Checker {
    holder: Option<ControlSource>,
    /// Whether frames may go out at all, and whether they may move.
    frames: bool,
    moves: bool,
    acts: BTreeMap<&'static str, i64>,
    motion_tids: BTreeMap<String, u32>,
    executed: BTreeMap<String, u32>,
    owed: BTreeMap<String, i64>,
    answered_nothing: bool,
}

type Broken = Result<(), &'static str>;

impl Checker {
    fn see(&mut self, seen: &Seen) -> Broken {
        match seen {
            Seen::Holder(holder) => self.holder.clone_from(holder),
            Seen::Act(act) => self.act(*act, 1)?,
            Seen::CloudEvent(event) => self.told(event),
            Seen::Delivered(envelope, kind) => self.delivered(envelope, *kind),
            Seen::CloudSent(publish) => self.sent(publish)?,
            Seen::DeviceEvent(event) => self.device(event)?,
            Seen::DeviceSent(_) => {}
        }
        Ok(())
    }

    fn act(&mut self, act: Act, by: i64) -> Broken {
        let name = match act {
            Act::Grab => "grab",
            Act::Enter => "enter",
            Act::Motion => "motion",
        };
        let left = self.acts.entry(name).or_default();
        *left += by;
        if *left >= -1 {
            Ok(())
        } else {
            Err("a machine acted for a person")
        }
    }

    fn told(&mut self, event: &cloud::Event) {
        match event {
            cloud::Event::Drc(DrcEvent::Sticks(taken)) => {
                self.frames |= taken;
                self.moves = *taken;
            }
            cloud::Event::Drc(DrcEvent::Phase(DrcPhase::Bad) | DrcEvent::Ended(_))
            | cloud::Event::ControlLost(_) => {
                self.frames = false;
                self.moves = false;
            }
            _ => {}
        }
    }

    fn delivered(&mut self, envelope: &Envelope, kind: TopicKind) {
        let asks = envelope.need_reply && matches!(kind, TopicKind::Events | TopicKind::State);
        if let (true, Some(tid)) = (asks, &envelope.tid) {
            *self.owed.entry(tid.clone()).or_default() += 1;
        }
    }

    fn sent(&mut self, publish: &Publish) -> Broken {
        let envelope = Envelope::parse(&publish.payload).map_err(|_| "no message")?;
        let method = envelope.method.as_deref().unwrap_or_default();
        let tid = envelope.tid.clone().unwrap_or_default();
        match publish.topic.kind {
            TopicKind::EventsReply | TopicKind::StateReply => {
                let owed = self.owed.entry(tid).or_default();
                *owed -= 1;
                self.answered_nothing |= *owed < 0;
                if *owed < 0 {
                    return Err("a delivery was answered twice");
                }
            }
            TopicKind::Services => self.command(method, tid)?,
            TopicKind::DrcDown if matches!(method, "drone_control" | "stick_control") => {
                if !self.frames {
                    return Err("a frame after the link was bad or the authority lost");
                }
                if !self.moves && !is_still(&envelope) {
                    return Err("a frame that moves after the sticks were let go");
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn command(&mut self, method: &str, tid: String) -> Broken {
        match method {
            "flight_authority_grab" | "cloud_control_auth_request" => self.act(Act::Grab, -1),
            "drc_mode_enter" => self.act(Act::Enter, -1),
            "fly_to_point" | "takeoff_to_point" | "return_home" => {
                let times = self.motion_tids.entry(tid).or_default();
                *times += 1;
                if *times > 1 {
                    return Err("a motion command was sent twice");
                }
                self.act(Act::Motion, -1)
            }
            _ => Ok(()),
        }
    }

    fn device(&mut self, event: &gateway::Event) -> Broken {
        match event {
            gateway::Event::Frame { .. } if self.holder != Some(ControlSource::A) => {
                Err("two holders")
            }
            gateway::Event::Service {
                bid,
                service: Service::FlyToPoint(_),
                ..
            } => {
                let times = self.executed.entry(bid.clone()).or_default();
                *times += 1;
                if *times > 1 {
                    Err("a motion command was done twice")
                } else {
                    Ok(())
                }
            }
            _ => Ok(()),
        }
    }

    /// At the end nothing is owed, and no act of a machine stands without one of a person.
    fn end(&self) -> Broken {
        if self.owed.values().any(|owed| *owed != 0) {
            return Err("a delivery was not answered");
        }
        if self.acts.values().any(|left| *left < 0) {
            return Err("a machine acted for a person");
        }
        Ok(())
    }
}

fn fly_to() -> Service {
    let target = Waypoint {
        place: GroundPoint::from_degrees(48.101, 11.501).unwrap(),
        height: EllipsoidHeight::from_metres(620.0),
    };
    Service::FlyToPoint(FlyToPoint::new("f1", target, 10))
}

fn random_motion(dice: &mut Dice) -> BodyMotion {
    let mut part = || dice.roll(200) as f64 / 10.0 - 10.0;
    BodyMotion {
        forward: part(),
        right: part(),
        up: part() / 4.0,
        clockwise: part() * 4.0,
    }
}

/// One schedule; what it broke, if it broke something.
fn schedule(seed: u64, bug: Bug) -> Broken {
    let mut dice = Dice(seed.wrapping_mul(0xd134_2543_de82_ef95) | 1);
    dice.roll(2);
    let profiles = [
        Profile::DOCK_M30T,
        Profile::DOCK_M30T_V1_4,
        Profile::DOCK3_M4TD,
        Profile::RC_PLUS2_M4T,
    ];
    let profile = profiles[dice.roll(4) as usize];
    let mut world = if dice.chance(80) {
        World::flying(profile, seed)
    } else {
        World::online(profile, seed)
    };
    let mut checker = Checker {
        holder: Some(ControlSource::A),
        ..Checker::default()
    };
    checker.frames = world.cloud.drc().has_sticks();
    checker.moves = checker.frames;
    if !checker.frames {
        checker.holder = None;
    }
    world.bug = bug;
    world.faults = Faults {
        loss: dice.roll(25),
        twice: dice.roll(25),
        delay_ms: dice.roll(4) * 200,
    };
    let usual = world.faults;
    let ticks = 30 + dice.roll(70);
    for _ in 0..ticks {
        world.run_for(100);
        let motion = random_motion(&mut dice);
        world.stick(motion);
        disturb(&mut world, &mut dice, usual, seed);
        check(&mut world, &mut checker)?;
    }
    world.faults = Faults::default();
    world.run_for(1500);
    check(&mut world, &mut checker)?;
    checker.end()
}

fn check(world: &mut World, checker: &mut Checker) -> Broken {
    core::mem::take(&mut world.log)
        .iter()
        .try_for_each(|seen| checker.see(seen))
}

/// What people and the world do between two frames.
fn disturb(world: &mut World, dice: &mut Dice, usual: Faults, seed: u64) {
    let now = world.now();
    match dice.roll(60) {
        0 => take_over(world, dice),
        1 => world.restart_device(seed),
        2 => world.restart_cloud(seed),
        3 => {
            world.break_broker();
            let away = dice.roll(500);
            world.run_for(away);
            world.mend_broker();
        }
        // A tunnel: nothing comes through for a while.
        4 | 5 => {
            world.faults.loss = 100;
            let long = 2000 + dice.roll(3500);
            let mut left = long;
            while left > 100 {
                let motion = random_motion(dice);
                world.run_for(100);
                world.stick(motion);
                left -= 100;
            }
            world.faults = usual;
        }
        6..=9 => world.take_control(),
        10..=13 => world.enter(),
        14..=19 => {
            let _ = world.cloud.take_sticks(now);
        }
        20 | 21 => world.cloud.release_sticks(now),
        22..=25 => world.motion(fly_to()),
        26 => {
            let _ = world.cloud.drc_command(now, DrcCommand::EmergencyStop);
        }
        27 => {
            let stop = cloud::Call::Service(Service::FlyToPointStop);
            let _ = world.cloud.request(now, &stop);
        }
        28 => {
            let exit = cloud::Call::Service(Service::DrcModeExit);
            let _ = world.cloud.request(now, &exit);
        }
        29 => give_up(world),
        _ => {}
    }
    world.settle();
}

/// Nobody has the authority any more.
fn give_up(world: &mut World) {
    if world.profile.authority == AuthorityKind::Grab {
        world.give(ControlSource::Nobody);
    }
}

/// The controller in the field takes over, or the pilot withdraws his consent.
fn take_over(world: &mut World, dice: &mut Dice) {
    let now = world.now();
    if world.profile.authority == AuthorityKind::Grab {
        world.give(ControlSource::B);
    } else {
        world.log.push(Seen::Holder(Some(ControlSource::B)));
        world.device.set_consent(now, false);
    }
    if dice.chance(70) {
        let reason = JoystickInvalidReason::ControllerTookOver;
        world.device.notice(
            now,
            &DeviceEvent::JoystickInvalid(JoystickInvalid { reason }),
            None,
            true,
        );
    }
}

#[test]
fn no_schedule_of_faults_breaks_a_rule() {
    let schedules =
        std::env::var("SKYHELM_SCHEDULES").map_or(SCHEDULES, |text| text.parse().unwrap());
    let threads = std::thread::available_parallelism().map_or(2, |count| count.get() as u64);
    let broken: Vec<(u64, &str)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || {
                    let mine = (0..schedules).filter(|seed| seed % threads == worker);
                    mine.filter_map(|seed| schedule(seed, Bug::None).err().map(|what| (seed, what)))
                        .take(5)
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert!(
        broken.is_empty(),
        "of {schedules} schedules, by seed: {broken:?}"
    );
}

#[test]
fn a_seeded_bug_of_each_kind_is_caught() {
    for (bug, expected) in [
        (Bug::ResendsMotion, "a motion command was sent twice"),
        (
            Bug::FramesAfterBadLink,
            "a frame after the link was bad or the authority lost",
        ),
        (
            Bug::FramesAfterLoss,
            "a frame after the link was bad or the authority lost",
        ),
        (Bug::AnswersTwice, "a delivery was answered twice"),
        (Bug::AnswersOnlyTheFirst, "a delivery was not answered"),
        (Bug::TwoHolders, "two holders"),
        (Bug::GrabsByItself, "a machine acted for a person"),
        (Bug::EntersByItself, "a machine acted for a person"),
        (Bug::FrameAfterStop, "a frame"),
    ] {
        let caught = (0..400).find_map(|seed| schedule(seed, bug).err());
        assert!(
            caught.is_some_and(|what| what.starts_with(expected)),
            "{bug:?}: {caught:?}"
        );
    }
}
