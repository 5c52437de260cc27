//! Flights in virtual time.

use std::time::Duration;

use proptest::prelude::*;
use skyhelm_units::{AboveTakeoff, BodyMotion, Site};

use super::*;
use crate::land::Land;

const SITE: Site = Site::from_degrees(47.0, 8.5, 450.0);

struct Flight {
    aircraft: Aircraft,
    land: Land,
}

impl Flight {
    fn on(land: Land) -> Self {
        let config = AircraftConfig::enterprise();
        let mut aircraft = Aircraft::standing(config, &land, Enu::ZERO, 0.0);
        aircraft.wind = Wind::calm(1);
        Self { aircraft, land }
    }

    /// Hanging at a height.
    fn at_height(land: Land, height: f64) -> Self {
        let mut flight = Self::on(land);
        let height = AboveTakeoff::from_metres(height);
        flight.tell(Command::TakeOff { height }).unwrap();
        flight.run(60.0);
        assert_eq!(flight.aircraft.phase(), Phase::Hovering);
        flight
    }

    fn tell(&mut self, command: Command) -> Result<(), Refusal> {
        self.aircraft.command(command, &self.land)
    }

    fn run(&mut self, seconds: f64) {
        self.aircraft
            .advance(Duration::from_secs_f64(seconds), &self.land);
    }

    /// One frame of the sticks.
    fn push(&mut self, motion: BodyMotion) {
        let sticks = Command::Sticks {
            motion,
            hold_s: 1.0,
        };
        self.tell(sticks).unwrap();
    }

    fn sticks(&mut self, forward: f64, right: f64, up: f64, clockwise: f64, seconds: f64) {
        let motion = BodyMotion {
            forward,
            right,
            up,
            clockwise,
        };
        for _ in 0..(seconds * 10.0).round() as u32 {
            self.push(motion);
            self.run(0.1);
        }
    }

    fn run_until(&mut self, most: f64, mut done: impl FnMut(&Aircraft) -> bool) -> f64 {
        let mut passed = 0.0;
        while passed < most && !done(&self.aircraft) {
            self.run(0.02);
            passed += 0.02;
        }
        passed
    }

    fn events(&mut self) -> Vec<FlightEvent> {
        std::iter::from_fn(|| self.aircraft.poll_event()).collect()
    }

    fn to(&mut self, east: f64, north: f64, up: f64) -> Result<(), Refusal> {
        self.tell(Command::FlyTo(Journey {
            target: Enu::new(east, north, up),
            speed: 12.0,
            climb_first: AboveTakeoff::default(),
        }))
    }
}

fn open() -> Land {
    Land::bare(SITE)
}

/// What braking may take beside v/a, seconds: half a second from letting go, and its zero frame may take 0.1 s of it.
const ZERO_TO_STANDING: f64 = 0.4;

#[test]
fn braking_takes_its_distance_and_its_time() {
    for speed in [2.0, 5.0, 10.0, 15.0] {
        let mut flight = Flight::at_height(open(), 30.0);
        flight.sticks(speed, 0.0, 0.0, 0.0, 12.0);
        assert!((flight.aircraft.velocity().north - speed).abs() < 0.05);
        let from = flight.aircraft.position();
        flight.tell(Command::Hover).unwrap();
        let took = flight.run_until(20.0, |a| a.velocity().length() < 0.1);
        let way = (flight.aircraft.position() - from).level_length();
        let least = speed * speed / 8.0;
        let limits = flight.aircraft.config().level;
        assert!(way >= least && way <= least + 0.5 * speed, "{speed}: {way}");
        let stated = limits.braking_distance(speed);
        assert!(
            (way - stated).abs() < 0.1 * stated + 0.4,
            "{speed}: {way} {stated}"
        );
        assert!(took <= speed / 4.0 + ZERO_TO_STANDING, "{speed}: {took}");
    }
}

#[test]
fn sticks_let_go_while_it_gathers_speed_stop_it_in_the_same_time() {
    for speed in [5.0, 10.0] {
        let mut flight = Flight::at_height(open(), 30.0);
        let motion = BodyMotion {
            forward: 15.0,
            ..BodyMotion::STILL
        };
        while flight.aircraft.velocity().north < speed {
            flight.push(motion);
            flight.run(0.02);
        }
        let from = flight.aircraft.velocity().north;
        let motion = BodyMotion::STILL;
        flight.push(motion);
        let took = flight.run_until(20.0, |a| a.velocity().length() < 0.1);
        assert!(took <= from / 4.0 + ZERO_TO_STANDING, "{from}: {took}");
    }
}

