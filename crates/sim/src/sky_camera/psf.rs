use super::canvas::Canvas;
use crate::random::error_function;

/// The image of a star: what focus, seeing and the lens make of a point.
///
/// In focus it is a Gaussian core integrated over each pixel, with a faint wide halo as lenses have;
/// out of focus the core becomes a disc.
#[derive(Clone, Debug)]
pub(crate) struct Psf {
    sigma: f64,
    disc_radius: f64,
    halo_part: f32,
    halo_scale: f32,
    /// The core's integral up to each sixteenth of a pixel, from -`reach` on.
    integral: Vec<f32>,
    reach: f64,
    disc: Vec<f32>,
}

const SUBSTEPS: f64 = 32.0;
const HALO_PART: f64 = 0.05;
/// Pixels across the largest core and the largest halo that are drawn.
const WIDEST_CORE: usize = 64;
const WIDEST_HALO: usize = 848;

impl Psf {
    /// From the full width at half maximum in pixels, before the pixel's own width is added, and the
    /// radius of the blur disc in pixels.
    pub(crate) fn new(fwhm_px: f64, disc_radius: f64) -> Self {
        let sigma = (fwhm_px / 2.354_82).max(0.3);
        let reach = 4.5 * sigma + 1.0;
        let steps = (2.0 * reach * SUBSTEPS) as usize + 2;
        let integral = (0..steps)
            .map(|i| {
                let x = i as f64 / SUBSTEPS - reach;
                (0.5 * (1.0 + error_function(x / sigma * std::f64::consts::FRAC_1_SQRT_2))) as f32
            })
            .collect();
        let mut psf = Self {
            sigma,
            disc_radius,
            halo_part: HALO_PART as f32,
            halo_scale: (1.6 * fwhm_px + disc_radius) as f32,
            integral,
            reach,
            disc: Vec::new(),
        };
        if disc_radius > 0.7 {
            psf.disc = psf.disc_profile();
        }
        psf
    }

    /// How far apart images may be drawn to make a trail without beads: bell curves a standard deviation
    /// apart add up to a line that is even to eight digits.
    pub(crate) fn smooth_step(&self) -> f64 {
        self.sigma
    }

    /// Radius beyond which the core of a star of this flux adds less than `floor` to any pixel.
    fn core_radius(&self, flux: f32, floor: f32) -> f64 {
        let peak = f64::from(flux) / (std::f64::consts::TAU * self.sigma * self.sigma);
        let ratio = (peak / f64::from(floor.max(1e-6))).max(1.0);
        let radius = self.sigma * (2.0 * ratio.ln()).sqrt();
        (radius + 0.5).min(self.reach - 0.5) + self.disc_radius
    }

    fn halo_radius(&self, flux: f32, floor: f32) -> f64 {
        // flux * part * a^2 / (pi r^4) = floor, a and r in pixels.
        let a = f64::from(self.halo_scale);
        let strength = f64::from(flux * self.halo_part) * a * a / std::f64::consts::PI;
        (strength / f64::from(floor.max(1e-6)))
            .max(0.0)
            .sqrt()
            .sqrt()
            .min(420.0)
    }

    /// Adds a star to a picture, wherever it brings more than `floor`.
    pub(crate) fn draw(
        &self,
        center: [f64; 2],
        flux: f32,
        colour: [f32; 3],
        floor: f32,
        canvas: &mut impl Canvas,
    ) {
        let halo = self.halo_radius(flux, floor);
        // A halo that is lost under the core is drawn as a part of it: no light goes astray.
        let has_halo = halo > 2.5;
        let core = if has_halo {
            flux * (1.0 - self.halo_part)
        } else {
            flux
        };
        if self.disc.is_empty() {
            self.draw_core(center, core, colour, floor, canvas);
        } else {
            self.draw_disc(center, core, colour, canvas);
        }
        if has_halo {
            self.draw_halo(center, flux, halo, colour, canvas);
        }
    }

    fn draw_core(
        &self,
        center: [f64; 2],
        flux: f32,
        colour: [f32; 3],
        floor: f32,
        canvas: &mut impl Canvas,
    ) {
        let radius = self.core_radius(flux, floor);
        let Some((columns, rows)) = window(center, radius, canvas.size()) else {
            return;
        };
        let mut across = [0.0_f32; WIDEST_CORE];
        let across = &mut across[..columns.len().min(WIDEST_CORE)];
        let mut before = self.integral_at(columns.start as f64 - 0.5 - center[0]);
        for (part, x) in across.iter_mut().zip(columns.clone()) {
            let after = self.integral_at(x as f64 + 0.5 - center[0]);
            *part = after - before;
            before = after;
        }
        let mut above = self.integral_at(rows.start as f64 - 0.5 - center[1]);
        for y in rows {
            let below = self.integral_at(y as f64 + 0.5 - center[1]);
            let line = flux * (below - above);
            above = below;
            canvas.add(columns.start, y, across, colour.map(|c| c * line));
        }
    }

    fn integral_at(&self, x: f64) -> f32 {
        let place = (x + self.reach) * SUBSTEPS;
        if place <= 0.0 {
            return 0.0;
        }
        let index = place as usize;
        match (self.integral.get(index), self.integral.get(index + 1)) {
            (Some(a), Some(b)) => a + (b - a) * (place - index as f64) as f32,
            _ => 1.0,
        }
    }

