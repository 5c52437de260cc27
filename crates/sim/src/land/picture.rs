//! A camera in the land and the picture it takes.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{Horizontal, Site, UtcMillis};

use super::Land;
use super::ground_map::GroundMap;
use super::mesh;
use super::raster::{Face, Visible};
use super::shade::{Paint, Spot};
use crate::flight::Enu;

/// Nothing nearer than this is drawn, metres.
const NEAR: f64 = 0.2;
/// Rows that are painted at a time.
const BAND_ROWS: usize = 24;
/// How far the air is clear, metres.
const HAZE: f32 = 16_000.0;

/// Where a camera is, where it looks, and how much it sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Where, in the land's frame.
    pub position: Enu,
    /// Which way, degrees from north through east.
    pub heading_deg: f64,
    /// How far above the horizon, degrees.
    pub pitch_deg: f64,
    /// Right side down, degrees.
    pub roll_deg: f64,
    /// Angle between the left and the right edge of the picture, degrees.
    pub width_deg: f64,
}

/// The light it is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Colours.
    Visible,
    /// Warmth, white is warm.
    WhiteHot,
    /// Warmth, black is warm.
    BlackHot,
    /// Warmth from violet over red to white.
    Iron,
}

/// A picture, three bytes (red, green, blue) a pixel, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The pixels.
    pub rgb: Vec<u8>,
}

/// Where the Sun stands over a place.
pub fn sun_over(site: &Site, utc: UtcMillis) -> Horizontal {
    SkyFrame::new(site, utc, &Atmosphere::standard(site.height.metres))
        .sun()
        .horizontal
}

/// A view made ready for drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Camera {
    position: Enu,
    forward: Enu,
    right: Enu,
    up: Enu,
    focal: f64,
    middle: (f64, f64),
    size: (usize, usize),
    sun: Enu,
    ambient: f64,
    /// Half the picture's diagonal as an angle: its cosine and sine.
    half_diagonal: (f64, f64),
}

impl View {
    fn axes(&self) -> (Enu, Enu, Enu) {
        let (sin, cos) = self.pitch_deg.to_radians().sin_cos();
        let forward = Enu {
            up: sin,
            ..Enu::along(self.heading_deg, cos)
        };
        let level_right = Enu::along(self.heading_deg + 90.0, 1.0);
        let level_up = level_right.cross(forward);
        let (sin, cos) = self.roll_deg.to_radians().sin_cos();
        let right = level_right * cos - level_up * sin;
        (forward, right, right.cross(forward))
    }

    /// Where a point appears in a picture of a size (pixels from the left and from the top), or nothing
    /// when it is behind the camera.
    pub fn project(&self, point: Enu, width: usize, height: usize) -> Option<(f64, f64)> {
        let (forward, right, up) = self.axes();
        let way = point - self.position;
        let distance = way.dot(forward);
        let focal = width as f64 / 2.0 / (self.width_deg.to_radians() / 2.0).tan();
        (distance > NEAR).then(|| {
            let scale = focal / distance;
            (
                width as f64 / 2.0 + way.dot(right) * scale,
                height as f64 / 2.0 - way.dot(up) * scale,
            )
        })
    }

    /// The direction of a point of the picture, both from 0 (left, top) to 1, for a picture of a shape.
    pub fn direction(&self, x: f64, y: f64, aspect: f64) -> Enu {
        let (forward, right, up) = self.axes();
        let half = (self.width_deg.to_radians() / 2.0).tan();
        forward + right * ((2.0 * x - 1.0) * half) + up * ((1.0 - 2.0 * y) * half / aspect)
    }
}

impl Camera {
    fn new(view: &View, size: (usize, usize), sun: Enu) -> Self {
        let (forward, right, up) = view.axes();
        let focal =
            size.0 as f64 / 2.0 / (view.width_deg.clamp(0.05, 150.0).to_radians() / 2.0).tan();
        let diagonal = (size.0 as f64).hypot(size.1 as f64) / 2.0;
        let half = (diagonal / focal).atan();
        Self {
            position: view.position,
            forward,
            right,
            up,
            focal,
            middle: (size.0 as f64 / 2.0, size.1 as f64 / 2.0),
            size,
            sun,
            ambient: 0.38,
            half_diagonal: (half.cos(), half.sin()),
        }
    }

    pub(super) fn position(&self) -> Enu {
        self.position
    }

    /// Whether a ball may touch the cone around the picture.
    pub(super) fn may_see(&self, middle: Enu, radius: f64) -> bool {
        let way = middle - self.position;
        let ahead = way.dot(self.forward);
        let aside = (way.dot(way) - ahead * ahead).max(0.0).sqrt();
        // Its distance outside the cone's surface.
        let (cos, sin) = self.half_diagonal;
        aside * cos - ahead * sin < radius * 1.5
    }

