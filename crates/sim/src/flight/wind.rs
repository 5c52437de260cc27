use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{DT, Enu};
use crate::random::uniform;

/// How long a gust lasts, seconds.
const GUST_SECONDS: f64 = 3.0;

/// Wind: steady, with gusts about it.
#[derive(Clone, Debug)]
pub struct Wind {
    steady: Enu,
    gust_speed: f64,
    gust: Enu,
    random: Xoshiro256PlusPlus,
}

impl Wind {
    /// Wind that blows FROM a heading (degrees) at a speed, with gusts of a strength (standard
    /// deviation), m/s.
    pub fn from_heading(from_deg: f64, speed: f64, gust_speed: f64, seed: u64) -> Self {
        Self {
            steady: Enu::along(from_deg + 180.0, speed),
            gust_speed,
            gust: Enu::ZERO,
            random: Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x5769_6e64),
        }
    }

    /// Still air.
    pub fn calm(seed: u64) -> Self {
        Self::from_heading(0.0, 0.0, 0.0, seed)
    }

    /// Lets it blow otherwise from now on.
    pub fn turn(&mut self, from_deg: f64, speed: f64, gust_speed: f64) {
        self.steady = Enu::along(from_deg + 180.0, speed);
        self.gust_speed = gust_speed;
    }

    /// How the air moves now.
    pub fn now(&self) -> Enu {
        self.steady + self.gust
    }

    /// The part of it that does not change.
    pub fn steady(&self) -> Enu {
        self.steady
    }

    pub(crate) fn step(&mut self) {
        let keep = (-DT / GUST_SECONDS).exp();
        let kick = self.gust_speed * (1.0 - keep * keep).sqrt();
        let normal = |random: &mut Xoshiro256PlusPlus| {
            // The sum of four even draws, at most 3.5 standard deviations: a gust has a strongest one.
            let sum: f64 = (0..4).map(|_| uniform(random)).sum();
            (sum - 2.0) * 3.0_f64.sqrt()
        };
        let (east, north, up) = (
            normal(&mut self.random),
            normal(&mut self.random),
            normal(&mut self.random),
        );
        self.gust = self.gust * keep + Enu::new(east, north, 0.3 * up) * kick;
    }
}
