use skyhelm_sky::Catalogue;
use skyhelm_units::{Angle, Equatorial, J2000, UnitVector};

use super::FaintStar;
use super::canvas::Canvas;
use super::exposure_light::ExposureLight;
use super::faint_stars;
use super::field_map::FieldMap;
use super::grid::Grid;
use super::psf::Psf;
use super::surface::Surface;
use crate::starlight;

/// A star in the frame: where it was when the shutter opened and closed, and its electrons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FieldStar {
    /// In pixels of the sensor.
    pub(crate) path: [[f64; 2]; 2],
    /// Electrons in red, green and blue, were all pixels of that colour.
    pub(crate) electrons: [f32; 3],
    /// Whether it comes from the catalogue.
    pub(crate) listed: bool,
}

impl FieldStar {
    /// How far it moved while the shutter was open, in pixels.
    pub(crate) fn trail(&self) -> f64 {
        let [a, b] = self.path;
        (b[0] - a[0]).hypot(b[1] - a[1])
    }

    pub(crate) fn middle(&self) -> [f64; 2] {
        let [a, b] = self.path;
        [0, 1].map(|axis| f64::midpoint(a[axis], b[axis]))
    }
}

/// The stars of one frame, brightest kinds first: listed, seeded, members of clusters.
pub(crate) struct FieldStars<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) opened: &'a FieldMap,
    /// The same again when the shutter closed; `None` when nothing moved.
    pub(crate) closed: Option<&'a FieldMap>,
    pub(crate) light: ExposureLight,
    pub(crate) seed: u64,
}

impl FieldStars<'_> {
    /// Tells everything down to `limit`, with the stars of `members` (clusters) last.
    pub(crate) fn each(&self, limit: f32, members: &[FaintStar], mut tell: impl FnMut(FieldStar)) {
        let center = self.opened.center();
        // Wide enough for stars whose halo or trail reaches in.
        let radius = self.opened.lens.half_diagonal() * 1.06;
        let moved = self.closed.map(|map| map.center().separation(&center));
        let radius = radius + moved.unwrap_or_default();
        self.listed(center, radius, limit).for_each(&mut tell);
        let density = |direction| self.catalogue.density(Equatorial::from_vector(direction));
        let mut tell_faint = |star: FaintStar| {
            if let Some(path) = self.near_path(star.direction) {
                let colour = starlight::colour(star.b_minus_v);
                tell(FieldStar {
                    path,
                    electrons: self.electrons(star.magnitude, colour),
                    listed: false,
                });
            }
        };
        let center = center.to_vector();
        faint_stars::each_in_cone(center, radius, limit, self.seed, &density, &mut tell_faint);
        let members = members.iter().filter(|star| star.magnitude <= limit);
        members.copied().for_each(tell_faint);
    }

    fn listed(
        &self,
        center: Equatorial<J2000>,
        radius: Angle,
        limit: f32,
    ) -> impl Iterator<Item = FieldStar> {
        let reach = radius + Angle::from_arcminutes(3.0);
        self.catalogue
            .stars_in_cone(
                center,
                reach,
                limit.min(faint_stars::CATALOGUE_LIMIT + 1.0).into(),
            )
            .filter_map(|star| {
                let colour = starlight::colour(star.colour.b_minus_v() as f32);
                Some(FieldStar {
                    path: self.path(|map| map.frame.star_vector(&star))?,
                    electrons: self.electrons(star.magnitude as f32, colour),
                    listed: true,
                })
            })
    }

    fn path(&self, direction: impl Fn(&FieldMap) -> UnitVector) -> Option<[[f64; 2]; 2]> {
        let opened = self.opened.pixel(direction(self.opened))?;
        match self.closed {
            Some(map) => Some([opened, map.pixel(direction(map))?]),
            None => Some([opened, opened]),
        }
    }

    /// For stars no catalogue lists: nobody can say that they are a tenth of a pixel off.
    fn near_path(&self, direction: UnitVector) -> Option<[[f64; 2]; 2]> {
        let opened = self.opened.near_pixel(direction)?;
        match self.closed {
            Some(map) => Some([opened, map.near_pixel(direction)?]),
            None => Some([opened, opened]),
        }
    }

    fn electrons(&self, magnitude: f32, colour: [f32; 3]) -> [f32; 3] {
        let flux = starlight::flux(magnitude);
        std::array::from_fn(|c| self.light.star[c] * colour[c] * flux)
    }
}

/// Draws stars on a canvas that is laid over the sensor as `grid` says, in electrons of one pixel.
#[derive(Debug)]
pub(crate) struct Pen {
    pub(crate) psf: Psf,
    pub(crate) grid: Grid,
    /// Electrons that nobody would see.
    pub(crate) floor: f32,
}

impl Pen {
    pub(crate) fn draw(&self, star: &FieldStar, surface: &Surface<'_>, canvas: &mut impl Canvas) {
        let Self { psf, grid, floor } = self;
        // A cell holds `pitch` squared pixels; what lands in it is shared among them.
        let share = (1.0 / (grid.pitch * grid.pitch)) as f32;
        let [from, to] = star.path.map(|pixel| grid.place_of(pixel));
        let passes = surface.passes(star.middle());
        let electrons: [f32; 3] = std::array::from_fn(|c| star.electrons[c] * passes[c] * share);
        let brightest = electrons.iter().fold(0.0_f32, |a, &e| a.max(e));
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        let steps = (length / psf.smooth_step()).ceil().clamp(1.0, 600.0);
        if brightest / (1.0 + length as f32) < 0.3 * floor {
            return;
        }
        let part = (1.0 / steps) as f32;
        let colour = electrons.map(|e| e / brightest);
        for index in 0..steps as usize {
            let along = (index as f64 + 0.5) / steps;
            let place = [
                from[0] + (to[0] - from[0]) * along,
                from[1] + (to[1] - from[1]) * along,
            ];
            psf.draw(place, brightest * part, colour, floor * part.sqrt(), canvas);
        }
    }
}

/// Finds the brightest of many stars without keeping the others.
#[derive(Debug, Default)]
pub(crate) struct Brightest {
    stars: Vec<FieldStar>,
}

impl Brightest {
    const MOST: usize = 400;

    pub(crate) fn add(&mut self, star: FieldStar) {
        self.stars.push(star);
        if self.stars.len() == 4 * Self::MOST {
            self.forget_the_rest();
        }
    }

    /// The brightest first.
    pub(crate) fn into_stars(mut self) -> Vec<FieldStar> {
        self.forget_the_rest();
        self.stars
    }

    fn forget_the_rest(&mut self) {
        let stars = &mut self.stars;
        stars.sort_unstable_by(|a, b| b.electrons[1].total_cmp(&a.electrons[1]));
        stars.truncate(Self::MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brightest_of_many_are_found_whenever_they_come() {
        let mut found = Brightest::default();
        // 7,919 is a prime: each brightness up to 9,999 comes once, in no order.
        for index in 0..10_000_u32 {
            let green = (index * 7_919 % 10_000) as f32;
            found.add(FieldStar {
                path: [[0.0; 2]; 2],
                electrons: [0.0, green, 0.0],
                listed: false,
            });
        }
        let found: Vec<f32> = found.into_stars().iter().map(|s| s.electrons[1]).collect();
        let expected: Vec<f32> = (9_600..10_000_u32)
            .rev()
            .map(|green| green as f32)
            .collect();
        assert_eq!(found, expected);
    }
}