#[test]
fn acceleration_and_jerk_stay_within_limits() {
    let mut flight = Flight::at_height(open(), 30.0);
    let mut before = (flight.aircraft.velocity(), Enu::ZERO);
    for step in 0..600 {
        let forward = if step < 250 { 15.0 } else { -15.0 };
        let motion = BodyMotion {
            forward,
            ..BodyMotion::STILL
        };
        flight.push(motion);
        flight.run(0.02);
        let velocity = flight.aircraft.velocity();
        let acceleration = (velocity - before.0) * 50.0;
        assert!(acceleration.level_length() <= 4.0 + 1e-6);
        if step > 0 {
            let jerk = (acceleration - before.1) * 50.0;
            assert!(jerk.level_length() <= 24.0 + 1e-6, "{step}: {jerk:?}");
        }
        before = (velocity, acceleration);
    }
}

#[test]
fn sticks_that_stop_are_held_for_their_time_and_then_it_brakes() {
    let mut flight = Flight::at_height(open(), 30.0);
    flight.sticks(8.0, 0.0, 0.0, 0.0, 5.0);
    flight.run(0.8);
    assert!((flight.aircraft.velocity().north - 8.0).abs() < 0.1);
    flight.run(3.5);
    assert!(flight.aircraft.velocity().length() < 0.1);
    assert_eq!(flight.aircraft.phase(), Phase::Hovering);
}

#[test]
fn each_stick_moves_its_own_way() {
    let mut flight = Flight::at_height(open(), 30.0);
    flight.sticks(0.0, 0.0, 0.0, 45.0, 2.0);
    flight.run(2.0);
    let heading = flight.aircraft.heading_deg();
    // Two seconds of frames, and the last one held for another.
    assert!((heading - 135.0).abs() < 8.0, "{heading}");
    flight.sticks(0.0, 3.0, 1.0, 0.0, 3.0);
    let moved = flight.aircraft.velocity();
    let right = Enu::along(heading + 90.0, 1.0);
    assert!((moved.dot(right) - 3.0).abs() < 0.1 && (moved.up - 1.0).abs() < 0.1);
    flight.sticks(0.0, 0.0, -2.0, 0.0, 3.0);
    assert!((flight.aircraft.velocity().up + 2.0).abs() < 0.1);
}

#[test]
fn it_leans_into_what_it_does_and_against_the_wind() {
    let mut flight = Flight::at_height(open(), 30.0);
    flight.sticks(10.0, 0.0, 0.0, 0.0, 1.0);
    assert!(flight.aircraft.pitch_deg() < -10.0);
    let mut flight = Flight::at_height(open(), 30.0);
    flight.aircraft.wind = Wind::from_heading(90.0, 8.0, 0.0, 1);
    flight.run(10.0);
    assert!(
        flight.aircraft.roll_deg() > 5.0,
        "right wing down against an east wind"
    );
}

#[test]
fn gusts_push_it_but_not_far() {
    for seed in 0..6 {
        let mut flight = Flight::at_height(open(), 30.0);
        flight.aircraft.wind = Wind::from_heading(200.0, 9.0, 3.0, seed);
        flight.run(20.0);
        let at = Enu {
            up: 30.0,
            ..Enu::ZERO
        };
        let mut farthest = 0.0_f64;
        for _ in 0..300 {
            flight.run(0.2);
            farthest = farthest.max((flight.aircraft.position() - at).length());
        }
        assert!(farthest < 2.5 && farthest > 0.05, "{seed}: {farthest}");
    }
}

#[test]
fn without_a_fix_it_drifts_with_the_wind_when_it_is_high() {
    let mut flight = Flight::at_height(open(), 60.0);
    flight.aircraft.wind = Wind::from_heading(180.0, 6.0, 0.0, 1);
    flight.aircraft.set_gnss(Gnss::LOST);
    flight.run(20.0);
    assert!(flight.aircraft.position().north > 50.0);
    assert!(flight.events().contains(&FlightEvent::Fix(false)));
    assert_eq!(flight.to(10.0, 0.0, 50.0), Err(Refusal::NoFix));
}

#[test]
fn it_flies_to_a_point_and_stays() {
    let mut flight = Flight::at_height(open(), 30.0);
    flight.to(150.0, -80.0, 55.0).unwrap();
    flight.run(60.0);
    let rest = flight.aircraft.position() - Enu::new(150.0, -80.0, 55.0);
    assert!(rest.length() < 0.6, "{rest:?}");
    assert!(
        flight
            .events()
            .contains(&FlightEvent::JourneyEnded(EndReason::Arrived))
    );
}

