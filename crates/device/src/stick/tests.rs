use core::time::Duration;

use proptest::prelude::*;
use skyhelm_units::{AboveTakeoff, Angle, BodyMotion, GroundPoint, Mono};

use super::*;
use crate::fence::{Aircraft, Fence};

const FORWARD: BodyMotion = BodyMotion {
    forward: 10.0,
    ..BodyMotion::STILL
};

/// A page, a guard and a wire in virtual time.
struct Bench {
    guard: StickGuard,
    now: Mono,
    nonce: u64,
    sequence: u64,
    frames: Vec<(Mono, BodyMotion)>,
    ended: Vec<Ended>,
}

impl Bench {
    fn new() -> Self {
        let mut bench = Self {
            guard: StickGuard::new(1, StickLimits::default()),
            now: Mono::from_elapsed(Duration::from_secs(100)),
            nonce: 0,
            sequence: 0,
            frames: Vec::new(),
            ended: Vec::new(),
        };
        bench.guard.open(bench.now);
        bench
    }

    fn drain(&mut self) {
        while let Some(output) = self.guard.poll_output() {
            match output {
                StickOutput::Nonce { nonce, .. } => self.nonce = nonce,
                StickOutput::Frame(frame) => self.frames.push((self.now, frame.motion)),
                StickOutput::Ended { why, .. } => self.ended.push(why),
            }
        }
    }

    /// Lets time pass, waking the guard exactly when it asks to be.
    fn wait(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while let Some((at, _)) = self.guard.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.guard.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
        self.drain();
    }

    fn push(&mut self, hand: HandId, motion: BodyMotion) -> Result<(), Ignored> {
        self.sequence += 1;
        let input = StickInput {
            nonce: self.nonce,
            sequence: self.sequence,
            motion,
        };
        let answer = self.guard.push(self.now, hand, input);
        self.drain();
        answer
    }

    /// Takes the sticks as a page does that behaves.
    fn flying(&mut self, motion: BodyMotion) -> HandId {
        let hand = self.guard.take(self.now).unwrap();
        self.wait(0);
        for _ in 0..8 {
            let _ = self.push(hand, BodyMotion::STILL);
            self.wait(50);
        }
        for _ in 0..6 {
            self.guard.heard(self.now);
            self.push(hand, motion).unwrap();
            self.wait(50);
        }
        hand
    }

    fn last(&self) -> BodyMotion {
        self.frames.last().unwrap().1
    }

    fn first_still_after(&self, from: Mono) -> Duration {
        let still = |(at, motion): &&(Mono, BodyMotion)| *at >= from && motion.is_still();
        self.frames.iter().find(still).unwrap().0.since(from)
    }
}

#[test]
fn a_hand_that_takes_the_sticks_sends_zero_frames_until_they_are_centred() {
    let mut bench = Bench::new();
    let hand = bench.guard.take(bench.now).unwrap();
    bench.wait(0);
    for _ in 0..20 {
        assert_eq!(bench.push(hand, FORWARD), Err(Ignored::CentreFirst));
        bench.wait(50);
    }
    assert!(bench.frames.len() >= 10);
    assert!(bench.frames.iter().all(|(_, motion)| motion.is_still()));
    assert_eq!(bench.guard.phase(), StickPhase::Centring);
    bench.push(hand, BodyMotion::STILL).unwrap();
    bench.push(hand, FORWARD).unwrap();
    bench.wait(100);
    assert_eq!(bench.last(), FORWARD);
    assert_eq!(bench.guard.phase(), StickPhase::Live);
}

#[test]
fn frames_go_at_five_to_ten_hertz_while_a_stick_is_held() {
    let mut bench = Bench::new();
    let hand = bench.flying(FORWARD);
    let before = bench.frames.len();
    for _ in 0..100 {
        bench.push(hand, FORWARD).unwrap();
        bench.wait(20);
    }
    let frames = bench.frames.len() - before;
    assert!((10..=21).contains(&frames), "{frames} in two seconds");
}

#[test]
fn three_zero_frames_come_before_the_first_that_moves() {
    let mut bench = Bench::new();
    let hand = bench.guard.take(bench.now).unwrap();
    bench.wait(0);
    bench.push(hand, BodyMotion::STILL).unwrap();
    while bench.frames.iter().all(|(_, motion)| motion.is_still()) {
        let _ = bench.push(hand, FORWARD);
        bench.wait(10);
    }
    assert_eq!(bench.frames.len(), OPENING_FRAMES as usize + 1);
}

