//! The observer's own horizon: what hills, houses and trees leave of the sky.

use core::fmt;
use core::str::FromStr;

use skyhelm_units::{Altitude, Angle, Azimuth, Horizontal, OutOfRange};

/// The most points a line has: two to each degree.
const MOST_POINTS: usize = 720;
/// A line that dips further than a mountain top's horizon ever does is a mistake.
const LOWEST: f64 = -10.0;
/// A line this high leaves nothing to look at.
const HIGHEST: f64 = 89.0;

/// How high the ground reaches in each direction, linear between given points.
///
/// The text form has one point to a line, azimuth and altitude in degrees apart by blanks, as
/// planetarium programs exchange horizons; what follows a `#` is a remark.
///
/// # Example
/// ```
/// use skyhelm_sky::HorizonLine;
/// use skyhelm_units::{Angle, Horizontal};
///
/// let house: HorizonLine = "# the house\n80 5\n100 30\n170 30\n180 5".parse()?;
/// assert!(house.hides(&Horizontal::from_degrees(120.0, 25.0)?));
/// assert!(!house.hides(&Horizontal::from_degrees(300.0, 25.0)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonLine {
    /// By azimuth, none twice; empty for a line at `level`.
    points: Vec<Horizontal>,
    level: Angle,
}

/// Why points make no horizon.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HorizonError {
    /// Too many points.
    #[error("a horizon line has at most {MOST_POINTS} points, not {0}")]
    TooManyPoints(usize),
    /// An altitude no horizon has.
    #[error("a horizon lies between {LOWEST} and {HIGHEST} degrees, not at {0:.1}")]
    Altitude(f64),
    /// Two altitudes in one direction.
    #[error("the horizon line has two points at azimuth {0:.2}")]
    Twice(f64),
    /// A line of text that is no point.
    #[error("line {0} is no point: write azimuth and altitude in degrees, such as `135 12.5`")]
    Line(usize),
    /// A direction that is none.
    #[error(transparent)]
    Direction(#[from] OutOfRange),
}

impl HorizonLine {
    /// A level horizon, as at sea.
    pub const FLAT: Self = Self {
        points: Vec::new(),
        level: Angle::ZERO,
    };

    /// Through some points in any order; none is a level horizon, one a horizon of that height all
    /// around.
    ///
    /// # Errors
    /// [`HorizonError`] for too many points, an absurd altitude or two points in one direction.
    pub fn new(points: impl IntoIterator<Item = Horizontal>) -> Result<Self, HorizonError> {
        let mut points: Vec<Horizontal> = points.into_iter().take(MOST_POINTS + 1).collect();
        if points.len() > MOST_POINTS {
            return Err(HorizonError::TooManyPoints(points.len()));
        }
        let wrong = points.iter().map(|point| point.altitude.angle().degrees());
        if let Some(altitude) = wrong.into_iter().find(|a| !(LOWEST..=HIGHEST).contains(a)) {
            return Err(HorizonError::Altitude(altitude));
        }
        points.sort_by(|a, b| azimuth(a).total_cmp(&azimuth(b)));
        let twice = points
            .windows(2)
            .find(|pair| azimuth(&pair[1]) - azimuth(&pair[0]) < 1e-6);
        if let Some([first, ..]) = twice {
            return Err(HorizonError::Twice(azimuth(first)));
        }
        Ok(Self {
            points,
            level: Angle::ZERO,
        })
    }

    /// The same height all around.
    ///
    /// # Errors
    /// [`HorizonError::Altitude`] when no horizon is that high or low.
    pub fn level(altitude: Angle) -> Result<Self, HorizonError> {
        let degrees = altitude.degrees();
        if !(LOWEST..=HIGHEST).contains(&degrees) {
            return Err(HorizonError::Altitude(degrees));
        }
        Ok(Self {
            points: Vec::new(),
            level: altitude,
        })
    }

    /// The points it goes through, by azimuth; none when it is level.
    pub fn points(&self) -> &[Horizontal] {
        &self.points
    }

    /// How high the ground reaches in a direction.
    pub fn altitude(&self, toward: Azimuth) -> Angle {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else {
            return self.level;
        };
        let wanted = toward.angle().degrees();
        let next = self
            .points
            .partition_point(|point| azimuth(point) <= wanted);
        // Past the ends the line runs on through north.
        let (before, start) = match next.checked_sub(1).and_then(|i| self.points.get(i)) {
            Some(point) => (point, azimuth(point)),
            None => (last, azimuth(last) - 360.0),
        };
        let (after, end) = match self.points.get(next) {
            Some(point) => (point, azimuth(point)),
            None => (first, azimuth(first) + 360.0),
        };
        let part = (wanted - start) / (end - start);
        let (low, high) = (before.altitude.angle(), after.altitude.angle());
        low + (high - low) * part
    }

    /// How far a direction stands above the ground; negative behind it.
    pub fn clearance(&self, seen: &Horizontal) -> Angle {
        seen.altitude.angle() - self.altitude(seen.azimuth)
    }

