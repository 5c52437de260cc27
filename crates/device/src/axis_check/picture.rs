use core::time::Duration;

use skyhelm_units::{Angle, GroundPoint, Mono};

use super::{
    Abort, LEAST_CLEARANCE_M, LEAST_HEIGHT_M, SPEED_M_S, STANDING_DEG_S, STANDING_M_S, TURN_DEG_S,
};
use crate::fence::offset_m;

/// Telemetry that is older shows nothing.
const SIGHTING_LIFE: Duration = Duration::from_millis(800);

/// An obstacle ring that is older shows nothing. It comes a few times a second.
const RING_LIFE: Duration = Duration::from_millis(1500);

/// Fewer rays are no ring: there would be room between them for a mast.
const FEWEST_RAYS: usize = 36;

/// Where an aircraft was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// When.
    pub at: Mono,
    /// Above which place.
    pub place: GroundPoint,
    /// How high, above whatever stays the same during the check; metres.
    pub height_m: f64,
    /// Where its nose points.
    pub heading: Angle,
    /// How fast it moves, in whatever direction, metres a second; when told.
    pub speed_m_s: Option<f64>,
}

impl Sighting {
    /// What became of it since another sighting, in parts of what one push should give: forward, right,
    /// up, clockwise.
    pub(super) fn answer_since(&self, from: &Self) -> [f64; 4] {
        let [east, north] = offset_m(from.place, self.place);
        let (sin, cos) = from.heading.sin_cos();
        let turned = (self.heading - from.heading).normalized_signed().degrees();
        // A push lasts a second by what is asked.
        [
            (east * sin + north * cos) / SPEED_M_S,
            (east * cos - north * sin) / SPEED_M_S,
            (self.height_m - from.height_m) / SPEED_M_S,
            turned / TURN_DEG_S,
        ]
    }

    pub(super) fn is_slow(&self) -> bool {
        self.speed_m_s.is_none_or(|speed| speed < STANDING_M_S)
    }

    /// Whether it has stood since another sighting some time ago.
    pub(super) fn stands_since(&self, from: &Self, passed: Duration) -> bool {
        // Two looks at one telegram show no motion; the allowance for the first moments is what
        // telemetry is rounded to.
        let seconds = passed.as_secs_f64();
        let [east, north] = offset_m(from.place, self.place);
        let up = self.height_m - from.height_m;
        let turned = (self.heading - from.heading).normalized_signed().degrees();
        let way = (east * east + north * north + up * up).sqrt();
        self.is_slow()
            && way <= STANDING_M_S * seconds.max(0.4)
            && turned.abs() <= STANDING_DEG_S * seconds.max(0.4)
    }
}

/// What stands around an aircraft.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// When it was told.
    pub at: Mono,
    /// Metres, clockwise from the nose and evenly spread: infinity where nothing is in sight, `None` where
    /// nothing was measured.
    pub around_m: Vec<Option<f64>>,
    /// Metres to what is above; infinity when nothing is, `None` when that is not measured.
    pub above_m: Option<f64>,
    /// Whether the sensing says of itself that it is on and works; `None` when it does not say.
    pub works: Option<bool>,
}

/// What is known of an aircraft and its surroundings now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Where it was seen last.
    pub seen: Option<Sighting>,
    /// How high above the place of take-off, metres.
    pub above_takeoff_m: Option<f64>,
    /// What stands around it.
    pub ring: Option<Ring>,
}

impl Picture {
    /// Whether a check may begin, or go on; and where the aircraft is.
    pub(super) fn check(&self, now: Mono) -> Result<Sighting, Abort> {
        let fresh = |seen: &Sighting| now.since(seen.at) < SIGHTING_LIFE;
        let seen = self.seen.filter(fresh).ok_or(Abort::Unseen)?;
        let height = self.above_takeoff_m.ok_or(Abort::HeightUnknown)?;
        // What is not a number is not high enough either.
        if height.is_nan() || height < LEAST_HEIGHT_M {
            return Err(Abort::TooLow(height));
        }
        let ring = self.ring.as_ref();
        let ring = ring.filter(|ring| now.since(ring.at) < RING_LIFE);
        ring.ok_or(Abort::RingUnknown)?.check()?;
        Ok(seen)
    }
}

impl Ring {
    fn check(&self) -> Result<(), Abort> {
        if self.works == Some(false) || self.around_m.len() < FEWEST_RAYS {
            return Err(Abort::RingUnknown);
        }
        let degrees = 360.0 / self.around_m.len() as f64;
        for (ray, metres) in self.around_m.iter().enumerate() {
            let bearing_deg = ray as f64 * degrees;
            match metres {
                None => return Err(Abort::Unmeasured(bearing_deg)),
                Some(metres) if *metres < LEAST_CLEARANCE_M => {
                    return Err(Abort::Near {
                        metres: *metres,
                        bearing_deg,
                    });
                }
                Some(_) => {}
            }
        }
        match self.above_m {
            Some(metres) if metres < LEAST_CLEARANCE_M => Err(Abort::NearAbove(metres)),
            _ => Ok(()),
        }
    }
}
