use rayon::prelude::*;
use skyhelm_units::{Angle, Equatorial, J2000};

use super::raster::Raster;
use crate::deep_sky::{Kind, Subject, Texel, Texture};
use crate::vector;

/// A decoded photograph in linear light, its background taken off and its stars painted over.
#[derive(Clone, Debug)]
pub(super) struct Photograph {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 3]>,
}

const LONGEST_SIDE: usize = 2048;

/// Decodes a PNG or JPEG of at most 4 megapixels that spans `width` of the sky, no finer than needed for
/// texels of a size.
pub(super) fn decode(bytes: &[u8], width: Angle, texel: Angle) -> Option<Photograph> {
    let raster = Raster::decode(bytes, LONGEST_SIDE)?;
    let linear: [f32; 256] = std::array::from_fn(|value| (value as f32 / 255.0).powf(2.3));
    let finer = texel / (width / raster.width as f64);
    let mut photograph = Photograph::shrunk(&raster, &linear, (finer as usize).max(1));
    photograph.paint_over(&[3, 6]);
    photograph.take_off_background();
    Some(photograph)
}

/// A picture of the Milky Way without the nebulae in it, which are drawn by themselves.
pub(super) fn without_objects(raster: &Raster) -> Raster {
    let square: [f32; 256] = std::array::from_fn(|value| (value as f32 / 255.0).powi(2));
    let mut photograph = Photograph::shrunk(raster, &square, 1);
    photograph.paint_over(&[3, 6, 11]);
    let back = |pixel: &[f32; 3]| pixel.map(|light| (light.sqrt() * 255.0 + 0.5) as u8);
    Raster {
        width: photograph.width,
        height: photograph.height,
        pixels: photograph.pixels.iter().map(back).collect(),
    }
}

impl Photograph {
    fn at(&self, x: usize, y: usize) -> [f32; 3] {
        let place = y.min(self.height - 1) * self.width + x.min(self.width - 1);
        self.pixels.get(place).copied().unwrap_or([0.0; 3])
    }

    /// The means of squares of `side` pixels, in linear light.
    fn shrunk(raster: &Raster, linear: &[f32; 256], side: usize) -> Self {
        let side = side.min(raster.width / 4).min(raster.height / 4).max(1);
        let (width, height) = (raster.width / side, raster.height / side);
        let share = 1.0 / (side * side) as f32;
        let pixels = (0..width * height)
            .into_par_iter()
            .with_min_len(1024)
            .map(|index| {
                let (x, y) = (index % width * side, index / width * side);
                let mut sum = [0.0_f32; 3];
                for row in raster.pixels.chunks(raster.width).skip(y).take(side) {
                    for pixel in row.iter().skip(x).take(side) {
                        for (sum, value) in sum.iter_mut().zip(pixel) {
                            *sum += linear[usize::from(*value)];
                        }
                    }
                }
                sum.map(|sum| sum * share)
            })
            .collect();
        Self {
            width,
            height,
            pixels,
        }
    }

    /// A star is what stands out of a ring around it of one of the radii: the catalogue's own stars are
    /// drawn in its stead, at their right places and no others.
    fn paint_over(&mut self, radii: &[usize]) {
        for &radius in radii {
            let lights: Vec<f32> = self.pixels.iter().map(|pixel| light(*pixel)).collect();
            let mut clean = self.pixels.clone();
            clean
                .par_chunks_mut(self.width)
                .enumerate()
                .for_each(|(y, row)| {
                    for (x, pixel) in row.iter_mut().enumerate() {
                        if let Some(around) = self.stands_out(&lights, x, y, radius) {
                            *pixel = around;
                        }
                    }
                });
            self.pixels = clean;
        }
    }

    /// The middle of the ring around a pixel, if the pixel stands out of it.
    fn stands_out(&self, lights: &[f32], x: usize, y: usize, radius: usize) -> Option<[f32; 3]> {
        let place = |dx: usize, dy: usize| {
            let x = (x + dx).saturating_sub(radius).min(self.width - 1);
            let y = (y + dy).saturating_sub(radius).min(self.height - 1);
            y * self.width + x
        };
        let mut ring = [
            (0, radius),
            (radius, 0),
            (2 * radius, radius),
            (radius, 2 * radius),
            (0, 0),
            (2 * radius, 0),
            (0, 2 * radius),
            (2 * radius, 2 * radius),
        ]
        .map(|(dx, dy)| place(dx, dy));
        let lit = |index: usize| lights.get(index).copied().unwrap_or(0.0);
        let limit = (lit(y * self.width + x) - 0.004) / 1.35;
        // Five darker ones put the middle of the ring below the limit.
        if ring.iter().filter(|&&index| lit(index) < limit).count() < 5 {
            return None;
        }
        ring.sort_unstable_by(|a, b| lit(*a).total_cmp(&lit(*b)));
        self.pixels.get(ring[4]).copied()
    }

