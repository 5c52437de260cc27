//! When things happen: rise, transit, set, twilight, the dark of the night.

mod night;
mod passage;

use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, UtcMillis};

use crate::{Body, Catalogue, DeepSkyObject, SkyFrame};

pub use night::{Twilight, darkest_minute, next_below, twilight, twilight_changes};
pub use passage::{Passage, passage};

/// Something whose way across the sky is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A star or a deep-sky object.
    Fixed(Equatorial<J2000>),
    /// Sun, Moon or planet.
    Body(Body),
}

impl Target {
    /// Where it appears.
    pub fn horizontal(&self, frame: &SkyFrame) -> Horizontal {
        match self {
            Self::Fixed(place) => frame.horizontal(*place),
            Self::Body(body) => frame.body(*body).horizontal,
        }
    }

    /// Its catalogue direction at the frame's moment.
    pub fn position(&self, frame: &SkyFrame) -> Equatorial<J2000> {
        match self {
            Self::Fixed(place) => *place,
            Self::Body(body) => frame.body(*body).position,
        }
    }

    /// The frame at another moment of the same day: a fixed target needs it only turned.
    fn frame_at(&self, frame: &SkyFrame, utc: UtcMillis) -> SkyFrame {
        match self {
            Self::Fixed(_) => frame.spun_to(utc),
            Self::Body(_) => frame.moved_to(utc),
        }
    }

    fn altitude(&self, frame: &SkyFrame) -> Angle {
        self.horizontal(frame).altitude.angle()
    }
}

impl From<Equatorial<J2000>> for Target {
    fn from(place: Equatorial<J2000>) -> Self {
        Self::Fixed(place)
    }
}

impl From<Body> for Target {
    fn from(body: Body) -> Self {
        Self::Body(body)
    }
}

/// One point of an altitude curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AltitudeSample {
    /// When.
    pub utc: UtcMillis,
    /// Where the target appears then.
    pub horizontal: Horizontal,
}

/// The most points a curve has.
const MOST_SAMPLES: usize = 2000;

/// Where a target appears at equal steps from the frame's moment on: `samples` points, the last at
/// the end of `hours`. At least two and at most 2,000 points; at most 48 hours.
pub fn altitude_curve(
    frame: &SkyFrame,
    target: &Target,
    hours: f64,
    samples: usize,
) -> Vec<AltitudeSample> {
    let samples = samples.clamp(2, MOST_SAMPLES);
    let seconds = hours.clamp(0.0, 48.0) * 3600.0;
    (0..samples)
        .map(|index| {
            let part = index as f64 / (samples - 1) as f64;
            let moved = target.frame_at(frame, frame.utc().plus_seconds(seconds * part));
            AltitudeSample {
                utc: moved.utc(),
                horizontal: target.horizontal(&moved),
            }
        })
        .collect()
}

/// The showpieces that stand above an altitude, the best first, each with where it appears. Those
/// within 15 degrees of a risen Moon come last.
pub fn showpieces_above(
    frame: &SkyFrame,
    altitude: Angle,
) -> Vec<(&'static DeepSkyObject, Horizontal)> {
    const BESIDE_THE_MOON: f64 = 15.0;
    let moon = frame.moon();
    let moon_is_up = moon.horizontal.altitude.angle() > Angle::ZERO;
    let mut pieces: Vec<_> = Catalogue::embedded()
        .showpieces()
        .map(|piece| (piece, frame.horizontal(piece.position)))
        .filter(|(_, seen)| seen.altitude.angle() >= altitude)
        .collect();
    pieces.sort_by_key(|(_, seen)| {
        moon_is_up && seen.separation(&moon.horizontal).degrees() < BESIDE_THE_MOON
    });
    pieces
}

/// The moments in a span at which a quantity passes through zero, with the direction of passing;
/// found by steps and then by halving to a tenth of a second.
fn crossings(
    from: UtcMillis,
    seconds: f64,
    step: f64,
    value: impl Fn(UtcMillis) -> f64,
) -> Vec<(UtcMillis, bool)> {
    let steps = (seconds / step).ceil() as usize;
    let mut found = Vec::new();
    let mut before = (from, value(from));
    for index in 1..=steps {
        let at = from.plus_seconds((index as f64 * step).min(seconds));
        let after = (at, value(at));
        if (before.1 < 0.0) != (after.1 < 0.0) {
            found.push((halved(before.0, after.0, &value), after.1 >= 0.0));
        }
        before = after;
    }
    found
}

fn halved(mut low: UtcMillis, mut high: UtcMillis, value: &impl Fn(UtcMillis) -> f64) -> UtcMillis {
    let rising = value(high) >= 0.0;
    while high - low > 0.1 {
        let middle = low.plus_seconds((high - low) / 2.0);
        if (value(middle) >= 0.0) == rising {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests;