#[test]
fn a_release_gives_a_zero_frame_at_once_and_four_more() {
    for why in [
        Release::Released,
        Release::SocketClosed,
        Release::Blur,
        Release::Hidden,
        Release::GamepadGone,
        Release::LeaseLost,
        Release::Stopped,
        Release::Exit,
    ] {
        let mut bench = Bench::new();
        let hand = bench.flying(FORWARD);
        assert_eq!(bench.last(), FORWARD);
        let (released, before) = (bench.now, bench.frames.len());
        bench.guard.release(bench.now, hand, why);
        bench.drain();
        bench.wait(3000);
        assert_eq!(bench.first_still_after(released), Duration::ZERO, "{why:?}");
        assert_eq!(bench.frames.len() - before, CLOSING_FRAMES as usize);
        assert!(bench.frames[before..].iter().all(|(_, m)| m.is_still()));
        assert_eq!(bench.ended, [Ended::Release(why)]);
        assert_eq!(bench.push(hand, FORWARD), Err(Ignored::NotHeld));
    }
}

#[test]
fn a_stick_let_go_stops_the_aircraft_without_waiting_for_the_next_frame() {
    let mut bench = Bench::new();
    let hand = bench.flying(FORWARD);
    bench.wait(7);
    let let_go = bench.now;
    bench.push(hand, BodyMotion::STILL).unwrap();
    assert_eq!(bench.first_still_after(let_go), Duration::ZERO);
}

#[test]
fn silence_gives_a_zero_frame_within_400_ms_and_the_stick_must_be_centred_again() {
    let mut bench = Bench::new();
    let hand = bench.flying(FORWARD);
    let silent = bench.now;
    bench.wait(400);
    assert!(bench.first_still_after(silent) <= Duration::from_millis(400));
    bench.guard.heard(bench.now);
    bench.wait(1000);
    assert!(bench.last().is_still());
    assert_eq!(bench.push(hand, FORWARD), Err(Ignored::CentreFirst));
    bench.push(hand, BodyMotion::STILL).unwrap();
    bench.push(hand, FORWARD).unwrap();
    bench.wait(100);
    assert_eq!(bench.last(), FORWARD);
}

/// A hand that rests, and a machine that pushes forward under it.
fn steered() -> (Bench, HandId) {
    let mut bench = Bench::new();
    let hand = bench.flying(BodyMotion::STILL);
    assert_eq!(bench.guard.begin_steering(bench.now), Ok(hand));
    for _ in 0..6 {
        bench.guard.heard(bench.now);
        bench.push(hand, BodyMotion::STILL).unwrap();
        bench.guard.steer(bench.now, hand, FORWARD).unwrap();
        bench.drain();
        bench.wait(50);
    }
    assert!(
        (bench.last().forward - 0.5).abs() < 1e-9,
        "{:?}",
        bench.last()
    );
    (bench, hand)
}

#[test]
fn a_machine_steers_slowly_and_at_the_rate_of_frames_while_a_hand_rests() {
    let (mut bench, hand) = steered();
    let before = bench.frames.len();
    for _ in 0..20 {
        bench.guard.heard(bench.now);
        bench.push(hand, BodyMotion::STILL).unwrap();
        bench.guard.steer(bench.now, hand, FORWARD).unwrap();
        bench.drain();
        bench.wait(50);
    }
    assert!(bench.frames.len() - before <= 11, "{}", bench.frames.len());
    let stopped = bench.now;
    bench.guard.end_steering(bench.now);
    bench.drain();
    assert_eq!(bench.first_still_after(stopped), Duration::ZERO);
    assert_eq!(bench.guard.phase(), StickPhase::Live);
}

