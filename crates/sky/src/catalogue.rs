//! The stars, the constellations and the deep sky the binary carries with it.

mod cells;
mod colour;
mod constellation;
mod deep_sky;
mod density;
pub mod format;
mod search;
mod showpieces;
mod smoothing;
mod star;

use std::sync::OnceLock;

use skyhelm_units::{Angle, Equatorial, J2000};

pub use colour::Colour;
pub use constellation::Constellation;
pub use deep_sky::{DeepSkyObject, ObjectKind};
pub use search::{Found, Match};
pub use star::{NamedStar, ProperMotion, Star, StarId};

use crate::vector::dot;
use deep_sky::ObjectTable;
use density::DensityMap;
use format::{FormatError, StarTable};
use search::Index;
use star::NamedTable;

static STARS: &[u8] = include_bytes!("../data/stars.bin");
static NAMED: &str = include_str!("../data/named-stars.tsv");
static CONSTELLATIONS: &str = include_str!("../data/constellations.tsv");
static OBJECTS: &str = include_str!("../data/deep-sky.tsv");

/// Stars to G = 10 (Gaia DR3 and Hipparcos), named stars, and the deep sky of `OpenNGC`.
///
/// # Frames
/// Directions are ICRS. A star with a known proper motion is given for epoch J2000.0; the others
/// stand where Gaia saw them at 2016.0 and have none (typically 0.2 arc-seconds by 2026).
///
/// # Example
/// ```
/// use skyhelm_sky::Catalogue;
/// use skyhelm_units::{Angle, Equatorial};
///
/// let pleiades = Equatorial::from_degrees(56.75, 24.12).unwrap();
/// let cone = Angle::from_degrees(1.0);
/// let bright = Catalogue::embedded().stars_in_cone(pleiades, cone, 5.0).count();
/// assert!((5..10).contains(&bright));
/// ```
#[derive(Debug)]
pub struct Catalogue {
    stars: StarTable<'static>,
    named: NamedTable,
    density: DensityMap<'static>,
    constellations: Vec<Constellation>,
    objects: ObjectTable,
    index: OnceLock<Index>,
}

impl Catalogue {
    /// The catalogue in the binary.
    ///
    /// # Panics
    /// Never: that the embedded files can be read is what the tests of this module check.
    pub fn embedded() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE
            .get_or_init(|| Self::parse(STARS, NAMED, OBJECTS).expect("the tests read these bytes"))
    }

    fn parse(stars: &'static [u8], named: &str, objects: &str) -> Result<Self, FormatError> {
        let (stars, density) = format::read(stars)?;
        Ok(Self {
            stars,
            density: DensityMap::new(density),
            named: NamedTable::parse(named)?,
            constellations: constellation::parse(CONSTELLATIONS)?,
            objects: ObjectTable::parse(objects)?,
            index: OnceLock::new(),
        })
    }

    /// How many stars there are.
    pub fn star_count(&self) -> usize {
        self.stars.len()
    }

    /// One star by its number.
    pub fn star(&self, id: StarId) -> Option<Star> {
        (id.0 < self.stars.len() as u32).then(|| self.decoded(id.0))
    }

    /// The stars within an angle of a direction, down to a magnitude; in no particular order.
    ///
    /// A star's catalogue direction decides; at a large proper motion it may have left by up to
    /// two arc-minutes, so widen the cone where a border matters.
    pub fn stars_in_cone(
        &self,
        center: Equatorial<J2000>,
        radius: Angle,
        limit_magnitude: f64,
    ) -> impl Iterator<Item = Star> + use<'_> {
        let axis = center.to_vector();
        let cos_radius = cos_of_radius(radius);
        cells::touching(center, radius)
            .into_iter()
            .flat_map(move |cell| {
                let bright =
                    move |index: &u32| self.stars.record(*index).magnitude() <= limit_magnitude;
                self.stars.cell(cell).take_while(bright)
            })
            .map(|index| self.decoded(index))
            .filter(move |star| dot(&star.vector(), &axis) >= cos_radius)
    }

    /// The stars that have a name, brightest first.
    pub fn named_stars(&self) -> impl Iterator<Item = (&NamedStar, Star)> {
        self.named
            .brightest_first()
            .map(|named| (named, self.decoded(named.id.0)))
    }

    /// The name and class of a star, where it has one.
    pub fn name_of(&self, id: StarId) -> Option<&NamedStar> {
        self.named.find(id)
    }

    /// The constellations that have a figure: some 60, the faint ones have none.
    pub fn constellations(&self) -> &[Constellation] {
        &self.constellations
    }

    /// The stars along each line of a constellation's figure.
    pub fn figure<'a>(
        &'a self,
        constellation: &'a Constellation,
    ) -> impl Iterator<Item = Vec<Star>> + 'a {
        let stars = |line: &Vec<StarId>| line.iter().filter_map(|id| self.star(*id)).collect();
        constellation.lines.iter().map(stars)
    }

    /// Stars to G = 10 per square degree about a direction, smoothed: the Milky Way as the
    /// catalogue itself shows it.
    pub fn density(&self, direction: Equatorial<J2000>) -> f32 {
        self.density.at(direction)
    }

    /// All deep-sky objects, the best known first.
    pub fn objects(&self) -> &[DeepSkyObject] {
        self.objects.all()
    }

    /// The deep-sky objects whose centre, or whose extent, lies within an angle of a direction.
    pub fn objects_in_cone(
        &self,
        center: Equatorial<J2000>,
        radius: Angle,
    ) -> impl Iterator<Item = &DeepSkyObject> {
        self.objects.in_cone(center, radius)
    }

    /// The deep-sky object of a designation such as `M31`, `ngc 224` or `IC434`.
    pub fn object(&self, designation: &str) -> Option<&DeepSkyObject> {
        match self.search(designation).into_iter().next()?.found {
            Found::Object(object) if object.is_called(designation) => Some(object),
            _ => None,
        }
    }

    /// What a person may mean by a text, the likeliest first, at most 20.
    ///
    /// Case, spaces and leading zeros do not matter: `m 31`, `M31`, `NGC224`, `ngc 224`,
    /// `andromeda`, `orion neb`, `vega`, `jupiter`.
    pub fn search(&self, text: &str) -> Vec<Match<'_>> {
        let index = self
            .index
            .get_or_init(|| Index::new(&self.named, self.objects.all()));
        index.search(self, text)
    }

    /// The objects that look best in a small telescope, the best first.
    pub fn showpieces(&self) -> impl Iterator<Item = &DeepSkyObject> {
        showpieces::DESIGNATIONS
            .iter()
            .filter_map(|designation| self.objects.by_designation(designation))
    }

    fn decoded(&self, index: u32) -> Star {
        let record = self.stars.record(index);
        let motion = record
            .is_named()
            .then(|| self.named.find(StarId(index)))
            .flatten()
            .map_or(ProperMotion::NONE, |named| named.proper_motion);
        record.star(StarId(index), motion)
    }
}

fn cos_of_radius(radius: Angle) -> f64 {
    Angle::from_radians(radius.radians().clamp(0.0, core::f64::consts::PI)).cos()
}

#[cfg(test)]
mod tests;
