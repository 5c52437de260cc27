use super::Star;
use super::peaks::Peak;
use crate::Plane;
use crate::statistics::Spread;
use crate::wcs::ImagePoint;

/// FWHM over standard deviation of a Gaussian.
const FWHM: f32 = 2.3548;
/// Narrowest and widest standard deviation a star may have, in pixels.
const NARROWEST: f32 = 0.42;
const WIDEST: f32 = 12.0;

/// What a measurement looks at.
pub(super) struct Field<'a> {
    pub(super) image: &'a Plane<f32>,
    pub(super) residual: &'a Plane<f32>,
    pub(super) saturation: f32,
}

/// Moments of a star under a round Gaussian window.
#[derive(Clone, Copy, Debug)]
struct Windowed {
    x: f32,
    y: f32,
    /// Second moments of the star itself, the window's effect taken out.
    xx: f32,
    yy: f32,
    xy: f32,
    /// Light under the window, and the sum of the window's squares.
    weighted: f32,
    weights: f32,
}

impl Windowed {
    /// Standard deviation of the round Gaussian of the same area.
    fn sigma(&self) -> f32 {
        let determinant = self.xx * self.yy - self.xy * self.xy;
        determinant.max(0.0).sqrt().sqrt()
    }

    fn elongation(&self) -> f32 {
        let mean = f32::midpoint(self.xx, self.yy);
        let half = ((self.xx - self.yy) / 2.0).hypot(self.xy);
        let (long, short) = (mean + half, mean - half);
        if short > 0.0 {
            (long / short).sqrt().min(100.0)
        } else {
            100.0
        }
    }
}