#[test]
fn a_resting_hand_that_leaves_moves_or_falls_silent_ends_what_steers() {
    for why in [Release::Released, Release::SocketClosed, Release::Stopped] {
        let (mut bench, hand) = steered();
        let released = bench.now;
        bench.guard.release(bench.now, hand, why);
        bench.drain();
        assert_eq!(bench.first_still_after(released), Duration::ZERO);
        let after = bench.guard.steer(bench.now, hand, FORWARD);
        assert_eq!(after, Err(Unsteered::NotHeld));
    }
    let (mut bench, hand) = steered();
    let silent = bench.now;
    while bench.guard.steer(bench.now, hand, FORWARD).is_ok() {
        bench.wait(50);
    }
    assert!(bench.first_still_after(silent) <= Duration::from_millis(400));
    let (mut bench, hand) = steered();
    let back = BodyMotion {
        forward: -1.0,
        ..BodyMotion::STILL
    };
    bench.push(hand, back).unwrap();
    bench.push(hand, BodyMotion::STILL).unwrap();
    let after = bench.guard.steer(bench.now, hand, FORWARD);
    assert_eq!(after, Err(Unsteered::Moved), "it was moved meanwhile");
    let (mut bench, hand) = steered();
    bench.guard.shut(Shut::Foreign);
    let after = bench.guard.steer(bench.now, hand, FORWARD);
    assert_eq!(after, Err(Unsteered::Shut(Shut::Foreign)));
}

#[test]
fn a_machine_that_stalls_has_let_go() {
    let (mut bench, hand) = steered();
    let stalled = bench.now;
    for _ in 0..10 {
        bench.guard.heard(bench.now);
        bench.push(hand, BodyMotion::STILL).unwrap();
        bench.wait(50);
    }
    assert!(bench.first_still_after(stalled) <= Duration::from_millis(400));
    assert!(bench.last().is_still());
    assert_eq!(
        bench.guard.steer(bench.now, hand, FORWARD),
        Err(Unsteered::Moved)
    );
}

#[test]
fn nothing_steers_without_a_hand_that_rests() {
    let mut bench = Bench::new();
    let none = bench.guard.begin_steering(bench.now);
    assert_eq!(none, Err(Unsteered::NotHeld));
    let hand = bench.guard.take(bench.now).unwrap();
    let fresh = bench.guard.begin_steering(bench.now);
    assert_eq!(fresh, Err(Unsteered::NotResting));
    bench.guard.release(bench.now, hand, Release::Released);
    bench.flying(FORWARD);
    let moved = bench.guard.begin_steering(bench.now);
    assert_eq!(moved, Err(Unsteered::Moved));
    bench.guard.shut(Shut::LinkBad);
    let shut = bench.guard.begin_steering(bench.now);
    assert_eq!(shut, Err(Unsteered::Shut(Shut::LinkBad)));
}

#[test]
fn a_stall_that_releases_twenty_pushes_at_once_moves_nothing() {
    let mut bench = Bench::new();
    let hand = bench.flying(BodyMotion::STILL);
    // The page went on pushing during the stall, echoing what it had seen before it.
    let seen = bench.nonce;
    let sequence = bench.sequence;
    bench.wait(2000);
    let before = bench.frames.len();
    for step in 1..=20 {
        let input = StickInput {
            nonce: seen,
            sequence: sequence + step,
            motion: FORWARD,
        };
        let answer = bench.guard.push(bench.now, hand, input);
        assert_eq!(answer, Err(Ignored::Stale));
    }
    bench.wait(1000);
    assert!(bench.frames[before..].iter().all(|(_, m)| m.is_still()));
}

#[test]
fn a_nonce_counts_just_under_300_ms_and_no_longer() {
    for (age, counts) in [(299, true), (300, false)] {
        let mut bench = Bench::new();
        let hand = bench.flying(BodyMotion::STILL);
        bench.wait(50);
        let (nonce, given) = (bench.nonce, bench.now);
        bench.sequence += 1;
        let input = StickInput {
            nonce,
            sequence: bench.sequence,
            motion: FORWARD,
        };
        let late = given + Duration::from_millis(age);
        let answer = bench.guard.push(late, hand, input);
        assert_eq!(answer.is_ok(), counts, "{age} ms: {answer:?}");
    }
}

#[test]
fn nonces_of_another_hand_or_of_another_start_count_for_nothing() {
    let mut bench = Bench::new();
    bench.flying(FORWARD);
    let old = bench.nonce;
    let second = bench.guard.take(bench.now).unwrap();
    assert_eq!(bench.guard.phase(), StickPhase::Centring);
    bench.drain();
    assert_eq!(bench.ended, [Ended::Release(Release::TakenOver)]);
    assert!(bench.last().is_still());
    let input = StickInput {
        nonce: old,
        sequence: 1,
        motion: BodyMotion::STILL,
    };
    assert_eq!(
        bench.guard.push(bench.now, second, input),
        Err(Ignored::Stale)
    );
    let mut other = StickGuard::new(2, StickLimits::default());
    other.open(bench.now);
    let hand = other.take(bench.now).unwrap();
    other.handle_timeout(bench.now);
    assert_eq!(other.push(bench.now, hand, input), Err(Ignored::Stale));
}

