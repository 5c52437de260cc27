//! Stars: Gaia and Hipparcos for the many, lists of names and proper motions for the few.

use std::io;
use std::path::Path;

use skyhelm_sky::Colour;
use skyhelm_sky::catalogue::format::{self, StarRow};
use skyhelm_units::{Angle, Equatorial, J2000};

use super::{constellations, spoilt};

/// Gaia's positions are for 2016.0, the lists' for 2000.0.
const YEARS: f64 = 16.0;
/// A list's star and its Gaia row agree to 0.3 arc-seconds; binaries wobble by up to 1.3.
const SAME_STAR: f64 = 2.5;
/// Beyond this much difference in brightness it is the companion that was found.
const SAME_BRIGHTNESS: f64 = 1.6;

/// A row of a list of names and proper motions.
struct Listed {
    names: String,
    class: String,
    position: Equatorial<J2000>,
    east_mas: f64,
    north_mas: f64,
    visual: Option<f64>,
}

/// A row of the table of named stars; `index` is the star's place in the source.
pub(super) struct Named {
    pub(super) index: usize,
    pub(super) east_mas: f64,
    pub(super) north_mas: f64,
    pub(super) visual: f64,
    pub(super) class: String,
    pub(super) names: Vec<String>,
}

impl Named {
    fn row(&self, number: &[usize]) -> String {
        let (id, east, north) = (number[self.index], self.east_mas, self.north_mas);
        let (visual, class, names) = (self.visual, &self.class, self.names.join("|"));
        format!("{id}\t{east}\t{north}\t{visual:.2}\t{class}\t{names}\n")
    }
}

/// What is made of the stars.
pub(super) struct Made {
    pub(super) stars: Vec<u8>,
    pub(super) named: String,
    pub(super) constellations: String,
}

/// The star file, the table of named stars and the table of constellations.
pub(super) fn make(data: &Path) -> io::Result<Made> {
    let text = |name: &str| std::fs::read_to_string(data.join(name));
    let mut stars = read_stars(&std::fs::read(data.join("stars-gaia-hipparcos-g10.bin"))?)?;
    let mut named = Vec::new();
    for list in ["bright-stars.csv", "more-stars.csv"] {
        for star in read_list(&text(list)?)? {
            named.push(place(&mut stars, star));
        }
    }
    let figures = constellations::make(&text("constellations.txt")?, &mut stars, &mut named)?;
    let density = format::smoothed_density(stars.iter().map(|star| star.position));
    let mut number = vec![0; stars.len()];
    for (id, index) in format::order(&stars).into_iter().enumerate() {
        number[index] = id;
    }
    let named: Vec<String> = named.iter().map(|named| named.row(&number)).collect();
    let figures: Vec<String> = figures.iter().map(|figure| figure.row(&number)).collect();
    Ok(Made {
        stars: format::write(&stars, &density),
        named: named.concat(),
        constellations: figures.concat(),
    })
}

/// The rows of the source file. Its last two numbers of a star are the BP and RP magnitudes.
fn read_stars(bytes: &[u8]) -> io::Result<Vec<StarRow>> {
    const ROW: usize = 36;
    let rows = bytes
        .strip_prefix(b"GDR3\x01\0\0\0")
        .and_then(|rest| rest.get(8..))
        .filter(|rest| rest.len() % ROW == 0)
        .ok_or_else(|| spoilt("the star source is not version 1"))?;
    rows.chunks_exact(ROW).map(star).collect()
}

