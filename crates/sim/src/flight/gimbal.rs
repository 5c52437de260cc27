use super::frame::turn_deg;
use super::{DT, Enu};

/// Limits of a gimbal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GimbalConfig {
    /// Lowest, degrees; straight down is -90.
    pub lowest_deg: f64,
    /// Highest, degrees.
    pub highest_deg: f64,
    /// How far it turns away from the aircraft's nose, degrees.
    pub sideways_deg: f64,
    /// Fastest, degrees a second.
    pub rate_deg_s: f64,
}

impl GimbalConfig {
    /// The gimbal of the enterprise models: -120 to 45 degrees, 90 to either side.
    pub const fn enterprise() -> Self {
        Self {
            lowest_deg: -120.0,
            highest_deg: 45.0,
            sideways_deg: 90.0,
            rate_deg_s: 90.0,
        }
    }
}

/// What the gimbal does when the aircraft turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YawMode {
    /// It turns with the aircraft.
    Follow,
    /// It keeps looking the way it looks.
    Free,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Task {
    Rest,
    Rate { pitch: f64, yaw: f64, left_s: f64 },
    Target { pitch: f64, side: f64 },
}

/// A stabilised three-axis gimbal: pitch against the horizon, yaw against the nose, roll level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gimbal {
    config: GimbalConfig,
    mode: YawMode,
    pitch: f64,
    side: f64,
    task: Task,
}

impl Gimbal {
    /// A gimbal that looks ahead.
    pub const fn level(config: GimbalConfig) -> Self {
        Self {
            config,
            mode: YawMode::Follow,
            pitch: 0.0,
            side: 0.0,
            task: Task::Rest,
        }
    }

    /// Where it looks above the horizon, degrees.
    pub fn pitch_deg(&self) -> f64 {
        self.pitch
    }

    /// Where it looks to the right of the nose, degrees.
    pub fn side_deg(&self) -> f64 {
        self.side
    }

    /// What it does when the aircraft turns.
    pub fn mode(&self) -> YawMode {
        self.mode
    }

    /// Whether it moves by a command.
    pub fn is_busy(&self) -> bool {
        self.task != Task::Rest
    }

    /// Changes what it does when the aircraft turns.
    pub fn set_mode(&mut self, mode: YawMode) {
        self.mode = mode;
    }

    /// Moves at a rate (degrees a second, up and clockwise) for at most some seconds.
    pub fn drag(&mut self, pitch: f64, yaw: f64, for_s: f64) {
        let fastest = self.config.rate_deg_s;
        self.task = Task::Rate {
            pitch: pitch.clamp(-fastest, fastest),
            yaw: yaw.clamp(-fastest, fastest),
            left_s: for_s,
        };
    }

    /// Turns to angles (degrees, above the horizon and to the right of the nose), as far as it goes.
    pub fn look(&mut self, pitch: f64, side: f64) {
        let (pitch, side) = self.within(pitch, side);
        self.task = Task::Target { pitch, side };
    }

    /// The direction it looks in from an aircraft of a heading.
    pub fn direction(&self, heading: f64) -> Enu {
        let level = Enu::along(heading + self.side, self.pitch.to_radians().cos());
        Enu {
            up: self.pitch.to_radians().sin(),
            ..level
        }
    }

    fn within(&self, pitch: f64, side: f64) -> (f64, f64) {
        let config = &self.config;
        (
            pitch.clamp(config.lowest_deg, config.highest_deg),
            side.clamp(-config.sideways_deg, config.sideways_deg),
        )
    }

    /// One step, the aircraft turning at a rate.
    pub(super) fn step(&mut self, aircraft_turn: f64) {
        if self.mode == YawMode::Free {
            self.side -= aircraft_turn * DT;
        }
        let most = self.config.rate_deg_s * DT;
        match &mut self.task {
            Task::Rest => {}
            Task::Rate { pitch, yaw, left_s } => {
                self.pitch += *pitch * DT;
                self.side += *yaw * DT;
                *left_s -= DT;
                if *left_s <= 0.0 {
                    self.task = Task::Rest;
                }
            }
            Task::Target { pitch, side } => {
                let ease = |rest: f64| {
                    rest.clamp(-most, most)
                        .clamp(-rest.abs() * 0.2 - 0.02, rest.abs() * 0.2 + 0.02)
                };
                let (dp, ds) = (*pitch - self.pitch, turn_deg(self.side, *side));
                self.pitch += ease(dp);
                self.side += ease(ds);
                if dp.abs() < 0.05 && ds.abs() < 0.05 {
                    (self.pitch, self.side) = (*pitch, *side);
                    self.task = Task::Rest;
                }
            }
        }
        (self.pitch, self.side) = self.within(self.pitch, self.side);
    }
}
