use skyhelm_units::{Angle, UtcMillis};

use super::crossings;
use crate::SkyFrame;

const DAY: f64 = 86_400.0;
const STEP: f64 = 900.0;
const MINUTE: f64 = 60.0;

/// How dark the sky is, by the true altitude of the Sun's middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Twilight {
    /// The Sun is up (above −0.833 degrees).
    Day,
    /// Down to −6 degrees: one can read outside.
    Civil,
    /// Down to −12 degrees: the brighter stars and the horizon are seen.
    Nautical,
    /// Down to −18 degrees: the sky still glows.
    Astronomical,
    /// Below: as dark as it gets.
    Night,
}

impl Twilight {
    const LIMITS: [(f64, Self); 4] = [
        (-0.833, Self::Day),
        (-6.0, Self::Civil),
        (-12.0, Self::Nautical),
        (-18.0, Self::Astronomical),
    ];

    /// By the Sun's true altitude.
    pub fn of_sun_altitude(altitude: Angle) -> Self {
        let limit = Self::LIMITS
            .iter()
            .find(|(degrees, _)| altitude.degrees() >= *degrees);
        limit.map_or(Self::Night, |(_, twilight)| *twilight)
    }
}

/// How dark the sky is.
pub fn twilight(frame: &SkyFrame) -> Twilight {
    Twilight::of_sun_altitude(sun_altitude(frame))
}

/// The next day's changes of twilight: when, and what begins then.
pub fn twilight_changes(frame: &SkyFrame) -> Vec<(UtcMillis, Twilight)> {
    let mut changes: Vec<(UtcMillis, Twilight)> = Twilight::LIMITS
        .iter()
        .zip(
            Twilight::LIMITS
                .iter()
                .skip(1)
                .map(|row| row.1)
                .chain([Twilight::Night]),
        )
        .flat_map(|((degrees, above), below)| {
            let limit = Angle::from_degrees(*degrees);
            crossings(frame.utc(), DAY, STEP, below_zero(frame, limit))
                .into_iter()
                .map(move |(utc, rising)| (utc, if rising { *above } else { below }))
        })
        .collect();
    changes.sort_by_key(|(utc, _)| *utc);
    changes
}

/// The next moment within a day at which the Sun's middle stands below an altitude: now, if it
/// does so already; `None` if it does not get there.
pub fn next_below(frame: &SkyFrame, altitude: Angle) -> Option<UtcMillis> {
    let height = below_zero(frame, altitude);
    if height(frame.utc()) < 0.0 {
        return Some(frame.utc());
    }
    crossings(frame.utc(), DAY, STEP, height)
        .into_iter()
        .find(|(_, rising)| !rising)
        .map(|(utc, _)| utc)
}

/// The minute within the next day at which the Sun stands lowest, and its true altitude then.
pub fn darkest_minute(frame: &SkyFrame) -> (UtcMillis, Angle) {
    let lowest = |from: UtcMillis, seconds: f64, step: f64| {
        let steps = (seconds / step) as usize;
        let moments = (0..=steps).map(|index| from.plus_seconds(index as f64 * step));
        let heights = moments.map(|utc| (utc, sun_altitude(&frame.moved_to(utc))));
        heights.min_by(|a, b| a.1.radians().total_cmp(&b.1.radians()))
    };
    let start = frame.utc();
    let coarse = lowest(start, DAY, STEP).map_or(start, |(utc, _)| utc);
    let from = coarse.plus_seconds(-STEP).max(start);
    lowest(from, 2.0 * STEP, MINUTE).unwrap_or((start, sun_altitude(frame)))
}

fn sun_altitude(frame: &SkyFrame) -> Angle {
    let sun = frame.sun();
    frame.geometric_horizontal(sun.position).altitude.angle()
}

fn below_zero(frame: &SkyFrame, limit: Angle) -> impl Fn(UtcMillis) -> f64 + '_ {
    move |utc| (sun_altitude(&frame.moved_to(utc)) - limit).radians()
}
