use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use skyhelm_units::{Angle, UnitVector};

use super::Subject;
use crate::vector;

/// Surface brightness at one place: magnitude-0 stars per square arcsecond.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Texel {
    /// Light of all colours: red, green, blue.
    pub(crate) continuum: [f32; 3],
    /// The red line of hydrogen.
    pub(crate) hydrogen: f32,
    /// The green lines of oxygen.
    pub(crate) oxygen: f32,
}

impl Texel {
    pub(crate) fn scaled(self, factor: f32) -> Self {
        Self {
            continuum: self.continuum.map(|c| c * factor),
            hydrogen: self.hydrogen * factor,
            oxygen: self.oxygen * factor,
        }
    }

    /// All its light, for normalizing to a magnitude.
    pub(crate) fn brightness(self) -> f32 {
        let [r, g, b] = self.continuum;
        0.3 * r + 0.45 * g + 0.25 * b + 0.5 * (self.hydrogen + self.oxygen)
    }
}

/// A picture of an object on the plane that touches the sky at its centre.
#[derive(Clone, Debug)]
pub(crate) struct Texture {
    width: usize,
    height: usize,
    /// Shared by the copies that are moved about.
    texels: Arc<Vec<Texel>>,
    /// Unit vectors in J2000: toward growing u, growing v, and the centre.
    axes: [UnitVector; 3],
    /// Texels to a radian on the plane.
    density: f64,
    /// As it was lit last.
    lit: Arc<Mutex<LastLit>>,
}

/// The light a texture was lit with, and what came of it.
type LastLit = Option<(TexelLight, Arc<LitTexture>)>;

/// A side longer than this is painted coarser: memory and time are bounded.
const LONGEST_SIDE: f64 = 1100.0;

impl Texture {
    /// Paints around the subject's centre: `paint(u, v)` in radians, u toward `turn` (from north
    /// through east), v across it, a quarter turn further; both within `reach`.
    pub(crate) fn painted(
        subject: &Subject,
        turn: Angle,
        (reach_u, reach_v): (Angle, Angle),
        texel: Angle,
        paint: impl Fn(f32, f32) -> Texel + Sync,
    ) -> Self {
        let longest = reach_u.radians().max(reach_v.radians()) * 2.0;
        let texel = texel.radians().max(longest / LONGEST_SIDE).max(1e-7);
        let side = |reach: Angle| ((2.0 * reach.radians() / texel).ceil() as usize).max(4) + 2;
        let (width, height) = (side(reach_u), side(reach_v));
        let texels: Vec<Texel> = (0..width * height)
            .into_par_iter()
            .with_min_len(1024)
            .map(|index| {
                let u = (index % width) as f64 - (width as f64 - 1.0) / 2.0;
                let v = (index / width) as f64 - (height as f64 - 1.0) / 2.0;
                paint((u * texel) as f32, (v * texel) as f32)
            })
            .collect();
        Self {
            width,
            height,
            texels: Arc::new(texels),
            axes: axes(subject, turn),
            density: 1.0 / texel,
            lit: Arc::default(),
        }
    }

    /// Scales all light so that the whole shines like a star of this magnitude.
    #[must_use]
    pub(crate) fn with_magnitude(mut self, magnitude: f32) -> Self {
        let texel_arcsec = Angle::from_radians(1.0 / self.density).arcseconds();
        let total: f64 = self.texels.iter().map(|t| f64::from(t.brightness())).sum();
        let total = total * texel_arcsec * texel_arcsec;
        if total > 0.0 {
            let factor = (f64::from(super::flux(magnitude)) / total) as f32;
            for texel in Arc::make_mut(&mut self.texels) {
                *texel = texel.scaled(factor);
            }
        }
        self
    }

    /// Fades to nothing at the edges, so that no square shows.
    #[must_use]
    pub(crate) fn with_soft_edge(mut self) -> Self {
        let (half_w, half_h) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        for (index, texel) in Arc::make_mut(&mut self.texels).iter_mut().enumerate() {
            let u = ((index % self.width) as f32 + 0.5 - half_w) / half_w;
            let v = ((index / self.width) as f32 + 0.5 - half_h) / half_h;
            let fade = crate::grain::step(1.0, 0.72, u.hypot(v));
            *texel = texel.scaled(fade);
        }
        self
    }

    /// The same picture about another centre, north up: for what moves among the stars.
    #[must_use]
    pub(crate) fn moved_to(mut self, subject: &Subject) -> Self {
        self.axes = axes(subject, Angle::ZERO);
        self
    }