    fn disc_profile(&self) -> Vec<f32> {
        let radius = self.disc_radius;
        let last = ((radius + 4.0 * self.sigma) * 4.0) as usize + 2;
        let raw: Vec<f64> = (0..last)
            .map(|i| {
                let r = i as f64 / 4.0;
                let edge = (r - radius) / (self.sigma * std::f64::consts::SQRT_2);
                // A little brighter toward the rim, as spherical aberration makes it.
                0.5 * (1.0 - error_function(edge)) * (0.85 + 0.3 * (r / radius).min(1.0).powi(2))
            })
            .collect();
        let total: f64 = raw
            .iter()
            .enumerate()
            .map(|(i, v)| v * std::f64::consts::TAU * (i as f64 / 4.0) * 0.25)
            .sum();
        raw.iter().map(|v| (v / total) as f32).collect()
    }

    fn draw_disc(&self, center: [f64; 2], flux: f32, colour: [f32; 3], canvas: &mut impl Canvas) {
        let radius = self.disc.len() as f64 / 4.0;
        let Some((columns, rows)) = window(center, radius, canvas.size()) else {
            return;
        };
        let colour = colour.map(|c| c * flux);
        let mut parts = vec![0.0_f32; columns.len()];
        for y in rows {
            let dy2 = (y as f64 - center[1]).powi(2);
            for (part, x) in parts.iter_mut().zip(columns.clone()) {
                let r = ((x as f64 - center[0]).powi(2) + dy2).sqrt();
                let place = (r * 4.0 + 0.5) as usize;
                *part = self.disc.get(place).copied().unwrap_or(0.0);
            }
            canvas.add(columns.start, y, &parts, colour);
        }
    }

    fn draw_halo(
        &self,
        center: [f64; 2],
        flux: f32,
        radius: f64,
        colour: [f32; 3],
        canvas: &mut impl Canvas,
    ) {
        let Some((columns, rows)) = window(center, radius, canvas.size()) else {
            return;
        };
        let a2 = self.halo_scale * self.halo_scale;
        let strength = flux * self.halo_part / (std::f32::consts::PI * a2);
        let colour = colour.map(|c| c * strength);
        let limit = (radius * radius) as f32;
        // The profile is brought down to zero at the window's edge, so that no edge shows.
        let rim = (1.0 + limit / a2).powi(-2);
        let mut parts = [0.0_f32; WIDEST_HALO];
        let parts = &mut parts[..columns.len().min(WIDEST_HALO)];
        let first = (columns.start as f64 - center[0]) as f32;
        for y in rows {
            let dy = (y as f64 - center[1]) as f32;
            let base = 1.0 + dy * dy / a2;
            let mut dx = first;
            for part in parts.iter_mut() {
                let fall = 1.0 / (base + dx * dx / a2);
                *part = (fall * fall - rim).max(0.0);
                dx += 1.0;
            }
            canvas.add(columns.start, y, parts, colour);
        }
    }
}

/// The pixels within `radius` of a place that lie on the canvas.
fn window(
    center: [f64; 2],
    radius: f64,
    (width, height): (usize, usize),
) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let span = |middle: f64, length: usize| {
        let first = (middle - radius).round().max(0.0);
        let last = (middle + radius).round().min(length as f64 - 1.0);
        (middle.is_finite() && first <= last).then(|| first as usize..last as usize + 1)
    };
    Some((span(center[0], width)?, span(center[1], height)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sky_camera::canvas::Colours;

    fn total(psf: &Psf, center: [f64; 2]) -> (f64, [f64; 2]) {
        let (mut sum, mut moment) = (0.0, [0.0; 2]);
        let mut pixels = vec![[0.0; 3]; 201 * 201];
        let mut canvas = Colours::new(&mut pixels, 201);
        psf.draw(center, 10_000.0, [1.0; 3], 0.001, &mut canvas);
        for (index, [amount, ..]) in pixels.iter().enumerate() {
            sum += f64::from(*amount);
            moment[0] += f64::from(*amount) * (index % 201) as f64;
            moment[1] += f64::from(*amount) * (index / 201) as f64;
        }
        (sum, moment.map(|m| m / sum))
    }

    #[test]
    fn a_star_keeps_its_light_and_its_place_in_and_out_of_focus() {
        for disc in [0.0, 5.0, 12.0] {
            let center = [100.3, 99.8];
            let (sum, centroid) = total(&Psf::new(2.0, disc), center);
            assert!((sum / 10_000.0 - 1.0).abs() < 0.03, "disc {disc}: {sum}");
            for axis in 0..2 {
                assert!((centroid[axis] - center[axis]).abs() < 0.05, "disc {disc}");
            }
        }
    }

    #[test]
    fn a_star_off_the_canvas_is_no_trouble() {
        let psf = Psf::new(2.0, 0.0);
        for center in [[-1e9, 5.0], [f64::NAN, 5.0], [5.0, 1e12]] {
            let mut pixels = vec![[0.0; 3]; 100];
            psf.draw(
                center,
                1e9,
                [1.0; 3],
                1.0,
                &mut Colours::new(&mut pixels, 10),
            );
            assert!(pixels.iter().flatten().all(|&light| light == 0.0));
        }
    }
}
