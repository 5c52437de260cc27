use skyhelm_units::{Angle, GroundPoint};

use super::*;
use crate::fence::moved;

const LOOK: Duration = Duration::from_millis(50);

/// An aircraft that does what its wiring makes of a motion, half a second late.
struct Bench {
    now: Mono,
    wiring: fn(BodyMotion) -> BodyMotion,
    flown: Vec<(Mono, BodyMotion)>,
    east: f64,
    north: f64,
    up: f64,
    heading: f64,
    wind: [f64; 2],
    change: fn(&mut Picture, f64),
}

impl Bench {
    fn new(wiring: fn(BodyMotion) -> BodyMotion) -> Self {
        Self {
            now: Mono::from_elapsed(Duration::from_secs(100)),
            wiring,
            flown: Vec::new(),
            east: 0.0,
            north: 0.0,
            up: 30.0,
            heading: 130.0,
            wind: [0.0, 0.0],
            change: |_, _| {},
        }
    }

    fn picture(&self) -> Picture {
        let pad = GroundPoint::from_degrees(47.0, 8.5).unwrap();
        let mut picture = Picture {
            seen: Some(Sighting {
                at: self.now,
                place: moved(pad, [self.east, self.north]),
                height_m: 480.0 + self.up,
                heading: Angle::from_degrees(self.heading),
                speed_m_s: Some(0.05),
            }),
            above_takeoff_m: Some(self.up),
            ring: Some(Ring {
                at: self.now,
                around_m: vec![Some(f64::INFINITY); 360],
                above_m: Some(f64::INFINITY),
                works: Some(true),
            }),
        };
        let passed = self.now.since(Mono::from_elapsed(Duration::from_secs(100)));
        (self.change)(&mut picture, passed.as_secs_f64());
        picture
    }

    fn live(&mut self, motion: BodyMotion) {
        let seconds = LOOK.as_secs_f64();
        self.flown.push((self.now, motion));
        let late = self
            .flown
            .iter()
            .rev()
            .find(|(at, _)| self.now.since(*at) >= Duration::from_millis(500));
        let motion = (self.wiring)(late.map_or(BodyMotion::STILL, |(_, motion)| *motion));
        let (sin, cos) = Angle::from_degrees(self.heading).sin_cos();
        self.east += (motion.forward * sin + motion.right * cos + self.wind[0]) * seconds;
        self.north += (motion.forward * cos - motion.right * sin + self.wind[1]) * seconds;
        self.up += motion.up * seconds;
        self.heading = (self.heading + motion.clockwise * seconds).rem_euclid(360.0);
        self.now = self.now + LOOK;
    }

    fn run(&mut self) -> Result<(), Abort> {
        let mut check = AxisCheck::begin(self.now, &self.picture())?;
        for _ in 0..2000 {
            match check.step(self.now, &self.picture()) {
                Step::Fly(motion) => self.live(motion),
                Step::Passed => {
                    assert_eq!(check.passed(), 4);
                    return Ok(());
                }
                Step::Aborted(abort) => return Err(abort),
            }
        }
        panic!("it never ends: {}", check.words());
    }

    fn pushed(&self) -> usize {
        let still = |(_, motion): &&(Mono, BodyMotion)| motion.is_still();
        self.flown.iter().filter(|frame| !still(frame)).count()
    }
}

fn right(motion: BodyMotion) -> BodyMotion {
    motion
}

#[test]
fn an_aircraft_that_flies_as_it_is_told_passes_slowly_and_one_axis_at_a_time() {
    let mut bench = Bench::new(right);
    assert_eq!(bench.run(), Ok(()));
    let mut longest = 0;
    let mut lasted = 0;
    for (_, motion) in &bench.flown {
        let parts = [motion.forward, motion.right, motion.up, motion.clockwise];
        assert!(parts.iter().filter(|part| **part != 0.0).count() <= 1);
        assert!(motion.forward.hypot(motion.right) <= 0.5 && motion.up <= 0.5);
        assert!(motion.clockwise <= 10.0);
        lasted = if motion.is_still() { 0 } else { lasted + 1 };
        longest = longest.max(lasted);
    }
    assert!(LOOK * longest <= Duration::from_secs(1), "{longest}");
    assert!(bench.flown.len() < 20 * 25, "it takes too long");
}

#[test]
fn a_steady_drift_within_the_allowance_does_not_hide_the_answer() {
    let mut bench = Bench::new(right);
    bench.wind = [0.02, -0.02];
    assert_eq!(bench.run(), Ok(()));
}

/// What becomes of a motion that was asked for.
type Wiring = fn(BodyMotion) -> BodyMotion;

