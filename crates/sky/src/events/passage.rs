use skyhelm_units::{Angle, UtcMillis};

use super::{Target, crossings};
use crate::{Body, SkyFrame};

const DAY: f64 = 86_400.0;
/// Short enough that a low arc over the horizon is rarely missed, and never one of over 20 minutes.
const STEP: f64 = 600.0;

/// The next rise, transit and set of a target within a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    /// The next time it comes over the altitude asked for.
    pub rise: Option<UtcMillis>,
    /// The next time it passes the meridian at its highest.
    pub transit: Option<UtcMillis>,
    /// The altitude at that transit.
    pub transit_altitude: Option<Angle>,
    /// The next time it goes below the altitude asked for.
    pub set: Option<UtcMillis>,
    /// Whether it stands above that altitude now.
    pub up_now: bool,
}

impl Passage {
    /// Whether it stays above all day.
    pub fn is_always_up(&self) -> bool {
        self.up_now && self.rise.is_none() && self.set.is_none()
    }

    /// Whether it stays below all day.
    pub fn never_rises(&self) -> bool {
        !self.up_now && self.rise.is_none() && self.set.is_none()
    }
}

/// The next day's rise, transit and set of a target, for an apparent altitude of its middle
/// (`Angle::ZERO` for the horizon). Of the Sun and the Moon the upper limb counts.
///
/// A sidereal day is shorter than a day: a star may rise twice in it, and the first is given. The
/// Moon, being slower, may not rise or set at all.
pub fn passage(frame: &SkyFrame, target: &Target, altitude: Angle) -> Passage {
    let limb = |frame: &SkyFrame| match target {
        Target::Body(body @ (Body::Sun | Body::Moon)) => frame.body(*body).angular_radius,
        _ => Angle::ZERO,
    };
    let height = |utc: UtcMillis| {
        let moved = target.frame_at(frame, utc);
        (target.altitude(&moved) + limb(&moved) - altitude).radians()
    };
    let horizon = crossings(frame.utc(), DAY, STEP, height);
    // West is positive and grows: it passes zero upwards at the upper transit only. A day and a
    // quarter holds one even of the Moon.
    let west = |utc: UtcMillis| {
        let moved = target.frame_at(frame, utc);
        moved.hour_angle(target.position(&moved)).sin()
    };
    let meridian = crossings(frame.utc(), 1.05 * DAY, 3.0 * STEP, west);
    let transit = first(&meridian, true);
    Passage {
        rise: first(&horizon, true),
        set: first(&horizon, false),
        transit,
        transit_altitude: transit.map(|utc| target.altitude(&target.frame_at(frame, utc))),
        up_now: height(frame.utc()) >= 0.0,
    }
}

fn first(crossings: &[(UtcMillis, bool)], upwards: bool) -> Option<UtcMillis> {
    let found = crossings.iter().find(|(_, up)| *up == upwards);
    found.map(|(utc, _)| *utc)
}
