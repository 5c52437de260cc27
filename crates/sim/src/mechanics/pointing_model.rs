use skyhelm_units::{Angle, Horizontal};
use thiserror::Error;

use super::MotorAngles;
use crate::vector::{self, Matrix3};

/// One plate solve: what the motors read and what the picture said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlateSolve {
    /// Motor angles while the frame was taken.
    pub motors: MotorAngles,
    /// Where the frame's centre really was.
    pub direction: Horizontal,
}

/// Why a levelling could not be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LevellingError {
    /// Fewer than three plate solves.
    #[error("levelling needs at least 3 plate solves, there are {0}")]
    TooFew(usize),
    /// The solves lie too close together to tell the lean from the azimuth.
    #[error("the plate solves lie too close together; turn further between them")]
    TooClose,
}

/// What the device believes about how it stands: a rotation from its frame to the sky's.
#[derive(Clone, Debug, PartialEq)]
pub struct PointingModel {
    to_world: Matrix3,
    residual: Option<Angle>,
}

impl Default for PointingModel {
    fn default() -> Self {
        Self::unlevelled()
    }
}

impl PointingModel {
    /// The belief before calibration: level, and north at zero.
    pub const fn unlevelled() -> Self {
        Self {
            to_world: vector::IDENTITY,
            residual: None,
        }
    }

    /// The rotation that fits the plate solves best in the sense of least squares.
    ///
    /// # Errors
    /// [`LevellingError`] with fewer than three solves or all in one spot.
    pub fn fit(solves: &[PlateSolve]) -> Result<Self, LevellingError> {
        if solves.len() < 3 {
            return Err(LevellingError::TooFew(solves.len()));
        }
        let pairs: Vec<_> = solves
            .iter()
            .map(|solve| (solve.motors.to_vector(), solve.direction.to_vector()))
            .collect();
        let widest = pairs
            .iter()
            .flat_map(|a| pairs.iter().map(|b| vector::dot(a.0, b.0)))
            .fold(1.0_f64, f64::min);
        if widest > Angle::from_degrees(5.0).cos() {
            return Err(LevellingError::TooClose);
        }
        let mut to_world = vector::IDENTITY;
        // Gauss-Newton on the rotation vector; it is quadratic, so ten rounds forgive any start.
        for _ in 0..10 {
            let mut normal = [[0.0; 3]; 3];
            let mut right = [0.0; 3];
            for &(mount, world) in &pairs {
                let v = vector::apply(&to_world, mount);
                for (row, line) in normal.iter_mut().enumerate() {
                    for (column, cell) in line.iter_mut().enumerate() {
                        let unit = if row == column { 1.0 } else { 0.0 };
                        *cell += unit - v[row] * v[column];
                    }
                }
                right = vector::add_scaled(right, vector::cross(v, world), 1.0);
            }
            let step = vector::solve(&normal, right).ok_or(LevellingError::TooClose)?;
            to_world = vector::multiply(&vector::rotation(step), &to_world);
        }
        let squares: f64 = pairs
            .iter()
            .map(|&(mount, world)| {
                let off = vector::cross(vector::apply(&to_world, mount), world);
                vector::dot(off, off)
            })
            .sum();
        let rms = (squares / pairs.len() as f64).sqrt();
        Ok(Self {
            to_world,
            residual: Some(Angle::from_radians(rms)),
        })
    }

    /// Root mean square of what the fit left over; `None` before calibration.
    pub const fn residual(&self) -> Option<Angle> {
        self.residual
    }

    /// Whether a calibration stands behind it.
    pub const fn is_levelled(&self) -> bool {
        self.residual.is_some()
    }

    /// The motor angles that, by this belief, look at a direction; the rotation in `[0, 360)` degrees.
    pub fn motors_for(&self, direction: Horizontal) -> MotorAngles {
        let to_mount = vector::transpose(&self.to_world);
        let in_mount = Horizontal::from_vector(vector::apply(&to_mount, direction.to_vector()));
        MotorAngles {
            rotation: in_mount.azimuth.angle(),
            pitch: in_mount.altitude.angle(),
        }
    }

    /// Where, by this belief, the motors look.
    pub fn direction_of(&self, motors: MotorAngles) -> Horizontal {
        Horizontal::from_vector(vector::apply(&self.to_world, motors.to_vector()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanics::SetUp;

    fn solves(set_up: &SetUp) -> Vec<PlateSolve> {
        [(20.0, 40.0), (140.0, 55.0), (260.0, 35.0)]
            .iter()
            .map(|&(rotation, pitch)| {
                let motors = MotorAngles::from_degrees(rotation, pitch);
                PlateSolve {
                    motors,
                    direction: set_up.direction(motors),
                }
            })
            .collect()
    }

    #[test]
    fn before_calibration_a_goto_misses_by_the_set_up_error() {
        for seed in 0..20 {
            let set_up = SetUp::seeded(seed, Angle::from_degrees(1.5));
            let wanted = Horizontal::from_degrees(123.0, 45.0).unwrap();
            let motors = PointingModel::unlevelled().motors_for(wanted);
            let miss = set_up.direction(motors).separation(&wanted).degrees();
            assert!((0.2..3.0).contains(&miss), "seed {seed}: {miss}");
        }
    }

    #[test]
    fn levelling_takes_the_set_up_error_out_but_not_the_flexure() {
        for seed in 0..20 {
            let set_up = SetUp::seeded(seed, Angle::from_degrees(1.5));
            let model = PointingModel::fit(&solves(&set_up)).unwrap();
            let wanted = Horizontal::from_degrees(200.0, 60.0).unwrap();
            let miss = set_up
                .direction(model.motors_for(wanted))
                .separation(&wanted);
            assert!(miss.arcminutes() < 0.5, "seed {seed}: {miss}");
            assert!(miss.arcseconds() > 0.1, "seed {seed}: {miss}");
        }
    }

    #[test]
    fn solves_in_one_spot_are_refused() {
        let set_up = SetUp::perfect();
        let motors = MotorAngles::from_degrees(10.0, 40.0);
        let solve = PlateSolve {
            motors,
            direction: set_up.direction(motors),
        };
        assert_eq!(
            PointingModel::fit(&[solve; 4]),
            Err(LevellingError::TooClose)
        );
        assert_eq!(
            PointingModel::fit(&[solve; 2]),
            Err(LevellingError::TooFew(2))
        );
    }

    #[test]
    fn motors_and_direction_are_inverse() {
        let set_up = SetUp::seeded(7, Angle::from_degrees(1.5));
        let model = PointingModel::fit(&solves(&set_up)).unwrap();
        let wanted = Horizontal::from_degrees(311.0, 27.0).unwrap();
        let back = model.direction_of(model.motors_for(wanted));
        assert!(back.separation(&wanted).arcseconds() < 1e-3);
    }
}
