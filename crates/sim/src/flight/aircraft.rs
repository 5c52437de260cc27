use std::collections::VecDeque;
use std::time::Duration;

use skyhelm_units::{AboveTakeoff, BodyMotion};

use super::command::{Command, EndReason, FlightEvent, Journey, Phase, Refusal, ReturnCause};
use super::guard::{Guard, Restraint};
use super::guidance::{STANDING, Wish};
use super::motion::{follow, turn};
use super::{
    AircraftConfig, Battery, BatteryReading, DT, Enu, FlightSettings, GRAVITY, Gimbal, Gnss, STEP,
    Wind,
};
use crate::land::Land;

mod orders;
mod reserves;
mod tasks;

/// How long motors take to spin up, seconds.
const SPIN_UP: f64 = 1.5;
/// How long it hangs before something in its way ends a journey, seconds.
const PATIENCE: f64 = 4.0;
/// How high it climbs when it is only told to start, metres above where it stands.
const FIRST_HEIGHT: f64 = 1.2;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Task {
    Grounded,
    Starting {
        left: f64,
        height: f64,
        then: Option<Journey>,
    },
    TakeOff {
        height: f64,
        then: Option<Journey>,
    },
    Hover,
    Sticks {
        motion: BodyMotion,
        left: f64,
    },
    Face {
        heading: f64,
    },
    Travel {
        journey: Journey,
        climb_over: Option<Enu>,
    },
    Return {
        climb_over: Option<Enu>,
    },
    Land {
        over: Enu,
    },
    ForcedLanding {
        over: Enu,
        stoppable: bool,
    },
}

/// An aircraft in flight or on the ground.
#[derive(Clone, Debug)]
pub struct Aircraft {
    config: AircraftConfig,
    /// What its owner has set; to be changed at any time.
    pub settings: FlightSettings,
    /// The air it flies in.
    pub wind: Wind,
    /// What it flies on.
    pub battery: Battery,
    /// Its camera's gimbal.
    pub gimbal: Gimbal,
    gnss: Gnss,
    home: Enu,
    position: Enu,
    velocity: Enu,
    acceleration: Enu,
    heading: f64,
    turn_rate: f64,
    felt_gust: Enu,
    task: Task,
    anchor: Option<Enu>,
    restraint: Option<Restraint>,
    blocked_for: f64,
    return_percent: f64,
    refuses_low_return: bool,
    steps: u64,
    left_over: Duration,
    flown_s: f64,
    flown_m: f64,
    events: VecDeque<FlightEvent>,
}

impl Aircraft {
    /// An aircraft standing on the land with a full battery, facing a heading.
    pub fn standing(config: AircraftConfig, land: &Land, at: Enu, heading_deg: f64) -> Self {
        let position = Enu {
            up: land.surface(at, config.radius),
            ..at
        };
        Self {
            config,
            settings: FlightSettings::default(),
            wind: Wind::default(),
            battery: Battery::charged(config.battery, 100.0),
            gimbal: Gimbal::level(config.gimbal),
            gnss: Gnss::default(),
            home: position,
            position,
            velocity: Enu::ZERO,
            acceleration: Enu::ZERO,
            heading: heading_deg.rem_euclid(360.0),
            turn_rate: 0.0,
            felt_gust: Enu::ZERO,
            task: Task::Grounded,
            anchor: None,
            restraint: None,
            blocked_for: 0.0,
            return_percent: config.battery.return_reserve_percent,
            refuses_low_return: false,
            steps: 0,
            left_over: Duration::ZERO,
            flown_s: 0.0,
            flown_m: 0.0,
            events: VecDeque::new(),
        }
    }

