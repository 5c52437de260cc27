mod axis;
mod jovian;
mod look;
mod planet;

use core::fmt;

use erfars::ephemerides::Moon98;
use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, OfDate, UnitVector};

use crate::SkyFrame;
use crate::vector::{cross, difference, dot, length, normalized, scaled, sum};

const KM_PER_AU: f64 = 149_597_870.7;
const LIGHT_DAYS_PER_AU: f64 = 499.004_783_84 / 86_400.0;

/// A body of the solar system that is shown and can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum Body {
    Sun,
    Moon,
    Mercury,
    Venus,
    Mars,
    Jupiter,
    Saturn,
    Uranus,
    Neptune,
}

impl Body {
    /// All of them, Sun and Moon first.
    pub const ALL: [Self; 9] = [
        Self::Sun,
        Self::Moon,
        Self::Mercury,
        Self::Venus,
        Self::Mars,
        Self::Jupiter,
        Self::Saturn,
        Self::Uranus,
        Self::Neptune,
    ];

    /// Its English name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sun => "Sun",
            Self::Moon => "Moon",
            Self::Mercury => "Mercury",
            Self::Venus => "Venus",
            Self::Mars => "Mars",
            Self::Jupiter => "Jupiter",
            Self::Saturn => "Saturn",
            Self::Uranus => "Uranus",
            Self::Neptune => "Neptune",
        }
    }

    /// Equatorial radius (IAU 2015; the Moon's mean radius).
    pub const fn radius_km(self) -> f64 {
        match self {
            Self::Sun => 695_700.0,
            Self::Moon => 1_737.4,
            Self::Mercury => 2_440.5,
            Self::Venus => 6_051.8,
            Self::Mars => 3_396.2,
            Self::Jupiter => 71_492.0,
            Self::Saturn => 60_268.0,
            Self::Uranus => 25_559.0,
            Self::Neptune => 24_764.0,
        }
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

pub use axis::PlanetAxis;
pub use jovian::JovianMoon;

/// Where a body is and how it looks, from the frame's site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyPlace {
    /// Which.
    pub body: Body,
    /// The topocentric direction in the catalogue frame: between the stars of a chart, and what
    /// [`SkyFrame::horizontal`] takes.
    pub position: Equatorial<J2000>,
    /// The topocentric apparent place of the date.
    pub apparent: Equatorial<OfDate>,
    /// Where it appears.
    pub horizontal: Horizontal,
    /// From the observer.
    pub distance_km: f64,
    /// Half its apparent diameter.
    pub angular_radius: Angle,
    /// The lit part of its disc, 0 to 1 (1 for the Sun).
    pub illuminated: f64,
    /// The position angle of the middle of its bright limb, from north through east.
    pub bright_limb: Angle,
    /// Its brightness (visual).
    pub magnitude: f64,
}

impl SkyFrame {
    /// The Sun, within a second of arc.
    pub fn sun(&self) -> BodyPlace {
        self.body(Body::Sun)
    }

    /// The Moon, within some 20 seconds of arc.
    pub fn moon(&self) -> BodyPlace {
        self.body(Body::Moon)
    }

    /// Any body; the planets (VSOP87) within an arc-second or two.
    ///
    /// # Cost
    /// Some tens of microseconds for a planet.
    pub fn body(&self, body: Body) -> BodyPlace {
        let seen = self.sightline(body);
        let from_sun = sum(&seen, &self.sun_to_observer());
        let direction = normalized(&seen);
        let position = Equatorial::from_vector(direction);
        let distance = length(&seen);
        let radius = body.radius_km() / (distance * KM_PER_AU);
        let phase = match body {
            Body::Sun => 0.0,
            _ => (dot(&seen, &from_sun) / (distance * length(&from_sun)))
                .clamp(-1.0, 1.0)
                .acos(),
        };
        BodyPlace {
            body,
            position,
            apparent: self.apparent(position),
            horizontal: self.horizontal(position),
            distance_km: distance * KM_PER_AU,
            angular_radius: Angle::from_radians(radius.min(1.0).asin()),
            illuminated: f64::midpoint(1.0, phase.cos()),
            bright_limb: position_angle(&direction, &scaled(&self.sun_to_observer(), -1.0)),
            magnitude: look::magnitude(body, distance, length(&from_sun), phase)
                + look::rings(body, &direction),
        }
    }

    /// From the observer now to the body when the light left it, in astronomical units.
    fn sightline(&self, body: Body) -> UnitVector {
        let at_once = self.geometric(body, 0.0);
        // How far a body goes while its light comes changes that by less than a ten-thousandth: one
        // round leaves a hundredth of an arc-second.
        self.geometric(body, length(&at_once) * LIGHT_DAYS_PER_AU)
    }

    fn geometric(&self, body: Body, days_ago: f64) -> UnitVector {
        let earth = &self.earth;
        let (tt, day) = self.scales.tt;
        let barycentric = if let Some(heliocentric) = planet::place(body, tt + day - days_ago) {
            let sun = difference(&earth.barycentric, &earth.heliocentric);
            sum(&sun, &heliocentric)
        } else if body == Body::Moon {
            let moon = Moon98(tt, day - days_ago);
            let earth_then = difference(
                &earth.barycentric,
                &scaled(&earth.velocity_per_day, days_ago),
            );
            sum(&earth_then, &[moon[0], moon[1], moon[2]])
        } else {
            // The Sun itself moves 8 km in the 8 minutes: a hundredth of an arc-second.
            difference(&earth.barycentric, &earth.heliocentric)
        };
        difference(&barycentric, &earth.observer)
    }

    fn sun_to_observer(&self) -> UnitVector {
        let sun = difference(&self.earth.barycentric, &self.earth.heliocentric);
        difference(&self.earth.observer, &sun)
    }
}

/// The position angle, at one direction, of another.
fn position_angle(at: &UnitVector, of: &UnitVector) -> Angle {
    let east = cross(&[0.0, 0.0, 1.0], at);
    let north = cross(at, &east);
    Angle::from_radians(dot(of, &east).atan2(dot(of, &north))).normalized()
}

#[cfg(test)]
mod tests;
