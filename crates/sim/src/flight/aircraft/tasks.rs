//! What each task wants of the airframe, and how it comes to its end.

use skyhelm_units::{AboveTakeoff, BodyMotion};

use super::{Aircraft, PATIENCE, Task};
use crate::flight::command::{EndReason, FlightEvent, Journey, ReturnCause};
use crate::flight::guidance::{STANDING, THERE, Wish, hold};
use crate::flight::{DT, Enu};
use crate::land::Land;

impl Aircraft {
    /// What the task wants, and the task's own progress.
    pub(super) fn wish(&mut self, land: &Land) -> Wish {
        match self.task {
            Task::Grounded => Wish::default(),
            Task::Starting { left, height, then } => {
                let left = left - DT;
                self.task = if left > 0.0 {
                    Task::Starting { left, height, then }
                } else {
                    self.events.push_back(FlightEvent::TookOff);
                    Task::TakeOff { height, then }
                };
                Wish::default()
            }
            Task::TakeOff { height, then } => self.take_off(height, then),
            Task::Hover => self.hang(0.0),
            Task::Face { heading } => {
                let turn = self.config.facing(self.heading, heading);
                if turn.abs() < 0.2 && self.turn_rate.abs() < 0.5 {
                    self.task = Task::Hover;
                }
                self.hang(turn)
            }
            Task::Sticks { motion, left } => self.by_sticks(motion, left),
            Task::Travel {
                journey,
                climb_over,
            } => self.travel(journey, climb_over),
            Task::Return { climb_over } => self.come_home(climb_over),
            Task::Land { over } | Task::ForcedLanding { over, .. } => {
                let ground = land.surface(self.position, self.config.radius);
                let over = if self.gnss.fixed { over } else { self.position };
                let velocity = self.config.descend(self.position, over, ground);
                Wish {
                    velocity,
                    turn: 0.0,
                }
            }
        }
    }

    fn take_off(&mut self, height: f64, then: Option<Journey>) -> Wish {
        let over = self.home;
        let rest = height - self.position.up;
        if rest.abs() < THERE && self.velocity.up.abs() < STANDING || self.blocked_for > PATIENCE {
            self.events.push_back(FlightEvent::Climbed);
            self.anchor = Some(Enu {
                up: self.position.up,
                ..over
            });
            self.task = then.map_or(Task::Hover, |journey| Task::Travel {
                journey,
                climb_over: None,
            });
        }
        Wish {
            velocity: self.config.reach_height(self.position, over, height),
            turn: 0.0,
        }
    }

    /// Hangs: brakes first, then keeps the point where it came to a stop.
    fn hang(&mut self, turn: f64) -> Wish {
        if self.anchor.is_none() && self.velocity.length() < STANDING {
            self.anchor = Some(self.position);
        }
        let holds = self.gnss.fixed;
        let velocity = match self.anchor {
            Some(anchor) if holds => Enu {
                up: ((anchor.up - self.position.up) * 0.9).clamp(-1.0, 1.0),
                ..hold(self.position, anchor)
            },
            _ => Enu::ZERO,
        };
        Wish { velocity, turn }
    }

    fn by_sticks(&mut self, motion: BodyMotion, left: f64) -> Wish {
        if left <= 0.0 || motion.is_still() {
            self.task = if left <= 0.0 {
                Task::Hover
            } else {
                Task::Sticks {
                    motion,
                    left: left - DT,
                }
            };
            return self.hang(0.0);
        }
        self.task = Task::Sticks {
            motion,
            left: left - DT,
        };
        let config = &self.config;
        let level = Enu::along(self.heading, motion.forward)
            + Enu::along(self.heading + 90.0, motion.right);
        let moving = motion.forward != 0.0 || motion.right != 0.0 || motion.up != 0.0;
        let turn = motion
            .clockwise
            .clamp(-config.turn_deg_s, config.turn_deg_s);
        if !moving {
            return self.hang(turn);
        }
        let velocity = Enu {
            up: motion.up.clamp(-config.sink, config.vertical.speed),
            ..level.capped(config.level.speed)
        };
        self.anchor = None;
        Wish { velocity, turn }
    }

    fn travel(&mut self, journey: Journey, climb_over: Option<Enu>) -> Wish {
        let climbed = climb_over.filter(|over| (over.up - self.position.up).abs() > THERE);
        if climb_over.is_some() && climbed.is_none() {
            self.events.push_back(FlightEvent::Climbed);
        }
        self.task = Task::Travel {
            journey,
            climb_over: climbed,
        };
        let way = journey.target - self.position;
        let there = climbed.is_none() && way.length() < THERE && self.velocity.length() < STANDING;
        if there || self.blocked_for > PATIENCE {
            let reason = if there {
                EndReason::Arrived
            } else {
                EndReason::Blocked
            };
            self.end_journey(reason);
            self.anchor = there.then_some(journey.target);
            self.task = Task::Hover;
        }
        self.config
            .travel(self.position, self.heading, &journey, climbed)
    }

    fn come_home(&mut self, climb_over: Option<Enu>) -> Wish {
        let climbed = climb_over.filter(|over| over.up - self.position.up > THERE);
        self.task = Task::Return {
            climb_over: climbed,
        };
        let journey = Journey {
            target: Enu {
                up: self.position.up,
                ..self.home
            },
            speed: self.settings.return_speed,
            climb_first: AboveTakeoff::default(),
        };
        if climbed.is_none() && self.home_distance() < THERE && self.velocity.length() < 1.0 {
            self.task = Task::Land { over: self.home };
        }
        self.config
            .travel(self.position, self.heading, &journey, climbed)
    }

    pub(super) fn begin_return(&mut self, cause: ReturnCause) {
        let height = self.home.up + self.settings.return_height.min(self.settings.height_limit);
        let near = self.home_distance() < 5.0;
        self.events.push_back(FlightEvent::ReturnBegan(cause));
        (self.anchor, self.blocked_for) = (None, 0.0);
        self.task = if near {
            Task::Land { over: self.home }
        } else {
            let over = Enu {
                up: height.max(self.position.up),
                ..self.position
            };
            Task::Return {
                climb_over: Some(over),
            }
        };
    }
}
