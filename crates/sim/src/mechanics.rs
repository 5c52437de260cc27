//! The two-axis mount: motors with speed, acceleration and limits, the set-up error of a tripod put
//! down by hand, and the levelling that calibration fits to plate solves.
//!
//! Every motion is a plan evaluated in closed form at any reading of the clock: nothing ticks.

mod axis;
mod mount;
mod pointing_model;
mod set_up;
mod trajectory;

pub use axis::{Axis, AxisConfig, LimitEnd};
pub use mount::{Approach, AxisId, Motion, Mount, MountConfig, MountError};
pub use pointing_model::{LevellingError, PlateSolve, PointingModel};
pub use set_up::{MotorAngles, SetUp};
pub use trajectory::{SkyTrajectory, Trajectory};