impl Field<'_> {
    /// The width of the field's stars, as a standard deviation: the median over its well-exposed ones,
    /// each measured with a window that fits it.
    pub(super) fn typical_width(&self, peaks: &[Peak], expected_fwhm: f32) -> f32 {
        let expected = expected_fwhm / FWHM;
        let mut widths: Vec<f32> = peaks
            .iter()
            .filter(|peak| peak.area >= 5 && !self.is_saturated(peak.x as f32, peak.y as f32, 3.0))
            .take(200)
            .filter_map(|peak| {
                let mut width = expected;
                for _ in 0..4 {
                    let found = self.windowed(peak.x as f32, peak.y as f32, width)?;
                    width = found.sigma().clamp(NARROWEST, WIDEST);
                }
                Some(width)
            })
            .collect();
        if widths.len() < 3 {
            return expected;
        }
        Spread::of(&mut widths).median
    }

    /// Measures a star; `None` when it cannot be one: a single hot pixel, or nothing to centre on.
    pub(super) fn measure(&self, peak: &Peak, width: f32, noise: f32) -> Option<Star> {
        let (x, y) = (peak.x as f32, peak.y as f32);
        let reach = 3.0 * width;
        let saturated = self.is_saturated(x, y, reach.max(3.0));
        // A saturated star is flat on top and wider; a window wider too sees its flanks.
        let window = if saturated { 2.0 * width } else { width };
        let found = self.windowed(x, y, window)?;
        let sigma = found.sigma();
        if !(NARROWEST..WIDEST).contains(&sigma) || (found.x - x).hypot(found.y - y) > 3.0 * width {
            return None;
        }
        let radius = 1.6 * FWHM * sigma.clamp(0.7 * width, 2.0 * width);
        let (flux, highest) = self.aperture(found.x, found.y, radius);
        (flux > 0.0).then(|| Star {
            centre: ImagePoint {
                x: f64::from(found.x),
                y: f64::from(found.y),
            },
            flux,
            peak: highest,
            snr: found.weighted / (noise * found.weights.sqrt()),
            fwhm: sigma * FWHM,
            elongation: found.elongation(),
            saturated,
        })
    }

    /// Centre and shape under a Gaussian window that moves with the centre, as far as it converges.
    fn windowed(&self, x: f32, y: f32, width: f32) -> Option<Windowed> {
        let (mut x, mut y) = (x, y);
        for _ in 0..12 {
            let sums = self.sums(x, y, width)?;
            // The window pulls the mean half way back; twice the step undoes it for a star of its width.
            let (dx, dy) = (2.0 * sums.x / sums.light, 2.0 * sums.y / sums.light);
            let limit = width.max(1.0);
            x += dx.clamp(-limit, limit);
            y += dy.clamp(-limit, limit);
            if dx.hypot(dy) < 1e-3 {
                break;
            }
        }
        let sums = self.sums(x, y, width)?;
        // Under the window a Gaussian of covariance C shows (C^-1 + W^-1)^-1.
        let (xx, yy, xy) = (
            sums.xx / sums.light,
            sums.yy / sums.light,
            sums.xy / sums.light,
        );
        let determinant = xx * yy - xy * xy;
        if determinant <= 0.0 || xx <= 0.0 {
            return None;
        }
        let window = 1.0 / (width * width);
        let (ixx, iyy, ixy) = (
            yy / determinant - window,
            xx / determinant - window,
            -xy / determinant,
        );
        let inverse = ixx * iyy - ixy * ixy;
        if ixx <= 0.0 || iyy <= 0.0 || inverse <= 0.0 {
            return None;
        }
        Some(Windowed {
            x,
            y,
            xx: iyy / inverse,
            yy: ixx / inverse,
            xy: -ixy / inverse,
            weighted: sums.light,
            weights: sums.weights,
        })
    }

    fn sums(&self, x: f32, y: f32, width: f32) -> Option<Sums> {
        let factor = -0.5 / (width * width);
        let mut sums = Sums::default();
        let (columns, rows) = self.around(x, y, 4.0 * width)?;
        for row in rows {
            let dy = row as f32 - y;
            for column in columns.clone() {
                let dx = column as f32 - x;
                let weight = (factor * (dx * dx + dy * dy)).exp();
                let light = weight * self.residual.row(row)[column];
                sums.light += light;
                sums.weights += weight * weight;
                sums.x += light * dx;
                sums.y += light * dy;
                sums.xx += light * dx * dx;
                sums.yy += light * dy * dy;
                sums.xy += light * dx * dy;
            }
        }
        (sums.light > 0.0).then_some(sums)
    }

    /// Light within a circle, pixels at its edge by their share; and the highest pixel.
    fn aperture(&self, x: f32, y: f32, radius: f32) -> (f32, f32) {
        let Some((columns, rows)) = self.around(x, y, radius + 1.0) else {
            return (0.0, 0.0);
        };
        let (mut flux, mut highest) = (0.0_f32, 0.0_f32);
        for row in rows {
            for column in columns.clone() {
                let distance = (column as f32 - x).hypot(row as f32 - y);
                let share = (radius + 0.5 - distance).clamp(0.0, 1.0);
                let value = self.residual.row(row)[column];
                if share > 0.0 && value.is_finite() {
                    flux += share * value;
                    highest = highest.max(value);
                }
            }
        }
        (flux, highest)
    }

    fn is_saturated(&self, x: f32, y: f32, radius: f32) -> bool {
        let Some((columns, rows)) = self.around(x, y, radius) else {
            return false;
        };
        rows.into_iter().any(|row| {
            self.image.row(row)[columns.clone()]
                .iter()
                .any(|&v| v >= self.saturation)
        })
    }

    /// The pixels within a distance, cut at the frame's edges; `None` when the place is outside.
    fn around(
        &self,
        x: f32,
        y: f32,
        reach: f32,
    ) -> Option<(core::ops::Range<usize>, core::ops::Range<usize>)> {
        let (width, height) = (self.image.width(), self.image.height());
        let inside = |place: f32, length: usize| place >= -0.5 && place < length as f32 - 0.5;
        if !inside(x, width) || !inside(y, height) {
            return None;
        }
        let range = |place: f32, length: usize| {
            let first = (place - reach).ceil().max(0.0) as usize;
            let end = (place + reach).floor() as usize + 1;
            first..end.min(length)
        };
        Some((range(x, width), range(y, height)))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    light: f32,
    weights: f32,
    x: f32,
    y: f32,
    xx: f32,
    yy: f32,
    xy: f32,
}