#[test]
fn it_comes_home_over_its_return_height_and_lands() {
    let mut flight = Flight::at_height(open(), 20.0);
    flight.to(200.0, 0.0, 30.0).unwrap();
    flight.run(60.0);
    flight.tell(Command::ReturnHome).unwrap();
    let mut highest = 0.0_f64;
    let took = flight.run_until(200.0, |a| {
        highest = highest.max(a.position().up);
        a.phase() == Phase::Grounded
    });
    assert!(
        took < 120.0 && (highest - 60.0).abs() < 1.0,
        "{took} {highest}"
    );
    assert!(flight.aircraft.position().length() < 0.8);
    assert!(flight.events().contains(&FlightEvent::Landed));
}

#[test]
fn a_return_can_be_cancelled() {
    let mut flight = Flight::at_height(open(), 20.0);
    assert_eq!(flight.aircraft.cancel_return(), Err(Refusal::OnGround));
    flight.to(100.0, 0.0, 20.0).unwrap();
    flight.run(30.0);
    flight.tell(Command::ReturnHome).unwrap();
    flight.run(3.0);
    flight.aircraft.cancel_return().unwrap();
    flight.run(5.0);
    assert_eq!(flight.aircraft.phase(), Phase::Hovering);
    assert!(flight.aircraft.home_distance() > 90.0);
}

#[test]
fn it_stops_before_a_wall() {
    for speed in [2.0, 8.0, 17.0] {
        let land = open().with_building(0.0, 130.0, (40.0, 10.0), 90.0, 60.0);
        let mut flight = Flight::at_height(land, 20.0);
        let mut closest = f64::INFINITY;
        for _ in 0..100 {
            flight.sticks(speed, 0.0, 0.0, 0.0, 0.6);
            closest = closest.min(120.0 - flight.aircraft.position().north);
        }
        assert!(closest > 1.8 && closest < 5.0, "{speed}: {closest}");
        let restrained = FlightEvent::Restrained(Restraint::Obstacle);
        assert!(flight.events().contains(&restrained));
    }
}

#[test]
fn with_its_sensors_off_nothing_stops_it() {
    let land = open().with_building(0.0, 130.0, (40.0, 10.0), 90.0, 60.0);
    let mut flight = Flight::at_height(land, 20.0);
    flight.aircraft.settings.avoidance.horizontal = false;
    flight.sticks(8.0, 0.0, 0.0, 0.0, 30.0);
    assert!(
        flight.aircraft.position().north > 150.0,
        "the negative control of the wall"
    );
}

#[test]
fn a_journey_into_a_wall_ends_as_blocked() {
    let land = open().with_building(0.0, 130.0, (40.0, 10.0), 90.0, 60.0);
    let mut flight = Flight::at_height(land, 20.0);
    flight.to(0.0, 300.0, 20.0).unwrap();
    flight.run(60.0);
    assert!(
        flight
            .events()
            .contains(&FlightEvent::JourneyEnded(EndReason::Blocked))
    );
    assert!(flight.aircraft.position().north < 119.0);
}

#[test]
fn it_does_not_sink_into_a_roof() {
    let land = open().with_building(0.0, 0.0, (20.0, 20.0), 0.0, 0.0);
    let land = land.with_building(60.0, 0.0, (20.0, 20.0), 0.0, 15.0);
    let mut flight = Flight::at_height(land, 40.0);
    flight.to(60.0, 0.0, 40.0).unwrap();
    flight.run(30.0);
    flight.sticks(0.0, 0.0, -4.0, 0.0, 20.0);
    let over_roof = flight.aircraft.position().up - 15.0;
    assert!(over_roof > 1.5 && over_roof < 4.0, "{over_roof}");
}

#[test]
fn height_and_distance_limits_hold() {
    let mut flight = Flight::at_height(open(), 30.0);
    flight.aircraft.settings.height_limit = 50.0;
    flight.aircraft.settings.distance_limit = Some(80.0);
    flight.sticks(0.0, 0.0, 5.0, 0.0, 20.0);
    assert!(flight.aircraft.position().up < 50.1 && flight.aircraft.position().up > 48.0);
    flight.sticks(15.0, 3.0, 0.0, 0.0, 30.0);
    assert!(flight.aircraft.home_distance() < 80.0 && flight.aircraft.home_distance() > 74.0);
    assert_eq!(flight.to(0.0, 0.0, 60.0), Err(Refusal::TooHigh));
    assert_eq!(flight.to(90.0, 0.0, 40.0), Err(Refusal::Distance));
    assert_eq!(flight.to(0.0, 0.0, 0.5), Err(Refusal::TooLow));
}

