use std::io::Cursor;

use skyhelm_units::{Angle, Equatorial, J2000};

use crate::deep_sky::{Kind, Subject, Texel, Texture};
use crate::vector;

/// A decoded photograph in linear light, its background taken off and its stars painted over.
#[derive(Clone, Debug)]
pub(super) struct Photograph {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 3]>,
}

const MOST_PIXELS: usize = 2048 * 2048;

/// Decodes a PNG or JPEG of at most 4 megapixels.
pub(super) fn decode(bytes: &[u8]) -> Option<Photograph> {
    let (width, height, bytes) = if bytes.starts_with(&[0xff, 0xd8]) {
        decode_jpeg(bytes)?
    } else {
        decode_png(bytes)?
    };
    let pixels = bytes
        .chunks_exact(3)
        .map(|rgb| std::array::from_fn(|c| (f32::from(rgb[c]) / 255.0).powf(2.3)))
        .collect();
    let mut photograph = Photograph {
        width,
        height,
        pixels,
    };
    photograph.paint_over_stars();
    photograph.take_off_background();
    Some(photograph)
}

fn decode_jpeg(bytes: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    let options = zune_jpeg::zune_core::options::DecoderOptions::default()
        .set_max_width(2048)
        .set_max_height(2048)
        .jpeg_set_out_colorspace(zune_jpeg::zune_core::colorspace::ColorSpace::RGB);
    let cursor = zune_jpeg::zune_core::bytestream::ZCursor::new(bytes);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(cursor, options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Some((width, height, pixels))
}

fn decode_png(bytes: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let size = reader.output_buffer_size()?;
    if size > MOST_PIXELS * 4 {
        return None;
    }
    let mut buffer = vec![0; size];
    let info = reader.next_frame(&mut buffer).ok()?;
    let (width, height) = (info.width as usize, info.height as usize);
    let samples = info.color_type.samples();
    let pixels = buffer
        .chunks_exact(samples)
        .take(width * height)
        .flat_map(|pixel| match *pixel {
            [r, g, b] | [r, g, b, _] => [r, g, b],
            [grey] | [grey, _] => [grey; 3],
            _ => [0; 3],
        })
        .collect();
    Some((width, height, pixels))
}

impl Photograph {
    fn at(&self, x: usize, y: usize) -> [f32; 3] {
        let place = y.min(self.height - 1) * self.width + x.min(self.width - 1);
        self.pixels.get(place).copied().unwrap_or([0.0; 3])
    }

    /// A star is what stands out of the ring around it: the catalogue's own stars are drawn in its
    /// stead, at their right places and no others.
    fn paint_over_stars(&mut self) {
        for radius in [3_usize, 6] {
            let mut clean = self.pixels.clone();
            for y in 0..self.height {
                for x in 0..self.width {
                    let mut ring: [[f32; 3]; 8] = [
                        (0, radius),
                        (radius, 0),
                        (2 * radius, radius),
                        (radius, 2 * radius),
                        (0, 0),
                        (2 * radius, 0),
                        (0, 2 * radius),
                        (2 * radius, 2 * radius),
                    ]
                    .map(|(dx, dy)| {
                        self.at(
                            (x + dx).saturating_sub(radius),
                            (y + dy).saturating_sub(radius),
                        )
                    });
                    ring.sort_unstable_by(|a, b| light(*a).total_cmp(&light(*b)));
                    let around = ring[4];
                    let here = self.at(x, y);
                    if light(here) > 1.35 * light(around) + 0.004 {
                        clean[y * self.width + x] = around;
                    }
                }
            }
            self.pixels = clean;
        }
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
        let [a, b] = [self.at(column, row), self.at(column + 1, row)];
        let [c, d] = [self.at(column, row + 1), self.at(column + 1, row + 1)];
        let rgb: [f32; 3] = std::array::from_fn(|i| {
            let upper = a[i] + (b[i] - a[i]) * fx;
            let lower = c[i] + (d[i] - c[i]) * fx;
            upper + (lower - upper) * fy
        });
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
