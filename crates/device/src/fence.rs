//! Where an aircraft may be: a polygon, a ceiling and a distance from home.
//!
//! The fence judges targets before they are sent, and the place where an aircraft would stand if it
//! braked now. It is the station's own, beside whatever the aircraft enforces.

mod clamp;
mod plane;

use skyhelm_units::{AboveTakeoff, GroundPoint};

use crate::error::{DeviceError, ErrorKind};

pub use clamp::{Aircraft, Braking, Clamped, stopping_point};
pub use plane::{distance_m, moved, offset_m};

/// More corners are refused.
pub const MOST_CORNERS: usize = 500;

/// Where an aircraft may be.
///
/// ```
/// use skyhelm_device::fence::Fence;
/// use skyhelm_units::{AboveTakeoff, GroundPoint};
///
/// let at = |north, east| GroundPoint::from_degrees(48.0 + north, 11.0 + east).unwrap();
/// let fence = Fence {
///     polygon: vec![at(0.0, 0.0), at(0.01, 0.0), at(0.01, 0.01), at(0.0, 0.01)],
///     ceiling: Some(AboveTakeoff::from_metres(100.0)),
///     distance_m: None,
/// };
/// let inside = fence.check(at(0.005, 0.005), AboveTakeoff::from_metres(50.0), None);
/// assert!(inside.is_ok());
/// assert!(fence.check(at(0.02, 0.005), AboveTakeoff::from_metres(50.0), None).is_err());
/// assert!(fence.check(at(0.005, 0.005), AboveTakeoff::from_metres(101.0), None).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fence {
    /// Corners in order, the last joined to the first; empty when any place is allowed.
    pub polygon: Vec<GroundPoint>,
    /// How high at most.
    pub ceiling: Option<AboveTakeoff>,
    /// How far from home at most, metres.
    pub distance_m: Option<f64>,
}

impl Fence {
    /// Whether its numbers make a fence at all.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`], in a sentence.
    pub fn validate(&self) -> Result<(), DeviceError> {
        let corners = matches!(self.polygon.len(), 0 | 3..=MOST_CORNERS);
        let sane = |metres: f64| metres.is_finite() && metres > 0.0;
        let ceiling = self.ceiling.is_none_or(|height| sane(height.metres));
        let distance = self.distance_m.is_none_or(sane);
        if corners && ceiling && distance {
            return Ok(());
        }
        Err(DeviceError::new(
            ErrorKind::Invalid,
            format!(
                "A fence has no corner or 3 to {MOST_CORNERS}, and its heights and distances are above zero."
            ),
        ))
    }

    /// Whether an aircraft may be at a place. Without a known home the distance cannot be judged, and
    /// a fence that limits it refuses.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfReach`], naming the side it lies beyond.
    pub fn check(
        &self,
        place: GroundPoint,
        height: AboveTakeoff,
        home: Option<GroundPoint>,
    ) -> Result<(), DeviceError> {
        if !self.polygon.is_empty() && !plane::contains(&self.polygon, place) {
            return Err(beyond("The place lies outside the fence."));
        }
        if let Some(ceiling) = self.ceiling
            && height > ceiling
        {
            return Err(beyond(format!(
                "{:.0} m above take-off is higher than the fence's {:.0} m.",
                height.metres, ceiling.metres
            )));
        }
        let Some(limit) = self.distance_m else {
            return Ok(());
        };
        let Some(home) = home else {
            return Err(beyond(
                "The fence limits the distance from home, and home is not known.",
            ));
        };
        let distance = distance_m(home, place);
        if distance > limit {
            return Err(beyond(format!(
                "The place is {distance:.0} m from home, and the fence ends at {limit:.0} m."
            )));
        }
        Ok(())
    }

    /// Whether the straight way between two places stays inside the polygon.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfReach`] when it crosses the fence.
    pub fn check_way(&self, from: GroundPoint, to: GroundPoint) -> Result<(), DeviceError> {
        if plane::crosses(&self.polygon, from, to) {
            return Err(beyond("The straight way there leaves the fence."));
        }
        Ok(())
    }
}

fn beyond(message: impl Into<String>) -> DeviceError {
    DeviceError::new(ErrorKind::OutOfReach, message)
        .remedy("Choose a place inside, or change the fence.")
}

#[cfg(test)]
mod tests;
