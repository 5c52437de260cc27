//! The layout of the embedded star file, for the reader and for the generator.
//!
//! # Shape
//! Little-endian throughout.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `SKYSTAR1` |
//! | 4 x 4 | stars, cells, width and height of the density grid |
//! | 4 x (cells + 1) | number of the first star of each cell, and the total |
//! | 12 x stars | right ascension and declination in 2⁻³² turns; magnitude; colour |
//! | 2 x width x height | density grid |
//!
//! Within a cell the brightest star comes first. The magnitude is (G + 2) x 2500, its top bit
//! tells that `named-stars.tsv` has a row for the star; the colour is BP − RP in millimagnitudes.

use core::ops::Range;

use skyhelm_units::{Angle, Equatorial, J2000};

use super::density::DensityGrid;
use super::{Colour, ProperMotion, Star, StarId, cells};

pub use super::smoothing::smoothed_density;

const MAGIC: &[u8; 8] = b"SKYSTAR1";
const HEADER: usize = 24;
const RECORD: usize = 12;
const NAMED: u16 = 0x8000;
const MAGNITUDE_STEP: f64 = 2500.0;
const MAGNITUDE_FOOT: f64 = 2.0;

/// Width of the density grid.
pub const DENSITY_WIDTH: usize = 360;
/// Height of the density grid.
pub const DENSITY_HEIGHT: usize = 180;

/// What is wrong with a catalogue file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// It does not begin as a star file does.
    #[error("the star file does not begin with its mark")]
    NotAStarFile,
    /// It is shorter or longer than its header says.
    #[error("the star file holds {actual} bytes where its header says {expected}")]
    Size {
        /// By the header.
        expected: usize,
        /// As found.
        actual: usize,
    },
    /// Its directory is out of order.
    #[error("the star file's directory is out of order")]
    Directory,
    /// A row of a table cannot be read.
    #[error("this row of a catalogue table cannot be read: {0}")]
    Row(String),
}

/// One star for the writer.
#[derive(Clone, Copy, Debug)]
pub struct StarRow {
    /// Where it stands (ICRS; epoch J2000.0 where it has a proper motion).
    pub position: Equatorial<J2000>,
    /// Gaia G.
    pub magnitude: f64,
    /// Its colour.
    pub colour: Colour,
    /// Whether the table of named stars has a row for it.
    pub named: bool,
}

/// Sorts stars into the order of the file: by cell, the brightest first.
/// Returns the indices into `stars` in that order; a star's place in it is its [`StarId`].
pub fn order(stars: &[StarRow]) -> Vec<usize> {
    let mut order: Vec<(usize, usize)> = stars
        .iter()
        .enumerate()
        .map(|(index, star)| (cells::of(star.position), index))
        .collect();
    order.sort_by(|a, b| {
        let (left, right) = (&stars[a.1], &stars[b.1]);
        a.0.cmp(&b.0)
            .then(left.magnitude.total_cmp(&right.magnitude))
            .then(a.1.cmp(&b.1))
    });
    order.into_iter().map(|(_, index)| index).collect()
}

/// Writes a star file.
pub fn write(stars: &[StarRow], density: &[f32]) -> Vec<u8> {
    let order = order(stars);
    let mut firsts = vec![0u32; cells::count() + 1];
    for star in stars {
        firsts[cells::of(star.position) + 1] += 1;
    }
    for cell in 1..firsts.len() {
        firsts[cell] += firsts[cell - 1];
    }
    let mut out = Vec::with_capacity(HEADER + firsts.len() * 4 + stars.len() * RECORD);
    out.extend_from_slice(MAGIC);
    for number in [stars.len(), cells::count(), DENSITY_WIDTH, DENSITY_HEIGHT] {
        out.extend_from_slice(&(number as u32).to_le_bytes());
    }
    for first in firsts {
        out.extend_from_slice(&first.to_le_bytes());
    }
    for index in order {
        out.extend_from_slice(&Record::of(&stars[index]).0);
    }
    for value in density {
        let steps = (f64::from(*value) * super::density::DENSITY_UNIT).round();
        out.extend_from_slice(&(steps.clamp(0.0, 65_535.0) as u16).to_le_bytes());
    }
    out
}

/// Takes a star file apart without copying it.
pub(super) fn read(bytes: &[u8]) -> Result<(StarTable<'_>, DensityGrid<'_>), FormatError> {
    if bytes.get(..MAGIC.len()) != Some(MAGIC) || bytes.len() < HEADER {
        return Err(FormatError::NotAStarFile);
    }
    let [stars, cell_count, width, height] = [8, 12, 16, 20].map(|at| number(bytes, at) as usize);
    let directory_end = HEADER + (cell_count + 1) * 4;
    let stars_end = directory_end + stars * RECORD;
    let expected = stars_end + width * height * 2;
    if bytes.len() != expected || width == 0 || height == 0 {
        return Err(FormatError::Size {
            expected,
            actual: bytes.len(),
        });
    }
    let directory = &bytes[HEADER..directory_end];
    let firsts = (0..=cell_count).map(|cell| number(directory, cell * 4));
    if cell_count != cells::count()
        || !firsts.clone().is_sorted()
        || number(directory, cell_count * 4) != stars as u32
    {
        return Err(FormatError::Directory);
    }
    let table = StarTable {
        directory,
        records: &bytes[directory_end..stars_end],
    };
    let grid = DensityGrid {
        bytes: &bytes[stars_end..],
        width,
        height,
    };
    Ok((table, grid))
}