    /// Whether the ground hides a direction.
    pub fn hides(&self, seen: &Horizontal) -> bool {
        self.clearance(seen) < Angle::ZERO
    }
}

fn azimuth(point: &Horizontal) -> f64 {
    point.azimuth.angle().degrees()
}

impl Default for HorizonLine {
    fn default() -> Self {
        Self::FLAT
    }
}

impl FromStr for HorizonLine {
    type Err = HorizonError;

    fn from_str(text: &str) -> Result<Self, HorizonError> {
        let mut points = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let content = line.split('#').next().unwrap_or_default().trim();
            if content.is_empty() {
                continue;
            }
            if points.len() > MOST_POINTS {
                return Err(HorizonError::TooManyPoints(points.len()));
            }
            points.push(point(content).ok_or(HorizonError::Line(number + 1))?);
        }
        Self::new(points)
    }
}

fn point(text: &str) -> Option<Horizontal> {
    let numbers: Vec<f64> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().ok())
        .collect::<Option<_>>()?;
    let &[azimuth, altitude] = numbers.as_slice() else {
        return None;
    };
    let azimuth = Azimuth::new(Angle::from_degrees(azimuth)).ok()?;
    let altitude = Altitude::new(Angle::from_degrees(altitude)).ok()?;
    Some(Horizontal::new(azimuth, altitude))
}

impl fmt::Display for HorizonLine {
    /// The text form; a level line other than sea level is one point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.points.is_empty() && self.level != Angle::ZERO {
            writeln!(f, "0 {:.4}", self.level.degrees())?;
        }
        for point in &self.points {
            let altitude = point.altitude.angle().degrees();
            writeln!(f, "{:.4} {altitude:.4}", azimuth(point))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(points: &[(f64, f64)]) -> HorizonLine {
        let points = points
            .iter()
            .map(|&(az, alt)| Horizontal::from_degrees(az, alt).unwrap());
        HorizonLine::new(points).unwrap()
    }

    fn height(line: &HorizonLine, degrees: f64) -> f64 {
        line.altitude(Azimuth::new(Angle::from_degrees(degrees)).unwrap())
            .degrees()
    }

    #[test]
    fn the_line_is_straight_between_points_and_runs_on_through_north() {
        let line = line(&[(350.0, 20.0), (10.0, 0.0), (90.0, 40.0)]);
        for (azimuth, expected) in [
            (10.0, 0.0),
            (50.0, 20.0),
            (90.0, 40.0),
            (220.0, 30.0),
            (350.0, 20.0),
            (0.0, 10.0),
            (355.0, 15.0),
            (5.0, 5.0),
        ] {
            assert!(
                (height(&line, azimuth) - expected).abs() < 1e-9,
                "{azimuth}"
            );
        }
    }

    #[test]
    fn no_point_is_the_sea_and_one_a_plateau() {
        assert!(height(&HorizonLine::default(), 77.0).abs() < 1e-12);
        assert!((height(&line(&[(123.0, 9.0)]), 300.0) - 9.0).abs() < 1e-9);
        let wall = HorizonLine::level(Angle::from_degrees(15.0)).unwrap();
        assert!(wall.hides(&Horizontal::from_degrees(5.0, 14.9).unwrap()));
        let over = wall.clearance(&Horizontal::from_degrees(5.0, 20.0).unwrap());
        assert!((over.degrees() - 5.0).abs() < 1e-9);
    }

    #[test]
    fn absurd_lines_are_refused_with_a_reason() {
        let at = |az, alt| Horizontal::from_degrees(az, alt).unwrap();
        assert!(matches!(
            HorizonLine::new([at(0.0, 89.5)]),
            Err(HorizonError::Altitude(_))
        ));
        assert!(matches!(
            HorizonLine::new([at(40.0, 1.0), at(400.0, 2.0)]),
            Err(HorizonError::Twice(_))
        ));
        let many = (0..2000).map(|i| at(f64::from(i) * 0.1, 1.0));
        assert!(matches!(
            HorizonLine::new(many),
            Err(HorizonError::TooManyPoints(_))
        ));
        for (text, number) in [("10 5\nten 5", 2), ("1 2 3", 1), ("90", 1), ("NaN 3", 1)] {
            assert_eq!(
                text.parse::<HorizonLine>(),
                Err(HorizonError::Line(number)),
                "{text}"
            );
        }
        assert!(HorizonLine::level(Angle::from_degrees(f64::NAN)).is_err());
    }

    proptest! {
        #[test]
        fn text_and_line_are_the_same(
            points in proptest::collection::btree_map(0_u32..3600, -100_i32..890, 0..40),
        ) {
            let points = points
                .iter()
                .map(|(&az, &alt)| (f64::from(az) / 10.0, f64::from(alt) / 10.0));
            let line = line(&points.collect::<Vec<_>>());
            let back: HorizonLine = line.to_string().parse().unwrap();
            for azimuth in 0..36 {
                let azimuth = f64::from(azimuth) * 10.0;
                prop_assert!((height(&line, azimuth) - height(&back, azimuth)).abs() < 1e-3);
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,200}") {
            let _ = text.parse::<HorizonLine>();
        }
    }
}