fn star(row: &[u8]) -> io::Result<StarRow> {
    let wide = |at: usize| <[u8; 8]>::try_from(&row[at..at + 8]).map_err(spoilt);
    let narrow = |at: usize| <[u8; 4]>::try_from(&row[at..at + 4]).map_err(spoilt);
    let id = i64::from_le_bytes(wide(0)?);
    let [ra, dec] = [f64::from_le_bytes(wide(8)?), f64::from_le_bytes(wide(16)?)];
    let magnitude = f64::from(f32::from_le_bytes(narrow(24)?));
    let (bp, rp) = (
        f64::from(f32::from_le_bytes(narrow(28)?)),
        f64::from(f32::from_le_bytes(narrow(32)?)),
    );
    // A Hipparcos row and some 300 of Gaia have no colour.
    let colour = if id > 0 && bp > 0.0 && rp > 0.0 && (-1.0..7.0).contains(&(bp - rp)) {
        Colour::from_bp_rp(bp - rp)
    } else {
        Colour::typical(id.unsigned_abs())
    };
    Ok(StarRow {
        position: Equatorial::from_degrees(ra, dec).map_err(spoilt)?,
        magnitude,
        colour,
        named: false,
    })
}

fn read_list(text: &str) -> io::Result<Vec<Listed>> {
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [names, class, ra, dec, east, north, visual] = fields[..] else {
                return Err(spoilt(line));
            };
            let number = |field: &str| field.parse::<f64>().map_err(|_| spoilt(line));
            Ok(Listed {
                names: names.to_owned(),
                class: class.to_owned(),
                position: Equatorial::from_degrees(number(ra)?, number(dec)?).map_err(spoilt)?,
                east_mas: number(east)?,
                north_mas: number(north)?,
                visual: visual.parse().ok(),
            })
        })
        .collect()
}

/// Puts a listed star over its row of the source, or adds it where the source lacks it (Gaia has
/// no entry for a few of the brightest).
fn place(stars: &mut Vec<StarRow>, listed: Listed) -> Named {
    let colour = Colour::of_spectral_class(&listed.class);
    let expected = listed
        .visual
        .map(|visual| visual - colour.unwrap_or(Colour::from_bp_rp(0.8)).v_minus_g());
    let found = nearest(stars, &carried(&listed, YEARS), expected);
    let row = StarRow {
        position: listed.position,
        magnitude: found.map_or(expected.unwrap_or(9.0), |index| stars[index].magnitude),
        colour: colour
            .unwrap_or_else(|| found.map_or(Colour::from_bp_rp(0.8), |index| stars[index].colour)),
        named: true,
    };
    let index = found.unwrap_or(stars.len());
    if index == stars.len() {
        stars.push(row);
    } else {
        stars[index] = row;
    }
    Named {
        index,
        east_mas: listed.east_mas,
        north_mas: listed.north_mas,
        visual: listed
            .visual
            .unwrap_or(row.magnitude + row.colour.v_minus_g()),
        class: listed.class,
        names: listed.names.split('|').map(str::to_owned).collect(),
    }
}

fn nearest(stars: &[StarRow], place: &Equatorial<J2000>, magnitude: Option<f64>) -> Option<usize> {
    let away = |index: &usize| stars[*index].position.separation(place).radians();
    (0..stars.len())
        .filter(|index| near(&stars[*index], place))
        .filter(|index| {
            magnitude.is_none_or(|g| (stars[*index].magnitude - g).abs() < SAME_BRIGHTNESS)
        })
        .min_by(|a, b| away(a).total_cmp(&away(b)))
}

fn near(star: &StarRow, place: &Equatorial<J2000>) -> bool {
    // The declination first: it spares the sines of half a million stars.
    let apart = star.position.dec.angle() - place.dec.angle();
    apart.abs().arcseconds() < SAME_STAR && star.position.separation(place).arcseconds() < SAME_STAR
}

fn carried(listed: &Listed, years: f64) -> Equatorial<J2000> {
    let (ra, dec) = (listed.position.ra.angle(), listed.position.dec.angle());
    let step = |mas: f64| Angle::from_arcseconds(mas * years / 1000.0);
    let ra = ra + step(listed.east_mas) / dec.cos();
    let dec = dec + step(listed.north_mas);
    Equatorial::from_degrees(ra.normalized().degrees(), dec.degrees()).unwrap_or(listed.position)
}
