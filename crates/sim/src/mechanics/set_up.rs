use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_units::{Angle, Horizontal};

use crate::optics::Orientation;
use crate::random::uniform;
use crate::vector::{self, Matrix3};

/// What the two motors read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MotorAngles {
    /// Of the rotating base: azimuth in the mount's own frame, any turn.
    pub rotation: Angle,
    /// Of the arm: altitude in the mount's own frame.
    pub pitch: Angle,
}

impl MotorAngles {
    /// From degrees.
    pub const fn from_degrees(rotation: f64, pitch: f64) -> Self {
        Self {
            rotation: Angle::from_degrees(rotation),
            pitch: Angle::from_degrees(pitch),
        }
    }

    /// The direction in the mount's own frame.
    pub(crate) fn to_vector(self) -> [f64; 3] {
        let (sin_r, cos_r) = self.rotation.sin_cos();
        let (sin_p, cos_p) = self.pitch.sin_cos();
        [cos_p * cos_r, cos_p * sin_r, sin_p]
    }
}

/// How a tripod really stands: leaning, its zero azimuth not north, its arm bending a little.
///
/// This is the truth that calibration has to find out; the device never reads it.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// From the mount's frame to (north, east, up).
    to_world: Matrix3,
    flexure: Angle,
    periodic: Angle,
    phase: f64,
}

impl SetUp {
    /// A mount that stands true.
    pub fn perfect() -> Self {
        Self {
            to_world: vector::IDENTITY,
            flexure: Angle::ZERO,
            periodic: Angle::ZERO,
            phase: 0.0,
        }
    }

    /// A mount put down by hand: a goto at 45 degrees of altitude misses by about `miss`.
    ///
    /// A third of the miss is lean, the rest the azimuth of the compass, with seeded directions; the
    /// arm's flexure and the gears' period add up to 20 arcseconds that levelling cannot take out.
    pub fn seeded(seed: u64, miss: Angle) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x5e70_9e77);
        let lean = miss * (0.45 + 0.1 * uniform(&mut rng));
        let toward = Angle::from_degrees(360.0 * uniform(&mut rng));
        let sign = if uniform(&mut rng) < 0.5 { -1.0 } else { 1.0 };
        // At 45 degrees of altitude an azimuth error counts by its cosine.
        let zero = miss * (sign * 0.75 / std::f64::consts::FRAC_1_SQRT_2);
        let tilt = vector::rotation([
            lean.radians() * toward.cos(),
            lean.radians() * toward.sin(),
            0.0,
        ]);
        let turn = vector::rotation([0.0, 0.0, zero.radians()]);
        Self {
            to_world: vector::multiply(&tilt, &turn),
            flexure: Angle::from_arcseconds(8.0 + 8.0 * uniform(&mut rng)),
            periodic: Angle::from_arcseconds(3.0 + 3.0 * uniform(&mut rng)),
            phase: std::f64::consts::TAU * uniform(&mut rng),
        }
    }

    /// Where the tube really looks, and how it is rolled.
    pub fn orientation(&self, motors: MotorAngles) -> Orientation {
        let bent = self.bend(motors);
        let forward = bent.to_vector();
        let overhead = MotorAngles {
            rotation: bent.rotation,
            pitch: bent.pitch + Angle::from_degrees(90.0),
        };
        Orientation::new(
            vector::apply(&self.to_world, forward),
            vector::apply(&self.to_world, overhead.to_vector()),
        )
    }

    /// Where the tube really looks.
    pub fn direction(&self, motors: MotorAngles) -> Horizontal {
        self.orientation(motors).direction()
    }

    fn bend(&self, motors: MotorAngles) -> MotorAngles {
        // The arm sags with the cosine of its angle; the worm has 180 teeth.
        let sag = self.flexure * -motors.pitch.cos();
        let (sin_r, cos_r) =
            Angle::from_radians(motors.rotation.radians() * 180.0 + self.phase).sin_cos();
        MotorAngles {
            rotation: motors.rotation + self.periodic * sin_r,
            pitch: motors.pitch + sag + self.periodic * (0.5 * cos_r),
        }
    }
}