    /// Lets time pass. Less than a [`STEP`] is kept for the next call.
    pub fn advance(&mut self, time: Duration, land: &Land) {
        self.left_over += time;
        while self.left_over >= STEP {
            self.left_over -= STEP;
            self.step(land);
        }
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<FlightEvent> {
        self.events.pop_front()
    }

    /// The airframe.
    pub fn config(&self) -> &AircraftConfig {
        &self.config
    }

    /// Where it is.
    pub fn position(&self) -> Enu {
        self.position
    }

    /// How it moves over the ground.
    pub fn velocity(&self) -> Enu {
        self.velocity
    }

    /// How it moves over the ground, in its own level frame.
    pub fn body_motion(&self) -> BodyMotion {
        let ahead = Enu::along(self.heading, 1.0);
        let right = Enu::along(self.heading + 90.0, 1.0);
        BodyMotion {
            forward: self.velocity.dot(ahead),
            right: self.velocity.dot(right),
            up: self.velocity.up,
            clockwise: self.turn_rate,
        }
    }

    /// Where its nose points, degrees from north through east.
    pub fn heading_deg(&self) -> f64 {
        self.heading
    }

    /// Nose up, degrees: it leans into its acceleration and against the wind.
    pub fn pitch_deg(&self) -> f64 {
        -self.lean(self.heading)
    }

    /// Right wing down, degrees.
    pub fn roll_deg(&self) -> f64 {
        self.lean(self.heading + 90.0)
    }

    /// Where it took off, or stands.
    pub fn home(&self) -> Enu {
        self.home
    }

    /// How far home is on the level, metres.
    pub fn home_distance(&self) -> f64 {
        (self.position - self.home).level_length()
    }

    /// Its height above the point of take-off.
    pub fn above_takeoff(&self) -> AboveTakeoff {
        AboveTakeoff::from_metres(self.position.up - self.home.up)
    }

    /// What it is doing.
    pub fn phase(&self) -> Phase {
        match self.task {
            Task::Grounded => Phase::Grounded,
            Task::Starting { .. } => Phase::Starting,
            Task::TakeOff { .. } => Phase::TakingOff,
            Task::Hover | Task::Face { .. } => Phase::Hovering,
            Task::Sticks { .. } => Phase::Sticks,
            Task::Travel { .. } => Phase::FlyingTo,
            Task::Return { .. } => Phase::Returning,
            Task::Land { .. } => Phase::Landing,
            Task::ForcedLanding { .. } => Phase::ForcedLanding,
        }
    }

    /// Whether it is in the air (or about to be).
    pub fn is_flying(&self) -> bool {
        !matches!(self.task, Task::Grounded)
    }

    /// The journey it is on.
    pub fn journey(&self) -> Option<Journey> {
        match self.task {
            Task::Travel { journey, .. } => Some(journey),
            Task::Starting { then, .. } | Task::TakeOff { then, .. } => then,
            _ => None,
        }
    }

    /// What holds it back at this moment.
    pub fn restraint(&self) -> Option<Restraint> {
        self.restraint
    }

    /// How well it knows where it is.
    pub fn gnss(&self) -> Gnss {
        self.gnss
    }

    /// Makes its navigation better or worse.
    pub fn set_gnss(&mut self, gnss: Gnss) {
        if gnss.fixed != self.gnss.fixed {
            self.events.push_back(FlightEvent::Fix(gnss.fixed));
        }
        self.gnss = gnss;
        if !gnss.fixed {
            self.anchor = None;
            let lost = match self.task {
                Task::Travel { .. } => {
                    self.end_journey(EndReason::NoFix);
                    true
                }
                Task::Return { .. } => true,
                _ => false,
            };
            if lost {
                self.task = Task::Hover;
            }
        }
    }

    /// The battery as it tells it.
    pub fn battery_reading(&self) -> BatteryReading {
        self.battery.reading(self.return_percent)
    }

    /// Seconds and metres it has flown since it was made.
    pub fn flown(&self) -> (f64, f64) {
        (self.flown_s, self.flown_m)
    }

    fn lean(&self, toward: f64) -> f64 {
        if !self.is_flying() {
            return 0.0;
        }
        let air = self.velocity - self.wind.now();
        // At 15 m/s through the air it leans some 25 degrees.
        let push = self.acceleration + air.level() * 0.3;
        let along = push.dot(Enu::along(toward, 1.0));
        along.atan2(GRAVITY).to_degrees().clamp(-35.0, 35.0)
    }

    fn step(&mut self, land: &Land) {
        self.steps += 1;
        self.wind.step();
        self.gimbal.step(self.turn_rate);
        if self.task == Task::Grounded {
            self.battery.step(self.config.battery.idle_w);
            return;
        }
        let wish = self.wish(land);
        self.move_by(wish, land);
        let air = self.velocity - self.wind.now();
        let watts = self.battery.flying_w(air, self.velocity.up);
        self.battery.step(watts);
        self.flown_s += DT;
        self.flown_m += self.velocity.length() * DT;
        self.watch_reserves();
    }

    fn move_by(&mut self, wish: Wish, land: &Land) {
        let landing = matches!(
            self.task,
            Task::Land { .. } | Task::ForcedLanding { .. } | Task::Starting { .. }
        );
        let guard = Guard {
            config: &self.config,
            settings: &self.settings,
            land,
            home: self.home,
            position: self.position,
            velocity: self.velocity,
            landing,
        };
        let (mut wanted, restraint) = guard.restrain(wish.velocity);
        self.note_restraint(restraint);
        let wind = self.wind.now();
        if !self.gnss.fixed && !self.sees_ground(land) {
            wanted += self.wind.steady().level() * 0.8;
        }
        // What the airframe cannot fly against, it drifts with.
        wanted = (wanted - wind.level()).capped(self.config.air_speed) + wind.level();
        let error = wanted - self.velocity;
        let level = follow(error.level(), self.acceleration.level(), &self.config.level);
        let up = Enu::new(0.0, 0.0, error.up);
        let own = Enu::new(0.0, 0.0, self.acceleration.up);
        let up = follow(up, own, &self.config.vertical);
        self.acceleration = level + up;
        // A gust pushes until the airframe has leaned against it.
        let gust = wind - self.wind.steady();
        self.felt_gust += (gust - self.felt_gust) * (DT / 0.7);
        let push = (gust - self.felt_gust) * 0.3;
        self.velocity += (self.acceleration + push) * DT;
        self.position += self.velocity * DT;
        self.turn_rate = turn(self.turn_rate, wish.turn, self.config.turn_deg_s2);
        self.heading = (self.heading + self.turn_rate * DT).rem_euclid(360.0);
        self.touch(land, landing);
    }

    /// Near the ground its downward cameras hold it in place without a fix.
    fn sees_ground(&self, land: &Land) -> bool {
        self.position.up - land.surface(self.position, self.config.radius) < 20.0
    }

    fn touch(&mut self, land: &Land, landing: bool) {
        let ground = land.surface(self.position, self.config.radius);
        if self.position.up > ground + 0.02 {
            return;
        }
        self.position.up = self.position.up.max(ground);
        if landing && !matches!(self.task, Task::Starting { .. }) {
            self.position.up = ground;
            (self.velocity, self.acceleration) = (Enu::ZERO, Enu::ZERO);
            (self.turn_rate, self.anchor) = (0.0, None);
            self.task = Task::Grounded;
            self.refuses_low_return = false;
            self.events.push_back(FlightEvent::Landed);
        } else if self.velocity.up < 0.0 {
            self.velocity.up = 0.0;
        }
    }

    fn note_restraint(&mut self, restraint: Option<Restraint>) {
        if let Some(cause) = restraint
            && self.restraint != restraint
        {
            self.events.push_back(FlightEvent::Restrained(cause));
        }
        self.restraint = restraint;
        let stands = self.velocity.length() < STANDING && restraint.is_some();
        self.blocked_for = if stands { self.blocked_for + DT } else { 0.0 };
    }

    fn end_journey(&mut self, reason: EndReason) {
        self.events.push_back(FlightEvent::JourneyEnded(reason));
    }

    fn refuse_number(command: &Command) -> Result<(), Refusal> {
        let fine = match command {
            Command::TakeOff { height } => height.metres.is_finite() && height.metres > 0.0,
            Command::FlyTo(journey) => {
                journey.target.length().is_finite()
                    && journey.speed > 0.0
                    && journey.climb_first.metres.is_finite()
            }
            Command::Sticks { motion, hold_s } => motion.is_finite() && *hold_s > 0.0,
            Command::Face { heading_deg } => heading_deg.is_finite(),
            _ => true,
        };
        if fine { Ok(()) } else { Err(Refusal::Number) }
    }
}
