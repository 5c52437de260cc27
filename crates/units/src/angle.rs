use core::fmt;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};
use std::f64::consts::{PI, TAU};

/// A plane angle of any size and sign.
///
/// # Units
/// Kept in radians; every constructor and reader names its unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Angle(f64);

impl Angle {
    /// The angle of no turn.
    pub const ZERO: Self = Self(0.0);

    /// From radians.
    pub const fn from_radians(radians: f64) -> Self {
        Self(radians)
    }

    /// From degrees.
    pub const fn from_degrees(degrees: f64) -> Self {
        Self(degrees * (PI / 180.0))
    }

    /// From hours of right ascension or hour angle: 24 to the circle.
    pub const fn from_hours(hours: f64) -> Self {
        Self(hours * (PI / 12.0))
    }

    /// From minutes of arc.
    pub const fn from_arcminutes(arcminutes: f64) -> Self {
        Self::from_degrees(arcminutes / 60.0)
    }

    /// From seconds of arc.
    pub const fn from_arcseconds(arcseconds: f64) -> Self {
        Self::from_degrees(arcseconds / 3600.0)
    }

    /// In radians.
    pub const fn radians(self) -> f64 {
        self.0
    }

    /// In degrees.
    pub const fn degrees(self) -> f64 {
        self.0 * (180.0 / PI)
    }

    /// In hours, 24 to the circle.
    pub const fn hours(self) -> f64 {
        self.0 * (12.0 / PI)
    }

    /// In minutes of arc.
    pub const fn arcminutes(self) -> f64 {
        self.degrees() * 60.0
    }

    /// In seconds of arc.
    pub const fn arcseconds(self) -> f64 {
        self.degrees() * 3600.0
    }

    /// The same direction in `[0, 360)` degrees.
    pub fn normalized(self) -> Self {
        let wrapped = self.0.rem_euclid(TAU);
        // A tiny negative angle wraps to TAU itself in floating point.
        Self(if wrapped >= TAU { 0.0 } else { wrapped })
    }

    /// The same direction in `[-180, 180)` degrees.
    pub fn normalized_signed(self) -> Self {
        Self((self.0 + PI).rem_euclid(TAU) - PI)
    }

    /// Size without sign.
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Sine.
    pub fn sin(self) -> f64 {
        self.0.sin()
    }

    /// Cosine.
    pub fn cos(self) -> f64 {
        self.0.cos()
    }

    /// Sine and cosine together.
    pub fn sin_cos(self) -> (f64, f64) {
        self.0.sin_cos()
    }

    /// Tangent.
    pub fn tan(self) -> f64 {
        self.0.tan()
    }

    /// Whether the angle is a number (neither infinite nor NaN).
    pub fn is_finite(self) -> bool {
        self.0.is_finite()
    }
}

impl fmt::Display for Angle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = f.precision().unwrap_or(4);
        write!(f, "{:.precision$}°", self.degrees())
    }
}

impl Add for Angle {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Angle {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Angle {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for Angle {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Neg for Angle {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<f64> for Angle {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self(self.0 * factor)
    }
}

impl Div<f64> for Angle {
    type Output = Self;
    fn div(self, divisor: f64) -> Self {
        Self(self.0 / divisor)
    }
}

/// The ratio of two angles.
impl Div for Angle {
    type Output = f64;
    fn div(self, other: Self) -> f64 {
        self.0 / other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_hour_is_fifteen_degrees() {
        assert!((Angle::from_hours(1.0).degrees() - 15.0).abs() < 1e-12);
        assert!((Angle::from_arcseconds(3600.0).degrees() - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn wrapping_keeps_the_direction(degrees in -1e5..1e5f64) {
            let angle = Angle::from_degrees(degrees);
            prop_assert!((angle.normalized().sin() - angle.sin()).abs() < 1e-9);
            prop_assert!((angle.normalized_signed().cos() - angle.cos()).abs() < 1e-9);
            let turned = angle.normalized().degrees();
            prop_assert!((0.0..360.0).contains(&turned));
        }
    }
}
