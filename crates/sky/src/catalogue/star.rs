use skyhelm_units::{Angle, Equatorial, J2000, UnitVector};

use super::Colour;
use super::format::{FormatError, parsed};

/// A star's number in the catalogue compiled in. It changes when the catalogue is made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StarId(pub u32);

/// How a star moves across the sky.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProperMotion {
    /// Eastward on the sky (the cosine of the declination is in it), milliarcseconds a year.
    pub east_mas: f64,
    /// Northward, milliarcseconds a year.
    pub north_mas: f64,
}

impl ProperMotion {
    /// Unknown, or none.
    pub const NONE: Self = Self {
        east_mas: 0.0,
        north_mas: 0.0,
    };
}

/// A star of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Star {
    /// Its number.
    pub id: StarId,
    /// Where it stood at J2000.0 (ICRS).
    pub position: Equatorial<J2000>,
    /// How it moves.
    pub proper_motion: ProperMotion,
    /// Gaia G magnitude: close to what a silicon sensor sees.
    pub magnitude: f64,
    /// Its colour.
    pub colour: Colour,
}

impl Star {
    /// Its direction at J2000.0.
    pub fn vector(&self) -> UnitVector {
        self.position.to_vector()
    }

    /// Its direction some years after J2000.0.
    pub fn vector_after(&self, years: f64) -> UnitVector {
        let place = self.vector();
        if self.proper_motion == ProperMotion::NONE {
            return place;
        }
        let (sin_ra, cos_ra) = self.position.ra.angle().sin_cos();
        let (sin_dec, cos_dec) = self.position.dec.angle().sin_cos();
        let mas = Angle::from_arcseconds(1e-3).radians();
        let east = self.proper_motion.east_mas * mas * years;
        let north = self.proper_motion.north_mas * mas * years;
        // Along the great circle's tangent; at 1,200 arc-seconds a century its bend does not show.
        crate::vector::normalized(&[
            place[0] - east * sin_ra - north * sin_dec * cos_ra,
            place[1] + east * cos_ra - north * sin_dec * sin_ra,
            place[2] + north * cos_dec,
        ])
    }

    /// Its brightness as the eye sees it (Johnson V), from G and the colour.
    pub fn visual_magnitude(&self) -> f64 {
        self.magnitude + self.colour.v_minus_g()
    }
}

/// What is known of a star beyond its catalogue row.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedStar {
    /// Its number in the catalogue.
    pub id: StarId,
    /// How it moves.
    pub proper_motion: ProperMotion,
    /// Johnson V magnitude as published.
    pub visual_magnitude: f64,
    /// Spectral class; empty when not known.
    pub spectral_class: String,
    /// Its name, then others it goes by.
    pub names: Vec<String>,
}

impl NamedStar {
    /// Its first name.
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}

/// The rows of `named-stars.tsv`, by star number.
#[derive(Debug)]
pub(super) struct NamedTable {
    rows: Vec<NamedStar>,
    brightest_first: Vec<usize>,
}

impl NamedTable {
    pub(super) fn parse(text: &str) -> Result<Self, FormatError> {
        let mut rows = text.lines().map(row).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(|named| named.id);
        let mut brightest_first: Vec<usize> = (0..rows.len()).collect();
        brightest_first.sort_by(|a, b| {
            rows[*a]
                .visual_magnitude
                .total_cmp(&rows[*b].visual_magnitude)
        });
        Ok(Self {
            rows,
            brightest_first,
        })
    }

    pub(super) fn find(&self, id: StarId) -> Option<&NamedStar> {
        let at = self.rows.binary_search_by_key(&id, |named| named.id).ok()?;
        self.rows.get(at)
    }

    pub(super) fn brightest_first(&self) -> impl Iterator<Item = &NamedStar> {
        self.brightest_first.iter().map(|at| &self.rows[*at])
    }
}

fn row(line: &str) -> Result<NamedStar, FormatError> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [id, east, north, visual, class, names] = fields[..] else {
        return Err(FormatError::Row(line.to_owned()));
    };
    Ok(NamedStar {
        id: StarId(parsed(id, line)?),
        proper_motion: ProperMotion {
            east_mas: parsed(east, line)?,
            north_mas: parsed(north, line)?,
        },
        visual_magnitude: parsed(visual, line)?,
        spectral_class: class.to_owned(),
        names: names.split('|').map(str::to_owned).collect(),
    })
}
