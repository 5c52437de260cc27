//! A target's way through the night.

use schemars::JsonSchema;
use serde::Serialize;
use skyhelm_sky::events::{AltitudeSample, Target, altitude_curve, darkest_minute, passage};
use skyhelm_sky::{Body, SkyFrame};
use skyhelm_units::{Angle, Equatorial, J2000, UtcMillis};

/// A day has so many steps of ten minutes.
const STEPS_A_DAY: usize = 144;
const STEP_S: f64 = 600.0;
const DAY_H: f64 = 24.0;
/// Shown before sunset and after sunrise.
const MARGIN_S: f64 = 1_800.0;
/// How long after the middle of a night it still counts as tonight.
const MORNING_H: f64 = 8.0;
/// The Sun's middle, refraction included, when its limb touches the horizon.
const SUNSET: Angle = Angle::from_degrees(-0.27);
/// Dark enough for photographs.
const DARK: Angle = Angle::from_degrees(-12.0);

/// When (UTC in milliseconds), and how high (degrees).
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AltitudeSample")]
pub(super) struct Sample(i64, f64);

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Curve {
    from_utc_ms: i64,
    to_utc_ms: i64,
    samples: Vec<Sample>,
    sun: Vec<Sample>,
    moon: Vec<Sample>,
    rise_utc_ms: Option<i64>,
    set_utc_ms: Option<i64>,
    transit_utc_ms: Option<i64>,
    best_utc_ms: Option<i64>,
}

/// The night that is now, or comes next, as a target passes it.
pub(super) fn curve(now: &SkyFrame, place: Equatorial<J2000>) -> Curve {
    let (from, to) = night(now);
    let frame = now.moved_to(from);
    let hours = (to - from) / 3600.0;
    let samples = ((to - from) / STEP_S).round() as usize + 1;
    let of = |target: Target| altitude_curve(&frame, &target, hours, samples);
    let target = of(Target::Fixed(place));
    let sun = of(Target::Body(Body::Sun));
    let way = passage(&frame, &Target::Fixed(place), Angle::ZERO);
    let millis = |utc: Option<UtcMillis>| utc.map(UtcMillis::millis);
    Curve {
        from_utc_ms: from.millis(),
        to_utc_ms: to.millis(),
        rise_utc_ms: millis(way.rise),
        set_utc_ms: millis(way.set),
        transit_utc_ms: millis(way.transit),
        best_utc_ms: millis(best(&target, &sun)),
        samples: plain(&target),
        sun: plain(&sun),
        moon: plain(&of(Target::Body(Body::Moon))),
    }
}

fn altitude(sample: &AltitudeSample) -> Angle {
    sample.horizontal.altitude.angle()
}

fn plain(samples: &[AltitudeSample]) -> Vec<Sample> {
    let rounded = |angle: Angle| (angle.degrees() * 100.0).round() / 100.0;
    samples
        .iter()
        .map(|sample| Sample(sample.utc.millis(), rounded(altitude(sample))))
        .collect()
}

/// From half an hour before sunset to half an hour after sunrise; a whole day where the Sun does
/// neither.
fn night(now: &SkyFrame) -> (UtcMillis, UtcMillis) {
    let evening = now.moved_to(now.utc().plus_seconds(-MORNING_H * 3600.0));
    let (middle, _) = darkest_minute(&evening);
    let noon = now.moved_to(middle.plus_seconds(-DAY_H / 2.0 * 3600.0));
    let sun = altitude_curve(&noon, &Target::Body(Body::Sun), DAY_H, STEPS_A_DAY + 1);
    let is_up = |sample: &&AltitudeSample| altitude(sample) > SUNSET;
    let before = sun.iter().rfind(|s| s.utc < middle && is_up(s));
    let after = sun.iter().find(|s| s.utc > middle && is_up(s));
    match (before, after) {
        (Some(sunset), Some(sunrise)) => (
            sunset.utc.plus_seconds(-MARGIN_S),
            sunrise.utc.plus_seconds(MARGIN_S),
        ),
        _ => (noon.utc(), noon.utc().plus_seconds(DAY_H * 3600.0)),
    }
}

/// When the target stands highest while it is dark; at the darkest moment where it never is.
fn best(target: &[AltitudeSample], sun: &[AltitudeSample]) -> Option<UtcMillis> {
    let pairs = || target.iter().zip(sun);
    let height = |sample: &AltitudeSample| altitude(sample).radians();
    let dark = pairs()
        .filter(|(target, sun)| altitude(sun) < DARK && altitude(target) > Angle::ZERO)
        .max_by(|a, b| height(a.0).total_cmp(&height(b.0)));
    let darkest = || {
        pairs()
            .filter(|(target, _)| altitude(target) > Angle::ZERO)
            .min_by(|a, b| height(a.1).total_cmp(&height(b.1)))
    };
    dark.or_else(darkest).map(|(target, _)| target.utc)
}
