use skyhelm_units::{Angle, Equatorial, Horizontal, J2000};

use super::candidates::Candidate;
use super::{Suggestion, TonightWishes};
use crate::events::Target;
use crate::{BodyPlace, SkyFrame};

/// One dark moment.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) frame: SkyFrame,
    pub(super) moon: BodyPlace,
}

impl Sample {
    pub(super) fn moon_is_up(&self) -> bool {
        self.moon.horizontal.altitude.angle() > Angle::ZERO
    }

    /// How much the Moon brightens the sky at a place, 0 to 1.
    fn moonlight(&self, place: Equatorial<J2000>) -> f64 {
        let height = self.moon.horizontal.altitude.angle();
        if height <= Angle::ZERO {
            return 0.0;
        }
        // The half Moon gives a tenth of the full one's light, the eye a good third of its harm.
        let light = self.moon.illuminated.powf(1.5) * (height.sin() * 3.0).min(1.0);
        let near = (-self.moon.position.separation(&place).degrees() / 25.0).exp();
        light * (0.45 + 0.55 * near)
    }
}

/// A candidate at one moment at which it can be seen.
struct Seen<'a> {
    sample: &'a Sample,
    place: Equatorial<J2000>,
    horizontal: Horizontal,
}

/// So many hours serve as well as any more: a night's stack is rarely longer.
const ENOUGH_HOURS: f64 = 2.5;

/// `None` when it is never high enough in the dark, or not to be seen at all.
pub(super) fn judged(
    candidate: &Candidate,
    samples: &[Sample],
    wishes: &TonightWishes,
) -> Option<Suggestion> {
    let target = Target::from(&candidate.found);
    let seen: Vec<Seen<'_>> = samples
        .iter()
        .filter_map(|sample| seen(&target, sample, wishes))
        .collect();
    let (first, last) = (seen.first()?, seen.last()?);
    let highest = seen.iter().max_by(|a, b| {
        let altitude = |s: &Seen<'_>| s.horizontal.altitude.angle().radians();
        altitude(a).total_cmp(&altitude(b))
    })?;
    let count = seen.len() as f64;
    let hours = count * super::STEP_S / 3600.0;
    let mean = |of: &dyn Fn(&Seen<'_>) -> f64| seen.iter().map(of).sum::<f64>() / count;
    // Twice the air costs a third of the light and more of the sharpness.
    let height = mean(&|s| s.horizontal.altitude.angle().sin()).powf(0.7);
    let moonlight = mean(&|s| s.sample.moonlight(s.place));
    let is_moon = candidate.found == crate::Found::Body(crate::Body::Moon);
    let moon_harm = if is_moon {
        0.0
    } else {
        (candidate.delicacy * moonlight).min(1.0)
    };
    let fills = candidate.size.map(|size| size / wishes.field.1);
    let time = (hours / ENOUGH_HOURS).min(1.0).sqrt();
    let fit = fills.map_or(1.0, |fills| fit(fills, wishes));
    Some(Suggestion {
        found: candidate.found,
        position: highest.place,
        best: highest.sample.frame.utc(),
        best_place: highest.horizontal,
        from: first.sample.frame.utc(),
        until: last.sample.frame.utc(),
        hours,
        moon_distance: highest.sample.moon.position.separation(&highest.place),
        moon_harm,
        fills,
        score: candidate.reward * height * time * fit * (1.0 - 0.85 * moon_harm),
    })
}

fn seen<'a>(target: &Target, sample: &'a Sample, wishes: &TonightWishes) -> Option<Seen<'a>> {
    let place = target.position(&sample.frame);
    let horizontal = sample.frame.horizontal(place);
    let free = horizontal.altitude.angle() >= wishes.lowest && !wishes.horizon.hides(&horizontal);
    free.then_some(Seen {
        sample,
        place,
        horizontal,
    })
}

/// How well something fits the field: best between an eighth of its shorter side and all of it.
fn fit(fills: f64, wishes: &TonightWishes) -> f64 {
    // What is as long as the longer side still fits in one frame, turned.
    let longest = wishes.field.0 / wishes.field.1;
    if fills > longest {
        (longest / fills).max(0.3)
    } else if fills < 0.125 {
        (0.45 + 0.55 * fills / 0.125).min(1.0)
    } else {
        1.0
    }
}
