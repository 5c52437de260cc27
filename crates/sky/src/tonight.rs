//! What is good tonight: every object worth the night, by altitude, Moon and field.

mod candidates;
mod score;

use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, UtcMillis};

use crate::events::{Target, next_below};
use crate::{Found, HorizonLine, SkyFrame};
use score::Sample;

/// What the list is made for.
#[derive(Clone, Debug, PartialEq)]
pub struct TonightWishes {
    /// The longer and the shorter side of the telescope's field.
    pub field: (Angle, Angle),
    /// What hides the sky around the site.
    pub horizon: HorizonLine,
    /// Nothing lower than this is worth an exposure.
    pub lowest: Angle,
    /// The longest list wanted.
    pub most: usize,
}

impl Default for TonightWishes {
    /// The DWARF 3's tele field, a free horizon, from 25 degrees up, 30 objects.
    fn default() -> Self {
        Self {
            field: (Angle::from_degrees(2.9), Angle::from_degrees(1.65)),
            horizon: HorizonLine::FLAT,
            lowest: Angle::from_degrees(25.0),
            most: 30,
        }
    }
}

/// The dark hours: tonight's that are left, or the next ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DarkHours {
    /// When they begin: now, if it is dark already.
    pub from: UtcMillis,
    /// When they end.
    pub until: UtcMillis,
    /// The altitude below which the Sun stands all the while: -18, -12 or -6 degrees, the darkest
    /// that this night reaches.
    pub sun_below: Angle,
    /// The lit part of the Moon's disc in their middle, 0 to 1.
    pub moon_illuminated: f64,
    /// The part of them with the Moon above the horizon, 0 to 1.
    pub moon_up: f64,
}

/// One entry of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What.
    pub found: Found<'static>,
    /// Its catalogue direction (of the Moon and the planets: at `best`).
    pub position: Equatorial<J2000>,
    /// When it stands highest, clear of the horizon line, in the dark.
    pub best: UtcMillis,
    /// Where it appears then.
    pub best_place: Horizontal,
    /// The first dark moment at which it stands high enough.
    pub from: UtcMillis,
    /// The last one.
    pub until: UtcMillis,
    /// For how long it does, all together.
    pub hours: f64,
    /// How far the Moon is at the best moment.
    pub moon_distance: Angle,
    /// How much the Moon takes from it over its hours, 0 (nothing) to 1.
    pub moon_harm: f64,
    /// Its longer axis over the field's shorter side: 1 fills it, 2 needs a mosaic. Nothing when its
    /// size is not known.
    pub fills: Option<f64>,
    /// How good it is, 0 to 1: what the list is sorted by.
    pub score: f64,
}

/// The dark hours and what is good in them, the best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Tonight {
    /// The dark hours; `None` where the Sun stays above -6 degrees.
    pub dark: Option<DarkHours>,
    /// What is good.
    pub suggestions: Vec<Suggestion>,
}

/// Minutes between the moments looked at.
const STEP_S: f64 = 600.0;
const DAY_S: f64 = 86_400.0;

