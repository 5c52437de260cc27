use core::fmt;

use erfars::ephemerides::{Moon98, Plan94};
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

    /// The planet's number in the heliocentric series.
    const fn planet_number(self) -> Option<i32> {
        match self {
            Self::Sun | Self::Moon => None,
            Self::Mercury => Some(1),
            Self::Venus => Some(2),
            Self::Mars => Some(4),
            Self::Jupiter => Some(5),
            Self::Saturn => Some(6),
            Self::Uranus => Some(7),
            Self::Neptune => Some(8),
        }
    }

    /// Brightness at one astronomical unit from Sun and Earth, fully lit, and how it falls with the
    /// phase angle in degrees (first to fourth power); after the Astronomical Almanac's older
    /// expressions, Saturn without its rings.
    const fn brightness(self) -> (f64, [f64; 4]) {
        match self {
            Self::Sun => (-26.74, [0.0; 4]),
            // The Moon's and Mercury's curves are steep; the others nearly flat.
            Self::Moon => (0.21, [0.026, 0.0, 0.0, 4.0e-9]),
            Self::Mercury => (-0.42, [0.0380, -0.000_273, 0.000_002, 0.0]),
            Self::Venus => (-4.40, [0.0009, 0.000_239, -0.000_000_65, 0.0]),
            Self::Mars => (-1.52, [0.016, 0.0, 0.0, 0.0]),
            Self::Jupiter => (-9.40, [0.005, 0.0, 0.0, 0.0]),
            Self::Saturn => (-8.88, [0.044, 0.0, 0.0, 0.0]),
            Self::Uranus => (-7.19, [0.0, 0.0, 0.0, 0.0]),
            Self::Neptune => (-6.87, [0.0, 0.0, 0.0, 0.0]),
        }
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

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

    /// Any body. The planets' series is good to an arc-minute or two (Saturn is worst).
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
            magnitude: magnitude(body, distance, length(&from_sun), phase),
        }
    }

    /// From the observer now to the body when the light left it, in astronomical units.
    fn sightline(&self, body: Body) -> UnitVector {
        let mut seen = self.geometric(body, 0.0);
        // Two rounds leave a metre for the Moon and nothing visible for Neptune.
        for _ in 0..2 {
            seen = self.geometric(body, length(&seen) * LIGHT_DAYS_PER_AU);
        }
        seen
    }

    fn geometric(&self, body: Body, days_ago: f64) -> UnitVector {
        let earth = &self.earth;
        let (tt, day) = self.scales.tt;
        let barycentric = if let Some(number) = body.planet_number() {
            let heliocentric = Plan94(tt, day - days_ago, number).map_or([0.0; 6], |(pv, _)| pv);
            let sun = difference(&earth.barycentric, &earth.heliocentric);
            sum(&sun, &[heliocentric[0], heliocentric[1], heliocentric[2]])
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

fn magnitude(body: Body, distance: f64, from_sun: f64, phase: f64) -> f64 {
    let (at_one_au, [linear, square, cube, fourth]) = body.brightness();
    let degrees = phase.to_degrees();
    let falloff = degrees * (linear + degrees * (square + degrees * (cube + degrees * fourth)));
    let spread = match body {
        Body::Sun => 5.0 * distance.log10(),
        _ => 5.0 * (distance * from_sun).log10(),
    };
    at_one_au + spread + falloff
}

#[cfg(test)]
mod tests;
