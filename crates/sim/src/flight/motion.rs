//! How the airframe follows a wanted velocity.

use super::{AxisLimits, DT, Enu};

/// How fast a velocity error that is left dies away, per second.
const LAST_GAIN: f64 = 8.0;
/// Share of the jerk limit with which braking is let go; the rest keeps it from overshooting.
const LETTING_GO: f64 = 0.7;

/// The acceleration after one step of a following that can brake to the wanted velocity without
/// passing it: strong while the error is large, and let go in time for the jerk limit.
pub(super) fn follow(error: Enu, acceleration: Enu, limits: &AxisLimits) -> Enu {
    let size = error.length();
    let strength = limits
        .acceleration
        .min(LETTING_GO * (2.0 * limits.jerk * size).sqrt())
        .min(LAST_GAIN * size);
    let wanted = error.unit().map_or(Enu::ZERO, |unit| unit * strength);
    acceleration + (wanted - acceleration).capped(limits.jerk * DT)
}

/// One step of turning at a wanted rate.
pub(super) fn turn(rate: f64, wanted: f64, strongest: f64) -> f64 {
    rate + (wanted - rate).clamp(-strongest * DT, strongest * DT)
}