    /// A flat face given by its corners, counter-clockwise as seen from its outside; nothing when it is
    /// turned away or out of the picture.
    pub(super) fn face(&self, corners: &[Enu], paint: Paint) -> Option<Face> {
        let normal = (corners[1] - corners[0]).cross(corners[2] - corners[0]);
        let offset = normal.dot(corners[0] - self.position);
        if offset >= 0.0 {
            return None;
        }
        let (points, count) = self.clipped(corners);
        if count < 3 {
            return None;
        }
        let mut low = (f32::MAX, f32::MAX);
        let mut high = (f32::MIN, f32::MIN);
        for (x, y) in &points[..count] {
            low = (low.0.min(*x), low.1.min(*y));
            high = (high.0.max(*x), high.1.max(*y));
        }
        let (width, height) = (self.size.0 as f32, self.size.1 as f32);
        if high.0 < 0.0 || high.1 < 0.0 || low.0 > width || low.1 > height {
            return None;
        }
        // A point z·ray lies on the face where normal·ray = offset / z.
        let per_x = normal.dot(self.right) / self.focal / offset;
        let per_y = -normal.dot(self.up) / self.focal / offset;
        let base =
            normal.dot(self.forward) / offset - per_x * self.middle.0 - per_y * self.middle.1;
        let facing = normal.unit().map_or(0.0, |unit| unit.dot(self.sun));
        let full = self.ambient + (1.0 - self.ambient) * self.sun.up.max(0.2);
        let light = (self.ambient + (1.0 - self.ambient) * facing.max(0.0)) / full;
        Some(Face {
            corners: points,
            count,
            inverse: [base as f32, per_x as f32, per_y as f32],
            top: low.1.max(-1.0) as i32,
            bottom: high.1.min(height + 1.0) as i32,
            light: light as f32,
            paint,
        })
    }

    /// Corners on the screen, what is nearer than [`NEAR`] cut off.
    fn clipped(&self, corners: &[Enu]) -> ([(f32, f32); 5], usize) {
        let mut points = [(0.0, 0.0); 5];
        let mut count = 0;
        let seen = |corner: Enu| {
            let way = corner - self.position;
            (way.dot(self.right), way.dot(self.up), way.dot(self.forward))
        };
        let mut before = seen(corners[corners.len() - 1]);
        for corner in corners {
            let point = seen(*corner);
            if (before.2 < NEAR) != (point.2 < NEAR) {
                let share = (NEAR - before.2) / (point.2 - before.2);
                let mix = |a: f64, b: f64| a + share * (b - a);
                let cut = (mix(before.0, point.0), mix(before.1, point.1), NEAR);
                self.put(cut, &mut points, &mut count);
            }
            if point.2 >= NEAR {
                self.put(point, &mut points, &mut count);
            }
            before = point;
        }
        (points, count)
    }

    fn put(&self, (x, y, z): (f64, f64, f64), points: &mut [(f32, f32); 5], count: &mut usize) {
        if let Some(point) = points.get_mut(*count) {
            let scale = self.focal / z;
            *point = (
                (self.middle.0 + x * scale) as f32,
                (self.middle.1 - y * scale) as f32,
            );
            *count += 1;
        }
    }
}

/// Paints pictures of a land. It keeps the ground's map, shaded for the last sun.
#[derive(Debug)]
pub struct Painter {
    land: Arc<Land>,
    bare: GroundMap,
    shaded: Mutex<Option<(Enu, Arc<GroundMap>)>>,
}

impl Painter {
    /// A painter of a land; drawing the map of its ground takes some tens of milliseconds.
    pub fn new(land: Arc<Land>) -> Self {
        Self {
            bare: GroundMap::of(&land),
            land,
            shaded: Mutex::new(None),
        }
    }

    /// Takes a picture in the light of a sun.
    pub fn paint(&self, view: &View, size: (usize, usize), band: Band, sun: Horizontal) -> Frame {
        let (width, height) = (size.0.clamp(16, 4096), size.1.clamp(16, 4096));
        let altitude = sun.altitude.angle().degrees();
        let sun = Enu {
            up: sun.altitude.angle().sin(),
            ..Enu::along(sun.azimuth.angle().degrees(), sun.altitude.angle().cos())
        };
        let map = self.map_for(sun);
        let camera = Camera::new(view, (width, height), sun);
        let faces = mesh::faces(&self.land, &camera);
        let light = Light::of(altitude, band, sun);
        let mut rgb = vec![0; width * height * 3];
        rgb.par_chunks_mut(width * 3 * BAND_ROWS)
            .enumerate()
            .for_each(|(number, pixels)| {
                let first = number * BAND_ROWS;
                let mut seen = Visible::new(width, first, pixels.len() / (width * 3));
                seen.draw_all(&faces);
                colour(&camera, &faces, &seen, &map, &light, (first, pixels));
            });
        Frame { width, height, rgb }
    }