    fn take_off_background(&mut self) {
        for c in 0..3 {
            let mut border: Vec<f32> = (0..self.width)
                .flat_map(|x| [self.at(x, 0)[c], self.at(x, self.height - 1)[c]])
                .chain(
                    (0..self.height)
                        .flat_map(|y| [self.at(0, y)[c], self.at(self.width - 1, y)[c]]),
                )
                .collect();
            let middle = border.len() / 2;
            let (_, background, _) = border.select_nth_unstable_by(middle, f32::total_cmp);
            let background = *background;
            for pixel in &mut self.pixels {
                pixel[c] = (pixel[c] - background).max(0.0);
            }
        }
    }

    /// Lays the picture on the sky by its corners.
    pub(super) fn on_the_sky(
        &self,
        subject: &Subject,
        corners: &[Equatorial<J2000>; 4],
        texel: Angle,
    ) -> Texture {
        let plane = corners.map(|corner| on_plane(subject, corner));
        let [origin, right, _, up] = plane;
        let across = [right[0] - origin[0], right[1] - origin[1]];
        let upward = [up[0] - origin[0], up[1] - origin[1]];
        let determinant = across[0] * upward[1] - across[1] * upward[0];
        let reach = |axis: usize| {
            let farthest = plane.iter().fold(0.0_f64, |a, p| a.max(p[axis].abs()));
            Angle::from_radians(farthest)
        };
        let gas = matches!(
            subject.kind,
            Kind::EmissionNebula | Kind::PlanetaryNebula | Kind::SupernovaRemnant
        );
        let beyond = 2.0
            * (corners[0].separation(&corners[1]) / subject.major)
                .max(1.0)
                .log10() as f32;
        // No finer than the picture is.
        let native = corners[0].separation(&corners[1]) / self.width as f64;
        let texel = Angle::from_radians(texel.radians().max(native.radians()));
        Texture::painted(subject, Angle::ZERO, (reach(0), reach(1)), texel, |u, v| {
            let (du, dv) = (f64::from(u) - origin[0], f64::from(v) - origin[1]);
            let s = (du * upward[1] - dv * upward[0]) / determinant;
            let t = (dv * across[0] - du * across[1]) / determinant;
            self.texel(s, t, gas)
        })
        .with_soft_edge()
        // A picture wider than its subject shows more of the gas than the catalogue counts.
        .with_magnitude(subject.light() - if gas { beyond } else { 0.0 })
    }

    /// At parts of the width from the left and of the height from below.
    fn texel(&self, s: f64, t: f64, gas: bool) -> Texel {
        if !(0.0..1.0).contains(&s) || !(0.0..1.0).contains(&t) {
            return Texel::default();
        }
        let x = (s * self.width as f64 - 0.5).max(0.0);
        let y = ((1.0 - t) * self.height as f64 - 0.5).max(0.0);
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = ((x - column as f64) as f32, (y - row as f64) as f32);
        let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
        let corners = corners.map(|(right, down)| self.at(column + right, row + down));
        let rgb = vector::between(corners, fx, fy);
        let [r, g, b] = rgb;
        if !gas {
            return Texel {
                continuum: rgb,
                ..Texel::default()
            };
        }
        // Red is hydrogen, what green and blue share is oxygen, blue above it is scattered light.
        let oxygen = g.min(b) * 0.8;
        let scattered = (b - r).max(0.0) * 0.4;
        Texel {
            hydrogen: r,
            oxygen,
            continuum: [0.5 * scattered, 0.8 * scattered, 1.4 * scattered],
        }
    }
}

fn light([r, g, b]: [f32; 3]) -> f32 {
    0.3 * r + 0.45 * g + 0.25 * b
}

/// North and east of the subject's centre, on the plane that touches the sky there.
fn on_plane(subject: &Subject, place: Equatorial<J2000>) -> [f64; 2] {
    let [north, east, outward] = crate::deep_sky::axes(subject, Angle::ZERO);
    let direction = place.to_vector();
    let depth = vector::dot(direction, outward).max(0.1);
    [
        vector::dot(direction, north) / depth,
        vector::dot(direction, east) / depth,
    ]
}
