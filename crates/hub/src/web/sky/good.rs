//! The list of what is good tonight.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_device::Lens;
use skyhelm_sky::SkyFrame;
use skyhelm_sky::tonight::{DarkHours, Suggestion, TonightWishes, tonight as judged};
use skyhelm_units::Angle;

use super::super::problem::Answer;
use super::Target;
use crate::hub::Hub;

const LISTED: usize = 30;
const MOST_LISTED: usize = 100;

#[derive(Deserialize, JsonSchema)]
pub(super) struct TonightAsked {
    limit: Option<usize>,
    /// Whose tele field is to be filled.
    device: Option<String>,
}

/// The dark hours and what is good in them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Tonight")]
pub(super) struct TonightView {
    /// Null where it does not get dark.
    dark: Option<Dark>,
    suggestions: Vec<Good>,
}

#[derive(Serialize, JsonSchema)]
struct Dark {
    from_utc_ms: i64,
    to_utc_ms: i64,
    /// The Sun stands lower than this all the while.
    sun_below_deg: f64,
    moon_illuminated: f64,
    /// The part of the hours with the Moon up.
    moon_up: f64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suggestion")]
struct Good {
    #[serde(flatten)]
    target: Target,
    /// 0 to 1.
    score: f64,
    from_utc_ms: i64,
    to_utc_ms: i64,
    hours: f64,
    best_utc_ms: i64,
    best_altitude_deg: f64,
    moon_distance_deg: f64,
    /// How much the Moon takes from it, 0 to 1.
    moon_harm: f64,
    /// Its size against the field: 1 fills it.
    field_part: Option<f64>,
    /// One sentence.
    reason: String,
}

/// What the list is to be made for.
pub(super) fn wishes(hub: &Hub, asked: &TonightAsked) -> Answer<TonightWishes> {
    let usual = TonightWishes::default();
    let field = match &asked.device {
        Some(id) => {
            let state = hub.registry.member(id)?.state();
            let tele = state.cameras.get(&Lens::Tele);
            tele.and_then(|camera| camera.field_deg)
        }
        None => None,
    };
    let field = field.map(|[width, height]| {
        let (long, short) = (width.max(height), width.min(height));
        (Angle::from_degrees(long), Angle::from_degrees(short))
    });
    Ok(TonightWishes {
        field: field.unwrap_or(usual.field),
        horizon: hub.settings.now().line.clone(),
        most: asked.limit.unwrap_or(LISTED).clamp(1, MOST_LISTED),
        lowest: usual.lowest,
    })
}

pub(super) fn tonight(frame: &SkyFrame, wishes: &TonightWishes) -> TonightView {
    let list = judged(frame, wishes);
    let good = |one: &Suggestion| good(frame, one);
    TonightView {
        dark: list.dark.as_ref().map(Dark::new),
        suggestions: list.suggestions.iter().map(good).collect(),
    }
}

impl Dark {
    fn new(dark: &DarkHours) -> Self {
        Self {
            from_utc_ms: dark.from.millis(),
            to_utc_ms: dark.until.millis(),
            sun_below_deg: dark.sun_below.degrees(),
            moon_illuminated: dark.moon_illuminated,
            moon_up: dark.moon_up,
        }
    }
}

fn good(frame: &SkyFrame, one: &Suggestion) -> Good {
    Good {
        target: Target::of(frame, &one.found),
        score: one.score,
        from_utc_ms: one.from.millis(),
        to_utc_ms: one.until.millis(),
        hours: one.hours,
        best_utc_ms: one.best.millis(),
        best_altitude_deg: one.best_place.altitude.angle().degrees(),
        moon_distance_deg: one.moon_distance.degrees(),
        moon_harm: one.moon_harm,
        field_part: one.fills,
        reason: reason(one),
    }
}

/// Why it is on the list, for people.
fn reason(one: &Suggestion) -> String {
    let height = one.best_place.altitude.angle().degrees();
    let mut words = format!(
        "{:.1} hours high enough, {height:.0} degrees at best",
        one.hours
    );
    match one.fills {
        Some(part) if part > 1.0 => words.push_str(", larger than the field"),
        Some(part) if part > 0.3 => words.push_str(", fills the field well"),
        Some(part) if part < 0.05 => words.push_str(", small in the field"),
        _ => {}
    }
    if one.moon_harm > 0.3 {
        let distance = one.moon_distance.degrees();
        // Writing to a string cannot fail.
        let _ = write!(words, ", the Moon {distance:.0} degrees off");
    }
    words.push('.');
    words
}
