//! How commands are taken, and what they take the place of.

use super::{
    Aircraft, Command, EndReason, Enu, FIRST_HEIGHT, FlightEvent, Journey, Refusal, ReturnCause,
    SPIN_UP, Task,
};
use crate::land::Land;

impl Aircraft {
    /// Tells it what to do.
    ///
    /// # Errors
    /// [`Refusal`] when it cannot; then it goes on as before.
    pub fn command(&mut self, command: Command, land: &Land) -> Result<(), Refusal> {
        Self::refuse_number(&command)?;
        if let Task::ForcedLanding { stoppable, .. } = self.task
            && !(stoppable && matches!(command, Command::Hover))
        {
            return Err(Refusal::Forced);
        }
        match command {
            Command::TakeOff { height } => {
                self.on_ground()?;
                self.check_height(self.position.up + height.metres)?;
                self.start(self.position.up + height.metres.max(FIRST_HEIGHT), None);
                Ok(())
            }
            Command::FlyTo(journey) => self.set_out(journey, land),
            Command::Sticks { motion, hold_s } => {
                self.in_air()?;
                self.drop_journey(EndReason::Sticks);
                let same_rest = matches!(self.task, Task::Sticks { .. } | Task::Hover);
                if !same_rest || self.task == Task::Hover && !motion.is_still() {
                    self.anchor = None;
                }
                self.task = Task::Sticks {
                    motion,
                    left: hold_s,
                };
                Ok(())
            }
            Command::Hover => {
                self.in_air()?;
                self.drop_journey(EndReason::Stopped);
                if self.task != Task::Hover {
                    self.anchor = None;
                }
                self.task = Task::Hover;
                Ok(())
            }
            Command::ReturnHome => {
                self.in_air()?;
                self.with_fix()?;
                self.drop_journey(EndReason::Replaced);
                self.begin_return(ReturnCause::Commanded);
                Ok(())
            }
            Command::Land => {
                self.in_air()?;
                self.drop_journey(EndReason::Replaced);
                self.task = Task::Land {
                    over: self.position,
                };
                Ok(())
            }
            Command::ForceLanding => {
                self.in_air()?;
                self.drop_journey(EndReason::Replaced);
                self.task = Task::ForcedLanding {
                    over: self.position,
                    stoppable: true,
                };
                Ok(())
            }
            Command::Face { heading_deg } => {
                self.in_air()?;
                if matches!(
                    self.task,
                    Task::Hover | Task::Face { .. } | Task::Sticks { .. }
                ) {
                    self.task = Task::Face {
                        heading: heading_deg.rem_euclid(360.0),
                    };
                }
                Ok(())
            }
        }
    }

    /// Sends it home because nobody reaches it.
    pub fn lose_link(&mut self) {
        let busy = matches!(
            self.task,
            Task::Grounded | Task::Return { .. } | Task::Land { .. } | Task::ForcedLanding { .. }
        );
        if !busy && self.gnss.fixed {
            self.drop_journey(EndReason::Stopped);
            self.begin_return(ReturnCause::LinkLost);
        }
    }

    /// Stops a return or a landing that was going on, and hangs. A return on a low battery does not
    /// begin again by itself after this.
    ///
    /// # Errors
    /// [`Refusal`] when there is none to stop.
    pub fn cancel_return(&mut self) -> Result<(), Refusal> {
        match self.task {
            Task::Return { .. } | Task::Land { .. } => {
                self.refuses_low_return = true;
                self.anchor = None;
                self.task = Task::Hover;
                Ok(())
            }
            Task::ForcedLanding { .. } => Err(Refusal::Forced),
            _ => Err(Refusal::OnGround),
        }
    }

    /// Takes the way it stands as its home.
    pub fn set_home_here(&mut self) {
        self.home = self.position;
    }

    /// Whether a target may be flown to, by the settings of now.
    ///
    /// # Errors
    /// The [`Refusal`] it would meet.
    pub fn check_target(&self, target: Enu, land: &Land) -> Result<(), Refusal> {
        self.check_height(target.up)?;
        if target.up < land.height(target) + 1.5 {
            return Err(Refusal::TooLow);
        }
        let settings = &self.settings;
        if settings
            .fence
            .as_ref()
            .is_some_and(|fence| !fence.contains(target))
            || settings.zones.iter().any(|zone| zone.contains(target))
        {
            return Err(Refusal::Zone);
        }
        let far = (target - self.home).level_length();
        if settings.distance_limit.is_some_and(|limit| far > limit) {
            return Err(Refusal::Distance);
        }
        Ok(())
    }

    fn set_out(&mut self, journey: Journey, land: &Land) -> Result<(), Refusal> {
        self.with_fix()?;
        self.check_target(journey.target, land)?;
        if self.battery.percent() < self.percent_for(journey.target, journey.speed) {
            return Err(Refusal::Battery);
        }
        if self.task == Task::Grounded {
            let height = self.position.up + journey.climb_first.metres.max(FIRST_HEIGHT);
            self.check_height(height)?;
            self.start(height, Some(journey));
            return Ok(());
        }
        self.in_air()?;
        self.drop_journey(EndReason::Replaced);
        let first = self.home.up + journey.climb_first.metres;
        let over = Enu {
            up: first,
            ..self.position
        };
        (self.anchor, self.blocked_for) = (None, 0.0);
        self.task = Task::Travel {
            journey,
            climb_over: (first > self.position.up).then_some(over),
        };
        Ok(())
    }

    fn start(&mut self, height: f64, then: Option<Journey>) {
        self.home = self.position;
        (self.anchor, self.blocked_for) = (None, 0.0);
        self.task = Task::Starting {
            left: SPIN_UP,
            height,
            then,
        };
    }

    fn drop_journey(&mut self, reason: EndReason) {
        if self.journey().is_some() {
            self.events.push_back(FlightEvent::JourneyEnded(reason));
        }
    }

    fn on_ground(&self) -> Result<(), Refusal> {
        if self.task == Task::Grounded {
            Ok(())
        } else {
            Err(Refusal::InAir)
        }
    }

    fn in_air(&self) -> Result<(), Refusal> {
        if matches!(self.task, Task::Grounded | Task::Starting { .. }) {
            Err(Refusal::OnGround)
        } else {
            Ok(())
        }
    }

    fn with_fix(&self) -> Result<(), Refusal> {
        if self.gnss.fixed {
            Ok(())
        } else {
            Err(Refusal::NoFix)
        }
    }

    fn check_height(&self, up: f64) -> Result<(), Refusal> {
        let over = up - self.home.up;
        if over > self.settings.height_limit + 0.01 {
            Err(Refusal::TooHigh)
        } else {
            Ok(())
        }
    }
}
