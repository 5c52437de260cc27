/// What an airframe can do along one axis (or on the level), and what that means for stopping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AxisLimits {
    /// Fastest, m/s.
    pub speed: f64,
    /// Strongest speeding up or braking, m/s².
    pub acceleration: f64,
    /// Fastest change of acceleration, m/s³.
    pub jerk: f64,
}

impl AxisLimits {
    /// How far it still goes when it brakes from a speed: v²/2a, and what building the braking up and
    /// letting it go costs.
    ///
    /// ```
    /// use skyhelm_sim::flight::AxisLimits;
    ///
    /// let limits = AxisLimits { speed: 15.0, acceleration: 4.0, jerk: 24.0 };
    /// let distance = limits.braking_distance(10.0);
    /// assert!(distance > 12.5 && distance < 12.5 + 0.5 * 10.0);
    /// ```
    pub fn braking_distance(&self, speed: f64) -> f64 {
        let speed = speed.abs();
        speed * speed / (2.0 * self.acceleration) + speed * self.lag()
    }

    /// The speed from which it stops within a distance.
    pub fn speed_to_stop_in(&self, distance: f64) -> f64 {
        if distance <= 0.0 {
            return 0.0;
        }
        let a = self.acceleration;
        let lag = self.lag();
        let speed = -a * lag + (a * a * lag * lag + 2.0 * a * distance).sqrt();
        speed.min(self.speed)
    }

    /// What the jerk limit adds to braking, as a delay at full speed, seconds: half the ramp into it.
    /// The ramp out of it is flown slowly and costs next to nothing.
    fn lag(&self) -> f64 {
        0.6 * self.acceleration / self.jerk
    }

    /// The same airframe asked for less: guidance plans with a reserve.
    pub(crate) fn eased(&self, share: f64) -> Self {
        Self {
            acceleration: self.acceleration * share,
            ..*self
        }
    }
}