#[test]
fn after_link_or_control_is_lost_at_most_one_zero_frame_goes_out() {
    for why in [
        Shut::LinkBad,
        Shut::ControlLost,
        Shut::Foreign,
        Shut::NotArmed,
    ] {
        let mut bench = Bench::new();
        let hand = bench.flying(FORWARD);
        let before = bench.frames.len();
        bench.guard.shut(why);
        bench.wait(2000);
        assert_eq!(bench.frames.len(), before + 1);
        assert!(bench.last().is_still());
        assert_eq!(bench.push(hand, FORWARD), Err(Ignored::NotHeld));
        assert_eq!(bench.guard.take(bench.now), Err(why));
        assert_eq!(bench.ended, [Ended::Shut(why)]);
    }
}

#[test]
fn an_aircraft_unheard_for_five_seconds_gets_no_frame() {
    let mut bench = Bench::new();
    bench.flying(FORWARD);
    for _ in 0..200 {
        bench.wait(50);
    }
    let last = bench.frames.last().unwrap().0;
    assert_eq!(bench.guard.phase(), StickPhase::Shut { why: Shut::LinkBad });
    let before = bench.frames.len();
    bench.wait(5000);
    assert_eq!(bench.frames.len(), before);
    assert!(last.since(bench.now) < HEARD_WITHIN);
}

#[test]
fn speed_limits_keep_the_direction() {
    let asked = BodyMotion {
        forward: 30.0,
        right: 40.0,
        up: 9.0,
        clockwise: -200.0,
    };
    let flown = StickLimits::default().clamp(asked);
    assert!((flown.forward - 9.0).abs() < 1e-9 && (flown.right - 12.0).abs() < 1e-9);
    assert!((flown.up - 5.0).abs() < 1e-9 && (flown.clockwise + 90.0).abs() < 1e-9);
}

#[test]
fn a_fence_holds_back_what_could_not_stop_before_it() {
    let mut bench = Bench::new();
    let home = GroundPoint::from_degrees(48.0, 11.0).unwrap();
    bench.guard.set_fence(Some(Fence {
        distance_m: Some(100.0),
        ..Fence::default()
    }));
    let at = |north: f64| Aircraft {
        place: crate::fence::moved(home, [0.0, north]),
        height: AboveTakeoff::from_metres(20.0),
        heading: Angle::ZERO,
        speed_m_s: [0.0; 3],
        home: Some(home),
    };
    let hand = bench.guard.take(bench.now).unwrap();
    bench.wait(0);
    for _ in 0..8 {
        let _ = bench.push(hand, BodyMotion::STILL);
        bench.wait(50);
    }
    for (north, whole) in [(0.0, true), (90.0, false), (99.9, false)] {
        bench.guard.observe(bench.now, at(north));
        bench.push(hand, FORWARD).unwrap();
        bench.wait(100);
        let flown = bench.last().forward;
        assert_eq!((flown - 10.0).abs() < 1e-9, whole, "{north}: {flown}");
        let stop = flown + flown * flown / 6.0;
        assert!(north + stop <= 100.5, "{north}: stops at {}", north + stop);
    }
    // Without a picture of the aircraft only turning is left.
    bench.wait(200);
    let _ = bench.push(hand, BodyMotion::STILL);
    for _ in 0..40 {
        bench.guard.heard(bench.now);
        let asked = BodyMotion {
            clockwise: 10.0,
            ..FORWARD
        };
        bench.push(hand, asked).unwrap();
        bench.wait(100);
    }
    assert!(bench.last().forward.abs() < 1e-9 && bench.last().clockwise > 9.0);
}

/// What may happen to the sticks.
#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Take,
    Push(bool),
    Stale,
    Release,
    Shut,
    Open,
    Heard,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..120u64).prop_map(Step::Wait),
        1 => (300..3000u64).prop_map(Step::Wait),
        1 => Just(Step::Take),
        6 => any::<bool>().prop_map(Step::Push),
        1 => Just(Step::Stale),
        1 => Just(Step::Release),
        1 => Just(Step::Shut),
        1 => Just(Step::Open),
        2 => Just(Step::Heard),
    ]
}

