use skyhelm_imaging::stars::{DetectConfig, Detection, detect};
use skyhelm_imaging::{Plane, RawFrame};
use skyhelm_sim::solve_model::star_field;

/// A part of the frame, in parts of its width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Region {
    pub(crate) x: (f64, f64),
    pub(crate) y: (f64, f64),
}

impl Region {
    /// All of it.
    pub(crate) const WHOLE: Self = Self {
        x: (0.0, 1.0),
        y: (0.0, 1.0),
    };

    /// The pixels of a length that lie in a part.
    fn pixels((from, to): (f64, f64), length: usize) -> std::ops::Range<usize> {
        let place = |part: f64| (part.clamp(0.0, 1.0) * length as f64).round() as usize;
        place(from)..place(to)
    }
}

/// How sharp a frame is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sight {
    /// Median width of its stars, in cells of 2 x 2 pixels; `None` with too few of them.
    pub(crate) fwhm: Option<f64>,
    /// How well its brightest stars stand out.
    pub(crate) clearness: f64,
}

/// A sight at a position of the focuser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) position: i32,
    pub(crate) fwhm: Option<f64>,
    pub(crate) clearness: f64,
}

/// Widths the detection is matched to, in cells: in focus, and far from it.
const WIDTHS: [f32; 2] = [2.5, 8.0];
/// So many stars have to agree.
const STARS_NEEDED: usize = 4;
/// So many of the brightest count.
const BRIGHTEST: usize = 12;

impl Sight {
    /// Measures a frame.
    pub(crate) fn of(raw: &RawFrame, region: Region) -> Self {
        let Some(image) = star_field(raw).and_then(|field| cut(&field, region)) else {
            return Self::default();
        };
        WIDTHS
            .iter()
            .map(|&fwhm| {
                let config = DetectConfig {
                    min_snr: 8.0,
                    fwhm,
                    most: 200,
                    ..DetectConfig::default()
                };
                Self::of_stars(&detect(&image, &config))
            })
            .max_by(|a, b| a.clearness.total_cmp(&b.clearness))
            .unwrap_or_default()
    }

    fn of_stars(detection: &Detection) -> Self {
        let brightest = |saturated_too: bool| {
            let mut stars: Vec<_> = detection
                .stars
                .iter()
                .filter(|star| saturated_too || !star.saturated)
                .collect();
            stars.sort_unstable_by(|a, b| b.snr.total_cmp(&a.snr));
            stars.truncate(BRIGHTEST);
            stars
        };
        // A star too bright to be measured still says that it is there: only in focus is it so bright.
        let clearness = brightest(true).iter().map(|star| f64::from(star.snr)).sum();
        let stars = brightest(false);
        if stars.len() < STARS_NEEDED {
            return Self::default();
        }
        let mut widths: Vec<f64> = stars.iter().map(|star| f64::from(star.fwhm)).collect();
        widths.sort_unstable_by(f64::total_cmp);
        Self {
            fwhm: Some(widths[widths.len() / 2]),
            clearness,
        }
    }
}

fn cut(image: &Plane<f32>, region: Region) -> Option<Plane<f32>> {
    let columns = Region::pixels(region.x, image.width());
    let rows = Region::pixels(region.y, image.height());
    let (width, height) = (columns.len(), rows.len());
    let samples = rows.flat_map(|y| image.row(y)[columns.clone()].iter().copied());
    Plane::new(width, height, samples.collect()).ok()
}

/// Where the stars stand out most.
pub(crate) fn clearest(samples: &[Sample]) -> Option<i32> {
    samples
        .iter()
        .filter(|sample| sample.clearness > 0.0)
        .max_by(|a, b| a.clearness.total_cmp(&b.clearness))
        .map(|sample| sample.position)
}

/// Where the stars were finest.
pub(crate) fn finest(samples: &[Sample]) -> Option<i32> {
    samples
        .iter()
        .filter_map(|sample| Some((sample.position, sample.fwhm?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(position, _)| position)
}

/// Where the stars would be sharpest.
///
/// Blur adds to a star's own width in squares and grows with the distance from the focal plane: the
/// square of the width is a parabola in the position.
pub(crate) fn sharpest(samples: &[Sample]) -> Option<i32> {
    let points: Vec<(f64, f64)> = samples
        .iter()
        .filter_map(|sample| Some((f64::from(sample.position), sample.fwhm?.powi(2))))
        .collect();
    if points.len() < 4 {
        return None;
    }
    let middle = points.iter().map(|(x, _)| x).sum::<f64>() / points.len() as f64;
    // Normal equations of y = a + b u + c u^2, a wide star being measured less well than a fine one.
    let (mut s, mut t) = ([0.0; 5], [0.0; 3]);
    for &(x, y) in &points {
        let u = x - middle;
        let weight = 1.0 / (y * y);
        for (power, sum) in s.iter_mut().enumerate() {
            *sum += weight * u.powi(power as i32);
        }
        for (power, sum) in t.iter_mut().enumerate() {
            *sum += weight * y * u.powi(power as i32);
        }
    }
    let det = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = det([[s[0], s[1], s[2]], [s[1], s[2], s[3]], [s[2], s[3], s[4]]]);
    let slope = det([[s[0], t[0], s[2]], [s[1], t[1], s[3]], [s[2], t[2], s[4]]]) / whole;
    let bend = det([[s[0], s[1], t[0]], [s[1], s[2], t[1]], [s[2], s[3], t[2]]]) / whole;
    let best = middle - slope / (2.0 * bend);
    let (low, high) = (points[0].0, points[points.len() - 1].0);
    // Turned the wrong way, or beyond what was looked at: no focus was seen.
    (bend > 0.0 && best >= low && best <= high).then(|| best.round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(best: f64, tilt: f64) -> Vec<Sample> {
        (676..=724)
            .step_by(6)
            .map(|position| {
                let away = f64::from(position) - best;
                let fwhm = (4.0 + 0.02 * away * away + tilt * away).sqrt();
                Sample {
                    position,
                    fwhm: Some(fwhm),
                    clearness: 100.0 / fwhm,
                }
            })
            .collect()
    }

    #[test]
    fn the_parabolas_foot_is_found() {
        assert_eq!(sharpest(&samples(693.0, 0.0)), Some(693));
        assert_eq!(sharpest(&samples(711.4, 0.0)), Some(711));
    }

    #[test]
    fn without_a_minimum_nothing_is_claimed() {
        assert_eq!(sharpest(&samples(900.0, 0.0)), None);
        assert_eq!(sharpest(&samples(693.0, 0.0)[..3]), None);
    }
}