/// The stars of a file, cell by cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct StarTable<'a> {
    directory: &'a [u8],
    records: &'a [u8],
}

impl StarTable<'_> {
    pub(super) fn len(&self) -> usize {
        self.records.len() / RECORD
    }

    /// The numbers of a cell's stars, brightest first.
    pub(super) fn cell(&self, cell: usize) -> Range<u32> {
        number(self.directory, cell * 4)..number(self.directory, cell * 4 + 4)
    }

    pub(super) fn record(&self, index: u32) -> Record {
        let at = index as usize * RECORD;
        let mut record = [0; RECORD];
        record.copy_from_slice(&self.records[at..at + RECORD]);
        Record(record)
    }
}

/// One star as stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record([u8; RECORD]);

impl Record {
    fn of(star: &StarRow) -> Self {
        let turns = |angle: Angle| (angle.degrees() / 360.0 * 4_294_967_296.0).round() as i64;
        let ra = turns(star.position.ra.angle()) as u32;
        let dec = turns(star.position.dec.angle()) as i32;
        let steps = ((star.magnitude + MAGNITUDE_FOOT) * MAGNITUDE_STEP).round();
        let named = if star.named { NAMED } else { 0 };
        let magnitude = steps.clamp(0.0, 32_767.0) as u16 | named;
        let colour = (star.colour.bp_rp * 1000.0)
            .round()
            .clamp(-32_768.0, 32_767.0) as i16;
        let mut record = [0; RECORD];
        record[0..4].copy_from_slice(&ra.to_le_bytes());
        record[4..8].copy_from_slice(&dec.to_le_bytes());
        record[8..10].copy_from_slice(&magnitude.to_le_bytes());
        record[10..12].copy_from_slice(&colour.to_le_bytes());
        Self(record)
    }

    fn short(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.0[at], self.0[at + 1]])
    }

    pub(super) fn is_named(&self) -> bool {
        self.short(8) & NAMED != 0
    }

    pub(super) fn magnitude(&self) -> f64 {
        f64::from(self.short(8) & !NAMED) / MAGNITUDE_STEP - MAGNITUDE_FOOT
    }

    pub(super) fn star(&self, id: StarId, proper_motion: ProperMotion) -> Star {
        let turn = 360.0 / 4_294_967_296.0;
        let ra = f64::from(number(&self.0, 0)) * turn;
        let dec = f64::from(number(&self.0, 4) as i32) * turn;
        Star {
            id,
            // A spoilt declination is read as 0 rather than trusted: the file is our own.
            position: Equatorial::from_degrees(ra, dec).unwrap_or_default(),
            proper_motion,
            magnitude: self.magnitude(),
            colour: Colour::from_bp_rp(f64::from(self.short(10) as i16) / 1000.0),
        }
    }
}

/// One field of a table row.
pub(super) fn parsed<T: core::str::FromStr>(field: &str, line: &str) -> Result<T, FormatError> {
    field.parse().map_err(|_| FormatError::Row(line.to_owned()))
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ra: f64, dec: f64, magnitude: f64) -> StarRow {
        StarRow {
            position: Equatorial::from_degrees(ra, dec).unwrap(),
            magnitude,
            colour: Colour::from_bp_rp(1.234),
            named: magnitude < 0.0,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let stars = [
            row(359.999_999_99, 89.9, 9.5),
            row(10.0, -90.0, -1.44),
            row(10.0, 0.5, 3.0),
        ];
        let density = vec![2.5f32; DENSITY_WIDTH * DENSITY_HEIGHT];
        let bytes = write(&stars, &density);
        let (table, _) = read(&bytes).unwrap();
        assert_eq!(table.len(), 3);
        for (index, source) in order(&stars).into_iter().enumerate() {
            let record = table.record(index as u32);
            let star = record.star(StarId(index as u32), ProperMotion::NONE);
            let source = &stars[source];
            assert!(star.position.separation(&source.position).arcseconds() < 1e-3);
            assert!((star.magnitude - source.magnitude).abs() < 2.1e-4);
            assert!((star.colour.bp_rp - 1.234).abs() < 1e-9);
            assert_eq!(record.is_named(), source.named);
            assert!(
                table
                    .cell(cells::of(source.position))
                    .contains(&(index as u32))
            );
        }
    }

    #[test]
    fn a_spoilt_file_is_refused() {
        let bytes = write(
            &[row(1.0, 1.0, 5.0)],
            &vec![0.0; DENSITY_WIDTH * DENSITY_HEIGHT],
        );
        assert!(matches!(
            read(&bytes[..bytes.len() - 1]),
            Err(FormatError::Size { .. })
        ));
        assert!(matches!(read(b"SKYSTAR1"), Err(FormatError::NotAStarFile)));
        let mut disordered = bytes;
        disordered[HEADER..HEADER + 4].copy_from_slice(&9u32.to_le_bytes());
        assert_eq!(read(&disordered).unwrap_err(), FormatError::Directory);
    }
}