/// What sends the frames that the guard gives.
#[derive(Clone, Copy, Debug)]
enum Pump {
    Sound,
    /// Says again how it moved where the guard says zero.
    HoldsOn,
    /// Speaks after the guard was shut.
    SpeaksOn,
}

/// Plays steps and says which promise was broken. Whatever happens: a frame moves only within the hold of a push that
/// counted, frames come at most ten a second but for zeros, and a shut guard sends nothing after its last zero.
fn broken(steps: Vec<Step>, pump: Pump) -> Result<(), String> {
    let mut bench = Bench::new();
    let mut hand = None;
    let mut counted: Vec<Mono> = Vec::new();
    let mut shut_at: Option<usize> = None;
    let mut old = 0;
    for step in steps {
        let before = bench.frames.len();
        match step {
            Step::Wait(millis) => bench.wait(millis),
            Step::Take => hand = bench.guard.take(bench.now).ok().or(hand),
            Step::Push(moves) => {
                let motion = if moves { FORWARD } else { BodyMotion::STILL };
                if let Some(hand) = hand
                    && bench.push(hand, motion).is_ok()
                    && moves
                {
                    counted.push(bench.now);
                }
            }
            Step::Stale => {
                if let Some(hand) = hand {
                    let input = StickInput {
                        nonce: old,
                        sequence: u64::MAX / 2,
                        motion: FORWARD,
                    };
                    if bench.guard.push(bench.now, hand, input).is_ok() {
                        counted.push(bench.now);
                    }
                    old = bench.nonce;
                }
            }
            Step::Release => {
                if let Some(hand) = hand {
                    bench.guard.release(bench.now, hand, Release::Released);
                }
            }
            Step::Shut => {
                bench.guard.shut(Shut::LinkBad);
                bench.drain();
                shut_at = Some(bench.frames.len());
            }
            Step::Open => {
                bench.guard.open(bench.now);
                shut_at = None;
            }
            Step::Heard => bench.guard.heard(bench.now),
        }
        bench.drain();
        if matches!(pump, Pump::HoldsOn) {
            for at in before.max(1)..bench.frames.len() {
                if bench.frames[at].1.is_still() {
                    bench.frames[at].1 = bench.frames[at - 1].1;
                }
            }
        }
        if matches!(pump, Pump::SpeaksOn) && shut_at.is_some() {
            bench.frames.push((bench.now, BodyMotion::STILL));
        }
        if shut_at.is_some_and(|frames| bench.frames.len() != frames) {
            return Err(String::from("a frame after the guard was shut"));
        }
    }
    let mut moving: Option<Mono> = None;
    for (at, motion) in bench.frames.iter().filter(|(_, motion)| !motion.is_still()) {
        let is_fresh = |push: &Mono| *push <= *at && at.since(*push) < HOLD;
        if !counted.iter().any(is_fresh) {
            return Err(format!(
                "moved at {at:?} with pushes at {counted:?}: {motion:?}"
            ));
        }
        if moving.is_some_and(|last| at.since(last) < FRAME_EVERY) {
            return Err(String::from("frames too close together"));
        }
        moving = Some(*at);
    }
    Ok(())
}

/// How many schedules are played; `SKYHELM_SCHEDULES` asks for more.
fn schedules() -> u32 {
    let asked = std::env::var("SKYHELM_SCHEDULES");
    asked.map_or(2000, |text| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(schedules()))]

    #[test]
    fn no_frame_moves_without_a_fresh_push(steps in proptest::collection::vec(step(), 1..80)) {
        prop_assert_eq!(broken(steps, Pump::Sound), Ok(()));
    }
}

#[test]
fn a_pump_that_holds_on_or_speaks_on_is_caught() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let steps = proptest::collection::vec(step(), 1..80);
    for (pump, caught) in [
        (Pump::HoldsOn, "moved at"),
        (Pump::SpeaksOn, "a frame after"),
    ] {
        let mut dice = TestRunner::deterministic();
        let found = (0..2000).any(|_| {
            let steps = steps.new_tree(&mut dice).unwrap().current();
            broken(steps, pump).is_err_and(|what| what.starts_with(caught))
        });
        assert!(found, "{pump:?} goes unseen");
    }
}