#[test]
fn a_target_beyond_the_fence_or_in_a_zone_is_refused() {
    let mut flight = Flight::at_height(open(), 30.0);
    flight.aircraft.settings.fence = Some(Fence::circle(0.0, 0.0, 100.0));
    flight.aircraft.settings.zones = vec![Fence::circle(50.0, 0.0, 20.0)];
    assert_eq!(flight.to(0.0, 120.0, 30.0), Err(Refusal::Zone));
    assert_eq!(flight.to(50.0, 5.0, 30.0), Err(Refusal::Zone));
    flight.to(-50.0, 0.0, 30.0).unwrap();
}

#[test]
fn the_battery_brings_it_home() {
    let mut flight = Flight::at_height(open(), 60.0);
    flight.aircraft.battery.set_percent(40.0);
    flight.to(1500.0, 0.0, 60.0).unwrap();
    let mut began = false;
    flight.run_until(3000.0, |a| a.phase() == Phase::Grounded);
    for event in flight.events() {
        began |= event == FlightEvent::ReturnBegan(ReturnCause::LowBattery);
    }
    assert!(began && flight.aircraft.position().length() < 1.0);
    let left = flight.aircraft.battery.percent();
    assert!(left > 8.0 && left < 25.0, "{left}");
}

#[test]
fn an_empty_battery_lands_it_where_it_is() {
    let mut flight = Flight::at_height(open(), 60.0);
    flight.to(100.0, 0.0, 60.0).unwrap();
    flight.run(40.0);
    flight.aircraft.battery.set_percent(7.0);
    flight.run(1.0);
    assert_eq!(flight.aircraft.phase(), Phase::ForcedLanding);
    assert_eq!(flight.tell(Command::Hover), Err(Refusal::Forced));
    flight.run(60.0);
    assert_eq!(flight.aircraft.phase(), Phase::Grounded);
    assert!(flight.aircraft.home_distance() > 95.0);
}

#[test]
fn a_journey_the_battery_cannot_make_is_refused() {
    let mut flight = Flight::at_height(open(), 60.0);
    flight.aircraft.battery.set_percent(24.0);
    assert_eq!(flight.to(2000.0, 0.0, 60.0), Err(Refusal::Battery));
}

#[test]
fn effort_costs_battery() {
    let spent = |command: fn(&mut Flight)| {
        let mut flight = Flight::at_height(open(), 40.0);
        let before = flight.aircraft.battery.percent();
        command(&mut flight);
        before - flight.aircraft.battery.percent()
    };
    let hang = spent(|f| f.run(20.0));
    let fast = spent(|f| f.sticks(15.0, 0.0, 0.0, 0.0, 20.0));
    let climb = spent(|f| f.sticks(0.0, 0.0, 3.0, 0.0, 20.0));
    let windy = spent(|f| {
        f.aircraft.wind = Wind::from_heading(0.0, 14.0, 0.0, 1);
        f.run(20.0);
    });
    assert!(fast > 1.2 * hang && climb > 1.2 * hang && windy > 1.2 * hang);
    let minutes = 20.0 / hang * 100.0 / 60.0;
    assert!((36.0..48.0).contains(&minutes), "{minutes}");
}

#[test]
fn the_same_seed_gives_the_same_flight() {
    let fly = |seed| {
        let mut flight = Flight::at_height(Land::seeded(3, SITE), 40.0);
        flight.aircraft.wind = Wind::from_heading(30.0, 7.0, 2.0, seed);
        flight.sticks(6.0, 2.0, 0.0, 15.0, 12.0);
        flight.tell(Command::ReturnHome).unwrap();
        flight.run(10.0);
        flight.aircraft.position()
    };
    assert_eq!(fly(5), fly(5));
    assert_ne!(fly(5), fly(6));
}

#[test]
fn the_gimbal_keeps_its_limits_and_modes() {
    let mut flight = Flight::at_height(open(), 30.0);
    flight.aircraft.gimbal.look(-200.0, 0.0);
    flight.run(4.0);
    assert!((flight.aircraft.gimbal.pitch_deg() + 120.0).abs() < 0.1);
    flight.aircraft.gimbal.look(0.0, 0.0);
    flight.run(4.0);
    flight.aircraft.gimbal.drag(10.0, 20.0, 0.5);
    flight.run(2.0);
    assert!((flight.aircraft.gimbal.pitch_deg() - 5.0).abs() < 0.5);
    assert!((flight.aircraft.gimbal.side_deg() - 10.0).abs() < 0.8);
    flight.aircraft.gimbal.set_mode(YawMode::Free);
    flight.sticks(0.0, 0.0, 0.0, -30.0, 1.0);
    flight.run(2.0);
    let looks = flight.aircraft.heading_deg() + flight.aircraft.gimbal.side_deg();
    assert!((looks.rem_euclid(360.0) - 10.0).abs() < 1.0, "{looks}");
}