#[test]
fn the_first_wrong_sign_on_each_axis_ends_it_by_name_and_nothing_more_is_pushed() {
    let wirings: [(Axis, Wiring); 4] = [
        (Axis::Forward, |m| BodyMotion {
            forward: -m.forward,
            ..m
        }),
        (Axis::Right, |m| BodyMotion {
            right: -m.right,
            ..m
        }),
        (Axis::Up, |m| BodyMotion { up: -m.up, ..m }),
        (Axis::Clockwise, |m| BodyMotion {
            clockwise: -m.clockwise,
            ..m
        }),
    ];
    for (axis, wiring) in wirings {
        let mut bench = Bench::new(wiring);
        let abort = bench.run().unwrap_err();
        assert_eq!(abort, Abort::WrongSign(axis));
        assert!(abort.is_proof());
        assert!(abort.to_string().contains(&axis.to_string()));
        assert!(bench.pushed() <= 20 * (axis.number() + 1), "{axis}");
    }
}

#[test]
fn an_aircraft_that_takes_one_axis_for_another_is_found_out() {
    let mut swapped = Bench::new(|m| BodyMotion {
        forward: m.right,
        right: m.forward,
        ..m
    });
    let moved = Abort::WrongAxis {
        asked: Axis::Forward,
        moved: "right",
    };
    assert_eq!(swapped.run(), Err(moved));
    // The oldest document's: x to the left, y forward.
    let mut left = Bench::new(|m| BodyMotion {
        forward: m.right,
        right: -m.forward,
        ..m
    });
    let moved = Abort::WrongAxis {
        asked: Axis::Forward,
        moved: "left",
    };
    assert_eq!(left.run(), Err(moved));
    let mut deaf = Bench::new(|m| BodyMotion { up: 0.0, ..m });
    assert_eq!(deaf.run(), Err(Abort::NoAnswer(Axis::Up)));
    assert!(!Abort::NoAnswer(Axis::Up).is_proof());
}

#[test]
fn a_strong_wrong_answer_is_not_waited_out() {
    let mut bench = Bench::new(|m| BodyMotion {
        forward: -8.0 * m.forward,
        ..m
    });
    assert_eq!(bench.run(), Err(Abort::WrongSign(Axis::Forward)));
    let (begun, _) = bench.flown.iter().find(|(_, m)| !m.is_still()).unwrap();
    assert!(bench.now.since(*begun) < Duration::from_millis(700));
}

/// Takes something from a picture.
type Spoil = fn(&mut Picture, f64);

#[test]
fn nothing_is_pushed_while_a_condition_is_missing() {
    let conditions: [(Spoil, Abort); 10] = [
        (|p, _| p.above_takeoff_m = Some(14.9), Abort::TooLow(14.9)),
        (|p, _| p.above_takeoff_m = None, Abort::HeightUnknown),
        (|p, _| p.seen = None, Abort::Unseen),
        (
            |p, _| p.seen.as_mut().unwrap().at = Mono::from_elapsed(Duration::from_secs(99)),
            Abort::Unseen,
        ),
        (|p, _| p.ring = None, Abort::RingUnknown),
        (
            |p, _| p.ring.as_mut().unwrap().at = Mono::from_elapsed(Duration::from_secs(98)),
            Abort::RingUnknown,
        ),
        (
            |p, _| p.ring.as_mut().unwrap().works = Some(false),
            Abort::RingUnknown,
        ),
        (
            |p, _| p.ring.as_mut().unwrap().around_m.truncate(5),
            Abort::RingUnknown,
        ),
        (
            |p, _| p.ring.as_mut().unwrap().around_m[90] = None,
            Abort::Unmeasured(90.0),
        ),
        (
            |p, _| p.ring.as_mut().unwrap().around_m[270] = Some(7.9),
            Abort::Near {
                metres: 7.9,
                bearing_deg: 270.0,
            },
        ),
    ];
    for (change, abort) in conditions {
        let mut bench = Bench::new(right);
        bench.change = change;
        assert_eq!(bench.run(), Err(abort));
        assert_eq!(bench.pushed(), 0);
    }
    let mut bench = Bench::new(right);
    bench.change = |p, _| p.ring.as_mut().unwrap().above_m = Some(3.0);
    assert_eq!(bench.run(), Err(Abort::NearAbove(3.0)));
}

#[test]
fn a_condition_lost_on_the_way_ends_it() {
    let mut bench = Bench::new(right);
    bench.change = |picture, passed| {
        if passed > 2.0 {
            picture.ring.as_mut().unwrap().around_m[0] = Some(5.0);
        }
    };
    let near = Abort::Near {
        metres: 5.0,
        bearing_deg: 0.0,
    };
    assert_eq!(bench.run(), Err(near));
    let mut bench = Bench::new(right);
    bench.change = |picture, passed| {
        let stays = Mono::from_elapsed(Duration::from_millis(101_500));
        let seen = picture.seen.as_mut().unwrap();
        if passed > 1.5 {
            seen.at = stays;
        }
    };
    assert_eq!(bench.run(), Err(Abort::Unseen));
}

#[test]
fn what_drifts_is_not_pushed() {
    let mut bench = Bench::new(right);
    bench.wind = [0.6, 0.0];
    assert_eq!(bench.run(), Err(Abort::Unsettled));
    assert_eq!(bench.pushed(), 0);
}