    /// Directions of growing u, growing v and the centre.
    pub(crate) const fn axes(&self) -> &[UnitVector; 3] {
        &self.axes
    }

    /// Half the sides in radians on the plane.
    pub(crate) fn half_extent(&self) -> (f64, f64) {
        (
            self.width as f64 / 2.0 / self.density,
            self.height as f64 / 2.0 / self.density,
        )
    }

    /// Bytes it holds, lit and unlit.
    pub(crate) fn size_bytes(&self) -> usize {
        self.texels.len() * (size_of::<Texel>() + size_of::<[f32; 4]>())
    }

    /// The same in electrons of a sensor's three colours, ready to be laid on frames; kept until another
    /// light is asked for.
    pub(crate) fn lit(&self, light: &TexelLight) -> Arc<LitTexture> {
        // A poisoned lock means that another thread panicked while it only copied numbers.
        let mut kept = self.lit.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, lit)) = kept.as_ref()
            && of == light
        {
            return Arc::clone(lit);
        }
        let lit = Arc::new(self.lit_by(light));
        *kept = Some((*light, Arc::clone(&lit)));
        lit
    }

    fn lit_by(&self, light: &TexelLight) -> LitTexture {
        let texels = self
            .texels
            .par_iter()
            .with_min_len(4096)
            .map(|texel| {
                let [r, g, b] = std::array::from_fn(|c| {
                    light.continuum[c] * texel.continuum[c]
                        + light.hydrogen[c] * texel.hydrogen
                        + light.oxygen[c] * texel.oxygen
                });
                [r, g, b, 0.0]
            })
            .collect();
        LitTexture {
            width: self.width,
            height: self.height,
            texels,
        }
    }

    /// Texels to a radian, and the place of the centre: for [`LitTexture::at`].
    pub(crate) fn scale(&self) -> (f64, [f64; 2]) {
        let center = [
            (self.width as f64 - 1.0) / 2.0,
            (self.height as f64 - 1.0) / 2.0,
        ];
        (self.density, center)
    }
}

/// Electrons from each kind of a texel's light, per colour of the sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TexelLight {
    pub(crate) continuum: [f32; 3],
    pub(crate) hydrogen: [f32; 3],
    pub(crate) oxygen: [f32; 3],
}

/// A texture in electrons; the fourth number only aligns.
#[derive(Clone, Debug)]
pub(crate) struct LitTexture {
    width: usize,
    height: usize,
    texels: Vec<[f32; 4]>,
}

impl LitTexture {
    /// Adds light to cells along a straight line of texels, smoothly between them; nothing outside.
    #[inline]
    pub(crate) fn add_line(&self, line: &TexelLine, passes: [f32; 3], cells: &mut [[f32; 3]]) {
        let (right, bottom) = ((self.width - 1) as f32, (self.height - 1) as f32);
        let [mut x, mut y] = line.start;
        for cell in cells {
            if x >= 0.0 && y >= 0.0 && x < right && y < bottom {
                let light = self.between(x, y);
                for c in 0..3 {
                    cell[c] += passes[c] * light[c];
                }
            }
            x += line.step[0];
            y += line.step[1];
        }
    }

    #[inline]
    fn between(&self, x: f32, y: f32) -> [f32; 4] {
        // Checked before; the conversion by way of `i32` is the processor's own.
        let (column, row) = (x as i32 as usize, y as i32 as usize);
        let (fx, fy) = (x - column as i32 as f32, y - row as i32 as f32);
        let first = row * self.width + column;
        let (Some([a, b]), Some([c, d])) = (
            self.texels.get(first..).and_then(<[_]>::first_chunk::<2>),
            self.texels
                .get(first + self.width..)
                .and_then(<[_]>::first_chunk::<2>),
        ) else {
            return [0.0; 4];
        };
        vector::between([*a, *b, *c, *d], fx, fy)
    }
}

/// Places in texels along a row of a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TexelLine {
    pub(crate) start: [f32; 2],
    pub(crate) step: [f32; 2],
}

/// North turned by `turn` toward east, the same a quarter turn further, and the centre.
pub(crate) fn axes(subject: &Subject, turn: Angle) -> [UnitVector; 3] {
    let outward = subject.center.to_vector();
    let (sin_ra, cos_ra) = subject.center.ra.angle().sin_cos();
    let east = [-sin_ra, cos_ra, 0.0];
    let north = vector::cross(outward, east);
    let (sin, cos) = turn.sin_cos();
    let turned = |n: f64, e: f64| {
        let scaled = north.map(|c| c * n);
        vector::add_scaled(scaled, east, e)
    };
    [turned(cos, sin), turned(-sin, cos), outward]
}
