use skyhelm_units::Angle;

use crate::wcs::ImagePoint;

/// How a sub lies against the reference: a place of the reference, turned about the first pixel and then
/// shifted, is the same star's place in the sub.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Motion {
    /// From the x axis toward the y axis.
    pub rotation: Angle,
    /// In pixels along x.
    pub shift_x: f64,
    /// In pixels along y.
    pub shift_y: f64,
}

impl Motion {
    /// A shift without rotation.
    pub fn shift(x: f64, y: f64) -> Self {
        Self {
            rotation: Angle::ZERO,
            shift_x: x,
            shift_y: y,
        }
    }

    /// Where a place of the reference lies in the sub.
    pub fn apply(&self, place: ImagePoint) -> ImagePoint {
        let (sin, cos) = self.rotation.sin_cos();
        ImagePoint {
            x: cos * place.x - sin * place.y + self.shift_x,
            y: sin * place.x + cos * place.y + self.shift_y,
        }
    }

    /// The motion that best takes the first of each pair to the second, in the sense of least squares;
    /// `None` for fewer than two pairs or pairs all in one place.
    pub fn between(pairs: &[(ImagePoint, ImagePoint)]) -> Option<Self> {
        if pairs.len() < 2 {
            return None;
        }
        let count = pairs.len() as f64;
        let mean =
            |of: fn(&(ImagePoint, ImagePoint)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
        let from = (mean(|p| p.0.x), mean(|p| p.0.y));
        let to = (mean(|p| p.1.x), mean(|p| p.1.y));
        let (mut along, mut across) = (0.0, 0.0);
        for (a, b) in pairs {
            let (ax, ay) = (a.x - from.0, a.y - from.1);
            let (bx, by) = (b.x - to.0, b.y - to.1);
            along += ax * bx + ay * by;
            across += ax * by - ay * bx;
        }
        if along.hypot(across) < 1e-9 {
            return None;
        }
        let rotation = Angle::from_radians(across.atan2(along));
        let (sin, cos) = rotation.sin_cos();
        Some(Self {
            rotation,
            shift_x: to.0 - (cos * from.0 - sin * from.1),
            shift_y: to.1 - (sin * from.0 + cos * from.1),
        })
    }
}