/// The dark hours after the frame's moment, at most a day off, and what is good in them.
///
/// # Cost
/// Some fifty milliseconds: a few hundred objects at up to a hundred moments.
///
/// # Example
/// ```
/// use skyhelm_sky::tonight::{TonightWishes, tonight};
/// use skyhelm_sky::{Atmosphere, SkyFrame};
/// use skyhelm_units::{Site, UtcMillis};
///
/// let site = Site::from_degrees(48.14, 11.58, 520.0);
/// let afternoon = UtcMillis::from_seconds(1_795_267_800);
/// let frame = SkyFrame::new(&site, afternoon, &Atmosphere::default());
/// let list = tonight(&frame, &TonightWishes::default());
/// let first = list.suggestions.first().map(|best| best.found.title());
/// // A bright Moon drowns Andromeda that night; the Pleiades do not mind.
/// assert_eq!(first.as_deref(), Some("M 45 Pleiades"));
/// ```
pub fn tonight(frame: &SkyFrame, wishes: &TonightWishes) -> Tonight {
    let Some((from, until, sun_below)) = dark_span(frame) else {
        return Tonight {
            dark: None,
            suggestions: Vec::new(),
        };
    };
    let samples = samples(frame, from, until);
    let up = samples.iter().filter(|sample| sample.moon_is_up()).count();
    let dark = DarkHours {
        from,
        until,
        sun_below,
        moon_illuminated: samples[samples.len() / 2].moon.illuminated,
        moon_up: up as f64 / samples.len() as f64,
    };
    let mut suggestions: Vec<Suggestion> = candidates::all()
        .filter_map(|candidate| score::judged(&candidate, &samples, wishes))
        .collect();
    suggestions.sort_by(|a, b| b.score.total_cmp(&a.score));
    let suggestions = one_to_a_frame(suggestions, wishes);
    Tonight {
        dark: Some(dark),
        suggestions,
    }
}

/// From when to when the Sun stands as low as this night lets it, with at least an hour of that.
fn dark_span(frame: &SkyFrame) -> Option<(UtcMillis, UtcMillis, Angle)> {
    let spans = [-18.0, -12.0, -6.0].into_iter().filter_map(|degrees| {
        let limit = Angle::from_degrees(degrees);
        let from = next_below(frame, limit)?;
        let begun = frame.moved_to(from);
        let sun_is_low = |utc: UtcMillis| {
            let moved = begun.moved_to(utc);
            let sun = moved.sun().position;
            moved.geometric_horizontal(sun).altitude.angle() < limit
        };
        let steps = (DAY_S / STEP_S) as i32;
        let moments = (1..=steps).map(|step| from.plus_seconds(f64::from(step) * STEP_S));
        let until = moments.take_while(|&utc| sun_is_low(utc)).last();
        Some((from, until.unwrap_or(from), limit))
    });
    let mut best = None;
    for span in spans {
        best = Some(span);
        // Half an hour of true night between long twilights is no night to plan by.
        if span.1 - span.0 >= 3600.0 {
            break;
        }
    }
    best
}

/// Leaves out what stands beside something better: both are in one picture anyway.
fn one_to_a_frame(sorted: Vec<Suggestion>, wishes: &TonightWishes) -> Vec<Suggestion> {
    let beside = wishes.field.1 * 0.3;
    let mut kept: Vec<Suggestion> = Vec::new();
    for one in sorted {
        if kept.len() >= wishes.most {
            break;
        }
        if kept
            .iter()
            .all(|k| k.position.separation(&one.position) > beside)
        {
            kept.push(one);
        }
    }
    kept
}

fn samples(frame: &SkyFrame, from: UtcMillis, until: UtcMillis) -> Vec<Sample> {
    let begun = frame.moved_to(from);
    let steps = ((until - from) / STEP_S) as i32;
    (0..=steps)
        .map(|step| {
            let frame = begun.moved_to(from.plus_seconds(f64::from(step) * STEP_S));
            let moon = frame.moon();
            Sample { frame, moon }
        })
        .collect()
}

/// Whether a target is worth looking at: how the list sees one object.
pub fn suggestion(
    frame: &SkyFrame,
    found: Found<'static>,
    wishes: &TonightWishes,
) -> Option<Suggestion> {
    let (from, until, _) = dark_span(frame)?;
    let candidate = candidates::of(found);
    score::judged(&candidate, &samples(frame, from, until), wishes)
}

impl From<&Found<'_>> for Target {
    fn from(found: &Found<'_>) -> Self {
        match found {
            Found::Body(body) => Self::Body(*body),
            Found::Star(_, star) => Self::Fixed(star.position),
            Found::Object(object) => Self::Fixed(object.position),
        }
    }
}

#[cfg(test)]
mod tests;