    fn map_for(&self, sun: Enu) -> Arc<GroundMap> {
        let mut kept = self.shaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((old, map)) = kept.as_ref()
            // Shadows are drawn anew when the Sun has moved by a degree and a half.
            && (sun.dot(*old) > 0.999_65 || (sun.up < 0.03 && old.up < 0.03))
        {
            return Arc::clone(map);
        }
        let per_height = (sun.up > 0.03).then(|| -sun.level() * (1.0 / sun.up.max(0.12)));
        let map = Arc::new(self.bare.shaded(&self.land, per_height));
        *kept = Some((sun, Arc::clone(&map)));
        map
    }
}

struct Light {
    band: Band,
    sun: Enu,
    /// Brightness of the day, 0 to 1.
    day: f32,
    /// How many of the lamps that burn at night are lit, 0 to 1.
    lamps: f32,
}

/// What a camera makes of a night as long and as sensitive as it may expose.
const NIGHT: f64 = 0.13;

impl Light {
    fn of(altitude: f64, band: Band, sun: Enu) -> Self {
        Self {
            band,
            sun,
            day: ((altitude + 8.0) / 20.0).clamp(NIGHT, 1.0) as f32,
            lamps: ((2.0 - altitude) / 6.0).clamp(0.0, 1.0) as f32,
        }
    }

    /// Colour of the sky along a ray of length 1.
    fn sky(&self, ray: Enu) -> [f32; 3] {
        let high = ray.up.max(0.0) as f32;
        let t = high.sqrt().min(1.0);
        let glow = (ray.dot(self.sun).max(0.0) as f32).powi(24) * 60.0;
        [208.0 - 120.0 * t, 220.0 - 84.0 * t, 232.0 - 24.0 * t]
            .map(|c| (c + glow).min(255.0) * self.day)
    }

    fn finish(&self, colour: [f32; 3], warmth: f32) -> [u8; 3] {
        match self.band {
            Band::Visible => colour.map(|c| c.min(255.0) as u8),
            Band::WhiteHot => [warmth as u8; 3],
            Band::BlackHot => [255 - warmth as u8; 3],
            Band::Iron => {
                let t = warmth / 255.0;
                let red = (t * 2.2).min(1.0);
                let green = ((t - 0.45) * 2.0).clamp(0.0, 1.0);
                let blue = (0.55 - (t - 0.25).abs() * 2.0).max((t - 0.85) * 6.0);
                [red, green, blue].map(|c| (c.clamp(0.0, 1.0) * 255.0) as u8)
            }
        }
    }
}

/// Stretch of warmth to the picture's range.
fn stretch(warmth: u8, light: f32) -> f32 {
    ((f32::from(warmth) - 60.0) * 2.0 * (0.8 + 0.2 * light)).clamp(0.0, 255.0)
}

fn colour(
    camera: &Camera,
    faces: &[Face],
    seen: &Visible,
    map: &GroundMap,
    light: &Light,
    pixels: (usize, &mut [u8]),
) {
    let (first, pixels) = pixels;
    let width = camera.size.0;
    let across = camera.right * (1.0 / camera.focal);
    let horizon = light.sky(Enu::new(0.0, 1.0, 0.0));
    for (row, line) in pixels.chunks_exact_mut(width * 3).enumerate() {
        let y = camera.middle.1 - ((first + row) as f64 + 0.5);
        let start = camera.forward + camera.up * (y / camera.focal)
            - camera.right * ((camera.middle.0 - 0.5) / camera.focal);
        for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
            let ray = start + across * column as f64;
            let (inverse, number) = seen.at(column, row);
            let Some(face) = faces.get(number as usize) else {
                let unit = ray * (1.0 / ray.length());
                pixel.copy_from_slice(&light.finish(light.sky(unit), 8.0));
                continue;
            };
            let z = 1.0 / inverse;
            let spot = Spot {
                east: camera.position.east as f32 + ray.east as f32 * z,
                north: camera.position.north as f32 + ray.north as f32 * z,
                up: camera.position.up as f32 + ray.up as f32 * z,
                pixel: z / camera.focal as f32,
            };
            let [r, g, b, warmth] = face.paint.texel(map, spot).to_le_bytes();
            let air = z / (z + HAZE);
            let lit = face.light * light.day * (1.0 - air);
            let mix = |c: u8, far: f32| f32::from(c) * lit + far * air;
            let mut colour = [mix(r, horizon[0]), mix(g, horizon[1]), mix(b, horizon[2])];
            if light.lamps > 0.0
                && let Some(glow) = face.paint.glow(spot)
            {
                for (seen, lamp) in colour.iter_mut().zip(glow) {
                    *seen = seen.max(lamp * light.lamps * (1.0 - air));
                }
            }
            pixel.copy_from_slice(&light.finish(colour, stretch(warmth, face.light)));
        }
    }
}