#[test]
fn a_stopped_landing_hangs_and_a_forced_one_may_be_stopped_too() {
    let mut flight = Flight::at_height(open(), 30.0);
    for command in [Command::Land, Command::ForceLanding] {
        flight.tell(command).unwrap();
        flight.run(2.0);
        assert!(flight.aircraft.velocity().up < -0.5);
        flight.tell(Command::Hover).unwrap();
        flight.run(4.0);
        assert_eq!(flight.aircraft.phase(), Phase::Hovering);
        assert!(flight.aircraft.velocity().length() < 0.1);
    }
}

/// Forward, right, clockwise, seconds.
type Moves = [(f64, f64, f64, f64)];

fn keeps_inside_a_fence(moves: &Moves, seed: u64) -> Result<(), Enu> {
    let mut flight = Flight::at_height(open(), 30.0);
    let corners = vec![
        (-60.0, -40.0),
        (70.0, -50.0),
        (50.0, 60.0),
        (0.0, 20.0),
        (-55.0, 70.0),
    ];
    let fence = Fence::polygon(corners).unwrap();
    flight.aircraft.settings.fence = Some(fence.clone());
    flight.aircraft.wind = Wind::from_heading(120.0, 5.0, 1.0, seed);
    for &(forward, right, clockwise, seconds) in moves {
        flight.sticks(forward, right, 0.0, clockwise, seconds);
        let at = flight.aircraft.position();
        if !fence.contains(at) {
            return Err(at);
        }
    }
    Ok(())
}

#[test]
fn a_fast_flight_along_a_fence_that_turns_toward_it_stops_before_it() {
    let moves = [
        (13.485_313, 0.0, 84.468_471, 0.5),
        (0.0, 0.0, 33.417_971, 1.193_812),
        (0.0, -1.015_969, 83.143_055, 1.718_312),
        (-7.791_818, 12.969_946, 23.002_875, 2.566_142),
        (-11.176_738, 11.310_178, -68.981_261, 2.738_490),
        (0.0, 0.0, 0.0, 0.5),
    ];
    keeps_inside_a_fence(&moves, 21).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_sticks_cross_a_fence(moves in proptest::collection::vec((-17.0..17.0_f64, -17.0..17.0_f64, -90.0..90.0_f64, 0.5..4.0_f64), 4..14), seed in 0_u64..50) {
        prop_assert_eq!(keeps_inside_a_fence(&moves, seed), Ok(()));
    }

    #[test]
    fn no_sticks_hit_a_thing(moves in proptest::collection::vec((-17.0..17.0_f64, -17.0..17.0_f64, -3.0..3.0_f64, -90.0..90.0_f64, 0.5..5.0_f64), 4..14), seed in 0_u64..50) {
        let mut flight = Flight::at_height(Land::seeded(seed, SITE), 12.0);
        flight.aircraft.wind = Wind::from_heading(10.0, 4.0, 1.0, seed);
        for (forward, right, up, clockwise, seconds) in moves {
            for _ in 0..(seconds * 5.0) as u32 {
                flight.sticks(forward, right, up, clockwise, 0.2);
                let at = flight.aircraft.position();
                let touching = flight.land.things_near(at, 0.4).any(|thing| thing.top > at.up);
                prop_assert!(!touching && at.up > flight.land.height(at), "{at:?}");
            }
        }
    }

    #[test]
    fn no_command_makes_it_panic_or_leave_the_numbers(east in proptest::num::f64::ANY, up in proptest::num::f64::ANY, speed in proptest::num::f64::ANY) {
        let mut flight = Flight::at_height(open(), 12.0);
        let _ = flight.tell(Command::FlyTo(Journey { target: Enu::new(east, up, up), speed, climb_first: AboveTakeoff::from_metres(up) }));
        let motion = BodyMotion { forward: east, right: up, up: speed, clockwise: up };
        flight.run(1.0);
        let _ = flight.tell(Command::Sticks { motion, hold_s: 1.0 });
        flight.run(1.0);
        prop_assert!(flight.aircraft.position().length().is_finite());
    }
}
